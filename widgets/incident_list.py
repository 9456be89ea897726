"""The open incidents, grouped under place headings, worst first. Run this module to see it alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from widgets.line import Line, Part, cut, fit, flat, length, right
from widgets.painted import TIER_STYLES
from widgets.row_list import RowList
from widgets.window import Listed

MOOD_FROM = 70
"""Cells from which a row has room for its mood."""
NARROW_TOPIC = 8
"""Cells that a topic keeps where the row is narrow."""
VOICES = 9
"""Cells of `31 voices`; a hundred take one more."""
GAP = 2
"""Cells before each fact; one where not all of them have room otherwise."""


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
class Fact:
    """Something that people do about an incident."""

    text: str
    style: str = ""
    short: str = ""
    """Said instead where there is no room for all of it."""


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
    facts: tuple[Fact, ...] = ()
    """What people do about it: as many as there is room for, the first first."""
    by_hand: str = ""
    """The mark behind a tier that a person has set."""
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
        """A heading in capitals, or: mark, tier, topic, official or not, voices, facts, mood, age, new."""
        more = self.glyphs.more
        if isinstance(row, PlaceHeading):
            return ((cut(flat(row.place).upper(), width, more), "strong"),)
        style = TIER_STYLES.get(row.tier, "")
        topic_width = min(16, max(NARROW_TOPIC, width // 7))
        head: Line = (
            (f" {self.glyphs.mark(row.tier)} ", style),
            (f"{fit(row.word, 7, more).rstrip() + row.by_hand:<9}", style),
            (fit(flat(row.topic), topic_width, more), "strong" if row.tier == 1 else ""),
            (f"{self.glyphs.official if row.official else ' '} ", "official"),
            (right(row.voices, VOICES if len(row.voices) <= VOICES else 10, more), ""),
        )
        wide = width >= MOOD_FROM
        tail: Line = ((right(row.age, 5 if wide else 4), ""), (right(row.new, 5), "strong"))
        room = width - length(head) - length(tail)
        mood: Line = ((right(row.mood, 7), "quiet"),) if wide else ()
        if _wanted(row.facts, 1) > room - length(mood):
            mood = ()  # the detail has it too; who holds what is nowhere else in sight
        return (*head, *_told(row.facts, room - length(mood), more), *mood, *tail)


def _wanted(facts: Sequence[Fact], gap: int) -> int:
    """Cells that all facts take with so many before each."""
    return sum(gap + length(((flat(fact.text), ""),)) for fact in facts)


def _told(facts: Sequence[Fact], room: int, more: str) -> Line:
    """As many facts as there is room for, in exactly so many cells; one that is too long makes way."""
    told: list[Part] = []
    gap = " " * (GAP if _wanted(facts, GAP) <= room else 1)
    for fact in facts:
        left = room - length(told) - len(gap)
        sizes = {one: length(((one, ""),)) for one in (flat(fact.text), fact.short) if one}
        words = next((one for one, size in sizes.items() if size <= left), "")
        if not words and not told:
            words = cut(flat(fact.text), left, more)
        if words:
            told += [(gap, ""), (words, fact.style)]
    return (*told, (" " * max(room - length(told), 0), ""))


if __name__ == "__main__":
    from widgets.alone import show_alone

    rows = (
        IncidentRow(
            "a",
            "Mill Street",
            1,
            "act now",
            "flood",
            "31 voices",
            "12m",
            "+6",
            "-0.58",
            True,
            (Fact("kim 4m", "strong"), Fact("answer 2m"), Fact("told 0")),
        ),
        IncidentRow(
            "b",
            "Main Road",
            2,
            "soon",
            "pothole",
            "14 voices",
            "3h",
            "+1",
            "-0.20",
            facts=(Fact("Roads #4411 ack"),),
            by_hand="^",
        ),
        IncidentRow("c", "Mill Street", 3, "watch", "power", "4 voices", "1h"),
        IncidentRow("d", "no place", 3, "watch", "election", "22 voices", "6h"),
    )
    sample = IncidentList()
    sample.show(Listed(grouped(rows)))
    show_alone(sample)
