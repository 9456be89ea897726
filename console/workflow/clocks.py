"""Service clocks: how long somebody who reports may wait, counted in the hours in which the desk is staffed.

A span is counted in duty time as it really passes: a night shift over which the clocks change is an hour
longer or shorter, and counts so. Tier 1 does not wait for the office to open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Literal

from console.words import age

if TYPE_CHECKING:
    from console.model import Tier

ClockName = Literal["answer", "update", "close"]
"""What is waited for: the first answer, the next word after it, the end."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ROW_CELLS = 12
"""Cells that a row has for its clock."""

_HOUR = 3600.0
_DAY = 24 * _HOUR
_DAYS = 366 * 20
"""Days after which counting gives up: a span that long is a mistake in the settings."""
_SHIFT = re.compile(r"\s*([01]\d|2[0-3]):([0-5]\d)\s*-\s*(?:([01]\d|2[0-3]):([0-5]\d)|(24:00))\s*")
_DAY_NAMES = re.compile(r"\s*([a-z]{3})[a-z]*(?:\s*-\s*([a-z]{3})[a-z]*)?\s*")


@dataclass(frozen=True, slots=True)
class Spans:
    """Seconds of duty time until each clock of a tier has run out; 0 where there is no such clock."""

    answer: float
    update: float
    close: float

    def of(self, name: ClockName) -> float:
        """The span of one clock."""
        return {"answer": self.answer, "update": self.update, "close": self.close}[name]


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of a day, by the wall clock; one that ends no later than it starts runs into the next day."""

    start: time
    end: time

    def on(self, day: date, zone: tzinfo) -> tuple[datetime, datetime]:
        """From when until when, in UTC, it lasts if it begins on that day."""
        ends = day + timedelta(days=self.end <= self.start)
        return _utc(day, self.start, zone), _utc(ends, self.end, zone)


ALL_DAY = Shift(time(), time())


@dataclass(frozen=True, slots=True)
class Hours:
    """When the desk is staffed."""

    days: tuple[tuple[Shift, ...], ...]
    """Monday first; a shift belongs to the day on which it begins."""
    off: frozenset[date] = frozenset()
    """Days on which no shift begins: public holidays."""

    def __post_init__(self) -> None:
        if len(self.days) != len(WEEKDAYS):
            raise ValueError("a week has seven days")
        if not any(self.days):
            raise ValueError("there are no duty hours in the whole week")

    def on(self, day: date) -> tuple[Shift, ...]:
        """The shifts that begin on a day."""
        return () if day in self.off else self.days[day.weekday()]


ALWAYS = Hours(((ALL_DAY,),) * 7)


@dataclass(frozen=True, slots=True)
class Clocks:
    """How long each tier may wait. The figures are a start for a desk to change; nothing prescribes them."""

    tiers: Mapping[Tier, Spans] = field(
        default_factory=lambda: {
            1: Spans(0.25 * _HOUR, _HOUR, 12 * _HOUR),
            2: Spans(2 * _HOUR, 8 * _HOUR, 5 * _DAY),
            3: Spans(8 * _HOUR, 0.0, 0.0),
        }
    )
    hours: Hours = ALWAYS
    round_the_clock: frozenset[Tier] = frozenset({1})
    """Tiers that do not wait for duty hours."""

    def hours_of(self, tier: Tier) -> Hours:
        """The hours by which a tier counts."""
        return ALWAYS if tier in self.round_the_clock else self.hours

    def due(self, name: ClockName, tier: Tier, started: datetime, zone: tzinfo) -> datetime | None:
        """When a clock runs out; None where the tier has no such clock."""
        span = self.tiers[tier].of(name) if tier in self.tiers else 0.0
        return due(started, span, self.hours_of(tier), zone) if span else None

    def left(
        self, name: ClockName, tier: Tier, started: datetime, zone: tzinfo, now: datetime
    ) -> float | None:
        """Seconds of duty time that a clock has left; None where the tier has no such clock."""
        span = self.tiers[tier].of(name) if tier in self.tiers else 0.0
        return left(started, span, self.hours_of(tier), zone, now) if span else None


def due(started: datetime, span: float, hours: Hours, zone: tzinfo) -> datetime:
    """The moment, in the desk's zone, at which so many seconds of duty time have passed."""
    missing = timedelta(seconds=span)
    for start, end in _on_duty(started.astimezone(UTC), hours, zone):
        if end - start >= missing:
            return (start + missing).astimezone(zone)
        missing -= end - start
    raise ValueError(f"{span / _DAY:.0f} days of duty time do not fit into twenty years")


