"""Of every open incident at once: where its newest ticket stands, and how many reporters know of that."""

from __future__ import annotations

from console.store.connect import Connection
from console.store.rows import storable
from console.store.tickets import COLUMNS, ticket_of
from console.work import Ticket, subject_of_incident


def tickets(connection: Connection) -> dict[str, Ticket]:
    """The newest ticket of each open incident that has one, by the incident's key."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM ticket WHERE id IN (SELECT max(ticket.id) FROM ticket "
        "JOIN incident ON incident.key = ticket.incident AND incident.state = 'open' GROUP BY incident.key)"
    ).fetchall()
    return {ticket.incident: ticket for ticket in map(ticket_of, rows)}


def told(connection: Connection) -> dict[str, int]:
    """How many reporters of each open incident know how it stands now, by its key; only where any does.

    One who gives no name counts once for each of their posts.
    """
    rows = connection.execute(
        "SELECT incident.key, count(DISTINCT CASE author WHEN '' THEN source || mention ELSE author END) "
        "FROM told JOIN incident ON incident.key = told.incident AND incident.state = 'open' "
        "WHERE told.number >= coalesce((SELECT max(number) FROM status_change AS last "
        "WHERE last.incident = told.incident), 0) GROUP BY incident.key"
    ).fetchall()
    return dict(rows)


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
