"""Whether words that tell of a department still hold: asked when they are prepared, sent, and let out."""

from __future__ import annotations

from console.store import tickets, told
from console.store.change import Change
from console.store.connect import Connection
from console.work import Draft, Purpose, Ticket, mention_in
from console.workflow import tickets as rules
from console.workflow.guard import Finding

RULE = "ticket"
"""Under which the guard's findings name words that a ticket does not bear, and drafts keep who vouches."""


def speaking(connection: Connection, key: str) -> Ticket | None:
    """The ticket that words for an incident are measured by: the one that changed last.

    Where that department does not have it after all, any other one that has.
    """
    last = told.last_change(connection, key)
    changed = tickets.read(connection, last.ticket) if last else None
    if changed is None or rules.public(changed):
        return changed
    return next((one for one in tickets.of_incident(connection, key) if rules.public(one)), changed)


def outdated(change: Change, purpose: Purpose, draft: int | None, subject: str) -> str:
    """Why words that were bound to a change do not tell how it stands; empty where they do."""
    bound = told.bound(change.connection, draft) if draft and purpose == "told" else None
    if bound is None:
        return ""
    key = _newest(change, bound[0], subject)
    if told.current(change.connection, key) <= bound[1]:
        return ""
    ticket = speaking(change.connection, key)
    stands = rules.standing(ticket) if ticket else "It stands otherwise"
    return f"{stands} since these words were begun."


def unborne(change: Change, purpose: Purpose, draft: int | None, text: str) -> tuple[Finding, ...]:
    """What the guard has to say of words that say more than the ticket bears."""
    bound = told.bound(change.connection, draft) if draft and purpose == "told" else None
    ticket = speaking(change.connection, bound[0]) if bound else None
    if ticket is None or rules.allows(ticket, text):
        return ()
    return (Finding(RULE, "warn", rules.too_much(ticket), 0, 0),)


def newest(change: Change, draft: Draft) -> int:
    """The number of the change that a draft would have to tell of now; -1 where it is bound to none."""
    bound = told.bound(change.connection, draft.id)
    return told.current(change.connection, _newest(change, bound[0], draft.subject)) if bound else -1


def read_again(change: Change, draft: Draft, number: int) -> bool:
    """Its author has read how it stands at a change (-1: now); whether that is news for the draft."""
    bound, now = told.bound(change.connection, draft.id), newest(change, draft)
    seen = now if number < 0 else min(number, now)
    if bound is None or seen <= bound[1]:
        return False
    told.bind(change.connection, draft.id, bound[0], seen)
    return True


def _newest(change: Change, key: str, subject: str) -> str:
    """The incident to look at: that of a draft, or the one that its post is of since a merge was undone."""
    mention = mention_in(subject)
    found = told.report(change.connection, mention) if mention is not None else None
    own = found[1] if found and found[1] else key
    return max(key, own, key=lambda one: told.current(change.connection, one))
