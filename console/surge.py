"""A surge, as a value: far more voices than usual on one place and topic. Times are aware and in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Term:
    """A word that is commoner in a surge than before."""

    text: str
    voices: int
    """Of the surge, that use it."""
    before: int
    """Texts that used it, of the `of` texts of the past that it was compared with."""
    of: int


@dataclass(frozen=True, slots=True)
class Surge:
    """Far more voices than usual on one place and topic."""

    place: str
    """Empty: of no known place."""
    topic: str
    """Empty: the place, whatever the topic."""
    voices: int
    """Independent ones, in the `span` before `heard_at`."""
    span: float
    """Seconds."""
    usual: float
    """Voices in such a span: the higher of what the half day before and the same hour of other days give."""
    half_day: float
    """What the past half day gives for such a span."""
    yesterday: float | None
    """What the same hour (of UTC) yesterday gives, the louder of the two that it lay in; None where the desk
    did not listen."""
    week_ago: float | None
    """The same a week ago."""
    hours: int
    """Of the past twelve, that the desk listened in."""
    days: int
    """Of the past seven, in whose same hour the desk listened."""
    terms: tuple[Term, ...]
    most: int
    """The most voices that any such span had so far."""
    told: int
    """Voices when it was told last: it is told again once they have doubled."""
    began_at: datetime
    """When it was told first."""
    told_at: datetime
    heard_at: datetime
    """When its voices were counted last."""
    ended_at: datetime | None = None

    @property
    def times(self) -> float:
        """How many times the usual it is, or was at most once it is over; a usual of less than one is one."""
        return (self.voices if self.ended_at is None else self.most) / max(self.usual, 1.0)


@dataclass(frozen=True, slots=True)
class Listened:
    """How much of the past a desk knows to compare the last hour with."""

    hours: int = 0
    """Of the past twelve; below six it cannot tell yet."""
    days: int = 0
    """Of the past seven, at this hour."""
    at: datetime | None = None
    """When this was so."""


@dataclass(frozen=True, slots=True)
class Surges:
    """What a desk knows of surges."""

    told: tuple[Surge, ...] = ()
    listened: Listened = Listened()


LEAST_PAST = 6
"""Hours of the past twelve without which nobody can tell a surge from a usual hour."""


def span_words(seconds: float) -> str:
    """`last hour`, `last 20 min`."""
    return "last hour" if seconds == 3600 else f"last {seconds / 60:.0f} min"


def usual_words(voices: float) -> str:
    """`usually 4`; what rounds to nothing is none."""
    return f"usually {voices:.0f}" if voices >= 0.5 else "usually none"


def voices_words(surge: Surge) -> str:
    """`38 voices in the last hour, usually 4`; of one that is over the most that there were."""
    many = surge.voices if surge.ended_at is None else surge.most
    span = f"the {span_words(surge.span)}" if surge.ended_at is None else f"{surge.span / 60:.0f} min"
    return f"{many} voices in {span}, {usual_words(surge.usual)}"


def known_words(listened: Listened) -> str:
    """How much the last hour is compared with, or that there is too little to tell."""
    if listened.at is None:
        return "not known yet: no service has looked for surges so far"
    known = f"{listened.hours} of the past 12 hours"
    if listened.hours < LEAST_PAST:
        return f"not known yet: of the past, {known} are known, and it takes {LEAST_PAST}"
    days = f"this hour on {listened.days} of the past 7 days" if listened.days else "no other day yet"
    return f"compared with {known} and {days}"


def terms_words(surge: Surge) -> str:
    """`pump 14, basement 9`: the words that rose, each with the voices that use it."""
    return ", ".join(f"{term.text} {term.voices}" for term in surge.terms)
