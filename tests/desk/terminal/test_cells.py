"""What stands in each cell, whatever a widget painted."""

from __future__ import annotations

import pytest
from rich.color import ColorSystem
from rich.segment import ControlType, Segment
from rich.style import Style

from console.desk.terminal.cells import cells_of, certain
from console.desk.terminal.pen import PLAIN, look_of

RED = Style.parse("red")


def characters(text: str) -> list[str]:
    return [character for character, _ in cells_of([Segment(text)], ColorSystem.TRUECOLOR, thin=False)]


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("abc", ["a", "b", "c"]),
        ("水x", ["水", "", "x"]),
        ("e\u0301x", ["e\u0301", "x"]),
        ("❤️x", ["❤️", "", "x"]),
        ("👩\u200d🚒x", ["👩\u200d🚒", "", "x"]),
        ("👍🏽x", ["👍🏽", "", "x"]),
        ("", []),
    ],
)
def test_a_character_keeps_what_combines_with_it_and_takes_its_cells(text: str, cells: list[str]) -> None:
    assert characters(text) == cells


def test_what_combines_joins_the_character_before_it_even_across_a_change_of_look() -> None:
    cells = cells_of([Segment("水", RED), Segment("\u0301x")], ColorSystem.TRUECOLOR, thin=False)
    assert [character for character, _ in cells] == ["水\u0301", "", "x"]


def test_an_accent_on_a_blank_has_its_colour() -> None:
    (cell,) = cells_of([Segment(" \u0301", RED)], ColorSystem.TRUECOLOR, thin=False)
    assert cell == (" \u0301", look_of(RED, ColorSystem.TRUECOLOR))


def test_blanks_that_look_the_same_are_the_same() -> None:
    assert cells_of([Segment(" ", RED)], ColorSystem.TRUECOLOR, thin=False) == [(" ", PLAIN)]


def test_what_moves_the_cursor_is_no_text() -> None:
    segments = [Segment("\x1b[5C", None, [(ControlType.CURSOR_FORWARD, 5)]), Segment("a")]
    assert cells_of(segments, ColorSystem.TRUECOLOR, thin=False) == [("a", PLAIN)]


def test_only_of_plain_narrow_characters_is_it_certain_how_far_the_cursor_goes() -> None:
    assert all(certain(character) for character in "a é─▲я")
    assert not any(certain(character) for character in ("水", "e\u0301", "❤️", "🌊"))
