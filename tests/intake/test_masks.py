"""Letters in another dress are read as every reader reads them, and said to be what they are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from console.intake.language import guess
from console.intake.masks import disguised, unmask, unmask_word
from console.intake.phrases import Words, fold
from console.intake.pipeline import Judge
from console.intake.places import PlaceIndex
from console.intake.rules import load_rules
from console.intake.ruling import Ruling
from console.model import Place
from feeds.post import Post

NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
BOLD = "\U0001d407\U0001d404\U0001d40b\U0001d40f"  # HELP, in mathematical bold
WIDE = "\uff28\uff25\uff2c\uff30"  # HELP, in full width


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
    ],
)
def test_a_word_is_read_in_the_letters_that_it_shows(written: str, read: list[str]) -> None:
    assert fold(written) == read


def test_words_stay_where_and_as_they_are_written() -> None:
    words = Words(f"{BOLD} at M\u0456ll Street")
    assert words.pieces == [BOLD, "at", "M\u0456ll", "Street"]
    assert words.quote(2, 4) == "M\u0456ll Street"


@pytest.mark.parametrize("help_", [BOLD, WIDE, "H\u0415LP"])
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
        "\u043f\u043e\u043c\u043e\u0433\u0438\u0442\u0435",
        "caf\u00e9",
    ):
        assert ruled(plain).notes == ()


def test_a_text_is_unmasked_whole_for_comparing() -> None:
    assert unmask(f"{BOLD} \u0441\u043e\u0440") == "HELP cop"
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
    assert guess(text) == guess(text.upper())
