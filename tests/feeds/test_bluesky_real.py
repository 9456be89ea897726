"""Bluesky as its makers run it: the desk against a real PDS, and the AppView behind it.

Runs where WATCHFLOOR_TEST_BLUESKY names a PDS on loopback (`http://127.0.0.1:2583`), and skips elsewhere.
Whoever speaks to the desk here does so through the server's own API.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from feeds.bluesky import POST
from feeds.budget import Manners
from feeds.check import check
from feeds.http import Client
from feeds.keys import Keys
from feeds.look import look
from feeds.parser import Parser
from feeds.post import Post
from feeds.source import Bookmark, Look, Source, SourceError

PDS = os.environ.get("WATCHFLOOR_TEST_BLUESKY", "").rstrip("/")
pytestmark = pytest.mark.skipif(not PDS, reason="WATCHFLOOR_TEST_BLUESKY names no PDS")
INDEXED_WITHIN = 10.0
"""Seconds that the AppView may take to see what was said."""


@dataclass
class Person:
    """An account of the server, used as its own app would use it."""

    api: httpx.AsyncClient
    handle: str
    password: str
    did: str = ""
    token: str = ""

    async def join(self) -> Person:
        said = await self.call(
            "com.atproto.server.createAccount",
            {"handle": self.handle, "email": f"{self.handle}@example.com", "password": self.password},
        )
        self.did, self.token = said["did"], said["accessJwt"]
        return self

    async def say(self, text: str, **more: Any) -> dict[str, str]:
        """Publish a post; gives its address and content id."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        record = {"$type": POST, "text": text, "createdAt": at, "langs": ["en"], **more}
        said = await self.call(
            "com.atproto.repo.createRecord", {"repo": self.did, "collection": POST, "record": record}
        )
        return {"uri": said["uri"], "cid": said["cid"]}

    async def mention(self, other: Person, text: str) -> dict[str, str]:
        name = f"@{other.handle}".encode()
        feature = {"$type": "app.bsky.richtext.facet#mention", "did": other.did}
        start = len(f"{text} ".encode())
        facet = {"index": {"byteStart": start, "byteEnd": start + len(name)}, "features": [feature]}
        return await self.say(f"{text} @{other.handle}", facets=[facet])

    async def take_back(self, post: dict[str, str]) -> None:
        rkey = post["uri"].rpartition("/")[2]
        await self.call("com.atproto.repo.deleteRecord", {"repo": self.did, "collection": POST, "rkey": rkey})

    async def see(self, post: dict[str, str]) -> None:
        """Wait until the AppView shows a post: it tells nobody of a reply that it saw before its parent."""
        async with asyncio.timeout(INDEXED_WITHIN):
            while True:
                answer = await self.api.get(
                    "/xrpc/app.bsky.feed.getPosts",
                    params={"uris": post["uri"]},
                    headers={"Authorization": f"Bearer {self.token}"},
                )
                if answer.json().get("posts"):
                    return
                await asyncio.sleep(0.1)

    async def call(self, method: str, body: dict[str, Any] | None = None) -> Any:
        signed = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = await self.api.post(f"/xrpc/{method}", json=body, headers=signed)
        assert answer.status_code == 200, (method, answer.status_code, answer.text)
        return answer.json() if answer.content else {}


@dataclass
class Desk:
    """Sources of the desk, and what they brought."""

    client: Client
    parser: Parser
    town: Person
    password: str
    session: str = ""
    posts: dict[str, Post] = field(default_factory=dict)
    bookmark: Bookmark = field(default_factory=Bookmark)

    def source(self, path: str) -> Source:
        return Source("bluesky", "bluesky", f"{PDS}{path}", 30.0, account=self.town.handle)

    @property
    def keys(self) -> Keys:
        def keep(session: str) -> None:
            self.session = session

        return Keys(lambda: self.password, lambda: self.session, keep)

    async def look(self, path: str) -> Look:
        found = await look(self.source(path), self.bookmark, self.client, self.parser, self.keys)
        self.bookmark = found.bookmark
        self.posts |= {post.id: post for post in found.posts}
        return found

    async def look_until(self, path: str, done: Callable[[], bool]) -> None:
        async with asyncio.timeout(INDEXED_WITHIN):
            while not done():
                with suppress_not_found():
                    await self.look(path)
                await asyncio.sleep(0.2)

    async def check(self, *uris: str) -> dict[str, str]:
        parsed = await check(self.source("/notifications"), uris, self.client, self.parser, self.keys)
        return {post.id: post.state for post in parsed.posts}


@contextmanager
def suppress_not_found() -> Iterator[None]:
    """What the AppView says of a post that it has not seen yet."""
    try:
        yield
    except SourceError as error:
        if "(NotFound)" not in str(error):
            raise


Town = tuple[Desk, Person, Person]


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    """A desk with an app password of the town's account, and two people who speak to it."""
    mark = secrets.token_hex(4)
    async with (
        httpx.AsyncClient(base_url=PDS, timeout=20, trust_env=False) as api,
        Client(
            user_agent="watchfloor/1", allow=["127.0.0.1"], manners=Manners(rate=1000, burst=10_000)
        ) as client,
        Parser() as parser,
    ):
        account, ana, lee = [
            await Person(api, f"{name}-{mark}.test", f"pass-{mark}").join() for name in ("town", "ana", "lee")
        ]
        made = await account.call("com.atproto.server.createAppPassword", {"name": "watchfloor"})
        yield Desk(client, parser, account, made["password"]), ana, lee


