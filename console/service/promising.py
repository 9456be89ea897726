"""What was said in public starts and stops clocks: the first answer, the last word, and what it promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from console.settings import Settings
from console.store import items, subjects
from console.store.change import Change
from console.work import PUBLIC, Delivery, Item, Pledge, subject_of_incident
from console.workflow.items import pledged
from console.workflow.promises import find_promises

MACHINE = Path("/etc/localtime")
"""The machine's own zone (localtime(5))."""


def zone_of(settings: Settings) -> tzinfo:
    """The zone of the desk's clock on the wall."""
    if settings.desk.time_zone:
        return ZoneInfo(settings.desk.time_zone)
    try:
        with MACHINE.open("rb") as file:
            return ZoneInfo.from_file(file)
    except (OSError, ValueError):
        return UTC


def heard(change: Change, delivery: Delivery, zone: tzinfo) -> None:
    """Note that the public has heard this: it answers, and what it promises has to be kept."""
    if delivery.purpose not in PUBLIC:
        return
    at = delivery.sent_at or change.now
    subject = subjects.read(change.connection, delivery.subject)
    around = subject_of_incident(subject.incident) if subject and subject.incident else delivery.subject
    for name in dict.fromkeys((delivery.subject, around)):
        item = items.read(change.connection, name)
        after = replace(item, answered_at=item.answered_at or at, said_at=at, at=change.now)
        if name == delivery.subject:
            after = _promised(after, delivery, zone)
        items.write(change.connection, replace(after, by=delivery.author))


def _promised(item: Item, delivery: Delivery, zone: tzinfo) -> Item:
    at = delivery.sent_at or delivery.made_at
    for found in find_promises(delivery.message.text, at, zone):
        due = found.due.astimezone(UTC)
        item = pledged(item, Pledge(0, due, found.words, delivery.author, at, delivery.id, found.unsure))
    return item
