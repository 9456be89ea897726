"""Listening to Bluesky's public stream as JSON (Jetstream, v1 wire).

Delivery is at least once. The cursor is the time of an event in microseconds, and is rewound a little, for
cursors are kept per server and a post twice is a post once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from feeds.bluesky import POST
from feeds.http import Client
from feeds.keys import NO_KEYS, Keys
from feeds.parser import Parser
from feeds.source import Bookmark, Look, Source, SourceError

GATHER = 0.1
"""Seconds in which frames are gathered for one job of the parser."""
FRAMES_AT_ONCE = 500
ALIVE_EVERY = 15.0
IDLE = 120.0
"""Seconds without a frame after which a stream of all posts is dead; some always flow."""
IDLE_ACCOUNTS = 24 * 3600.0
"""The same where only a few accounts are listened to; the WebSocket's own pings tell whether it lives."""
LONGEST_FRAME = 512 * 1024
REWIND = 5_000_000
"""Microseconds before the cursor from which a stream is taken up."""
LOOK_BACK = 36 * 3600 * 1_000_000
"""Microseconds that a server keeps (its default); an older cursor is moved up without a word."""


async def listen_to_jetstream(
    source: Source, bookmark: Bookmark, client: Client, parser: Parser, _keys: Keys = NO_KEYS
) -> AsyncGenerator[Look, None]:
    """Listen from a little before the bookmark on; see `feeds.live`."""
    now = int(time.time() * 1e6)
    cursor = int(bookmark.cursor) if bookmark.cursor.isdigit() else 0
    missed = ""
    if cursor and cursor < now - LOOK_BACK:
        since = datetime.fromtimestamp(cursor / 1e6, UTC)
        missed = f"Posts between {since:%d %b %H:%M} UTC and 36 hours ago are kept by no server any more."
    asked = [f"wantedCollections={POST}", *(f"wantedDids={did}" for did in source.accounts)]
    if cursor:
        asked.append(f"cursor={cursor - REWIND}")
    idle = IDLE_ACCOUNTS if source.accounts else IDLE
    address = f"{source.address}?{'&'.join(asked)}"
    async with client.websocket(address, idle=idle, largest=LONGEST_FRAME) as frames:
        gathered = _Gathered()
        reading = asyncio.create_task(gathered.read(frames))
        try:
            if missed:
                yield Look((), bookmark, missed=missed)
            while True:
                lines = await gathered.batch()
                if not lines:
                    yield Look((), bookmark, unchanged=True)
                    continue
                parsed = await parser.parse(
                    *("jetstream", source.name, source.lang, b"\n".join(lines), "", ""),
                    "events",
                    source.keywords,
                )
                bookmark = replace(bookmark, cursor=max(bookmark.cursor, parsed.newest, key=_number))
                yield Look(parsed.posts, bookmark, parsed.refusals)
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading


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
        while len(lines) < FRAMES_AT_ONCE and not self._frames.empty():
            lines.append(self._frames.get_nowait())
        found = [line for line in lines if line]
        if not found and self._ended is not None:
            raise self._ended
        return found
