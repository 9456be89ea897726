"""Listening to Bluesky's public stream as JSON (Jetstream, v1 wire).

Delivery is at least once. The cursor is the time of an event in microseconds, and is rewound a little, for
cursors are kept per server and a post twice is a post once. A message that is too large ends a stream unread,
and would end it again from the same cursor for ever: it is passed over, by twice as much each time that
nothing else comes. The bookmark's `seen` holds by how many microseconds it was last.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from feeds.addresses import host_of
from feeds.bluesky import POST
from feeds.http import Client
from feeds.keys import NO_KEYS, Keys
from feeds.parser import Parser
from feeds.source import Bookmark, Look, Parsed, Refusal, Source, SourceError

GATHER = 0.1
"""Seconds in which frames are gathered for one job of the parser."""
FRAMES_AT_ONCE = 500
BYTES_AT_ONCE = 8 * 1024 * 1024
"""After so many no further frame is taken into a job."""
ALIVE_EVERY = 15.0
IDLE = 120.0
"""Seconds without a frame after which a stream of all posts is dead; some always flow. So one whose first
event is later than what was asked for by more has lost what lies between."""
IDLE_ACCOUNTS = 24 * 3600.0
"""The same where only a few accounts are listened to; the WebSocket's own pings tell whether it lives."""
LONGEST_FRAME = 512 * 1024
"""Bytes of a message, which a server is asked to keep to (`maxMessageSizeBytes`)."""
TOO_LARGE = "sent a message of more than"
"""Words of the error when it does not (`feeds.streaming`)."""
STEP = 1_000_000
"""Microseconds by which a stream is first passed over."""
REWIND = 5_000_000
"""Microseconds before the cursor from which a stream is taken up."""
LOOK_BACK = 36 * 3600 * 1_000_000
"""Microseconds that a server keeps (its default); an older cursor is moved up without a word."""


async def listen_to_jetstream(
    source: Source, bookmark: Bookmark, client: Client, parser: Parser, _keys: Keys = NO_KEYS
) -> AsyncGenerator[Look, None]:
    """Listen from a little before the bookmark on; see `feeds.live`."""
    now = _now()
    cursor = min(_number(bookmark.cursor), now + REWIND)
    bookmark = replace(bookmark, cursor=str(cursor or ""))
    since = max(cursor, now - LOOK_BACK) if cursor else 0
    idle = IDLE_ACCOUNTS if source.accounts else IDLE
    async with client.websocket(_address(source, cursor), idle=idle, largest=LONGEST_FRAME) as frames:
        gathered = _Gathered()
        reading = asyncio.create_task(gathered.read(frames))
        try:
            if since > cursor:
                text = f"Posts between {_when(cursor)} UTC and 36 hours ago are kept by no server any more."
                yield Look((), bookmark, missed=text)
            while True:
                lines = await gathered.batch()
                if not lines:
                    yield Look((), bookmark, unchanged=True)
                    continue
                for parsed in await _read(lines, source, parser):
                    first, last = _number(parsed.oldest), _number(parsed.newest)
                    missed = _missed(source, since, first)
                    since = 0 if first else since
                    if last > _number(bookmark.cursor):
                        bookmark = replace(bookmark, cursor=str(min(last, _now())), seen=())
                    yield Look(parsed.posts, bookmark, parsed.refusals, missed=missed)
        except SourceError as error:
            if TOO_LARGE in str(error) and bookmark.cursor:
                yield _passed_over(source, bookmark)
            raise
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading


def _address(source: Source, cursor: int) -> str:
    asked = [
        f"wantedCollections={POST}",
        f"maxMessageSizeBytes={LONGEST_FRAME}",
        *(f"wantedDids={did}" for did in source.accounts),
        *([f"cursor={cursor - REWIND}"] if cursor else []),
    ]
    return f"{source.address}?{'&'.join(asked)}"


async def _read(lines: list[bytes], source: Source, parser: Parser) -> list[Parsed]:
    """Parse a batch; where it makes the parser fail, its halves, down to the one event that does."""
    try:
        return [
            await parser.parse(
                *("jetstream", source.name, source.lang, b"\n".join(lines), "", ""), "events", source.keywords
            )
        ]
    except SourceError as error:
        if not error.lasting:
            raise
        if len(lines) == 1:
            return [Parsed(refusals=(Refusal(lines[0][:60].decode("utf-8", "replace"), str(error)),))]
    half = len(lines) // 2
    return [*await _read(lines[:half], source, parser), *await _read(lines[half:], source, parser)]


def _missed(source: Source, since: int, first: int) -> str:
    """What lies between the time that was asked for and the first event that came, if anything can be told.

    Chosen accounts may have said nothing for long.
    """
    if source.accounts or not since or first <= since + IDLE * 1e6:
        return ""
    return (
        f"{host_of(source.address)} begins only at {_when(first)} UTC: it does not keep the posts from "
        f"{_when(since)} on any more; another server may."
    )


def _passed_over(source: Source, bookmark: Bookmark) -> Look:
    """Go on after a message that is too large. What it is, and when it was sent, is not known."""
    cursor = _number(bookmark.cursor)
    step = 2 * _number(bookmark.seen[0]) if bookmark.seen else STEP
    beyond = min(cursor + step, _now()) + REWIND
    text = (
        f"{host_of(source.address)} sent a message of more than {LONGEST_FRAME // 1024} KiB. It was passed "
        f"over, and with it up to {(beyond - cursor) // 1_000_000} s of posts after {_when(cursor)} UTC."
    )
    return Look((), replace(bookmark, cursor=str(beyond), seen=(str(step),)), missed=text)


def _when(cursor: int) -> str:
    return f"{datetime.fromtimestamp(cursor / 1e6, UTC):%d %b %H:%M}"


def _now() -> int:
    return int(time.time() * 1e6)


def _number(cursor: str) -> int:
    return int(cursor) if cursor.isdigit() else 0


class _Gathered:
    """Frames that were read and not yet given; no more are read while a full batch waits."""

    def __init__(self) -> None:
        self._frames: asyncio.Queue[bytes] = asyncio.Queue(2 * FRAMES_AT_ONCE)
        self._ended: SourceError | None = None

    async def read(self, frames: AsyncIterator[bytes]) -> None:
        """Read until the stream ends."""
        try:
            async for frame in frames:
                await self._frames.put(frame.replace(b"\n", b" "))
        except SourceError as error:
            self._ended = error
            await self._frames.put(b"")

    async def batch(self) -> list[bytes]:
        """The next handful; nothing when none came for a while.

        Raises:
            SourceError: when the stream has ended and everything before was given.
        """
        if self._ended is not None and self._frames.empty():
            raise self._ended
        try:
            async with asyncio.timeout(ALIVE_EVERY):
                lines = [await self._frames.get()]
        except TimeoutError:
            return []
        await asyncio.sleep(GATHER)
        size = len(lines[0])
        while len(lines) < FRAMES_AT_ONCE and size < BYTES_AT_ONCE and not self._frames.empty():
            lines.append(self._frames.get_nowait())
            size += len(lines[-1])
        found = [line for line in lines if line]
        if not found and self._ended is not None:
            raise self._ended
        return found
