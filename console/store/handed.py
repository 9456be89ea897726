"""Of every open incident at once: where its newest ticket stands, and how many reporters know of that."""

from __future__ import annotations

from console.store.connect import Connection
from console.store.rows import storable
from console.store.tickets import COLUMNS, ticket_of
from console.work import Ticket, subject_of_incident

_PARTS = f"""
WITH RECURSIVE part(whole, key) AS (
    SELECT key, key FROM incident WHERE state = 'open'
    UNION SELECT whole, substr(item.subject, {len(subject_of_incident("")) + 1})
    FROM part JOIN item ON item.merged = part.key
)
"""
"""Open incidents, each with itself and all that people merged into it."""


def tickets(connection: Connection) -> dict[str, Ticket]:
    """The newest ticket of each open incident that has one, by the key of what is shown."""
    rows = connection.execute(
        f"{_PARTS}, newest(whole, ticket) AS (SELECT whole, max(ticket.id) FROM part "
        "JOIN ticket ON ticket.incident = part.key GROUP BY whole) "
        f"SELECT whole, {COLUMNS} FROM newest JOIN ticket ON ticket.id = newest.ticket"
    ).fetchall()
    return {row[0]: ticket_of(row[1:]) for row in rows}


def told(connection: Connection) -> dict[str, int]:
    """How many reporters of each open incident know how it stands now, by its key; only where any does.

    One who gives no name counts once for each of their posts.
    """
    rows = connection.execute(
        f"{_PARTS}, last(whole, number) AS (SELECT whole, max(number) FROM part "
        "JOIN status_change ON status_change.incident = part.key GROUP BY whole) "
        "SELECT part.whole, count(DISTINCT CASE author WHEN '' THEN source || mention ELSE author END) "
        "FROM part JOIN told ON told.incident = part.key LEFT JOIN last ON last.whole = part.whole "
        "WHERE told.number >= coalesce(last.number, 0) GROUP BY part.whole"
    ).fetchall()
    return dict(rows)


def owed(connection: Connection) -> dict[str, tuple[str, ...]]:
    """What was merged into open incidents and may have a promise to keep, by the key of what is shown."""
    rows = connection.execute(
        f"{_PARTS} SELECT whole, key FROM part "
        f"JOIN item ON item.subject = '{subject_of_incident('')}' || part.key "
        "WHERE whole <> key AND item.live ORDER BY whole, key"
    ).fetchall()
    found: dict[str, tuple[str, ...]] = {}
    for whole, key in rows:
        found[whole] = (*found.get(whole, ()), key)
    return found


def at_work(connection: Connection, key: str) -> bool:
    """Whether anything about an incident was handed on or told, or is still to be said."""
    return (
        connection.execute(
            "SELECT 1 FROM ticket WHERE incident = ?1 UNION ALL SELECT 1 FROM told WHERE incident = ?1 "
            "UNION ALL SELECT 1 FROM draft WHERE subject = ?2 AND state IN ('open', 'asked') "
            "UNION ALL SELECT 1 FROM delivery WHERE subject = ?2 "
            "AND state IN ('held', 'queued', 'sending', 'unknown', 'waiting') LIMIT 1",
            (storable(key), storable(subject_of_incident(key))),
        ).fetchone()
        is not None
    )
