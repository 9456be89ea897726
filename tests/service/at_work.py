"""A service at work for tests: a child process with its own settings, data and place list."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from console.paths import DataPaths
from console.service.client import NoService, ServiceClient
from console.settings import Settings, load
from console.store.reader import Reader

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"

SETTINGS = """
[desk]
name = "Riverton"
data = "data"
places = "places.csv"
[store]
keep_free = "{keep_free}"
[network]
allow = ["127.0.0.1"]
"""
PLACES = "name,aliases,area\nMill Street,Mill St,Riverton\nOak School,,Riverton\nRiverton,,\n"


def write_settings(
    home: Path, sources: Iterable[Mapping[str, Any]] = (), keep_free: str = "1 MB"
) -> Settings:
    """A desk's files in a directory, and its settings as they are read from there."""
    home.mkdir(exist_ok=True)
    (home / "places.csv").write_text(PLACES)
    lines = [SETTINGS.format(keep_free=keep_free)]
    for source in sources:
        lines.append(f"[sources.{source['name']}]")
        lines += [f"{key} = {_toml(value)}" for key, value in source.items() if key != "name"]
    (home / "settings.toml").write_text("\n".join(lines) + "\n")
    return load(home / "settings.toml", {})


def _toml(value: Any) -> str:
    return json.dumps(value if isinstance(value, bool | list) else str(value))


def until(true: Callable[[], Any], within: float = 10.0, every: float = 0.005) -> Any:
    """Wait until something holds, and give it back; fail when it never does."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            found = true()
        except NoService:
            found = None
        if found:
            return found
        time.sleep(every)
    raise AssertionError(f"this never came true within {within} s: {true}")


class Served:
    """`watchfloor serve` in a child process; leaving the block ends it."""

    def __init__(self, settings: Settings, *options: str, env: Mapping[str, str] | None = None) -> None:
        self.settings = settings
        self.paths = DataPaths(settings.desk.data)
        command = [sys.executable, "-m", "console", "--config", str(settings.path), "serve", *options]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stderr=subprocess.PIPE, env={**os.environ, **(env or {})}
        )

    def __enter__(self) -> Self:
        self.client().close()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def client(self) -> ServiceClient:
        """A connection to it, once it answers."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError(self.said())
            try:
                return ServiceClient.connect(self.paths)
            except NoService:
                time.sleep(0.01)
        raise AssertionError("the service never answered")

    def ask(self, do: Any, **fields: Any) -> dict[str, Any]:
        """One request on a connection of its own."""
        with self.client() as client:
            return client.ask(do, **fields)

    def reader(self) -> Reader:
        """The desk's view of the database."""
        return Reader(self.paths.database)

    def texts(self) -> list[str]:
        """Every text on the stream, oldest first."""
        with self.reader() as reader:
            return [mention.text for mention in reader.mentions(oldest_first=True, limit=1000)]

    def said(self) -> str:
        """What it wrote to standard error until it ended."""
        assert self.process.stderr is not None
        return self.process.stderr.read().decode()

    def total(self) -> int:
        """How many mentions there are, repeats included."""
        with self.reader() as reader:
            return reader.total()

    def end(self) -> int:
        """Ask it to end, as systemd does, and wait."""
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(20)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(20)
        assert self.process.stderr is not None
        self.process.stderr.close()


def post(number: int, text: str, **more: Any) -> dict[str, Any]:
    """One post as JSONL has it."""
    return {"id": str(number), "text": text, "author": f"voice{number}", **more}


def append(path: Path, *posts: Mapping[str, Any]) -> None:
    """Let posts appear at the end of a file."""
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(post) + "\n" for post in posts)


def following(posts: Path, **more: str) -> dict[str, Any]:
    return {"name": "posts", "kind": "jsonl", "address": posts, "interval": "1m", **more}


def sent(number: object, text: str = "") -> dict[str, Any]:
    """A post as the wire has it."""
    return {"source": "replay", "id": str(number), "text": text or f"said {number}", "author": str(number)}
