"""Terminals to draw on in memory, and what a person can see on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import pyte
from pyte.graphics import FG_AIXTERM, FG_ANSI
from rich.cells import split_graphemes
from rich.color import Color, ColorSystem

from tests.terminal import UNREAD_BY_PYTE

LONGEST = 24
"""Code points of one cell that are compared: more of them are not drawn any more."""
DIM, BLINK, NEITHER_BOLD_NOR_DIM, COLOUR_FOLLOWS = 2, 5, 22, (38, 48)


class Seen(NamedTuple):
    """One cell as a person sees it. On a blank only the ground can be seen, and lines through or under it."""

    character: str
    letters: str
    ground: str
    worn: tuple[bool, ...]
    """Bold, italics, underline, strike, reverse; and dim, where it is worn."""


class Stream(pyte.Stream):
    """What pyte reads, and REP."""

    csi = {**pyte.Stream.csi, "b": "repeat"}  # noqa: RUF012
    events = frozenset((*pyte.Stream.events, "repeat"))


class Emulator(pyte.Screen):
    """pyte, which also knows dim, and what a modern terminal knows: clusters that share their cells.

    pyte takes every code point for itself, and drops the rest of a text after a joiner or a variation
    selector. The stock driver trusts that all terminals count as rich does, so its rows slide to the left or
    right on such a terminal and have nothing to teach us: what it wants to draw is seen on one that counts
    like rich. `old` makes a terminal that counts by code points, for what must come out right even there.
    """

    def __init__(self, columns: int, rows: int, *, old: bool = False) -> None:
        self._old = old
        self._moved = True
        """Whether nothing was drawn since the cursor was put somewhere."""
        self._last = ""
        """The character that was drawn last."""
        self._stream = Stream(self)
        self._looked: dict[int, list[Seen]] = {}
        super().__init__(columns, rows)
        self.feed("\x1b[?7l")  # as both drivers begin

    def feed(self, data: str) -> None:
        """Draw what a program wrote."""
        self._stream.feed(UNREAD_BY_PYTE.sub("", data))

    def reach(self, columns: int, rows: int) -> None:
        """Be a window of another size."""
        self.resize(rows, columns)
        self._looked.clear()

    def draw(self, data: str) -> None:
        """Put text where the cursor is."""
        self._last = data[-1]
        if data.isascii():
            super().draw(data)
        elif self._old:
            for character in data:
                super().draw(character)
        else:
            for start, end, width in split_graphemes(data)[0]:
                if width or not self._moved:
                    self._put(data[start:end], width)
        self._moved = False

    def cursor_position(self, line: int | None = None, column: int | None = None) -> None:
        """Go there. A mark that is drawn there first has lost its letter over the edge of a widget.

        The stock driver lets it join whatever stands to the left, ours leaves it out; so do we.
        """
        super().cursor_position(line, column)
        self._moved = True

    def _put(self, cluster: str, width: int) -> None:
        line = self.buffer[self.cursor.y]
        self.dirty.add(self.cursor.y)
        if not width:
            base = next((x for x in range(self.cursor.x - 1, -1, -1) if line[x].data), None)
            if base is not None:
                line[base] = line[base]._replace(data=line[base].data + cluster)
            return
        self.cursor.x = min(self.cursor.x, self.columns - width)  # there is no next line to go on in
        line[self.cursor.x] = self.cursor.attrs._replace(data=cluster)
        for x in range(self.cursor.x + 1, self.cursor.x + width):
            line[x] = self.cursor.attrs._replace(data="")
        self.cursor.x += width

    def repeat(self, times: int = 1) -> None:
        """Draw the last character again (REP, ECMA-48 8.3.103)."""
        self.draw(self._last * (times or 1))

    def select_graphic_rendition(self, *attrs: int, **more: Any) -> None:
        """Wear a look; dim, which pyte does not know, is worn as blinking, which the desk never does."""
        super().select_graphic_rendition(*_with_dim(attrs))

    def row(self, y: int) -> list[Seen]:
        """A row as a person sees it."""
        if y in self.dirty or y not in self._looked:
            self._looked[y] = [_seen(self.buffer[y][x]) for x in range(self.columns)]
            self.dirty.discard(y)
        return self._looked[y]

    def rows(self) -> list[list[Seen]]:
        """The whole screen as a person sees it, looked at anew."""
        self._looked.clear()
        return [self.row(y) for y in range(self.lines)]


def difference(ours: Emulator, stock: Emulator, *, thin: bool = False) -> str:
    """Where two screens differ for a person first; empty where they are the same.

    Args:
        ours: What our driver drew.
        stock: What it should have drawn.
        thin: Whether ours is to have sixteen colours and no dim.
    """
    assert (ours.columns, ours.lines) == (stock.columns, stock.lines)
    for y in range(ours.lines):
        one, other = ours.row(y), stock.row(y)
        if thin:
            other = [_thinned(seen) for seen in other]
        if one != other:
            x = next(x for x, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)
            return f"row {y}, column {x}: {one[x]} should be {other[x]}\n{_text(one)}\n{_text(other)}"
    return ""


@lru_cache(4096)
def _thinned(seen: Seen) -> Seen:
    return Seen(seen.character, _of_sixteen(seen.letters), _of_sixteen(seen.ground), (*seen.worn[:5],))


def _of_sixteen(colour: str) -> str:
    if not re.fullmatch("[0-9a-f]{6}", colour):
        return colour
    number = Color.parse(f"#{colour}").downgrade(ColorSystem.STANDARD).number
    assert number is not None
    return str(FG_ANSI[30 + number] if number < 8 else FG_AIXTERM[82 + number])


def _text(row: list[Seen]) -> str:
    return "".join(seen.character for seen in row)


def _seen(cell: Any) -> Seen:
    lines = (cell.underscore, cell.strikethrough, cell.reverse)
    if cell.data == " " and not any(lines):
        return Seen(" ", "", cell.bg, ())
    dim = (True,) if cell.blink else ()
    return Seen(cell.data[:LONGEST], cell.fg, cell.bg, (cell.bold, cell.italics, *lines, *dim))


def _with_dim(attrs: tuple[int, ...]) -> Iterator[int]:
    rest = iter(attrs)
    for code in rest:
        if code in COLOUR_FOLLOWS:
            kind = next(rest)
            yield from (code, kind, *(next(rest) for _ in range(3 if kind == 2 else 1)))
        elif code == NEITHER_BOLD_NOR_DIM:
            yield from (code, 25)
        else:
            yield BLINK if code == DIM else code
