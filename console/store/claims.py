"""Claims as rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from console.store.connect import Connection, Row
from console.store.rows import moment, seconds, storable
from console.work import Claim

COLUMNS = "subject, epoch, uid, name, session, since, leaving, typing"


def read(connection: Connection, subject: str) -> Claim:
    """The claim on a subject; one that nobody ever held has the epoch 0."""
    row = connection.execute(
        f"SELECT {COLUMNS} FROM claim WHERE subject = ?", (storable(subject),)
    ).fetchone()
    return claim_of(row) if row else Claim(subject)


def held(connection: Connection) -> tuple[Claim, ...]:
    """All that somebody holds."""
    rows = connection.execute(f"SELECT {COLUMNS} FROM claim WHERE uid IS NOT NULL ORDER BY since").fetchall()
    return tuple(map(claim_of, rows))


def of_session(connection: Connection, session: str) -> tuple[Claim, ...]:
    """All that one terminal holds."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM claim WHERE session = ? AND uid IS NOT NULL", (session,)
    ).fetchall()
    return tuple(map(claim_of, rows))


def write(connection: Connection, claim: Claim) -> None:
    """Put a claim down as it stands."""
    connection.execute(
        f"INSERT OR REPLACE INTO claim ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            storable(claim.subject),
            claim.epoch,
            claim.uid,
            storable(claim.name),
            claim.session,
            seconds(claim.since),
            seconds(claim.leaving),
            seconds(claim.typing),
        ),
    )


def mark_leaving(connection: Connection, sessions: Iterable[str], at: datetime | None) -> None:
    """Note since when these terminals are gone; None when they are back."""
    connection.executemany(
        "UPDATE claim SET leaving = ? WHERE session = ? AND uid IS NOT NULL",
        [(seconds(at), session) for session in sessions],
    )


def sessions(connection: Connection) -> tuple[str, ...]:
    """Every terminal that holds something."""
    rows = connection.execute("SELECT DISTINCT session FROM claim WHERE uid IS NOT NULL").fetchall()
    return tuple(row[0] for row in rows)


def claim_of(row: Row) -> Claim:
    """A row of `COLUMNS`."""
    subject, epoch, uid, name, session, since, leaving, typing = row
    return Claim(subject, epoch, uid, name, session, moment(since), moment(leaving), moment(typing))
