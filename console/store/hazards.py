"""Living hazards as rows: the whole value as JSON, found again by the key of any message in it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from console.intake.ruling import LivingHazard, RememberedHazard
from console.model import HazardPart
from console.store.connect import Connection, Row
from console.store.rows import storable, to_json
from feeds.post import Info

MOST_IN_FORCE = 1000
"""Alerts in force, the newest ones, that intake gets back after a restart."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ended:
    """A hazard whose time has passed and that nobody has said to be over."""

    mention_id: int
    hazard: LivingHazard
    incident: str | None
    """Key of the incident that its mention belongs to."""


def store(connection: Connection, mention_id: int, hazard: LivingHazard) -> None:
    """Write a hazard as it stands now."""
    connection.execute(
        "INSERT INTO hazard VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "state = excluded.state, ends_at = excluded.ends_at, body = excluded.body",
        (mention_id, hazard.state, hazard.ends_at.timestamp(), to_json(hazard)),
    )
    connection.execute(
        "UPDATE mention SET hazard = ?, updates = ? WHERE id = ?", (hazard.state, hazard.updates, mention_id)
    )
    connection.executemany(
        "INSERT OR REPLACE INTO hazard_message VALUES (?, ?)",
        [(storable(key), mention_id) for key in hazard.messages],
    )


def find(connection: Connection, keys: Iterable[str]) -> tuple[int, LivingHazard] | None:
    """The newest hazard that any of the messages belongs to, whatever its state."""
    ids = {
        row[0]
        for key in keys
        for row in connection.execute(
            "SELECT mention_id FROM hazard_message WHERE key = ?", (storable(key),)
        ).fetchall()
    }
    if not ids:
        return None
    newest = max(ids)
    rows = connection.execute("SELECT body FROM hazard WHERE mention_id = ?", (newest,)).fetchall()
    return next(((newest, hazard) for hazard, *_ in _readable(rows)), None)


def read(connection: Connection, mention_id: int) -> LivingHazard | None:
    """The hazard that a mention tells of, if it does."""
    row = connection.execute("SELECT body FROM hazard WHERE mention_id = ?", (mention_id,)).fetchone()
    return msgspec.json.decode(row[0], type=LivingHazard) if row else None


def ended(connection: Connection, now: datetime, *, limit: int = 100) -> tuple[Ended, ...]:
    """Hazards still called live whose end has passed."""
    rows = connection.execute(
        "SELECT body, hazard.mention_id, incident FROM hazard JOIN mention ON mention.id = mention_id "
        "WHERE hazard.state = 'live' AND ends_at <= ? ORDER BY ends_at LIMIT ?",
        (now.timestamp(), limit),
    ).fetchall()
    return tuple(Ended(id_, hazard, key) for hazard, id_, key in _readable(rows))


def in_force(connection: Connection) -> tuple[RememberedHazard, ...]:
    """Hazards called live, with the place and the incident of their mention; oldest first."""
    rows = connection.execute(
        "SELECT body, place, CASE WHEN o.mention_id IS NULL THEN mention.incident ELSE o.incident END "
        "FROM hazard JOIN mention ON mention.id = hazard.mention_id "
        "LEFT JOIN mention_own AS o ON o.mention_id = mention.id "
        "WHERE hazard.state = 'live' ORDER BY mention.id DESC LIMIT ?",
        (MOST_IN_FORCE,),
    ).fetchall()
    return tuple(
        RememberedHazard(hazard, place, incident) for hazard, place, incident in _readable(reversed(rows))
    )


def _readable(rows: Iterable[Row]) -> Iterator[tuple[LivingHazard, *tuple[Any, ...]]]:
    """Rows with their hazard read; a damaged one is left out, so that it does not hold up the others."""
    for body, *rest in rows:
        try:
            hazard = msgspec.json.decode(body, type=LivingHazard)
        except msgspec.DecodeError as error:
            log.warning("a stored alert cannot be read and is passed over: %s", error)
        else:
            yield (hazard, *rest)


def part_of(info: Info) -> HazardPart:
    """One language of a hazard, as desks show it."""
    return HazardPart(
        language=info.language,
        event=info.event,
        headline=info.headline,
        description=info.description,
        instruction=info.instruction,
        areas=tuple(area.name for area in info.areas),
        severity=info.severity,
        urgency=info.urgency,
        certainty=info.certainty,
        expires=info.expires,
    )
