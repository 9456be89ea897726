"""A road and a bridge of which people speak, and what a desk sees of them."""

from __future__ import annotations

from typing import Any

from console.model import Event, Incident, Mention, MentionFilter
from console.work import Item
from tests.service.workbench import Workbench

A, B = "incident:main-road.road", "incident:bridge.flood"
FLOOD = {"place": "Bridge", "topic": "flood"}


def two_incidents(bench: Workbench) -> tuple[str, str, str]:
    """Two mentions in A (one of tier 2), one in B."""
    one = bench.hear("1", mood=-0.5, author="@ann", standing={"voices": 1, "tier": 2, "points": 4})
    two = bench.hear("2", mood=0.25, author="@ben", standing={"voices": 2, "tier": 2, "points": 4})
    three = bench.hear("3", "bridge.flood", mood=0.5, author="@ann", standing={**FLOOD, "voices": 1}, **FLOOD)
    return one, two, three


def item(bench: Workbench, subject: str) -> Item:
    with bench.reader as reader:
        return reader.item(subject).item


def seen(bench: Workbench, key: str) -> Incident:
    with bench.reader as reader:
        found = reader.incident(key)
    assert found is not None
    return found


def listed(bench: Workbench, **wanted: Any) -> list[str]:
    with bench.reader as reader:
        return [f"mention:{one.id}" for one in reader.mentions(MentionFilter(**wanted), oldest_first=True)]


def mention(bench: Workbench, subject: str) -> Mention:
    with bench.reader as reader:
        found = reader.mention(int(subject.partition(":")[2]))
    assert found is not None
    return found.mention


def events(bench: Workbench) -> tuple[Event, ...]:
    with bench.reader as reader:
        return reader.events()
