"""The one place that picks the SQLite library and opens the desk's database, for reading or for writing."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    import sqlite3
else:
    try:
        from pysqlite3 import dbapi2 as sqlite3
    except ImportError:
        import sqlite3

Connection = sqlite3.Connection
DatabaseError = sqlite3.DatabaseError
Row = Sequence[Any]

SCHEMA_VERSION = 7
"""`PRAGMA user_version` of the databases that this program writes."""
APPLICATION_ID = 0x77617466
"""`PRAGMA application_id`: "watf", so that another program's file is not taken for ours."""
WAL_LIMIT = 64 * 1024 * 1024
"""Bytes that the write-ahead log may keep on disk."""

MOUNTS = Path("/proc/self/mountinfo")
SHARED = re.compile(r"nfs\d?|cifs|smb\d?|smbfs|9p|afs|ceph|lustre|gpfs|ncpfs|glusterfs|fuse(\..+)?")
"""File systems on which a write-ahead log may be torn: its index is memory shared on one host
(sqlite.org/wal.html). FUSE may hide any network behind it."""
LOCAL_FUSE = frozenset({"fuse.fuse-overlayfs"})
"""The exception: what rootless containers stand on, on a disk of this machine."""

_WRITER_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # a power cut loses no acknowledged commit; NORMAL loses the last second's
    "busy_timeout=5000",
    "foreign_keys=ON",
    "wal_autocheckpoint=1000",
    f"journal_size_limit={WAL_LIMIT}",
    "temp_store=MEMORY",
    "cache_size=-8000",
    "mmap_size=0",
    "trusted_schema=OFF",
    "cell_size_check=ON",
)


class StoreError(Exception):
    """The database cannot be used as asked; the message is a sentence for the operator."""


class BlockedError(StoreError):
    """Nothing at all can be written now: the fault of disk or file, never of what was to be stored."""


class DiskFullError(BlockedError):
    """Nothing more can be written until space is freed; what was stored is safe."""


def sqlite_version() -> tuple[int, int, int]:
    """The version of the SQLite library in use."""
    major, minor, patch = sqlite3.sqlite_version_info
    return major, minor, patch


def library() -> str:
    """Say which SQLite is in use, and where it comes from."""
    origin = "pysqlite3 wheel" if "pysqlite3" in sqlite3.__name__ else "Python's own"
    return f"SQLite {sqlite3.sqlite_version} ({origin})"


def wal_reset_fault(version: tuple[int, int, int] | None = None) -> bool:
    """Whether this SQLite can damage a database when two connections checkpoint at once.

    In 3.7.0 to 3.51.2, mended in 3.51.3 and in 3.44.6 and 3.50.7 of the older lines
    (sqlite.org/wal.html, "The WAL-Reset Bug").
    """
    version = version or sqlite_version()
    if version >= (3, 51, 3) or version < (3, 7, 0):
        return False
    mended = {(3, 44): 6, (3, 50): 7}.get(version[:2])
    return mended is None or version[2] < mended


