"""What people do about an incident or a mention, in the few cells of a row. Pure.

Who holds it, how long somebody may wait yet, which department has it, until when it is put away.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

from console.desk.answering import is_typing
from console.desk.rows import age, clock
from console.model import Mention, Tier
from console.work import (
    Claim,
    Delivery,
    Snooze,
    Ticket,
    Wait,
    WorkNow,
    subject_of_incident,
    subject_of_mention,
)
from console.workflow.clocks import Clocks, row_words
from widgets.incident_list import Fact
from widgets.line import Part, cut, flat

BY_HAND = "^"
"""Stands behind a tier or a mood that a person has set."""
NAME = 9
"""Cells of a name in a row."""
NOBODY = Fact("-", "quiet")
"""Said where there is nothing to say, so that nobody takes it for unknown."""
SOON = 3600.0
"""Seconds before its end from which a clock counts down; the last clock of all is not shown before."""
STATES = {"acknowledged": "ack", "open": "open", "asked": "asked", "sent": "sent"}
"""How a ticket stands, in a row; the other states are as short already."""


def held_words(claim: Claim, now: datetime) -> str:
    """`kim 4m`, `kim typing`, `kim gone`: who holds it, and since when or what they do."""
    name = cut(flat(claim.name), NAME)
    if claim.leaving is not None:
        return f"{name} gone"
    return f"{name} typing" if is_typing(claim, now) else f"{name} {age(claim.since, now)}"


def ticket_words(ticket: Ticket) -> str:
    """`Roads #4411 ack`: who has it there, under which number, and how it stands."""
    number = f" #{ticket.number}" if ticket.number else ""
    return f"{cut(flat(ticket.route), NAME)}{number} {STATES.get(ticket.state, ticket.state)}"


def snooze_words(snooze: Snooze, now: datetime, zone: tzinfo | None) -> str:
    """`snoozed 20:00`, `snoozed report`: until when, or for what, it is put away."""
    if snooze.on == "time" and snooze.until is not None:
        return f"snoozed {clock(snooze.until, now, zone)}"
    return f"snoozed {snooze.on}"


def until_words(on: str, until: datetime | None, now: datetime, zone: tzinfo | None) -> str:
    """`20:00`, `a new report or 20:00`: what ends a snooze, in full."""
    event = {"report": "a new report", "status": "a change of its status"}.get(on, "")
    return " or ".join(part for part in (event, clock(until, now, zone) if until else "") if part)


def running(
    waits: Iterable[Wait], tier: int, clocks: Clocks, now: datetime, zone: tzinfo | None
) -> tuple[tuple[Wait, datetime, float], ...]:
    """The clocks that run, with when each is due and its seconds of duty time, the most pressing first."""
    here = zone or now.astimezone().tzinfo
    assert here is not None
    rank: Tier = 1 if tier == 1 else 2 if tier == 2 else 3
    found = []
    for wait in waits:
        if wait.name == "promise":
            if wait.due is not None:
                found.append((wait, wait.due.astimezone(here), (wait.due - now).total_seconds()))
            continue
        due = clocks.due(wait.name, rank, wait.since, here)
        left = clocks.left(wait.name, rank, wait.since, here, now)
        if due is not None and left is not None and (wait.name != "close" or left < SOON):
            found.append((wait, due, left))
    return tuple(sorted(found, key=lambda one: one[2]))


def clock_words(wait: Wait, due: datetime, left: float, now: datetime) -> str:
    """`answer 4m`, `LATE 12m`, `update 17:00`: one clock in a row."""
    return row_words("update" if wait.name == "promise" else wait.name, due, left, now)


def incident_facts(
    work: WorkNow, key: str, tier: int, clocks: Clocks, now: datetime, zone: tzinfo | None
) -> tuple[Fact, ...]:
    """What a row says of the work on an incident, what must not be missed first."""
    subject = subject_of_incident(key)
    item, claim, ticket = work.item(subject), work.claims.get(subject), work.tickets.get(key)
    outgoing = outgoing_word(one for one in work.deliveries if one.subject == subject)
    waits = any(one.subject == subject and one.state == "asked" for one in work.drafts)
    told = work.told.get(key, 0)
    pressing = running(work.clocks_of(subject), tier, clocks, now, zone)[:1]
    due = [(clock_words(*one, now), one[2]) for one in pressing]
    facts = [
        *(Fact(words, "bad") for words, left in due if left < 0),
        Fact(held_words(claim, now), "strong") if claim else None,
        Fact(*outgoing) if outgoing else None,
        Fact(snooze_words(item.snooze, now, zone), "quiet") if item.snooze else None,
        *(Fact(words) for words, left in due if 0 <= left < SOON),
        _ticket_fact(ticket) if ticket else None,
        Fact("to approve", "strong") if waits else None,
        *(Fact(words) for words, left in due if left >= SOON),
        Fact(f"told {told}") if told or ticket else None,
    ]
    return tuple(fact for fact in facts if fact is not None) or (NOBODY,)


def _ticket_fact(ticket: Ticket) -> Fact:
    words = ticket_words(ticket)
    # A number says enough by itself; a state without a name does not.
    short = words.removeprefix(f"{cut(flat(ticket.route), NAME)} ") if ticket.number else ""
    return Fact(words, "bad" if ticket.state == "refused" else "", short)


def mention_work(work: WorkNow, mention: Mention, now: datetime, zone: tzinfo | None) -> str:
    """What the right edge of a mention's row says of the work on it."""
    subject = subject_of_mention(mention.id)
    item, claim = work.item(subject), work.claims.get(subject)
    outgoing = outgoing_word(one for one in work.deliveries if one.subject == subject)
    waits = any(one.subject == subject and one.state == "asked" for one in work.drafts)
    parts = (
        held_words(claim, now) if claim else "",
        outgoing[0] if outgoing else "to approve" if waits else "answered" if item.answered_at else "",
        snooze_words(item.snooze, now, zone) if item.snooze else "",
    )
    return "  ".join(part for part in parts if part)


def outgoing_word(deliveries: Iterable[Delivery]) -> Part | None:
    """How what is about to be said stands, the one that needs a person first."""
    states = {one.state for one in deliveries}
    if "unknown" in states:
        return "UNKNOWN", "bad"
    if "waiting" in states:
        return "WAITS", "bad"
    return next(((word, "") for word in ("held", "queued", "sending") if word in states), None)
