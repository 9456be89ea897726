"""What a terminal sends for Esc and a key in one piece, and which keys that is."""

from __future__ import annotations

import pytest
from textual.events import Key

from console.desk.terminal.keyboard import Keyboard


def keys_of(*pieces: str) -> list[str]:
    keyboard = Keyboard()
    events = [event for piece in pieces for event in (*keyboard.feed(piece), *keyboard.tick())]
    return [event.key for event in events if isinstance(event, Key)]


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("\x1bq", ["escape", "q"]),
        ("\x1bY", ["escape", "Y"]),
        ("\x1b3", ["escape", "3"]),
        ("\x1bf", ["escape", "f"]),
        ("\x1b/", ["escape", "slash"]),
        ("\x1b\r", ["escape", "enter"]),
        ("\x1b\rz\x1bqj", ["escape", "enter", "z", "escape", "q", "j"]),
        ("ab\x1bqjj", ["a", "b", "escape", "q", "j", "j"]),
        ("\x1by\x1bé", ["escape", "y", "escape", "é"]),
    ],
)
def test_esc_and_a_key_in_one_piece_are_esc_and_then_that_key(sent: str, keys: list[str]) -> None:
    assert keys_of(sent) == keys


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("\x1b[A\x1b[6~", ["up", "pagedown"]),
        ("\x1bOA", ["up"]),
        ("\x1b\x7f", ["ctrl+w"]),
        ("\x1b[Z", ["shift+tab"]),
    ],
)
def test_keys_that_are_sent_as_esc_and_more_stay_one_key(sent: str, keys: list[str]) -> None:
    assert keys_of(sent) == keys
