"""When a tier 1 arrival may break in: once, on one line, grouped when more follow. Pure.

ISA-18.2 and EEMUA 191 hold one alarm in ten minutes for likely acceptable and two for the most that an
operator can manage; so arrivals within a minute share one ring.
"""

from __future__ import annotations

from dataclasses import dataclass

QUIET_AFTER_RING = 60.0
"""Seconds after a ring in which further arrivals only count up on the line."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """What was announced so far."""

    heard: int = 0
    """The newest mention that was looked at."""
    rang_at: float | None = None
    """Monotonic seconds of the last ring."""
    more: int = 0
    """Arrivals grouped behind the last ring."""


@dataclass(frozen=True, slots=True)
class Ring:
    """What to say now."""

    newest: int
    """The tier 1 mention to show."""
    text: str
    """`act now` or `3 more act now`."""
    bell: bool


def hear(
    alarm: Alarm, *, newest_id: int, arrivals: int, urgent: int | None, at: float
) -> tuple[Alarm, Ring | None]:
    """Take note of what came in since the last call.

    Args:
        alarm: What was announced so far.
        newest_id: The newest mention of all.
        arrivals: Tier 1 mentions among those after `alarm.heard`.
        urgent: The newest of them.
        at: Monotonic seconds.
    """
    if not arrivals or urgent is None:
        return Alarm(newest_id, alarm.rang_at, alarm.more), None
    newest_id = max(newest_id, urgent)  # it may have arrived while this was read
    if alarm.rang_at is not None and at - alarm.rang_at < QUIET_AFTER_RING:
        more = alarm.more + arrivals
        return Alarm(newest_id, alarm.rang_at, more), Ring(urgent, f"{more} more act now", bell=False)
    text = "act now" if arrivals == 1 else f"{arrivals} act now"
    return Alarm(newest_id, at, 0), Ring(urgent, text, bell=True)
