"""The nouns of the judge, as frozen values; text here is already clean.

They are apart from the desk's other nouns because a judge that starts for one post needs no more of them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal, Self

from msgspec import Struct, structs

Tier = Literal[1, 2, 3]
HUMANITARIAN_WORDS = {
    "requests_or_urgent_needs": "a need",
    "injured_or_dead_people": "people hurt or dead",
    "missing_or_found_people": "people missing or found",
    "displaced_people_and_evacuations": "people leaving their homes",
    "infrastructure_and_utility_damage": "damage",
    "caution_and_advice": "warnings and advice",
    "rescue_volunteering_or_donation_effort": "rescue and giving",
}
"""What a post of a disaster is about, and how that is called on a screen."""
NO_PLACE = "no place"
"""The heading under which mentions without a known place stay in sight."""
NO_TOPIC = "other"
"""The topic of what no keyword table names."""

IncidentState = Literal["open", "closed"]
HazardState = Literal["live", "expired", "cancelled"]


@dataclass(frozen=True, slots=True)
class Place:
    """A location keyword: the name shown, other spellings of it, and the area it lies in."""

    name: str
    aliases: tuple[str, ...] = ()
    area: str = ""


class Noun(Struct, frozen=True, gc=False):
    """What is made for every post. A struct is made in a quarter of the time of a tuple with names.

    None of them can hold itself, so the collector (`gc`) need not look at them.
    """

    def _replace(self, **changes: Any) -> Self:
        """Make the same but for these fields, asked for as of a tuple with names."""
        return structs.replace(self, **changes)


class FoundPlace(Noun, frozen=True, gc=False, omit_defaults=True):
    """A place named in a text: the words as written, their offsets in the text as given, the place.

    It is stored and told with the names of its fields, so that what older versions stored can be read.
    """

    text: str
    start: int
    end: int
    name: str
    listed: bool = True
    """Whether the desk's list has it; else it is only recognised, and `name` is how it was written."""


class Reason(Noun, frozen=True, gc=False):
    """One addend of an urgency, readable by the operator: `calls for help "can't get out"`, +4.

    Stored and told with the names of its fields, as a `FoundPlace` is.
    """

    text: str
    points: float
    """To a tenth."""


_points_of = attrgetter("points")


def total(reasons: Collection[Reason]) -> float:
    """What reasons add up to, exactly as they are shown."""
    return round(sum(map(_points_of, reasons)), 1) if reasons else 0


class Judgement(Noun, frozen=True, gc=False):
    """What intake thinks of one post. The points of the reasons sum to `points`, which gives the tier."""

    id: str
    text: str
    lang: str
    """BCP 47, given or guessed; empty where neither."""
    places: tuple[FoundPlace, ...]
    place: str
    """The place it is filed under; empty for none."""
    topic: str
    mood: float | None
    """-1 to 1, or None where it was not scored; `mood_note` then says why."""
    mood_note: str
    points: float
    urgency: float
    """0 to 1, rising with `points`."""
    tier: Tier
    reasons: tuple[Reason, ...]
    repeat_of: str | None
    """Id of the first of its kind, within the same memory."""
    incident: str | None
    """Key of the incident it belongs to; None while too few speak of it."""
    humanitarian: str = ""
    """What a post of a disaster is about (`requests_or_urgent_needs`, ...); empty where words do not tell."""
