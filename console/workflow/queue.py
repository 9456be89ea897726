"""The queue: what there was to do when somebody began, in an order that stays as it is. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from console.work import PUBLIC, Waiting, WorkNow
from console.workflow.items import due

Why = Literal["closed", "held", "snoozed", "answered"]
"""Why a row of the queue is passed over."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The work as it was at one moment: worst first, then oldest."""

    at: datetime
    rows: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class Next:
    """What to take next, and what else there is to know."""

    subject: str
    """Empty where nothing of the snapshot is left."""
    newcomers: tuple[str, ...]
    """Free incidents of tier 1 that are not in the snapshot, the oldest first: they wait for no turn."""
    passed: tuple[tuple[str, Why], ...]
    """What was passed over on the way, and why."""


def snapshot(work: Iterable[Waiting], at: datetime) -> Snapshot:
    """Put the work in order, once."""
    return Snapshot(at, tuple(sorted(work, key=lambda one: (one.tier, one.since, one.subject))))


def next_unclaimed(taken: Snapshot, work: WorkNow, now: datetime, after: str = "") -> Next:
    """The next free subject below `after` in the order of the snapshot, then from its top again."""
    names = [row.subject for row in taken.rows]
    start = names.index(after) + 1 if after in names else 0
    passed: list[tuple[str, Why]] = []
    subject = ""
    for name in (*names[start:], *names[:start]):
        why = passed_over(name, work, taken.at, now)
        if why is None:
            subject = name
            break
        passed.append((name, why))
    known = set(names)
    urgent = [one for one in work.open.values() if one.tier == 1 and one.subject not in known]
    newcomers = sorted(urgent, key=lambda one: (one.since, one.subject))
    free = tuple(one.subject for one in newcomers if passed_over(one.subject, work, taken.at, now) is None)
    return Next(subject, free, tuple(passed))


def passed_over(subject: str, work: WorkNow, since: datetime, now: datetime) -> Why | None:
    """Why nobody has to take a subject now; None where somebody has to."""
    item = work.item(subject)
    if subject not in work.open:
        return "closed"
    if subject in work.claims:
        return "held"
    if item.snooze is not None and not due(item, now):
        return "snoozed"
    if item.said_at is not None and item.said_at > since:
        return "answered"
    # A report or an alert of the desk's own answers nobody.
    said = any(one.subject == subject and one.purpose in PUBLIC for one in work.deliveries)
    return "answered" if said else None
