"""Letters in another dress are read as every reader reads them, and said to be what they are."""

from __future__ import annotations

from datetime import UTC, datetime
from time import perf_counter

import pytest

from console.intake.masks import disguised, unmask, unmask_signs, unmask_word
from console.intake.phrases import MAX_READ, Words, fold
from console.intake.pipeline import Judge
from console.intake.places import PlaceIndex
from console.intake.rules import load_rules
from console.intake.ruling import Ruling
from console.intake.sayings import notes_of
from console.model import Place
from feeds.post import Post

NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
BOLD = "\U0001d407\U0001d404\U0001d40b\U0001d40f"  # HELP, in mathematical bold
WIDE = "\uff28\uff25\uff2c\uff30"  # HELP, in full width
SMALL = "\u029c\u1d07\u029f\u1d18"  # help, in small capitals
ROUND = "\u24bd\u24d4\u24db\u24df"  # Help, each letter in a circle
SQUARE = "\U0001f177\U0001f174\U0001f17b\U0001f17f"  # HELP, each letter in a dark square


def ruled(text: str) -> Ruling:
    judge = Judge(PlaceIndex((Place("Mill Street"),)), load_rules(), window=3600, voices=3)
    return judge.take(Post("s", "1", text, NOW), now=NOW)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (BOLD, ["help"]),
        (WIDE, ["help"]),
        ("M\u0456ll \u0405treet", ["mill", "street"]),
        ("\u0412ridge", ["bridge"]),  # A Cyrillic Ve is a B as a capital only.
        ("\u03a4oday", ["today"]),  # With a Greek Tau, as a post of a wildfire had it.
        ("Nu\u043fez", ["nu\u043fez"]),  # No Latin letter looks like this one.
        ("\u0441\u043e\u0440", ["\u0441\u043e\u0440"]),  # A Russian word: its letters are its own.
        ("\u03b2-carotene", ["\u03b2", "carotene"]),
        ("5\u03bcg", ["5\u03bcg"]),
        ("M\u0456ll\u2019s", ["mill"]),
        ("\U0001d407\u0435lp", ["help"]),  # A bold H, a Cyrillic Ie.
        ("P\u0435\u00f1asco", ["penasco"]),  # An accent does not make it another script.
        ("roa\u0501 s\u04bbore \u0405an \u050cate", ["road", "shore", "san", "gate"]),
        (SMALL, ["help"]),
        ("\u0493\u026a\u0280\u1d07 \u0280\u1d07\u01eb\u1d1c\u1d07s\u1d1b", ["fire", "request"]),
        (ROUND, ["help"]),
        (SQUARE, ["help"]),
        ("\U0001f17f by the \U0001f198 \U0001f1fa\U0001f1f8", ["by", "the"]),  # Signs, and a flag.
    ],
)
def test_a_word_is_read_in_the_letters_that_it_shows(written: str, read: list[str]) -> None:
    assert fold(written) == read


def test_words_stay_where_and_as_they_are_written() -> None:
    words = Words(f"{BOLD} at M\u0456ll Street")
    assert words.pieces == [BOLD, "at", "M\u0456ll", "Street"]
    assert words.quote(2, 4) == "M\u0456ll Street"


@pytest.mark.parametrize(
    ("written", "pieces", "keys"),
    [
        ("#tr\u0430pped", ["tr\u0430pped"], ["trapped"]),
        ("#M\u0456llStreet", ["M\u0456ll", "Street"], ["mill", "street"]),
        ("#\u041doustonFlood", ["\u041douston", "Flood"], ["houston", "flood"]),
        ("#M\u0456ll_Street", ["M\u0456ll", "Street"], ["mill", "street"]),
        (f"#{BOLD}Now", [BOLD, "Now"], ["help", "now"]),
        (f"#{SMALL}", [SMALL], ["help"]),
        ("#\u041c\u043e\u0432\u0430", ["\u041c\u043e\u0432\u0430"], ["\u043c\u043e\u0432\u0430"]),
        (
            "#SOS_\u041c\u041e\u0412\u0410",
            ["SOS", "\u041c\u041e\u0412\u0410"],
            ["sos", "\u043c\u043e\u0432\u0430"],
        ),
    ],
)
def test_a_hashtag_is_parted_as_it_is_read(written: str, pieces: list[str], keys: list[str]) -> None:
    text = f"at {written} and #High_Water"
    words = Words(text)
    assert words.pieces == ["at", *pieces, "and", "High", "Water"]
    assert words.keys == ["at", *keys, "and", "high", "water"]
    assert [text[start:end] for start, end in words.spans] == words.pieces
    assert words.hashtags == [(1, 1 + len(pieces)), (2 + len(pieces), 4 + len(pieces))]


