"""Nothing was sent, or nobody knows: each way to lose a request, and on which side of the line it falls."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from feeds.backoff import Backoff
from feeds.budget import Manners
from feeds.http import Client, Limits
from feeds.sending import Doubtful, NotSent
from tests.feeds.hostile_server import answer

Act = Callable[["Street", asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Street:
    """A server that does one thing with every request, and remembers what it had read of each."""

    port: int = 0
    heard: list[bytes] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/say"


async def whole(street: Street, reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line[:15] == b"content-length:"),
        0,
    )
    street.heard.append(head + await reader.readexactly(length))


def says(reply: bytes) -> Act:
    async def act(street: Street, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await whole(street, reader)
        writer.write(reply)
        await writer.drain()

    return act


async def drops_before_reading(
    street: Street, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Hangs up as soon as somebody connects."""


async def drops_after_reading(
    street: Street, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    await whole(street, reader)


async def is_silent(street: Street, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await whole(street, reader)
    await asyncio.sleep(5)


@asynccontextmanager
async def street(act: Act) -> AsyncIterator[Street]:
    made, tasks = Street(), set[asyncio.Task[None]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await act(made, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    quick = Backoff(clock=lambda: time.monotonic() * 1e6, chance=lambda: 0.0)
    limits = Limits(deadline=0.5, wire=2000)
    async with Client(
        user_agent="watchfloor/1", allow=["127.0.0.1", "localhost"], limits=limits, backoff=quick
    ) as made:
        yield made


@pytest.mark.parametrize(
    "status", [200, 201, 202, 301, 303, 307, 400, 401, 404, 409, 422, 429, 500, 502, 503]
)
async def test_any_final_status_is_a_reply_and_no_redirect_is_followed(client: Client, status: int) -> None:
    async with street(says(answer(b'{"a":1}', "Location: /other", status=f"{status} X"))) as server:
        reply = await client.send(
            "POST", server.address, b"hello", headers={"Idempotency-Key": "k-1"}, token="t-1"
        )
    assert (reply.status, reply.body, reply.headers["location"]) == (status, b'{"a":1}', "/other")
    assert len(server.heard) == 1
    sent = server.heard[0].lower()
    assert sent.startswith(b"post /say ")
    assert sent.endswith(b"hello")
    assert b"authorization: bearer t-1" in sent
    assert b"idempotency-key: k-1" in sent
    assert b"content-type: application/json" in sent


async def test_headers_of_the_caller_replace_ours_whatever_their_case(client: Client) -> None:
    async with street(says(answer())) as server:
        await client.send("PUT", server.address, b"a=1", headers={"content-type": "text/plain"})
    assert server.heard[0].lower().count(b"content-type") == 1
    assert b"text/plain" in server.heard[0]


async def test_a_pause_that_a_server_asks_for_comes_with_its_reply(client: Client) -> None:
    async with street(says(answer(b"", "Retry-After: 120", status="429 Slow Down"))) as server:
        assert (await client.send("POST", server.address, b"x")).retry_after == 120


@pytest.mark.parametrize(
    "act",
    [
        drops_before_reading,
        drops_after_reading,
        is_silent,
        says(b"HTTP/1.1 200 OK\r\nContent-Le"),
        says(answer(b"half", length=400)),
        says(answer(b"x" * 3000)),
        says(answer(b"not gzip", "Content-Encoding: gzip")),
        says(answer(b"x", "Content-Encoding: br")),
        says(b"SSH-2.0-OpenSSH_9.6\r\n"),
    ],
)
async def test_once_the_request_is_on_its_way_everything_but_a_whole_answer_is_doubt(
    client: Client, act: Act
) -> None:
    async with street(act) as server:
        with pytest.raises(Doubtful, match="after the message went out; whether it took it is not known"):
            await client.send("POST", server.address, b"hello")
    if act is drops_before_reading:
        assert not server.heard
    else:
        assert server.heard[0].endswith(b"hello"), "the server had it all"


async def test_a_server_that_nobody_runs_was_sent_nothing(client: Client) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(NotSent, match=r"cannot be reached.*Nothing was sent\.") as raised:
        await client.send("POST", f"http://127.0.0.1:{port}/say", b"hello")
    assert raised.value.retry_after > 0
    assert not raised.value.lasting


async def test_a_server_that_speaks_no_tls_is_sent_nothing(client: Client) -> None:
    async with street(is_silent) as server:
        for act in (drops_before_reading, says(b"HTTP/1.1 400 Bad Request\r\n\r\n")):
            async with street(act) as plain:
                with pytest.raises(NotSent, match="Nothing was sent"):
                    await client.send("POST", plain.address.replace("http:", "https:"), b"hello", token="t-1")
                assert b"hello" not in b"".join(plain.heard)
        with pytest.raises(NotSent):
            await client.send("POST", server.address.replace("http:", "https:"), b"hello")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
async def test_a_server_whose_certificate_nobody_vouches_for_is_sent_nothing(
    client: Client, tmp_path: Path
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    heard = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(1000))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(NotSent, match=r"shows no valid certificate\. Nothing was sent"):
            await client.send("POST", f"https://127.0.0.1:{port}/say", b"hello", token="t-1")
    finally:
        server.close()
    assert b"".join(heard) == b""


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("http://10.0.0.1/say", "private or reserved"),
        ("ftp://127.0.0.1/say", "only http and https|Only http and https"),
        ("http://user:pass@127.0.0.1/say", "carries a login"),
        ("http://127.0.0.1/a b", "spaces"),
        ("http://xn--\xff.example/say", "."),
    ],
)
async def test_an_address_that_is_refused_is_sent_nothing_for_good(
    client: Client, address: str, sentence: str
) -> None:
    with pytest.raises(NotSent, match=sentence) as raised:
        await client.send("POST", address, b"hello")
    assert str(raised.value).endswith("Nothing was sent.")


async def test_a_token_that_no_header_can_hold_is_sent_nowhere_and_shown_nowhere(client: Client) -> None:
    async with street(says(answer())) as server:
        with pytest.raises(NotSent, match="cannot be sent") as raised:
            await client.send("POST", server.address, b"hello", token="tok\nen")
    assert "tok" not in str(raised.value).replace("token", "")
    assert not server.heard


async def test_a_host_that_is_left_alone_is_sent_nothing_and_the_pause_is_said() -> None:
    async with Client(user_agent="watchfloor/1", allow=["127.0.0.1"]) as client:
        async with street(says(answer(b"", "Retry-After: 90", status="503 Busy"))) as server:
            await client.send("POST", server.address, b"first")
            with pytest.raises(NotSent, match="left alone") as raised:
                await client.send("POST", server.address, b"second")
        assert 80 < raised.value.retry_after <= 90
        assert len(server.heard) == 1


async def test_a_budget_that_is_spent_holds_what_is_not_urgent() -> None:
    manners = Manners(rate=0.01, burst=1)
    async with (
        Client(user_agent="watchfloor/1", allow=["127.0.0.1"], manners=manners) as client,
        street(says(answer())) as server,
    ):
        await client.send("POST", server.address, b"1", urgent=False)
        with pytest.raises(NotSent, match="grants us few more requests") as raised:
            await client.send("POST", server.address, b"2", urgent=False)
        assert raised.value.retry_after > 5
        assert (await client.send("POST", server.address, b"3")).status == 200