def left(started: datetime, span: float, hours: Hours, zone: tzinfo, now: datetime) -> float:
    """Seconds of duty time until a span is over; below zero, how late it is in duty time.

    Outside duty hours it stands still.
    """
    return span - passed(started, hours, zone, now)


def passed(started: datetime, hours: Hours, zone: tzinfo, now: datetime) -> float:
    """Seconds of duty time from one moment to another; 0 where `now` is not later."""
    until = now.astimezone(UTC)
    total = timedelta()
    for start, end in _on_duty(started.astimezone(UTC), hours, zone):
        if start >= until:
            break
        total += min(end, until) - start
    return total.total_seconds()


def row_words(name: ClockName, due_at: datetime, seconds_left: float, now: datetime) -> str:
    """Say a clock in a list's row, in at most 12 cells: `answer 4m`, `LATE 12m`, `update 17:00`.

    `due_at` is in the desk's zone, `seconds_left` in duty time. It counts down through the last hour; further
    ahead, or while the desk is closed, it names the time or the day.
    """
    if seconds_left < 0:
        return f"LATE {age(-seconds_left)}"
    ahead = (due_at.astimezone(UTC) - now).total_seconds()
    if ahead < _HOUR:
        return f"{name} {age(ahead)}"
    days = (due_at.date() - now.astimezone(due_at.tzinfo).date()).days
    if days == 0:
        return f"{name} {due_at:%H:%M}"
    return f"{name} {due_at:%a}" if days < len(WEEKDAYS) else f"{name} {age(days * _DAY)}"


def read_hours(table: Mapping[str, str], off: frozenset[date] = frozenset()) -> Hours:
    """Read duty hours as a desk writes them: `mon-fri = "07:00-19:00"`, `sat = "09:00-12:00, 14:00-18:00"`.

    Times are the desk's wall clock; `22:00-06:00` runs into the next day. Raises `ValueError` that names
    every mistake, a line each.
    """
    days: dict[int, tuple[Shift, ...]] = {}
    mistakes = []
    for name, words in table.items():
        try:
            shifts = tuple(_shift(part) for part in words.split(","))
            for day in _weekdays(name):
                if day in days:
                    raise ValueError(f"{WEEKDAYS[day]} is there twice")
                days[day] = shifts
        except ValueError as error:
            mistakes.append(f"{name}: {error}")
    if mistakes:
        raise ValueError("\n".join(mistakes))
    return Hours(tuple(days.get(day, ()) for day in range(len(WEEKDAYS))), off)


def _shift(words: str) -> Shift:
    match = _SHIFT.fullmatch(words)
    if match is None:
        raise ValueError(f'"{words.strip()}" is no shift; write it like "07:00-19:00"')
    start = time(int(match[1]), int(match[2]))
    return Shift(start, time() if match[5] else time(int(match[3]), int(match[4])))


def _weekdays(name: str) -> tuple[int, ...]:
    match = _DAY_NAMES.fullmatch(name.lower())
    if match is None or match[1] not in WEEKDAYS or (match[2] or "mon") not in WEEKDAYS:
        raise ValueError('is no day; write it like "mon" or "mon-fri"')
    first = WEEKDAYS.index(match[1])
    count = (WEEKDAYS.index(match[2]) - first) % len(WEEKDAYS) + 1 if match[2] else 1
    return tuple((first + ahead) % len(WEEKDAYS) for ahead in range(count))


def _on_duty(started: datetime, hours: Hours, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of duty from a moment on, in UTC, in order, without overlap."""
    # The night shift of the day before may still be running.
    first = started.astimezone(zone).date() - timedelta(days=1)
    done = started
    for ahead in range(_DAYS):
        day = first + timedelta(days=ahead)
        for start, end in sorted(shift.on(day, zone) for shift in hours.on(day)):
            if end > done:
                yield max(start, done), end
                done = end


def _utc(day: date, at: time, zone: tzinfo) -> datetime:
    """A wall clock's time in UTC: the first of two, and after the gap where there is none."""
    return datetime.combine(day, at, zone).astimezone(UTC)
