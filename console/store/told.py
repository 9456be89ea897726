"""The ledger as rows: who reported, what there was to tell, and who has been told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.store.connect import Connection, Row
from console.store.rows import moment, seconds, storable
from console.store.search import facet
from console.store.tickets import together
from console.work import mention_in
from console.workflow.dispatch import Matter, Quote
from console.workflow.ledger import Report, Told

_OF_INCIDENT = (
    "WITH head AS (SELECT m.id FROM mention_text CROSS JOIN mention AS m ON m.id = mention_text.rowid "
    "WHERE mention_text MATCH ? AND m.incident = ? AND m.repeat_of IS NULL) "
)
_REPORT = "m.id, m.source, m.author, m.url, m.official, m.deleted_at IS NOT NULL"
_SHARED = "m.native_id LIKE '%/activity' OR m.text LIKE 'RT @%'"
"""What repeats a post without being a report: Mastodon calls a boost by an address that ends so."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to tell about an incident."""

    incident: str
    number: int
    ticket: int
    status: str
    at: datetime


def matter(connection: Connection, key: str) -> Matter | None:
    """An incident as departments are told of it."""
    row = connection.execute(
        "SELECT key, place, topic, tier, voices, mentions, opened_at FROM incident WHERE key = ?",
        (storable(key),),
    ).fetchone()
    if row is None:
        return None
    values: list[Any] = list(row)
    values[6] = moment(row[6])
    return Matter(*values)


def reports(connection: Connection, key: str) -> tuple[Report, ...]:
    """Every post about an incident, those folded under another one too, in the order in which they came."""
    rows = connection.execute(
        f"{_OF_INCIDENT} SELECT {_REPORT} FROM head JOIN mention AS m ON m.id = head.id "
        f"UNION ALL SELECT {_REPORT} FROM head JOIN mention AS m ON m.repeat_of = head.id "
        f"WHERE NOT ({_SHARED}) ORDER BY 1",
        (f"facets : {facet('incident', storable(key))}", storable(key)),
    ).fetchall()
    return tuple(map(_report, rows))


def quotes(connection: Connection, key: str, limit: int) -> tuple[Quote, ...]:
    """Posts about an incident that all may read, the worst first."""
    rows = connection.execute(
        f"{_OF_INCIDENT} SELECT m.text, m.url, m.tier FROM head JOIN mention AS m ON m.id = head.id "
        "WHERE m.deleted_at IS NULL AND m.audience IN ('public', 'unlisted') "
        "ORDER BY m.tier, m.points DESC, m.id DESC LIMIT ?",
        (f"facets : {facet('incident', storable(key))}", storable(key), limit),
    ).fetchall()
    return tuple(Quote(*row) for row in rows)


def newest(connection: Connection) -> int:
    """The highest number of a mention."""
    row = connection.execute("SELECT max(id) FROM mention").fetchone()
    return int(row[0] or 0)


def since(connection: Connection, key: str, after: int) -> tuple[tuple[int, Quote], ...]:
    """What the public says of an incident, or of one that continues it, beyond a mention's number."""
    own = together(connection, key)
    rows = connection.execute(
        f"SELECT key FROM incident WHERE previous IN ({_marks(own)})", tuple(map(storable, own))
    ).fetchall()
    keys = (*own, *(one for (one,) in rows))
    rows = connection.execute(
        "SELECT m.id, m.text, CASE m.audience WHEN 'signed in' THEN '' ELSE m.url END, m.tier "
        "FROM mention_text CROSS JOIN mention AS m ON m.id = mention_text.rowid "
        f"WHERE mention_text MATCH ? AND mention_text.rowid > ? AND m.incident IN ({_marks(keys)}) "
        "AND m.official = 0 AND m.deleted_at IS NULL AND m.repeat_of IS NULL ORDER BY m.id",
        (
            " OR ".join(f"facets : {facet('incident', storable(one))}" for one in keys),
            after,
            *map(storable, keys),
        ),
    ).fetchall()
    return tuple((row[0], Quote(*row[1:])) for row in rows)


def from_reporters(connection: Connection, key: str, after: int) -> tuple[tuple[int, Quote], ...]:
    """What people who were told of an incident say beyond a mention's number that belongs to no incident.

    An answer like "no, it is still broken" names no place, and stands alone therefore.
    """
    people = {(one.source, one.author) for one in told(connection, key) if one.author}
    rows = connection.execute(
        "SELECT id, text, CASE audience WHEN 'signed in' THEN '' ELSE url END, tier, source, author "
        "FROM mention WHERE id > ? AND coalesce(incident, '') = '' AND repeat_of IS NULL AND official = 0 "
        "AND deleted_at IS NULL ORDER BY id",
        (after,),
    ).fetchall()
    return tuple((row[0], Quote(*row[1:4])) for row in rows if (row[4], row[5]) in people)


def current(connection: Connection, key: str, at: datetime | None = None) -> int:
    """The number of the last thing to tell about an incident, now or as it was; 0 for none."""
    keys = together(connection, key)
    row = connection.execute(
        f"SELECT max(number) FROM status_change WHERE incident IN ({_marks(keys)}) AND at <= ?",
        (*map(storable, keys), at.timestamp() if at else 1e18),
    ).fetchone()
    return int(row[0] or 0)


def changed(connection: Connection, key: str, ticket: int, status: str, at: datetime) -> None:
    """There is something new to tell."""
    connection.execute(
        "INSERT INTO status_change (incident, ticket, status, at) VALUES (?, ?, ?, ?)",
        (storable(key), ticket, storable(status), seconds(at)),
    )


