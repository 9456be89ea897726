"""The Mastodon server of others that tests run against: `mastodon-mock` as a child process on loopback."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

DESK, ANA = "token-of-the-desk", "token-of-ana"
"""Tokens of the two accounts: the desk's own, and somebody's."""
SETTINGS = """
[server]
host = "127.0.0.1"
port = {port}
[database]
path = "{database}"
[streaming]
heartbeat_seconds = 1.0
[[seed.accounts]]
username = "riverton"
access_token = "token-of-the-desk"
[[seed.accounts]]
username = "ana"
access_token = "token-of-ana"
"""


class MastodonMock:
    """A stateful server; leaving the block ends it."""

    def __init__(self, home: Path) -> None:
        self._home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        settings = self._home / "mock.toml"
        settings.write_text(SETTINGS.format(port=self.port, database=self._home / "mock.db"))
        command = [str(Path(sys.executable).with_name("mastodon_mock")), "serve", "--config", str(settings)]
        self._process = subprocess.Popen(
            command, cwd=self._home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.client = httpx.Client(base_url=self.origin, headers={"Authorization": f"Bearer {ANA}"})
        for _ in range(600):
            try:
                self.client.get("/api/v2/instance")
                return self
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError("mastodon-mock did not start")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()
        self._process.kill()  # with a stream once open, it would wait for that
        self._process.wait(10)

    def say(self, text: str, **more: str) -> str:
        """Post as ana; gives the id."""
        answer = self.client.post("/api/v1/statuses", data={"status": text, **more})
        answer.raise_for_status()
        return str(answer.json()["id"])

    def edit(self, number: str, text: str) -> None:
        """Say it otherwise."""
        self.client.put(f"/api/v1/statuses/{number}", data={"status": text}).raise_for_status()

    def delete(self, number: str) -> None:
        """Take it back."""
        self.client.delete(f"/api/v1/statuses/{number}").raise_for_status()

    def fault(self, effect: str, *, path: str = "*/timelines/*", count: int = 1, **more: Any) -> None:
        """Let the next requests to a path go wrong."""
        rule = {
            "match": {"methods": ["GET"], "path": path},
            "effect": {"type": effect, **more},
            "count": count,
        }
        self.client.post("/api/v1/_mock/faults", json=rule).raise_for_status()

    def held(self, tag: str) -> dict[str, str]:
        """Every status that it holds under a tag, by uri, as text."""
        found: dict[str, str] = {}
        below: dict[str, str] = {}
        while page := self.client.get(f"/api/v1/timelines/tag/{tag}", params={"limit": "40", **below}).json():
            found |= {status["uri"]: status["content"] for status in page}
            below = {"max_id": page[-1]["id"]}
        return found
