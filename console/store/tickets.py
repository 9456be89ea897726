"""Tickets as rows, what was said about them, and what they propose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from console.store.connect import Connection, Row
from console.store.rows import lines_from_json, moment, seconds, storable, to_json
from console.work import Ticket, subject_of_incident

COLUMNS = (
    "id, incident, route, channel, delivery, made_at, uid, by, state, number, status, notes, says, names, "
    "acknowledged_by, acknowledged_at, step, step_at, looked_at, noted, noted_at, notes_sent"
)
_MOMENTS = (5, 15, 17, 18, 20)
_TOGETHER = f"""
WITH RECURSIVE
    up(key, far) AS (
        SELECT ?, 0 UNION SELECT item.merged, far + 1
        FROM up JOIN item ON item.subject = '{subject_of_incident("")}' || up.key
        WHERE item.merged IS NOT NULL AND far < 50
    ),
    down(key, far) AS (
        SELECT * FROM (SELECT key, 0 FROM up ORDER BY far DESC LIMIT 1)
        UNION SELECT substr(item.subject, {len(subject_of_incident("")) + 1}), far + 1
        FROM down JOIN item ON item.merged = down.key WHERE far < 50
    )
SELECT key FROM down ORDER BY far
"""
ProposalKind = Literal["words", "reopen"]
MOST_PROPOSALS = 500
"""Of which a person is told at once."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """Something that a machine read and a person decides."""

    id: int
    kind: ProposalKind
    """`words`: for the public, as a status bears them. `reopen`: somebody says that it is not over."""
    incident: str
    ticket: int
    mention: int | None
    """Who said that it is not over."""
    template: str
    text: str
    lang: str
    why: str
    at: datetime


def read(connection: Connection, id_: int) -> Ticket | None:
    """A ticket by the number that the desk gave it."""
    return _one(connection, "id = ?", id_)


def of_delivery(connection: Connection, delivery: int) -> Ticket | None:
    """The ticket that something was said about: the report itself, a note, an alert."""
    return _one(connection, "id = (SELECT ticket FROM ticket_delivery WHERE delivery = ?)", delivery)


def of_incident(connection: Connection, key: str) -> tuple[Ticket, ...]:
    """All tickets of an incident, the newest first: what stands beside each of its mentions."""
    keys = together(connection, key)
    marks = ", ".join("?" * len(keys))
    return _all(connection, f"incident IN ({marks}) ORDER BY id DESC", *map(storable, keys))


def newest(connection: Connection, limit: int, *, closed: bool) -> tuple[Ticket, ...]:
    """Tickets of all incidents, the newest first; those that are closed only where they are asked for."""
    which = "TRUE" if closed else "state <> 'closed'"
    return _all(connection, f"{which} ORDER BY id DESC LIMIT ?", limit)


def together(connection: Connection, key: str) -> tuple[str, ...]:
    """The keys of all that people merged into one incident, the one that is shown first."""
    rows = connection.execute(_TOGETHER, (storable(key),)).fetchall()
    return tuple(dict.fromkeys(row[0] for row in rows))


def living(connection: Connection, since: datetime) -> tuple[Ticket, ...]:
    """Tickets of which something may still come: those that are open, and those that changed since then."""
    changed = (
        "SELECT max(at) FROM status_change AS s WHERE s.incident = ticket.incident AND s.ticket = ticket.id"
    )
    where = (
        "state IN ('asked', 'sent', 'acknowledged', 'open') "
        f"OR (state = 'closed' AND coalesce(({changed}), made_at) > ?) ORDER BY id"
    )
    return _all(connection, where, since.timestamp())


def with_ladder(connection: Connection, now: datetime) -> tuple[Ticket, ...]:
    """Tickets of which a step of the ladder is due."""
    return _all(connection, "step_at <= ? ORDER BY id", now.timestamp())


def add(connection: Connection, ticket: Ticket) -> Ticket:
    """Write a new ticket down; it comes back with its number."""
    columns = COLUMNS.removeprefix("id, ")
    cursor = connection.execute(
        f"INSERT INTO ticket ({columns}) VALUES ({', '.join('?' * len(columns.split(',')))})", _values(ticket)
    )
    assert cursor.lastrowid is not None
    return replace(ticket, id=cursor.lastrowid)


def write(connection: Connection, ticket: Ticket) -> None:
    """Put a ticket down as it stands."""
    names = COLUMNS.removeprefix("id, ").split(", ")
    connection.execute(
        f"UPDATE ticket SET {', '.join(f'{name} = ?' for name in names)} WHERE id = ?",
        (*_values(ticket), ticket.id),
    )


def say(connection: Connection, ticket: int, delivery: int) -> None:
    """Note that a delivery is about a ticket."""
    connection.execute("INSERT INTO ticket_delivery VALUES (?, ?)", (delivery, ticket))


def said(connection: Connection, ticket: int) -> tuple[int, ...]:
    """The deliveries about a ticket, in the order in which they were made."""
    rows = connection.execute(
        "SELECT delivery FROM ticket_delivery WHERE ticket = ? ORDER BY delivery", (ticket,)
    ).fetchall()
    return tuple(row[0] for row in rows)


def propose(connection: Connection, proposed: Proposed) -> int:
    """Put something before a person; an older proposal of the kind about the same ticket makes way."""
    connection.execute(
        "UPDATE proposal SET state = 'old' WHERE state = 'open' AND kind = ? AND ticket = ?",
        (proposed.kind, proposed.ticket),
    )
    cursor = connection.execute(
        "INSERT INTO proposal (kind, incident, ticket, mention, template, text, lang, why, at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            proposed.kind,
            storable(proposed.incident),
            proposed.ticket,
            proposed.mention,
            proposed.template,
            storable(proposed.text),
            proposed.lang,
            storable(proposed.why),
            seconds(proposed.at),
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def proposals(connection: Connection, key: str) -> tuple[Proposed, ...]:
    """What waits for a decision about an incident, or with an empty key about any, the newest first."""
    keys = together(connection, key) if key else ()
    of = f"AND incident IN ({', '.join('?' * len(keys))})" if key else ""
    rows = connection.execute(
        "SELECT id, kind, incident, ticket, mention, template, text, lang, why, at FROM proposal "
        f"WHERE state = 'open' {of} ORDER BY id DESC LIMIT {MOST_PROPOSALS}",
        tuple(map(storable, keys)),
    ).fetchall()
    return tuple(map(_proposed, rows))


def decided(connection: Connection, ticket: int, kinds: Iterable[ProposalKind]) -> None:
    """A person has decided about these proposals of a ticket."""
    connection.executemany(
        "UPDATE proposal SET state = 'decided' WHERE state = 'open' AND ticket = ? AND kind = ?",
        [(ticket, kind) for kind in kinds],
    )


def ticket_of(row: Row) -> Ticket:
    """A row of `COLUMNS`."""
    values: list[Any] = list(row)
    values[13] = lines_from_json(values[13])
    for place in _MOMENTS:
        values[place] = moment(values[place])
    return Ticket(**dict(zip(COLUMNS.split(", "), values, strict=True)))


def _proposed(row: Row) -> Proposed:
    values: list[Any] = list(row)
    values[9] = moment(row[9])
    return Proposed(*values)


def _one(connection: Connection, where: str, *parameters: Any) -> Ticket | None:
    found = _all(connection, where, *parameters)
    return found[0] if found else None


def _all(connection: Connection, where: str, *parameters: Any) -> tuple[Ticket, ...]:
    rows = connection.execute(f"SELECT {COLUMNS} FROM ticket WHERE {where}", parameters).fetchall()
    return tuple(map(ticket_of, rows))


def _values(ticket: Ticket) -> tuple[Any, ...]:
    values: list[Any] = [getattr(ticket, name) for name in COLUMNS.removeprefix("id, ").split(", ")]
    for place, value in enumerate(values):
        if isinstance(value, str):
            values[place] = storable(value)
        elif isinstance(value, datetime):
            values[place] = seconds(value)
        elif isinstance(value, tuple):
            values[place] = to_json(value)
    return tuple(values)
