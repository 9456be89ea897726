"""Listening to a stream of Mastodon's API, and looking beside it.

A stream has no replay, and a server may drop what a slow reader leaves waiting. So a stream is only ever
ahead of the looks and never instead of them: the bookmark moves by looks alone, and looks go on where no
stream can be had.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace

import msgspec

from feeds.http import Client
from feeds.keys import NO_KEYS, Keys
from feeds.mastodon import timeline_of
from feeds.mastodon_look import look_at_mastodon
from feeds.mastodon_pages import PUT_TOKEN, Pages
from feeds.parser import Parser
from feeds.source import Bookmark, Look, Source, SourceError
from feeds.sse import Event, Events

AUDIT_AT_LEAST = 60.0
"""Seconds between two looks beside a living stream."""
MORE_AFTER = 1.0
"""Seconds between two looks of which the first left more to be had."""
GATHER = 0.1
"""Seconds in which events are gathered for one job of the parser."""
EVENTS_AT_ONCE = 200
BYTES_AHEAD = 4 * 1024 * 1024
"""Read and not yet given; beyond it nothing more is read, and the server has to wait."""
ALIVE_EVERY = 15.0
"""Seconds between two signs of life that are passed on."""
IDLE = 90.0
"""Seconds without a byte after which a stream is dead: Mastodon sends `:thump` every 15."""


async def listen_to_mastodon(
    source: Source, bookmark: Bookmark, client: Client, parser: Parser, keys: Keys = NO_KEYS
) -> AsyncGenerator[Look, None]:
    """Give what the stream brings, the live edge first, and look for what it does not; see `feeds.live`.

    Where the stream does not open, or ends, the timeline is looked at all the same.
    """
    try:
        timeline = timeline_of(source.address)
    except ValueError as error:
        raise SourceError(f"The address of {source.name} {error}.", lasting=True) from None
    token = keys.secret()
    if not timeline.stream:
        raise SourceError(
            f"{timeline.host} has no stream of this timeline: set stream = false.", lasting=True
        )
    if not token:
        raise SourceError(f"{timeline.host} streams to its users only: {PUT_TOKEN}.", lasting=True)
    origin = await Pages(source, timeline, client, parser, token).streaming_origin()
    beside = _Beside(source, bookmark, client, parser, keys)
    try:
        try:
            # The stream is open before the first look, so that nothing falls between the two.
            async with (
                client.stream(origin + timeline.stream, token=token, idle=IDLE) as pieces,
                aclosing(_merged(pieces, beside)) as looks,
            ):
                async for look in looks:
                    yield look
        except SourceError as error:
            if beside.refused:
                raise
            ended = error
        async with aclosing(beside.catch_up(ended)) as looks:
            async for look in looks:
                yield look
    finally:
        await beside.stop()
    raise _given_up(ended, source, beside.pause)


async def _merged(pieces: AsyncIterator[bytes], beside: _Beside) -> AsyncGenerator[Look, None]:
    """Batches of the stream, and beside them looks and signs of life as they are due."""
    heard = _Heard(news=beside.news)
    reading = asyncio.create_task(heard.read(pieces))
    clock = asyncio.get_running_loop().time
    alive_at = clock()
    try:
        while True:
            beside.begin_if_due()
            due = alive_at + ALIVE_EVERY if beside.running else min(beside.due, alive_at + ALIVE_EVERY)
            events = await heard.batch(max(0.0, due - clock()))
            if events:
                yield await beside.look_of(events)
            elif not beside.running and clock() >= alive_at + ALIVE_EVERY:
                yield beside.sign_of_life()
            if beside.done:
                yield await beside.take()
            elif not events and clock() < alive_at + ALIVE_EVERY:
                continue
            alive_at = clock()
    finally:
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading


def _given_up(ended: SourceError, source: Source, pause: float) -> SourceError:
    """What is said of a stream that is not there while looks are answered, and when it is tried again.

    Each try looks at the timeline too, so none comes later than a look at one without a stream would.
    """
    if not ended.lasting:
        return SourceError(str(ended), retry_after=max(pause, min(ended.retry_after, source.interval)))
    text = (
        f"The stream is given up for now: {ended} Posts come by looks meanwhile; set stream = false if that "
        "is enough."
    )
    return SourceError(text, retry_after=max(pause, source.interval), lasting=True)


@dataclass(slots=True)
class _Beside:
    """The looks beside a stream, one at a time, each from where the one before left off."""

    source: Source
    bookmark: Bookmark
    client: Client
    parser: Parser
    keys: Keys
    news: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a look is done."""
    due: float = 0.0
    """When the next look is due, on the loop's clock."""
    running: asyncio.Task[Look] | None = None
    behind: bool = True
    """No look has reached the live edge since the stream was opened, so something may still lie between."""
    trouble: str = ""
    pause: float = 0.0
    """Seconds that the last look asks to be left alone."""
    refused: bool = False
    """No look will bring anything until somebody changes something."""

    def begin_if_due(self) -> None:
        """Start a look when it is time for one."""
        if self.running is None and asyncio.get_running_loop().time() >= self.due:
            self._begin()

    @property
    def done(self) -> bool:
        """Whether a look waits to be taken."""
        return self.running is not None and self.running.done()

    async def take(self) -> Look:
        """What a look brings; one that failed leaves the stream alone, and is made again.

        Raises:
            SourceError: for one that will not succeed until somebody changes something.
        """
        try:
            return await self._finish()
        except SourceError as error:
            if error.lasting:
                self.refused = True
                raise
            text = f"The look beside the stream failed: {error} It is made again."
            pause = error.retry_after or self.source.interval
            return self._noted(Look((), self.bookmark, more=True, next_after=pause, trouble=text))

    async def catch_up(self, ended: SourceError) -> AsyncGenerator[Look, None]:
        """Finish the look under way, or make one, and go on while that brings more at once.

        Raises:
            SourceError: when the timeline answers no more than the stream, which `ended`.
        """
        try:
            found = await self._finish()
            while found.more and not found.trouble:
                yield found
                await asyncio.sleep(MORE_AFTER)
                found = await self._finish()
            yield found
        except SourceError as error:
            if error.lasting:
                raise
            pause = max(error.retry_after, min(ended.retry_after, self.source.interval))
            raise SourceError(f"{ended} {error}", retry_after=pause) from None

    def _begin(self) -> asyncio.Task[Look]:
        looking = asyncio.create_task(
            look_at_mastodon(self.source, self.bookmark, self.client, self.parser, self.keys)
        )
        looking.add_done_callback(lambda _: self.news.set())
        self.running = looking
        return looking

    async def _finish(self) -> Look:
        looking = self.running or self._begin()
        try:
            return self._noted(await looking)
        finally:
            if looking.done():
                self.running = None

    def _noted(self, found: Look) -> Look:
        self.bookmark, self.behind, self.trouble = found.bookmark, found.more, found.trouble
        self.pause = found.next_after
        least = MORE_AFTER if found.more else max(self.source.interval, AUDIT_AT_LEAST)
        self.due = asyncio.get_running_loop().time() + max(least, found.next_after)
        return found

    async def stop(self) -> None:
        """End the look under way."""
        if self.running is not None:
            self.running.cancel()
            await asyncio.gather(self.running, return_exceptions=True)

    def sign_of_life(self) -> Look:
        """A look that brings nothing, and does not hide what is still to come."""
        return Look((), self.bookmark, unchanged=True, more=self.behind, trouble=self.trouble)

    async def look_of(self, events: list[Event]) -> Look:
        """A batch of the stream as a look."""
        source, timeline = self.source, timeline_of(self.source.address)
        lines = [msgspec.json.encode({"event": event.name, "data": event.data}) for event in events]
        parsed = await self.parser.parse(
            "mastodon", source.name, source.lang, b"\n".join(lines), "", timeline.origin, "events"
        )
        alive = self.sign_of_life()
        return replace(alive, posts=parsed.posts, refusals=parsed.refusals, unchanged=False)


