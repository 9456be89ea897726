"""When each source is looked at: one task a source, so that no source waits for another.

All waiting is on the monotonic clock; a clock set back or forward changes what is written down, never when
the next look comes.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime

from console.logs import redact
from console.model import SourceHealth
from console.service.batch import Counts
from console.service.health import Pulse, answered, failed, first_pulse
from console.service.intake import NotTakenIn
from feeds.backoff import LONGEST_PAUSE
from feeds.source import Bookmark, Look, Refusal, Source, SourceError

JITTER = 0.1
"""Part of an interval that a look comes sooner or later, so that sources do not fall into step."""
FOLLOW_EVERY = 0.2
"""Seconds between two glances at a local file that may grow. A glance is one stat(2), a thousandth of what a
look costs, and half a second from the append to the wall leaves no more."""
MORE_AFTER = 1.0
"""Seconds between two looks at a server that has more for us than one look takes."""
FAILED_FIRST, FAILED_LONGEST = 5.0, 900.0
"""Pause after a failure that names none of its own: doubled each time, up to the longest."""
OPENED_EVERY = 60.0
"""Seconds between two looks at what is opened by hand, however many people open it."""
TAKEN_TRIES = 6
"""Attempts to store what was pushed before the connection is let go."""
TELL_EVERY = 60.0
"""Seconds between two notes of an answer that changed nothing: ages on the wall are in minutes."""
FIRST_SPREAD = 2.0
"""Seconds over which the first looks at remote sources are spread, or a tenth of a shorter interval."""

REFUSALS_EVERY = 60.0
"""Seconds between two lines of one source in the log about what was refused."""
REFUSALS_NAMED, REFUSAL_CHARS = 3, 200
"""How many of a look's refusals such a line names, and how much of each."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Doors:
    """What a schedule needs done: a look at the world, the posts stored, the health told."""

    look: Callable[[Source, Bookmark], Awaitable[Look]]
    take: Callable[[Source, Look, Bookmark], Awaitable[Counts]]
    """Stores a look's posts and, with the last of them, its bookmark where it is not the one before; raises
    `NotTakenIn`."""
    tell: Callable[[SourceHealth], Awaitable[None]]
    bookmark: Callable[[str], Awaitable[Bookmark]]
    listen: Callable[[Source, Bookmark], AsyncGenerator[Look, None]]
    """Listens to a source that pushes."""
    clock: Callable[[], datetime]
    monotonic: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class Watch:
    """One source under watch: its bookmark, its pulse, and when it is looked at next."""

    def __init__(self, source: Source, doors: Doors, stored: SourceHealth | None) -> None:
        self.source = source
        self.pulse: Pulse = first_pulse(source, stored, doors.clock(), doors.monotonic())
        self._doors = doors
        self._bookmark = Bookmark()
        self._failures = 0
        self._told: SourceHealth | None = None
        self._told_at = 0.0
        self._opened_at = float("-inf")
        self._refused = ""
        self._refused_at = float("-inf")

    async def run(self) -> None:
        """Look, wait, and look again, for ever."""
        doors = self._doors
        self._bookmark = await doors.bookmark(self.source.name)
        await self.tell()
        if self.source.by_hand:
            await asyncio.Event().wait()
        if self._remote:
            await doors.sleep(min(FIRST_SPREAD, JITTER * self.source.interval) * doors.chance())
        while True:
            before = self._signature()
            wait = await (self._listen() if self.source.pushes else self._look())
            await self.tell()
            await self._wait(wait, before)

    async def tell(self) -> None:
        """Write the health down when it says something new, or when it has been a while."""
        self.pulse = self.pulse.at(self._doors.monotonic())
        health, told = self.pulse.health, self._told
        worth = told is None or _news(health) != _news(told)
        due = self._doors.monotonic() - self._told_at >= TELL_EVERY and health != told
        if worth or due:
            try:
                await self._doors.tell(health)
            except NotTakenIn:
                return
            self._told, self._told_at = health, self._doors.monotonic()

    async def open(self) -> Counts:
        """Look because somebody opened it.

        Raises:
            SourceError: when it was looked at less than a minute ago, or does not answer.
            NotTakenIn: when what it answered could not be stored.
        """
        since = self._doors.monotonic() - self._opened_at
        if since < OPENED_EVERY:
            raise SourceError(
                f"{self.source.name} was looked at {since:.0f} s ago, and what it said then is on the wall; "
                f"open it again in {OPENED_EVERY - since:.0f} s."
            )
        self._opened_at = self._doors.monotonic()
        found = await self._doors.look(self.source, self._bookmark)
        counts = await self._doors.take(self.source, found, self._bookmark)
        self._note(found, counts, 0.0)
        await self.tell()
        return counts

    async def _look(self) -> float:
        """One look, whatever comes of it; returns the seconds until the next."""
        return await self._tried(self._once)

    async def _once(self) -> float:
        found = await self._doors.look(self.source, self._bookmark)
        counts = await self._doors.take(self.source, found, self._bookmark)
        wait = max(self._interval(), found.next_after)
        if found.more:
            wait = max(MORE_AFTER, found.next_after) if self._remote else 0.0
        self._note(found, counts, wait)
        return wait

    async def _listen(self) -> float:
        """Listen until it breaks off; returns the seconds until it is tried again."""
        return await self._tried(self._hear)

    async def _hear(self) -> float:
        """Take in what a source pushes, and ask for the next only then: so a slow desk slows it down."""
        async with aclosing(self._doors.listen(self.source, self._bookmark)) as looks:
            async for found in looks:
                self._note(found, await self._patiently(found), 0.0)
                await self.tell()
        return self._interval()

    async def _patiently(self, found: Look) -> Counts:
        """Take a look in even if the disk refuses at first: nobody will push it a second time."""
        for _ in range(TAKEN_TRIES - 1):
            try:
                return await self._doors.take(self.source, found, self._bookmark)
            except NotTakenIn as error:
                self._failed(str(error), error.retry_after)
                await self.tell()
                await self._doors.sleep(error.retry_after)
        return await self._doors.take(self.source, found, self._bookmark)

    async def _tried(self, doing: Callable[[], Awaitable[float]]) -> float:
        try:
            return await doing()
        except SourceError as error:
            return self._failed(str(error), error.retry_after, lasting=error.lasting, asked=_asked_for(error))
        except NotTakenIn as error:
            # Not the source's fault: it answered, and the bookmark stays, so the same is read again.
            return self._failed(str(error), error.retry_after)
        except Exception as error:
            log.exception("source %s: a look failed by a fault of our own", self.source.name)
            return self._failed(f"a fault of our own ({type(error).__name__}); the service's log says where")

    def _note(self, found: Look, counts: Counts, wait: float) -> None:
        """Remember what a look brought that is stored by now."""
        self._failures = 0
        self._bookmark = found.bookmark
        self._log_refusals(found.refusals)
        if found.trouble and found.trouble != self.pulse.health.last_error:
            log.info("source %s: %s", self.source.name, found.trouble)
        if found.moved_to:
            log.info(
                "source %s has moved to %s for good; say so in the settings", self.source.name, found.moved_to
            )
        self.pulse = answered(
            self.pulse,
            found,
            self._doors.clock(),
            self._doors.monotonic(),
            new=counts.new + counts.told,
            refused=len(found.refusals) + len(counts.refused),
            wait=wait,
            overlaps=found.unchanged or counts.unchanged > 0,
        )

    def _log_refusals(self, refusals: tuple[Refusal, ...]) -> None:
        """Write down why items were refused; the same once, and whatever a source sends once a minute."""
        now, words = self._doors.monotonic(), refused_words(refusals)
        if words and words != self._refused and now - self._refused_at >= REFUSALS_EVERY:
            log.info("source %s: %s", self.source.name, words)
            self._refused, self._refused_at = words, now

    def _failed(
        self, sentence: str, wish: float = 0.0, *, lasting: bool = False, asked: float = 0.0
    ) -> float:
        self._failures += 1
        if sentence != self.pulse.health.last_error:
            log.info("source %s: %s", self.source.name, sentence)
        own = min(FAILED_LONGEST, FAILED_FIRST * 2.0 ** min(self._failures - 1, 16))
        own *= 1 - self._doors.chance() / 2
        # What will not mend by itself is asked at its usual interval: somebody may be mending it.
        wait = wish or (self._interval() if lasting else min(own, max(self._interval(), FAILED_FIRST)))
        self.pulse = failed(
            self.pulse, self._doors.clock(), self._doors.monotonic(), error=sentence, wait=wait, asked=asked
        )
        return wait

    def _interval(self) -> float:
        return self.source.interval * (1 + JITTER * (2 * self._doors.chance() - 1))

    async def _wait(self, seconds: float, before: _Signature) -> None:
        """Wait for the next look; a local file that has changed meanwhile ends the wait.

        Even an endless source, which asks for none, lets the others have their turn. A file that could not
        be read is tried again early only if it was missing and appears.
        """
        if self._remote or seconds <= 0:
            await self._doors.sleep(seconds)
            return
        until = self._doors.monotonic() + seconds
        while (left := until - self._doors.monotonic()) > 0:
            await self._doors.sleep(min(left, FOLLOW_EVERY))
            if self._signature() != before and (before is None or not self._failures):
                return

    @property
    def _remote(self) -> bool:
        return self.source.address.startswith(("http://", "https://"))

    def _signature(self) -> _Signature:
        """What changes when a local file grows or is replaced; None for what is not there or not local."""
        if self._remote:
            return None
        try:
            found = os.stat(self.source.address)
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns


