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
from urllib.parse import parse_qs, urlsplit

import pytest
from websockets.asyncio.server import ServerConnection, serve

from feeds.http import Client
from feeds.jetstream import parse
from feeds.jetstream_stream import LONGEST_FRAME, REWIND
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


@pytest.mark.parametrize("label", ["!hide", "!no-unauthenticated"])
def test_what_its_author_labels_as_not_to_be_shown_is_taken_back(label: str) -> None:
    (post,) = read(labelled(label), keywords=("water",)).posts
    assert (post.id, post.state, post.text) == (f"at://{DID}/app.bsky.feed.post/3k1", "deleted", "")


def test_other_labels_of_an_author_are_told() -> None:
    assert read(labelled("graphic-media")).posts[0].notes == ("labelled graphic-media",)


def labelled(label: str) -> dict[str, Any]:
    event = said(1, "Water on Mill Street")
    labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": label}]}
    event["commit"]["record"]["labels"] = labels
    return event


@pytest.mark.parametrize(
    "at",
    [10**19, 10**25, 10**400, -(10**25), NOW + 90_000_000_000],
    ids=["past every clock", "past every calendar", "past every number", "before all time", "tomorrow"],
)
def test_a_time_that_cannot_be_costs_one_event_and_moves_no_cursor(at: int) -> None:
    parsed = read(said(1, "Water 1"), said(2, "Water 2") | {"time_us": at}, said(3, "Water 3"))
    assert [post.text for post in parsed.posts if post.updated_at] == ["Water 1", "Water 3"]
    assert (parsed.newest, parsed.oldest) == (str(NOW + 3), str(NOW + 1))
    assert len(parsed.posts) + len(parsed.refusals) == 3


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
        self.keeps_from = 0
        """Time in microseconds before which it keeps nothing."""

    async def serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        self.asked.append(connection.request.path)
        query = parse_qs(urlsplit(connection.request.path).query)
        since = max(self.keeps_from, int(query.get("cursor", ["0"])[0]))
        for event in self.events:
            if event["time_us"] >= since:
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


SECOND = 1_000_000


def spoken(seconds: float, text: str, **more: Any) -> dict[str, Any]:
    """A post of an hour ago and so many seconds."""
    event = said(int(seconds * 1000), text)
    event["commit"]["record"] |= more
    return event | {"time_us": NOW - 3600 * SECOND + int(seconds * SECOND)}


async def hear_again(source: Source, times: int) -> tuple[list[str], list[str]]:
    """Listen, and after each end from where the bookmark stands: what was said, and what was missed."""
    bookmark, texts, missed = Bookmark(), set[str](), list[str]()
    for _ in range(times):
        posts, looks = await hear(source, bookmark)
        texts |= {post.text for post in posts.values()}
        missed += [look.missed for look in looks if look.missed]
        bookmark = looks[-1].bookmark if looks else bookmark
    return sorted(texts), missed


@pytest.mark.parametrize(("at", "times"), [(0.2, 2), (6.0, 5)])
async def test_a_message_that_is_too_large_is_passed_over(
    stream: tuple[Stream, str], at: float, times: int
) -> None:
    told, address = stream
    large = spoken(at, "Water 2", filler="a" * LONGEST_FRAME)
    told.events = [spoken(0.0, "Water 1"), large, spoken(at + 60.0, "Water 3")]
    texts, missed = await hear_again(Source("town", "jetstream", address, 60.0, keywords=("water",)), times)
    assert texts == ["Water 1", "Water 3"]
    assert "more than 512 KiB. It was passed over, and with it up to 6 s of posts after" in missed[0]
    assert f"maxMessageSizeBytes={LONGEST_FRAME}" in told.asked[0]


async def test_a_cursor_of_a_time_to_come_is_none(stream: tuple[Stream, str]) -> None:
    told, address = stream
    told.events = [said(1, "Water 1") | {"time_us": int(time.time() * SECOND) + SECOND}]
    source = Source("town", "jetstream", address, 60.0, keywords=("water",))
    posts, looks = await hear(source, Bookmark(cursor=str(10**19)))
    assert len(posts) == 1
    assert int(looks[-1].bookmark.cursor) < int(time.time() * SECOND) + 2 * REWIND


async def test_an_event_that_fells_its_parser_costs_none_of_the_others(
    stream: tuple[Stream, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told, address = stream
    parse_job = Parser.parse

    async def felled(parser: Parser, *job: Any) -> Parsed:
        if b"poison" in job[3]:
            raise SourceError("town: the document made its parser fail and was put aside.", lasting=True)
        return await parse_job(parser, *job)

    monkeypatch.setattr(Parser, "parse", felled)
    told.events = [said(number, "poison" if number == 7 else f"water {number}") for number in range(20)]
    posts, looks = await hear(Source("town", "jetstream", address, 60.0, keywords=("water",)), Bookmark())
    assert len(posts) == 19
    assert [refusal.reason for look in looks for refusal in look.refusals] == [
        "town: the document made its parser fail and was put aside."
    ]
    assert looks[-1].bookmark.cursor == str(NOW + 19)


async def test_a_server_that_begins_later_than_was_asked_is_told_of(
    stream: tuple[Stream, str],
) -> None:
    told, address = stream
    told.events = [spoken(second, f"water {second}") for second in (0, 10, 1200, 1210)]
    source = Source("town", "jetstream", address, 60.0, keywords=("flood",))
    asked = Bookmark(cursor=str(told.events[1]["time_us"]))
    _, looks = await hear(source, asked)
    assert [look.missed for look in looks if look.missed] == []
    told.keeps_from = told.events[2]["time_us"]
    _, looks = await hear(source, asked)
    (missed,) = [look.missed for look in looks if look.missed]
    assert " begins only at " in missed
    _, looks = await hear(Source("town", "jetstream", address, 60.0, accounts=(DID,)), asked)
    assert [look.missed for look in looks if look.missed] == [], "an account may be quiet for long"
