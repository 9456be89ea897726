import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.intake.clean import clean, clean_address, clean_line, guard, is_ordinary
from tests.hostile import PAYLOADS, forbidden, raw_controls

ANYTHING = st.text(alphabet=st.characters(), max_size=60) | st.text(
    alphabet=st.sampled_from(
        list(
            "aé e\u0301\u0327\u0316\u200d\u200c\u00ad\u202e\r\n\t\x1b\x85\u0344각\u1100\u1161❤\ufe0f"
            "😂=\u0338\ud800"
        )
    ),
    max_size=30,
)


@given(ANYTHING, st.booleans())
@settings(max_examples=1500, deadline=None)
def test_cleaning_leaves_nothing_that_acts_and_is_done_once(text: str, multiline: bool) -> None:
    once = clean(text, multiline=multiline)
    assert forbidden(once) == []
    assert clean(once, multiline=multiline) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode("utf-8")
    if not multiline:
        assert "\n" not in once


@given(ANYTHING, st.integers(3, 12), st.integers(1, 4))
@settings(max_examples=500, deadline=None)
def test_the_limits_hold_and_a_cut_text_stays_as_it_was_cut(text: str, chars: int, lines: int) -> None:
    once = clean(text, max_chars=chars, max_lines=lines)
    assert len(once) <= chars
    assert once.count("\n") < lines
    assert clean(once, max_chars=chars, max_lines=lines) == once


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=200))
def test_printable_ascii_is_not_touched(text: str) -> None:
    assert clean(text) == text


@given(st.text(max_size=40))
@settings(max_examples=500)
def test_the_quick_look_never_lets_through_what_the_full_rule_would_change(text: str) -> None:
    if is_ordinary(text):
        assert clean("\u200b" + text) == clean(text) == text


@pytest.mark.parametrize("name", PAYLOADS)
def test_no_payload_survives_as_an_order(name: str) -> None:
    for made in (clean(PAYLOADS[name]), clean_line(PAYLOADS[name]), guard(PAYLOADS[name])):
        assert forbidden(made) == []
        assert raw_controls(made.encode("utf-8")) == []


def test_what_could_act_is_shown_and_not_hidden() -> None:
    assert clean("a\x1b[2Jb\x00\x7f\x9b") == "a␛[2Jb␀␡\ufffd"


def test_a_split_word_is_not_joined_by_a_control() -> None:
    assert clean("he\x1blp") == "he␛lp"


def test_every_line_break_is_a_line_break() -> None:
    assert clean("a\r\nb\rc\vd\fe\x85f\u2028g\u2029h\ti") == "a\nb\nc\nd\ne\nf\ng\nh i"
    assert clean("a\r\nb", multiline=False) == "a b"


def test_emoji_families_and_devanagari_keep_their_joiners() -> None:
    assert clean("👨\u200d👩\u200d👧 क्\u200dष") == "👨\u200d👩\u200d👧 क्\u200dष"
    assert clean("\u200da\u200d b\u200c") == "a b"


def test_marks_pile_up_to_four() -> None:
    assert clean("x" + "\u0316" * 9) == "x" + "\u0316" * 4


def test_long_text_ends_in_an_ellipsis() -> None:
    assert clean("word " * 200_000)[-2:] == " …"
    assert len(clean("word " * 200_000)) == 8000
    assert clean("\n" * 100_000).count("\n") == 199


def test_a_name_is_one_short_line() -> None:
    assert clean_line(" ana\n\u200dmaria ") == "ana maria"
    assert len(clean_line("x" * 500)) == 100


@pytest.mark.parametrize(
    ("given_address", "shown"),
    [
        ("https://council.example/news?id=4#top", "https://council.example/news?id=4#top"),
        ("HTTP://council.example", "http://council.example"),
        ("http://council.example:8080/a", "http://council.example:8080/a"),
        ("https://bücher.example/straße", "https://xn--bcher-kva.example/stra%C3%9Fe"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("https://bank.example@evil.example/", ""),
        ("https://a.example/\x1b]52;c;x\x07", ""),
        ("https://a.example/b c", ""),
        ("https://a.example:port/", ""),
        ("https://" + "a" * 3000, ""),
        ("//a.example", ""),
        ("", ""),
    ],
)
def test_only_plain_web_addresses_are_shown(given_address: str, shown: str) -> None:
    assert clean_address(given_address) == shown


def test_the_guard_deletes_what_is_left_and_keeps_lines() -> None:
    assert guard("a\nb\x1b\x00c\u202ed\ud800\te") == "a\nbcde"
