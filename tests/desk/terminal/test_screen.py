"""The screen as wanted and as shown: what is sent, when, and in which order."""

from __future__ import annotations

from console.desk.terminal.cells import Row
from console.desk.terminal.painter import CLEAR
from console.desk.terminal.pen import PLAIN
from console.desk.terminal.screen import TerminalScreen

WIDTH, HEIGHT = 30, 6


def row(text: str) -> Row:
    return [(character, PLAIN) for character in text.ljust(WIDTH)]


def shown() -> TerminalScreen:
    """A screen of which the terminal has everything."""
    screen = TerminalScreen(WIDTH, HEIGHT)
    screen.take(1 << 20)
    assert not screen.dirty
    return screen


def test_it_begins_by_clearing_whatever_was_there() -> None:
    screen = TerminalScreen(WIDTH, HEIGHT)
    assert screen.dirty
    assert screen.take(1 << 20).startswith(CLEAR)


def test_only_what_differs_is_sent_and_only_once() -> None:
    screen = shown()
    screen.put(2, 4, row("one")[:3])
    assert screen.take(1 << 20).endswith("one")
    screen.put(2, 4, row("one")[:3])
    assert not screen.dirty
    screen.put(2, 4, row("ore")[:3])
    assert screen.take(1 << 20)[-1] == "r"


def test_what_was_overtaken_is_never_sent() -> None:
    screen = shown()
    screen.put(0, 0, row("stale"))
    screen.put(0, 0, row("fresh"))
    assert "stale" not in screen.take(1 << 20)
    screen.put(0, 0, row("gone"))
    screen.put(0, 0, row("fresh"))
    assert not screen.dirty, "what came back needs no bytes"


def test_without_room_for_everything_what_is_urgent_goes_first_then_what_waits_longest() -> None:
    screen = shown()
    for y in (4, 1, 3, 2):
        screen.put(y, 0, row(f"row {y}, {chr(97 + y) * 20}"))
    order = []
    while screen.dirty:
        sent = screen.take(1, lambda: [3])
        order.append(next(y for y in range(HEIGHT) if f"row {y}" in sent))
    assert order == [3, 4, 1, 2]


def test_no_row_starves_however_often_another_changes() -> None:
    screen = shown()
    screen.put(5, 0, row("waits its turn"))
    sent = ""
    for number in range(3):
        screen.put(0, 0, row(f"{number} ticks"))
        sent += screen.take(1)
    assert "waits its turn" in sent


def test_what_lies_outside_is_left_out() -> None:
    screen = shown()
    screen.put(HEIGHT, 0, row("below"))
    screen.put(-1, 0, row("above"))
    assert not screen.dirty
    screen.put(0, WIDTH - 2, row("over the edge"))
    assert screen.take(1 << 20).endswith("ov")


def test_after_a_resize_and_when_nothing_is_known_all_is_drawn_again() -> None:
    screen = shown()
    screen.put(0, 0, row("here"))
    screen.take(1 << 20)
    screen.forget()
    again = screen.take(1 << 20)
    assert again.startswith(CLEAR)
    assert "here" in again
    screen.resize(WIDTH + 1, HEIGHT)
    assert "here" not in screen.take(1 << 20)


def test_the_cursor_is_parked_within_the_screen() -> None:
    screen = shown()
    assert screen.park(HEIGHT + 5, WIDTH + 5) == f"\x1b[{HEIGHT};{WIDTH}H"
    assert screen.park(HEIGHT + 5, WIDTH + 5) == ""