def test_signs_that_spell_a_word_stand_where_they_stood() -> None:
    words = Words(f"{ROUND} at #{SQUARE}")
    assert words.keys == ["help", "at", "help"]
    assert words.pieces == [ROUND, "at", SQUARE]
    assert words.spans == [(0, 4), (5, 7), (9, 13)]
    assert words.quote(2, 3) == SQUARE


def test_a_word_in_plain_letters_is_as_long_as_it_was() -> None:
    letters = [letter for code in range(0x80, 0x20000) if (letter := chr(code)).isalnum()]
    assert {letter for letter in letters if len(unmask_word(f"a{letter}")) != 2} == set()
    signs = "".join(map(chr, range(0x1F100, 0x1F200)))
    assert len(unmask_signs(signs)) == len(signs)


def test_a_thousand_words_in_disguise_are_read_at_once() -> None:
    for written in ("#tr\u0430pped ", "M\u0456ll\u2019s ", "#M\u0456ll_", SQUARE, SMALL, "a\u0430", "\u03ba"):
        text = written * (MAX_READ // len(written))
        started = perf_counter()
        notes_of(Post("s", "1", text, NOW), "", Words(text))
        assert perf_counter() - started < 1.0


@pytest.mark.parametrize("help_", [BOLD, WIDE, "H\u0415LP", SMALL, ROUND, SQUARE])
def test_a_call_in_ornamental_letters_is_the_same_call(help_: str) -> None:
    plain = ruled("HELP, we are trapped on the roof at Mill Street").judgement
    made = ruled(f"{help_}, we are trapped on the roof at M\u0456ll Street").judgement
    assert (made.tier, made.place, made.points) == (1, "Mill Street", plain.points)


def test_what_is_not_what_it_looks_like_is_said() -> None:
    assert ruled("Flood at M\u0456ll Street").notes == ("letters of another alphabet in M\u0456ll",)
    many = " ".join(f"r\u043ead{letter}" for letter in "abcdefgh")
    (note,) = ruled(many).notes
    assert note == "letters of another alphabet in r\u043eada, r\u043eadb, r\u043eadc"
    for plain in (
        "Flood at Mill Street",
        f"{BOLD} me",
        f"{SMALL} me",
        "\u043f\u043e\u043c\u043e\u0433\u0438\u0442\u0435",
        "caf\u00e9",
    ):
        assert ruled(plain).notes == ()


@pytest.mark.parametrize(
    "word",
    [
        "M\u0456ll\u2019s",
        "r\u043e\u043ef\u2019s",
        "\U0001d407\u0435lp",
        "P\u0435\u00f1asco",
        "\u0405treet",
        "\u0412ridge",
        "\u03a4oday",
        "H\u0395LP",
        "FL\u03bf\u03bfD",
        "\u24bd\u24c4\u0435lp",
    ],
)
def test_what_is_read_as_latin_is_said_to_be(word: str) -> None:
    assert fold(word)[0].isascii()
    assert ruled(f"{word} at the river").notes == (f"letters of another alphabet in {word}",)


def test_a_word_is_named_once_and_a_hashtag_whole() -> None:
    text = "M\u0456ll Street #M\u0456llStreet, M\u0456ll #\u0410_M\u0456ll M\u0456ll"
    assert ruled(text).notes == (
        "letters of another alphabet in M\u0456ll, M\u0456llStreet, \u0410_M\u0456ll",
    )


@pytest.mark.parametrize(
    "word",
    [
        "iPhone'\u0430",
        "Facebook\u2019\u0443",
        "SMS\u043a\u0430",
        "COVID\u043e\u043c",
        "#COVID\u043e\u043c",
        "NF\u03baB",
        "TNF\u03b1",
        "PKC\u03b1",
        "I\u03baB\u03b1",
        "h\u03bd",
    ],
)
def test_an_inflected_name_and_a_formula_are_no_disguise(word: str) -> None:
    assert ruled(f"{word} at the river").notes == ()


def test_a_text_is_unmasked_whole_for_comparing() -> None:
    assert unmask(f"{BOLD} \u0441\u043e\u0440") == "HELP cop"
    assert unmask(f"{SMALL} {ROUND} {SQUARE}") == "help Help HELP"
    assert unmask("caf\u00e9") == "caf\u00e9"


@pytest.mark.parametrize(
    "text",
    [
        "\u043f\u043e\u043c\u043e\u0433\u0438\u0442\u0435 \u043d\u0430\u043c",
        "\u03b2\u03bf\u03ae\u03b8\u03b5\u03b9\u03b1",
    ],
)
def test_another_language_keeps_its_letters(text: str) -> None:
    assert [unmask_word(word) for word in text.split()] == text.split()
    assert disguised(text.split()) == []
    assert [unmask_word(word) for word in text.upper().split()] == text.upper().split()
    assert fold(text) == fold(text.upper())
