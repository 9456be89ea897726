"""How a ticket goes on: what arrives, what the department says, who takes it. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from console.work import Delivery, Refusal, Ticket
from console.workflow.ladder import BY_HAND
from console.workflow.proposals import REPLY_FOR, TicketState, is_borne, state_of

LIVING = ("asked", "sent", "acknowledged", "open")
FRESH = frozenset({"open", "new", "submitted", "received"})
"""A status that a system gives by itself to whatever is filed: no person has taken it by that."""
OTHER_ROUTE = "Phone, mend it, or escalate by another route (e)."
NOT_LEFT = "the report has not left."


def public(ticket: Ticket) -> str:
    """What is worth telling to those who reported; empty where there is nothing.

    It is a `TicketState`, or the department's own word where nobody here knows it.
    """
    if ticket.state in ("asked", "refused"):
        return ""
    if ticket.state == "sent":
        return "sent"
    if ticket.state == "closed":
        return "declined" if state_of(ticket.status) == "declined" else "closed"
    known = state_of(ticket.status) if ticket.status else "taken"
    return known or ticket.status


def bears(ticket: Ticket) -> TicketState:
    """The `TicketState` by which words for the public are measured."""
    word = public(ticket)
    return next((state for state in REPLY_FOR if state == word), "taken" if word else "sent")


def allows(ticket: Ticket, text: str) -> bool:
    """Whether a ticket bears what a text says; one that nobody there has bears nothing."""
    return bool(public(ticket)) and is_borne(bears(ticket), text)


def standing(ticket: Ticket) -> str:
    """How it stands there, as the beginning of a sentence."""
    word = public(ticket)
    return f"{named(ticket)} stands at `{word}`" if word else f"{ticket.route} does not have it"


def too_much(ticket: Ticket) -> str:
    """Why words that a ticket does not bear should not be said."""
    if not public(ticket):
        return f"{standing(ticket)}, so there is nothing to say of it."
    return (
        f"{standing(ticket)}, which bears no more than that: closed is not fixed, and sent is not received."
    )


def arrived(ticket: Ticket, delivery: Delivery) -> Ticket:
    """The report is there, and may have got a number."""
    after = replace(ticket, names=delivery.names, number=ticket.number or delivery.ticket)
    if ticket.state == "refused":
        return after  # Somebody has said meanwhile that it came back.
    state = ("open" if after.number else "sent") if ticket.state == "asked" else ticket.state
    nobody, over, _ = ticket.says.partition(BY_HAND)
    return replace(after, state=state, says=nobody + over if over else "")


def stopped(ticket: Ticket, why: str) -> Ticket:
    """The report waits for a person before it leaves."""
    return replace(ticket, says=f"{ticket.route} does not have it yet: {NOT_LEFT} {why}")


def lacking(ticket: Ticket) -> bool:
    """Whether the ticket says that the department does not have it: worse news than any of its ladder."""
    return ticket.state == "refused" or NOT_LEFT in ticket.says


def lost(ticket: Ticket, why: str) -> Ticket:
    """The report did not arrive; the ladder goes on, for now it is all that reaches anybody."""
    return replace(ticket, state="refused", says=f"{ticket.route} does not have it. {why} {OTHER_ROUTE}")


def withdrawn(ticket: Ticket, who: str) -> Ticket:
    """It was taken back before it left."""
    return replace(ticket, state="refused", says=f"{who} took it back; nothing was sent.", step_at=None)


def acknowledged(ticket: Ticket, who: str, now: datetime) -> Ticket:
    """A person took it: nobody else is woken. What the department does not have, it has no sooner by that.

    Raises:
        Refusal: when there is nothing to take any more.
    """
    if ticket.acknowledged_by:
        raise Refusal(f"{ticket.acknowledged_by} has acknowledged it already. Nothing was changed.")
    if ticket.state == "refused" and not ticket.step:
        raise Refusal(f"{ticket.route} does not have it, and nobody was woken. {OTHER_ROUTE}")
    if ticket.state == "closed":
        raise Refusal(f"{ticket.route} has closed it. Escalate it again (e) if it is not over.")
    state = ticket.state if ticket.state in ("open", "refused") else "acknowledged"
    says = ticket.says.rpartition(f"{BY_HAND} ")[2] if lacking(ticket) else ""
    return replace(ticket, state=state, acknowledged_by=who, acknowledged_at=now, step_at=None, says=says)


def heard(ticket: Ticket, status: str, notes: str, now: datetime) -> Ticket:
    """What the department says of it now, by its system or by phone."""
    after = replace(ticket, status=status, notes=notes, says="")
    known = state_of(status)
    if known in ("closed", "declined"):
        after = replace(after, state="closed")
    else:
        after = replace(after, state="open")
    if status not in FRESH and not ticket.acknowledged_by:
        who = f"{ticket.route} (status: {status})"
        after = replace(after, acknowledged_by=who, acknowledged_at=now)
    return replace(after, step_at=None) if after.acknowledged_by else after


def named(ticket: Ticket) -> str:
    """How a ticket is spoken of: by its number where it has one."""
    return f"{ticket.route} number {ticket.number}" if ticket.number else f"{ticket.route} (no number yet)"
