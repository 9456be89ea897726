"""The thin line above a panel: its title, the mark that says it has the keys, a word at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.geometry import Size

from widgets.line import Line, cut, flat, length
from widgets.painted import Picture


@dataclass(frozen=True, slots=True)
class Title:
    """What stands in the line."""

    text: Line
    focused: bool = False
    tail: Line = ()


class Heading(Picture[Title]):
    """One line; it needs no box."""

    DEFAULT_CSS = "Heading { height: 1; }"

    def lines(self, size: Size) -> Sequence[Line]:
        """The title in a thin rule; the tail goes first when there is no room for both."""
        return (ruled(self.value, size.width, self.glyphs.rule, self.glyphs.cursor, self.glyphs.more),)


def ruled(title: Title, width: int, rule: str, cursor: str, more: str) -> Line:
    """A title in a rule of exactly `width` cells."""
    mark = cursor if title.focused else rule
    left: Line = ((mark, "strong" if title.focused else "quiet"), (" ", ""))
    right: Line = ((" ", ""), *title.tail) if title.tail else ()
    room = width - length(left) - length(right) - 2
    text = _shortened(title.text, room, more)
    if right and room < min(length(title.text), 9):
        right, text = (), _shortened(title.text, width - length(left) - 2, more)
    gap = width - length(left) - length(text) - length(right) - 1
    return (*left, *text, (" ", ""), (rule * max(gap, 0), "quiet"), *right)


def _shortened(line: Line, width: int, more: str) -> Line:
    """The start of a line, cut inside the part that no longer fits."""
    parts: list[tuple[str, str]] = []
    room = max(width, 0)
    for text, style in line:
        short = cut(flat(text) if "\n" in text else text, room, more)
        parts.append((short, style))
        room -= length(((short, ""),))
        if short != text or room <= 0:
            break
    return tuple(parts)
