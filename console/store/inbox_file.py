"""The file of the restricted inbox: its tables, and what is written to and read from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from sqlite_utils import Database, Migrations

from console.intake.ruling import Ruling
from console.model import PrivatePost, Unread
from console.store import upkeep
from console.store.connect import (
    MOUNTS,
    BlockedError,
    Connection,
    DatabaseError,
    Row,
    as_store_error,
    open_writer,
    write,
)
from console.store.known import LAST, is_account
from console.store.rows import UNREADABLE, moment, reasons_from_json, seconds, storable, to_json, unreadable
from console.store.schema import database, in_tenths
from feeds.post import Post

LISTED = 100
"""The newest posts, which a list shows whether somebody read them or not."""
MOST = 1000
"""Posts that one list shows in all."""

_COLUMNS = (
    "id",
    "source",
    "native_id",
    "audience",
    "at",
    "seen_at",
    "author",
    "author_name",
    "text",
    "lang",
    "url",
    "points",
    "tier",
    "topic",
    "place",
    "reasons",
    "edited_at",
    "deleted_at",
    "read_at",
    "read_by",
)
_LISTED = ", ".join(_COLUMNS)

migrations = Migrations("inbox")


@migrations(name="0001_inbox")
def _first(db: Database) -> None:
    for statement in (
        """CREATE TABLE private (
            id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, native_id TEXT NOT NULL,
            audience TEXT NOT NULL, at REAL NOT NULL, seen_at REAL NOT NULL, author TEXT NOT NULL,
            author_name TEXT NOT NULL, text TEXT NOT NULL, lang TEXT NOT NULL, url TEXT NOT NULL,
            points INTEGER NOT NULL, tier INTEGER NOT NULL, topic TEXT NOT NULL, place TEXT NOT NULL,
            reasons TEXT NOT NULL, updated_at REAL, edited_at REAL, deleted_at REAL, read_at REAL,
            read_by TEXT NOT NULL DEFAULT ''
        ) STRICT""",
        "CREATE UNIQUE INDEX private_by_post ON private(source, native_id)",
        "CREATE INDEX private_by_seen ON private(seen_at)",
        "CREATE INDEX private_unread ON private(tier) WHERE read_at IS NULL AND deleted_at IS NULL",
        """CREATE TABLE private_name (
            name TEXT PRIMARY KEY, private_id INTEGER NOT NULL REFERENCES private(id)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX private_name_by_post ON private_name(private_id)",
        "PRAGMA user_version=1",
    ):
        db.conn.execute(statement)


@migrations(name="0002_tenths")
def _tenths(db: Database) -> None:
    for statement in (*in_tenths("private"), "PRAGMA user_version=2"):
        db.conn.execute(statement)


class InboxDamaged(BlockedError):
    """Nothing private can be stored; everything else can."""


@dataclass(frozen=True, slots=True)
class Received:
    """A private post, judged by its own words alone."""

    post: Post
    ruling: Ruling


@dataclass(frozen=True, slots=True)
class Kept:
    """What one transaction changed."""

    added: int = 0
    edited: int = 0
    deleted: int = 0
    unchanged: int = 0


