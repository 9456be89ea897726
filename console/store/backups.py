"""Copies of the database, made while it is written to, each whole or not there at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from console.paths import DataPaths
from console.store.connect import Connection, DatabaseError, as_store_error, open_readonly

STEPS = 20_000
"""SQLite instructions between two reports of progress: some milliseconds."""


def back_up(
    paths: DataPaths, now: datetime, *, keep: int, progress: Callable[[float], None] | None = None
) -> Path:
    """Copy the database with VACUUM INTO over a connection of its own, and drop all but the newest copies.

    May run beside the writer, in another thread or process. (SQLite's backup API starts anew at every
    foreign write and may never end; `cp` misses what is still in the write-ahead log.)

    Args:
        paths: Where the desk's files lie.
        now: Names the copy.
        keep: How many copies stay, this one included.
        progress: Told the part done, 0 to 1, now and then.

    Raises:
        StoreError: when the copy could not be made; no half of one is left.
    """
    paths.backups.mkdir(mode=0o750, exist_ok=True)
    target = paths.backups / f"desk-{now:%Y%m%dT%H%M%SZ}.db"
    copy_database(paths.database, target, progress)
    for old in backups(paths)[max(1, keep) :]:
        with suppress(FileNotFoundError):
            old.unlink()
    return target


def no_room(paths: DataPaths, keep_free: int) -> str:
    """Say that a copy would leave the disk fuller than it may be; empty while there is room for one."""
    free, size = shutil.disk_usage(paths.root).free, paths.database.stat().st_size
    if free >= keep_free + size:
        return ""
    last = last_backup(paths)
    return (
        f"No backup is made: it takes {size / 1e6:,.0f} MB, {free / 1e6:,.0f} MB are free under {paths.root} "
        f"and {keep_free / 1e6:,.0f} MB are to stay free. "
        + (f"The newest backup is of {last:%Y-%m-%d %H:%M} UTC." if last else "There is none yet.")
    )


def copy_database(database: Path, target: Path, progress: Callable[[float], None] | None = None) -> None:
    """Copy a database that may be in use; what was at the target is replaced once the copy is whole.

    Raises:
        StoreError: when the copy could not be made; no half of one is left.
    """
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    connection, _ = open_readonly(database)
    try:
        with closing(connection):
            _copy(connection, partial, progress)
        partial.chmod(0o640)
        _flush(partial)
        partial.replace(target)
        _flush(target.parent)
    except (DatabaseError, OSError) as error:
        raise as_store_error(error, database) from error
    finally:
        partial.unlink(missing_ok=True)


def backups(paths: DataPaths) -> tuple[Path, ...]:
    """The copies there are, newest first."""
    return tuple(sorted(paths.backups.glob("desk-*.db"), reverse=True))


def last_backup(paths: DataPaths) -> datetime | None:
    """When the newest copy was made, by its name."""
    for path in backups(paths):
        with suppress(ValueError):
            return datetime.strptime(path.stem, "desk-%Y%m%dT%H%M%S%z")
    return None


def _copy(connection: Connection, target: Path, progress: Callable[[float], None] | None) -> None:
    # VACUUM INTO counts as a write; that the source was opened with mode=ro still guards it.
    connection.execute("PRAGMA query_only=OFF")
    if progress is not None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        whole = max(1, pages * connection.execute("PRAGMA page_size").fetchone()[0])

        def report() -> int:
            done = target.stat().st_size if target.exists() else 0
            progress(min(1.0, done / whole))
            return 0

        connection.set_progress_handler(report, STEPS)
    connection.execute("VACUUM INTO ?", (str(target),))
    if progress is not None:
        progress(1.0)


def _flush(path: Path) -> None:
    """Have the kernel put a file, or a directory's names, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
