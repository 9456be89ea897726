"""Living hazards as rows: the whole value as JSON, found again by the key of any message in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from console.intake.ruling import LivingHazard
from console.store.connect import Connection
from console.store.rows import storable, to_json


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
    hazard = read(connection, newest)
    return (newest, hazard) if hazard else None


def read(connection: Connection, mention_id: int) -> LivingHazard | None:
    """The hazard that a mention tells of, if it does."""
    row = connection.execute("SELECT body FROM hazard WHERE mention_id = ?", (mention_id,)).fetchone()
    return msgspec.json.decode(row[0], type=LivingHazard) if row else None


def ended(connection: Connection, now: datetime, *, limit: int = 100) -> tuple[Ended, ...]:
    """Hazards still called live whose end has passed."""
    rows = connection.execute(
        "SELECT hazard.mention_id, body, incident FROM hazard JOIN mention ON mention.id = mention_id "
        "WHERE hazard.state = 'live' AND ends_at <= ? ORDER BY ends_at LIMIT ?",
        (now.timestamp(), limit),
    ).fetchall()
    return tuple(Ended(id_, msgspec.json.decode(body, type=LivingHazard), key) for id_, body, key in rows)