class InboxFile:
    """The file, held open by the writer."""

    def __init__(self, connection: Connection, path: Path, clock: Callable[[], datetime]) -> None:
        self._connection = connection
        self._path = path
        self._clock = clock
        self.unread = self._count()
        """As last written down."""

    @classmethod
    def open(cls, path: Path, *, clock: Callable[[], datetime], mounts: Path = MOUNTS) -> Self:
        """Open it, made (mode 0600) or migrated where needed; raises `StoreError`."""
        with _sentences(path), ExitStack() as undo:
            connection = undo.enter_context(closing(open_writer(path, mounts=mounts, mode=0o600)))
            # What is forgotten or edited is overwritten, not only unlinked.
            connection.execute("PRAGMA secure_delete=ON").fetchall()
            migrations.apply(database(connection))
            inbox = cls(connection, path, clock)
            undo.pop_all()
        return inbox

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def take(self, received: Sequence[Received], withdrawn: Sequence[Post] = ()) -> Kept:
        """Take private posts in, follow their edits, and mark what is taken back, in one transaction."""
        tally = {"added": 0, "edited": 0, "unchanged": 0}
        with self._transaction():
            for one in received:
                tally[self._take(one)] += 1
            deleted = sum([self._withdraw(post) for post in withdrawn])
        return Kept(deleted=deleted, **tally)

    def holds(self, post: Post) -> bool:
        """Whether something that stands here bears the post's id or a name of it, or is of its account."""
        with self._sentences():
            return bool(self._found(post))

    def posts(self) -> tuple[PrivatePost, ...]:
        """All that nobody has read, and the newest of the rest, newest first."""
        with self._sentences():
            rows = self._connection.execute(
                f"SELECT {_LISTED} FROM private WHERE (read_at IS NULL AND deleted_at IS NULL) OR id IN "
                "(SELECT id FROM private ORDER BY id DESC LIMIT ?) ORDER BY id DESC LIMIT ?",
                (LISTED, MOST),
            ).fetchall()
        try:
            return tuple(map(_post, rows))
        except UNREADABLE as error:
            raise unreadable(error, self._path) from None

    def read(self, id_: int, who: str) -> bool:
        """Note who read one; whether it was unread. Raises KeyError where there is none of that number."""
        with self._transaction():
            if not self._connection.execute("SELECT 1 FROM private WHERE id = ?", (id_,)).fetchone():
                raise KeyError(id_)
            done = self._connection.execute(
                "UPDATE private SET read_at = ?, read_by = ? WHERE id = ? AND read_at IS NULL",
                (self._clock().timestamp(), storable(who), id_),
            )
        return bool(done.rowcount)

    def tidy(self, kept_from: datetime | None, *, idle: bool) -> None:
        """Forget what was first seen before a time (None: nothing), and empty the write-ahead log."""
        if kept_from is not None:
            with self._transaction():
                old = (kept_from.timestamp(),)
                self._connection.execute(
                    "DELETE FROM private_name WHERE private_id IN (SELECT id FROM private WHERE seen_at < ?)",
                    old,
                )
                self._connection.execute("DELETE FROM private WHERE seen_at < ?", old)
        with self._sentences():
            upkeep.checkpoint(self._connection, self._path, idle=idle)

    def _take(self, one: Received) -> str:
        known = self._known(one.post)
        if known is None:
            row = _columns(one) | {"seen_at": self._clock().timestamp()}
            names = ", ".join(row)
            marks = ", ".join(f":{name}" for name in row)
            id_ = self._connection.execute(f"INSERT INTO private ({names}) VALUES ({marks})", row).lastrowid
            self._name(int(id_ or 0), one.post)
            return "added"
        id_, text, updated_at, deleted_at = known
        self._name(id_, one.post)
        said_at = seconds(one.post.updated_at)
        if deleted_at is not None and (said_at is None or said_at <= deleted_at):
            return "unchanged"
        if updated_at is not None and (said_at is None or said_at < updated_at):
            return "unchanged"
        if deleted_at is None and storable(one.ruling.judgement.text) == text:
            return "unchanged"
        changed = {key: value for key, value in _columns(one).items() if key not in ("source", "native_id")}
        changed["edited_at"] = said_at or self._clock().timestamp()
        sets = ", ".join(f"{name} = :{name}" for name in changed)
        self._connection.execute(
            f"UPDATE private SET {sets}, deleted_at = NULL, read_at = NULL, read_by = '' WHERE id = :id",
            changed | {"id": id_},
        )
        return "edited"

    def _known(self, post: Post) -> tuple[int, str, float | None, float | None] | None:
        select = "SELECT id, text, updated_at, deleted_at FROM private WHERE id = ?"
        ids = self._bearing(post)
        return self._connection.execute(select, ids[:1]).fetchone() if ids else None

    def _bearing(self, post: Post) -> tuple[int, ...]:
        """Ids of what bears the post's own id or one of its names."""
        names = [storable(name) for name in post.names]
        marks = ", ".join("?" * len(names))
        rows = self._connection.execute(
            "SELECT id FROM private WHERE source = ? AND native_id = ? UNION "
            f"SELECT private_id FROM private_name WHERE name IN ({marks})",
            (storable(post.source), storable(post.id), *names),
        ).fetchall()
        return tuple(row[0] for row in rows)

    def _found(self, post: Post) -> tuple[int, ...]:
        """Ids of what stands and the post would take back."""
        ids = self._of_account(post) if post.state == "gone" else self._bearing(post)
        marks = ", ".join("?" * len(ids))
        select = f"SELECT id FROM private WHERE deleted_at IS NULL AND id IN ({marks})"
        return tuple(row[0] for row in self._connection.execute(select, ids).fetchall())

    def _of_account(self, post: Post) -> tuple[int, ...]:
        start = storable(post.id)
        if not is_account(start):
            return ()
        rows = self._connection.execute(
            "SELECT id FROM private WHERE source = ? AND native_id >= ? AND native_id < ? UNION "
            "SELECT private_id FROM private_name WHERE name >= ? AND name < ?",
            (storable(post.source), start, start + LAST, start, start + LAST),
        ).fetchall()
        return tuple(row[0] for row in rows)

    def _withdraw(self, post: Post) -> int:
        ids = self._found(post)
        now = self._clock().timestamp()
        self._connection.executemany(
            "UPDATE private SET deleted_at = ? WHERE id = ?", [(now, id_) for id_ in ids]
        )
        return len(ids)

    def _name(self, id_: int, post: Post) -> None:
        rows = [(storable(name), id_) for name in post.names if name]
        self._connection.executemany("INSERT OR IGNORE INTO private_name VALUES (?, ?)", rows)

    def _count(self) -> Unread:
        unread, act_now = self._connection.execute(
            "SELECT count(*), count(*) FILTER (WHERE tier = 1) FROM private "
            "WHERE read_at IS NULL AND deleted_at IS NULL"
        ).fetchone()
        return Unread(unread, act_now)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._sentences():
            with write(self._connection):
                yield
            self.unread = self._count()

    def _sentences(self) -> AbstractContextManager[None]:
        return _sentences(self._path)


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    """Say in a sentence what SQLite refused; of damage something else than for the desk's own database."""
    try:
        yield
    except (DatabaseError, BlockedError) as error:
        told = as_store_error(error, path) if isinstance(error, DatabaseError) else error
        if "damaged" not in str(told):
            raise told from None
        raise InboxDamaged(
            f"{path} is damaged or not a database, so nothing private can be taken in; the rest goes on. "
            "There is no copy of it: put it aside for whoever looks after the desk, and a new one is made."
        ) from None


def _columns(one: Received) -> dict[str, Any]:
    """What a row says of a post, but for when it was seen and by whom it was read."""
    post, ruling = one.post, one.ruling
    judgement = ruling.judgement
    row = {
        "source": post.source,
        "native_id": post.id,
        "audience": post.audience,
        "author": ruling.author,
        "author_name": ruling.author_name,
        "text": judgement.text,
        "lang": judgement.lang,
        "url": ruling.url,
        "topic": judgement.topic,
        "place": judgement.place,
    }
    return {
        **{name: storable(value) for name, value in row.items()},
        "at": ruling.at.timestamp(),
        "points": judgement.points,
        "tier": judgement.tier,
        "reasons": to_json(judgement.reasons),
        "updated_at": seconds(post.updated_at),
    }


def _post(row: Row) -> PrivatePost:
    """A row of `_COLUMNS`."""
    values = dict(zip(_COLUMNS, row, strict=True))
    for name in ("at", "seen_at", "edited_at", "deleted_at", "read_at"):
        values[name] = moment(values[name])
    values["reasons"] = reasons_from_json(values["reasons"])
    return PrivatePost(**values)
