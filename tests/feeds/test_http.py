"""The client against a hostile server of our own: every bad answer is refused quickly, with a sentence."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count

import pytest

from feeds.backoff import Backoff
from feeds.budget import Manners
from feeds.http import Client, Limits
from feeds.source import SourceError
from tests.feeds.hostile_server import CASES, FEED, HostileServer, hostile_server

NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
NONE = Manners(rate=1000, burst=10_000)
SMALL = Limits(wire=100_000, inflated=1_000_000, deadline=1.0)


@pytest.fixture
async def server() -> AsyncIterator[HostileServer]:
    async with hostile_server() as server:
        yield server


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with Client(
        user_agent="watchfloor/1 (+desk@town.example)", allow=["127.0.0.1"], limits=SMALL, clock=lambda: NOW
    ) as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/plain", "/gzip", "/gzip-two-members", "/gzip-padded", "/feed", "/too-long"]
)
async def test_an_honest_answer_arrives_whole(server: HostileServer, client: Client, path: str) -> None:
    answer = await client.get(server.url(path))
    assert (answer.status, answer.body) == (200, FEED)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/gzip-bomb", "unpacks to"),
        ("/gzip-ratio", "200 times its size"),
        ("/gzip-twice", "one level of gzip"),
        ("/gzip-twice-two-headers", "one level of gzip"),
        ("/gzip-thrice", "one level of gzip"),
        ("/brotli", "one level of gzip"),
        ("/deflate", "one level of gzip"),
        ("/gzip-lie", "cannot be unpacked"),
        ("/gzip-torn", "broke off"),
        ("/endless-body", "sends more than 97 KiB"),
        ("/large-body", "sends more than 97 KiB"),
        ("/slow-body", "within 1 seconds"),
        ("/slow-headers", "within 1 seconds"),
        ("/silence", "within 1 seconds"),
        ("/endless-headers", "proper HTTP"),
        ("/too-short", "broke off"),
        ("/two-lengths", "proper HTTP"),
        ("/no-http", "proper HTTP"),
        ("/nothing", "broke off"),
        ("/loop", "redirected more than 3 times"),
        ("/to-file", "only http and https"),
        ("/to-metadata", "private or reserved"),
        ("/to-private", "private or reserved"),
        ("/to-login", "carries a login"),
        ("/to-control", "proper HTTP"),
        ("/to-nowhere", "HTTP status 302"),
        ("/429-seconds", "ask too often"),
        ("/503", "HTTP status 503"),
        ("/401", "wants a login"),
        ("/403", "desk.contact"),
        ("/404", "does not know this address"),
        ("/410", "gone for good"),
        ("/304-unasked", "HTTP status 304"),
        ("/204", "HTTP status 204"),
    ],
)
async def test_a_hostile_answer_is_refused_quickly_with_a_sentence(
    server: HostileServer, client: Client, path: str, words: str
) -> None:
    start = time.monotonic()
    with pytest.raises(SourceError) as refused:
        await client.get(server.url(path))
    assert words.lower() in str(refused.value).lower()
    assert str(refused.value).endswith(".")
    assert time.monotonic() - start < SMALL.deadline + 4


async def test_no_sentence_shows_what_an_address_may_hide(server: HostileServer, client: Client) -> None:
    for path in ("/404?access_token=secret", "/to-login"):
        server.pages["/404?access_token=secret"] = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        with pytest.raises(SourceError) as refused:
            await client.get(server.url(path))
        assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("file:///etc/passwd", "only http and https"),
        ("ftp://127.0.0.1/feed", "only http and https"),
        ("http://user:secret@127.0.0.1/", "carries a login"),
        ("http://", "names no host"),
        ("http://[::1", "cannot be read"),
        ("http://127.0.0.1/a b", "spaces"),
        ("http://evil\\@127.0.0.1/", "backslashes"),
        ("http://127.0.0.1:0/", "names no host"),
        ("http://127.0.0.1:99999/", "cannot be read"),
        ("http://xn--/", "cannot be"),
        ("http://" + "a" * 3000, "more than 2048"),
    ],
)
async def test_an_address_that_makes_no_sense_is_refused_for_good(
    client: Client, address: str, words: str
) -> None:
    with pytest.raises(SourceError) as refused:
        await client.get(address)
    assert words.lower() in str(refused.value).lower()
    assert refused.value.lasting
    assert "secret" not in str(refused.value)


async def test_loopback_is_refused_unless_the_settings_name_it(server: HostileServer) -> None:
    async with Client(user_agent="watchfloor/1") as client:
        with pytest.raises(SourceError, match=r"network\.allow") as refused:
            await client.get(server.url("/plain"))
    assert refused.value.lasting
    assert server.requests == []


async def test_a_name_that_resolves_to_loopback_is_refused_before_a_byte_is_sent(
    server: HostileServer,
) -> None:
    async def rebinding(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    async with Client(user_agent="watchfloor/1", resolve=rebinding) as client:
        with pytest.raises(SourceError, match="private or reserved"):
            await client.get("http://innocent.example/")
    assert server.requests == []


async def test_an_unknown_name_is_a_plain_failure() -> None:
    async def unknown(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    async with Client(user_agent="watchfloor/1", resolve=unknown) as client:
        with pytest.raises(SourceError, match=r"gone\.example cannot be reached"):
            await client.get("http://gone.example/")


async def test_unchanged_content_is_not_sent_again(server: HostileServer, client: Client) -> None:
    first = await client.get(server.url("/feed"))
    assert (first.etag, first.last_modified) == ('"v1"', "Sun, 01 Mar 2026 18:00:00 GMT")
    again = await client.get(server.url("/feed"), etag=first.etag, last_modified=first.last_modified)
    assert (again.status, again.body) == (304, b"")
    assert (again.etag, again.last_modified) == (first.etag, first.last_modified)
    assert server.requests[1].headers["if-modified-since"] == first.last_modified


async def test_permanent_redirects_tell_the_new_address_and_temporary_ones_do_not(
    server: HostileServer, client: Client
) -> None:
    moved = await client.get(server.url("/hop-1"))
    assert moved.moved_to == moved.address == server.url("/feed")
    borrowed = await client.get(server.url("/hop-for-now"))
    assert (borrowed.moved_to, borrowed.address) == ("", server.url("/feed"))


async def test_we_say_who_we_are_and_carry_nothing_between_requests(
    server: HostileServer, client: Client
) -> None:
    await client.get(server.url("/cookie"))
    await client.get(server.url("/cookie"))
    sent = server.requests[1].headers
    assert sent["user-agent"] == "watchfloor/1 (+desk@town.example)"
    assert sent["accept-encoding"] == "gzip"
    assert "cookie" not in sent


async def test_proxies_and_logins_of_the_environment_are_ignored(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    async with Client(user_agent="watchfloor/1", allow=["127.0.0.1"]) as client:
        assert (await client.get(server.url("/plain"))).body == FEED


@pytest.mark.parametrize(("path", "seconds"), [("/429-seconds", 120), ("/503-date", 300)])
async def test_retry_after_is_obeyed_for_the_whole_host(
    server: HostileServer, client: Client, path: str, seconds: float
) -> None:
    with pytest.raises(SourceError) as refused:
        await client.get(server.url(path))
    assert refused.value.retry_after == pytest.approx(seconds)
    with pytest.raises(SourceError, match="left alone") as held:
        await client.get(server.url("/plain"))
    assert seconds - 5 < held.value.retry_after <= seconds
    assert len(server.requests) == 1


async def test_a_spent_budget_is_respected_for_the_whole_host(server: HostileServer, client: Client) -> None:
    answer = await client.get(server.url("/budget-spent"))
    assert (answer.remaining, answer.next_after) == (0, 600.0)
    assert answer.reset_at == datetime(2026, 3, 1, 18, 10, tzinfo=UTC)
    with pytest.raises(SourceError, match="left alone"):
        await client.get(server.url("/plain"))


async def test_freshness_asks_us_to_wait_but_not_the_whole_host(
    server: HostileServer, client: Client
) -> None:
    assert (await client.get(server.url("/fresh"))).next_after == 60.0
    assert (await client.get(server.url("/plain"))).body == FEED


async def test_a_host_that_fails_is_left_alone_and_then_forgiven(server: HostileServer) -> None:
    time_now = [0.0]
    backoff = Backoff(clock=lambda: time_now[0], chance=lambda: 0.5)
    async with Client(user_agent="watchfloor/1", allow=["127.0.0.1"], backoff=backoff) as client:
        with pytest.raises(SourceError) as refused:
            await client.get(server.url("/503"))
        assert 0 < refused.value.retry_after < 10
        time_now[0] += refused.value.retry_after
        assert (await client.get(server.url("/plain"))).status == 200


async def test_a_strange_etag_is_not_sent_back(server: HostileServer, client: Client) -> None:
    assert (await client.get(server.url("/strange-etag"))).etag == ""


async def test_only_so_many_connections_are_open_at_a_time(server: HostileServer) -> None:
    limits = Limits(connections=2, deadline=0.3)
    async with Client(user_agent="watchfloor/1", allow=["127.0.0.1"], limits=limits) as client:
        waits = [asyncio.create_task(client.get(server.url("/silence"))) for _ in range(5)]
        await asyncio.sleep(0.15)
        assert len(server.requests) == 2
        await asyncio.gather(*waits, return_exceptions=True)


async def test_addresses_do_not_reach_the_log(
    server: HostileServer, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        await client.get(server.url("/plain"))
    assert caplog.records == []


async def test_a_name_server_that_is_gone_holds_nothing_else_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop's own threads also read the files of this machine."""
    answered = threading.Event()

    def never(*_: object, **__: object) -> None:
        answered.wait(10)
        raise OSError

    monkeypatch.setattr("socket.getaddrinfo", never)
    async with Client(user_agent="watchfloor/1") as client:
        waiting = [asyncio.create_task(client.get(f"https://{n}.example/")) for n in range(12)]
        await asyncio.sleep(0.05)
        try:
            async with asyncio.timeout(2):
                assert await asyncio.to_thread(lambda: "read") == "read"
        finally:
            answered.set()
        for failed in await asyncio.gather(*waiting, return_exceptions=True):
            assert "cannot be reached" in str(failed)


async def test_a_thousand_answers_of_every_kind_leave_nothing_behind(server: HostileServer) -> None:
    limits = Limits(wire=100_000, inflated=1_000_000, deadline=0.5)
    later = count(0, 100_000)  # a clock on which every pause is over by the next request
    backoff = Backoff(clock=lambda: next(later), chance=lambda: 0.0)
    async with Client(
        user_agent="watchfloor/1", allow=["127.0.0.1"], limits=limits, backoff=backoff, manners=NONE
    ) as client:
        before = len(os.listdir("/proc/self/fd"))
        paths = list(CASES)
        for _ in range(1000 // len(paths) + 1):
            looks = (client.get(server.url(path)) for path in paths)
            await asyncio.gather(*looks, return_exceptions=True)
            paths = [*paths[7:], *paths[:7]]  # on a busy machine the last ones may be given up unsent
        assert {request.path for request in server.requests} >= CASES.keys()
        assert len(os.listdir("/proc/self/fd")) - before <= 2 * limits.connections
        for _ in range(20):  # a machine that stands still for half a second misses one
            with suppress(SourceError):
                assert (await client.get(server.url("/plain"))).body == FEED
                break
        else:
            pytest.fail("it fetches nothing any more")
