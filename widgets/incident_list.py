"""The open incidents, grouped under place headings, worst first. Run this module to see it alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from widgets.line import Line, cut, fit, flat, length, right
from widgets.painted import TIER_STYLES
from widgets.row_list import RowList
from widgets.window import Listed

MOOD_FROM = 70
"""Cells from which a row has room for its mood."""
NOTE_WIDTH = 8
"""Cells that must be left over before a row shows its notes."""


@dataclass(frozen=True, slots=True)
class PlaceHeading:
    """The place that stands over its incidents."""

    place: str

    @property
    def key(self) -> tuple[str, str]:
        """Its identity; a pair, so that no incident's key is the same."""
        return ("place", self.place)

    @property
    def selectable(self) -> bool:
        """The cursor skips it."""
        return False


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One incident as the list shows it."""

    key: str
    place: str
    tier: int
    word: str
    """The tier in words: act now, soon, watch; closed once it is over."""
    topic: str
    voices: str
    """`31 voices`"""
    age: str
    """At most four cells."""
    new: str = ""
    """`+6`: mentions since the list was last let go on."""
    mood: str = ""
    """Mean mood, signed; empty for none."""
    official: bool = False
    """An official alert covers it."""
    notes: tuple[str, ...] = ()
    """Shown where there is room, the first first."""
    selectable: bool = True


IncidentListRow = PlaceHeading | IncidentRow


def grouped(rows: Sequence[IncidentRow]) -> tuple[IncidentListRow, ...]:
    """Incidents that come worst first, each under its place; places in the order of their worst incident."""
    places = {row.place: rank for rank, row in reversed(list(enumerate(rows)))}
    ordered = sorted(rows, key=lambda row: places[row.place])
    listed: list[IncidentListRow] = []
    for place, group in groupby(ordered, key=lambda row: row.place):
        listed.append(PlaceHeading(place))
        listed.extend(group)
    return tuple(listed)


def columns(width: int) -> str:
    """What stands at the right edge of a row of so many cells, above which it is written."""
    return "mood  age  new" if width >= MOOD_FROM else "age  new"


class IncidentList(RowList[IncidentListRow]):
    """Incidents under their places."""

    def draw(self, row: IncidentListRow, width: int) -> Line:
        """A heading in capitals, or: mark, tier, topic, official or not, voices, notes, mood, age, new."""
        more = self.glyphs.more
        if isinstance(row, PlaceHeading):
            return ((cut(flat(row.place).upper(), width, more), "strong"),)
        style = TIER_STYLES.get(row.tier, "")
        topic_width = min(16, max(6, width - 39))
        head: Line = (
            (f" {self.glyphs.mark(row.tier)} ", style),
            (fit(row.word, 7, more), style),
            ("  ", ""),
            (fit(flat(row.topic), topic_width, more), "strong" if row.tier == 1 else ""),
            (f" {self.glyphs.official if row.official else ' '}", "official"),
            (right(row.voices, 10, more), ""),
        )
        mood: Line = ((right(row.mood, 7), "quiet"),) if width >= MOOD_FROM else ()
        tail: Line = (*mood, (right(row.age, 5), ""), (right(row.new, 5), "strong"))
        room = width - length(head) - length(tail)
        notes = (
            cut("  " + "  ".join(flat(note) for note in row.notes), room, more) if room >= NOTE_WIDTH else ""
        )
        return (*head, (fit(notes, max(room, 0), more), "quiet"), *tail)


if __name__ == "__main__":
    from widgets.alone import show_alone

    rows = (
        IncidentRow("a", "Mill Street", 1, "act now", "flood", "31 voices", "12m", "+6", "-0.58", True),
        IncidentRow("b", "Main Road", 2, "soon", "pothole", "14 voices", "3h", "+1", "-0.20"),
        IncidentRow("c", "Mill Street", 3, "watch", "power", "4 voices", "1h"),
        IncidentRow("d", "no place", 3, "watch", "election", "22 voices", "6h"),
    )
    sample = IncidentList()
    sample.show(Listed(grouped(rows)))
    show_alone(sample)
