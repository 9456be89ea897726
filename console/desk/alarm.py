"""When a tier 1 arrival may break in, and what then stands on the one line that it takes. Pure.

ISA-18.2 and EEMUA 191 hold one alarm in ten minutes for likely acceptable and two for the most that an
operator can manage; so arrivals within a minute share one ring.
"""

from __future__ import annotations

from dataclasses import dataclass

from console.model import NO_PLACE, TIER_WORDS, Mention

QUIET_AFTER_RING = 60.0
"""Seconds after a ring in which further arrivals only count up on the line."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """What was announced so far."""

    heard: int = 0
    """The newest mention that was looked at."""
    rang_at: float | None = None
    """Monotonic seconds of the last ring."""


@dataclass(frozen=True, slots=True)
class Ring:
    """What to say now."""

    newest: int
    """The tier 1 mention to show."""
    arrivals: int
    bell: bool


@dataclass(frozen=True, slots=True)
class Call:
    """What stands on the line until it is let in or put away."""

    said: Mention
    """The weightiest of them, so that a lighter one that follows does not take its place."""
    count: int

    @property
    def text(self) -> str:
        """`2 act now: Mill Street: Water is coming into the basement`."""
        many = f"{self.count} " if self.count > 1 else ""
        return f"{many}{TIER_WORDS[1]}: {self.said.place or NO_PLACE}: {self.said.text}"


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
        return Alarm(newest_id, alarm.rang_at), None
    newest_id = max(newest_id, urgent)  # it may have arrived while this was read
    if alarm.rang_at is not None and at - alarm.rang_at < QUIET_AFTER_RING:
        return Alarm(newest_id, alarm.rang_at), Ring(urgent, arrivals, bell=False)
    return Alarm(newest_id, at), Ring(urgent, arrivals, bell=True)


def called(before: Call | None, said: Mention, arrivals: int) -> Call:
    """What stands on the line once more arrived, `said` the newest of them."""
    if before is None:
        return Call(said, arrivals)
    return Call(max(said, before.said, key=lambda one: one.points), before.count + arrivals)
