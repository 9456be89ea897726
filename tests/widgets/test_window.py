"""The window over a long list: whatever is done to it, it shows the same as the whole list would."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from widgets.window import Listed, Window


@dataclass(frozen=True)
class Numbered:
    key: int
    selectable: bool = True


class Counted:
    """A million numbers, and how many of them were ever asked for."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.asked = 0

    def _rows(self, start: int, end: int) -> Sequence[Numbered]:
        rows = [Numbered(key) for key in range(max(0, start), min(end, self.size))]
        self.asked += len(rows)
        return rows

    def first(self, count: int) -> Sequence[Numbered]:
        return self._rows(0, count)

    def last(self, count: int) -> Sequence[Numbered]:
        return self._rows(self.size - count, self.size)

    def before(self, key: Hashable, count: int) -> Sequence[Numbered]:
        assert isinstance(key, int)
        return self._rows(key - count, key)

    def after(self, key: Hashable, count: int) -> Sequence[Numbered]:
        assert isinstance(key, int)
        return self._rows(key + 1, key + 1 + count)


MOVES = st.lists(
    st.one_of(st.integers(-60, 60), st.sampled_from(["first", "last", "again", "reveal"])), max_size=30
)


@given(st.integers(1, 900), st.integers(1, 30), MOVES)
def test_moving_through_a_window_is_moving_through_the_list(
    size: int, height: int, moves: list[int | str]
) -> None:
    pages = Counted(size)
    window: Window[Numbered] = Window(height)
    window.take(pages)
    expected = 0
    for move in moves:
        if isinstance(move, int):
            window.move(move)
            expected = max(0, min(size - 1, expected + move))
        elif move == "first":
            window.to_first()
            expected = 0
        elif move == "last":
            window.to_last()
            expected = size - 1
        else:
            window.take(pages, reveal=move == "reveal")
        assert window.selected == Numbered(expected)
        seen = [row.key for row in window.in_sight]
        assert expected in seen
        assert seen == list(range(seen[0], seen[0] + min(height, size)))
        assert len(window.rows) <= 4 * max(50, 2 * height)


def test_a_million_rows_cost_what_a_thousand_do() -> None:
    asked = []
    for size in (1_000, 1_000_000):
        pages = Counted(size)
        window: Window[Numbered] = Window(20)
        window.take(pages)
        for _ in range(40):
            window.move(19)
        window.to_last()
        window.move(-300)
        asked.append(pages.asked)
    assert asked[0] == asked[1] < 3_000


def test_the_selected_row_stays_selected_and_on_its_line_when_rows_come_in_above() -> None:
    window: Window[Numbered] = Window(5)
    window.take(Listed([Numbered(key) for key in range(10, 40)]))
    window.move(7)
    line = window.cursor - window.top

    window.take(Listed([Numbered(key) for key in range(40)]))

    assert window.selected == Numbered(17)
    assert window.cursor - window.top == line


def test_letting_rows_in_shows_as_many_as_fit_above_the_selected_one() -> None:
    window: Window[Numbered] = Window(5)
    window.take(Listed([Numbered(key) for key in range(10, 40)]))

    window.take(Listed([Numbered(key) for key in range(40)]), reveal=True)

    assert window.selected == Numbered(10)
    assert [row.key for row in window.in_sight] == [6, 7, 8, 9, 10]


def test_a_row_that_is_gone_leaves_the_cursor_on_the_row_that_took_its_place() -> None:
    window: Window[Numbered] = Window(5)
    rows = [Numbered(key) for key in range(10)]
    window.take(Listed(rows))
    window.move(4)

    window.take(Listed(rows[:4] + rows[5:]))

    assert window.selected == Numbered(5)
    window.take(Listed[Numbered]())
    assert window.selected is None


def test_headings_are_skipped_and_the_first_of_them_stays_in_sight() -> None:
    rows = [Numbered(0, False), Numbered(1), Numbered(2, False), Numbered(3), Numbered(4), Numbered(5)]
    window: Window[Numbered] = Window(3)
    window.take(Listed(rows))
    assert window.selected == rows[1]
    window.move(1)
    assert window.selected == rows[3]
    window.to_last()
    window.move(-10)
    assert window.selected == rows[1]
    assert window.in_sight[0] == rows[0]


def test_a_key_that_is_not_there_moves_nothing() -> None:
    window: Window[Numbered] = Window(5)
    window.take(Listed([Numbered(key) for key in range(10)]))
    window.move(3)
    assert not window.find(99)
    assert window.selected == Numbered(3)
    assert window.find(8)
    assert window.selected == Numbered(8)
