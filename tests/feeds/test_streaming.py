"""Streams against real servers of ours: what breaks them is a sentence, and nothing fills the memory."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Response

from feeds.backoff import Backoff
from feeds.budget import Manners
from feeds.http import Client, Limits
from feeds.source import SourceError
from tests.feeds.hostile_server import CASES, HostileServer, Request, Write, answer, fixed, hostile_server

EVENTS = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n"
TOKEN = "canary-token-7f3a"


async def three(write: Write, request: Request) -> None:
    for piece in (EVENTS, b":)\n", b"event: a\n", b"data: b\n\n"):
        await write(piece)
        await asyncio.sleep(0.02)


async def silent(write: Write, request: Request) -> None:
    await write(EVENTS + b":)\n")
    await asyncio.sleep(60)


async def broken(write: Write, request: Request) -> None:
    await write(EVENTS.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n") + b"5\r\n:)\n")


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[HostileServer]:
    cases = {
        "/three": three,
        "/silent": silent,
        "/broken": broken,
        "/page": fixed(answer(b"<html>", "Content-Type: text/html")),
        "/elsewhere": fixed(answer(b"", "Location: /three", status="302 Found")),
    }
    for path, case in cases.items():
        monkeypatch.setitem(CASES, path, case)
    async with hostile_server() as server:
        yield server


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with Client(
        user_agent="watchfloor/1",
        allow=["127.0.0.1"],
        limits=Limits(deadline=1.0),
        manners=Manners(rate=1000, burst=10_000),
    ) as client:
        yield client


def quick_client() -> Client:
    """One whose pauses are over before the next request."""
    backoff = Backoff(clock=lambda: time.monotonic() * 1e6, chance=lambda: 0.0)
    return Client(user_agent="watchfloor/1", allow=["127.0.0.1"], backoff=backoff)


async def refused(opening: AbstractAsyncContextManager[AsyncIterator[bytes]], words: str = "\\.$") -> float:
    """How long is to be waited after an opening that is refused."""
    with pytest.raises(SourceError, match=words) as said:
        async with opening:
            pass
    return said.value.retry_after


async def heard(client: Client, address: str, idle: float = 5.0, token: str = "") -> tuple[bytes, str]:
    """All that came, and the sentence that it ended with."""
    got = b""
    try:
        async with client.stream(address, idle=idle, token=token) as pieces:
            async for piece in pieces:
                got += piece
    except SourceError as error:
        return got, str(error)
    raise AssertionError("a stream ends with a sentence")


async def test_a_stream_is_read_as_it_comes_and_its_end_is_a_sentence(
    server: HostileServer, client: Client
) -> None:
    got, said = await heard(client, server.url("/three"), token=TOKEN)
    assert got == b":)\nevent: a\ndata: b\n\n"
    assert said.endswith("ended its stream; it is opened again.")
    assert server.requests[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert server.requests[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/silent", "said nothing on its stream for 0.3 seconds"),
        ("/broken", "broke its stream off"),
        ("/page", "sends no stream of events at this address"),
        ("/elsewhere", "HTTP status 302"),
        ("/401", "wants a login"),
        ("/503", "HTTP status 503"),
        ("/slow-headers", "did not open its stream within 1 seconds"),
        ("/nothing", "cannot be reached for its stream"),
    ],
)
async def test_a_bad_stream_is_a_sentence(
    server: HostileServer, client: Client, path: str, says: str
) -> None:
    _, said = await heard(client, server.url(path), idle=0.3, token=TOKEN)
    assert says in said
    assert TOKEN not in said


async def test_many_open_streams_take_no_room_from_ordinary_requests(
    server: HostileServer, client: Client
) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(25):
            await stack.enter_async_context(client.stream(server.url("/silent")))
        assert (await client.get(server.url("/plain"))).status == 200


async def test_a_stream_goes_only_where_any_request_may(client: Client) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["10.0.0.7"]

    async with Client(user_agent="watchfloor/1", resolve=resolve) as strict:
        with pytest.raises(SourceError, match="private or reserved"):
            async with strict.stream("https://stream.example/"):
                pass
        with pytest.raises(SourceError, match="private or reserved"):
            async with strict.websocket("wss://stream.example/subscribe"):
                pass


async def test_no_token_is_seen_in_a_log_or_a_value(
    server: HostileServer, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for path in ("/three", "/401", "/page"):
        await heard(client, server.url(path), token=TOKEN)
    with pytest.raises(SourceError):
        await client.get(server.url("/403"), token=TOKEN)
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(client)


async def test_a_token_is_sent_to_no_other_origin(server: HostileServer, client: Client) -> None:
    async with hostile_server() as other:
        server.pages["/away"] = answer(b"", f"Location: {other.url('/plain')}", status="302 Found")
        server.pages["/near"] = answer(b"", "Location: /plain", status="302 Found")
        assert (await client.get(server.url("/away"), token=TOKEN)).status == 200
        assert "authorization" not in other.requests[0].headers
        await client.get(server.url("/near"), token=TOKEN)
        assert server.requests[-1].headers["authorization"] == f"Bearer {TOKEN}"


async def test_what_is_sent_is_sent_once_and_follows_no_redirect(
    server: HostileServer, client: Client
) -> None:
    server.pages["/made"] = answer(b'{"id": 1}', status="201 Created")
    server.pages["/away"] = answer(b"", "Location: /made", status="307 Temporary Redirect")
    made = await client.post(server.url("/made"), b"{}", token=TOKEN)
    assert (made.status, made.body) == (201, b'{"id": 1}')
    with pytest.raises(SourceError, match="redirects what is sent to it"):
        await client.post(server.url("/away"), b"{}", token=TOKEN)
    assert [request.path for request in server.requests] == ["/made", "/away"]


async def test_what_a_server_says_to_a_refusal_is_kept_for_its_code_and_bounded(
    server: HostileServer, client: Client
) -> None:
    server.pages["/no"] = answer(b'{"error": "ExpiredToken"}' + b" " * 9000, status="400 Bad Request")
    with pytest.raises(SourceError) as refused:
        await client.get(server.url("/no"), token=TOKEN)
    assert refused.value.status == 400
    assert refused.value.body.startswith(b'{"error": "ExpiredToken"}')
    assert len(refused.value.body) == 2048


async def listened(client: Client, port: int, **options: float) -> tuple[list[bytes], str]:
    got: list[bytes] = []
    try:
        async with client.websocket(f"ws://127.0.0.1:{port}/", **options) as frames:  # type: ignore[arg-type]
            async for frame in frames:
                got.append(frame)
    except SourceError as error:
        return got, str(error)
    raise AssertionError("a stream ends with a sentence")


@pytest.mark.parametrize("path", ["/429-seconds", "/503-pause"])
async def test_a_pause_that_a_server_asks_for_holds_for_its_streams(
    server: HostileServer, client: Client, path: str
) -> None:
    server.pages["/503-pause"] = answer(b"", "Retry-After: 300", status="503 Service Unavailable")
    seconds = await refused(client.stream(server.url(path)))
    assert seconds > 100
    for opening in (
        client.stream(server.url("/three")),
        client.websocket(f"ws://127.0.0.1:{server.port}/three"),
    ):
        assert await refused(opening, "left alone") == pytest.approx(seconds, abs=5)
    with pytest.raises(SourceError, match="left alone"):
        await client.get(server.url("/plain"))
    assert len(server.requests) == 1


async def test_no_stream_is_asked_for_while_its_host_is_left_alone(
    server: HostileServer, client: Client
) -> None:
    with pytest.raises(SourceError):
        await client.get(server.url("/429-seconds"))
    assert await refused(client.stream(server.url("/three")), "left alone") > 100
    assert len(server.requests) == 1


async def test_streams_that_fail_are_left_alone_and_the_rest_of_the_host_is_asked_on(
    server: HostileServer, client: Client
) -> None:
    first = await refused(client.stream(server.url("/503")))
    assert first > 0
    assert await refused(client.stream(server.url("/three")), "Streaming of") == pytest.approx(first, abs=1)
    assert (await client.get(server.url("/plain"))).status == 200
    assert len(server.requests) == 2


async def test_opening_a_stream_is_one_of_the_requests_that_a_host_grants(server: HostileServer) -> None:
    left = ("X-RateLimit-Remaining: 1", "X-RateLimit-Limit: 300", "X-RateLimit-Reset: 600")
    server.pages["/one-left"] = answer(b"", *left)
    async with quick_client() as client:
        await client.get(server.url("/one-left"))
        await heard(client, server.url("/three"))
        assert await refused(client.stream(server.url("/three")), "few more requests") > 500
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("status", "retry", "pause", "lasting"),
    [(429, "600", 600.0, False), (503, "900", 900.0, False), (503, "", 5.0, False), (400, "", 0.0, True)],
)
async def test_a_refused_handshake_is_a_refusal_like_any(
    client: Client, status: int, retry: str, pause: float, lasting: bool
) -> None:
    asked = 0

    def refuse(connection: ServerConnection, _request: object) -> Response:
        nonlocal asked
        asked += 1
        response = connection.respond(status, "no")
        if retry:
            response.headers["Retry-After"] = retry
        return response

    async def silence(connection: ServerConnection) -> None:
        pass

    async with serve(silence, "127.0.0.1", 0, process_request=refuse) as server:
        address = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/"
        with pytest.raises(SourceError) as said:
            async with client.websocket(address):
                pass
        assert (said.value.status, said.value.lasting) == (status, lasting)
        assert pause / 2 <= said.value.retry_after <= pause
        if pause:
            await refused(client.websocket(address), "left alone")
        assert asked == 1


async def test_a_websocket_tries_every_address_of_a_name() -> None:
    async def talk(connection: ServerConnection) -> None:
        await connection.send("here")

    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["::1", "127.0.0.1"]

    async with (
        serve(talk, "127.0.0.1", 0) as server,
        Client(user_agent="watchfloor/1", allow=["127.0.0.1", "::1"], resolve=resolve) as client,
    ):
        port = next(iter(server.sockets)).getsockname()[1]
        async with client.websocket(f"ws://localhost:{port}/") as frames:
            assert await anext(aiter(frames)) == b"here"


async def test_a_websocket_gives_messages_and_ends_with_a_sentence() -> None:
    async def talk(connection: ServerConnection) -> None:
        for message in ("one", b"two", "x" * 3000):
            await connection.send(message)
        await asyncio.sleep(5)

    async with quick_client() as client:
        async with serve(talk, "127.0.0.1", 0) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            got, said = await listened(client, port, largest=2048)
            assert got == [b"one", b"two"]
            assert "a message of more than 2 KiB" in said
            got, said = await listened(client, port, idle=0.2)
            assert len(got) == 3
            assert "said nothing on its stream for 0.2 seconds" in said
        _, said = await listened(client, port)
        assert "cannot be reached for its stream" in said


async def test_a_reader_who_is_slow_slows_the_sender_down(client: Client) -> None:
    sent = 0

    async def pour(connection: ServerConnection) -> None:
        nonlocal sent
        while True:
            await connection.send("x" * 100_000)
            sent += 1

    async with serve(pour, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with client.websocket(f"ws://127.0.0.1:{port}/") as frames:
            await anext(aiter(frames))
            await asyncio.sleep(0.5)
            before = sent
            await asyncio.sleep(0.5)
            assert sent == before < 400
