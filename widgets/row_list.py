"""A list of any length, of which only a window is ever in memory: a million rows cost what a thousand do.

The rows come in pages from whoever owns them. The cursor is a mark in the gutter, so that moving it sends two
cells; the selection belongs to a row's key, not to its place, so that no refresh can move it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from rich.segment import Segment
from textual.cache import LRUCache
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from widgets.glyphs import UNICODE, Glyphs
from widgets.line import Line
from widgets.painted import Painted

GUTTER = 2
"""Cells left of every row: the cursor's mark and a blank."""
LEAST_PAGE = 50
"""Rows asked for at once, at least; a window holds at most four pages."""


class Row(Protocol):
    """What a list needs to know of a row; the rest is for whoever draws it. Rows are hashable values."""

    @property
    def key(self) -> Hashable:
        """Its identity, the same after every refresh."""

    @property
    def selectable(self) -> bool:
        """False for headings, which the cursor skips."""


R = TypeVar("R", bound=Row)
R_co = TypeVar("R_co", bound=Row, covariant=True)


class Pages(Protocol[R_co]):
    """Rows in a fixed order, fetched a page at a time. Every answer is in the order of the list."""

    def first(self, count: int) -> Sequence[R_co]:
        """The topmost rows."""

    def last(self, count: int) -> Sequence[R_co]:
        """The lowest rows."""

    def before(self, key: Hashable, count: int) -> Sequence[R_co]:
        """The rows right above the one with this key."""

    def after(self, key: Hashable, count: int) -> Sequence[R_co]:
        """The rows right below the one with this key."""


