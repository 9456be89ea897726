"""Telling everybody who reported, once each: `told` shows the ledger, `tell` prepares an answer to each.

Nothing is sent here: every draft goes the way of any other (guard, approval, hold, gate).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec

from console.service.bearing import RULE, speaking
from console.service.claiming import found, held, line, named, number
from console.service.drafting import begun
from console.service.escalating import incident_of, shown, words
from console.service.keeping import offer_words
from console.service.operators import operator_of
from console.service.socket import Connection, RequestError
from console.service.tickets import alerts
from console.store import drafts, outbox, tickets, told
from console.store.change import Change
from console.work import Operator, Original, Refusal, Subject, Ticket, mention_in, subject_of_mention
from console.workflow import ladder
from console.workflow import tickets as ticket_rules
from console.workflow.ledger import Line, Report, Told, sheet
from console.workflow.slots import empty_slots, fill_slots
from console.workflow.templates import TemplatesError, load_templates

if TYPE_CHECKING:
    from console.service.serve import Service

MOST = 200
"""Drafts that one `tell` prepares; the next one goes on with the rest."""
Answer = dict[str, Any]
_STANDS = Original("", deleted=False, audience="public", who="")
"""Of a post of which only its source matters: how it could be answered."""


@dataclass(frozen=True, slots=True)
class Book:
    """The ledger of an incident as it stands."""

    lines: tuple[Line, ...]
    current: int
    """The number of the last change."""
    ticket: Ticket | None
    """The one that words are measured by."""

    def of(self, state: str) -> list[Line]:
        """The reporters who stand so."""
        return [line for line in self.lines if line.state == state]


@dataclass(frozen=True, slots=True)
class _Words:
    text: str
    lang: str
    template: str


async def ledger(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Who reported an incident, and who has been told what: `told`."""
    operator_of(service, connection)
    name = named(request)
    # Words for how the ticket stood before would otherwise be offered until the next round.
    await offer_words(service)

    def look(change: Change) -> Answer:
        subject = incident_of(change, name)
        book = open_book(service, change, subject.incident)
        return {
            "incident": subject.incident,
            "number": book.current,
            "status": ticket_rules.public(book.ticket) if book.ticket else "",
            "tickets": [
                {**shown(one), "ladder": _ladder(service, change, one)}
                for one in tickets.of_incident(change.connection, subject.incident)
            ],
            "proposals": msgspec.to_builtins(tickets.proposals(change.connection, subject.incident)),
            "reporters": [_shown(one) for one in book.lines],
            "due": len(book.of("due")),
        }

    return await service.work(look)


