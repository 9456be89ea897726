"""The database: which SQLite reads it, whether it is there and whole, and how old its newest backup is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime

from console.doctor.finding import Finding, note, ok, problem
from console.paths import DataPaths
from console.words import age, bytes_of

STALE_BACKUP = 2 * 3600.0
"""Seconds after which an hourly backup has been missed."""
CLOCK_SLACK = 60.0
"""Seconds by which a file's time may be ahead before the clock is held to have been set back."""
BUILT = datetime(2026, 3, 1, tzinfo=UTC)
"""No clock that is right can say less than this program's own beginnings."""


def examine_library() -> Iterator[Finding]:
    """Look at the SQLite library in use, and whether it has the WAL-reset fault."""
    from console.store.connect import library, wal_reset_fault

    if wal_reset_fault():
        yield problem(
            "sqlite",
            f"{library()} can damage a database that two processes use at once",
            "Run `pip install pysqlite3` in the environment of watchfloor, or update SQLite to 3.51.3.",
        )
    else:
        yield ok("sqlite", f"{library()}, without the WAL-reset fault")


def examine_database(paths: DataPaths, backups: int, now: datetime) -> Iterator[Finding]:
    """Look at the database as a desk would open it, at the log's chain, and at the backups."""
    from console.store.connect import StoreError, file_system, open_readonly
    from console.store.upkeep import quick_check

    if not os.path.exists(paths.database):
        yield note("database", f"none at {paths.database} yet", "`watchfloor serve` makes it.")
        return
    try:
        connection, frozen = open_readonly(paths.database)
    except StoreError as error:
        yield problem("database", str(error), "Do as it says; a desk cannot open before.")
        return
    try:
        faults = quick_check(connection)
    finally:
        connection.close()
    kind = file_system(paths.database)
    size = bytes_of(paths.database.stat().st_size)
    if faults:
        yield problem(
            "database",
            " ".join(faults),
            f"Stop the service, keep the file, and put the newest of {paths.backups} in its place.",
        )
    else:
        yield ok("database", f"{paths.database}, {size} on {kind or 'an unknown file system'}, whole")
    if frozen:
        yield note("database", "opened as it was left, for no service runs", "Start one: `watchfloor serve`.")
    yield from _backups(paths, backups, now)


def _backups(paths: DataPaths, kept: int, now: datetime) -> Iterator[Finding]:
    from console.store.backups import backups, last_backup

    if not kept:
        yield note("backups", "the settings ask for none", "Set `backups = 24` under [store].")
        return
    newest = last_backup(paths)
    if newest is None:
        yield note("backups", "none yet", "The service makes one an hour; `watchfloor backup` makes one now.")
        return
    old = (now - newest).total_seconds()
    text = f"{len(backups(paths))} kept, the newest {age(old)} old"
    if old > STALE_BACKUP:
        yield note("backups", text, "See that the service runs; `watchfloor backup` makes one now.")
    else:
        yield ok("backups", text)


def examine_clock(paths: DataPaths, now: datetime) -> Iterator[Finding]:
    """Look whether the clock can be right: not before our time, nor before the database's last write."""
    mend = "Set the clock, and have it kept: `timedatectl set-ntp true`."
    written = paths.database.stat().st_mtime if os.path.exists(paths.database) else 0.0
    ahead = written - now.timestamp()
    if now < BUILT:
        yield problem("clock", f"it says {now:%Y-%m-%d}, which is past", mend)
    elif ahead > CLOCK_SLACK:
        yield problem(
            "clock", f"the database was written {age(ahead)} in the future: the clock was set back", mend
        )
    else:
        yield ok("clock", f"{now:%Y-%m-%d %H:%M} UTC")
