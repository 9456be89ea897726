"""Incidents as rows: their standing comes by value from intake, what they count by difference."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from console.intake.ruling import IncidentNow
from console.store import log
from console.store.connect import Connection
from console.store.rows import storable, to_json

INTAKE = "intake"
"""The actor, in the log, of what no person did."""

_STAND = """
INSERT INTO incident (key, place, topic, tier, state, points, reasons, voices, official, opened_at, last_at,
                      closed_at, previous)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET
    tier = excluded.tier, state = excluded.state, points = excluded.points, reasons = excluded.reasons,
    voices = excluded.voices, official = excluded.official, last_at = excluded.last_at,
    closed_at = CASE excluded.state WHEN 'closed' THEN coalesce(closed_at, excluded.closed_at) END
"""


@dataclass
class Count:
    """How many mentions joined (less those that left), and their mood."""

    mentions: int = 0
    mood_sum: float = 0.0
    mood_count: int = 0


@dataclass
class IncidentChanges:
    """What one transaction does to incidents, gathered to touch each row once."""

    standing: dict[str, IncidentNow] = field(default_factory=dict)
    counts: dict[str, Count] = field(default_factory=dict)
    voices: set[tuple[str, str, str]] = field(default_factory=set)

    def stand(self, incident: IncidentNow) -> None:
        """Note where an incident stands; the last word counts."""
        self.standing[incident.key] = incident

    def join(self, key: str | None, mood: float | None, *, sign: int = 1) -> None:
        """Count a mention that joins an incident, or with a sign of -1 leaves it."""
        if key is None:
            return
        count = self.counts.setdefault(key, Count())
        count.mentions += sign
        if mood is not None:
            count.mood_sum += sign * mood
            count.mood_count += sign

    def leave(self, key: str | None, mood: float | None) -> None:
        """Uncount a mention that no longer belongs."""
        self.join(key, mood, sign=-1)

    def store(self, connection: Connection, now: datetime) -> tuple[str, ...]:
        """Write it all, tell the log what turned; returns the keys of incidents that are new."""
        opened = tuple(self._opened(connection, now))
        connection.executemany(
            "UPDATE incident SET mentions = mentions + ?, mood_sum = mood_sum + ?, "
            "mood_count = mood_count + ? WHERE key = ?",
            [(one.mentions, one.mood_sum, one.mood_count, key) for key, one in self.counts.items()],
        )
        connection.executemany("INSERT OR IGNORE INTO incident_voice VALUES (?, ?, ?)", self.voices)
        return opened

    def _opened(self, connection: Connection, now: datetime) -> Iterable[str]:
        for incident in self.standing.values():
            before = connection.execute(
                "SELECT tier, state, official FROM incident WHERE key = ?", (incident.key,)
            ).fetchone()
            connection.execute(_STAND, _row(incident, now))
            after = (incident.tier, incident.state, int(incident.official))
            if before is None:
                yield incident.key
            if before is not None and tuple(before) == after:
                continue
            kind = (
                "opened" if before is None else "changed" if incident.state == before[1] else incident.state
            )
            log.append(
                connection,
                now,
                INTAKE,
                f"incident {kind}",
                incident.key,
                {"tier": incident.tier, "voices": incident.voices, "official": incident.official},
            )


def _row(incident: IncidentNow, now: datetime) -> tuple[object, ...]:
    return (
        incident.key,
        storable(incident.place),
        storable(incident.topic),
        incident.tier,
        incident.state,
        incident.points,
        to_json(incident.reasons),
        incident.voices,
        int(incident.official),
        incident.opened_at.timestamp(),
        incident.last_at.timestamp(),
        now.timestamp() if incident.state == "closed" else None,
        incident.previous,
    )
