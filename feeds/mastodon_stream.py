"""Listening to a stream of Mastodon's API, and looking beside it.

A stream has no replay, and a server may drop what a slow reader leaves waiting. So a stream is only ever
ahead of the looks and never instead of them: the bookmark moves by looks alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec

from feeds.http import Client
from feeds.keys import NO_KEYS, Keys
from feeds.mastodon import timeline_of
from feeds.mastodon_look import PUT_TOKEN, look_at_mastodon, streaming_origin
from feeds.parser import Parser
from feeds.source import Bookmark, Look, Refusal, Source, SourceError
from feeds.sse import Event, Events

AUDIT_AT_LEAST = 60.0
"""Seconds between two looks beside a living stream."""
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
    """Give what the stream brings, the live edge first, and look for what it does not; see `feeds.live`."""
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
    origin = await streaming_origin(source, client, parser, keys)
    async with client.stream(origin + timeline.stream, token=token, idle=IDLE) as pieces:
        # The stream is open before the first look, so that nothing falls between the two.
        heard = _Heard()
        reading = asyncio.create_task(heard.read(pieces))
        try:
            async for look in _merged(heard, source, bookmark, client, parser, keys):
                yield look
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading


async def _merged(
    heard: _Heard, source: Source, bookmark: Bookmark, client: Client, parser: Parser, keys: Keys
) -> AsyncGenerator[Look, None]:
    """Batches of the stream, and beside them looks and signs of life as they are due."""
    clock = asyncio.get_running_loop().time
    look_at = alive_at = clock()
    looking: asyncio.Task[Look] | None = None
    try:
        while True:
            if looking is None and clock() >= look_at:
                looking = asyncio.create_task(look_at_mastodon(source, bookmark, client, parser, keys))
                looking.add_done_callback(lambda _: heard.news.set())
            due = alive_at + ALIVE_EVERY if looking else min(look_at, alive_at + ALIVE_EVERY)
            events = await heard.batch(max(0.0, due - clock()))
            if events:
                yield await _look_of(events, source, bookmark, parser)
            elif looking is None and clock() >= alive_at + ALIVE_EVERY:
                yield Look((), bookmark, unchanged=True)
            if looking is not None and looking.done():
                found = _result(looking, bookmark)
                looking = None
                yield found
                bookmark = found.bookmark
                look_at = clock() + (
                    1.0 if found.more else max(source.interval, AUDIT_AT_LEAST, found.next_after)
                )
            elif not events and clock() < alive_at + ALIVE_EVERY:
                continue
            alive_at = clock()
    finally:
        if looking is not None:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)


def _result(looking: asyncio.Task[Look], bookmark: Bookmark) -> Look:
    """What a look brought; one that failed leaves the stream alone and is told as a refusal."""
    try:
        return looking.result()
    except SourceError as error:
        text = f"the look beside the stream failed: {error} It is made again."
        return Look((), bookmark, (Refusal("the timeline", text),), next_after=error.retry_after)


async def _look_of(events: list[Event], source: Source, bookmark: Bookmark, parser: Parser) -> Look:
    lines = [msgspec.json.encode({"event": event.name, "data": event.data}) for event in events]
    timeline = timeline_of(source.address)
    parsed = await parser.parse(
        "mastodon", source.name, source.lang, b"\n".join(lines), "", timeline.origin, "events"
    )
    return Look(parsed.posts, bookmark, parsed.refusals)


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
