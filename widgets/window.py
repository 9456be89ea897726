"""The rows of a long list that are in memory, and the cursor among them.

A page is fetched when the cursor comes within a screen of the window's edge, and rows far from it are
dropped: the cost of a list is that of its window, whatever its length.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Generic, Protocol, TypeVar

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


class Window(Generic[R]):
    """Some rows of a list, the one that is selected, and the one at the top of the screen.

    Args:
        height: Lines of the screen; to be kept up to date.
    """

    def __init__(self, height: int = 0) -> None:
        self.height = height
        self.rows: list[R] = []
        self.cursor = -1
        """Index of the selected row; -1 for none."""
        self.top = 0
        """Index of the topmost row in sight."""
        self._pages: Pages[R] = Listed[R]()
        self._whole_above = self._whole_below = True
        """Whether the window reaches that end of the list."""

    @property
    def selected(self) -> R | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    @property
    def in_sight(self) -> Sequence[R]:
        """The rows on the screen."""
        return self.rows[self.top : self.top + self.height]

    def take(self, pages: Pages[R], *, reveal: bool = False) -> None:
        """Fetch the window anew; the selection stays on its row, or goes to the row that took its place.

        Args:
            pages: Where the rows come from now.
            reveal: Scroll up as far as the selected row stays in sight, to show what came in above it.
                Otherwise the selected row stays on its line.
        """
        line = self.height - 1 if reveal else self.cursor - self.top
        self._pages = pages
        if self.selected is None:
            self._open(pages.first(self._page), top=True)
            self.cursor = _index(self._next(-1, 1))
        else:
            self._stay(self.selected.key)
        self.top = self.cursor - line
        self.settle()

    def find(self, key: Hashable) -> bool:
        """Put the cursor on the row with this key; False, and nothing moved, where it is not there."""
        rows, whole = self.rows, (self._whole_above, self._whole_below)
        self._around(key)
        found = next(
            (index for index, row in enumerate(self.rows) if row.key == key and row.selectable), None
        )
        if found is None:
            self.rows, (self._whole_above, self._whole_below) = rows, whole
            return False
        self.cursor = found
        self.settle()
        return True

    def move(self, rows: int) -> None:
        """Move the cursor by so many rows, headings not counted; it stops at either end."""
        step = 1 if rows > 0 else -1
        for _ in range(abs(rows)):
            self.extend(step)
            following = self._next(self.cursor, step)
            if following is None:
                break
            self.cursor = following
        self.extend(step)
        if step < 0 and self._next(self.cursor, -1) is None:
            self.top = 0
        self.settle()

    def to_first(self) -> None:
        """Put the cursor on the topmost row of all."""
        self._open(self._pages.first(self._page), top=True)
        self.cursor, self.top = _index(self._next(-1, 1)), 0
        self.settle()

    def to_last(self) -> None:
        """Put the cursor on the lowest row of all."""
        self._open(self._pages.last(self._page), top=False)
        self.cursor = _index(self._next(len(self.rows), -1))
        self.settle()

    def extend(self, step: int) -> None:
        """Fetch one more page if the cursor is within a screen of the window's end in a direction."""
        if not self.rows:
            return
        if step > 0 and not self._whole_below and self.cursor + self.height >= len(self.rows):
            below = self._pages.after(self.rows[-1].key, self._page)
            self._whole_below = len(below) < self._page
            self.rows += below
        if step < 0 and not self._whole_above and self.cursor < self.height:
            above = self._pages.before(self.rows[0].key, self._page)
            self._whole_above = len(above) < self._page
            self.rows[:0] = above
            self.cursor += len(above)
            self.top += len(above)

    def settle(self) -> None:
        """Scroll so that the cursor is in sight and the screen is full, and drop rows far from both."""
        height = self.height
        if height < 1:
            return
        self.top = min(max(self.top, self.cursor - height + 1), max(self.cursor, 0))
        self.top = max(0, min(self.top, len(self.rows) - height))
        if 0 < self.top == self.cursor and not self.rows[self.top - 1].selectable and height > 1:
            self.top -= 1  # a heading is not left out of sight above its first row
        self._drop(4 * self._page)

    @property
    def _page(self) -> int:
        return max(LEAST_PAGE, 2 * self.height)

    def _open(self, rows: Sequence[R], *, top: bool) -> None:
        self.rows = list(rows)
        whole = len(rows) < self._page
        self._whole_above, self._whole_below = top or whole, not top or whole

    def _around(self, key: Hashable) -> int:
        """Fetch the rows above and below a key; returns how many stand above it."""
        above = list(self._pages.before(key, self._page))
        if not above:
            self._open(self._pages.first(self._page), top=True)
            return 0
        below = list(self._pages.after(above[-1].key, self._page))
        self.rows = above + below
        self._whole_above, self._whole_below = len(above) < self._page, len(below) < self._page
        return len(above)

    def _stay(self, key: Hashable) -> None:
        place = self.cursor
        above = self._around(key)
        keys = (index for index, row in enumerate(self.rows) if row.key == key)
        self.cursor = next(keys, min(above or place, len(self.rows) - 1))
        if self.rows and not self.rows[self.cursor].selectable:
            below = self._next(self.cursor, 1)
            self.cursor = _index(self._next(self.cursor, -1) if below is None else below)

    def _next(self, index: int, step: int) -> int | None:
        """The next selectable row in a direction, within the window."""
        index += step
        while 0 <= index < len(self.rows):
            if self.rows[index].selectable:
                return index
            index += step
        return None

    def _drop(self, limit: int) -> None:
        if len(self.rows) <= limit:
            return
        drop = max(0, min(self.top - limit // 2, len(self.rows) - limit))
        self._whole_above = self._whole_above and not drop
        self._whole_below = self._whole_below and drop + limit >= len(self.rows)
        self.rows = self.rows[drop : drop + limit]
        self.cursor -= drop
        self.top -= drop


def _index(found: int | None) -> int:
    return -1 if found is None else found