async def tell(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Prepare an answer to everybody who has not been told since the last change.

    `text`, or `template` with `values`; `preview` only lists; `vouched` says why more may be said than the
    ticket bears; `by_hand` notes that a person has told the author of this mention themselves. `number` is
    the change that whoever asks has seen: of a later one the words may not be true.
    """
    who, name = operator_of(service, connection), named(request)
    by_hand, chosen = line(request, "by_hand"), _words_of(service, request)
    vouched, seen = line(request, "vouched"), number(request, "number")
    preview = request.get("preview") is True and not by_hand

    def prepare(change: Change) -> Answer:
        subject = incident_of(change, name)
        if not preview:
            held(change, subject, who, number(request, "epoch"))
        _as_seen(change, subject, seen)
        if by_hand:
            return _told_by_hand(change, subject, who, by_hand)
        book = open_book(service, change, subject.incident)
        said = _filled(book, subject, chosen, request)
        if not preview:
            if not said.text:
                raise Refusal("Say what they shall be told: a text, or the name of a canned reply.")
            _borne(book, said, vouched)
        due, made = book.of("due"), []
        for one in due[:MOST] if not preview else ():
            made.append(_draft(service, change, book, one, said, who, vouched))
        if made:
            if book.ticket:
                tickets.decided(change.connection, book.ticket.id, ("words",))
            data = {"drafts": [id_ for id_, _ in made], "number": book.current, "text": said.text}
            change.log(who.name, "telling", subject.name, data | ({"vouched": vouched} if vouched else {}))
        return _prepared(subject, book, said, due, made)

    return await service.work(prepare)


def _prepared(
    subject: Subject, book: Book, said: _Words, due: list[Line], made: list[tuple[int, str]]
) -> Answer:
    """What `tell` answers: who gets a draft, and everybody else with the reason."""
    return {
        "incident": subject.incident,
        "number": book.current,
        "text": said.text,
        "empty": list(empty_slots(said.text)),
        "due": [_shown(one) for one in due],
        "drafts": [{"draft": id_, "subject": name} for id_, name in made],
        "left": max(0, len(due) - MOST),
        "skipped": [_shown(one) for one in book.lines if one.state in ("drafted", "on its way", "gone")],
        "by_hand": [
            {**_shown(one), "url": one.answer_to.url, "text": said.text} for one in book.of("by hand")
        ],
        "told": len(book.of("told")),
        "not_told": len(book.of("not told")),
    }


def open_book(service: Service, change: Change, key: str) -> Book:
    """Read the ledger of an incident."""
    connection = change.connection
    writers, pending = told.writers(connection), told.pending(connection)
    reports = [
        replace(
            one,
            channel=_reach(service, one),
            draft=writers.get(one.mention, ""),
            pending=pending.get(one.mention, ""),
        )
        for one in told.reports(connection, key)
    ]
    current = told.current(connection, key)
    lines = sheet(
        reports,
        told.told(connection, key),
        current,
        ours=service.speaking.ours,
        network=service.speaking.network,
    )
    return Book(lines, current, speaking(connection, key))


def _reach(service: Service, report: Report) -> str:
    """The channel that would answer a post by program; empty where only a person can."""
    subject = Subject(
        subject_of_mention(report.mention), "", "", "", 3, source=report.source, original=_STANDS
    )
    choices = service.speaking.choices(subject)
    return choices[0].name if choices and choices[0].kind != "clipboard" else ""


def _words_of(service: Service, request: Mapping[str, Any]) -> _Words:
    name, lang = line(request, "template", 60), line(request, "lang", 35)
    own = lang or service.settings.desk.languages[0]
    if not name:
        return _Words(words(request), own, "")
    try:
        template = load_templates(service.settings.answers.replies).get(name)
    except TemplatesError as error:
        raise RequestError(f"The canned replies cannot be read, so nothing was prepared:\n{error}") from None
    if template is None:
        raise RequestError(f'There is no canned reply "{name}", so nothing was prepared.')
    return _Words(template.text, template.lang or own, template.name)


def _filled(book: Book, subject: Subject, chosen: _Words, request: Mapping[str, Any]) -> _Words:
    given = request.get("values")
    values = {"place": subject.place}
    if book.ticket:
        values |= {"who": book.ticket.route, "ticket": book.ticket.number}
    if isinstance(given, dict):
        values |= {str(name): str(value)[:300] for name, value in list(given.items())[:50]}
    return replace(chosen, text=fill_slots(chosen.text, values).text)


def _borne(book: Book, said: _Words, vouched: str) -> None:
    """See that no more is said than the ticket bears, unless a person vouches for it."""
    if book.ticket is None or vouched or ticket_rules.allows(book.ticket, said.text):
        return
    raise Refusal(
        f"{ticket_rules.too_much(book.ticket)} Nothing was prepared. Change the words, or vouch for them "
        "with a reason."
    )


def _as_seen(change: Change, subject: Subject, seen: int) -> None:
    """See that nothing has changed since whoever asks looked (-1: they do not say when)."""
    current = told.current(change.connection, subject.incident)
    if seen in (-1, current):
        return
    ticket = speaking(change.connection, subject.incident)
    stands = ticket_rules.standing(ticket) if ticket else "It stands otherwise"
    raise Refusal(
        f"{stands} by now: that is change {current}, and you saw {seen}. Nothing was prepared. See who is to "
        "be told what (L), then tell them."
    )


def _draft(
    service: Service, change: Change, book: Book, one: Line, said: _Words, who: Operator, vouched: str
) -> tuple[int, str]:
    """The answer to one reporter, as if it had been typed."""
    subject = found(change, subject_of_mention(one.answer_to.mention))
    channel = service.speaking.channel(one.answer_to.channel)
    draft = replace(
        begun(subject, channel, who, "told", change.now),
        text=said.text,
        lang=said.lang,
        authors=(who.uid,),
        reasons=((RULE, vouched),) if vouched else (),
        round=outbox.rounds(change.connection, subject.name),
    )
    made = drafts.add(change.connection, draft)
    told.bind(change.connection, made.id, subject.incident, book.current)
    return made.id, subject.name


def _told_by_hand(change: Change, subject: Subject, who: Operator, name: str) -> Answer:
    mention = mention_in(name)
    found_ = told.report(change.connection, mention) if mention is not None else None
    if found_ is None or found_[1].casefold() != subject.incident.casefold():
        raise Refusal("This mention is not of that incident. Nothing was noted.")
    report, current = found_[0], told.current(change.connection, subject.incident)
    one = Told(report.source, report.author, report.mention, current, "", "by hand", who.name)
    told.tell(change.connection, subject.incident, one, None, change.now)
    change.log(who.name, "told by hand", name, {"number": current})
    return {"told": name, "number": current}


def _ladder(service: Service, change: Change, ticket: Ticket) -> str:
    steps = next((one.ladder for one in service.settings.routes if one.name == ticket.route), ())
    return ladder.standing(
        steps,
        step=ticket.step,
        due=ticket.step_at,
        acknowledged_by=ticket.acknowledged_by,
        now=change.now,
        alerts=alerts(change, ticket),
    )


def _shown(one: Line) -> Answer:
    return {
        "source": one.source,
        "author": one.author,
        "state": one.state,
        "told": one.number,
        "subject": subject_of_mention(one.answer_to.mention),
        "channel": one.answer_to.channel,
        "reports": one.reports,
        "says": one.says,
    }
