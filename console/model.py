"""The nouns of the desk, as frozen values. Times are aware and in UTC; text here is already clean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from console.judgement import (
    HUMANITARIAN_WORDS,
    NO_PLACE,
    NO_TOPIC,
    FoundPlace,
    HazardState,
    IncidentState,
    Judgement,
    Place,
    Reason,
    Tier,
    total,
)

__all__ = (
    "HUMANITARIAN_WORDS",
    "NO_PLACE",
    "NO_TOPIC",
    "FoundPlace",
    "HazardState",
    "IncidentState",
    "Judgement",
    "Place",
    "Reason",
    "Tier",
    "total",
)

TIER_WORDS: dict[int, str] = {1: "act now", 2: "soon", 3: "watch"}
SourceState = Literal["waiting", "by hand", "live", "quiet", "silent", "late", "dead"]
NameState = Literal["open", "added", "refused"]


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A place that people name and no list has, and what became of the proposal to add it."""

    key: str
    """The same for all its spellings."""
    name: str
    """As a list would have it, in the spelling that most use."""
    mentions: int = 0
    """Its newest, 100 at most."""
    voices: int = 0
    """Independent ones within the day before it was said last; reposts and copies are none."""
    near: int = 0
    """Mentions filed at a place of the desk's list."""
    worth: bool = False
    """Whether enough people name it, and it may be a place of the desk."""
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    example: int | None = None
    """A mention that names it: the first that is kept."""
    state: NameState = "open"
    by: str = ""
    """Who added or refused it."""
    decided_at: datetime | None = None
    text: str = ""
    """What the example says."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A post taken in, as lists show it."""

    id: int
    source: str
    native_id: str
    at: datetime
    """When it was said: the source's time where plausible, else when it was seen."""
    seen_at: datetime
    author: str
    author_name: str
    text: str
    lang: str
    url: str
    mood: float | None
    mood_note: str
    points: float
    tier: Tier
    topic: str
    place: str
    official: bool
    repeats: int
    """How many other texts are folded under this one."""
    voices: int
    """Independent authors, this one's included."""
    incident: str | None
    edited_at: datetime | None
    deleted_at: datetime | None
    hazard: HazardState | None
    """None for anything that is not an official alert."""
    status: str
    """An alert's status (Actual, Test, Exercise, ...); empty for the rest."""
    updates: int
    """Messages folded into a living hazard after the first."""
    audience: str
    """Whom its author meant it for: `public`, `unlisted`, or `signed in`."""
    humanitarian: str = ""
    """What it is about in a disaster (`injured_or_dead_people`, ...); empty where its words do not tell."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A text that a mention had before an edit or an update."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class HazardPart:
    """One language of a living hazard, as the detail panel shows it."""

    language: str
    event: str
    headline: str
    description: str
    instruction: str
    areas: tuple[str, ...]
    severity: str
    urgency: str
    certainty: str
    expires: datetime | None


@dataclass(frozen=True, slots=True)
class MentionDetail:
    """Everything that the desk shows of one mention."""

    mention: Mention
    reasons: tuple[Reason, ...]
    places: tuple[FoundPlace, ...]
    revisions: tuple[Revision, ...]
    repeats: tuple[Mention, ...]
    """The newest of those folded under it, at most 20."""
    parts: tuple[HazardPart, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Incident:
    """Mentions of one place and one topic close in time."""

    id: int
    key: str
    """Readable and typeable: `mill-street.flood`, `mill-street.flood.2` for the next of its kind."""
    place: str
    """Empty for the `no place` group."""
    topic: str
    tier: Tier
    state: IncidentState
    points: float
    reasons: tuple[Reason, ...]
    mentions: int
    voices: int
    mood_sum: float
    mood_count: int
    official: bool
    """An official alert covers it now."""
    opened_at: datetime
    last_at: datetime
    closed_at: datetime | None
    previous: str | None
    """Key of the closed incident that this one continues."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """The mood of the town or of one place over the last two hours."""

    place: str
    """Empty for the town."""
    mean: float | None
    count: int
    bars: tuple[float | None, ...]
    """Mean of each tenth of the span, oldest first; None where nobody spoke."""
    last_at: datetime | None
    """When the newest scored mention in it was said."""


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How a source is doing, for any desk to show."""

    name: str
    kind: str
    address: str
    trust: str
    state: SourceState
    interval: float
    last_answer_at: datetime | None
    last_item_at: datetime | None
    last_error: str
    last_error_at: datetime | None
    next_at: datetime | None
    items: int
    refused: int
    remaining: int | None
    reset_at: datetime | None
    budget: int | None = None
    """How many calls the server grants in all; `remaining` of them are left."""
    rhythm: float = 0.0
    """Seconds within which something new usually comes; 0 while that is not known."""
    note: str = ""
    """What is to be known beside the state: what was missed while it was away, and whether it came."""


@dataclass(frozen=True, slots=True)
class ServiceState:
    """What the service last wrote of itself."""

    since: datetime | None
    """When the service that wrote last was started; None when none ever ran."""
    stopped_at: datetime | None
    """When it said goodbye; None while it runs, and after it was killed."""
    pid: int
    on_shift: tuple[str, ...]
    trouble: str
    """A sentence about what the service cannot do now (disk nearly full, ...); empty when well."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows that arrived after the operator's list was drawn."""

    total: int
    act_now: int
    newest_urgent: int | None
    """Id of the newest tier 1 mention among them."""


@dataclass(frozen=True, slots=True)
class TierCounts:
    """Open incidents by tier."""

    act_now: int
    soon: int
    watch: int


@dataclass(frozen=True, slots=True)
class MentionFilter:
    """What the operator asked the stream for; the empty filter is everything."""

    words: tuple[str, ...] = ()
    place: str = ""
    source: str = ""
    tier: int = 0
    topic: str = ""
    since: datetime | None = None
    incident: str = ""
    """An incident's key: only its mentions."""

    @property
    def empty(self) -> bool:
        """Whether nothing is filtered out."""
        return self == MentionFilter()


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the append-only log."""

    seq: int
    at: datetime
    actor: str
    kind: str
    subject: str
    data: str
    """JSON."""
    hash: str


@dataclass(frozen=True, slots=True)
class PrivatePost:
    """A post meant for the desk's account and not for the public, as the restricted inbox lists it."""

    id: int
    source: str
    native_id: str
    audience: str
    """`private` (followers) or `direct` (those named in it)."""
    at: datetime
    seen_at: datetime
    author: str
    author_name: str
    text: str
    lang: str
    url: str
    points: float
    tier: Tier
    topic: str
    place: str
    reasons: tuple[Reason, ...]
    edited_at: datetime | None
    deleted_at: datetime | None
    read_at: datetime | None
    """When somebody read it as it stands; an edit makes it unread again."""
    read_by: str


@dataclass(frozen=True, slots=True)
class Unread:
    """How many private posts nobody has read."""

    unread: int = 0
    act_now: int = 0
    """Tier 1 among them."""
