"""Keeping the database fit: what is old goes, the disk never fills unnoticed, faults are looked for."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path

from console.store import evidence, log, surges
from console.store.columns import INDEXED, index_row
from console.store.connect import WAL_LIMIT, Connection, DatabaseError, wal_of, write
from console.store.mood import forget_leanings
from console.store.taking import UNINDEX

BALLAST = 64 * 1024 * 1024
"""Bytes set aside on the disk, given up when it is full so that the log can still be written."""
CHUNK = 500
"""Mentions forgotten in one transaction, so that a batch of posts never waits long for it."""

_HANGING = (
    *("revision", "hazard_message", "hazard", "mention_alias", "mention_name", "mention_own"),
    "unlisted_said",
)
"""Tables whose rows go with their mention."""
_OLD = """
SELECT {columns} FROM mention
WHERE seen_at < ?
  AND NOT EXISTS (SELECT 1 FROM mention AS repeat WHERE repeat.repeat_of = mention.id)
  AND NOT EXISTS (
    SELECT 1 FROM mention AS head JOIN incident ON incident.key = head.incident
    WHERE head.id = coalesce(mention.repeat_of, mention.id) AND incident.state = 'open')
  AND NOT EXISTS (
    SELECT 1 FROM hazard WHERE hazard.mention_id = mention.id AND hazard.state = 'live')
  AND NOT EXISTS (
    SELECT 1 FROM draft WHERE draft.subject = 'mention:' || mention.id AND draft.state IN ('open', 'asked'))
  AND NOT EXISTS (
    SELECT 1 FROM delivery WHERE delivery.subject = 'mention:' || mention.id
    AND delivery.state IN ('held', 'queued', 'sending', 'unknown', 'waiting'))
ORDER BY seen_at LIMIT ?
"""


def forget(connection: Connection, before: datetime, now: datetime) -> int:
    """Forget up to `CHUNK` mentions first seen before a time, with all that hangs on them.

    Those of open incidents and living hazards stay, those that are being answered, and a head as long as a
    repeat of it does.

    Returns:
        How many went. Fewer than `CHUNK` means that this was all.
    """
    columns = (*INDEXED, "repeat_of")
    question = _OLD.format(columns=", ".join(columns))
    with write(connection):
        forget_leanings(connection, now)
        surges.forget(connection, before)
        rows = [
            dict(zip(columns, row, strict=True))
            for row in connection.execute(question, (before.timestamp(), CHUNK)).fetchall()
        ]
        if not rows:
            return 0
        ids = [(row["id"],) for row in rows]
        run = connection.executemany
        run(UNINDEX, [index_row(row) for row in rows if row["repeat_of"] is None])
        for table in _HANGING:
            run(f"DELETE FROM {table} WHERE mention_id = ?", ids)
        run("DELETE FROM mention WHERE id = ?", ids)
        run("UPDATE tally SET count = count - ? WHERE name = 'mentions'", [(len(ids),)])
        evidence.drop_unused(connection, before.timestamp())
        connection.execute(
            "DELETE FROM incident_voice WHERE incident IN "
            "(SELECT key FROM incident WHERE state = 'closed' AND closed_at < ?)",
            (before.timestamp(),),
        )
        log.append(connection, now, "service", "mentions forgotten", "", {"count": len(ids)})
    return len(rows)


def checkpoint(connection: Connection, database: Path, *, idle: bool) -> None:
    """Move the write-ahead log into the database and empty it, when nothing is going on or it grew large."""
    try:
        size = wal_of(database).stat().st_size
    except FileNotFoundError:
        return
    if size > WAL_LIMIT or (idle and size):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def optimize(connection: Connection) -> None:
    """Let SQLite look at its statistics, and tidy the word index; worth it once a day."""
    connection.execute("PRAGMA optimize").fetchall()
    with write(connection):
        connection.execute("INSERT INTO mention_text(mention_text, rank) VALUES ('merge', 500)")


def quick_check(connection: Connection) -> tuple[str, ...]:
    """Look for damage in the database and for breaks in the log: a sentence each, none when all is well."""
    try:
        rows = connection.execute("PRAGMA quick_check(10)").fetchall()
        damage = tuple(f"The database is damaged: {row[0]}." for row in rows if row[0] != "ok")
        return damage + log.verify(connection)
    except DatabaseError as error:
        return (f"The database is damaged: {error}.",)


def free_space_trouble(path: Path, keep_free: int) -> str:
    """Say that the disk under a directory is nearly full; empty while more than `keep_free` bytes are."""
    free = shutil.disk_usage(path).free
    if free >= keep_free:
        return ""
    return (
        f"Only {free // 1_000_000:,} MB are free under {path}, less than the "
        f"{keep_free // 1_000_000:,} MB to keep. Intake waits, nothing is lost; free some space and it goes "
        "on by itself."
    )


def ballast_of(root: Path) -> Path:
    """The file whose only purpose is to be given up."""
    return root / "ballast"


def lay_ballast(root: Path, keep_free: int) -> bool:
    """Set the ballast aside where there is room to spare; whether it lies there now."""
    path = ballast_of(root)
    if path.exists():
        return True
    if shutil.disk_usage(root).free < keep_free + BALLAST:
        return False
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    try:
        os.posix_fallocate(descriptor, 0, BALLAST)
    except OSError:
        path.unlink()
        return False
    finally:
        os.close(descriptor)
    return True


def drop_ballast(root: Path) -> bool:
    """Give the ballast up; whether there was any."""
    try:
        ballast_of(root).unlink()
    except FileNotFoundError:
        return False
    return True
