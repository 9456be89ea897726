"""Sources as rows: what the settings say of them, how they do, and where each was left."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlite_utils import Database

from console.model import SourceHealth
from console.store.connect import Connection
from console.store.rows import SOURCE_COLUMNS, source_of, source_row
from feeds.source import Bookmark, Source

COLUMNS = tuple(SOURCE_COLUMNS.split(", "))


def register(db: Database, sources: Sequence[Source]) -> None:
    """Take up the sources that the settings name; the rest stay known, but are no longer shown.

    A bookmark vouches for one address: under another one the source is read from its start.
    """
    addresses = dict(db.conn.execute("SELECT name, address FROM source").fetchall())
    db.conn.execute("UPDATE source SET listed = 0")
    table = db.table("source")
    for one in sources:
        named: dict[str, Any] = {"name": one.name, "kind": one.kind, "address": one.address}
        named |= {"trust": one.trust, "interval": one.interval, "listed": 1}
        if one.name not in addresses:
            table.insert(named | {"state": "waiting", "last_error": "", "items": 0, "refused": 0})
            continue
        table.update(one.name, named)
        if addresses[one.name] != one.address:
            db.conn.execute("DELETE FROM bookmark WHERE source = ?", (one.name,))


@dataclass(frozen=True, slots=True)
class Turned:
    """What is otherwise with a source than when it was last written down."""

    state: bool
    note: bool


def write_health(db: Database, health: SourceHealth) -> Turned:
    """Write down how a source does; what of it the log should tell."""
    row = dict(zip(COLUMNS, source_row(health), strict=True))
    before = db.conn.execute("SELECT state, note FROM source WHERE name = ?", (row["name"],)).fetchone()
    db.table("source").upsert(row, pk="name")
    state, note = before or ("", "")
    return Turned(state != health.state, note != health.note)


def read_all(connection: Connection) -> tuple[SourceHealth, ...]:
    """Every source ever named, as last written down."""
    rows = connection.execute(f"SELECT {SOURCE_COLUMNS} FROM source ORDER BY name").fetchall()
    return tuple(map(source_of, rows))


def write_bookmark(connection: Connection, source: str, bookmark: Bookmark) -> None:
    """Remember where a source was left, in the transaction of the posts that came before it."""
    row = (source, json.dumps(asdict(bookmark)))
    connection.execute("INSERT OR REPLACE INTO bookmark VALUES (?, ?)", row)


def read_bookmark(connection: Connection, source: str) -> Bookmark:
    """Where a source was left; an empty bookmark for one never looked at."""
    row = connection.execute("SELECT body FROM bookmark WHERE source = ?", (source,)).fetchone()
    if row is None:
        return Bookmark()
    kept = json.loads(row[0])
    return Bookmark(**kept | {"seen": tuple(kept["seen"])})