async def test_what_is_said_to_the_account_comes_once_with_its_words_and_links(town: Town) -> None:
    desk, ana, lee = town
    own = await desk.town.say("The bridge is closed until six.")
    await lee.see(own)
    said = await ana.mention(desk.town, "⚠️ water on Mill Street")
    parent = {"root": own, "parent": own}
    answered = await lee.say("which bridge?", reply=parent)
    quoted = await lee.say("see here", embed={"$type": "app.bsky.embed.record", "record": own})
    wanted = {said["uri"], answered["uri"], quoted["uri"]}
    await desk.look_until("/notifications", lambda: wanted <= set(desk.posts))
    assert set(desk.posts) == wanted
    water = desk.posts[said["uri"]]
    assert (water.text, water.author) == (f"⚠️ water on Mill Street @{desk.town.handle}", ana.handle)
    assert desk.posts[answered["uri"]].reply_to == own["uri"]
    assert not (await desk.look("/notifications")).posts or set(desk.posts) == wanted


async def test_a_hundred_and_fifty_mentions_between_two_looks_are_all_taken_in(town: Town) -> None:
    desk, ana, _ = town
    await ana.mention(desk.town, "first")
    await desk.look_until("/notifications", lambda: len(desk.posts) == 1)
    for number in range(150):
        await ana.mention(desk.town, f"report {number}")
    await desk.look_until("/notifications", lambda: len(desk.posts) == 151)
    assert len({post.text for post in desk.posts.values()}) == 151


async def test_a_thread_is_read_whole(town: Town) -> None:
    desk, ana, lee = town
    root = await ana.say("Is the school a shelter?")
    first = await lee.say("I think so", reply={"root": root, "parent": root})
    await ana.say("thanks", reply={"root": root, "parent": first})
    path = f"/profile/{ana.did}/post/{root['uri'].rpartition('/')[2]}"
    await desk.look_until(path, lambda: len(desk.posts) == 3)
    assert {post.text for post in desk.posts.values()} == {"Is the school a shelter?", "I think so", "thanks"}


async def test_the_posts_of_a_profile_are_read(town: Town) -> None:
    desk, ana, _ = town
    for number in range(5):
        await ana.say(f"said {number}")
    await desk.look_until(f"/profile/{ana.handle}", lambda: len(desk.posts) == 5)
    assert {post.author for post in desk.posts.values()} == {ana.handle}


async def test_a_search_finds_a_word(town: Town) -> None:
    desk, ana, _ = town
    word = f"pothole{secrets.token_hex(4)}"
    said = await ana.say(f"the {word} on Main Street again")
    await desk.look_until(f"/search?q={word}", lambda: set(desk.posts) == {said["uri"]})


async def test_a_post_that_was_taken_back_is_told_by_a_recheck(town: Town) -> None:
    desk, ana, _ = town
    kept, gone = await ana.mention(desk.town, "one"), await ana.mention(desk.town, "two")
    await desk.look_until("/notifications", lambda: len(desk.posts) == 2)
    assert await desk.check(kept["uri"], gone["uri"]) == {kept["uri"]: "live", gone["uri"]: "live"}
    await ana.take_back(gone)
    wanted = {kept["uri"]: "live", gone["uri"]: "deleted"}
    async with asyncio.timeout(INDEXED_WITHIN):
        while await desk.check(kept["uri"], gone["uri"]) != wanted:
            await asyncio.sleep(0.2)


async def test_an_author_who_is_shown_to_signed_in_people_only_is_marked_so(town: Town) -> None:
    desk, ana, _ = town
    labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "!no-unauthenticated"}]}
    record = {"$type": "app.bsky.actor.profile", "displayName": "Ana", "labels": labels}
    profile = {"repo": ana.did, "collection": "app.bsky.actor.profile", "rkey": "self", "record": record}
    await ana.call("com.atproto.repo.putRecord", profile)
    said = await ana.mention(desk.town, "for a few")
    await desk.look_until("/notifications", lambda: said["uri"] in desk.posts)
    assert desk.posts[said["uri"]].audience == "signed in"


async def test_a_session_is_kept_over_a_restart_and_renewed_when_it_is_damaged(town: Town) -> None:
    desk, ana, _ = town
    await desk.look("/notifications")
    kept, desk.password = desk.session, "forgotten"
    assert kept
    await desk.look("/notifications")
    assert desk.session == kept, "no new login"
    desk.session = kept.replace('"access":"', '"access":"x')
    await ana.mention(desk.town, "still there?")
    await desk.look_until("/notifications", lambda: len(desk.posts) == 1)
    assert desk.session not in ("", kept), "renewed with the refresh token, not by the password"


async def test_a_wrong_app_password_is_a_sentence(town: Town) -> None:
    desk, _, _ = town
    wrong = replace(desk, password="not-the-password", session="")
    with pytest.raises(SourceError, match="does not accept the app password"):
        await wrong.look("/notifications")
