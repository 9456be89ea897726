"""What the detail says of the work on the selected item: holder, clocks, notes, ticket, words said. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from console.desk.answering import delivery_words, is_typing
from console.desk.holding import BY_HAND, running, until_words
from console.desk.rows import age, clock, counted, moment
from console.model import TIER_WORDS, Mention
from console.words import age as span
from console.work import (
    Claim,
    Delivery,
    Draft,
    ItemDetail,
    Ticket,
    Wait,
    WorkNow,
    incident_in,
    subject_of_incident,
)
from console.workflow.clocks import Clocks
from widgets.item_detail import Item, Section
from widgets.line import flat, signed

if TYPE_CHECKING:
    from console.store.reader import Reader

QUOTED = 160
"""Characters of an answer that are shown."""
CLOCK_WORDS = {"answer": "first answer", "update": "next update", "close": "end", "promise": "promised"}
TICKET_WORDS = {
    "asked": "report on its way",
    "sent": "report arrived, nobody has taken it yet",
    "acknowledged": "taken",
    "open": "has a case for it",
    "closed": "closed there, which does not say that it is mended",
    "refused": "does NOT have it",
}
PURPOSES = {
    "report": "report",
    "note": "further reports",
    "alert": "alert",
    "told": "told",
    "update": "update",
}


@dataclass(frozen=True, slots=True)
class Doings:
    """All that people do about one subject."""

    subject: str
    detail: ItemDetail
    said: tuple[Delivery, ...]
    """All that was said about it or is about to be, the newest first."""
    claims: tuple[Claim, ...]
    """On it, and on the incident that it belongs to."""
    waits: tuple[Wait, ...]
    drafts: tuple[Draft, ...]
    ticket: Ticket | None
    told: int
    incident: str | None = None
    """Key of the incident that it is, or that it is shown in."""


def read(reader: Reader, work: WorkNow, subject: str, mention: Mention | None) -> Doings:
    """Read what is known of one subject; `mention` is what it is, where it is none of the incidents."""
    key = mention.incident if mention else incident_in(subject)
    around = dict.fromkeys((subject, subject_of_incident(key) if key else subject))
    return Doings(
        subject=subject,
        detail=reader.item(subject),
        said=reader.deliveries(subject, settled=True, limit=20),
        claims=tuple(work.claims[name] for name in around if name in work.claims),
        waits=work.clocks_of(subject, mention.seen_at if mention else None),
        drafts=tuple(one for one in work.drafts if one.subject == subject),
        ticket=work.tickets.get(key or ""),
        told=work.told.get(key or "", 0),
        incident=key,
    )


def attended(
    item: Item, around: Doings, tier: int, clocks: Clocks, now: datetime, zone: tzinfo | None
) -> Item:
    """An item with what people do about it: the weightiest on one line, all of it below."""
    facts = tuple(_facts(around, tier, clocks, now, zone))
    sections = (
        Section("Work", (*facts, *_set_by_hand(around, now, zone))),
        Section("Notes, never sent", tuple(_notes(around, now, zone))),
        Section("Ticket", tuple(_ticket(around.ticket, around.told, now, zone))),
        Section("Said, and about to be said", tuple(_said(around, now, zone))),
    )
    told = tuple(section for section in sections if section.paragraphs)
    title = item.title
    if around.detail.item.topic is not None:
        title = (title[0], f"{title[1]}{BY_HAND}", *title[2:])
    return replace(item, title=title, work=facts, sections=(*told, *item.sections))


def _facts(around: Doings, tier: int, clocks: Clocks, now: datetime, zone: tzinfo | None) -> Iterable[str]:
    """Holder, clocks and promises, ticket: what has to be seen at a glance."""
    for claim in around.claims:
        yield _claim(claim, around.subject, now)
    if not around.claims:
        yield "nobody holds it"
    for wait, due, left in running(around.waits, tier, clocks, now, zone):
        yield clock_words(wait, due, left, now, zone)
    item = around.detail.item
    if item.answered_at is not None:
        yield f"answered {clock(item.answered_at, now, zone)}"
    if item.snooze is not None:
        until = until_words(item.snooze.on, item.snooze.until, now, zone)
        yield f"put away by {item.snooze.by} until {until}"
    for draft in around.drafts:
        waits = "waits for a second person" if draft.state == "asked" else "is being written"
        if draft.text.strip():
            yield f"an answer of {draft.author} {waits}"
    if around.ticket is not None:
        number = f" #{around.ticket.number}" if around.ticket.number else ""
        yield f"{around.ticket.route}{number} {around.ticket.state}"
    if item.tags:
        yield f"tags {', '.join(item.tags)}"


def _claim(claim: Claim, subject: str, now: datetime) -> str:
    what = "" if claim.subject == subject else "its incident is "
    doing = ", terminal gone" if claim.leaving else ", typing" if is_typing(claim, now) else ""
    return f"{what}claimed by {claim.name} {age(claim.since, now)}{doing}"


def clock_words(wait: Wait, due: datetime, left: float, now: datetime, zone: tzinfo | None) -> str:
    """`first answer due 18:44`, `first answer LATE 12m, was due 18:44`, `promised 19:00: next update`."""
    when = clock(due, now, zone)
    words = f": {flat(wait.words)}" if wait.words else ""
    name = CLOCK_WORDS[wait.name]
    if left < 0:
        return f"{name} LATE {span(-left)}, was due {when}{words}"
    return f"{name} {when}{words}" if wait.name == "promise" else f"{name} due {when}"


def _set_by_hand(around: Doings, now: datetime, zone: tzinfo | None) -> Iterable[str]:
    item = around.detail.item
    by = f" by {item.by}" if item.by else ""
    if item.tier is not None:
        yield f'severity "{TIER_WORDS[item.tier]}" set by hand{by}, whatever intake says'
    if item.mood is not None:
        yield f"mood {signed(item.mood)} set by hand{by}, whatever intake says"
    if item.topic is not None:
        where = "" if item.filed is None else _filed(around.incident)
        yield f'topic "{item.topic}" set by hand{by}, whatever intake says{where}'
    if item.state is not None:
        yield f"{item.state} by hand{by} {moment(item.state_at, now, zone)}"
    if item.merged:
        yield f"merged into {item.merged}"
    if around.detail.merged:
        yield f"merged into it: {', '.join(around.detail.merged)}"
    if item.placed is not None:
        yield f"put into {item.placed} by hand" if item.placed else "taken out of its incident by hand"
    for pledge in item.pledges:
        if pledge.kept_at is not None:
            yield f"promise kept {clock(pledge.kept_at, now, zone)}: {flat(pledge.words)}"
        elif pledge.unsure:
            yield f'look whether "{flat(pledge.words)}" is a promise: {pledge.unsure}'


def _filed(key: str | None) -> str:
    return f"; it is in {key}" if key else "; it is in no incident until there is one on that"


def _notes(around: Doings, now: datetime, zone: tzinfo | None) -> Iterable[str]:
    for note in reversed(around.detail.notes):
        yield f"{note.by} {clock(note.at, now, zone)}: {note.text}"


def _ticket(ticket: Ticket | None, told: int, now: datetime, zone: tzinfo | None) -> Iterable[str]:
    if ticket is None:
        return
    number = f" number {ticket.number}" if ticket.number else ", no number yet"
    yield f"{ticket.route}{number}: {TICKET_WORDS[ticket.state]}"
    yield f"escalated by {ticket.by} {moment(ticket.made_at, now, zone)} by {ticket.channel}"
    if ticket.acknowledged_by:
        yield f"acknowledged by {ticket.acknowledged_by} {moment(ticket.acknowledged_at, now, zone)}"
    elif ticket.step_at is not None:
        yield f"nobody has acknowledged it; the next on call is asked {clock(ticket.step_at, now, zone)}"
    if ticket.status:
        yield f"they say: {ticket.status}{f', {ticket.notes}' if ticket.notes else ''}"
    if ticket.says:
        yield ticket.says
    yield f"{counted(told, 'reporter')} {'knows' if told == 1 else 'know'} how it stands (L)"


def _said(around: Doings, now: datetime, zone: tzinfo | None) -> Iterable[str]:
    for one in around.said:
        if one.part > 1 and one.state in ("confirmed", "taken back"):
            continue
        what = PURPOSES.get(one.purpose, "answer")
        state = delivery_words(one, now, zone)
        text = flat(one.message.text, QUOTED)
        yield f'{what} by {one.author} {clock(one.made_at, now, zone)} on {one.channel}, {state}: "{text}"'
