"""A proxy of ours in front of a real server: it passes requests on, or loses them at a moment of choice."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

Fault = Literal["none", "before", "after", "502", "half", "late", "slow", "429"]
"""`before`: dropped, never passed on. `after`, `502`, `half`: applied; then no, a false, half an answer.
`late`: applied only when the client has given up. `slow`: applied, and answered when the client has given up.
`429`: not passed on."""
Choose = Callable[[str, str], Fault]
"""Method and path in."""
NOT_MASTODON = b'{"title": "A small server", "version": "0.17.3+git-3fd0a1a", "configuration": {}}'
"""What GoToSocial says of itself, as far as it matters."""


@dataclass
class FaultProxy:
    upstream: int
    """Port of the real server on loopback."""
    choose: Choose = lambda _method, _path: "none"
    keyless: bool = False
    """Act like the servers that take no notice of an Idempotency-Key."""
    instance: bytes = NOT_MASTODON
    """What such a server says of itself."""
    delay: float = 1.2
    """Seconds of `late` and `slow`."""
    port: int = 0
    done: Counter[Fault] = field(default_factory=Counter)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    async def settle(self) -> None:
        """Wait until everything that is under way has been applied."""
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await _whole_request(reader)
            method, path = request.split(b" ", 2)[:2]
            fault = self.choose(method.decode(), path.decode())
            self.done[fault] += 1
            writer.write(await self._answer(request, path, fault))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, request: bytes, path: bytes, fault: Fault) -> bytes:
        if fault == "before":
            return b""
        if fault == "429":
            return b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        if self.keyless and path == b"/api/v2/instance":
            length = f"Content-Length: {len(self.instance)}\r\nConnection: close\r\n\r\n"
            return b"HTTP/1.1 200 OK\r\n" + length.encode() + self.instance
        if fault == "late":
            await asyncio.sleep(self.delay)
        answer = await self._pass_on(request)
        if fault == "slow":
            await asyncio.sleep(self.delay)
        if fault == "502":
            return b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 5\r\nConnection: close\r\n\r\nnginx"
        return {"after": b"", "half": answer[: len(answer) // 2]}.get(fault, answer)

    async def _pass_on(self, request: bytes) -> bytes:
        request = re.sub(rb"(?im)^connection: .*\r\n", b"", request, count=1)
        request = request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
        if self.keyless:
            request = re.sub(rb"(?im)^idempotency-key: .*\r\n", b"", request)
        reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        try:
            writer.write(request)
            await writer.drain()
            return await reader.read()
        finally:
            writer.close()
            await writer.wait_closed()


async def _whole_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?im)^content-length: *(\d+)", head)
    return head + (await reader.readexactly(int(length[1])) if length else b"")


@asynccontextmanager
async def fault_proxy(
    upstream: int, choose: Choose = lambda _method, _path: "none", *, keyless: bool = False
) -> AsyncIterator[FaultProxy]:
    proxy = FaultProxy(upstream, choose, keyless=keyless)
    server = await asyncio.start_server(proxy.accept, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.settle()
