"""A desk and a Mastodon-like server of ours in one loop, for what a server of others cannot be made to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

from feeds.budget import Manners
from feeds.http import Client, Limits
from feeds.keys import Keys
from feeds.live import listen
from feeds.look import look
from feeds.parser import Parser
from feeds.source import Bookmark, Look, Source, SourceError
from tests.instance import Timeline, door, http_answer

SIGNED = Keys(secret=lambda: "token")
OFF = (
    b'{"configuration": {"timelines_access": {"hashtag_feeds": {"local": "disabled", "remote": "disabled"}}}}'
)


class Town:
    """What is said there, and what one source of the desk has of it."""

    def __init__(self, client: Client, parser: Parser) -> None:
        self.timeline = Timeline()
        self.bookmark = Bookmark()
        self.texts: dict[str, str] = {}
        self._client, self._parser = client, parser

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.timeline.port}"

    def source(self, path: str = "/tags/flood") -> Source:
        return Source("town", "mastodon", f"http://{self.host}{path}", 60.0, stream=True)

    def say(self, *texts: str) -> None:
        for text in texts:
            self.timeline.do({"say": text})

    def fails(self, word: str, status: str, body: bytes = b"{}", *headers: str) -> None:
        """Let every request with a word in its target go wrong."""
        self.timeline.faults[word] = http_answer(status, body, *headers)

    def asked(self, word: str) -> int:
        """How many requests had a word in their target."""
        return sum(word in target for target in self.timeline.asked)

    async def look(self, path: str = "/tags/flood") -> Look:
        found = await look(self.source(path), self.bookmark, self._client, self._parser, SIGNED)
        self._take(found)
        return found

    async def listen(self, *, wanted: int = 1000) -> tuple[list[Look], SourceError | None]:
        """Listen until it breaks off, or so many looks have come; gives these, and what it broke off with."""
        looks: list[Look] = []
        async with asyncio.timeout(20), aclosing(self._heard()) as heard:
            try:
                async for found in heard:
                    self._take(found)
                    looks.append(found)
                    if len(looks) == wanted:
                        return looks, None
            except SourceError as error:
                return looks, error
        raise AssertionError("a stream ends with a sentence")

    def _heard(self) -> AsyncGenerator[Look, None]:
        return listen(self.source(), self.bookmark, self._client, self._parser, SIGNED)

    def _take(self, found: Look) -> None:
        self.bookmark = found.bookmark
        self.texts |= {post.id: post.text for post in found.posts}


@asynccontextmanager
async def a_town() -> AsyncIterator[Town]:
    """A town whose server answers for as long as the block lasts."""
    async with (
        Client(
            user_agent="watchfloor/1",
            allow=["127.0.0.1"],
            limits=Limits(deadline=2.0),
            manners=Manners(rate=1000, burst=10_000),
        ) as client,
        Parser() as parser,
    ):
        town = Town(client, parser)
        server = await asyncio.start_server(door(town.timeline), "127.0.0.1", 0)
        town.timeline.port = server.sockets[0].getsockname()[1]
        yield town
        server.close()
        for listener in tuple(town.timeline.listeners):
            listener.close()
