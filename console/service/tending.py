"""What is done to subjects without saying anything: notes, tags, snoozes, corrections, merges, promises.

Every request takes `subjects` (or one `subject`); with `preview` nothing is done, and the answer says how
many it would be and which are left alone, and why. All are one line of the log and one step of `undo`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from console.intake.clean import clean, clean_line
from console.service import acts, teaching
from console.service.acts import Answer, Plan, Verb
from console.service.claiming import found, line, number
from console.service.operators import operator_of
from console.service.socket import Connection, RequestError
from console.store import items, placing, subjects
from console.store.change import Change
from console.work import Item, Operator, Refusal, Subject, incident_in, mention_in, subject_of_incident
from console.workflow import items as rules

if TYPE_CHECKING:
    from console.service.serve import Service

LONGEST_NOTE = 4000
LONGEST_TAG = 40
OWN_BASE = "split.other"
"""What an incident is called that was split from none."""


async def note(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Write down what colleagues should know; no channel ever gets to see it."""
    given = request.get("text")
    text = clean(given, max_chars=LONGEST_NOTE).strip() if isinstance(given, str) else ""
    if not text:
        raise RequestError("a note needs text")
    who, names = operator_of(service, connection), acts.several(request)

    def write(change: Change) -> Answer:
        planned = acts.plan(change, who, names, lambda _c, _s, item: item, sets=False)
        if request.get("preview") is True:
            return planned.answer
        acts.require_some(planned)
        there = [after.subject for _, after in planned.edits]
        numbers = [items.add_note(change, name, text, who.name, who.uid) for name in there]
        edits = [
            {"on": f"{acts.NOTE}{one}", "before": {"stands": False}, "after": {"stands": True}}
            for one in numbers
        ]
        data = {"subjects": there, "notes": numbers, "edits": edits}
        return planned.answer | {"event": items.act(change, who.name, who.uid, "noted", there, data)}

    return await service.work(write)


