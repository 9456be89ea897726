"""The service: the only writer of the database, the only one that talks to the network.

It ends cleanly on SIGTERM, SIGINT and SIGHUP: what was begun is stored, the log says goodbye, the socket
goes. New settings are read on the socket's `reload`, not on SIGHUP: a closing terminal sends that as well.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from console.agent import user_agent
from console.credentials import keys_for, keys_for_channel
from console.logs import log_to
from console.model import SourceHealth
from console.paths import DataPaths
from console.roles import MACHINE, Accounts
from console.service import requests, upkeep
from console.service.batch import Counts
from console.service.claiming import mark_leaving
from console.service.health import GONE, stopped
from console.service.inbox import unseen
from console.service.intake import Intake, NotTakenIn
from console.service.leases import Leases
from console.service.lock import only_service
from console.service.memory import settle
from console.service.notify import notify
from console.service.outbox import Outbox
from console.service.presence import Presence
from console.service.recheck import Ask
from console.service.schedule import Doors, Schedule
from console.service.socket import Connection, RequestError, SocketServer
from console.service.speech import Speaking, speaking_by
from console.service.tables import Tables, judge_maker, read_tables
from console.settings import Mistake, Settings, SettingsError, load
from console.store import claims
from console.store.change import Change
from console.store.connect import StoreError
from console.store.writer import Store
from console.work import Refusal
from feeds.channel import Channel
from feeds.check import check
from feeds.http import Client
from feeds.keys import Keys
from feeds.live import listen
from feeds.look import look
from feeds.parser import Parser
from feeds.post import Post
from feeds.source import Bookmark, Look, Source, Trust
from feeds.speak import read_back, send, who_speaks
from feeds.speak_open311 import status

log = logging.getLogger(__name__)
Result = TypeVar("Result")
CLOCK_SET = timedelta(minutes=1)
"""What a clock may lose against the monotonic one before it is worth a word."""


def run(settings: Settings, *, until_idle: bool = False) -> int:
    """Serve until told to stop; with `until_idle`, until a few seconds after the last desk has gone.

    Returns:
        The exit code, 0: every other end is an exception.

    Raises:
        AlreadyRuns: when another service holds the desk.
        StoreError: when the database cannot be used.
    """
    paths = DataPaths(settings.desk.data)
    make_data_directory(paths)
    with only_service(paths.lock, datetime.now(UTC)), log_to(paths.log):
        asyncio.run(_serve(settings, until_idle=until_idle))
    return 0


async def _serve(settings: Settings, *, until_idle: bool) -> None:
    await Service(settings).run(until_idle=until_idle)


def make_data_directory(paths: DataPaths) -> None:
    """Make the data directory where it is missing (2750): ours to write, the group's to read."""
    if not paths.root.exists():
        paths.root.mkdir(parents=True)
        paths.root.chmod(0o2750)


def clock_trouble(should_be: datetime, now: datetime) -> str:
    """A sentence for when the machine's clock was set; nothing for what daily corrections do to it."""
    off = now - should_be
    if abs(off) < CLOCK_SET:
        return ""
    span = timedelta(seconds=round(abs(off).total_seconds()))
    if off < timedelta(0):
        what = f"set back by {span}: what comes now is dated before what came earlier. Nothing is lost."
    else:
        what = f"set forward by {span}: until it is right, nothing old is forgotten."
    return (
        f"This machine's clock was {what} Set the clock right; if it is right now, start the service again."
    )


