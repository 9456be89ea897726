"""The on-call ladder: who is asked when until somebody acknowledges. Pure; the time is given.

Steps are channels of the settings. Each has `ack` seconds. A ladder that has run out says so once, loudly,
and does not begin again by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.words import clock
from console.work import DeliveryState

STALE = 12 * 3600.0
"""Seconds after which a step that is overdue, because no service ran, wakes nobody any more: people have
been woken by alerts that were months old (grafana/oncall #3111)."""
BY_HAND = "then acknowledge by hand."
"""How every sentence ends that says a ladder is over."""
GONE, REFUSED = "no such channel", "refused"
_UNSENT: Mapping[DeliveryState, str] = {
    "held": "not sent yet",
    "queued": "not sent yet",
    "waiting": "held at the gate",
    "refused": REFUSED,
    "taken back": "taken back",
}


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
    alerts: Mapping[str, str],
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
        alerts: What became of the alert on each channel: `unsent`.
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
        return Turn("", step, None, ran_out(steps, ack, alerts, phone))
    after = now + timedelta(seconds=ack)
    return Turn(steps[step], step + 1, after, _asked(steps, step, after, now))


def unsent(state: DeliveryState, *, paused: bool = False) -> str:
    """Why an alert reached nobody; empty where it left, or may have."""
    return "paused" if paused and state == "waiting" else _UNSENT.get(state, "")


def ran_out(steps: Sequence[str], ack: float, alerts: Mapping[str, str], phone: str = "") -> str:
    """What is said when nobody on the ladder acknowledged."""
    waited = sum(alerts.get(step, GONE) not in (GONE, REFUSED) for step in steps)
    within = f" within {round(waited * ack / 60)} min" if waited else ""
    return f"NOBODY ACKNOWLEDGED{within}; {_reached(steps, alerts)}. {_call(phone)}"


def standing(
    steps: Sequence[str],
    *,
    step: int,
    due: datetime | None,
    acknowledged_by: str,
    now: datetime,
    alerts: Mapping[str, str],
) -> str:
    """How a ladder stands, in words: who was asked, who is next and when."""
    if acknowledged_by:
        return f"acknowledged by {acknowledged_by}"
    if not steps:
        return "no ladder"
    asked = _reached(steps[:step], alerts)
    if due is None:
        over = "ran out" if step >= len(steps) else "stopped"
        return f"{over}; {asked}" if step else "not asked"
    following = f"{steps[step]} is next" if step < len(steps) else "it runs out"
    return f"{f'{asked}; ' if step else ''}{following} in {_minutes(due, now)} min"


def _reached(steps: Sequence[str], alerts: Mapping[str, str]) -> str:
    asked = ", ".join(step for step in steps if not alerts.get(step, GONE))
    missed = ", ".join(f"{step} ({why})" for step in steps if (why := alerts.get(step, GONE)))
    return (f"asked were {asked}" if asked else "nobody was asked") + (
        f"; not sent: {missed}" if missed else ""
    )


def _asked(steps: Sequence[str], step: int, after: datetime, now: datetime) -> str:
    following = f"{steps[step + 1]} is asked" if step + 1 < len(steps) else "the ladder has run out"
    return f"{steps[step]} was asked; without an answer {following} in {_minutes(after, now)} min."


def _minutes(at: datetime, now: datetime) -> int:
    return max(0, round((at - now).total_seconds() / 60))


def _call(phone: str) -> str:
    return f"Call {phone} now, {BY_HAND}" if phone else f"Phone now, {BY_HAND}"