async def tag(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Add tags."""
    tags = _tags(request)
    if not tags:
        raise RequestError('say which: {"tags": ["bridge"]}')
    return await _tend(service, connection, request, "tagged", lambda _c, _s, item: rules.tag(item, tags))


async def untag(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Take tags away; all where none is named."""
    tags = _tags(request)
    return await _tend(service, connection, request, "untagged", lambda _c, _s, item: rules.untag(item, tags))


async def snooze(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Put away until a time, a new report, or a change of status."""
    who, until, on = operator_of(service, connection), _moment(request, "until"), request.get("on", "time")
    if on not in ("time", "report", "status"):
        raise RequestError("on is time, report or status")

    def away(change: Change, subject: Subject, item: Item) -> Item:
        return rules.snooze(item, on, until, who, change.now, subject.tier)

    return await _tend(service, connection, request, "snoozed", away)


async def wake(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Bring back what was put away."""
    return await _tend(service, connection, request, "woken by hand", lambda _c, _s, item: rules.wake(item))


async def correct(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Set tier, mood or topic by hand, whatever intake says from now on; null lets intake decide again."""
    who, names = operator_of(service, connection), acts.several(request)
    given: dict[str, Any] = {name: request[name] for name in ("tier", "mood", "topic") if name in request}
    tier, mood = given.get("tier"), given.get("mood")
    if not given or isinstance(tier, bool) or tier not in (None, 1, 2, 3):
        raise RequestError(
            "correct takes a tier, 1 to 3, a mood, -1 to 1, or a topic; null lets intake decide again"
        )
    if mood is not None and (
        isinstance(mood, bool) or not isinstance(mood, int | float) or not -1 <= mood <= 1
    ):
        raise RequestError("a mood is a number from -1 to 1")
    if mood is not None:
        given["mood"] = float(mood)
    if "topic" in given:
        given["topic"] = await service.write(partial(teaching.topic, service, given["topic"]))

    def set_(change: Change, subject: Subject, item: Item) -> Item:
        if (head := items.repeat_of(change.connection, subject.name)) is not None:
            raise Refusal(f"It is a repeat; correct mention:{head}.")
        if item.merged:
            raise Refusal(f"It was merged into {item.merged}; work there.")
        after = rules.correct(item, given)
        if "topic" not in given:
            return after
        key = teaching.filed(change, subject, after)
        if key:
            acts.leave_to_holder(change, found(change, subject_of_incident(key)), who)
        return replace(after, filed=key)

    def do(change: Change) -> Answer:
        planned = acts.plan(change, who, names, set_)
        if request.get("preview") is True:
            return planned.answer
        answer = acts.do(change, who, "corrected", planned, given)
        return answer | teaching.learn(service, change, planned.edits)

    return await teaching.taught(service, await service.work(do))


async def close(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Close incidents by hand. What becomes worse than it is now opens one again."""

    def close_(change: Change, subject: Subject, item: Item) -> Item:
        tier = placing.own_tier(change.connection, subject.incident)
        return rules.close(item, tier, items.state_of(change.connection, subject.incident), change.now)

    data = {"reason": line(request, "reason")}
    return await _tend(service, connection, request, "closed by hand", close_, data)


async def reopen(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Open incidents again."""

    def open_(change: Change, subject: Subject, item: Item) -> Item:
        own = placing.own_state(change.connection, subject.incident)
        return rules.reopen(item, own, items.state_of(change.connection, subject.incident), change.now)

    return await _tend(service, connection, request, "reopened by hand", open_)


async def merge(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Make incidents part of one, `into`; what comes to them from now on goes there as well."""
    who, into = operator_of(service, connection), request.get("into")
    if not isinstance(into, str) or not into.startswith("incident:"):
        raise RequestError('say into which: {"into": "incident:mill-street.flood"}')

    def join(change: Change, _subject: Subject, item: Item) -> Item:
        target = found(change, into)
        acts.leave_to_holder(change, target, who)
        if items.state_of(change.connection, target.incident) != "open":
            raise Refusal(f"{target.incident} is closed, or part of another one; reopen it first.")
        return rules.merge(item, target.incident, change.now)

    return await _tend(service, connection, request, "merged", join, {"into": into})


async def split(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Make an incident of its own from mentions."""
    who, names = operator_of(service, connection), acts.several(request)

    def part(change: Change) -> Answer:
        origin = next((one.incident for name in names if (one := subjects.read(change.connection, name))), "")
        key = placing.free_key(change.connection, origin or OWN_BASE)
        planned = acts.plan(change, who, names, partial(_place, key))
        if request.get("preview") is True:
            return planned.answer
        acts.require_some(planned)
        ids = [id_ for _, after in planned.edits if (id_ := mention_in(after.subject)) is not None]
        placing.make(change, key, ids)
        name = subject_of_incident(key)
        made = Item(name, made=True, by=who.name, at=change.now)
        # First the incident, then what goes into it: undone the other way round.
        whole = Plan(((Item(name), made), *planned.edits), planned.skipped)
        answer = acts.do(change, who, "split", whole, {"incident": key})
        return answer | planned.answer | {"incident": key}

    return await service.work(part)


async def detach(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Take mentions out of their incident."""
    return await _tend(service, connection, request, "detached", partial(_place, ""))


def _place(key: str, change: Change, subject: Subject, item: Item) -> Item:
    if not key and not subject.incident:
        raise Refusal("It belongs to no incident.")
    return rules.place(item, key, items.repeat_of(change.connection, subject.name))


async def promise(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Note a promise (`due`, `words`), or that one was kept (`kept`: its number, or 0 for the nearest)."""
    who = operator_of(service, connection)
    if "kept" in request:
        which = number(request, "kept")
        return await _tend(
            service,
            connection,
            request,
            "promise kept",
            lambda c, _s, item: rules.kept(item, which, who, c.now),
            where=partial(_pledged, who, which),
        )
    due, words = _moment(request, "due"), line(request, "words")
    if due is None or not words:
        raise RequestError(
            'a promise has a time and words: {"due": "2026-03-01T17:00:00Z", "words": "update"}'
        )
    return await _tend(
        service,
        connection,
        request,
        "promised",
        lambda change, _s, item: rules.promise(item, due, words, who, change.now),
    )


def _pledged(who: Operator, which: int, change: Change, name: str) -> str:
    """The subject that bears a promise: the one that is named, or what was merged into it."""
    try:
        acts.leave_to_holder(change, found(change, name), who)
    except Refusal:
        return name
    parts = items.merged_into(change.connection, incident_in(name) or "")
    unkept = [
        (one.due, subject)
        for subject in (name, *map(subject_of_incident, parts))
        for one in items.read(change.connection, subject).unkept
        if which in (0, one.id)
    ]
    # A number is counted within its subject: what is named itself comes first.
    if which and any(subject == name for _, subject in unkept):
        return name
    return min(unkept)[1] if unkept else name


async def _tend(
    service: Service,
    connection: Connection,
    request: Mapping[str, Any],
    kind: str,
    verb: Verb,
    data: Mapping[str, Any] | None = None,
    where: Callable[[Change, str], str] = lambda _change, name: name,
) -> Answer:
    who, names = operator_of(service, connection), acts.several(request)

    def tend_(change: Change) -> Answer:
        planned = acts.plan(change, who, [where(change, name) for name in names], verb)
        return planned.answer if request.get("preview") is True else acts.do(change, who, kind, planned, data)

    return await service.work(tend_)


async def wake_due(service: Service) -> None:
    """Bring back what was put away until now, and close what was split off and nobody speaks of any more."""

    def look(change: Change) -> None:
        for item in items.snoozed(change.connection):
            if rules.due(item, change.now):
                items.wake_one(change.connection, change.now, item, "its time has come")
        quiet = change.now - timedelta(seconds=service.settings.intake.window)
        for key in placing.quiet_since(change.connection, quiet.timestamp()):
            placing.end(change, key)
            change.log("service", "incident closed", subject_of_incident(key), {"why": "nobody speaks of it"})

    await service.work(look)


def _tags(request: Mapping[str, Any]) -> tuple[str, ...]:
    given = request.get("tags", [])
    if (
        not isinstance(given, list)
        or len(given) > rules.MOST_TAGS
        or not all(isinstance(one, str) for one in given)
    ):
        raise RequestError(f"tags are a list of words, {rules.MOST_TAGS} at most")
    return tuple(filter(None, (clean_line(one, max_chars=LONGEST_TAG).strip().lower() for one in given)))


def _moment(request: Mapping[str, Any], key: str) -> datetime | None:
    """A time of a request, with its zone."""
    given = request.get(key)
    if given is None:
        return None
    try:
        when = datetime.fromisoformat(given)
    except (TypeError, ValueError):
        when = None
    if when is None or when.tzinfo is None:
        raise RequestError(f"{key} must be a time with its zone, like 2026-03-01T17:00:00Z")
    return when
