"""Looks and streams against a real server of others: after each fault, all that it holds is here, once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from itertools import count
from typing import Any

import pytest

from feeds.backoff import Backoff
from feeds.budget import Manners
from feeds.http import Client, Limits
from feeds.keys import Keys
from feeds.live import listen
from feeds.look import look
from feeds.mastodon_look import check_mastodon
from feeds.parser import Parser
from feeds.source import Bookmark, Look, Source, SourceError
from tests.feeds.mastodon_mock import DESK, MastodonMock

NUMBERS = count(1)
SIGNED = Keys(secret=lambda: DESK)


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MastodonMock]:
    with MastodonMock(tmp_path_factory.mktemp("mock")) as mock:
        yield mock


class Desk:
    """What a desk would hold of one source: each post once, by any of its names."""

    def __init__(self, mock: MastodonMock, client: Client, parser: Parser, path: str) -> None:
        self.source = Source("town", "mastodon", mock.origin + path, 60.0, stream=True)
        self.tag = path.rpartition("/")[2]
        self.client, self.parser = client, parser
        self.bookmark = Bookmark()
        self.posts: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.refused = 0

    def take(self, found: Look) -> None:
        self.bookmark = found.bookmark
        self.refused += len(found.refusals)
        for post in found.posts:
            known = next((self.names[name] for name in post.names if name in self.names), post.id)
            if post.state == "deleted":
                self.posts.pop(known, None)
                continue
            self.names |= dict.fromkeys(post.names, known)
            self.posts[known] = post.text

    async def look(self) -> Look:
        found = await look(self.source, self.bookmark, self.client, self.parser, SIGNED)
        self.take(found)
        return found

    async def catch_up(self) -> None:
        for _ in range(30):
            try:
                if not (await self.look()).more:
                    return
            except SourceError:
                await asyncio.sleep(0.2)  # as the service would come again
        raise AssertionError("it never caught up")

    async def hear(self, true: str, within: float = 15.0) -> None:
        """Listen until a text is here, reconnecting as the service would."""
        async with asyncio.timeout(within):
            while true not in self.posts.values():
                try:
                    async with aclosing(
                        listen(self.source, self.bookmark, self.client, self.parser, SIGNED)
                    ) as looks:
                        async for found in looks:
                            self.take(found)
                            if true in self.posts.values():
                                return
                except SourceError:
                    await asyncio.sleep(0.1)


@pytest.fixture
async def desk(mock: MastodonMock) -> AsyncIterator[Desk]:
    quick = Backoff(clock=lambda: time.monotonic() * 1000, chance=lambda: 0.0)
    async with (
        Client(
            user_agent="watchfloor/1",
            allow=["127.0.0.1"],
            limits=Limits(deadline=1.5),
            backoff=quick,
            manners=Manners(rate=1000, burst=10_000),
        ) as client,
        Parser() as parser,
    ):
        yield Desk(mock, client, parser, f"/tags/town{next(NUMBERS)}")


async def all_is_here(desk: Desk, mock: MastodonMock) -> None:
    await desk.catch_up()
    held = mock.held(desk.tag)
    assert set(desk.posts) == set(held)


async def test_a_burst_longer_than_a_page_between_two_looks_is_taken_in_whole(
    desk: Desk, mock: MastodonMock
) -> None:
    mock.say(f"first #{desk.tag}")
    await desk.look()
    for number in range(130):
        mock.say(f"burst {number} #{desk.tag}")
    found = await desk.look()
    assert any("burst 129" in post.text for post in found.posts), "the live edge comes first"
    await all_is_here(desk, mock)


async def test_a_tag_that_was_empty_at_first_loses_nothing_of_a_burst(desk: Desk, mock: MastodonMock) -> None:
    empty = Desk(mock, desk.client, desk.parser, "/tags/nothingyet")
    await empty.look()
    for number in range(90):
        mock.say(f"sudden {number} #nothingyet")
    await empty.catch_up()
    assert len(empty.posts) == 90


@pytest.mark.parametrize(
    ("effect", "more"),
    [
        ("ratelimit", {"headers": {"Retry-After": "1", "X-RateLimit-Reset": "1"}}),
        ("status", {"status": 503}),
        ("status", {"status": 502}),
        ("malformed", {}),
        ("latency", {"delay_ms": 3000}),
        ("timeout", {"delay_ms": 3000}),
    ],
)
async def test_after_each_fault_everything_is_here_once(
    desk: Desk, mock: MastodonMock, effect: str, more: dict[str, Any]
) -> None:
    await desk.catch_up()
    for number in range(50):
        mock.say(f"before {effect} {number} #{desk.tag}")
    mock.fault(effect, count=2, **more)
    for _ in range(2):
        try:
            await desk.look()
        except SourceError:
            await asyncio.sleep(0.05)
    await all_is_here(desk, mock)


async def test_a_fault_in_the_middle_of_a_walk_holds_neither_the_edge_up_nor_loses_a_page(
    desk: Desk, mock: MastodonMock
) -> None:
    await desk.catch_up()
    for number in range(90):
        mock.say(f"walk {number} #{desk.tag}")
    found = await look(desk.source, desk.bookmark, desk.client, desk.parser, SIGNED)
    assert found.more or len(found.posts) >= 90
    edge = await desk.client.get(f"{mock.origin}/api/v1/timelines/tag/{desk.tag}?limit=1")
    assert b"walk 89" in edge.body
    await all_is_here(desk, mock)


async def test_mentions_of_the_account_are_notifications(desk: Desk, mock: MastodonMock) -> None:
    mentions = Desk(mock, desk.client, desk.parser, "/notifications")
    mock.say("@riverton is the Oak School gym open?")
    mock.say("@riverton between us", visibility="direct")
    await mentions.catch_up()
    assert len(mentions.posts) == 2
    found = await look(mentions.source, Bookmark(), desk.client, desk.parser, SIGNED)
    assert {post.audience for post in found.posts} == {"public", "direct"}


async def test_without_a_token_mentions_are_not_asked_for(desk: Desk, mock: MastodonMock) -> None:
    mentions = Desk(mock, desk.client, desk.parser, "/notifications")
    with pytest.raises(SourceError, match="users only: put a token"):
        await look(mentions.source, Bookmark(), desk.client, desk.parser)


async def test_a_recheck_finds_what_was_edited_and_what_was_deleted(desk: Desk, mock: MastodonMock) -> None:
    kept, lost = mock.say(f"it is dry #{desk.tag}"), mock.say(f"it is gone #{desk.tag}")
    host = mock.origin.partition("://")[2]
    mock.edit(kept, f"it is wet #{desk.tag}")
    mock.delete(lost)
    names = (f"{host}#{kept}", f"{host}#{lost}")
    parsed = await check_mastodon(desk.source, names, desk.client, desk.parser, SIGNED)
    assert [(post.state, post.text) for post in parsed.posts] == [
        ("live", f"it is wet #{desk.tag}"),
        ("deleted", ""),
    ]


async def test_a_stream_brings_posts_edits_and_deletions(desk: Desk, mock: MastodonMock) -> None:
    await desk.catch_up()

    async def talk() -> None:
        await asyncio.sleep(1.5)
        number = mock.say(f"said on the stream #{desk.tag}")
        mock.edit(number, f"corrected on the stream #{desk.tag}")
        mock.delete(mock.say(f"regretted #{desk.tag}"))
        mock.say(f"last word #{desk.tag}")

    talking = asyncio.create_task(talk())
    await desk.hear(f"last word #{desk.tag}")
    await talking
    assert f"corrected on the stream #{desk.tag}" in desk.posts.values()
    assert f"regretted #{desk.tag}" not in desk.posts.values()
    await all_is_here(desk, mock)
