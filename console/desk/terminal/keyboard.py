"""The keys of a terminal: Esc and a key that came in one piece are Esc, then that key.

A terminal sends the same bytes for Alt with a key and for Esc followed at once by the key. On a line that
repeats or holds back what it carries, two keys come in one piece as well, and what was pressed to leave a
text must never become a part of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.events import Key

ESC = "\x1b"


class Keyboard(XTermParser):
    """Textual's parser without Alt, for which it has keys (`alt+q`) and signs of its own (Esc 3 is £)."""

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
        """The keys that some bytes stand for."""
        if alt or _is_pair(sequence):
            yield Key("escape", ESC)
        yield from super()._sequence_to_key_events(sequence[-1] if _is_pair(sequence) else sequence)


def _is_pair(sequence: str) -> bool:
    """Whether it is Esc and a key, and neither one key's name nor the beginning of one (CSI, SS3)."""
    if len(sequence) != 2 or sequence[0] != ESC or sequence[1] in "[O":
        return False
    return sequence[1].isprintable() or sequence not in ANSI_SEQUENCES_KEYS  # Esc Del takes a word back
