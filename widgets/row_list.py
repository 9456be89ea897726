"""A list of any length, drawn line by line: a million rows cost what a thousand do.

The cursor is a mark in the gutter, so that moving it sends two cells; the selection belongs to a row's key,
not to its place, so that no refresh can move it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from textual.cache import LRUCache
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from widgets.glyphs import UNICODE, Glyphs
from widgets.line import Line
from widgets.painted import Painted
from widgets.window import Pages, R, Window

GUTTER = 2
"""Cells left of every row: the cursor's mark, and that of a row that verbs work on."""
CACHED = 512
"""Rows whose picture is kept."""


class RowList(Painted, Generic[R], can_focus=True):
    """A keyboard-driven list; a subclass says how one row is drawn."""

    @dataclass
    class Selected(Message):
        """The cursor came to rest on another row; None when there is none."""

        row_list: RowList[Any]
        key: Hashable | None

    @dataclass
    class Opened(Message):
        """The operator opened the selected row."""

        row_list: RowList[Any]
        key: Hashable

    DEFAULT_CSS = "RowList { height: 1fr; overflow: hidden; }"

    def __init__(
        self, *, glyphs: Glyphs = UNICODE, empty: str = "nothing here", id: str | None = None
    ) -> None:
        super().__init__(glyphs=glyphs, id=id)
        self._window: Window[R] = Window()
        self._empty = empty
        self.chosen = False
        """Whether the operator chose the selected row; else it is merely the first one, and follows it."""
        self.marked: frozenset[Hashable] = frozenset()
        """Keys of the rows that are marked."""
        self._strips: LRUCache[tuple[R, int], Strip] = LRUCache(CACHED)

    @abstractmethod
    def draw(self, row: R, width: int) -> Line:
        """One row as a line of at most `width` cells, without the gutter."""

    @property
    def selected(self) -> R | None:
        """The row under the cursor."""
        return self._window.selected

    @property
    def in_sight(self) -> Sequence[R]:
        """The rows on the screen."""
        return self._window.in_sight

    @property
    def full(self) -> bool:
        """Whether the rows reach the lower edge of the panel."""
        return len(self._window.rows) >= max(self.size.height, 1)

    def show(self, pages: Pages[R], *, reveal: bool = False, empty: str | None = None) -> None:
        """Take the rows from other pages, or from the same ones anew; the selection stays on its row.

        Args:
            pages: Where the rows come from now.
            reveal: Show what came in above: from the first row on, or, where the operator chose a row, as
                much as leaves that one in sight.
            empty: The sentence to show when there are no rows.
        """
        if empty is not None:
            self._empty = empty

        def take(window: Window[R]) -> None:
            window.take(pages, reveal=reveal)
            if reveal and not self.chosen:
                window.to_first()

        self._change(take)

    def select(self, key: Hashable) -> bool:
        """Put the cursor on the row with this key; False if it is not there."""
        self.chosen = True
        self._change(lambda window: window.find(key))
        return self.selected is not None and self.selected.key == key

    def move(self, rows: int) -> None:
        """Move the cursor by so many rows, headings not counted; it stops at either end."""
        self.chosen = True
        self._change(lambda window: window.move(rows))

    def turn(self, pages: int) -> None:
        """Move the cursor by so many screens."""
        self.move(pages * max(1, self.size.height - 1))

    def to_first(self) -> None:
        """Put the cursor on the topmost row of all, and on whatever will be let in above it."""
        self.chosen = False
        self._change(lambda window: window.to_first())

    def to_last(self) -> None:
        """Put the cursor on the lowest row of all."""
        self.chosen = True
        self._change(lambda window: window.to_last())

    def open(self) -> None:
        """Say that the operator opened the selected row."""
        if self.selected is not None:
            self.post_message(self.Opened(self, self.selected.key))

    def render_line(self, y: int) -> Strip:
        """One row with its gutter, or a blank line below the last."""
        window, width = self._window, self.size.width
        index = window.top + y
        if not window.rows and y == 0:
            return self.paint(((" " * GUTTER, ""), (self._empty, "quiet")), width)
        if not 0 <= index < len(window.rows):
            return self.blank(width)
        return Strip.join(
            [
                self._gutter(index == window.cursor, window.rows[index].key in self.marked),
                self._strip(window.rows[index], width - GUTTER),
            ]
        )

    def mark(self, keys: frozenset[Hashable]) -> None:
        """Mark these rows and no others; only gutters that differ are sent."""
        changed, self.marked = self.marked ^ keys, keys
        for y, row in enumerate(self.in_sight):
            if row.key in changed:
                self._refresh_gutter(y)

    def notify_style_update(self) -> None:
        """Forget what was painted in the old colours."""
        self._strips.clear()
        super().notify_style_update()

    def on_focus(self) -> None:
        """Show that this list has the keys."""
        self._refresh_gutter(self._window.cursor - self._window.top)

    def on_blur(self) -> None:
        """Show that another panel has them."""
        self._refresh_gutter(self._window.cursor - self._window.top)

    def on_resize(self) -> None:
        """Keep the selected row in sight and fill the panel."""
        self._window.height = self.size.height
        self._window.extend(1)
        self._window.extend(-1)
        self._window.settle()
        self.refresh()

    def _change(self, change: Callable[[Window[R]], object]) -> None:
        """Change the window, send only the lines and gutters that differ, and tell of another selection."""
        window = self._window
        rows, line, selected = list(window.in_sight), window.cursor - window.top, window.selected
        change(window)
        after = window.in_sight
        for y in range(self.size.height):
            old, new = (listed[y] if y < len(listed) else None for listed in (rows, after))
            if old != new or (new is None and y == 0):
                self.refresh(Region(0, y, self.size.width, 1))
        if line != window.cursor - window.top:
            self._refresh_gutter(line)
            self._refresh_gutter(window.cursor - window.top)
        if (selected and selected.key) != (window.selected and window.selected.key):
            self.post_message(self.Selected(self, window.selected.key if window.selected else None))

    def _gutter(self, here: bool, marked: bool) -> Strip:
        mark = (self.glyphs.cursor if self.has_focus else self.glyphs.held) if here else " "
        return self.paint(((mark, "strong"), (self.glyphs.marked if marked else " ", "strong")), GUTTER)

    def _strip(self, row: R, width: int) -> Strip:
        strip = self._strips.get((row, width))
        if strip is None:
            strip = self._strips[row, width] = self.paint(self.draw(row, width), width)
        return strip

    def _refresh_gutter(self, y: int) -> None:
        if 0 <= y < self.size.height:
            self.refresh(Region(0, y, GUTTER, 1))
