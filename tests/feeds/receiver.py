"""A small HTTP server of ours on loopback that keeps what it is sent and answers to order."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Got:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    port: int = 0
    got: list[Got] = field(default_factory=list)
    answer: Callable[[Got], tuple[str, bytes]] | None = lambda _got: ("200 OK", b"")
    """Status line with any headers, and body. None hangs up once all has arrived; an empty status waits."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    us = Receiver()
    serving: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        size = re.search(r"(?i)content-length: *(\d+)", head)
        body = await reader.readexactly(int(size[1])) if size else b""
        start, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        method, path, _ = start.split()
        got = Got(method, path, headers, body)
        us.got.append(got)
        if us.answer is None:
            return
        status, said = us.answer(got)
        if not status:
            await asyncio.sleep(30)
        start = f"HTTP/1.1 {status}\r\nContent-Length: {len(said)}\r\nConnection: close\r\n\r\n"
        writer.write(start.encode() + said)
        await writer.drain()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        serving.add(task)
        try:
            await one(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            serving.discard(task)
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    us.port = server.sockets[0].getsockname()[1]
    try:
        yield us
    finally:
        server.close()
        for task in tuple(serving):
            task.cancel()
        await asyncio.sleep(0)
