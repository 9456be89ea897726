"""What intake hands to the store: a judgement, and what it changes around the mention."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.judgement import HazardState, IncidentState, Judgement, Noun, Reason, Tier
from feeds.post import Hazard


def post_key(source: str, native_id: str) -> str:
    """Name a post across sources. The separator cannot occur in a cleaned name."""
    return f"{source}\x1f{native_id}"


class IncidentNow(Noun, frozen=True, gc=False):
    """An incident's standing after the mention that was just judged."""

    key: str
    place: str
    topic: str
    tier: Tier
    points: float
    reasons: tuple[Reason, ...]
    voices: int
    official: bool
    state: IncidentState
    opened_at: datetime
    last_at: datetime
    previous: str | None = None


class Ruling(Noun, frozen=True, gc=False):
    """One post judged, with everything that the store needs to write it down."""

    key: str
    """`post_key` of the post."""
    judgement: Judgement
    at: datetime
    """When it was said, made plausible: never in the future, never before there were networks."""
    author: str
    author_name: str
    url: str
    official: bool
    status: str
    """An alert's status (Actual, Test, ...); empty for the rest."""
    notes: tuple[str, ...]
    """Sentences of parser and intake about what was mended (`dated 2099, shown as it arrived`)."""
    head: str | None
    """`post_key` of the mention that this one is folded under; None when it stands by itself."""
    head_voices: int
    """Independent authors of the folded group, this one included."""
    incident: IncidentNow | None
    adopted: tuple[str, ...] = ()
    """Keys of earlier mentions that join the incident because this one opened it."""
    others: tuple[IncidentNow, ...] = ()
    """Further incidents that stand otherwise now: an official alert touches them, or touches them no more."""


@dataclass(frozen=True, slots=True)
class LivingHazard:
    """One danger and all the messages about it folded together."""

    messages: tuple[str, ...]
    """Keys of every message seen or referenced, oldest first, bounded."""
    latest: Hazard
    """The message in force."""
    state: HazardState
    updates: int
    """Messages after the first that changed it."""
    ends_at: datetime
    """When it is over unless something newer arrives."""
    assumed_end: bool
    """The alert gave no expiry; `ends_at` is the desk's 24 hours (CAP leaves it to the receiver)."""


@dataclass(frozen=True, slots=True)
class RememberedMention:
    """A stored mention as the judge needs it back after a restart."""

    key: str
    author: str
    text: str
    at: datetime
    place: str
    topic: str
    points: float
    head: str | None
    incident: str | None
    official: bool
    alert: bool = False
    """Whether it is an official alert, which comes back as a `RememberedHazard` while it is in force."""


@dataclass(frozen=True, slots=True)
class RememberedHazard:
    """A stored alert that was in force last, as the judge needs it back after a restart."""

    hazard: LivingHazard
    place: str
    """Under which it was filed."""
    incident: str | None
    """Key of the incident that it drives."""
