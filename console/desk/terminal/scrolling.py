"""Finds rows that only moved, so that the terminal can move them itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import ne

from console.desk.terminal.cells import BLANK, Row, blank_row

LEAST_GAIN = 24
"""Cells that a scroll must spare before it is tried."""
MOVED = 6
"""Cells of a row that differ at least, if it may have moved."""
SHIFTS = 3
"""Distances that are tried, the likeliest first."""
ALIKE = 0.4
"""Share of a row's cells that may differ in one that moved: an age, a mark."""


@dataclass(frozen=True, slots=True)
class Scroll:
    """Rows `top` to `bottom`, both included, moved by so many rows: down, or up for a negative number."""

    top: int
    bottom: int
    rows: int
    spared: int
    """Cells that need not be written."""

    def done(self, shown: Sequence[Row]) -> list[Row]:
        """The screen as it is after it."""
        after = list(shown)
        for y in range(self.top, self.bottom + 1):
            source = y - self.rows
            after[y] = shown[source] if self.top <= source <= self.bottom else blank_row(len(shown[self.top]))
        return after


def find(shown: Sequence[Row], wanted: Sequence[Row]) -> Scroll | None:
    """The scroll that spares most cells, or None where none spares enough."""
    costs = {
        y: _differing(shown[y], row)
        for y, row in enumerate(wanted)
        if shown[y] is not row and shown[y] != row
    }
    moved = [y for y, cells in costs.items() if cells >= MOVED]
    if len(moved) < 2:
        return None
    found: Scroll | None = None
    around = range(moved[0], moved[-1] + 1)
    for shift in _likely_shifts(shown, wanted, around):
        for top, bottom, gain in _blocks(shown, wanted, costs, around, shift):
            first, last = min(top, top - shift), max(bottom, bottom - shift)
            left_blank = (y for y in range(first, last + 1) if not top <= y <= bottom)
            spared = gain - sum(_written(wanted[y]) - costs.get(y, 0) for y in left_blank)
            if spared > (found.spared if found else LEAST_GAIN):
                found = Scroll(first, last, shift, spared)
    return found


def _likely_shifts(shown: Sequence[Row], wanted: Sequence[Row], around: range) -> list[int]:
    """Distances by which most rows moved, told by the middle of a row: its edges hold marks and ages."""
    width = len(wanted[0])
    middle = slice(width // 5, width // 2)
    places: dict[tuple[object, ...], list[int]] = {}
    for y in around:
        part = tuple(shown[y][middle])
        if any(character != " " for character, _ in part):
            places.setdefault(part, []).append(y)
    votes: Counter[int] = Counter()
    for y in around:
        for source in places.get(tuple(wanted[y][middle]), ()):
            if source != y:
                votes[y - source] += 1
    return [shift for shift, _ in votes.most_common(SHIFTS)]


def _blocks(
    shown: Sequence[Row], wanted: Sequence[Row], costs: dict[int, int], around: range, shift: int
) -> list[tuple[int, int, int]]:
    """(first row, last row, cells spared) of every block of wanted rows that stood `shift` rows higher."""
    blocks, start, gain = [], None, 0
    for y in range(around.start, around.stop + 1):
        source = y - shift
        fits = False
        if y in around and source in around:
            differing = _differing(shown[source], wanted[y])
            fits = differing <= ALIKE * len(wanted[y])
        if fits:
            start = y if start is None else start
            gain += costs.get(y, 0) - differing
        elif start is not None:
            blocks.append((start, y - 1, gain))
            start, gain = None, 0
    return blocks


def _written(row: Row) -> int:
    """Cells to write on a blank row."""
    return len(row) - row.count(BLANK)


def _differing(one: Row, other: Row) -> int:
    if one is other or one == other:
        return 0
    return sum(map(ne, one, other))