@dataclass(slots=True)
class _Heard:
    """What was read of the stream and not yet given."""

    waiting: list[Event] = field(default_factory=list)
    size: int = 0
    ended: SourceError | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)
    room: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self, pieces: AsyncIterator[bytes]) -> None:
        """Read until the stream ends; stop reading while nobody takes what was read."""
        events = Events()
        try:
            async for piece in pieces:
                for event in events.feed(piece):
                    if event.name:
                        self.waiting.append(event)
                        self.size += len(event.data)
                if self.waiting:
                    self.news.set()
                self.room.clear()
                if self.size > BYTES_AHEAD:
                    await self.room.wait()
        except SourceError as error:
            self.ended = error
        self.news.set()

    async def batch(self, patience: float) -> list[Event]:
        """The next handful; nothing when none comes for so many seconds, or when `news` is set without one.

        Raises:
            SourceError: when the stream has ended and everything that it brought was given.
        """
        if not self.waiting:
            if self.ended is not None:
                raise self.ended
            with suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await self.news.wait()
            self.news.clear()
            if not self.waiting:
                return []
            await asyncio.sleep(GATHER)
        taken, self.waiting = self.waiting[:EVENTS_AT_ONCE], self.waiting[EVENTS_AT_ONCE:]
        self.size -= sum(len(event.data) for event in taken)
        self.room.set()
        return taken
