"""Server-sent events out of the bytes of a stream (HTML standard, 9.2.6). Pure and bounded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_EVENT = 1024 * 1024
"""Bytes of one event; a longer one is skipped, for no status is that long."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `name` is empty for a sign of life, and `!` for one that was too long to keep."""

    name: str
    data: str = ""


TOO_LONG = Event("!")
ALIVE = Event("")


class Events:
    """Cuts a stream into events. A `Last-Event-ID` is not kept: Mastodon replays nothing."""

    def __init__(self, *, longest: int = LONGEST_EVENT) -> None:
        self._longest = longest
        self._rest = b""
        self._name = ""
        self._data: list[str] = []
        self._size = 0
        self._skipping = False

    def feed(self, piece: bytes) -> Iterator[Event]:
        """Add what was read; give every event that is complete by now, a sign of life for a comment."""
        self._rest += piece
        # A lone CR at the end may be half of a CRLF.
        held = b"\r" if self._rest.endswith(b"\r") else b""
        whole = self._rest[: len(self._rest) - len(held)]
        *lines, last = whole.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._rest = last + held
        for line in lines:
            yield from self._line(line)
        if len(self._rest) > self._longest:
            self._rest, self._skipping = b"", True

    def _line(self, line: bytes) -> Iterator[Event]:
        self._size += len(line)
        if self._size > self._longest:
            self._skipping = True
            self._data = []
        if not line:
            if self._skipping:
                yield TOO_LONG
            elif self._data:
                yield Event(self._name or "message", "\n".join(self._data))
            self._name, self._data, self._size, self._skipping = "", [], 0, False
            return
        if line.startswith(b":"):
            yield ALIVE
            return
        field, _, value = line.decode("utf-8", "replace").partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            self._name = value
        elif field == "data" and not self._skipping:
            self._data.append(value)
