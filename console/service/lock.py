"""One service a desk: a lock that the kernel lets go of, however its holder ends."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path


class AlreadyRuns(Exception):
    """Another service holds the desk; the message says which and since when."""


@contextmanager
def only_service(path: Path, now: datetime) -> Iterator[None]:
    """Hold the lock of a desk for as long as the block runs.

    The file stays where it is afterwards: taking it away could leave two services with a lock each, on two
    files of the same name.

    Raises:
        AlreadyRuns: when another service holds it.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o640)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRuns(_who_holds(os.pread(descriptor, 200, 0), path)) from None
        os.ftruncate(descriptor, 0)
        holder = {"pid": os.getpid(), "since": now.isoformat(timespec="seconds")}
        os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _who_holds(note: bytes, path: Path) -> str:
    try:
        holder = json.loads(note)
        who = (
            f"pid {int(holder['pid'])}, since {datetime.fromisoformat(holder['since']):%Y-%m-%d %H:%M:%S %Z}"
        )
    except (ValueError, KeyError, TypeError):
        who = "it is just starting"
    return (
        f"a service already runs for this desk ({who}); nothing was changed. "
        f"Use that one, or end it first. The lock is {path}"
    )
