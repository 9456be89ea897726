"""A city's GeoReport v2 server of ours on loopback, with the habits that real ones have."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

Request = dict[str, str]


@dataclass
class City:
    port: int = 0
    requests: list[Request] = field(default_factory=list)
    asked: list[Mapping[str, str]] = field(default_factory=list)
    pages: bool = True
    """Honours `page` and `page_size`."""
    cap: int = 1000
    zeros: bool = False
    """Writes its JSON as the specification's samples do, with leading zeros."""
    broken: bytes = b""
    """Answers this with status 500 instead."""

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

    def answer(self, path: str, asked: Mapping[str, str]) -> tuple[str, bytes]:
        self.asked.append(asked)
        if self.broken:
            return "500 Internal Server Error", self.broken
        rows = self.requests
        if one := re.fullmatch(r".*/requests/(.+)\.(?:json|xml)", path):
            rows = [row for row in rows if row["service_request_id"] == one[1]]
            if not rows:
                return "404 Not Found", b'[{"code":404,"description":"no such request"}]'
        elif ids := asked.get("service_request_id"):
            rows = [row for row in rows if row["service_request_id"] in ids.split(",")]
        else:
            first, last = asked["start_date"], asked["end_date"]
            rows = [row for row in rows if first <= row["requested_datetime"] <= last]
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
