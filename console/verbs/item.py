"""All that people know of one subject: who has it, its clocks, what was noted, said, handed on and done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from console.verbs.call import Call, pass_call
from console.verbs.help import help_of
from console.verbs.subjects import SUBJECT, SUBJECT_HELP, typed

if TYPE_CHECKING:
    from console.store.reader import Reader
    from console.verbs.work_columns import Said
    from console.work import Claim, Deed, Draft, Item, Note, Ticket
    from console.workflow.running import Running

EVENTS = 20
"""Lines of the log that a person is shown; a program gets all that the reader gives."""
SAID = 50


@dataclass(frozen=True, slots=True)
class Known:
    """What `watchfloor item` says; the names of the fields are those of its JSON."""

    subject: str
    incident: str
    """Key of the incident that it is, or belongs to; empty for none."""
    place: str
    topic: str
    tier: int
    text: str
    """Of a mention; empty where its author shows it only to people who have signed in."""
    deleted: bool
    url: str
    claims: tuple[Claim, ...]
    clocks: tuple[Running, ...]
    set: Item
    """What people have set on it, whatever intake says."""
    merged: tuple[str, ...]
    notes: tuple[Note, ...]
    tickets: tuple[Ticket, ...]
    drafts: tuple[Draft, ...]
    said: tuple[Said, ...]
    events: tuple[Deed, ...]


@click.command(help=help_of("item"), epilog=f"{SUBJECT_HELP} Needs no service.")
@SUBJECT
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@pass_call
def item(call: Call, subject: str, as_json: bool) -> None:
    """Show it."""
    with call.reader() as reader:
        show(call, reader, subject, as_json=as_json)


def show(call: Call, reader: Reader, subject: str, *, as_json: bool) -> None:
    """Write down what is known of a subject; raises ClickException where there is none."""
    from console.output import write_json, write_pairs

    now = datetime.now(UTC)
    known = known_of(call, reader, subject, now)
    if as_json:
        write_json([known])
    else:
        write_pairs(_facts(call, known, now))


def known_of(call: Call, reader: Reader, subject: str, now: datetime) -> Known:
    """Read all of it."""
    from console.service.promising import zone_of
    from console.store import tickets
    from console.verbs.handed import opened
    from console.verbs.work_columns import Said
    from console.work import mention_in
    from console.workflow.running import running

    found = reader.subject(subject)
    if found is None:
        raise click.ClickException(f"there is no incident or mention {typed(subject)}, or no more")
    id_ = mention_in(found.name)
    mention = reader.mention(id_) if id_ is not None else None
    work, detail = reader.work(), reader.item(found.name)
    waits = work.clocks_of(found.name, mention.mention.seen_at if mention else None)
    signed_in = found.original is not None and found.original.audience == "signed in"
    with opened(call) as connection:
        asked = tickets.of_incident(connection, found.incident) if found.incident else ()
    return Known(
        subject=found.name,
        incident=found.incident,
        place=found.place,
        topic=found.topic,
        tier=found.tier,
        text="" if signed_in else found.text,
        deleted=found.original is not None and found.original.deleted,
        url="" if signed_in else found.url,
        claims=tuple(work.claims[name] for name in found.covered_by if name in work.claims),
        clocks=running(waits, found.tier, call.settings.clocks, zone_of(call.settings), now),
        set=detail.item,
        merged=detail.merged,
        notes=detail.notes,
        tickets=asked,
        drafts=tuple(one for one in work.drafts if one.subject == found.name),
        said=tuple(map(Said.of, reader.deliveries(found.name, settled=True, limit=SAID))),
        events=detail.events,
    )


def _facts(call: Call, known: Known, now: datetime) -> Iterator[tuple[str, str]]:
    """Say it to a person, what presses first."""
    from console.model import NO_PLACE, TIER_WORDS
    from console.verbs.handed import ticket_line
    from console.words import clock

    def when(at: datetime | None) -> str:
        return clock(at, now, call.zone) if at else "?"

    tier = TIER_WORDS[known.tier]
    yield "subject", f"{typed(known.subject)}, {tier}, {known.topic} at {known.place or NO_PLACE}"
    if known.incident and known.subject != f"incident:{known.incident}":
        yield "incident", known.incident
    if known.text:
        yield "text", f"[deleted] {known.text}" if known.deleted else known.text
    if known.url:
        yield "address", known.url
    for claim in known.claims:
        yield "claim", f"{claim.name} holds {typed(claim.subject)} since {when(claim.since)}"
    if not known.claims:
        yield "claim", "nobody holds it"
    for one in known.clocks:
        words = f": {one.words}" if one.words else ""
        late = f" {one.row}, was" if one.left < 0 else ""
        yield "clock", f"{one.name}{late} due {when(one.due)}{words}"
    yield from _set_by_hand(known, when)
    for note in known.notes:
        yield "note", f"{note.by} at {when(note.at)}: {note.text}"
    for ticket in known.tickets:
        yield "ticket", ticket_line(ticket)
    for draft in known.drafts:
        yield "draft", f"{draft.id} on {draft.channel} by {draft.author}, {draft.state}: {draft.text}"
    for said in known.said:
        yield "said", f"{said.purpose} on {said.channel} by {said.author}, {said.state}: {said.text}"
    for deed in known.events[:EVENTS]:
        undone = " (undone)" if deed.undone else ""
        yield "event", f"{deed.seq} at {when(deed.at)}, {deed.actor}: {deed.kind}{undone}"


def _set_by_hand(known: Known, when: Any) -> Iterator[tuple[str, str]]:
    from console.model import TIER_WORDS

    item = known.set
    if item.tags:
        yield "tags", ", ".join(item.tags)
    if item.snooze is not None:
        on = {"report": "a new report", "status": "a change of status"}.get(item.snooze.on, "")
        ends = " or ".join(
            part for part in (on, when(item.snooze.until) if item.snooze.until else "") if part
        )
        yield "put away", f"by {item.snooze.by} until {ends}"
    if item.tier is not None:
        yield "by hand", f"tier {TIER_WORDS[item.tier]}"
    if item.mood is not None:
        yield "by hand", f"mood {item.mood:+.2f}"
    if item.topic is not None:
        yield "by hand", f"topic {item.topic}"
    if item.state is not None:
        yield "by hand", f"{item.state} at {when(item.state_at)}"
    if item.placed is not None:
        yield "by hand", f"put into {item.placed}" if item.placed else "taken out of its incident"
    if item.merged:
        yield "merged", f"into {item.merged}"
    if known.merged:
        yield "holds", ", ".join(known.merged)
    for one in item.pledges:
        kept = f", kept by {one.kept_by}" if one.kept_at else ""
        unsure = f" ({one.unsure})" if one.unsure else ""
        yield "promise", f"{one.id}, for {when(one.due)} by {one.by}: {one.words}{unsure}{kept}"
    if item.answered_at is not None:
        yield "answered", f"{when(item.answered_at)}, last word {when(item.said_at)}"
