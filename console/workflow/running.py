"""Clocks as they run on one subject: what is due next, counted down in its row. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal, cast

from console.model import Tier
from console.work import Wait
from console.workflow.clocks import ClockName, Clocks, row_words


@dataclass(frozen=True, slots=True)
class Running:
    """One clock, and how much of it is left."""

    name: Literal["answer", "update", "close", "promise"]
    due: datetime
    """In the desk's zone."""
    left: float
    """Seconds of duty time, of a promise plain seconds; below zero, how late it is."""
    row: str
    """For a list's row, at most 12 cells."""
    words: str = ""
    """Of a promise."""


def running(
    waits: Iterable[Wait], tier: int, clocks: Clocks, zone: tzinfo, now: datetime
) -> tuple[Running, ...]:
    """The clocks of a subject, the most pressing first (`WorkNow.clocks_of` says what is waited for)."""
    found = []
    for wait in waits:
        if wait.name == "promise":
            found.append(_promise(wait, zone, now))
        elif (clock := _of_tier(wait.name, wait.since, cast(Tier, tier), clocks, zone, now)) is not None:
            found.append(clock)
    return tuple(sorted(found, key=lambda one: (one.left, one.name)))


def _of_tier(
    name: ClockName, since: datetime, tier: Tier, clocks: Clocks, zone: tzinfo, now: datetime
) -> Running | None:
    due = clocks.due(name, tier, since, zone)
    left = clocks.left(name, tier, since, zone, now)
    if due is None or left is None:
        return None
    return Running(name, due, left, row_words(name, due, left, now))


def _promise(wait: Wait, zone: tzinfo, now: datetime) -> Running:
    assert wait.due is not None
    due = wait.due.astimezone(zone)
    left = (due - now).total_seconds()
    row = row_words("update", due, left, now).replace("update", "due")
    return Running("promise", due, left, row, wait.words)
