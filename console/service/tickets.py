"""What changes a ticket: one place that writes it, tells the log, and counts what there is to tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from console.store import drafts, items, outbox, tickets, told
from console.store.change import Change
from console.work import Delivery, Refusal, Ticket, mention_in, subject_of_incident
from console.workflow import ladder
from console.workflow import tickets as rules
from console.workflow.ledger import Report, Told, same

_NOT_ASKED = "was not asked."


def write(change: Change, before: Ticket, after: Ticket, actor: str, kind: str) -> Ticket:
    """Put a ticket down as it stands now; where that is news to those who reported, count it.

    Raises:
        Refusal: when it would come to life again beside a newer one with the same department.
    """
    if (
        after.state in rules.LIVING
        and before.state not in rules.LIVING
        and (newer := successor(change, after))
    ):
        raise Refusal(f"{after.route} was asked again since: that is ticket {newer.id}. Nothing was changed.")
    tickets.write(change.connection, after)
    subject = shown_as(change, after)
    news = rules.public(after)
    if news != rules.public(before):
        told.changed(change.connection, after.incident, after.id, news, change.now)
        if not news:  # Words that were offered for it are not true any more.
            tickets.decided(change.connection, after.id, ("words",))
        says = f"{after.route} says {news}" if news else f"{after.route} does not have it"
        items.wake(change.connection, change.now, [subject], "status", says)
    data = {"ticket": after.id, "route": after.route, "number": after.number, "state": after.state}
    more = {"status": after.status, "notes": after.notes, "says": after.says}
    change.log(
        actor,
        kind,
        subject,
        data | {name: words for name, words in more.items() if words},
    )
    return after


def successor(change: Change, ticket: Ticket) -> Ticket | None:
    """A newer ticket of the same incident with the same department."""
    route = ticket.route.casefold()
    others = tickets.of_incident(change.connection, ticket.incident)
    return next((one for one in others if one.id > ticket.id and one.route.casefold() == route), None)


def shown_as(change: Change, ticket: Ticket) -> str:
    """The incident of a ticket as people see it: merged into another one, it is that."""
    return subject_of_incident(tickets.together(change.connection, ticket.incident)[0])


def settled(change: Change, delivery: Delivery) -> None:
    """What came of a delivery, for the ticket or the reporter that it was about.

    Called in the transaction that settles it, whoever does that: a channel's receipt, the gate or a person.
    """
    if delivery.purpose in ("told", "reply"):
        if delivery.state == "confirmed" and delivery.part == 1:
            _told(change, delivery)
        return
    ticket = tickets.of_delivery(change.connection, delivery.id)
    if ticket is None:
        return
    if delivery.purpose == "report":
        _report(change, ticket, delivery)
    elif delivery.purpose == "alert" and delivery.state in ("refused", "waiting"):
        _not_asked(change, ticket, delivery)
    elif delivery.state == "refused" and delivery.purpose == "note":
        says = f"A note of further reports did not reach {ticket.route}. {delivery.says} {rules.OTHER_ROUTE}"
        write(change, ticket, replace(ticket, says=says), "service", "note refused")


def _report(change: Change, ticket: Ticket, delivery: Delivery) -> None:
    if delivery.state == "confirmed":
        after = write(change, ticket, rules.arrived(ticket, delivery), "service", "ticket")
        if after.state != "refused":
            _stop_older(change, after)
    elif delivery.state == "waiting" and ticket.state == "asked":
        write(change, ticket, rules.stopped(ticket, delivery.says), "service", "report stopped")
    elif delivery.state == "refused":
        write(change, ticket, rules.lost(ticket, delivery.says), "service", "ticket refused")
    elif delivery.state == "taken back":
        write(change, ticket, rules.withdrawn(ticket, delivery.author), delivery.author, "ticket taken back")


def _not_asked(change: Change, ticket: Ticket, delivery: Delivery) -> None:
    """An alert did not reach whoever is on call; that the department lacks the report stays in sight."""
    refused, due = delivery.state == "refused", ticket.step_at
    if refused and due:
        due = min(due, change.now)  # Whoever could not be asked is passed over at once.
    news = f"{delivery.channel} {'could not be asked.' if refused else _NOT_ASKED} {delivery.says}"
    after = replace(ticket, step_at=due, says=ticket.says if rules.lacking(ticket) else news)
    write(change, ticket, after, "service", "alert refused" if refused else "alert stopped")


def let_go(change: Change, delivery: Delivery, who: str) -> None:
    """What the gate or a pause had stopped goes on: it is no trouble of the ticket any more."""
    ticket = tickets.of_delivery(change.connection, delivery.id)
    trouble = {"report": rules.NOT_LEFT, "alert": f"{delivery.channel} {_NOT_ASKED}"}.get(delivery.purpose)
    if ticket is not None and trouble and trouble in ticket.says:
        write(change, ticket, replace(ticket, says=""), who, "ticket")


def _stop_older(change: Change, ticket: Ticket) -> None:
    """Another department has it now: nobody is woken for one that does not."""
    for earlier in tickets.of_incident(change.connection, ticket.incident):
        if earlier.id < ticket.id and earlier.step_at is not None and earlier.state in ("refused", "closed"):
            tickets.write(change.connection, replace(earlier, step_at=None))
            stop_alerts(change, earlier, f"{ticket.route} has it now.")
            data = {"ticket": earlier.id, "route": earlier.route, "says": f"{ticket.route} has it now."}
            change.log("service", "ladder stopped", shown_as(change, earlier), data)


def _told(change: Change, delivery: Delivery) -> None:
    mention = mention_in(delivery.subject)
    found = told.report(change.connection, mention) if mention is not None else None
    if found is None:
        return
    report, _ = found
    key, number = of_which(change, delivery)
    if not key:
        return
    one = Told(report.source, report.author, report.mention, number, "", delivery.channel, delivery.author)
    told.tell(change.connection, key, one, delivery.draft, change.now)


def of_which(change: Change, delivery: Delivery) -> tuple[str, int]:
    """The incident, and the number of the last change, that whoever wrote an answer knew of."""
    bound = told.bound(change.connection, delivery.draft) if delivery.draft else None
    if bound is not None:
        return bound
    mention = mention_in(delivery.subject)
    found = told.report(change.connection, mention) if mention is not None else None
    if found is None or not found[1]:
        return "", 0
    draft = drafts.read(change.connection, delivery.draft) if delivery.draft else None
    written = (draft.saved_at if draft else None) or delivery.made_at
    return found[1], told.current(change.connection, found[1], written)


def told_already(change: Change, delivery: Delivery, network: Callable[[str], str]) -> int:
    """How many others tell the reader of a delivery the same, or have: asked at the last gate."""
    mention = mention_in(delivery.subject)
    found = told.report(change.connection, mention) if mention is not None else None
    key, number = of_which(change, delivery)
    if delivery.purpose != "told" or found is None or not key:
        return 0
    reader = found[0]
    others: list[Told | Report] = [*told.told_by_others(change.connection, key, delivery.draft, number)]
    for id_ in told.under_way(change.connection, delivery.draft):
        other = told.report(change.connection, id_)
        if other is not None and other[1] and _one(change, other[1]) == _one(change, key):
            others.append(other[0])
    return sum(same(reader, other, network) for other in others)


def _one(change: Change, key: str) -> str:
    return tickets.together(change.connection, key)[0].casefold()


def alerts(change: Change, ticket: Ticket) -> dict[str, str]:
    """What became of the alert on each channel that was asked for a ticket (`ladder.unsent`)."""
    pause = outbox.pause(change.connection)
    found = (outbox.read(change.connection, id_) for id_ in tickets.said(change.connection, ticket.id))
    return {
        one.channel: ladder.unsent(one.state, paused=pause is not None and one.channel not in pause.allow)
        for one in found
        if one is not None and one.purpose == "alert"
    }


def stop_alerts(change: Change, ticket: Ticket, why: str = "Acknowledged.") -> None:
    """Nobody else is woken: alerts that have not left are taken back."""
    for id_ in tickets.said(change.connection, ticket.id):
        one = outbox.read(change.connection, id_)
        if one is not None and one.purpose == "alert" and one.state in ("held", "queued", "waiting"):
            after = replace(one, state="taken back", settled_at=change.now, next_at=None, says=why)
            outbox.write(change.connection, after)
