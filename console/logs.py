"""The service's log: for whoever runs the machine, one line a record, safe to `cat` and to send to a helper.

Messages quote what sources said, so each goes through the guard that every other sink has; addresses lose
their query and whatever names a secret loses its value, for a token in a log is a token given away.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from console.intake.clean import guard

MOST_BYTES = 5_000_000
"""A log that reaches this is set aside as `service.log.1`; the one before it goes."""
MOST_CHARS = 2_000
"""Of one record; a source may not fill the log with one message."""

_ADDRESS = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)(?:[^\s/?#@]*@)?([^\s?#]*)([?#]\S*)?")
_SECRET = re.compile(
    r"""(?ix) \b ( [\w-]* (?: authorization | cookie | token | secret | passw(?:or)?d | api[_-]?key ) [\w-]* )
    ["']? \s* [=:] \s* (?: (?: bearer | basic ) \s+ )? ["']? [^\s"',;&]+"""
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}")
_TOO_CHATTY = ("httpx", "httpcore", "asyncio")
"""Libraries whose INFO is of no use here; httpx writes whole addresses there, tokens and all."""


def redact(text: str) -> str:
    """Take out what must not be written down: queries and users of addresses, values of secrets."""
    text = _ADDRESS.sub(lambda found: found[1] + found[2] + ("?…" if found[3] else ""), text)
    text = _SECRET.sub(r"\1=…", text)
    return _BEARER.sub(r"\1 …", text)


class LineFormatter(logging.Formatter):
    """One record, one line: time in UTC, level, where from, what, and the way of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record as one line that no message can break out of."""
        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            text += " | " + _way_of(record.exc_info[1])
        text = redact(guard(text)).replace("\n", " | ")
        if len(text) > MOST_CHARS:
            text = text[:MOST_CHARS] + " …"
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return f"{at} {record.levelname.lower()} {record.name} {text}"


def _way_of(error: BaseException) -> str:
    """Name an exception and the functions that it came through, without any of their values."""
    steps = traceback.extract_tb(error.__traceback__)[-6:]
    way = " > ".join(f"{Path(step.filename).name}:{step.lineno} {step.name}" for step in steps)
    return f"{type(error).__name__}: {error} ({way})"


class _PrivateFile(RotatingFileHandler):
    """A rotating file that only its owner may read, whatever the umask, and that follows no link."""

    def _open(self) -> TextIOWrapper:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(self.baseFilename, flags, 0o600)
        os.fchmod(descriptor, 0o600)
        return open(descriptor, "a", encoding="utf-8", errors="replace")

    def handleError(self, record: logging.LogRecord) -> None:
        """Go on without the line: a full disk must not stop the service from saying so elsewhere."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            super().handleError(record)


@contextmanager
def log_to(path: Path, level: int = logging.INFO) -> Iterator[None]:
    """Send every record of this process to a file for as long as the block runs."""
    handler = _PrivateFile(path, maxBytes=MOST_BYTES, backupCount=1)
    handler.setFormatter(LineFormatter())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(level)
    for name in _TOO_CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        handler.close()
