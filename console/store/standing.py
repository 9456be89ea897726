"""Incidents as rows: their standing comes by value from intake, what they count by difference."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from console.intake.ruling import IncidentNow
from console.store import hands, items, log
from console.store.connect import Connection
from console.store.hands import Standing
from console.store.rows import storable, to_json
from console.work import subject_of_incident

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


_BEFORE = """
SELECT tier, state, official, EXISTS (SELECT 1 FROM incident_own WHERE incident_own.key = incident.key)
FROM incident WHERE key = ?
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
        connection.executemany("INSERT OR IGNORE INTO incident_voice VALUES (?, ?, ?)", self.voices)
        opened = tuple(self._opened(connection, now))
        connection.executemany(
            "UPDATE incident SET mentions = mentions + ?, mood_sum = mood_sum + ?, "
            "mood_count = mood_count + ? WHERE key = ?",
            [(one.mentions, one.mood_sum, one.mood_count, key) for key, one in self.counts.items()],
        )
        return opened

    def _opened(self, connection: Connection, now: datetime) -> Iterable[str]:
        for incident in self.standing.values():
            before = connection.execute(_BEFORE, (incident.key,)).fetchone()
            if before is not None and before[3]:
                _stand_by_hand(connection, incident, now)
                continue
            connection.execute(_STAND, _row(incident, now))
            if before is None:
                yield incident.key
            _tell(connection, now, before and before[:3], incident)


def _tell(
    connection: Connection, now: datetime, before: tuple[int, str, int] | None, after: IncidentNow
) -> None:
    if before == (after.tier, after.state, int(after.official)):
        return
    kind = "opened" if before is None else "changed" if after.state == before[1] else after.state
    data = {"tier": after.tier, "voices": after.voices, "official": after.official}
    log.append(connection, now, INTAKE, f"incident {kind}", after.key, data)
    if before is not None:
        # Whoever put it away has not seen that it is to be acted on now.
        until = "" if after.tier == 1 < before[0] else "status"
        items.wake(connection, now, [subject_of_incident(after.key)], until, "its status changed")


def _stand_by_hand(connection: Connection, incident: IncidentNow, now: datetime) -> None:
    """Note what intake says of an incident on which people have set something, and show what that makes."""
    shown_as = hands.survivor(connection, incident.key) or incident.key
    before = connection.execute(_BEFORE, (shown_as,)).fetchone()
    row = _row(incident, now)
    hands.stand(connection, incident.key, Standing(*row[3:12]))
    hands.show(connection, incident.key)
    if shown_as != incident.key:
        hands.show(connection, shown_as)
    after = connection.execute(_BEFORE, (shown_as,)).fetchone()
    if before is not None and after is not None:
        now_shown = incident._replace(key=shown_as, tier=after[0], state=after[1], official=bool(after[2]))
        _tell(connection, now, tuple(before[:3]), now_shown)


def _row(incident: IncidentNow, now: datetime) -> tuple[Any, ...]:
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
