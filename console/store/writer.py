"""The one writer of the desk's database: used from one thread, one transaction a call."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self, TypeVar

from console.intake.learning import Lesson
from console.intake.ruling import IncidentNow, LivingHazard, RememberedHazard, RememberedMention, post_key
from console.intake.surges import Surges
from console.model import SourceHealth
from console.paths import DataPaths
from console.settings import StoreSettings
from console.store import hazards, lessons, log, sources, surges, unlisted, upkeep
from console.store.change import Change
from console.store.columns import Taken, raw_hash
from console.store.connect import (
    MOUNTS,
    Connection,
    DatabaseError,
    DiskFullError,
    StoreError,
    as_store_error,
    open_writer,
    write,
)
from console.store.hazards import Ended
from console.store.inbox import Inbox
from console.store.known import Known, Shown, find_known, of_account, shown
from console.store.remembering import read_incidents, read_mention, read_mentions
from console.store.rows import seconds, storable, to_json
from console.store.schema import database, migrate
from console.store.standing import INTAKE, IncidentChanges
from console.store.taking import Batch, TakenIn
from console.surge import Listened, Surge
from feeds.post import Post
from feeds.source import Bookmark, Source

__all__ = ["Ended", "Known", "Store", "Taken", "TakenIn", "raw_hash"]

Result = TypeVar("Result")
SERVICE = "service"
"""The actor, in the log, of what the service does by itself."""
ACCOUNT = 500
"""Mentions of a closed account that one transaction takes back."""

FORGET_EVERY = timedelta(minutes=1)
"""Between two looks for what is too old to keep, once nothing more was found."""


class Store:
    """The database, held by the service for as long as it runs."""

    def __init__(
        self,
        connection: Connection,
        held: int,
        paths: DataPaths,
        settings: StoreSettings,
        clock: Callable[[], datetime],
    ) -> None:
        self.connection = connection
        self.paths = paths
        self.settings = settings
        self.clock = clock
        self._held = held
        self._db = database(connection)
        row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'mention'").fetchone()
        self._newest = int(row[0]) if row else 0
        self._absent: set[str] = set()
        self._forget_at = clock()
        self.inbox = Inbox(paths.inbox, clock)

    @classmethod
    def open(
        cls,
        paths: DataPaths,
        *,
        settings: StoreSettings,
        clock: Callable[[], datetime],
        mounts: Path = MOUNTS,
    ) -> Self:
        """Open the database for writing, made or migrated where needed.

        Raises:
            StoreError: with a sentence, when another writer has it, when it lies on a network file system,
                or when it is of a newer version, of another program, damaged or not ours to write.
        """
        with ExitStack() as undo:
            connection = undo.enter_context(closing(open_writer(paths.database, mounts=mounts)))
            held = _hold(paths)
            undo.callback(os.close, held)
            try:
                migrate(connection)
                store = cls(connection, held, paths, settings, clock)
            except DatabaseError as error:
                raise as_store_error(error, paths.database) from error
            undo.pop_all()
        return store

    def close(self) -> None:
        """Let go of the database; its write-ahead log is moved into it unless someone reads."""
        self.inbox.close()
        self.connection.close()
        os.close(self._held)

    def take(
        self,
        batch: Sequence[Taken],
        *,
        deleted: Iterable[int] = (),
        gone: Iterable[tuple[str, Sequence[int]]] = (),
        names: Iterable[tuple[int, Sequence[str]]] = (),
        standing: Iterable[IncidentNow] = (),
        source: str | None = None,
        bookmark: Bookmark | None = None,
    ) -> TakenIn:
        """Write a batch down in one transaction, with the bookmark that vouches for it.

        Args:
            batch: Posts that are new, or say something else now.
            deleted: Ids of mentions that their source takes back.
            gone: The same by the account that was closed.
            names: Further names of mentions that are there.
            standing: How other incidents stand by now: those that closed, above all.
            source: Whose bookmark it is.
            bookmark: Where that source was left.

        Raises:
            StoreError: when nothing of it was stored, `DiskFullError` for want of space.
        """
        with self._transaction():
            work = Batch(self.connection, self.clock(), self._newest, self._absent)
            for taken in batch:
                work.take(taken)
            for id_, further in names:
                work.name(id_, further)
            for id_ in deleted:
                work.delete(id_)
            for account, ids in gone:
                work.delete_account(account, ids)
            for incident in standing:
                work.incidents.stand(incident)
            done = work.store()
            if source is not None and bookmark is not None:
                sources.write_bookmark(self.connection, source, bookmark)
        self._newest = done.newest
        self._absent.clear()
        return done

    def known(self, posts: Sequence[Post]) -> dict[str, Known]:
        """Those of the posts that were taken in before, by `post_key`."""
        with self._sentences():
            found = find_known(self.connection, posts)
        self._absent |= {post_key(post.source, post.id) for post in posts} - found.keys()
        return found

    def of_account(self, post: Post) -> tuple[int, ...]:
        """Ids of mentions that a closed account leaves behind, not deleted yet: `ACCOUNT` at most."""
        with self._sentences():
            return of_account(self.connection, post, ACCOUNT)

    def shown(self, mention_id: int) -> Shown | None:
        """A mention as it stands, with its names; None for one that is not there."""
        with self._sentences():
            return shown(self.connection, mention_id)

    def living_hazard(self, message_keys: Iterable[str]) -> tuple[int, LivingHazard] | None:
        """Mention id and hazard that any of the messages belongs to; expired and cancelled ones as well."""
        with self._sentences():
            return hazards.find(self.connection, message_keys)

    def remembered(
        self, since: datetime
    ) -> tuple[tuple[RememberedMention, ...], tuple[IncidentNow, ...], tuple[RememberedHazard, ...]]:
        """What `Judge.remember` wants: mentions seen since, oldest first, incidents, and alerts in force."""
        with self._sentences():
            return (
                read_mentions(self.connection, since),
                read_incidents(self.connection),
                hazards.in_force(self.connection),
            )

    def ended(self, now: datetime) -> tuple[Ended, ...]:
        """Hazards still called live whose end has passed; `expire` writes down that they are over."""
        with self._sentences():
            return hazards.ended(self.connection, now)

    def expire(self, incidents: Iterable[IncidentNow] = (), ended: Iterable[Ended] = ()) -> None:
        """Write down what ran out: incidents as they stand now, and hazards whose end has passed."""
        with self._transaction():
            changes = IncidentChanges()
            for incident in incidents:
                changes.stand(incident)
            changes.store(self.connection, self.clock())
            for one in ended:
                hazards.store(self.connection, one.mention_id, replace(one.hazard, state="expired"))
                self._log(INTAKE, "hazard over", str(one.mention_id), {})

    def recall(self, memory: Surges, since: datetime) -> None:
        """Let a new memory of surges know who spoke since, and of which surges the desk told."""
        with self._sentences():
            now = self.clock()
            memory.remember(
                surges.voices(self.connection, since, now),
                surges.told(self.connection, since),
                since=surges.began(self.connection, now),
                now=now,
            )

    def surged(self, told: Iterable[Surge], listened: Listened) -> None:
        """Write down how surges stand, and how much of the past is known to tell them by."""
        with self._transaction():
            surges.store(self.connection, self.clock(), told, listened)

    def remembered_mention(self, mention_id: int) -> RememberedMention | None:
        """A stored mention as the judge hears it; None for one that is not there, or deleted."""
        with self._sentences():
            return read_mention(self.connection, mention_id)

    def lessons(self) -> tuple[tuple[Lesson, ...], tuple[str, ...]]:
        """What people taught about topics, and what else was said of late: what `Topics.teach` wants."""
        with self._sentences():
            return lessons.all_of(self.connection), lessons.heard(self.connection)

    def settle_names(self, listed: Callable[[str], bool]) -> None:
        """Propose no more what is listed by now (`listed`), and forget that what is not was added."""
        with self._sentences():
            unlisted.settle(self.connection, listed)

    def bookmark(self, source: str) -> Bookmark:
        """Where a source was left; an empty one for a source never looked at."""
        with self._sentences():
            return sources.read_bookmark(self.connection, source)

    def register(self, named: Sequence[Source]) -> None:
        """Take up the sources that the settings name; others are no longer shown."""
        with self._transaction():
            sources.register(self._db, named)

    def source_health(self, health: SourceHealth, says: str = "") -> None:
        """Write down how a source does; the log tells when its state turns, with what is known (`says`)."""
        with self._transaction():
            turned = sources.write_health(self._db, health)
            if turned.state:
                data = {"says": storable(says)} if says else {"error": storable(health.last_error)}
                self._log(SERVICE, f"source {health.state}", health.name, data)
            if turned.note and health.note:
                self._log(SERVICE, "source recovered", health.name, {"says": storable(health.note)})

    def sources(self) -> tuple[SourceHealth, ...]:
        """Every source as last written down, for a service that takes up where another left off."""
        with self._sentences():
            return sources.read_all(self.connection)

    def service_started(self, pid: int) -> None:
        """Note that a service runs from now on."""
        with self._transaction():
            row = {"one": 1, "since": seconds(self.clock()), "stopped_at": None, "pid": pid}
            self._db.table("service").upsert(row | {"on_shift": "[]", "trouble": ""}, pk="one")
            self._log(SERVICE, "service started", "", {"pid": pid})

    def service_stopped(self) -> None:
        """Note that the service says goodbye."""
        with self._transaction():
            self.connection.execute(
                "UPDATE service SET stopped_at = ?, on_shift = '[]'", (seconds(self.clock()),)
            )
            self._log(SERVICE, "service stopped", "", {})

    def trouble(self, sentence: str) -> None:
        """Say what the service cannot do now; the empty sentence says that all is well.

        Like `log`, it gives the ballast up rather than fail on a full disk.
        """

        def say() -> None:
            cursor = self.connection.execute(
                "UPDATE service SET trouble = ?1 WHERE trouble <> ?1", (storable(sentence),)
            )
            if cursor.rowcount:
                self._log(
                    SERVICE, "trouble" if sentence else "trouble over", "", {"says": storable(sentence)}
                )

        self._even_when_full(say)

    def on_shift(self, names: Sequence[str]) -> None:
        """Note who has a desk open."""
        with self._transaction():
            cursor = self.connection.execute(
                "UPDATE service SET on_shift = ?1 WHERE on_shift <> ?1", (to_json(tuple(names)),)
            )
            if cursor.rowcount:
                self._log(SERVICE, "on shift", "", {"names": [storable(name) for name in names]})

    def change(self, work: Callable[[Change], Result]) -> Result:
        """Do a piece of people's work in one transaction; whatever it raises undoes all of it.

        Like `log`, it gives the ballast up rather than fail on a full disk.
        """
        done: list[Result] = []
        self._even_when_full(lambda: done.append(work(Change(self.connection, self.clock()))))
        return done[-1]

    def log(self, actor: str, kind: str, subject: str = "", data: Mapping[str, Any] | None = None) -> None:
        """Add a line to the append-only log. `data` is JSON's kinds of values.

        On a full disk the ballast is given up for it.
        """
        self._even_when_full(lambda: self._log(actor, kind, subject, data or {}))

    def tidy(self, *, idle: bool) -> str:
        """One round of upkeep, short enough to run between two batches.

        Returns:
            A sentence when the disk is too full for intake to go on, else nothing.
        """
        now = self.clock()
        kept_from = now - timedelta(seconds=self.settings.keep) if self.settings.keep else None
        with self._sentences():
            unlisted.forget(self.connection, now)
            if kept_from is not None and now >= self._forget_at:
                more = upkeep.forget(self.connection, kept_from, now) == upkeep.CHUNK
                self._forget_at = now if more else now + FORGET_EVERY
            upkeep.checkpoint(self.connection, self.paths.database, idle=idle)
        self.inbox.tidy(kept_from, idle=idle)
        trouble = upkeep.free_space_trouble(self.paths.root, self.settings.keep_free)
        if not trouble:
            upkeep.lay_ballast(self.paths.root, self.settings.keep_free)
        return trouble

    def optimize(self) -> None:
        """Bring statistics and word index in order; once a day is enough."""
        with self._sentences():
            upkeep.optimize(self.connection)

    def _log(self, actor: str, kind: str, subject: str, data: Mapping[str, Any]) -> None:
        log.append(self.connection, self.clock(), actor, kind, subject, data)

    def _even_when_full(self, work: Callable[[], None]) -> None:
        try:
            with self._transaction():
                work()
        except DiskFullError:
            if not upkeep.drop_ballast(self.paths.root):
                raise
            with self._transaction():
                work()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._sentences(), write(self.connection):
            yield

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            raise as_store_error(error, self.paths.database) from error


def _hold(paths: DataPaths) -> int:
    """Hold the data directory against a second writer, until the descriptor is closed or its process ends."""
    descriptor = os.open(paths.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise StoreError(
            f"Another program already writes {paths.database}. Nothing was changed; use the service that "
            "runs, or end it first."
        ) from None
    return descriptor
