"""A web server on loopback that does everything a bad, broken or tired one may do, one path each."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Write = Callable[[bytes], Awaitable[None]]
"""Sends bytes at once; ends the case quietly when the client has gone."""
FEED = b"<rss version='2.0'><channel><item><guid>1</guid><title>one</title></item></channel></rss>"


@dataclass
class Request:
    path: str
    headers: dict[str, str]


@dataclass
class HostileServer:
    port: int = 0
    requests: list[Request] = field(default_factory=list)
    pages: dict[str, bytes] = field(default_factory=dict)
    """Whole answers for paths beyond the table of cases."""

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def write(data: bytes) -> None:
            writer.write(data)
            await writer.drain()

        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            lines = (line.partition(":") for line in head[1:] if line)
            request = Request(head[0].split()[1], {name.lower(): value.strip() for name, _, value in lines})
            self.requests.append(request)
            if request.path in self.pages:
                await write(self.pages[request.path])
            else:
                await CASES[request.path](write, request)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def hostile_server() -> AsyncIterator[HostileServer]:
    hostile = HostileServer()
    tasks: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(hostile.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    hostile.port = server.sockets[0].getsockname()[1]
    try:
        yield hostile
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def answer(body: bytes = b"", *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join(lines).encode() + b"\r\nConnection: close\r\n\r\n" + body


def packed(size: int) -> bytes:
    return gzip.compress(bytes(size))


def fixed(reply: bytes) -> Callable[[Write, Request], Awaitable[None]]:
    async def case(write: Write, request: Request) -> None:
        await write(reply)

    return case


async def slow_body(write: Write, request: Request) -> None:
    await write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        await write(b"x")
        await asyncio.sleep(0.05)


async def slow_headers(write: Write, request: Request) -> None:
    await write(b"HTTP/1.1 200 OK\r\n")
    while True:
        await write(b"X-Slow: yes\r\n")
        await asyncio.sleep(0.05)


async def silence(write: Write, request: Request) -> None:
    await asyncio.sleep(60)


async def endless_body(write: Write, request: Request) -> None:
    await write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        await write(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")


async def endless_headers(write: Write, request: Request) -> None:
    await write(b"HTTP/1.1 200 OK\r\n")
    while True:
        await write(b"X-More: and more\r\n" * 500)


async def conditional(write: Write, request: Request) -> None:
    if request.headers.get("if-none-match") == '"v1"' or "if-modified-since" in request.headers:
        await write(answer(status="304 Not Modified"))
    else:
        modified = "Last-Modified: Sun, 01 Mar 2026 18:00:00 GMT"
        await write(answer(FEED, 'ETag: "v1"', modified, "Content-Type: application/rss+xml"))


def redirect(location: str, status: str = "302 Found") -> Callable[[Write, Request], Awaitable[None]]:
    return fixed(answer(b"elsewhere", f"Location: {location}", status=status))


GZIP = "Content-Encoding: gzip"
CASES: dict[str, Callable[[Write, Request], Awaitable[None]]] = {
    "/feed": conditional,
    "/plain": fixed(answer(FEED)),
    "/gzip": fixed(answer(gzip.compress(FEED), GZIP)),
    "/gzip-two-members": fixed(answer(gzip.compress(FEED[:20]) + gzip.compress(FEED[20:]), GZIP)),
    "/gzip-padded": fixed(answer(gzip.compress(FEED) + bytes(64), GZIP)),
    # Hostile: sizes.
    "/gzip-bomb": fixed(answer(packed(30_000_000), GZIP)),
    "/gzip-ratio": fixed(answer(packed(500_000), GZIP)),
    "/gzip-twice": fixed(answer(gzip.compress(packed(1000)), "Content-Encoding: gzip, gzip")),
    "/gzip-twice-two-headers": fixed(answer(gzip.compress(packed(1000)), GZIP, GZIP)),
    "/gzip-thrice": fixed(answer(b"x" * 441, "Content-Encoding: gzip, gzip, gzip")),
    "/brotli": fixed(answer(b"x" * 50, "Content-Encoding: br")),
    "/deflate": fixed(answer(zlib.compress(FEED), "Content-Encoding: deflate")),
    "/gzip-lie": fixed(answer(FEED, GZIP)),
    "/gzip-torn": fixed(answer(gzip.compress(FEED)[:-12], GZIP)),
    "/endless-body": endless_body,
    "/large-body": fixed(answer(b"x" * 200_000)),
    # Hostile: time.
    "/slow-body": slow_body,
    "/slow-headers": slow_headers,
    "/silence": silence,
    # Hostile: form.
    "/endless-headers": endless_headers,
    "/too-short": fixed(answer(FEED, length=len(FEED) + 50)),
    "/too-long": fixed(answer(FEED + b"</rss>", length=len(FEED))),
    "/two-lengths": fixed(answer(FEED, "Content-Length: 5")),
    "/no-http": fixed(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "/nothing": fixed(b""),
    # Hostile: redirects.
    "/loop": redirect("/loop"),
    "/to-file": redirect("file:///etc/passwd"),
    "/to-metadata": redirect("http://169.254.169.254/latest/meta-data/"),
    "/to-private": redirect("http://10.0.0.1/"),
    "/to-login": redirect("http://user:secret@127.0.0.1/"),
    "/to-control": redirect("http://127.0.0.1/\x0bx"),
    "/to-nowhere": fixed(answer(b"", status="302 Found")),
    "/hop-1": redirect("/hop-2", "301 Moved Permanently"),
    "/hop-2": redirect("/feed", "308 Permanent Redirect"),
    "/hop-for-now": redirect("/feed", "307 Temporary Redirect"),
    # Tired or unwilling.
    "/429-seconds": fixed(answer(b"", "Retry-After: 120", status="429 Too Many Requests")),
    "/503-date": fixed(
        answer(b"", "Retry-After: Sun, 01 Mar 2026 18:05:00 GMT", status="503 Service Unavailable")
    ),
    "/503": fixed(answer(status="503 Service Unavailable")),
    "/401": fixed(answer(status="401 Unauthorized")),
    "/403": fixed(answer(status="403 Forbidden")),
    "/404": fixed(answer(status="404 Not Found")),
    "/410": fixed(answer(status="410 Gone")),
    "/304-unasked": fixed(answer(status="304 Not Modified")),
    "/204": fixed(answer(status="204 No Content")),
    "/budget-spent": fixed(
        answer(FEED, "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 2026-03-01T18:10:00.000Z")
    ),
    "/fresh": fixed(answer(FEED, "Cache-Control: public, max-age=90", "Age: 30")),
    "/strange-etag": fixed(answer(FEED, "ETag: \xff\xfe")),
    "/cookie": fixed(answer(FEED, "Set-Cookie: track=me; Path=/")),
}
