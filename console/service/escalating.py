"""Handing an incident to a department: `routes`, `escalate`, `acknowledge`, `ticket`."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from console.intake.clean import clean, clean_line
from console.intake.place_list import PlaceListError, read_places
from console.intake.places import PlaceIndex
from console.service import tickets as following
from console.service.claiming import found, held, line, named, number
from console.service.operators import operator_of
from console.service.socket import Connection, RequestError
from console.settings import Route
from console.store import outbox, tickets, told
from console.store.change import Change
from console.work import (
    Claim,
    Delivery,
    DeliveryState,
    Operator,
    Refusal,
    Subject,
    Ticket,
    identity,
    subject_of_incident,
)
from console.workflow import dispatch, ladder
from console.workflow import routes as rules
from console.workflow import tickets as ticket_rules
from feeds.channel import Channel, Message

if TYPE_CHECKING:
    from console.service.serve import Service

LONGEST = 4000
"""Characters of a report: what Open311 takes."""
Answer = dict[str, Any]


async def routes(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """The departments that an incident can go to, the most fitting first, and the ready text."""
    operator_of(service, connection)
    name = named(request)

    def look(change: Change) -> Answer:
        subject = incident_of(change, name)
        matter, quotes = known(change, subject)
        choices = rules.choices(
            service.settings.routes, subject.place, subject.topic, areas_above(service, subject.place)
        )
        living = {
            one.route.casefold(): one for one in reversed(tickets.of_incident(change.connection, matter.key))
        }
        fitting = any(choice.fits for choice in choices)
        return {
            "incident": matter.key,
            "title": dispatch.title_of(matter),
            "text": dispatch.report_of(matter, quotes),
            "says": "" if fitting else rules.nowhere(subject.place, subject.topic, service.settings.routes),
            "routes": [
                {
                    "name": choice.route.name,
                    "fits": choice.fits,
                    "reason": choice.reason,
                    "phone": choice.route.phone,
                    "channel": choice.route.channel,
                    "kind": _kind(service, choice.route),
                    "to": choice.route.to,
                    "ladder": list(choice.route.ladder),
                    "warns": _warns(service, choice.route, matter),
                    "ticket": shown(living.get(choice.route.name.casefold())),
                }
                for choice in choices
            ],
        }

    return await service.work(look)


async def escalate(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Hand an incident to a department, once: the report goes through the outbox like all that is said.

    `again` asks a department once more that has closed its case. `reasons` are rules of the guard that warn,
    each with why it is said all the same; under `*` stands why for every one.
    """
    who, name = operator_of(service, connection), named(request)
    wanted, text = line(request, "route"), words(request)

    def hand_over(change: Change) -> Answer:
        subject = incident_of(change, name)
        claim = held(change, subject, who, number(request, "epoch"))
        route = route_of(service, wanted)
        channel = service.speaking.channel(route.channel)
        if channel.kind in dispatch.IN_PUBLIC:
            raise Refusal(
                f"{route.name} would be told on {channel.name}, which all may read. Nothing was sent. Give "
                "the route a channel of its own in the settings, and phone meanwhile."
            )
        _once(change, subject.incident, route, again=request.get("again") is True)
        matter, quotes = known(change, subject)
        message = _message(route, matter, quotes, text or dispatch.report_of(matter, quotes), request)
        message = replace(message, at=change.now)
        reasons = _guarded(service, message, channel, who, request)
        ticket = _asked(service, change, subject, route, channel, message, who, claim)
        if reasons:
            data = {"ticket": ticket.id, "delivery": ticket.delivery, "reasons": reasons}
            change.log(who.name, "guard overridden", subject.name, data)
        return {
            "ticket": shown(ticket),
            "delivery": ticket.delivery,
            "held": service.settings.answers.hold,
            "says": _warns(service, route, matter),
        }

    answer = await service.work(hand_over)
    service.outbox.stir()
    return answer


