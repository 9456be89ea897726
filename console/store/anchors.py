"""Anchors: the log's head written down outside the database, so that a cut or rewritten log is found out.

An anchor is a line `2026-03-01T18:00:00+00:00 anchor 1234 HASH`. Something may stand before it, so lines that
journald kept are anchors as well: `journalctl -u watchfloor | grep ' anchor '`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from console.store.connect import Connection
from console.store.log import START, head

_LINE = re.compile(r".*?(?:(\d{4}-\d\d-\d\dT\S+) .*?)?\banchor (\d{1,15}) ([0-9a-f]{64})", re.ASCII)
_LONGEST = 4096
"""Bytes of a line that are read; ours have 110."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Number and hash of the line that was the newest of the log at some moment."""

    at: str
    """When, as it was written."""
    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.at} anchor {self.seq} {self.hash}"


def anchor_of(connection: Connection, now: datetime) -> Anchor:
    """The log's head as it stands."""
    return Anchor(now.isoformat(timespec="seconds"), *head(connection))


def append(path: Path, anchor: Anchor) -> bool:
    """Write an anchor behind the others and have it on the disk (0640); says whether it was a new one."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o640)
    try:
        length = os.fstat(descriptor).st_size
        tail = os.pread(descriptor, _LONGEST, max(0, length - _LONGEST))
        if tail.endswith(f" anchor {anchor.seq} {anchor.hash}\n".encode()):
            return False
        # A line that a full disk or a power cut left half must not swallow this one.
        gap = "" if tail.endswith(b"\n") or not tail else "\n"
        os.write(descriptor, f"{gap}{anchor}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return True


def read(path: Path) -> Iterator[Anchor | int]:
    """The anchors of a file in their order; the number of each line that is none."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(_LONGEST):
            number += 1
            text = line.decode("utf-8", "replace").strip()
            found = _LINE.fullmatch(text)
            if found:
                yield Anchor(found[1] or "", int(found[2]), found[3])
            elif text:
                yield number


def faults(connection: Connection, path: Path, anchors: Iterable[Anchor | int]) -> Iterator[str]:
    """A sentence for each anchor that the log does not bear out, and each line that is none."""
    cut = False
    for anchor in anchors:
        if isinstance(anchor, int):
            yield f"Line {anchor} of {path} is no anchor: it was damaged, or another hand wrote it."
            continue
        if anchor.seq == 0:
            fits = anchor.hash == START
        else:
            row = connection.execute("SELECT hash FROM event WHERE seq = ?", (anchor.seq,)).fetchone()
            if row is None:
                if not cut:  # Every later anchor would say the same.
                    yield (
                        f"The log had a line {anchor.seq} at {anchor.at} by {path}, and has none now: lines "
                        "were cut off its end, or an older copy was put in its place."
                    )
                cut = True
                continue
            fits = row[0] == anchor.hash
        if not fits:
            yield (
                f"Line {anchor.seq} of the log is not the one that {path} names at {anchor.at}: the log was "
                "rewritten at that line or before it."
            )