class Listed(Generic[R_co]):
    """Pages of rows that are all at hand."""

    def __init__(self, rows: Sequence[R_co] = ()) -> None:
        self._rows = tuple(rows)
        self._index = {row.key: index for index, row in enumerate(self._rows)}

    def first(self, count: int) -> Sequence[R_co]:
        """The topmost rows."""
        return self._rows[:count]

    def last(self, count: int) -> Sequence[R_co]:
        """The lowest rows."""
        return self._rows[-count:]

    def before(self, key: Hashable, count: int) -> Sequence[R_co]:
        """The rows right above; none for a key that is not here."""
        index = self._index.get(key, 0)
        return self._rows[max(0, index - count) : index]

    def after(self, key: Hashable, count: int) -> Sequence[R_co]:
        """The rows right below; none for a key that is not here."""
        index = self._index.get(key, len(self._rows))
        return self._rows[index + 1 : index + 1 + count]


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

    COMPONENT_CLASSES: ClassVar[set[str]] = set()
    DEFAULT_CSS = "RowList { height: 1fr; overflow: hidden; }"

    def __init__(
        self, *, glyphs: Glyphs = UNICODE, empty: str = "nothing here", id: str | None = None
    ) -> None:
        super().__init__(glyphs=glyphs, id=id)
        self._pages: Pages[R] = Listed[R]()
        self._rows: list[R] = []
        self._top = 0
        self._cursor = -1
        self._whole_above = self._whole_below = True
        self._empty = empty
        self._strips: LRUCache[tuple[R, int], Strip] = LRUCache(512)

    @abstractmethod
    def draw(self, row: R, width: int) -> Line:
        """One row as a line of at most `width` cells, without the gutter."""

    # What is shown

    @property
    def selected(self) -> R | None:
        """The row under the cursor."""
        return self._rows[self._cursor] if 0 <= self._cursor < len(self._rows) else None

    @property
    def in_sight(self) -> Sequence[R]:
        """The rows on the screen."""
        return self._rows[self._top : self._top + self.size.height]

    @property
    def full(self) -> bool:
        """Whether the rows reach the lower edge of the panel."""
        return len(self._rows) >= max(self.size.height, 1)

    def show(self, pages: Pages[R], *, reveal: bool = False, empty: str | None = None) -> None:
        """Take the rows from other pages, or from the same ones anew; the selection stays on its row.

        Args:
            pages: Where the rows come from now.
            reveal: Scroll up as far as the selected row stays in sight, to show what came in above it.
            empty: The sentence to show when there are no rows.
        """
        self._pages = pages
        before, height, old = self.in_sight, self._cursor - self._top, self.selected
        self._empty = empty if empty is not None else self._empty
        self._load(old)
        self._top = self._cursor - (self.size.height - 1 if reveal else height)
        self._settle()
        if list(before) != list(self.in_sight) or not before or height != self._cursor - self._top:
            self._refresh_changed(before, height)
        if (old and old.key) != (self.selected and self.selected.key):
            self._tell()

    def select(self, key: Hashable) -> bool:
        """Put the cursor on the row with this key; False if it is not there."""
        self._load_around(key)
        found = next(
            (index for index, row in enumerate(self._rows) if row.key == key and row.selectable), None
        )
        if found is None:
            self._settle()
            self.refresh()
            return False
        self._put(found)
        return True

    # What keys do

    def move(self, rows: int) -> None:
        """Move the cursor by so many rows, headings not counted; it stops at either end."""
        step = 1 if rows > 0 else -1
        target = self._cursor
        for _ in range(abs(rows)):
            target += self._extend(target, step)
            following = self._next(target, step)
            if following is None:
                break
            target = following
        target += self._extend(target, step)
        if step < 0 and self._next(target, -1) is None:
            self._top = 0
        self._put(target)

    def turn(self, pages: int) -> None:
        """Move the cursor by so many screens."""
        self.move(pages * max(1, self.size.height - 1))

    def to_first(self) -> None:
        """Put the cursor on the topmost row of all."""
        self._open_at(self._pages.first(self._page), top=True)
        self._put(self._next(-1, 1), whole=True)

    def to_last(self) -> None:
        """Put the cursor on the lowest row of all."""
        self._open_at(self._pages.last(self._page), top=False)
        self._put(self._next(len(self._rows), -1), whole=True)

    def open(self) -> None:
        """Say that the operator opened the selected row."""
        if self.selected is not None:
            self.post_message(self.Opened(self, self.selected.key))

    # Drawing

    def render_line(self, y: int) -> Strip:
        """One row with its gutter, or a blank line below the last."""
        width = self.size.width
        index = self._top + y
        if not self._rows and y == 0:
            return self.paint(((" " * GUTTER, ""), (self._empty, "quiet")), width)
        if not 0 <= index < len(self._rows):
            return Strip.blank(width, self.rich_style)
        return Strip.join(
            [self._gutter(index == self._cursor), self._strip(self._rows[index], width - GUTTER)]
        )

    def notify_style_update(self) -> None:
        """Forget what was painted in the old colours."""
        self._strips.clear()
        super().notify_style_update()

    def on_focus(self) -> None:
        """Show that this list has the keys."""
        self._refresh_row(self._cursor)

    def on_blur(self) -> None:
        """Show that another panel has them."""
        self._refresh_row(self._cursor)

    def on_resize(self) -> None:
        """Keep the selected row in sight and fill the panel."""
        if self._rows:
            self._extend(max(self._cursor, 0), 1)
            self._extend(max(self._cursor, 0), -1)
        self._settle()

    def _gutter(self, here: bool) -> Strip:
        mark = (self.glyphs.cursor if self.has_focus else self.glyphs.held) if here else " "
        return Strip(
            [Segment(mark + " " * (GUTTER - 1), self.get_component_rich_style("painted--strong"))], GUTTER
        )

    def _strip(self, row: R, width: int) -> Strip:
        strip = self._strips.get((row, width))
        if strip is None:
            strip = self._strips[row, width] = self.paint(self.draw(row, width), width)
        return strip

    def _refresh_row(self, index: int) -> None:
        if self._top <= index < self._top + self.size.height:
            self.refresh(Region(0, index - self._top, GUTTER, 1))

    def _refresh_changed(self, before: Sequence[R], cursor_line: int) -> None:
        after = self.in_sight
        for y in range(self.size.height):
            old, new = (rows[y] if y < len(rows) else None for rows in (before, after))
            if old != new or (old is None and y == 0):
                self.refresh(Region(0, y, self.size.width, 1))
        for y in {cursor_line, self._cursor - self._top}:
            if 0 <= y < self.size.height:
                self.refresh(Region(0, y, GUTTER, 1))

    # The window of rows in memory

    @property
    def _page(self) -> int:
        return max(LEAST_PAGE, 2 * self.size.height)

    def _load(self, selected: R | None) -> None:
        """Fetch the window anew around the selected row; where that is gone, the row that took its place."""
        if selected is None:
            self._open_at(self._pages.first(self._page), top=True)
            self._cursor = _or_none_selected(self._next(-1, 1))
            return
        place = self._cursor
        above = self._load_around(selected.key)
        self._cursor = next(
            (index for index, row in enumerate(self._rows) if row.key == selected.key),
            min(above or place, len(self._rows) - 1),
        )
        if self._rows and not self._rows[self._cursor].selectable:
            below = self._next(self._cursor, 1)
            self._cursor = _or_none_selected(self._next(self._cursor, -1) if below is None else below)

    def _load_around(self, key: Hashable) -> int:
        """Fetch the rows above and below a key; returns how many stand above it."""
        above = list(self._pages.before(key, self._page))
        if not above:
            self._open_at(self._pages.first(self._page), top=True)
            return 0
        below = list(self._pages.after(above[-1].key, self._page))
        self._rows = above + below
        self._whole_above, self._whole_below = len(above) < self._page, len(below) < self._page
        return len(above)

    def _open_at(self, rows: Sequence[R], *, top: bool) -> None:
        self._rows = list(rows)
        whole = len(rows) < self._page
        self._whole_above, self._whole_below = top or whole, not top or whole

    def _next(self, index: int, step: int) -> int | None:
        """The next selectable row in a direction, within the window."""
        index += step
        while 0 <= index < len(self._rows):
            if self._rows[index].selectable:
                return index
            index += step
        return None

    def _extend(self, index: int, step: int) -> int:
        """Fetch one more page where a row is within a screen of the window's end in a direction.

        Returns:
            By how many places that pushed the rows already there down.
        """
        height = self.size.height
        if step > 0 and not self._whole_below and index + height >= len(self._rows):
            more = self._pages.after(self._rows[-1].key, self._page)
            self._whole_below = len(more) < self._page
            self._rows += more
        if step > 0 or self._whole_above or index - height >= 0:
            return 0
        above = list(self._pages.before(self._rows[0].key, self._page))
        self._whole_above = len(above) < self._page
        self._rows[:0] = above
        self._cursor += len(above)
        self._top += len(above)
        return len(above)

    def _put(self, index: int | None, *, whole: bool = False) -> None:
        """Put the cursor on a row of the window, scroll it into sight, and say so."""
        old, old_top = self._cursor, self._top
        self._cursor = _or_none_selected(index)
        self._settle()
        if whole or self._top != old_top:
            self.refresh()
        else:
            self._refresh_row(old)
            self._refresh_row(self._cursor)
        if whole or old != self._cursor:
            self._tell()

    def _settle(self) -> None:
        """Scroll so that the cursor is in sight and the panel is full, and drop rows far from both."""
        height = max(self.size.height, 1)
        self._top = min(max(self._top, self._cursor - height + 1), max(self._cursor, 0))
        self._top = max(0, min(self._top, len(self._rows) - height))
        if 0 < self._top == self._cursor and not self._rows[self._top - 1].selectable and height > 1:
            self._top -= 1
        limit = 4 * self._page
        if len(self._rows) > limit:
            drop = max(0, min(self._top - limit // 2, len(self._rows) - limit))
            self._whole_above = self._whole_above and not drop
            self._whole_below = self._whole_below and drop + limit >= len(self._rows)
            self._rows = self._rows[drop : drop + limit]
            self._cursor -= drop
            self._top -= drop

    def _tell(self) -> None:
        self.post_message(self.Selected(self, self.selected.key if self.selected else None))


def _or_none_selected(index: int | None) -> int:
    return -1 if index is None else index