async def acknowledge(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Somebody on call took it: typed by them, or by the one whom they phoned (`who`)."""
    operator, who = operator_of(service, connection), line(request, "who", 80)

    def take(change: Change) -> Answer:
        before = _ticket(change, request, operator)
        by = f"{who} (by {operator.name})" if who and who != operator.name else operator.name
        after = ticket_rules.acknowledged(before, by, change.now)
        following.stop_alerts(change, before)
        return {"ticket": shown(following.write(change, before, after, operator.name, "acknowledged"))}

    return await service.work(take)


async def ticket(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Write down by hand what a department said: `number`, `status` with `notes`, or `bounced` and why."""
    who = operator_of(service, connection)
    given, status = line(request, "number", 100), line(request, "status", 60).lower()
    notes, bounced = line(request, "notes"), line(request, "bounced")

    def note(change: Change) -> Answer:
        before = _ticket(change, request, who)
        if not (given or status or bounced):
            raise Refusal("Say the number, the status, or how the mail came back. Nothing was changed.")
        after = before
        if bounced:
            after = ticket_rules.lost(after, f"It came back: {bounced}.")
        if given:
            state = "open" if after.state in ("asked", "sent", "acknowledged") else after.state
            after = replace(after, number=given, state=state)
        if status:
            after = ticket_rules.heard(after, status, notes, change.now)
        if after.acknowledged_by and not before.acknowledged_by:
            following.stop_alerts(change, before)
        if before.state == "closed" and after.state != "closed":
            tickets.decided(change.connection, before.id, ("reopen",))
        return {"ticket": shown(following.write(change, before, after, who.name, "ticket"))}

    return await service.work(note)


def incident_of(change: Change, name: str) -> Subject:
    """The incident that a subject is, or belongs to.

    Raises:
        Refusal: for a mention that stands alone.
    """
    subject = found(change, name)
    if not subject.incident:
        raise Refusal(
            "This mention belongs to no incident yet, so no department was asked. Mark it and make an "
            "incident of it (m), then escalate that."
        )
    # What was merged into another incident is escalated as that one.
    return found(change, subject_of_incident(tickets.together(change.connection, subject.incident)[0]))


def known(change: Change, subject: Subject) -> tuple[dispatch.Matter, tuple[dispatch.Quote, ...]]:
    """What departments are told of an incident."""
    matter = told.matter(change.connection, subject.incident)
    assert matter is not None, "whoever found the incident reads it in the same transaction"
    return matter, told.quotes(change.connection, subject.incident, dispatch.QUOTED)


def route_of(service: Service, name: str) -> Route:
    """A route by its name; raises Refusal where the settings have none (any more)."""
    for route in service.settings.routes:
        if route.name.casefold() == name.casefold():
            return route
    names = ", ".join(route.name for route in service.settings.routes) or "none at all"
    raise Refusal(f'There is no route "{name}", so nothing was sent. There are: {names}. Or phone.')


def areas_above(service: Service, place: str) -> tuple[str, ...]:
    """The areas in which a place lies, the nearest first; none where no place list says."""
    file = service.settings.desk.places
    try:
        return _places(file, file.stat().st_mtime_ns).within(place) if file and place else ()
    except (OSError, PlaceListError):
        return ()  # Routes that name the place itself are found all the same.


@lru_cache(1)
def _places(file: Path, _changed: int) -> PlaceIndex:
    return PlaceIndex(read_places(file).places)


def shown(ticket: Ticket | None) -> Any:
    """A ticket as requests answer it."""
    return msgspec.to_builtins(ticket)


def delivered(
    change: Change, ticket: Ticket, message: Message, *, channel: Channel, purpose: Any, uid: int, author: str
) -> Delivery:
    """What the service itself has to say about a ticket: it goes to the gate at once."""
    one = Delivery(
        id=0,
        draft=None,
        version=0,
        subject=following.shown_as(change, ticket),
        purpose=purpose,
        channel=channel.name,
        round=0,
        part=1,
        parts=1,
        after=None,
        message=message,
        state="queued",
        says="",
        uid=uid,
        author=author,
        claim="",
        epoch=0,
        original="",
        held_until=None,
        next_at=None,
        made_at=change.now,
        spoken_as=identity(channel),
    )
    made = outbox.add(change.connection, one)
    tickets.say(change.connection, ticket.id, made.id)
    return made


def _asked(
    service: Service,
    change: Change,
    subject: Subject,
    route: Route,
    channel: Channel,
    message: Message,
    who: Operator,
    claim: Claim,
) -> Ticket:
    """Make the ticket, and the report that is on its way with it."""
    until = change.now + timedelta(seconds=service.settings.answers.hold)
    ticket = tickets.add(
        change.connection,
        Ticket(
            id=0,
            incident=subject.incident,
            route=route.name,
            channel=route.channel,
            delivery=None,
            made_at=change.now,
            uid=who.uid,
            by=who.name,
            step_at=ladder.begin(route.ladder, until),
            noted=told.newest(change.connection),
            noted_at=change.now,
        ),
    )
    made = delivered(change, ticket, message, channel=channel, purpose="report", uid=who.uid, author=who.name)
    by_hand = channel.kind == "clipboard"
    state: DeliveryState = "unknown" if by_hand else "held"
    says = "Copy the text and hand it over yourself, then settle it as said." if by_hand else ""
    outbox.write(
        change.connection,
        replace(made, state=state, says=says, claim=claim.subject, epoch=claim.epoch, held_until=until),
    )
    ticket = replace(ticket, delivery=made.id, says=says)
    tickets.write(change.connection, ticket)
    for earlier in tickets.of_incident(change.connection, subject.incident):
        if earlier.id != ticket.id and earlier.state in ("refused", "closed"):
            tickets.decided(change.connection, earlier.id, ("reopen",))
    data = {"ticket": ticket.id, "route": route.name, "delivery": made.id, "text": message.text}
    change.log(who.name, "escalated", subject.name, data)
    return ticket


def _once(change: Change, key: str, route: Route, *, again: bool) -> None:
    """See that the department has not been asked already."""
    for ticket in tickets.of_incident(change.connection, key):
        if ticket.route.casefold() != route.name.casefold() or ticket.state == "refused":
            continue
        if ticket.state != "closed":
            raise Refusal(
                f"{ticket.by} escalated it to {ticket_rules.named(ticket)} at {ticket.made_at:%H:%M} UTC "
                "already. Nothing was sent; further reports go on to them by themselves."
            )
        if not again:
            raise Refusal(
                f"{ticket_rules.named(ticket)} is closed. Nothing was sent. If it is not over, escalate "
                "again and say what is still wrong."
            )


def _message(
    route: Route,
    matter: dispatch.Matter,
    quotes: tuple[dispatch.Quote, ...],
    text: str,
    request: Mapping[str, Any],
) -> Message:
    link = next((quote.url for quote in quotes if quote.url), "")
    fields = dict(dispatch.fields_of(matter, route, link))
    if address := line(request, "address"):
        fields["address"] = address
    return Message(
        key=secrets.token_hex(16),
        at=matter.opened_at,
        text=text,
        title=line(request, "title", 200) or dispatch.title_of(matter),
        to=route.to,
        fields=tuple(fields.items()),
    )


def _guarded(
    service: Service, message: Message, channel: Channel, who: Operator, request: Mapping[str, Any]
) -> dict[str, str]:
    """See that the guard lets a report pass; a warning needs a reason, as in any answer. Gives those used."""
    reasons, used = request.get("reasons"), {}
    given = reasons if isinstance(reasons, dict) else {}
    if empty := service.speaking.empty_slots(message.text):
        raise Refusal(f"Fill in {', '.join(empty)} first: an empty slot is never sent.")
    for finding in service.speaking.findings_in(message, channel, who.role):
        if finding.level == "block":
            raise Refusal(f"{finding.says} This must not be said; change it. Nothing was sent.")
        if finding.level == "warn":
            reason = clean_line(str(given.get(finding.rule) or given.get("*", "")), max_chars=300).strip()
            if not reason:
                raise Refusal(f"{finding.says} Change it, or give a reason for it. Nothing was sent.")
            used[finding.rule] = reason
    return used


def _ticket(change: Change, request: Mapping[str, Any], who: Operator) -> Ticket:
    if not who.may("respond"):
        raise Refusal("Your role is to observe: nothing was changed. Tell a colleague.")
    one = tickets.read(change.connection, number(request, "ticket"))
    if one is None:
        raise Refusal("There is no such ticket.")
    return one


def _kind(service: Service, route: Route) -> str:
    return next((one.kind for one in service.speaking.channels if one.name == route.channel), "")


def _warns(service: Service, route: Route, matter: dispatch.Matter) -> str:
    """What to know before pressing: requests to a city are for what is no emergency (GeoReport v2)."""
    if matter.tier == 1 and _kind(service, route) == "open311":
        phone = f"call {route.phone}" if route.phone else "phone the emergency services"
        return f"A city's request line is not for emergencies: {phone} as well."
    return ""


def words(request: Mapping[str, Any]) -> str:
    """The text of a request, clean; empty where it has none."""
    text = request.get("text", "")
    if not isinstance(text, str):
        raise RequestError("text must be text")
    return clean(text, max_chars=LONGEST).strip()
