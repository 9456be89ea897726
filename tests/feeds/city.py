"""A city's GeoReport v2 server of ours on loopback, with the habits that real ones have."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit
from xml.sax.saxutils import escape

from feeds.backoff import Backoff
from feeds.budget import Manners
from feeds.check import check
from feeds.http import Client
from feeds.look import look
from feeds.open311_place import begin
from feeds.parser import Parser
from feeds.source import Bookmark, Look, Parsed, Source
from tests.feeds.city_counter import Counter

Request = dict[str, str]


@dataclass
class City:
    port: int = 0
    requests: list[Request] = field(default_factory=list)
    asked: list[Mapping[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    pages: bool = True
    """Honours `page` and `page_size`."""
    cap: int = 1000
    zeros: bool = False
    """Writes its JSON as the specification's samples do, with leading zeros."""
    broken: bytes = b""
    """Answers this with status 500 instead."""
    refuses: Callable[[Mapping[str, str]], str] | None = None
    """The status, be it 200, of an answer that is a list of errors; empty for none. `path` is asked too."""
    ids_at_once: int = 1000
    """Of a list of ids, looks at no more than these."""
    counter: Counter = field(default_factory=Counter)
    """Where requests are filed."""
    singles: bool = True
    """Knows the question for a single request."""

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}/open311/v2"

    def report(self, number: object, at: str, **more: str) -> Request:
        request = {
            "service_request_id": str(number),
            "status": "open",
            "service_name": "Pothole",
            "description": f"hole number {number}",
            "requested_datetime": at,
            "address": "14 Mill Street",
            **more,
        }
        self.requests.append(request)
        return request

    def answer(self, path: str, asked: dict[str, str]) -> tuple[str, bytes]:
        self.asked.append(asked)
        self.paths.append(path)
        if self.broken:
            return "500 Internal Server Error", self.broken
        if self.refuses and (status := self.refuses(asked | {"path": path})):
            return status, b'[{"code":400,"description":"not so"}]'
        rows = self.requests
        if one := re.fullmatch(r".*/requests/(.+)\.(?:json|xml)", path):
            rows = [row for row in rows if row["service_request_id"] == one[1]]
            if not rows or not self.singles:
                return "404 Not Found", b'[{"code":404,"description":"no such request"}]'
        elif ids := asked.get("service_request_id"):
            rows = [row for row in rows if row["service_request_id"] in ids.split(",")[: self.ids_at_once]]
        else:
            first, last = asked.get("start_date", ""), asked.get("end_date", "9")
            rows = [row for row in rows if first <= row["requested_datetime"] <= last]
            if code := asked.get("service_code"):
                rows = [row for row in rows if row.get("service_code", code) in code.split(",")]
            if self.pages and "page" in asked:
                size = int(asked["page_size"])
                rows = rows[(int(asked["page"]) - 1) * size :][:size]
        rows = rows[: self.cap]
        if path.endswith(".xml"):
            return "200 OK", xml(rows)
        body = json.dumps(rows)
        return "200 OK", (
            body.replace('"service_request_id": "', '"service_request_id": 00"') if self.zeros else body
        ).encode()


def xml(rows: list[Request]) -> bytes:
    inner = "".join(
        "<request>"
        + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in row.items())
        + "</request>"
        for row in rows
    )
    return f"<?xml version='1.0'?><service_requests>{inner}</service_requests>".encode()


@asynccontextmanager
async def city() -> AsyncIterator[City]:
    town = City()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            url = urlsplit(head.split()[1].decode())
            if head.startswith(b"POST ") or "/tokens/" in url.path:
                size = re.search(rb"(?i)content-length: *(\d+)", head)
                form = await reader.readexactly(int(size[1])) if size else b""
                status, body = town.counter.answer(url.path, dict(parse_qsl(form.decode())), town.requests)
            else:
                status, body = town.answer(
                    url.path, {name: values[0] for name, values in parse_qs(url.query).items()}
                )
            start = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            writer.write(start.encode() + body)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    town.port = server.sockets[0].getsockname()[1]
    try:
        yield town
    finally:
        server.close()


def ago(**span: float) -> str:
    return (datetime.now(UTC) - timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Town:
    """A city, and looks that remember where they were."""

    clock = 0.0

    def __init__(self, served: City, client: Client, parser: Parser) -> None:
        self.city, self._client, self._parser = served, client, parser
        self.bookmark = Bookmark()
        self.texts: dict[str, str] = {}

    @property
    def read_to(self) -> datetime:
        return begin(self.bookmark.cursor, datetime.now(UTC)).read_to

    async def look(self) -> Look:
        self.clock += 10_000.0  # Whatever pause a failure asked for is over.
        source = Source("city", "open311", self.city.endpoint, 300.0)
        seen = await look(source, self.bookmark, self._client, self._parser)
        self.bookmark = seen.bookmark
        for post in seen.posts:
            if post.state == "deleted":
                self.texts.pop(post.id, None)
            else:
                self.texts[post.id] = post.text
        return seen

    async def check(self, *ids: str) -> Parsed:
        source = Source("city", "open311", self.city.endpoint, 300.0)
        return await check(source, ids, self._client, self._parser)

    async def catch_up(self) -> int:
        looks = 1
        while (await self.look()).more:
            looks += 1
        return looks


@asynccontextmanager
async def town_of() -> AsyncIterator[Town]:
    manners = Manners(rate=1000, burst=10_000)
    backoff = Backoff(clock=lambda: there.clock, chance=lambda: 0.0)
    async with (
        city() as served,
        Client(user_agent="watchfloor/1", allow=["127.0.0.1"], manners=manners, backoff=backoff) as client,
        Parser() as parser,
    ):
        there = Town(served, client, parser)
        yield there
