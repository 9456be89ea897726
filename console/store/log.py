"""The append-only log: every line carries a hash over itself and the line before it.

What the chain shows: a line changed, taken out or put in between. What it cannot show alone: lines cut off
the end together with SQLite's own count of them, or a chain worked out anew from some line on. For that the
service writes `head` down every hour (`console.store.anchors`), and to its own log as well: anchors show it
up to the newest of them, as long as whoever rewrites the log cannot rewrite them too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from console.model import Event
from console.store.connect import Connection, Row
from console.store.rows import moment, storable

START = "0" * 64
"""What the first line is chained to."""


def append(
    connection: Connection, at: datetime, actor: str, kind: str, subject: str, data: Mapping[str, Any]
) -> None:
    """Add one line, inside the transaction that does what the line tells."""
    seq, before = head(connection)
    line = (
        seq + 1,
        at.timestamp(),
        storable(actor),
        kind,
        storable(subject),
        json.dumps(data, separators=(",", ":"), sort_keys=True),
    )
    connection.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)", (*line, chained(before, line)))


def head(connection: Connection) -> tuple[int, str]:
    """Number and hash of the newest line; (0, START) of an empty log."""
    row = connection.execute("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1").fetchone()
    return (row[0], row[1]) if row else (0, START)


def chained(before: str, line: Row) -> str:
    """SHA-256 over the hash before and the line in its one canonical spelling."""
    canonical = json.dumps([before, *line], separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def event_of(row: Row) -> Event:
    """A row of the log as a value."""
    seq, at, *rest = row
    when = moment(at)
    assert when is not None
    return Event(seq, when, *rest)


def verify(connection: Connection, *, step: int = 1000) -> tuple[str, ...]:
    """Follow the chain from its start; a sentence for each break, none when the log is whole.

    Read in steps, so that no open cursor holds a checkpoint back.
    """
    before, last = START, 0
    faults: list[str] = []
    while rows := connection.execute(
        "SELECT * FROM event WHERE seq > ? ORDER BY seq LIMIT ?", (last, step)
    ).fetchall():
        for *line, stored in rows:
            if line[0] != last + 1:
                faults.append(f"The log lacks its lines {last + 1} to {line[0] - 1}.")
            elif chained(before, line) != stored:
                faults.append(f"Line {line[0]} of the log is not as it was written, or the one before it.")
            before, last = stored, line[0]
    counted = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'event'").fetchone()
    if counted and counted[0] > last:
        faults.append(f"The log ends at line {last}, but {counted[0]} were written.")
    return tuple(faults)
