"""What goes on about tickets without being asked: the ladder, further reports, the department's status.

Words for the public, and a case to reopen, are only proposed here. Nothing is said to the public.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from console.intake.clean import clean_line
from console.service.escalating import delivered, known, route_of
from console.service.outcomes import SERVICE
from console.service.tickets import alerts, shown_as, stop_alerts, successor, write
from console.settings import Route
from console.store import subjects, tickets, told
from console.store.change import Change
from console.store.tickets import Proposed
from console.work import Refusal, Subject, Ticket
from console.workflow import dispatch, ladder
from console.workflow import tickets as rules
from console.workflow.proposals import WHY, propose, proposes_reopening
from console.workflow.proposals import Ticket as ForWords
from console.workflow.templates import Templates, TemplatesError, load_templates
from feeds.channel import Channel, Message

if TYPE_CHECKING:
    from console.service.serve import Service

LADDER_EVERY = 2.0
NOTES_EVERY = 10.0
STATUS_EVERY = 30.0
"""Seconds between two rounds of each chore."""
GATHER = timedelta(minutes=10)
"""Within which further reports make one note, unless one of them says *act now*."""
LOOK_EVERY = timedelta(minutes=10)
"""Between two questions for the status of one open ticket."""
LOOK_RARELY_EVERY = timedelta(hours=6)
"""Between two for one that is closed, and may be opened again, or that has been open for `LOOK_FOR`."""
LOOK_FOR = timedelta(days=30)
"""From its last change, after which nobody is asked any more for a closed ticket."""
MOST_BEHIND = 1000
"""Mentions that are read again in every round before it is written down that they say nothing of a case."""
NO_ANSWER = "How it stands could not be asked:"
log = logging.getLogger(__name__)


async def climb(service: Service) -> None:
    """Ask whoever is next on the ladders of which a step is due."""

    def step(change: Change) -> int:
        due = tickets.with_ladder(change.connection, change.now)
        for ticket in due:
            _climb(service, change, ticket)
        return len(due)

    if await service.work(step):
        service.outbox.stir()


def _climb(service: Service, change: Change, ticket: Ticket) -> None:
    subject = _subject(change, ticket)
    try:
        route = route_of(service, ticket.route)
    except Refusal:
        route = None
    if route is None or subject is None:
        says = f"The ladder of {ticket.route} cannot go on: the settings or the incident are gone. Phone now."
        write(change, ticket, replace(ticket, step_at=None, says=says), SERVICE, "ladder ran out")
        return
    turn = ladder.turn(
        route.ladder,
        route.ack,
        step=ticket.step,
        due=ticket.step_at,
        now=change.now,
        usable={one.name for one in service.speaking.channels if one.kind not in dispatch.IN_PUBLIC},
        alerts=alerts(change, ticket),
        phone=route.phone,
    )
    if turn is None:
        return
    after = replace(ticket, step=turn.step, step_at=turn.due)
    if not turn.ask:
        says = f"{turn.says} {ticket.says}" if rules.lacking(ticket) else turn.says
        write(change, ticket, replace(after, says=says), SERVICE, "ladder ran out")
        return
    _alert(change, after, subject, route, service.speaking.channel(turn.ask))
    # That the report did not arrive is the worse news, and stays in sight.
    says = ticket.says if rules.lacking(ticket) else turn.says
    write(change, ticket, replace(after, says=says), SERVICE, "on call asked")


def _alert(change: Change, ticket: Ticket, subject: Subject, route: Route, channel: Channel) -> None:
    matter, quotes = known(change, subject)
    link = next((quote.url for quote in quotes if quote.url), "")
    message = Message(
        key=secrets.token_hex(16),
        at=change.now,
        text=dispatch.alert_of(matter, ticket, route, ticket.step),
        title=dispatch.title_of(matter),
        fields=dispatch.fields_of(matter, None, link, ticket.number),
    )
    delivered(change, ticket, message, channel=channel, purpose="alert", uid=ticket.uid, author=SERVICE)


async def hand_on(service: Service) -> None:
    """Let departments know of further reports, gathered; on closed cases, propose what they call for."""

    def look(change: Change) -> bool:
        return any(
            [
                _hand_on(service, change, ticket)
                for ticket in tickets.living(change.connection, change.now - LOOK_FOR)
            ]
        )

    if await service.work(look):
        service.outbox.stir()


def _hand_on(service: Service, change: Change, ticket: Ticket) -> bool:
    """Whether something was said."""
    if ticket.state in ("asked", "refused"):
        return False
    new = told.since(change.connection, ticket.incident, ticket.noted)
    if ticket.state == "closed":
        alone = told.from_reporters(change.connection, ticket.incident, ticket.noted)
        _still_broken(change, ticket, (*new, *alone))
        newest = told.newest(change.connection)
        if new or alone or newest - ticket.noted > MOST_BEHIND:
            tickets.write(change.connection, replace(ticket, noted=newest))
        return False
    if not new:
        return False
    urgent = any(quote.tier == 1 for _, quote in new)
    if not urgent and ticket.noted_at is not None and change.now - ticket.noted_at < GATHER:
        return False
    return _note(service, change, ticket, new)


def _note(
    service: Service, change: Change, ticket: Ticket, new: tuple[tuple[int, dispatch.Quote], ...]
) -> bool:
    subject = _subject(change, ticket)
    if subject is None:
        return False
    after = replace(ticket, noted=new[-1][0], noted_at=change.now)
    try:
        route, channel = route_of(service, ticket.route), service.speaking.channel(ticket.channel)
        no_way = channel.kind in dispatch.NO_NOTES
    except Refusal:
        no_way = True
    if no_way:
        says = f"{_count(new)} since. {ticket.channel} takes no notes: tell {rules.named(ticket)} yourself."
        write(change, ticket, replace(after, says=says), SERVICE, "further reports")
        return False
    matter, _ = known(change, subject)
    quotes = [quote for _, quote in new]
    if _blocked(service, dispatch.note_of(matter, ticket, quotes), channel):
        # What must not be repeated can be read where it stands.
        quotes = [replace(quote, text="(text left out)") for quote in quotes]
    link = next((quote.url for quote in quotes if quote.url), "")
    title = dispatch.title_of(matter)
    message = Message(
        key=secrets.token_hex(16),
        at=change.now,
        text=dispatch.note_of(matter, ticket, quotes),
        title=f"Re: {title}" if channel.kind == "mail" else title,
        reply_to=ticket.names,
        to=route.to,
        fields=dispatch.fields_of(matter, route, link, ticket.number),
    )
    delivered(change, ticket, message, channel=channel, purpose="note", uid=ticket.uid, author=SERVICE)
    after = replace(after, notes_sent=ticket.notes_sent + 1)
    write(change, ticket, after, SERVICE, "further reports")
    return True


def _blocked(service: Service, text: str, channel: Channel) -> bool:
    message = Message(key="", at=service.clock(), text=text)
    return any(one.level == "block" for one in service.speaking.findings_in(message, channel, "respond"))


def _still_broken(change: Change, ticket: Ticket, new: tuple[tuple[int, dispatch.Quote], ...]) -> None:
    """Propose to open a closed case again where somebody says that it is not over."""
    for mention, quote in new:
        if not (said := proposes_reopening(rules.bears(ticket), quote.text)):
            continue
        why = f'{rules.named(ticket)} is closed, and a reporter says "{said}". Look, then escalate again (e).'
        proposed = Proposed(0, "reopen", ticket.incident, ticket.id, mention, "", "", "", why, change.now)
        id_ = tickets.propose(change.connection, proposed)
        data = {"ticket": ticket.id, "mention": mention, "words": said, "proposal": id_}
        change.log(SERVICE, "reopening proposed", shown_as(change, ticket), data)


async def ask_status(service: Service) -> None:
    """Ask the systems of departments how their cases stand (Open311)."""
    now = service.clock()
    for ticket in await service.work(lambda change: tickets.living(change.connection, now - LOOK_FOR)):
        if not _to_be_asked(service, ticket, now):
            continue
        channel = service.speaking.channel(ticket.channel)
        status, notes = await service.ask_ticket(channel, ticket.number)
        status, notes = clean_line(status, max_chars=60).lower(), clean_line(notes, max_chars=300)
        await service.work(partial(_heard, id_=ticket.id, status=status, notes=notes))


def _to_be_asked(service: Service, ticket: Ticket, now: datetime) -> bool:
    kinds = {channel.name: channel.kind for channel in service.speaking.channels}
    if kinds.get(ticket.channel) != "open311" or not ticket.number:
        return False
    rarely = ticket.state == "closed" or now - ticket.made_at > LOOK_FOR
    every = LOOK_RARELY_EVERY if rarely else LOOK_EVERY
    return ticket.looked_at is None or not timedelta(0) <= now - ticket.looked_at < every


def _heard(change: Change, id_: int, status: str, notes: str) -> None:
    before = tickets.read(change.connection, id_)
    if before is None:
        return
    looked = replace(before, looked_at=change.now)
    if before.state == "closed" and successor(change, before):
        tickets.write(change.connection, looked)
        return  # Of two tickets with one department the newer one tells.
    silent = before.says.startswith(NO_ANSWER)
    if not status:
        says = f"{NO_ANSWER} {notes}" if silent or not before.says else before.says
        tickets.write(change.connection, replace(looked, says=says))
        return
    if (status, notes) == (before.status, before.notes):
        tickets.write(change.connection, replace(looked, says="" if silent else before.says))
        return
    after = rules.heard(looked, status, notes, change.now)
    if after.acknowledged_by and not before.acknowledged_by:
        stop_alerts(change, before)
    write(change, before, after, after.route, "ticket status")


async def offer_words(service: Service) -> None:
    """Propose words for the public wherever there is something new to tell."""
    if not await service.work(lambda change: told.unproposed(change.connection)):
        return
    try:
        templates = load_templates(service.settings.answers.replies)
    except TemplatesError as error:
        log.warning("no words are proposed: %s", error)
        return
    lang = service.settings.desk.languages[0]
    await service.work(lambda change: _offer(change, templates, lang))


def _offer(change: Change, templates: Templates, lang: str) -> None:
    for news in told.unproposed(change.connection):
        ticket = tickets.read(change.connection, news.ticket)
        told.proposed(change.connection, news)
        if ticket is None or not rules.public(ticket):
            continue
        subject = _subject(change, ticket)
        place = subject.place if subject else ""
        state = rules.bears(ticket)
        known_word = rules.public(ticket) == state
        found = propose(ForWords(state, ticket.route, ticket.number, place), templates, lang)
        why = (
            WHY[state]
            if known_word
            else f'{ticket.route} says "{ticket.status}"; nobody here knows that word.'
        )
        if found is None or not known_word:
            words = ("", "", "", f"{why} Write your own.")
        else:
            words = (found.template, found.filled.text, found.lang, found.why)
        proposed = Proposed(0, "words", ticket.incident, ticket.id, None, *words, change.now)
        id_ = tickets.propose(change.connection, proposed)
        data = {"ticket": ticket.id, "number": news.number, "status": news.status, "proposal": id_}
        change.log(SERVICE, "words proposed", shown_as(change, ticket), data)


def _subject(change: Change, ticket: Ticket) -> Subject | None:
    return subjects.read(change.connection, shown_as(change, ticket))


def _count(new: tuple[tuple[int, dispatch.Quote], ...]) -> str:
    return "1 further report" if len(new) == 1 else f"{len(new)} further reports"