def open_writer(path: Path, *, mounts: Path = MOUNTS, mode: int = 0o640) -> Connection:
    """Open the database for the one writer, made with this mode, and its directory (2750), where missing.

    Raises:
        StoreError: on a network file system, for a database of a newer version or of another program,
            and where the machine does not let us write.
    """
    with _as_store_error(path):
        _refuse_network(path, mounts)
        _make(path, mode)
        connection = _connect(path, "rw")
        try:
            _refuse_foreign(connection, path)
            for pragma in _WRITER_PRAGMAS:
                connection.execute(f"PRAGMA {pragma}").fetchall()
            _refuse_unwritable(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def open_readonly(path: Path) -> tuple[Connection, bool]:
    """Open the database for a desk, which can never change it.

    Returns:
        The connection, and whether it is frozen: opened as a file that nobody writes, because the
        service said goodbye and this directory is not ours to write its shared memory into. A frozen
        connection does not see a service that starts later; open anew when a `-wal` file appears.

    Raises:
        StoreError: where there is no database, or none that this version can read.
    """
    if not path.exists():
        raise StoreError(f"There is no database at {path} yet; watchfloor serve makes it.")
    with _as_store_error(path):
        try:
            return _open_reader(path, "ro"), False
        except sqlite3.OperationalError:
            if wal_of(path).exists():
                raise
            return _open_reader(path, "ro&immutable=1"), True


def wal_of(path: Path) -> Path:
    """The write-ahead log beside a database; it is there while anyone has the database open."""
    return path.with_name(path.name + "-wal")


@contextmanager
def write(connection: Connection) -> Iterator[None]:
    """One transaction, begun as a writer so that it never fails half-way for another one.

    sqlite-utils' own `atomic()` begins as a reader, and inside of this one becomes a savepoint.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def as_store_error(error: Exception, path: Path) -> StoreError:
    """Say in a sentence what SQLite, or the system below it, refused."""
    # What the system says ends in the path, and a path may hold any word.
    reason = (error.strerror or "") if isinstance(error, OSError) else str(error)
    if "full" in reason or getattr(error, "errno", None) == errno.ENOSPC:
        return DiskFullError(
            f"The disk under {path.parent} is full. What was stored is safe; free some space and "
            "intake goes on by itself."
        )
    if "disk I/O" in reason:
        return BlockedError(
            f"The disk under {path.parent} refused to be read or written. What was stored is safe as far "
            "as the disk is; see the system's log."
        )
    if "readonly" in reason or "unable to open" in reason or isinstance(error, PermissionError):
        return BlockedError(
            f"{path} may not be opened or written by this user. Nothing was changed; watchfloor doctor "
            "shows who owns what."
        )
    if "locked" in reason or "busy" in reason:
        return BlockedError(
            f"Another program holds {path} locked. Nothing was changed; close it and try again."
        )
    if "malformed" in reason or "not a database" in reason:
        return BlockedError(
            f"{path} is damaged or not a database. Keep it, and put the newest file of "
            f"{path.parent / 'backups'} in its place."
        )
    return StoreError(f"The database {path} cannot be used: {reason}.")


@contextmanager
def _as_store_error(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise as_store_error(error, path) from error


def _connect(path: Path, mode: str) -> Connection:
    address = f"file:{quote(str(path.absolute()))}?mode={mode}"
    return sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)


def _open_reader(path: Path, mode: str) -> Connection:
    connection = _connect(path, mode)
    try:
        connection.execute("PRAGMA query_only=ON")
        connection.execute("PRAGMA busy_timeout=1000").fetchall()
        _refuse_foreign(connection, path)
        if _pragma(connection, "user_version") < SCHEMA_VERSION:
            raise StoreError(f"{path} is of an older version; watchfloor serve brings it up to date.")
    except BaseException:
        connection.close()
        raise
    return connection


def _pragma(connection: Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _make(path: Path, mode: int) -> None:
    if not path.parent.exists():
        path.parent.mkdir(parents=True)
        path.parent.chmod(0o2750)
    if not path.exists():
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, mode)
        os.fchmod(descriptor, mode)
        os.close(descriptor)


def _refuse_foreign(connection: Connection, path: Path) -> None:
    application, version = _pragma(connection, "application_id"), _pragma(connection, "user_version")
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if application != APPLICATION_ID and (tables or version or application):
        raise StoreError(
            f"{path} is another program's database. Nothing was changed; name another data directory."
        )
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"{path} was written by a newer watchfloor (its version {version}, ours {SCHEMA_VERSION}). "
            "Nothing was changed; install the newer one."
        )


def _refuse_unwritable(connection: Connection) -> None:
    """Find out now, not at the first post: SQLite quietly opens read-only what it may not write.

    Nothing is written where nothing must be, so that the service starts even on a full disk.
    """
    with write(connection):
        if _pragma(connection, "application_id") != APPLICATION_ID:
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")


def _refuse_network(path: Path, mounts: Path) -> None:
    kind = file_system(path, mounts)
    if SHARED.fullmatch(kind) and kind not in LOCAL_FUSE:
        raise StoreError(
            f"{path.parent} is on a shared or network file system ({kind}), where the database could be "
            "damaged. Nothing was written; put the data directory on a disk of this machine."
        )


def file_system(path: Path, mounts: Path = MOUNTS) -> str:
    """The type of the file system that a path lies on (proc(5), mountinfo); empty where it is not known."""
    if not mounts.exists():
        return ""
    found, longest = "", -1
    target = path.resolve()
    for line in mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[4]))
        # Of two mounts on one point the later one hides the earlier.
        if target.is_relative_to(point) and len(point.parts) >= longest:
            found, longest = after.split(" ")[0], len(point.parts)
    return found
