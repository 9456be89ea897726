"""A slot that nobody filled is never sent, and ordinary braces are no slot."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.workflow.slots import Slot, Span, empty_slots, fill_slots, slots_in, stray_brace


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Closed: {place}.", ("place",)),
        ("{Next Update: a clock time} and {next update}", ("next update",)),
        ("{who}{place}", ("who", "place")),
        ("{straße} {place-name} {line 12}", ("straße", "place-name", "line 12")),
        ("{place}} and {{place}", ("place",)),
        ("{place:}", ("place",)),
    ],
)
def test_a_slot_is_found_whoever_typed_it(text: str, names: tuple[str, ...]) -> None:
    assert empty_slots(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "{ place }",
        "{}",
        "{",
        "}{",
        '{"a": 1}',
        "{1, 2}",
        "{x}",
        "{{place}}",
        "${place}",
        "\\{place}",
        "{a_b}",
        "{place",
        "{one,two}",
        "{place\nhint}",
        "{place: a\nb}",
        "{^_^}",
        "{two  spaces}",
        "{" + "a" * 41 + "}",
    ],
)
def test_ordinary_braces_are_no_slot(text: str) -> None:
    assert empty_slots(text) == ()


def test_hints_say_what_to_write() -> None:
    assert slots_in("{place: a street} {place} {who}") == (Slot("place", "a street"), Slot("who"))
    assert slots_in("{place} {place: a street}") == (Slot("place", "a street"),)


def test_filling_says_where_values_went_and_what_is_still_empty() -> None:
    filled = fill_slots("In {place}: {who}, {place}, {next update}.", {"Place": " Mill Street ", "who": "  "})
    assert filled.text == "In Mill Street: {who}, Mill Street, {next update}."
    assert filled.empty == ("who", "next update")
    assert filled.spans[:2] == (Span("place", 3, 14, True), Span("who", 16, 21, False))
    assert [filled.text[span.start : span.end] for span in filled.spans if span.filled] == ["Mill Street"] * 2


def test_a_value_is_never_looked_into() -> None:
    filled = fill_slots("{who} says {what}", {"who": "{what}", "what": "{who} {place} \\1 {0}"})
    assert filled.text == "{what} says {who} {place} \\1 {0}"
    assert filled.empty == ()


def test_a_slot_within_a_value_is_still_found_in_the_text_that_would_be_sent() -> None:
    # Nobody who reads it could tell that from a slot that was forgotten.
    assert empty_slots(fill_slots("{what}", {"what": "in {place}"}).text) == ("place",)


@pytest.mark.parametrize(
    ("text", "stray"),
    [("{place} at {when", "{when"), ("when} and", "} and"), ("{ place }", "{ place }"), ("{who}", "")],
)
def test_a_slot_mistyped_is_seen(text: str, stray: str) -> None:
    assert stray_brace(text) == stray


@given(st.text("ab{}: $-1\n"), st.dictionaries(st.sampled_from(["ab", "ba", "aa"]), st.text("ab{} :")))
def test_filling_changes_slots_and_nothing_else(text: str, values: dict[str, str]) -> None:
    filled = fill_slots(text, values)
    rebuilt, done = "", 0
    for span in filled.spans:
        rebuilt += filled.text[done : span.start]
        assert span.filled == bool(values.get(span.name, "").strip())
        done = span.end
    assert set(filled.empty) == set(empty_slots(text)) - {name for name in values if values[name].strip()}
    if not filled.spans:
        assert filled.text == text