def last_change(connection: Connection, key: str) -> Change | None:
    """What there is to tell about an incident now."""
    row = connection.execute(
        "SELECT incident, number, ticket, status, at FROM status_change WHERE number = ?",
        (current(connection, key),),
    ).fetchone()
    return _change(row) if row else None


def unproposed(connection: Connection) -> tuple[Change, ...]:
    """Changes for which nobody has been offered words, the last of each ticket; the rest is passed over."""
    rows = connection.execute(
        "SELECT incident, max(number), ticket, status, at FROM status_change WHERE proposed = 0 "
        "GROUP BY incident, ticket ORDER BY 2"
    ).fetchall()
    return tuple(map(_change, rows))


def proposed(connection: Connection, change: Change) -> None:
    """Words were offered for a change, and for those of its ticket before it none are any more."""
    connection.execute(
        "UPDATE status_change SET proposed = 1 WHERE incident = ? AND ticket = ? AND number <= ?",
        (storable(change.incident), change.ticket, change.number),
    )


def told(connection: Connection, key: str) -> tuple[Told, ...]:
    """All that was told about an incident, and to whom."""
    where, keys = _about(connection, key)
    rows = connection.execute(
        f"SELECT source, author, mention, number, status, channel, by FROM told WHERE {where}", keys
    ).fetchall()
    return tuple(Told(*row) for row in rows)


def tell(connection: Connection, key: str, one: Told, draft: int | None, at: datetime) -> None:
    """Note that somebody has been told; a second note of the same changes nothing."""
    of = connection.execute("SELECT status FROM status_change WHERE number = ?", (one.number,)).fetchone()
    status = one.status or (of[0] if of else "")
    connection.execute(
        "INSERT OR IGNORE INTO told "
        "(incident, source, author, number, mention, status, channel, draft, at, by) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            storable(key),
            storable(one.source),
            storable(one.author),
            one.number,
            one.mention,
            storable(status),
            storable(one.channel),
            draft,
            seconds(at),
            storable(one.by),
        ),
    )


def told_by_others(connection: Connection, key: str, draft: int | None, number: int) -> tuple[Told, ...]:
    """Who was told this much, or more, by something else than one draft."""
    where, keys = _about(connection, key)
    rows = connection.execute(
        "SELECT source, author, mention, number, status, channel, by FROM told "
        f"WHERE {where} AND number >= ? AND draft IS NOT ?",
        (*keys, number, draft),
    ).fetchall()
    return tuple(Told(*row) for row in rows)


def bind(connection: Connection, draft: int, key: str, number: int) -> None:
    """Note of which change a draft tells."""
    connection.execute("INSERT OR REPLACE INTO telling VALUES (?, ?, ?)", (draft, storable(key), number))


def bound(connection: Connection, draft: int) -> tuple[str, int] | None:
    """The incident and the change of which a draft tells; None for one that nobody bound to any."""
    row = connection.execute("SELECT incident, number FROM telling WHERE draft = ?", (draft,)).fetchone()
    return (row[0], row[1]) if row else None


def writers(connection: Connection) -> dict[int, str]:
    """Who has an unfinished answer, by mention."""
    rows = connection.execute("SELECT subject, author FROM draft WHERE state IN ('open', 'asked')").fetchall()
    return {id_: author for subject, author in rows if (id_ := mention_in(subject)) is not None}


def pending(connection: Connection) -> dict[int, str]:
    """Answers that are not settled, by mention: their state."""
    rows = connection.execute(
        "SELECT subject, state FROM delivery WHERE purpose IN ('reply', 'told') "
        "AND state IN ('held', 'queued', 'sending', 'unknown', 'waiting')"
    ).fetchall()
    return {id_: state for subject, state in rows if (id_ := mention_in(subject)) is not None}


def under_way(connection: Connection, draft: int | None) -> tuple[int, ...]:
    """Mentions to whose authors something else than one draft is being said, or may have been."""
    rows = connection.execute(
        "SELECT subject FROM delivery WHERE purpose IN ('reply', 'told') AND state IN ('sending', 'unknown') "
        "AND draft IS NOT ?",
        (draft,),
    ).fetchall()
    return tuple(id_ for (subject,) in rows if (id_ := mention_in(subject)) is not None)


def report(connection: Connection, mention: int) -> tuple[Report, str] | None:
    """One post, and the key of the incident that it belongs to (empty for none)."""
    row = connection.execute(
        f"SELECT {_REPORT}, coalesce(h.incident, m.incident, '') FROM mention AS m "
        "LEFT JOIN mention AS h ON h.id = m.repeat_of WHERE m.id = ?",
        (mention,),
    ).fetchone()
    if row is None:
        return None
    return _report(row[:6]), row[6]


def _about(connection: Connection, key: str) -> tuple[str, tuple[str, ...]]:
    """Which rows of what was told are about an incident: under its name, or one that it was part of.

    The changes of all incidents are numbered together, so their numbers say whose they are.
    """
    keys = tuple(map(storable, together(connection, key)))
    of = f"incident IN ({_marks(keys)})"
    return f"({of} OR number IN (SELECT number FROM status_change WHERE {of}))", (*keys, *keys)


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _report(row: Row) -> Report:
    values: list[Any] = list(row)
    values[4:] = map(bool, row[4:])
    return Report(*values)


def _change(row: tuple[str, int, int, str, float]) -> Change:
    at = moment(row[4])
    assert at is not None
    return Change(row[0], row[1], row[2], row[3], at)
