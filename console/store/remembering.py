"""What intake needs back after a restart: recent mentions, and where incidents stand."""

from __future__ import annotations

import logging
from datetime import datetime

import msgspec

from console.intake.ruling import IncidentNow, RememberedMention, post_key
from console.model import Incident
from console.store.connect import Connection, Row
from console.store.rows import INCIDENT_COLUMNS, incident_of, moment

log = logging.getLogger(__name__)

_REASONS = INCIDENT_COLUMNS.split(", ").index("reasons")
MOST = 20_000
"""The newest mentions that are given back; intake's own memory is bounded as well."""

_MENTIONS = """
SELECT m.source, m.native_id, m.author, m.text, m.at, m.place,
       CASE WHEN o.incident IS NULL THEN m.topic ELSE o.topic END, m.points, h.source, h.native_id,
       CASE WHEN o.mention_id IS NULL THEN coalesce(h.incident, m.incident) ELSE o.incident END,
       m.official, m.hazard IS NOT NULL
FROM mention AS m LEFT JOIN mention AS h ON h.id = m.repeat_of
LEFT JOIN mention_own AS o ON o.mention_id = coalesce(m.repeat_of, m.id)
WHERE m.deleted_at IS NULL AND {which} ORDER BY m.seen_at DESC, m.id DESC LIMIT ?
"""
"""A topic set by hand is given back where intake has put the mention nowhere: it waits under that."""
_OWN = {"tier", "state", "points", "reasons", "voices", "official", "opened_at", "last_at", "closed_at"}
_COLUMNS = ", ".join(
    f"CASE WHEN o.key IS NULL THEN i.{name} ELSE o.{name} END" if name in _OWN else f"i.{name}"
    for name in INCIDENT_COLUMNS.split(", ")
)
_INCIDENTS = f"""
SELECT {_COLUMNS} FROM incident AS i LEFT JOIN incident_own AS o ON o.key = i.key
WHERE coalesce(o.made, 0) = 0 AND (coalesce(o.state, i.state) = 'open' OR i.id IN (
    SELECT max(id) FROM incident
    WHERE key NOT IN (SELECT key FROM incident_own WHERE made) GROUP BY place, topic))
ORDER BY i.id
"""
"""As intake left them, whatever people have set. A closed one is needed as well, if it is the last of its
kind: the next continues it and counts on. What people made by splitting is none of intake's."""


def read_mentions(connection: Connection, since: datetime) -> tuple[RememberedMention, ...]:
    """Mentions seen since, oldest first; of very many the newest."""
    return _mentions(connection, "m.seen_at >= ?", since.timestamp(), MOST)


def read_mention(connection: Connection, id_: int) -> RememberedMention | None:
    """One of them; None for one that is not there, or deleted."""
    return next(iter(_mentions(connection, "m.id = ?", id_, 1)), None)


def _mentions(connection: Connection, which: str, value: float, most: int) -> tuple[RememberedMention, ...]:
    rows = connection.execute(_MENTIONS.format(which=which), (value, most)).fetchall()
    found = []
    for row in reversed(rows):
        source, native_id, author, text, at, place, topic, points, *head, incident, official, alert = row
        said_at = moment(at)
        assert said_at is not None
        found.append(
            RememberedMention(
                key=post_key(source, native_id),
                author=author,
                text=text,
                at=said_at,
                place=place,
                topic=topic,
                points=points,
                head=None if head[0] is None else post_key(head[0], head[1]),
                incident=incident,
                official=bool(official),
                alert=bool(alert),
            )
        )
    return tuple(found)


def read_incidents(connection: Connection) -> tuple[IncidentNow, ...]:
    """Open incidents, and the last of each place and topic, oldest first."""
    rows = connection.execute(_INCIDENTS).fetchall()
    return tuple(
        IncidentNow(
            key=one.key,
            place=one.place,
            topic=one.topic,
            tier=one.tier,
            points=one.points,
            reasons=one.reasons,
            voices=one.voices,
            official=one.official,
            state=one.state,
            opened_at=one.opened_at,
            last_at=one.last_at,
            previous=one.previous,
        )
        for one in map(_incident, rows)
    )


def _incident(row: Row) -> Incident:
    """A row of `INCIDENT_COLUMNS`; reasons that cannot be read are done without, so that intake goes on."""
    try:
        return incident_of(row)
    except msgspec.DecodeError as error:
        log.warning("the reasons of incident %s cannot be read: %s", row[1], error)
        return incident_of((*row[:_REASONS], "[]", *row[_REASONS + 1 :]))
