"""Deliveries as rows, and the switch that stops them all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from console.store.connect import Connection, Row
from console.store.rows import lines_from_json, moment, seconds, storable, to_json
from console.work import Delivery, Pause
from feeds.channel import Message

COLUMNS = (
    "id, draft, version, subject, purpose, channel, round, part, parts, after, message, state, says, uid, "
    "author, claim, epoch, original, held_until, next_at, made_at, sent_at, settled_at, attempts, names, "
    "url, ticket, doubted, spoken_as"
)
_message = msgspec.json.Decoder(Message).decode
_MOMENTS = (18, 19, 20, 21, 22)
LIVING = "state NOT IN ('refused', 'taken back')"


def read(connection: Connection, id_: int) -> Delivery | None:
    """A delivery by its number."""
    row = connection.execute(f"SELECT {COLUMNS} FROM delivery WHERE id = ?", (id_,)).fetchone()
    return delivery_of(row) if row else None


def unsettled(connection: Connection) -> tuple[Delivery, ...]:
    """Everything that is not over, in the order it was made."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM delivery WHERE state IN ('held', 'queued', 'sending', 'unknown', 'waiting') "
        "ORDER BY id"
    ).fetchall()
    return tuple(map(delivery_of, rows))


def of_subject(connection: Connection, subject: str, limit: int = 100) -> tuple[Delivery, ...]:
    """All that was said, or is about to be, about a subject, the newest first."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM delivery WHERE subject = ? ORDER BY id DESC LIMIT ?",
        (storable(subject), limit),
    ).fetchall()
    return tuple(map(delivery_of, rows))


def of_draft(connection: Connection, draft: int) -> tuple[Delivery, ...]:
    """Every part of what a draft became, in order, whatever became of it."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM delivery WHERE draft = ? ORDER BY id", (draft,)
    ).fetchall()
    return tuple(map(delivery_of, rows))


def newest(connection: Connection, limit: int = 200) -> tuple[Delivery, ...]:
    """The newest deliveries, whatever became of them."""
    rows = connection.execute(f"SELECT {COLUMNS} FROM delivery ORDER BY id DESC LIMIT ?", (limit,)).fetchall()
    return tuple(map(delivery_of, rows))


def rounds(connection: Connection, subject: str) -> int:
    """How often a subject has been answered, or is about to be."""
    row = connection.execute(
        f"SELECT max(round) FROM delivery WHERE subject = ? AND purpose IN ('reply', 'told') AND {LIVING}",
        (storable(subject),),
    ).fetchone()
    return 0 if row[0] is None else int(row[0]) + 1


def others(connection: Connection, delivery: Delivery) -> int:
    """Living answers to the same subject, in this round or a later one, that are not of the same draft."""
    row = connection.execute(
        "SELECT count(*) FROM delivery WHERE subject = ? AND round >= ? AND purpose IN ('reply', 'told') "
        f"AND {LIVING} AND draft IS NOT ?",
        (storable(delivery.subject), delivery.round, delivery.draft),
    ).fetchone()
    return int(row[0])


def add(connection: Connection, delivery: Delivery) -> Delivery:
    """Write a new delivery down; it comes back with its number."""
    columns = ("key", *COLUMNS.removeprefix("id, ").split(", "))
    cursor = connection.execute(
        f"INSERT INTO delivery ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
        (delivery.message.key, *_values(delivery)),
    )
    assert cursor.lastrowid is not None
    return replace(delivery, id=cursor.lastrowid)


def write(connection: Connection, delivery: Delivery) -> None:
    """Put a delivery down as it stands."""
    names = COLUMNS.removeprefix("id, ").split(", ")
    connection.execute(
        f"UPDATE delivery SET {', '.join(f'{name} = ?' for name in names)} WHERE id = ?",
        (*_values(delivery), delivery.id),
    )


def pause(connection: Connection) -> Pause | None:
    """The pause in force, if there is one."""
    row = connection.execute("SELECT reason, by, at, allow FROM pause").fetchone()
    if row is None:
        return None
    reason, by, at, allow = row
    when = moment(at)
    assert when is not None
    return Pause(reason, by, when, lines_from_json(allow))


def write_pause(connection: Connection, pause: Pause | None) -> None:
    """Set the switch, or with None let things go on."""
    connection.execute("DELETE FROM pause")
    if pause is not None:
        row = (storable(pause.reason), storable(pause.by), seconds(pause.at), to_json(pause.allow))
        connection.execute("INSERT INTO pause VALUES (1, ?, ?, ?, ?)", row)


def delivery_of(row: Row) -> Delivery:
    """A row of `COLUMNS`."""
    values: list[Any] = list(row)
    values[10] = _message(values[10])
    values[24] = lines_from_json(values[24])
    values[27] = bool(values[27])
    for place in _MOMENTS:
        values[place] = moment(values[place])
    return Delivery(*values)


def _values(delivery: Delivery) -> tuple[Any, ...]:
    return (
        delivery.draft,
        delivery.version,
        storable(delivery.subject),
        delivery.purpose,
        storable(delivery.channel),
        delivery.round,
        delivery.part,
        delivery.parts,
        delivery.after,
        to_json(delivery.message),
        delivery.state,
        storable(delivery.says),
        delivery.uid,
        storable(delivery.author),
        storable(delivery.claim),
        delivery.epoch,
        delivery.original,
        seconds(delivery.held_until),
        seconds(delivery.next_at),
        seconds(delivery.made_at),
        seconds(delivery.sent_at),
        seconds(delivery.settled_at),
        delivery.attempts,
        to_json(delivery.names),
        storable(delivery.url),
        storable(delivery.ticket),
        int(delivery.doubted),
        storable(delivery.spoken_as),
    )
