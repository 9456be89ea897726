"""What people set on subjects, note about them, and wait for, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Snooze:
    """That a subject is put away for a while."""

    on: Literal["time", "report", "status"]
    """What brings it back: only the time, a new report of it, or a change of its status."""
    until: datetime | None
    """When it comes back in any case; None for one that waits for what it is put away for."""
    by: str
    since: datetime
    tier: int = 0
    """How bad an incident was when it was put away: what is to be acted on now since then is back."""


@dataclass(frozen=True, slots=True)
class Pledge:
    """Something promised in public, or by hand, that somebody has to keep."""

    id: int
    """Counted within its subject."""
    due: datetime
    words: str
    by: str
    at: datetime
    delivery: int | None = None
    """The delivery whose words promise it; None for one set by hand."""
    unsure: str = ""
    """Why a person has to look whether it is one; empty where it is plain."""
    kept_at: datetime | None = None
    kept_by: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """What people have set on a subject. Where it says something, it wins over what intake says."""

    subject: str
    tags: tuple[str, ...] = ()
    snooze: Snooze | None = None
    tier: int | None = None
    mood: float | None = None
    """Of a mention."""
    topic: str | None = None
    """Of a mention."""
    filed: str | None = None
    """Key of the incident that its topic put a mention into; empty for none, None where intake decides."""
    state: Literal["open", "closed"] | None = None
    """Of an incident."""
    state_at: datetime | None = None
    state_tier: int = 0
    """How bad it was when it was closed: what becomes worse than that opens it again."""
    merged: str = ""
    """Key of the incident that this one was merged into."""
    merged_at: datetime | None = None
    made: bool = False
    """The incident was made by hand, by splitting another one."""
    placed: str | None = None
    """Key of the incident that a mention was put into; empty for none, None where intake decides."""
    pledges: tuple[Pledge, ...] = ()
    answered_at: datetime | None = None
    """When the public was first answered."""
    said_at: datetime | None = None
    """When the public last heard of it."""
    by: str = ""
    """Who set something last."""
    at: datetime | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is set, whoever set something once."""
        return self == Item(self.subject, by=self.by, at=self.at)

    @property
    def marked(self) -> bool:
        """Whether a hand holds against intake."""
        return any(one is not None for one in (self.tier, self.mood, self.topic, self.state))

    def hides(self, tier: int) -> bool:
        """Whether whoever put it away has not seen that by its tier it is to be acted on now."""
        return self.snooze is not None and tier == 1 != self.snooze.tier

    @property
    def unkept(self) -> tuple[Pledge, ...]:
        """Promises that are still to be kept, the nearest first."""
        return tuple(sorted((one for one in self.pledges if one.kept_at is None), key=lambda one: one.due))


@dataclass(frozen=True, slots=True)
class Note:
    """What colleagues tell each other about a subject. No channel ever gets to see one."""

    id: int
    subject: str
    text: str
    by: str
    uid: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing that somebody waits for: since when, or until when."""

    name: Literal["answer", "update", "close", "promise"]
    since: datetime
    due: datetime | None = None
    """Of a promise; the others are due by their tier."""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open incident as the queue has it."""

    subject: str
    tier: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the log, as it is told of a subject."""

    seq: int
    at: datetime
    actor: str
    kind: str
    data: str
    """JSON."""
    act: bool = False
    """Its doer can undo it, or has."""
    undone: bool = False
