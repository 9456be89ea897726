"""Living hazards as rows: the whole value as JSON, found again by the key of any message in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from console.intake.ruling import LivingHazard
from console.store.connect import Connection
from console.store.rows import storable


@dataclass(frozen=True, slots=True)
class Ended:
    """A hazard whose time has passed and that nobody has said to be over."""

    mention_id: int
    hazard: LivingHazard
    incident: str | None
    """Key of the incident that its mention belongs to."""


def store(connection: Connection, mention_id: int, hazard: LivingHazard) -> None:
    """Write a hazard as it stands now."""
    body = msgspec.json.encode(_storable(hazard)).decode()
    connection.execute(
        "INSERT INTO hazard VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "state = excluded.state, ends_at = excluded.ends_at, body = excluded.body",
        (mention_id, hazard.state, hazard.ends_at.timestamp(), body),
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
    row = connection.execute("SELECT body FROM hazard WHERE mention_id = ?", (newest,)).fetchone()
    return newest, msgspec.json.decode(row[0], type=LivingHazard)


def ended(connection: Connection, now: datetime, *, limit: int = 100) -> tuple[Ended, ...]:
    """Hazards still called live whose end has passed."""
    rows = connection.execute(
        "SELECT hazard.mention_id, body, incident FROM hazard JOIN mention ON mention.id = mention_id "
        "WHERE hazard.state = 'live' AND ends_at <= ? ORDER BY ends_at LIMIT ?",
        (now.timestamp(), limit),
    ).fetchall()
    return tuple(Ended(id_, msgspec.json.decode(body, type=LivingHazard), key) for id_, body, key in rows)


def _storable(hazard: LivingHazard) -> LivingHazard:
    """Alerts come from the outside like everything else: one bad character must not fail a batch."""
    try:
        msgspec.json.encode(hazard)
    except UnicodeEncodeError:
        return msgspec.convert(_mended(msgspec.to_builtins(hazard)), LivingHazard)
    return hazard


def _mended(value: object) -> object:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {key: _mended(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_mended(one) for one in value]
    return value
