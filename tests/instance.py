"""A Mastodon-like server of ours on loopback, in a process of its own: for volumes that no mock can take.

`python -m tests.instance` prints its port and then does what each line on standard input says: `say` a text,
`edit` or `delete` what has an id, `cut` every stream after the beginning of an event. It serves one timeline
under every name, pages as Mastodon does, and streams.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from bisect import bisect_right
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from html import escape
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

PAGE = 40
"""Rows of a page at most, as Mastodon has it."""
FIRST_ID = 117_000_000_000_000_000
STEP = 65_536
TORN = 'event: update\ndata: {"id":"11700'


Accept = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Timeline:
    """What was said, oldest first, and who listens."""

    def __init__(self) -> None:
        self.port = 0
        self.ids: list[int] = []
        self.statuses: dict[int, dict[str, Any]] = {}
        self.listeners: set[asyncio.StreamWriter] = set()
        self.down = False
        """Whoever comes is hung up on."""
        self.faults: dict[str, bytes] = {}
        """Whole answers to requests whose target holds a word; `http_answer` makes them."""
        self.counts = True
        """Whether a search knows `offset`."""
        self.asked: list[str] = []
        """The target of every request, oldest first."""
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.said = 0

    def do(self, command: Mapping[str, Any]) -> None:
        """Obey one line."""
        if "say" in command:
            self._say(command)
        elif "edit" in command:
            status = self.statuses[int(command["edit"])]
            status |= {"content": paragraph(command["text"]), "edited_at": stamp(self.now())}
            self._tell("status.update", json.dumps(status))
        elif "delete" in command:
            number = int(command["delete"])
            del self.statuses[number]
            self.ids.remove(number)
            self._tell("delete", str(number))
        elif "cut" in command:
            for listener in self.listeners:
                listener.write(str(command["cut"]).encode())
                listener.close()
            self.listeners.clear()

    def _say(self, command: Mapping[str, Any]) -> None:
        number = FIRST_ID + self.said * STEP
        self.said += 1
        author, home = command.get("author", "ana"), f"http://127.0.0.1:{self.port}"
        status = {
            "id": str(number),
            "uri": f"{home}/users/{author}/statuses/{number}",
            "url": f"{home}/@{author}/{number}",
            "created_at": stamp(self.now()),
            "edited_at": None,
            "content": paragraph(command["say"]),
            "visibility": command.get("visibility", "public"),
            "language": "en",
            "account": {"id": author, "username": author, "acct": author, "display_name": author.title()},
        }
        self.ids.append(number)
        self.statuses[number] = status
        self._tell("update", json.dumps(status))

    def _tell(self, event: str, data: str) -> None:
        for listener in self.listeners:
            listener.write(f"event: {event}\ndata: {data}\n\n".encode())

    def page(self, asked: Mapping[str, list[str]]) -> list[dict[str, Any]]:
        """One page, newest first: `min_id` takes the rows just above it, anything else the newest."""
        limit = min(int(asked.get("limit", ["20"])[0]), PAGE)
        low = int(asked.get("min_id", asked.get("since_id", ["0"]))[0])
        high = int(asked.get("max_id", [str(2**63)])[0])
        start = bisect_right(self.ids, low)
        rows = self.ids[start : start + limit if "min_id" in asked else None]
        rows = [number for number in rows if number < high]
        if self.counts and (skipped := int(asked.get("offset", ["0"])[0])):
            rows = rows[:-skipped]
        return [self.statuses[number] for number in reversed(rows[-limit:])]


def paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def http_answer(status: str, body: bytes = b"{}", *headers: str) -> bytes:
    """A whole answer after which the server hangs up."""
    lines = (f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "Connection: close")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def door(timeline: Timeline) -> Accept:
    """What answers each connection."""

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while not timeline.down and (head := await reader.readuntil(b"\r\n\r\n")):
                target = head.split()[1].decode()
                path = urlsplit(target)
                timeline.asked.append(target)
                if fault := next((timeline.faults[word] for word in timeline.faults if word in target), b""):
                    writer.write(fault)
                    await writer.drain()
                    return
                if path.path.startswith("/api/v1/streaming/") and not path.path.endswith("health"):
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n:)\n")
                    timeline.listeners.add(writer)
                    await reader.read()
                    return
                status, body = answer(timeline, path.path, parse_qs(path.query))
                kind = "text/plain" if path.path.endswith("health") else "application/json"
                head_out = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(head_out.encode() + body)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            timeline.listeners.discard(writer)
            writer.close()

    return accept


async def serve(timeline: Timeline) -> None:
    """Answer until standard input ends."""
    server = await asyncio.start_server(door(timeline), "127.0.0.1", 0)
    timeline.port = server.sockets[0].getsockname()[1]
    print(timeline.port, flush=True)
    lines = asyncio.StreamReader(limit=2**20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        timeline.do(json.loads(line))
    server.close()


def answer(timeline: Timeline, path: str, asked: Mapping[str, list[str]]) -> tuple[str, bytes]:
    """Status line and body for everything but streams."""
    if path.endswith("/streaming/health"):
        return "200 OK", b"OK"
    if path == "/api/v2/instance":
        free = {"local": "public", "remote": "public"}
        urls = {"streaming": f"ws://127.0.0.1:{timeline.port}"}
        access = {"live_feeds": free, "hashtag_feeds": free}
        told = {"configuration": {"urls": urls, "timelines_access": access}, "api_versions": {"mastodon": 11}}
        return "200 OK", json.dumps(told).encode()
    if path.startswith("/api/v1/timelines/"):
        return "200 OK", json.dumps(timeline.page(asked)).encode()
    if path == "/api/v2/search":
        return "200 OK", json.dumps({"statuses": timeline.page(asked)}).encode()
    if path.startswith("/api/v1/statuses/"):
        found = timeline.statuses.get(int(path.rpartition("/")[2]))
        if found is not None:
            return "200 OK", json.dumps(found).encode()
    return "404 Not Found", b'{"error": "Record not found"}'


class Instance:
    """The server as a child process; leaving the block ends it."""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.instance"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        self._said = 0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def say(self, text: str, author: str = "ana", **more: str) -> str:
        """Post something; gives the id it gets."""
        self._do({"say": text, "author": author, **more})
        self._said += 1
        return str(FIRST_ID + (self._said - 1) * STEP)

    def edit(self, number: str, text: str) -> None:
        """Say it otherwise."""
        self._do({"edit": number, "text": text})

    def delete(self, number: str) -> None:
        """Take it back."""
        self._do({"delete": number})

    def cut(self, torn: str = TORN) -> None:
        """End every stream after the beginning of an event."""
        self._do({"cut": torn})

    def _do(self, command: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        self._process.stdin.flush()


if __name__ == "__main__":
    asyncio.run(serve(Timeline()))
