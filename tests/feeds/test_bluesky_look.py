"""Looks at Bluesky against a server of ours: gaps are walked down, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from feeds.backoff import Backoff
from feeds.bluesky_look import check_bluesky
from feeds.budget import Manners
from feeds.check import check
from feeds.http import Client
from feeds.keys import Keys
from feeds.look import look
from feeds.parser import Parser
from feeds.source import Bookmark, Look, Source, SourceError

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DID = "did:plc:abcdefghijklmnop"


class Server:
    """Posts, newest first, a hundred a page; and accounts with app passwords."""

    def __init__(self) -> None:
        self.port = 0
        self.views: list[dict[str, Any]] = []
        self.failing = 0
        self.logins: list[str] = []
        self.token = ""
        self.renewed = 0
        self.repost: dict[str, Any] = {}
        """An old post, said again among the newest."""
        self.page = b""
        """What is answered to a sign-in in place of a session."""

    def say(self, count: int) -> None:
        for _ in range(count):
            number = len(self.views)
            at = (START + timedelta(seconds=number)).isoformat().replace("+00:00", "Z")
            record = {"$type": "app.bsky.feed.post", "text": f"said {number}", "createdAt": at}
            uri = f"at://{DID}/app.bsky.feed.post/3k{number:06d}"
            author = {"did": DID, "handle": "ana.example"}
            self.views.append(
                {"uri": uri, "author": author, "record": record, "indexedAt": at, "reason": "mention"}
            )

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        url = urlsplit(head.split()[1])
        length = next(
            (int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:")), 0
        )
        body = await reader.readexactly(length)
        status, said = self.answer(url.path.rpartition("/")[2], parse_qs(url.query), body, head)
        told = self.page if self.page and "Session" in url.path else json.dumps(said).encode()
        start = f"HTTP/1.1 {status} X\r\nContent-Length: {len(told)}\r\nConnection: close\r\n\r\n"
        writer.write(start.encode() + told)
        writer.close()

    def answer(self, method: str, query: dict[str, list[str]], body: bytes, head: str) -> tuple[int, Any]:
        if method == "com.atproto.server.createSession":
            self.logins.append(json.loads(body)["password"])
            if self.logins[-1] != "right":
                return 401, {"error": "AuthenticationRequired"}
            self.token = f"access-{len(self.logins)}"
            return 200, {"accessJwt": self.token, "refreshJwt": "refresh", "did": DID}
        if method == "com.atproto.server.refreshSession":
            self.renewed += 1
            self.token = f"renewed-{self.renewed}"
            return 200, {"accessJwt": self.token, "refreshJwt": "refresh", "did": DID}
        if method == "app.bsky.feed.getPosts":
            return 200, {"posts": [view for view in self.views if view["uri"] in query["uris"]]}
        if "listNotifications" in method and f"Bearer {self.token}" not in head:
            return 400, {"error": "ExpiredToken"}
        if "cursor" in query and self.failing:
            self.failing -= 1
            return 502, {}
        newest_first = self.views[::-1]
        start = int(query.get("cursor", ["0"])[0])
        # A cursor is a place among what there was: new posts do not move it.
        end = len(self.views) - start if start else 0
        page = newest_first[end : end + 100]
        left = len(newest_first) - end - 100
        more = {"cursor": str(left)} if left > 0 else {}
        if "listNotifications" in method:
            return 200, {"notifications": page, **more}
        items = [{"post": view} for view in page]
        if self.repost and not start:
            reason = {"by": {"did": DID}, "indexedAt": page[0]["indexedAt"]}
            items.insert(1, {"post": self.repost, "reason": reason})
        return 200, {"feed": items, **more}


class Desk:
    def __init__(self, server: Server, client: Client, parser: Parser) -> None:
        self.server, self.client, self.parser = server, client, parser
        self.bookmark = Bookmark()
        self.posts: set[str] = set()
        self.session = ""
        self.password = "right"
        self.source = Source(
            "profile", "bluesky", f"http://127.0.0.1:{server.port}/profile/ana.example", 60.0
        )

    def signed(self) -> None:
        address = f"http://127.0.0.1:{self.server.port}/notifications"
        self.source = Source("mentions", "bluesky", address, 30.0, account="town.example")

    async def look(self) -> Look:
        keys = Keys(lambda: self.password, lambda: self.session, self._keep)
        found = await look(self.source, self.bookmark, self.client, self.parser, keys)
        self.bookmark = found.bookmark
        self.posts |= {post.id for post in found.posts}
        return found

    def _keep(self, session: str) -> None:
        self.session = session

    async def catch_up(self) -> None:
        for _ in range(40):
            if not (await self.look()).more:
                return
        raise AssertionError("it never caught up")


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    told = Server()
    listening = await asyncio.start_server(told.serve, "127.0.0.1", 0)
    told.port = listening.sockets[0].getsockname()[1]
    ticks = iter(range(0, 10**9, 1000))
    async with (
        Client(
            user_agent="watchfloor/1",
            allow=["127.0.0.1"],
            manners=Manners(rate=1e6, burst=1e6),
            backoff=Backoff(clock=lambda: float(next(ticks)), chance=lambda: 0.0),
        ) as client,
        Parser() as parser,
    ):
        yield Desk(told, client, parser)
    listening.close()


async def test_an_outage_longer_than_many_pages_is_walked_down(desk: Desk) -> None:
    desk.server.say(10)
    await desk.look()
    desk.server.say(1500)
    first = await desk.look()
    assert f"at://{DID}/app.bsky.feed.post/3k001509" in {post.id for post in first.posts}, (
        "the live edge first"
    )
    assert first.more
    await desk.catch_up()
    assert len(desk.posts) == 1510


async def test_a_gap_that_opens_while_another_is_walked_is_not_lost(desk: Desk) -> None:
    desk.server.say(10)
    await desk.look()
    desk.server.say(1200)
    await desk.look()
    desk.server.say(350)
    await desk.catch_up()
    assert len(desk.posts) == 1560


async def test_a_repost_of_an_old_post_hides_no_gap(desk: Desk) -> None:
    desk.server.say(10)
    await desk.look()
    desk.server.say(300)
    old = {"uri": f"at://{DID}/app.bsky.feed.post/3old", "indexedAt": "2023-01-01T00:00:00Z"}
    desk.server.repost = desk.server.views[0] | old
    await desk.catch_up()
    assert len(desk.posts) == 311


async def test_a_page_that_fails_is_asked_for_again(desk: Desk) -> None:
    desk.server.say(10)
    await desk.look()
    desk.server.say(400)
    desk.server.failing = 2
    await desk.catch_up()
    assert len(desk.posts) == 410


async def test_a_session_is_kept_and_renewed_once_it_ran_out(desk: Desk) -> None:
    desk.signed()
    desk.server.say(3)
    await desk.look()
    await desk.look()
    assert (len(desk.posts), desk.server.logins) == (3, ["right"])
    desk.server.token = "another"
    await desk.look()
    assert (desk.server.renewed, len(desk.server.logins)) == (1, 1)


async def test_a_wrong_password_is_told_and_tried_once(desk: Desk) -> None:
    desk.signed()
    desk.password = "wrong-canary"
    with pytest.raises(SourceError, match="does not accept the app password") as refused:
        await desk.look()
    assert desk.server.logins == ["wrong-canary"]
    assert refused.value.retry_after >= 900
    assert "canary" not in str(refused.value)


async def test_a_page_in_place_of_a_session_is_a_sentence(desk: Desk) -> None:
    desk.signed()
    desk.server.page = b"<html>We will be back soon"
    with pytest.raises(SourceError, match="a page in place of a session") as refused:
        await desk.look()
    assert not refused.value.lasting
    desk.server.page = b""
    desk.server.say(1)
    await desk.look()
    desk.server.token, desk.server.page = "another", b"<html>We will be back soon"
    with pytest.raises(SourceError, match="a page in place of a session"):
        await desk.look()


async def test_what_a_stream_brought_is_asked_of_what_anybody_may_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeds.bluesky_look.PUBLIC", f"http://127.0.0.1:{desk.server.port}")
    desk.server.say(1)
    (view,) = desk.server.views
    stream = Source("stream", "jetstream", "wss://jetstream.example/subscribe", 30.0)
    parsed = await check(
        stream, (view["uri"], f"at://{DID}/app.bsky.feed.post/gone"), desk.client, desk.parser
    )
    assert [(post.author, post.state) for post in parsed.posts] == [("ana.example", "live"), ("", "deleted")]


async def test_a_recheck_finds_what_is_gone(desk: Desk) -> None:
    desk.server.say(2)
    names = [view["uri"] for view in desk.server.views]
    del desk.server.views[0]
    parsed = await check_bluesky(desk.source, names, desk.client, desk.parser)
    assert [(post.id, post.state) for post in parsed.posts] == [(names[1], "live"), (names[0], "deleted")]


@pytest.mark.parametrize(("label", "names"), [("!hide", 1), ("!no-unauthenticated", 0)])
async def test_a_recheck_takes_back_what_was_labelled_since(desk: Desk, label: str, names: int) -> None:
    desk.server.say(2)
    shown, labelled = [view["uri"] for view in desk.server.views]
    desk.server.views[1]["labels"] = [{"val": label}]
    parsed = await check_bluesky(desk.source, [shown, labelled], desk.client, desk.parser)
    assert {post.id: post.state for post in parsed.posts} == {shown: "live", labelled: "deleted"}
    assert [len(post.names) for post in parsed.posts if post.id == labelled] == [names]
