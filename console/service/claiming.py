"""Claims as requests: `claim`, `release`, `typing`; and what ends them without being asked."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from console.service.operators import operator_of, role_of
from console.service.socket import Connection, RequestError
from console.store import claims, items, subjects
from console.store.change import Change
from console.work import Claim, Operator, Refusal, Subject
from console.workflow import claims as rules

if TYPE_CHECKING:
    from console.service.serve import Service

log = logging.getLogger(__name__)
Answer = dict[str, Any]
CLAIM = "claim:"
"""How the log names a claim among what an act changed."""


async def claim(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Take a subject, or with a reason take it over."""
    who, name = operator_of(service, connection), named(request)
    reason = line(request, "reason")

    def take(change: Change) -> Claim:
        subject = found(change, name)
        around = [claims.read(change.connection, one) for one in subject.covered_by if one != subject.name]
        before = claims.read(change.connection, subject.name)
        after = rules.take(before, who, change.now, reason=reason, around=around)
        if after != before:
            claims.write(change.connection, after)
        if after.epoch != before.epoch:
            _tell_taken(change, who, (before, *around), after, reason)
        return after

    service.leases.beat(who.session)
    return {"claim": msgspec.to_builtins(await service.work(take))}


def _tell_taken(change: Change, who: Operator, before: tuple[Claim, ...], after: Claim, reason: str) -> None:
    others = [one for one in before if one.held and one.uid != after.uid]
    told: Answer = {"epoch": after.epoch}
    if others:
        told |= {"from": others[0].name, "reason": reason}
    _tell(change, who, "taken over" if others else "claimed", after, told)


def _tell(change: Change, who: Operator, kind: str, after: Claim, told: Answer) -> None:
    """Tell the log of a claim as one leaves it, so that it can be undone."""
    edit = {"on": CLAIM + after.subject, "before": {}, "after": {"uid": after.uid, "epoch": after.epoch}}
    items.act(change, who.name, who.uid, kind, [after.subject], {**told, "edits": [edit]})


async def release(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Give a subject back."""
    who, name, epoch = operator_of(service, connection), named(request), number(request, "epoch")

    def give(change: Change) -> Claim:
        before = claims.read(change.connection, name)
        after = rules.release(before, who, before.epoch if epoch < 0 else epoch)
        claims.write(change.connection, after)
        _tell(change, who, "released", after, {})
        return after

    return {"claim": msgspec.to_builtins(await service.work(give))}


async def typing(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Show that the holder of a subject types; asked every few seconds, and logged by nobody."""
    who, name = operator_of(service, connection), named(request)

    def show(change: Change) -> None:
        before = claims.read(change.connection, name)
        if before.uid == who.uid:
            claims.write(change.connection, replace(before, typing=change.now))

    await service.work(show)
    return {}


async def end_claims(service: Service) -> None:
    """End the claims of terminals that are gone, and of people who may not hold any more."""
    for session, why in service.leases.over().items():
        await _free(service, session, why)
        service.leases.ended(session)


async def end_claims_of_strangers(service: Service) -> None:
    """End the claims of people whose role was taken away meanwhile."""

    def free(change: Change) -> None:
        for one in claims.held(change.connection):
            if one.uid is not None and role_of(one.uid, service.settings, service.accounts) == "observe":
                claims.write(change.connection, rules.freed(one))
                change.log("service", "claim ended", one.subject, {"of": one.name, "why": "no role any more"})

    await service.work(free)


async def mark_leaving(service: Service, session: str, *, gone: bool) -> None:
    """Show on the claims of a terminal that it is gone, or back."""

    def mark(change: Change) -> None:
        claims.mark_leaving(change.connection, [session], change.now if gone else None)

    try:
        await service.work(mark)
    except RequestError as error:
        log.warning("%s", error)


async def _free(service: Service, session: str, why: str) -> None:
    def free(change: Change) -> None:
        for one in claims.of_session(change.connection, session):
            claims.write(change.connection, rules.freed(one))
            change.log("service", "claim ended", one.subject, {"of": one.name, "why": why})

    await service.work(free)


def held(change: Change, subject: Subject, who: Operator, epoch: int) -> Claim:
    """The claim under which somebody works on a subject: its own where it is held, else that of its incident.

    Raises:
        Refusal: when it is not held by this one under this epoch, or the role does not allow it any more.
    """
    if not who.may("respond"):
        raise Refusal("Your role is to observe: nothing was done. What you typed is kept.")
    claim = deciding(change, subject)
    if not claim.held and epoch < 0:
        raise Refusal("Claim it first (c).")
    rules.require(claim, who, claim.epoch if epoch < 0 else epoch)
    return claim


def deciding(change: Change, subject: Subject) -> Claim:
    """The claim that decides who works on a subject: the nearest that is held; its own while none is."""
    around = [claims.read(change.connection, name) for name in subject.covered_by]
    return next((claim for claim in around if claim.held), around[0])


def found(change: Change, name: str) -> Subject:
    """The subject of a name, as it stands; raises Refusal where there is none."""
    subject = subjects.read(change.connection, name)
    if subject is None:
        raise Refusal("There is no such incident or mention, or no more.")
    return subject


def named(request: Mapping[str, Any]) -> str:
    """The subject that a request names."""
    name = request.get("subject")
    if not isinstance(name, str) or not name.startswith(("incident:", "mention:")) or len(name) > 300:
        raise RequestError('say which: {"subject": "incident:mill-street.flood"} or "mention:12"')
    return name


def number(request: Mapping[str, Any], key: str, default: int = -1) -> int:
    """A whole number of a request."""
    value = request.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not -1 <= value < 1 << 62:
        raise RequestError(f"{key} must be a whole number")
    return value


def line(request: Mapping[str, Any], key: str, most: int = 300) -> str:
    """One clean line of a request; empty where it has none."""
    from console.intake.clean import clean_line

    value = request.get(key, "")
    if not isinstance(value, str):
        raise RequestError(f"{key} must be text")
    return clean_line(value, max_chars=most)
