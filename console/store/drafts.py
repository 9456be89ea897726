"""Drafts and approvals as rows. A draft is never removed: a dropped one can still be read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from console.store.connect import Connection, Row
from console.store.rows import moment, seconds, storable, to_json
from console.work import Approval, Draft

COLUMNS = (
    "id, subject, purpose, channel, text, title, warning, lang, audience, recipient, version, state, author, "
    "authors, original, round, reasons, opened_at, saved_at, asked_at"
)
_uids = msgspec.json.Decoder(tuple[int, ...]).decode
_reasons = msgspec.json.Decoder(tuple[tuple[str, str], ...]).decode


def read(connection: Connection, id_: int) -> Draft | None:
    """A draft by its number."""
    row = connection.execute(f"SELECT {COLUMNS} FROM draft WHERE id = ?", (id_,)).fetchone()
    return draft_of(row) if row else None


def living(connection: Connection, subject: str, channel: str) -> Draft | None:
    """The one draft on a subject and channel that can still be sent."""
    row = connection.execute(
        f"SELECT {COLUMNS} FROM draft WHERE subject = ? AND channel = ? AND state IN ('open', 'asked')",
        (storable(subject), storable(channel)),
    ).fetchone()
    return draft_of(row) if row else None


def all_living(connection: Connection, limit: int = 500) -> tuple[Draft, ...]:
    """Every draft that can still be sent, those that wait for approval first, then the newest."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM draft WHERE state IN ('open', 'asked') ORDER BY state, saved_at DESC LIMIT ?",
        (limit,),
    ).fetchall()
    return tuple(map(draft_of, rows))


def add(connection: Connection, draft: Draft) -> Draft:
    """Write a new draft down; it comes back with its number."""
    columns = COLUMNS.removeprefix("id, ")
    cursor = connection.execute(
        f"INSERT INTO draft ({columns}) VALUES ({', '.join('?' * len(columns.split(',')))})", _values(draft)
    )
    assert cursor.lastrowid is not None
    return replace(draft, id=cursor.lastrowid)


def write(connection: Connection, draft: Draft) -> None:
    """Put a draft down as it stands."""
    names = COLUMNS.removeprefix("id, ").split(", ")
    connection.execute(
        f"UPDATE draft SET {', '.join(f'{name} = ?' for name in names)} WHERE id = ?",
        (*_values(draft), draft.id),
    )


def approve(connection: Connection, approval: Approval) -> None:
    """Note that somebody agreed."""
    connection.execute(
        "INSERT OR IGNORE INTO approval VALUES (?, ?, ?, ?, ?)",
        (approval.draft, approval.version, approval.uid, storable(approval.name), seconds(approval.at)),
    )


def approvals(connection: Connection, draft: int, version: int) -> tuple[Approval, ...]:
    """Who agreed to one version of a draft."""
    rows = connection.execute(
        "SELECT draft, version, uid, name, at FROM approval WHERE draft = ? AND version = ?", (draft, version)
    ).fetchall()
    found = ((row, moment(row[4])) for row in rows)
    return tuple(Approval(row[0], row[1], row[2], row[3], at) for row, at in found if at is not None)


def draft_of(row: Row) -> Draft:
    """A row of `COLUMNS`."""
    values: list[Any] = list(row)
    values[13], values[16] = _uids(values[13]), _reasons(values[16])
    for place in (17, 18, 19):
        values[place] = moment(values[place])
    return Draft(*values)


def _values(draft: Draft) -> tuple[Any, ...]:
    return (
        storable(draft.subject),
        draft.purpose,
        storable(draft.channel),
        storable(draft.text),
        storable(draft.title),
        storable(draft.warning),
        storable(draft.lang),
        draft.audience,
        storable(draft.to),
        draft.version,
        draft.state,
        storable(draft.author),
        to_json(draft.authors),
        draft.original,
        draft.round,
        to_json(draft.reasons),
        seconds(draft.opened_at),
        seconds(draft.saved_at),
        seconds(draft.asked_at),
    )
