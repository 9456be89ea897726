"""The nouns of work, as frozen values: who holds what, what may be said, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Literal

from console.work_items import Deed as Deed
from console.work_items import Item as Item
from console.work_items import Note as Note
from console.work_items import Pledge as Pledge
from console.work_items import Snooze as Snooze
from console.work_items import Wait as Wait
from console.work_items import Waiting as Waiting
from feeds.channel import Channel, Message
from feeds.post import Audience

Role = Literal["observe", "respond", "approve", "lead"]
RANKS: tuple[Role, ...] = ("observe", "respond", "approve", "lead")
"""Each may do what those before it may."""
DraftState = Literal["open", "asked", "sent", "dropped"]
"""`asked`: waits for a second person; an edit makes it `open` again."""
Purpose = Literal["reply", "told", "update", "report", "note", "alert"]
"""Why something is said. To the public: an answer, what became of a report, an update to all. To others: a
report to a department, a note that follows it, an alert to whoever is on call."""
PUBLIC: frozenset[Purpose] = frozenset({"reply", "told", "update"})
DeliveryState = Literal[
    "held", "queued", "sending", "confirmed", "refused", "unknown", "waiting", "taken back"
]
"""`held`: can still be taken back. `waiting`: a person has to look again before it goes on. `unknown`: it may
have been said or not."""
LIVE: tuple[DeliveryState, ...] = ("held", "queued", "sending", "confirmed", "unknown", "waiting")
"""States in which a delivery counts as said, or as about to be."""
UNSETTLED: tuple[DeliveryState, ...] = ("held", "queued", "sending", "unknown", "waiting")
TicketState = Literal["asked", "sent", "acknowledged", "open", "closed", "refused"]
"""`asked`: the report is on its way. `sent`: it arrived. `acknowledged`: a person there took it. `open`: the
department has a case for it. `closed`: it is done with it, which does not say that anything is mended.
`refused`: it did not arrive, or was taken back."""


@dataclass(frozen=True, slots=True)
class Original:
    """The post that is answered, as it stands now."""

    mark: str
    """`text_mark` of its text."""
    deleted: bool
    audience: Audience
    who: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What work is done on: an incident, or one mention."""

    name: str
    """`incident:KEY` or `mention:NUMBER`."""
    incident: str
    """Key of the incident that it is, or belongs to; empty for none."""
    place: str
    topic: str
    tier: int
    lang: str = ""
    text: str = ""
    """Of the mention; empty for an incident."""
    judged_tier: int = 3
    """What intake says by itself, whatever people have set."""
    source: str = ""
    names: tuple[str, ...] = ()
    """What the mention's post is called, its source's own id first."""
    original: Original | None = None
    url: str = ""

    @property
    def covered_by(self) -> tuple[str, ...]:
        """Subjects whose claim covers this one: itself, and the incident that it belongs to."""
        around = subject_of_incident(self.incident) if self.incident else self.name
        return (self.name,) if around == self.name else (self.name, around)


class Refusal(Exception):
    """Something that is not done; the message says why, what is safe, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Who does something, by the kernel's word, and from which terminal."""

    uid: int
    name: str
    role: Role
    session: str

    def may(self, role: Role) -> bool:
        """Whether this one may do what a role may."""
        return RANKS.index(self.role) >= RANKS.index(role)


@dataclass(frozen=True, slots=True)
class Claim:
    """An operator's lease on an incident or a mention."""

    subject: str
    """`incident:KEY` or `mention:NUMBER`."""
    epoch: int = 0
    """Rises with every new holder; whoever acts on an older one is refused."""
    uid: int | None = None
    """Who holds it; None while nobody does."""
    name: str = ""
    session: str = ""
    since: datetime | None = None
    leaving: datetime | None = None
    """Since when the holder's terminal is gone; it is free when the grace is over."""
    typing: datetime | None = None
    """When its holder last typed an answer."""

    @property
    def held(self) -> bool:
        """Whether anybody holds it."""
        return self.uid is not None


