"""Two instances of one network on loopback, as Mastodon tells of it: ids of their own, one uri a post."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

BEGAN = datetime.now(UTC).isoformat()


class Instance(ThreadingHTTPServer):
    """One server, and what it holds by its own ids."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Api)
        self.statuses: dict[str, dict[str, Any]] = {}
        self.address = f"http://127.0.0.1:{self.server_port}"

    def holds(self, number: int, text: str, uri: str, **more: Any) -> None:
        """Let it hold a status under an id of its own."""
        self.statuses[str(number)] = {
            "id": str(number),
            "uri": uri,
            "url": uri,
            "visibility": "public",
            "created_at": BEGAN,
            "content": f"<p>{text}</p>",
            "account": {"acct": "ana@home.example", "username": "ana", "display_name": "Ana"},
            **more,
        }

    def source(self, name: str) -> dict[str, Any]:
        """The settings that have the desk look at it every second."""
        return {"name": name, "kind": "mastodon", "address": f"{self.address}/tags/flood", "interval": "1s"}


class _Api(BaseHTTPRequestHandler):
    server: Instance

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        held = self.server.statuses
        found: Any = None
        if path == "/api/v1/timelines/tag/flood":
            above = next((part[7:] for part in query.split("&") if part.startswith("min_id=")), "0")
            found = [held[one] for one in sorted(held, key=int, reverse=True) if int(one) > int(above)]
        elif path.startswith("/api/v1/statuses/"):
            found = held.get(path.rsplit("/", 1)[1])
        elif path in ("/api/v2/instance", "/api/v1/instance"):
            found = {}
        body = json.dumps({"error": "Record not found"} if found is None else found).encode()
        self.send_response(404 if found is None else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextmanager
def instance() -> Iterator[Instance]:
    """An instance for as long as the block lasts."""
    server = Instance()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
