"""Bluesky's public stream: events into posts, and listening against a real WebSocket of ours."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from feeds.http import Client
from feeds.jetstream import parse
from feeds.jetstream_stream import REWIND
from feeds.live import listen
from feeds.parser import Parser
from feeds.post import Post
from feeds.source import Bookmark, Document, Look, Parsed, Source, SourceError

DATA = Path(__file__).resolve().parents[2].parent / "shared/data/bluesky/jetstream_v1.jsonl"
DID = "did:plc:abcdefghijklmnop"
NOW = int(time.time() * 1e6)


def said(number: int, text: str, **commit: Any) -> dict[str, Any]:
    record = {
        "$type": "app.bsky.feed.post",
        "text": text,
        "createdAt": "2026-03-01T18:00:00Z",
        "langs": ["en"],
    }
    made = {
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": f"3k{number}",
        "record": record,
    }
    return {"did": DID, "time_us": NOW + number, "kind": "commit", "commit": made | commit}


def read(*events: object, keywords: tuple[str, ...] = ()) -> Parsed:
    lines = (event if isinstance(event, bytes) else json.dumps(event).encode() for event in events)
    return parse(Document(b"\n".join(lines), source="stream", keywords=keywords))


def test_a_post_of_the_stream_is_known_by_its_at_address() -> None:
    (post,) = read(said(1, "Water on Mill Street")).posts
    assert post.id == f"at://{DID}/app.bsky.feed.post/3k1"
    assert post.names == (post.id,)
    assert (post.text, post.author, post.lang) == ("Water on Mill Street", DID, "en")
    assert post.url == f"https://bsky.app/profile/{DID}/post/3k1"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("the FLOOD is here", True),
        ("#flood", True),
        ("flood, again", True),
        ("floodlights", False),
        ("Mill Street is closed", True),
        ("Millstreet", False),
    ],
)
def test_keywords_are_whole_words_whatever_their_case(text: str, wanted: bool) -> None:
    assert bool(read(said(1, text), keywords=("Flood", "mill street")).posts) is wanted


def test_the_cursor_moves_past_what_was_filtered_away() -> None:
    assert read(said(5, "cats"), keywords=("flood",)).newest == str(NOW + 5)


def test_deletions_and_closed_accounts_take_posts_back() -> None:
    deleted = said(1, "", operation="delete")
    closed = {
        "did": DID,
        "time_us": NOW,
        "kind": "account",
        "account": {"active": False, "status": "deleted"},
    }
    moved = {"did": DID, "time_us": NOW, "kind": "account", "account": {"active": True}}
    posts = read(deleted, closed, moved, keywords=("flood",)).posts
    assert [(post.id, post.state) for post in posts] == [
        (f"at://{DID}/app.bsky.feed.post/3k1", "deleted"),
        (f"at://{DID}/", "gone"),
    ]


@pytest.mark.parametrize("event", [b"{", b"[]", b"7", {"did": "x", "kind": "commit"}, {"kind": "commit"}])
def test_a_malformed_event_is_counted_and_the_rest_read(event: object) -> None:
    parsed = read(event, said(1, "after"))
    assert (len(parsed.posts), len(parsed.refusals)) == (1, 1)


def test_other_collections_and_kinds_are_no_posts() -> None:
    like = said(1, "", collection="app.bsky.feed.like")
    identity = {"did": DID, "time_us": NOW, "kind": "identity", "identity": {"handle": "ana.example"}}
    assert read(like, identity, {"did": DID, "kind": "weather"}).posts == ()


@pytest.mark.skipif(not DATA.exists(), reason="no recorded data beside the project")
def test_recorded_events_are_taken_in_or_left_out_for_a_reason() -> None:
    lines = DATA.read_bytes().splitlines()
    parsed = read(*lines)
    states = Counter(post.state for post in parsed.posts)
    print(f"jetstream: {len(lines)} events, {dict(states)}, {len(parsed.refusals)} refused")
    assert parsed.items == len(lines)
    assert (states["live"], states["deleted"], len(parsed.refusals)) == (17, 1, 0)


class Stream:
    """A server that tells what it was told to, then hangs up."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.events: list[dict[str, Any]] = []

    async def serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        self.asked.append(connection.request.path)
        for event in self.events:
            await connection.send(json.dumps(event))
        await asyncio.sleep(0.3)


@pytest.fixture
async def stream() -> AsyncIterator[tuple[Stream, str]]:
    told = Stream()
    async with serve(told.serve, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield told, f"ws://127.0.0.1:{port}/subscribe"


async def hear(source: Source, bookmark: Bookmark) -> tuple[dict[str, Post], list[Look]]:
    """Everything until the server hangs up."""
    posts: dict[str, Post] = {}
    looks: list[Look] = []
    async with (
        asyncio.timeout(20),
        Client(user_agent="watchfloor/1", allow=["127.0.0.1"]) as client,
        Parser() as parser,
        aclosing(listen(source, bookmark, client, parser)) as heard,
    ):
        with suppress(SourceError):
            async for look in heard:
                looks.append(look)
                posts |= {post.id: post for post in look.posts}
    return posts, looks


async def test_everything_that_was_told_is_heard_and_taken_up_a_little_before(
    stream: tuple[Stream, str],
) -> None:
    told, address = stream
    told.events = [said(number, f"flood report {number}") for number in range(1200)]
    source = Source("stream", "jetstream", address, 60.0, keywords=("flood",))
    posts, looks = await hear(source, Bookmark())
    assert len(posts) == 1200
    cursor = looks[-1].bookmark.cursor
    assert cursor == str(NOW + 1199)
    again, _ = await hear(source, looks[-1].bookmark)
    assert set(again) == set(posts), "told twice, known once"
    assert f"cursor={int(cursor) - REWIND}" in told.asked[1]


async def test_only_the_accounts_that_are_named_are_asked_for(stream: tuple[Stream, str]) -> None:
    told, address = stream
    await hear(Source("stream", "jetstream", address, 60.0, accounts=(DID, "did:web:x.example")), Bookmark())
    assert told.asked[0].endswith(f"&wantedDids={DID}&wantedDids=did:web:x.example")


async def test_a_pause_longer_than_servers_remember_is_told(stream: tuple[Stream, str]) -> None:
    _, address = stream
    old = Bookmark(cursor=str(NOW - 48 * 3600 * 1_000_000))
    _, looks = await hear(Source("stream", "jetstream", address, 60.0, keywords=("flood",)), old)
    assert "36 hours ago are kept by no server" in looks[0].missed