def since_boot() -> float:
    """Seconds that no setting of the clock can change, the time that the machine slept included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Service:
    """One service at work, and what its parts do for each other."""

    def __init__(
        self, settings: Settings, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.settings = settings
        self.paths = DataPaths(settings.desk.data)
        self.clock = clock
        self.since = clock()
        self._began = since_boot()
        self.stopping = asyncio.Event()
        """Set it, and the service ends."""
        self.ready = asyncio.Event()
        """Set once the socket answers."""
        self.unsaid = asyncio.Event()
        """Set when who is on shift, or what is wrong, is to be written down anew."""
        self.presence = Presence(changed=self.unsaid.set, left=self._left)
        self.leases = Leases(since_boot)
        self.accounts: Accounts = MACHINE
        self.problems: tuple[str, ...] = ()
        """What is wrong with the desk's tables or its log, a sentence each; it goes on nevertheless."""
        self._breaks: tuple[str, ...] = ()
        self.of_backups = ""
        """Why there is no fresh backup, a sentence; empty when there is one."""
        self._signs_in: dict[str, Keys] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self.ask_about: Ask
        self.ask_who: Callable[[Channel], Awaitable[str]]
        self.ask_ticket: Callable[[Channel, str], Awaitable[tuple[str, str]]]
        """How a department's system says that a case stands: its word, and its notes."""
        self.speaking: Speaking
        self.outbox: Outbox
        self.store: Store
        self.intake: Intake
        self.schedule: Schedule

    async def run(self, *, until_idle: bool = False) -> None:
        """Start every part, wait until told to stop, end them in turn."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, self.stopping.set)
        try:
            async with AsyncExitStack() as stack:
                await self._start(stack)
                async with asyncio.TaskGroup() as chores:
                    tasks = [
                        chores.create_task(chore) for chore in upkeep.chores(self, until_idle=until_idle)
                    ]
                    settle()
                    self.ready.set()
                    notify("READY=1")
                    log.info("serving %s, pid %d", self.settings.desk.name, os.getpid())
                    await self.stopping.wait()
                    notify("STOPPING=1")
                    for task in tasks:
                        task.cancel()
        finally:
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                loop.remove_signal_handler(number)
            self._writer.shutdown()

    async def _start(self, stack: AsyncExitStack) -> None:
        """Open everything, in the order in which one part needs the other; the stack closes it in reverse."""
        tables = await asyncio.to_thread(read_tables, self.settings)
        await self.write(partial(self._open_store, tables))
        stack.push_async_callback(self.write, self._close_store)
        parser = await stack.enter_async_context(Parser())
        client = await stack.enter_async_context(
            Client(user_agent=user_agent(self.settings), allow=self.settings.network.allow)
        )
        self.schedule = Schedule(
            Doors(
                look=lambda source, bookmark: look(source, bookmark, client, parser, self._keys(source)),
                listen=lambda source, bookmark: listen(source, bookmark, client, parser, self._keys(source)),
                take=self._take_look,
                tell=self._tell,
                bookmark=lambda name: self.write(partial(self.store.bookmark, name)),
                clock=self.clock,
            )
        )
        self.ask_about = lambda source, names: check(source, names, client, parser, self._keys(source))
        self.ask_who = lambda channel: who_speaks(channel, client, self._channel_keys(channel))
        self.ask_ticket = lambda channel, number: status(channel, number, client, self._channel_keys(channel))
        self.speaking = await asyncio.to_thread(speaking_by, self.settings)
        self.outbox = Outbox(
            self,
            lambda channel, message: send(channel, message, client, self._channel_keys(channel)),
            lambda channel, message: read_back(channel, message, client, self._channel_keys(channel)),
        )
        remembered = partial(self.store.change, lambda change: claims.sessions(change.connection))
        self.leases.remember(await self.write(remembered))
        stored = await self.write(self._register)
        server = SocketServer(self.paths.socket, self._answer, self.presence)
        await server.start()
        stack.push_async_callback(server.stop)
        self.schedule.start(self.settings.sources, stored)
        stack.push_async_callback(self.schedule.stop)

    def _open_store(self, tables: Tables) -> None:
        self.store = Store.open(self.paths, settings=self.settings.store, clock=self.clock)
        try:
            self._breaks = upkeep.check(self.store)
            self.problems = (*self._breaks, *tables.problems)
            for problem in self.problems:
                log.warning("%s", problem)
            self.intake = Intake(
                self.store, judge_maker(self.settings, tables, self.store, self.clock), clock=self.clock
            )
            self.store.service_started(os.getpid())
            self.unsaid.set()
        except BaseException:
            self.store.close()
            raise

    def _close_store(self) -> None:
        try:
            self.store.service_stopped()
        except StoreError as error:
            log.warning("the end of the service could not be written down: %s", error)
        finally:
            self.store.close()
        log.info("ended")

    def _register(self) -> Sequence[Any]:
        stored = self.store.sources()
        self.store.register(self.settings.sources)
        return stored

    async def write(self, work: Callable[[], Result]) -> Result:
        """Do something in the one thread that owns the store and the judge's memory."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, work)

    async def aside(self, work: Callable[[], Result]) -> Result:
        """Do something that takes long, and needs neither the loop nor the store, while both go on."""
        return await asyncio.to_thread(work)

    async def work(self, do: Callable[[Change], Result]) -> Result:
        """Do a piece of people's work in one transaction.

        Raises:
            RequestError: when it is refused, or cannot be stored; nothing was changed then.
        """
        try:
            return await self.write(partial(self.store.change, do))
        except (Refusal, StoreError) as error:
            raise RequestError(str(error)) from None

    def _left(self, connection: int) -> None:
        """A connection closed: if it was its terminal's last one, its claims show so, and end in a while."""
        if (session := self.leases.leave(connection)) and not self.stopping.is_set():
            task = asyncio.get_running_loop().create_task(mark_leaving(self, session, gone=True))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def take(
        self,
        posts: Sequence[Post],
        *,
        trust: Trust,
        source: str | None = None,
        bookmark: Bookmark | None = None,
    ) -> Counts:
        """Take posts in, a batch at a time, so that others have their turn between two batches.

        Raises:
            NotTakenIn: when a batch was not stored; the ones before it were, and coming again is harmless.
        """
        counts, before = Counts(), (self.intake.trouble, self.store.inbox.unread)
        try:
            while True:
                step = partial(self.intake.take, posts, trust=trust, source=source, bookmark=bookmark)
                settled, new = await self.write(step)
                counts += new
                posts = posts[settled:]
                if not posts:
                    return counts
        except StoreError as error:
            raise NotTakenIn(str(error)) from error
        finally:
            if (self.intake.trouble, self.store.inbox.unread) != before:
                self.unsaid.set()

    async def _take_look(self, source: Source, found: Look, before: Bookmark) -> Counts:
        if not found.posts and found.bookmark == before:
            return Counts()
        return await self.take(found.posts, trust=source.trust, source=source.name, bookmark=found.bookmark)

    def _keys(self, source: Source) -> Keys:
        """What a source signs in with: the same for all its looks, so that a session outlives a full disk."""
        if source.name not in self._signs_in:
            self._signs_in[source.name] = keys_for(source.name, self.settings, self.paths)
        return self._signs_in[source.name]

    def _channel_keys(self, channel: Channel) -> Keys:
        return keys_for_channel(channel, self.settings, self.paths)

    async def _tell(self, health: SourceHealth) -> None:
        says = stopped(health) if health.state in GONE else ""
        try:
            await self.write(partial(self.store.source_health, health, says))
        except StoreError as error:
            raise NotTakenIn(str(error)) from error

    async def _answer(self, connection: Connection, request: Mapping[str, Any]) -> dict[str, Any]:
        self.leases.beat(connection.session)
        return await requests.answer(self, connection, request)

    async def note(self, actor: str, kind: str, subject: str = "") -> None:
        """Add a line to the desk's log; a disk that refuses it goes to the service's own."""
        try:
            await self.write(partial(self.store.log, actor, kind, subject))
        except StoreError as error:
            log.warning("%s %s: not in the desk's log: %s", actor, kind, error)

    async def reload(self, *, refiled: bool = False) -> tuple[str, ...]:
        """Read settings, places and rules anew and go by them; returns the sources that changed.

        `refiled`: mentions were filed at other places meanwhile.

        The data directory, the network's allowances and the store's limits hold until the next start.

        Raises:
            SettingsError: when the settings make no sense; nothing has changed then.
        """
        settings = await asyncio.to_thread(load, self.settings.path) if self.settings.path else self.settings
        before, after = self.settings.desk, settings.desk
        if (before.data, before.exercise) != (after.data, after.exercise):
            # What was written in practice must never go out for real, nor the other way round.
            what = "this service has another data directory, or was started for practice: start it anew"
            raise SettingsError((Mistake(settings.path or Path(), "desk", what),))
        tables = await asyncio.to_thread(read_tables, settings)
        speaking = await asyncio.to_thread(speaking_by, settings)
        self.problems = (*self._breaks, *tables.problems)
        self.settings, self.speaking = settings, speaking
        self._signs_in.clear()
        maker = judge_maker(settings, tables, self.store, self.clock)
        await self.write(partial(self.intake.judge_by, maker, refiled=refiled))
        await self.write(partial(self.store.register, settings.sources))
        self.unsaid.set()
        return await self.schedule.change(settings.sources)

    def say_of_backups(self, trouble: str) -> None:
        """Say why there is no fresh backup, or with the empty sentence that there is one."""
        if trouble != self.of_backups:
            self.of_backups = trouble
            self.unsaid.set()

    @property
    def trouble(self) -> str:
        """Everything that is wrong now, worst first; empty when all is well."""
        of_inbox = self.store.inbox.trouble or unseen(self.settings, self.store.inbox.unread.unread)
        ours = (self.intake.trouble, self.intake.fault, of_inbox, self.of_clock, self.of_backups)
        return "\n".join(filter(None, (*ours, *self.problems)))

    @property
    def of_clock(self) -> str:
        """What is wrong with this machine's clock; empty while it goes as time does."""
        return clock_trouble(self._should_be(), self.clock())

    @property
    def ahead(self) -> bool:
        """Whether the clock was set forward: by such a one all would be over, and old."""
        return self.clock() - self._should_be() >= CLOCK_SET

    def _should_be(self) -> datetime:
        return self.since + timedelta(seconds=since_boot() - self._began)
