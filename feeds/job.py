"""What the service and its parser host say to each other: typed values as msgpack, never pickle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec

from feeds.source import Document, Kind

CPU_SECONDS = 3
"""Processor time of one document; five megabytes of healthy RSS take 1.6 s."""
WALL_SECONDS = 3.0
"""Time by the clock that one document may hold a parser."""
MEMORY_BYTES = 512 * 1024 * 1024
"""Address space of one parser."""
OPEN_FILES = 16
RESULT_BYTES = 64 * 1024 * 1024
"""What a parser may answer; a document of 10 MiB gives about twice its size."""
SLOTS = 4
"""Documents parsed at the same time, so that one that burns its 3 s does not stop the others."""

_LENGTH = 4

Outcome = Literal["parsed", "unreadable", "time", "late", "memory", "size", "failed"]
"""`time` is the document's own doing, `late` that of a busy machine."""


@dataclass(frozen=True, slots=True)
class Job:
    """One document to parse."""

    number: int
    kind: Kind
    document: Document


@dataclass(frozen=True, slots=True)
class Reply:
    """How a job ended; `payload` is the parsed document or, when it was unreadable, the reason."""

    number: int
    outcome: Outcome
    payload: bytes = b""


class Garbage(Exception):
    """A frame that nobody of ours would write."""


def frame(value: Job | Reply) -> bytes:
    """Pack a value with its length in front."""
    packed = msgspec.msgpack.encode(value)
    return len(packed).to_bytes(_LENGTH, "big") + packed


class Frames:
    """Cuts a stream of bytes back into the frames that were written to it."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Add what was read and give every frame that is now complete.

        Raises:
            Garbage: when a frame claims to be longer than any of ours.
        """
        self._buffer += piece
        while len(self._buffer) >= _LENGTH:
            end = _LENGTH + int.from_bytes(self._buffer[:_LENGTH], "big")
            if end > RESULT_BYTES + 1024:
                raise Garbage("a frame is longer than any answer may be")
            if len(self._buffer) < end:
                return
            yield bytes(self._buffer[_LENGTH:end])
            del self._buffer[:end]
