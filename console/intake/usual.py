"""What is usual of a subject at some hour, and whether so many voices exceed it."""

from __future__ import annotations

from array import array
from collections import deque
from dataclasses import dataclass

from console.intake.rarity import rarity, rate
from console.surge import LEAST_PAST

KEPT_HOURS = 8 * 24
MOST_RECENT = 4_000
"""Voices of one subject and hour that are counted; past that the count means "at least"."""
TIMES = 3.0
"""How many times the usual a surge must be."""
RARE = 2e-5
"""Chance, by the past half day, from which on so many voices are no accident. `tests.bench.signal surges`
shows what this gives: with 200 subjects looked at each minute, less than one false alarm a week."""
RARE_BY_DAY = 1e-4
"""The same by the same hour of other days, which shows less: only what people do every day at this hour."""
Seen = tuple[int, int]
"""Voices in so many hours."""


class Past:
    """What was heard of one subject: voices of each hour, and those of the last one in full."""

    __slots__ = ("counted", "hours", "left_out", "recent", "top")

    def __init__(self, hour: int) -> None:
        self.hours = array("H", bytes(2 * KEPT_HOURS))
        self.top = hour
        """The latest hour (Unix time in hours) of those kept, in a ring."""
        self.counted: dict[str, float] = {}
        """When each author and each text was counted last."""
        self.recent: deque[tuple[float, str, str]] = deque(maxlen=MOST_RECENT)
        """When, from which source and in which words, in the order of arrival."""
        self.left_out: list[tuple[int, int, int]] = []
        """First and last hours of surges that are over, which do not make the next one look usual, and the
        most voices of each."""

    def add(self, hour: int) -> None:
        """Count a voice into its hour; what is older than the ring is let go."""
        hours, slot = self.hours, hour % KEPT_HOURS
        if hour > self.top:
            if hour - self.top >= KEPT_HOURS:
                hours = self.hours = array("H", bytes(2 * KEPT_HOURS))
            else:
                for passed in range(self.top + 1, hour + 1):
                    hours[passed % KEPT_HOURS] = 0
            self.top = hour
        elif hour <= self.top - KEPT_HOURS:
            return
        if hours[slot] < 65535:
            hours[slot] += 1

    def heard(self, hour: int) -> int:
        """Voices of an hour."""
        return self.hours[hour % KEPT_HOURS] if self.top - KEPT_HOURS < hour <= self.top else 0

    def leave_out(self, first: int, last: int, most: int) -> None:
        """Let the hours of a surge not make the half day after them look usual."""
        self.left_out = [*self.left_out[-7:], (first, last, most)]

    def most_since(self, hour: int) -> int:
        """The most voices of a surge that was over since; 0 where there was none."""
        return max((most for _, last, most in self.left_out if last >= hour), default=0)

    def ordinary(self, hour: int) -> bool:
        """Whether no surge went on in an hour."""
        return not any(first <= hour <= last for first, last, _ in self.left_out)

    def forget(self, before: float) -> None:
        """Let go of single voices from before a Unix time."""
        while self.recent and self.recent[0][0] < before:
            self.recent.popleft()
        if len(self.counted) > 2 * len(self.recent) + 16:
            self.counted = {name: at for name, at in self.counted.items() if at >= before}


@dataclass(frozen=True, slots=True)
class Usual:
    """What is known of a subject's past at some hour."""

    half_day: Seen
    by_day: Seen
    """The same hour of the past seven days."""
    yesterday: int | None
    """Voices of the louder of the two hours that this one lay in a day ago; None where that is not known."""
    week_ago: int | None
    lumps: float
    """Variance over mean of its hours."""
    rises: float
    """How much louder than in its half day the rest of the desk is, where no other day is known; else 1."""

    @property
    def known(self) -> bool:
        """Whether enough is known to tell what is usual."""
        return self.half_day[1] >= LEAST_PAST

    def voices(self, span: float) -> float:
        """How many voices are usual in so many hours: by the half day, or by other days if that is more."""
        (seen, hours), (by_day, of) = self.half_day, self.by_day
        return span * max(self.rises * seen / hours, by_day / of if of else 0.0)

    def exceeded(self, voices: int, span: float, hourly: int) -> bool:
        """Whether so many voices in so many hours, and in the last one, are explained by none of it."""
        if voices < TIMES * self.voices(span):
            return False
        seen, hours = self.half_day
        if rarity(voices, seen * self.rises, hours, span, self.lumps) > RARE:
            return False
        if self.by_day[1] and rarity(voices, *self.by_day, span, self.lumps) > RARE_BY_DAY:
            return False
        # Of single hours it is not known how their voices lay in them, so hour is held against hour.
        single = [rate(one, 1.0) for one in (self.yesterday, self.week_ago) if one is not None]
        return all(hourly >= TIMES / 2 * one for one in single)
