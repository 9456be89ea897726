"""Surges as rows, and the voices by which intake knows again, after a restart, what is usual."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec

from console.intake.phrases import Words
from console.intake.ruling import post_key
from console.intake.surges import Voice
from console.model import NO_PLACE
from console.store import log
from console.store.connect import Connection
from console.store.rows import moment, storable, to_json
from console.store.standing import INTAKE
from console.surge import Listened, Surge, Surges

MOST_VOICES = 100_000
"""The newest mentions that are given back; a past that is shorter by that is told as shorter."""
WITH_WORDS = 8
"""One in so many old mentions comes back with its words, to compare a surge's terms with."""
LATELY = timedelta(hours=2)
"""All of these come back with their words."""

_VOICES = """
SELECT m.place, m.topic, m.author, m.source, m.native_id, h.source, h.native_id, m.at,
       CASE WHEN m.at >= ? OR m.id % ? = 0 THEN m.text END, m.repeat_of IS NOT NULL AND m.text LIKE 'RT @%'
FROM (SELECT * FROM mention WHERE seen_at >= ? AND hazard IS NULL ORDER BY seen_at DESC LIMIT ?) AS m
LEFT JOIN mention AS h ON h.id = m.repeat_of ORDER BY m.at
"""
_surge = msgspec.json.Decoder(Surge).decode
_log = logging.getLogger(__name__)


def store(connection: Connection, now: datetime, surges: Iterable[Surge], listened: Listened) -> None:
    """Write surges down as they stand, tell the log of those that began, doubled or ended."""
    for surge in surges:
        kept = replace(surge, place=storable(surge.place), topic=storable(surge.topic))
        ended_at = kept.ended_at.timestamp() if kept.ended_at else None
        connection.execute(
            "INSERT INTO surge VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
            "ended_at = excluded.ended_at, body = excluded.body",
            (kept.place, kept.topic, kept.began_at.timestamp(), ended_at, to_json(kept)),
        )
        if kind := _turned(kept):
            log.append(connection, now, INTAKE, kind, subject_of(kept), _told(kept))
    connection.execute(
        "INSERT OR REPLACE INTO listened VALUES (1, ?, ?, ?)",
        (listened.hours, listened.days, now.timestamp()),
    )


def _turned(surge: Surge) -> str:
    if surge.ended_at is not None:
        return "surge over"
    if surge.told_at != surge.heard_at:
        return ""
    return "surge began" if surge.began_at == surge.told_at else "surge doubled"


def _told(surge: Surge) -> dict[str, object]:
    return {
        "voices": surge.voices,
        "most": surge.most,
        "minutes": round(surge.span / 60),
        "usual": round(surge.usual, 1),
        "terms": [term.text for term in surge.terms],
    }


def subject_of(surge: Surge) -> str:
    """What a surge is of, in the log: `Mill Street, flood`."""
    return ", ".join(name for name in (surge.place or NO_PLACE, surge.topic) if name)


def read(connection: Connection, since: datetime | None) -> Surges:
    """Those that go on, the newest first, then those that ended since; and what the desk knows to compare."""
    rows = connection.execute(
        "SELECT body FROM surge WHERE ended_at IS NULL ORDER BY began_at DESC"
    ).fetchall()
    if since is not None:
        over = "SELECT body FROM surge WHERE ended_at >= ? ORDER BY ended_at DESC"
        rows += connection.execute(over, (since.timestamp(),)).fetchall()
    known = connection.execute("SELECT hours, days, at FROM listened").fetchone()
    listened = Listened(known[0], known[1], moment(known[2])) if known else Listened()
    return Surges(tuple(_surge(body) for (body,) in rows), listened)


def voices(connection: Connection, since: datetime, now: datetime) -> Iterator[Voice]:
    """Who spoke since, the oldest first; read row by row, as there may be many."""
    rows = connection.execute(
        _VOICES, ((now - LATELY).timestamp(), WITH_WORDS, since.timestamp(), MOST_VOICES)
    )
    for place, topic, author, source, native_id, head_source, head_id, at, text, repost in rows:
        key = post_key(head_source or source, head_id or native_id)
        voice = "" if repost else author.casefold() or key
        yield Voice(place, topic, voice, key, source, at, Words(text).keys if text else ())


def began(connection: Connection, now: datetime) -> datetime:
    """When the desk began to listen: the first line of its log, or the first mention that is kept."""
    first = (
        "SELECT at FROM event ORDER BY seq LIMIT 1",
        "SELECT seen_at FROM mention ORDER BY seen_at LIMIT 1",
    )
    rows = [connection.execute(question).fetchone() for question in first]
    return min([datetime.fromtimestamp(row[0], UTC) for row in rows if row], default=now)


def told(connection: Connection, since: datetime) -> Iterator[Surge]:
    """Surges that go on or ended since, the oldest first; one that cannot be read is done without."""
    rows = connection.execute(
        "SELECT body FROM surge WHERE ended_at IS NULL OR ended_at >= ? ORDER BY began_at",
        (since.timestamp(),),
    ).fetchall()
    for (body,) in rows:
        try:
            yield _surge(body)
        except msgspec.MsgspecError as error:
            _log.warning("a stored surge cannot be read: %s", error)


def forget(connection: Connection, before: datetime) -> None:
    """Let go of surges that were over before a time."""
    connection.execute("DELETE FROM surge WHERE ended_at < ?", (before.timestamp(),))
