"""Parsing apart: whatever a document does to its parser, the next one is served."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from feeds.job import WALL_SECONDS, Frames, Garbage, Job, Reply, frame
from feeds.parser import Parser
from feeds.source import Document, Kind, SourceError

POST = b'{"id": "1", "text": "Is the ferry running?"}\n'
# Ill-formed on purpose: feedparser's loose reader takes three times as long as the strict one.
BURNER = b"<rss version='2.0'><channel>" + b"<item><title>a & b</title><b>x &foo; y</item>" * 200_000
EATER = b'{"type": "FeatureCollection", "features": [' + b"[]," * 12_000_000 + b"[]], " + b'"x": 0}'
LAUGHS = (
    b"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a 'lolololololololol'>"
    + b"".join(b"<!ENTITY %c '%s'>" % (name, b"&%c;" % (name - 1) * 10) for name in b"bcdefghijk")
    + b"]><rss version='2.0'><channel><item><title>&k;</title></item></channel></rss>"
)


@pytest.fixture
async def parser() -> AsyncIterator[Parser]:
    async with Parser() as parser:
        yield parser


async def refusal(parser: Parser, kind: Kind, body: bytes) -> SourceError:
    with pytest.raises(SourceError) as refused:
        await parser.parse(kind, "bad", "", body, "", "")
    return refused.value


async def served(parser: Parser) -> float:
    """Seconds that an honest document takes."""
    start = time.monotonic()
    parsed = await parser.parse("jsonl", "good", "", POST, "", "")
    assert [post.id for post in parsed.posts] == ["1"]
    return time.monotonic() - start


async def first_child(parser: Parser) -> int:
    """The process that reads the document now in the works."""
    children: list[str] = []
    while not children:
        await asyncio.sleep(0.02)
        children = Path(f"/proc/{parser.host_pid}/task/{parser.host_pid}/children").read_text().split()
    return int(children[0])


async def test_posts_come_back_as_they_were_made(parser: Parser) -> None:
    item = b"<item><guid>7</guid><title>t</title><pubDate>Sun, 01 Mar 2026 18:00:00 GMT</pubDate></item>"
    parsed = await parser.parse(
        "rss", "news", "en", b"<rss><channel>%s</channel></rss>" % item, "text/xml", ""
    )
    (post,) = parsed.posts
    assert (post.source, post.id, post.lang, post.raw) == ("news", "7", "en", item)
    assert post.created_at is not None
    assert post.created_at.tzinfo is not None


async def test_a_document_that_is_no_feed_is_refused_in_words(parser: Parser) -> None:
    error = await refusal(parser, "rss", b"<html/>")
    assert (str(error), error.lasting) == ("bad: it is neither RSS, Atom nor JSON Feed.", True)


async def test_a_burner_is_stopped_while_others_are_served(parser: Parser) -> None:
    start = time.monotonic()
    burning = asyncio.create_task(refusal(parser, "rss", BURNER))
    await asyncio.sleep(0.3)
    waits = [await served(parser) for _ in range(10)]
    assert not burning.done()
    error = await burning
    assert "took more than 3 s" in str(error)
    assert time.monotonic() - start < WALL_SECONDS + 5
    assert max(waits) < WALL_SECONDS / 2


async def test_a_memory_eater_is_stopped(parser: Parser) -> None:
    error = await refusal(parser, "usgs", EATER)
    assert "took more than 512 MB" in str(error)
    await served(parser)


async def test_a_billion_laughs_are_not_laughed(parser: Parser) -> None:
    assert "entities of its own" in str(await refusal(parser, "cap", LAUGHS))
    start = time.monotonic()
    parsed = await parser.parse("rss", "bad", "", LAUGHS, "", "")
    assert all(len(post.text) < 100 for post in parsed.posts)
    assert time.monotonic() - start < WALL_SECONDS
    await served(parser)


async def test_a_parser_that_dies_is_reported_and_the_host_lives(parser: Parser) -> None:
    host = parser.host_pid
    burning = asyncio.create_task(refusal(parser, "rss", BURNER))
    os.kill(await first_child(parser), signal.SIGSEGV)
    assert "made its parser fail" in str(await burning)
    await served(parser)
    assert parser.host_pid == host


async def test_a_parser_that_got_no_time_is_no_fault_of_its_document(parser: Parser) -> None:
    waiting = asyncio.create_task(refusal(parser, "rss", BURNER))
    os.kill(await first_child(parser), signal.SIGSTOP)
    error = await waiting
    assert "this machine is busy" in str(error)
    assert not error.lasting


async def test_a_killed_host_is_replaced(parser: Parser) -> None:
    host = parser.host_pid
    assert host is not None
    burning = asyncio.create_task(refusal(parser, "rss", BURNER))
    await asyncio.sleep(0.3)
    os.kill(host, signal.SIGKILL)
    error = await burning
    assert "started again" in str(error)
    assert not error.lasting
    await served(parser)
    assert parser.host_pid not in (None, host)


async def test_a_stuck_host_is_replaced(parser: Parser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.parser.GRACE", 0.2)
    monkeypatch.setattr("feeds.job.WALL_SECONDS", 0.2)
    host = parser.host_pid
    assert host is not None
    os.kill(host, signal.SIGSTOP)
    assert "started again" in str(await refusal(parser, "jsonl", POST))
    monkeypatch.undo()
    await served(parser)
    assert parser.host_pid not in (None, host)


async def test_the_host_ends_with_the_service() -> None:
    parser = Parser()
    await parser.start()
    host = parser.host_pid
    assert host is not None
    await parser.aclose()
    assert not Path(f"/proc/{host}").exists()


async def test_the_host_knows_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHFLOOR_TOKEN", "secret")
    async with Parser() as parser:
        await served(parser)
        assert b"secret" not in Path(f"/proc/{parser.host_pid}/environ").read_bytes()


def test_frames_survive_any_cut_and_refuse_absurd_lengths() -> None:
    values: list[Reply | Job] = [Reply(1, "parsed", b"x" * 1000), Job(2, "rss", Document(b"<rss/>"))]
    stream = b"".join(map(frame, values))
    frames = Frames()
    found = [packed for byte in stream for packed in frames.feed(bytes([byte]))]
    assert [len(packed) + 4 for packed in found] == [len(frame(value)) for value in values]
    with pytest.raises(Garbage):
        list(Frames().feed(b"\xff\xff\xff\xff"))
