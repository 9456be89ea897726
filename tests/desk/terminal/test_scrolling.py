"""Rows that only moved are found, and only where that spares something."""

from __future__ import annotations

import random

from console.desk.terminal.cells import Row, blank_row
from console.desk.terminal.pen import PLAIN
from console.desk.terminal.scrolling import find

WIDTH = 40


def row(text: str) -> Row:
    return [(character, PLAIN) for character in text.ljust(WIDTH)]


def screen(*names: str) -> list[Row]:
    return [row(f"{name} " * (WIDTH // (len(name) + 1))) for name in names]


def test_a_row_that_pushes_others_down_is_a_scroll_down() -> None:
    scroll = find(screen("head", "b", "c", "d", "foot"), screen("head", "new", "b", "c", "foot"))
    assert scroll is not None
    assert (scroll.top, scroll.bottom, scroll.rows) == (1, 3, 1)
    after = scroll.done(screen("head", "b", "c", "d", "foot"))
    assert after == [*screen("head"), blank_row(WIDTH), *screen("b", "c", "foot")]


def test_rows_that_move_up_are_a_scroll_up() -> None:
    scroll = find(screen("head", "b", "c", "d", "e"), screen("head", "d", "e", "f", "g"))
    assert scroll is not None
    assert scroll.rows == -2
    assert scroll.done(screen("head", "b", "c", "d", "e"))[1:3] == screen("d", "e")


def test_a_row_whose_age_changed_is_still_the_same_row() -> None:
    old = [row(f"{name * 30}  {age}m") for name, age in (("a", 1), ("b", 2), ("c", 3), ("d", 4))]
    new = [
        row("n" * 30 + "  0m"),
        *(row(f"{name * 30}  {age}m") for name, age in (("a", 2), ("b", 3), ("c", 4))),
    ]
    scroll = find(old, new)
    assert scroll is not None
    assert scroll.rows == 1


def test_what_did_not_move_is_not_scrolled() -> None:
    assert find(screen("a", "b", "c"), screen("a", "b", "c")) is None
    assert find(screen("a", "b", "c"), screen("a", "x", "c")) is None
    assert find(screen("a", "b", "c"), screen("x", "y", "z")) is None
    assert find([blank_row(WIDTH)] * 4, screen("a", "b", "c", "d")) is None


def test_a_scroll_never_makes_more_cells_differ() -> None:
    chance = random.Random(5)
    for _ in range(300):
        old = screen(*(chance.choice("abcdefgh") for _ in range(9)))
        new = screen(*(chance.choice("abcdefgh") for _ in range(9)))
        scroll = find(old, new)
        if scroll is not None:
            assert _differing(scroll.done(old), new) < _differing(old, new)


def _differing(one: list[Row], other: list[Row]) -> int:
    return sum(a != b for y in range(len(one)) for a, b in zip(one[y], other[y], strict=True))
