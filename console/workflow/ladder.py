"""The on-call ladder: who is asked when until somebody acknowledges. Pure; the time is given.

Steps are channels of the settings. Each has `ack` seconds. A ladder that has run out says so once, loudly,
and does not begin again by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.words import clock

STALE = 12 * 3600.0
"""Seconds after which a step that is overdue, because no service ran, wakes nobody any more: people have
been woken by alerts that were months old (grafana/oncall #3111)."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What is to be done now."""

    ask: str
    """The channel to raise an alert on; empty where the ladder has run out."""
    step: int
    """How many steps have been asked after this."""
    due: datetime | None
    """When the next one is due; None when there is none."""
    says: str
    """For the operator."""


def begin(steps: Sequence[str], at: datetime) -> datetime | None:
    """When the first step is due; None where there is no ladder."""
    return at if steps else None


def turn(
    steps: Sequence[str],
    ack: float,
    *,
    step: int,
    due: datetime | None,
    now: datetime,
    usable: Collection[str],
    phone: str = "",
) -> Turn | None:
    """What is due on a ladder that nobody has acknowledged; None while nothing is.

    Args:
        steps: The ladder, as the settings have it now.
        ack: Seconds that each step has.
        step: How many have been asked.
        due: When the next one is due.
        now: The present.
        usable: Channels that there are; a step whose channel is gone is passed over at once.
        phone: The route's, for when nobody answers.
    """
    if due is None or now < due:
        return None
    if (now - due).total_seconds() > STALE:
        says = (
            f"Nobody on call was asked since {clock(due, now)}, for the service did not run. {_call(phone)}"
        )
        return Turn("", step, None, says)
    while step < len(steps) and steps[step] not in usable:
        step += 1
    if step >= len(steps):
        return Turn("", step, None, ran_out(steps, ack, phone))
    after = now + timedelta(seconds=ack)
    return Turn(steps[step], step + 1, after, _asked(steps, step, after, now))


def ran_out(steps: Sequence[str], ack: float, phone: str = "") -> str:
    """What is said when nobody on the ladder acknowledged."""
    minutes = round(len(steps) * ack / 60)
    asked = ", ".join(steps) or "nobody"
    return f"NOBODY ACKNOWLEDGED within {minutes} min; asked were {asked}. {_call(phone)}"


def standing(
    steps: Sequence[str], *, step: int, due: datetime | None, acknowledged_by: str, now: datetime
) -> str:
    """How a ladder stands, in words: who was asked, who is next and when."""
    if acknowledged_by:
        return f"acknowledged by {acknowledged_by}"
    if not steps:
        return "no ladder"
    asked = ", ".join(steps[:step])
    if due is None:
        return f"ran out; asked were {asked}" if asked else "not asked"
    following = f"{steps[step]} is next" if step < len(steps) else "it runs out"
    return f"{f'asked: {asked}; ' if asked else ''}{following} in {_minutes(due, now)} min"


def _asked(steps: Sequence[str], step: int, after: datetime, now: datetime) -> str:
    following = f"{steps[step + 1]} is asked" if step + 1 < len(steps) else "the ladder has run out"
    return f"{steps[step]} was asked; without an answer {following} in {_minutes(after, now)} min."


def _minutes(at: datetime, now: datetime) -> int:
    return max(0, round((at - now).total_seconds() / 60))


def _call(phone: str) -> str:
    return f"Call {phone} now, then acknowledge by hand." if phone else "Phone now, then acknowledge by hand."