@dataclass(frozen=True, slots=True)
class Draft:
    """What may be said about one subject on one channel, as typed last."""

    id: int
    subject: str
    purpose: Purpose
    channel: str
    text: str = ""
    title: str = ""
    warning: str = ""
    lang: str = ""
    audience: Audience = "public"
    to: str = ""
    version: int = 1
    state: DraftState = "open"
    author: str = ""
    """Who typed last."""
    authors: tuple[int, ...] = ()
    """The uids of all who typed in it: none of them may approve it."""
    original: str = ""
    """`text_mark` of the answered post as its author saw it."""
    round: int = 0
    """How many earlier answers to the subject its author knows of and wants to add to; 0 for the first."""
    reasons: tuple[tuple[str, str], ...] = ()
    """Rules of the guard that warn, each with why it may be said all the same."""
    opened_at: datetime | None = None
    saved_at: datetime | None = None
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """That a second person agreed to one version of a draft."""

    draft: int
    version: int
    uid: int
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to say one thing on one channel."""

    id: int
    draft: int | None
    """The draft it came from; None for what the service itself sends to a department."""
    version: int
    subject: str
    purpose: Purpose
    channel: str
    round: int
    part: int
    """Of a thread, from 1; each part answers the one before."""
    parts: int
    after: int | None
    """The delivery that must be confirmed first."""
    message: Message
    state: DeliveryState
    says: str
    """What is known of it, a sentence."""
    uid: int
    """Who has it said."""
    author: str
    claim: str
    """Subject of the claim under which it was written; empty where none is needed."""
    epoch: int
    original: str
    held_until: datetime | None
    next_at: datetime | None
    """When it is tried, or read back, again."""
    made_at: datetime
    sent_at: datetime | None = None
    """When it was first handed to the channel."""
    settled_at: datetime | None = None
    attempts: int = 0
    names: tuple[str, ...] = ()
    url: str = ""
    ticket: str = ""
    doubted: bool = False
    """Whether it may have been said by an earlier try, so that it is never taken for unsaid."""
    spoken_as: str = ""
    """What the channel was when this was made (`console.work.identity`): another one must not say it."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What an escalation came to: an incident with one department."""

    id: int
    incident: str
    """The incident's key; what is shown of an incident and of its mentions is joined by it."""
    route: str
    """Name of the route, which is how the department is called."""
    channel: str
    delivery: int | None
    """The report; None for one that came about otherwise."""
    made_at: datetime
    uid: int
    by: str
    """Who escalated."""
    state: TicketState = "asked"
    number: str = ""
    """As the department gave it."""
    status: str = ""
    """The department's own word for how it stands."""
    notes: str = ""
    """What the department says beside it."""
    says: str = ""
    """What the operator has to know or do, a sentence; empty when all is well."""
    names: tuple[str, ...] = ()
    """What the report is called there: of a mail, its Message-ID."""
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    step: int = 0
    """How many steps of the ladder have been asked."""
    step_at: datetime | None = None
    """When the next step is due; None when there is none."""
    looked_at: datetime | None = None
    """When its status was last asked for."""
    noted: int = 0
    """The newest mention that the department has been told of, or that has been looked at."""
    noted_at: datetime | None = None
    """When it was told last."""
    notes_sent: int = 0


@dataclass(frozen=True, slots=True)
class Pause:
    """That nothing is said any more, whoever says it, except on the channels named."""

    reason: str
    by: str
    at: datetime
    allow: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkNow:
    """All that people do, as it stands: what the wall shows beside what intake says."""

    claims: Mapping[str, Claim] = field(default_factory=dict)
    """Those that somebody holds, by subject."""
    items: Mapping[str, Item] = field(default_factory=dict)
    drafts: tuple[Draft, ...] = ()
    """Those that can still be sent."""
    deliveries: tuple[Delivery, ...] = ()
    """Those that are not settled."""
    pause: Pause | None = None
    open: Mapping[str, Waiting] = field(default_factory=dict)
    """The open incidents, by subject."""
    owed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Keys of what was merged into open incidents and may have a promise to keep, by theirs."""
    tickets: Mapping[str, Ticket] = field(default_factory=dict)
    """The newest of each open incident with all that was merged into it, by its key."""
    told: Mapping[str, int] = field(default_factory=dict)
    """How many of an open incident's reporters know how it stands now, by its key."""

    def item(self, subject: str) -> Item:
        """What is set on a subject; nothing for one that nobody touched."""
        return self.items.get(subject) or Item(subject)

    def clocks_of(self, subject: str, since: datetime | None = None) -> tuple[Wait, ...]:
        """What is waited for on a subject; `since` is when a mention was seen, an incident needs none."""
        item, opened = self.item(subject), self.open.get(subject)
        parts = map(subject_of_incident, self.owed.get(incident_in(subject) or "", ()))
        unkept = [one for name in (subject, *parts) for one in self.item(name).unkept]
        waits = [Wait("promise", one.at, one.due, one.words) for one in unkept]
        began = opened.since if opened else since
        if began is None:
            return tuple(waits)
        if item.answered_at is None:
            waits.append(Wait("answer", began))
        if opened and item.said_at is not None:
            waits.append(Wait("update", item.said_at))
        if opened:
            waits.append(Wait("close", began))
        return tuple(waits)


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """Everything that people have set, noted and done on one subject."""

    item: Item
    notes: tuple[Note, ...]
    """The oldest first."""
    events: tuple[Deed, ...]
    """The newest first."""
    merged: tuple[str, ...] = ()
    """Keys of the incidents that were merged into it."""


def subject_of_mention(id_: int) -> str:
    """The subject that a mention is."""
    return f"mention:{id_}"


def subject_of_incident(key: str) -> str:
    """The subject that an incident is."""
    return f"incident:{key}"


def mention_in(subject: str) -> int | None:
    """The mention that a subject is; None for an incident."""
    kind, _, name = subject.partition(":")
    return int(name) if kind == "mention" and name.isascii() and name.isdigit() else None


def incident_in(subject: str) -> str | None:
    """The key of the incident that a subject is; None for a mention."""
    kind, _, name = subject.partition(":")
    return name if kind == "incident" else None


def identity(channel: Channel) -> str:
    """What makes a channel the same one: its name may be given to another."""
    return f"{channel.kind} {channel.address} {channel.account}".strip()


def text_mark(text: str) -> str:
    """Tell whether a text is still the one that somebody saw."""
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()
