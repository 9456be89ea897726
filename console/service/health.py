"""How a source is doing, from ages alone. Pure: the ages are seconds on a clock that nobody sets.

| state   | means                                                                                     |
|---------|-------------------------------------------------------------------------------------------|
| waiting | not looked at yet                                                                         |
| live    | answers, and brought something new within three intervals (at least ten minutes)          |
| quiet   | answers, but brings nothing new                                                           |
| late    | no answer for two intervals (at least one minute), or failed without ever having answered |
| dead    | no answer for five intervals (at least five minutes)                                      |

One lost packet is not worth a word on the wall, so late begins at the second missed answer. Looks jitter by a
tenth, and a whole request may take 20 s: five missed ones are no accident any more, and five minutes keep
a source that is asked every few seconds from being called dead while its server restarts. A pause that the
server asked for stretches the interval: who obeys is not late.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from console.model import SourceHealth, SourceState
from feeds.source import Source

LATE, LATE_AT_LEAST = 2, 60.0
DEAD, DEAD_AT_LEAST = 5, 300.0
QUIET, QUIET_AT_LEAST = 3, 600.0


def state_of(
    interval: float, *, since_answer: float | None, since_item: float | None, since_trying: float | None
) -> SourceState:
    """Name the state of a source.

    `interval` is what is expected between two answers; `since_answer` and `since_item` are None where there
    never was one; `since_trying` is the age of the first look of an unanswered source, None before it.
    """
    if since_answer is None:
        if since_trying is None:
            return "waiting"
        return "dead" if since_trying >= max(DEAD * interval, DEAD_AT_LEAST) else "late"
    if since_answer >= max(DEAD * interval, DEAD_AT_LEAST):
        return "dead"
    if since_answer >= max(LATE * interval, LATE_AT_LEAST):
        return "late"
    if since_item is None or since_item >= max(QUIET * interval, QUIET_AT_LEAST):
        return "quiet"
    return "live"


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is known of a source's answers. `*_at` are for people, the bare floats monotonic seconds."""

    health: SourceHealth
    expected: float
    """Seconds until the next answer: the interval, or the longer pause that the server asked for."""
    answered: float | None = None
    brought: float | None = None
    tried: float | None = None

    def at(self, monotonic: float) -> Pulse:
        """The same pulse, its state as it is by now."""

        def age(moment: float | None) -> float | None:
            return None if moment is None else monotonic - moment

        state = state_of(
            self.expected,
            since_answer=age(self.answered),
            since_item=age(self.brought),
            since_trying=age(self.tried),
        )
        return self if state == self.health.state else replace(self, health=replace(self.health, state=state))


def first_pulse(source: Source, stored: SourceHealth | None, now: datetime, monotonic: float) -> Pulse:
    """Take up where the last service left off: what it noted, aged by the time since."""
    fresh = SourceHealth(
        name=source.name,
        kind=source.kind,
        address=source.address,
        trust=source.trust,
        state="waiting",
        interval=source.interval,
        last_answer_at=None,
        last_item_at=None,
        last_error="",
        last_error_at=None,
        next_at=None,
        items=0,
        refused=0,
        remaining=None,
        reset_at=None,
    )
    if stored is None or stored.address != source.address:
        return Pulse(fresh, source.interval)
    health = replace(
        fresh,
        last_answer_at=stored.last_answer_at,
        last_item_at=stored.last_item_at,
        last_error=stored.last_error,
        last_error_at=stored.last_error_at,
        items=stored.items,
        refused=stored.refused,
    )

    def then(moment: datetime | None) -> float | None:
        return None if moment is None else monotonic - max(0.0, (now - moment).total_seconds())

    return Pulse(health, source.interval, then(stored.last_answer_at), then(stored.last_item_at)).at(
        monotonic
    )


def answered(
    pulse: Pulse,
    now: datetime,
    monotonic: float,
    *,
    new: int,
    refused: int,
    asked: float,
    remaining: int | None,
    reset_at: datetime | None,
    wait: float,
) -> Pulse:
    """Note an answer: how many posts were new, how many items refused, what pause was asked, what is next."""
    health = replace(
        pulse.health,
        last_answer_at=now,
        last_item_at=now if new else pulse.health.last_item_at,
        last_error="",
        next_at=now + timedelta(seconds=wait),
        items=pulse.health.items + new,
        refused=pulse.health.refused + refused,
        remaining=remaining,
        reset_at=reset_at,
    )
    return replace(
        pulse,
        health=health,
        expected=max(pulse.health.interval, asked),
        answered=monotonic,
        brought=monotonic if new else pulse.brought,
        tried=pulse.tried if pulse.tried is not None else monotonic,
    ).at(monotonic)


def failed(pulse: Pulse, now: datetime, monotonic: float, *, error: str, wait: float) -> Pulse:
    """Note a look that brought no answer, with the sentence that says why."""
    health = replace(pulse.health, last_error=error, last_error_at=now, next_at=now + timedelta(seconds=wait))
    tried = pulse.tried if pulse.tried is not None else monotonic
    return replace(pulse, health=health, tried=tried).at(monotonic)
