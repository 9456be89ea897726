"""The screen as it is wanted and as it is shown, and the difference in pieces, the most important first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from console.desk.terminal.cells import Row, blank_row
from console.desk.terminal.painter import Painter
from console.desk.terminal.pen import on_blanks
from console.desk.terminal.scrolling import find

MOST_SCROLLS = 3
"""Blocks that are moved in one piece of work."""
SURELY = 80
"""Cells spared by a scroll of which it need not be tried whether it is shorter: it takes some 30 bytes."""


class TerminalScreen:
    """What the desk wants shown, and what the terminal was sent.

    Nothing that was overtaken by something newer is ever sent: what is sent is made when it can be.

    Args:
        width: Columns.
        height: Rows.
        keeps_ground: Whether the terminal erases in the colour of the ground.
    """

    def __init__(self, width: int, height: int, *, keeps_ground: bool = False) -> None:
        self._painter = Painter(keeps_ground)
        self._turn = 0
        self.resize(width, height)

    @property
    def repeats(self) -> bool:
        """Whether the terminal repeats a character when told to."""
        return self._painter.repeats

    @repeats.setter
    def repeats(self, known: bool) -> None:
        self._painter.repeats = known

    def resize(self, width: int, height: int) -> None:
        """Begin with an empty screen of another size; what the terminal shows is not known any more."""
        self.width, self.height = width, height
        self._wanted = [blank_row(width) for _ in range(height)]
        self._shown = list(self._wanted)
        self._since = [0] * height
        """Turn in which each row was first out of date."""
        self._known = False

    def forget(self) -> None:
        """What the terminal shows is not known any more: it is cleared before anything else is sent."""
        self._known = False

    def put(self, y: int, x: int, cells: Row) -> None:
        """Want these cells from a place on; what lies outside the screen is left out."""
        if not 0 <= y < self.height:
            return
        cells = cells[: self.width - x]
        if self._wanted[y][x : x + len(cells)] == cells:
            return
        row = list(self._wanted[y])
        end = x + len(cells)
        if x and not row[x][0] and cells[0][0]:
            row[x - 1] = (" ", on_blanks(row[x - 1][1]))  # the left half of a wide one
        if end < self.width and not row[end][0]:
            row[end] = (" ", on_blanks(row[end][1]))
        row[x:end] = cells
        if self._since[y] <= 0 or self._wanted[y] == self._shown[y]:
            self._turn += 1
            self._since[y] = self._turn
        self._wanted[y] = row

    @property
    def known(self) -> bool:
        """Whether it is known what the terminal shows."""
        return self._known

    @property
    def dirty(self) -> bool:
        """Whether anything is to be sent."""
        return not self._known or self._wanted != self._shown

    def take(self, room: int, first: Callable[[], Iterable[int]] = tuple) -> str:
        """What to send next, made now: at least one row, and no further one once `room` bytes are full.

        Args:
            room: Bytes that may be sent; a row more may come of it.
            first: Tells the rows that go before all others. Without pressing need they go from top to bottom.
        """
        self._painter.written = ""
        if not self._known:
            self._painter.clear()
            self._shown = [blank_row(self.width) for _ in range(self.height)]
            self._known = True
        emptied = self._emptied()
        self._scroll()
        if emptied is not None and self._length(*emptied) < self._length(self._painter, self._shown):
            self._painter, self._shown = emptied
        behind = self._behind()
        painter, painted = self._painted(behind, room)
        if len(painted) < len(behind):
            urgent = set(first())
            behind.sort(key=lambda y: (y not in urgent, self._since[y], y))
            painter, painted = self._painted(behind, room)
        self._painter = painter
        for y in painted:
            self._shown[y] = self._wanted[y]
        return painter.written

    def park(self, y: int, x: int) -> str:
        """Move the cursor to where it belongs, once nothing else is to be sent."""
        self._painter.written = ""
        self._painter.go(max(0, min(y, self.height - 1)), max(0, min(x, self.width - 1)))
        return self._painter.written

    def _behind(self) -> list[int]:
        rows = enumerate(zip(self._wanted, self._shown, strict=True))
        return [y for y, (wanted, shown) in rows if wanted is not shown and wanted != shown]

    def _emptied(self) -> tuple[Painter, list[Row]] | None:
        """Painter and screen once all from the first change on is erased; None unless much becomes blank.

        Only in the terminal's own ground: pyte, on which others build, erases in no other.
        """
        behind, blank = self._behind(), blank_row(self.width)
        if sum(self._wanted[y] == blank for y in behind) < self.height / 4:
            return None
        painter = replace(self._painter)
        painter.empty(behind[0])
        return painter, [*self._shown[: behind[0]], *[blank] * (self.height - behind[0])]

    def _painted(self, rows: Iterable[int], room: int) -> tuple[Painter, list[int]]:
        """A painter that has written these rows, until `room` bytes were full, and those it has written."""
        painter, painted = replace(self._painter), []
        for y in rows:
            if len(painter.written.encode()) >= room:
                break
            painter.row(y, self._shown[y], self._wanted[y])
            painted.append(y)
        return painter, painted

    def _scroll(self) -> None:
        """Let the terminal move what only moved, as long as that is shorter than to write it."""
        for _ in range(MOST_SCROLLS):
            scroll = find(self._shown, self._wanted)
            if scroll is None:
                return
            after = scroll.done(self._shown)
            if scroll.spared < SURELY:
                scrolled = replace(self._painter)
                scrolled.scroll(scroll.top, scroll.bottom, scroll.rows)
                rows = range(scroll.top, scroll.bottom + 1)
                if self._length(scrolled, after, rows) >= self._length(self._painter, self._shown, rows):
                    return
            self._painter.scroll(scroll.top, scroll.bottom, scroll.rows)
            self._shown = after

    def _length(self, painter: Painter, shown: list[Row], rows: range | None = None) -> int:
        """Bytes that a painter has written once these rows are as they are wanted, or all of them."""
        painter = replace(painter)
        for y in rows or range(self.height):
            painter.row(y, shown[y], self._wanted[y])
        return len(painter.written.encode())