_Signature = tuple[int, int, int] | None


def refused_words(refusals: tuple[Refusal, ...]) -> str:
    """`2 items refused: 17: it has no text; ...`, with no secret in it; empty where none was."""
    if not refusals:
        return ""
    named = [
        redact(f"{refusal.item}: {refusal.reason}")[:REFUSAL_CHARS] for refusal in refusals[:REFUSALS_NAMED]
    ]
    more = len(refusals) - len(named)
    counted = f"{len(refusals)} item{'' if len(refusals) == 1 else 's'} refused"
    return f"{counted}: {'; '.join(named)}" + (f"; and {more} more" if more else "")


def _asked_for(error: SourceError) -> float:
    """Seconds that the server asked for, and not our own back-off.

    No pause of our own is as long as the longer ones of a server, which every source on its host hears of.
    """
    wished = error.status == 429 or error.retry_after > LONGEST_PAUSE
    return error.retry_after if wished and not error.lasting else 0.0


def _news(health: SourceHealth) -> tuple[object, ...]:
    """What of a source's health is worth writing down at once."""
    return (
        *(health.state, health.items, health.refused, health.last_error, health.address, health.trust),
        health.note,
    )


class Schedule:
    """All the sources under watch."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._watches: dict[str, Watch] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def health(self) -> tuple[SourceHealth, ...]:
        """How every source is doing by now."""
        now = self._doors.monotonic()
        return tuple(watch.pulse.at(now).health for watch in self._watches.values())

    def start(self, sources: Iterable[Source], stored: Iterable[SourceHealth] = ()) -> None:
        """Put sources under watch; `stored` is how they did when last seen."""
        known = {health.name: health for health in stored}
        for source in sources:
            watch = Watch(source, self._doors, known.get(source.name))
            self._watches[source.name] = watch
            self._tasks[source.name] = asyncio.create_task(self._mind(watch), name=f"source {source.name}")

    async def change(self, sources: Iterable[Source]) -> tuple[str, ...]:
        """Watch these sources from now on; what has not changed is not disturbed. Returns who changed."""
        wanted = {source.name: source for source in sources}
        gone = [name for name, watch in self._watches.items() if wanted.get(name) != watch.source]
        stored = [self._watches[name].pulse.health for name in gone]
        await self._end(gone)
        fresh = [source for name, source in wanted.items() if name not in self._watches]
        self.start(fresh, stored)
        return tuple(sorted({*gone, *(source.name for source in fresh)}))

    async def open(self, name: str) -> Counts:
        """Look at a source because somebody opened it; raises what `Watch.open` does, and KeyError."""
        return await self._watches[name].open()

    async def tell(self) -> None:
        """Write down every state that time alone has changed."""
        for watch in tuple(self._watches.values()):
            await watch.tell()

    async def stop(self) -> None:
        """End every look. A batch that is being stored is stored; its bookmark may stay where it was."""
        await self._end(list(self._watches))

    async def _end(self, names: list[str]) -> None:
        tasks = [self._tasks.pop(name) for name in names]
        for name in names:
            del self._watches[name]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _mind(self, watch: Watch) -> None:
        """Keep one source going: even a fault in the watching itself ends nothing but this round."""
        while True:
            try:
                await watch.run()
            except Exception:
                log.exception("source %s: watching failed, starting it over", watch.source.name)
                await self._doors.sleep(FAILED_FIRST)
