"""What happens when the desk itself fails: one plain sentence on the screen, the rest in a file.

Textual's own crash screen prints the values of local variables, among which may be tokens or hostile text.
Ours writes names of files and functions only, in a file that nobody else can read (0600).
"""

from __future__ import annotations

import os
import traceback
from datetime import datetime
from pathlib import Path

from console.intake.clean import guard

MOST = 300
"""Characters of an error's own words that are kept."""


def redacted(error: BaseException) -> str:
    """The way to an error, without locals, without secrets, without anything that acts on a terminal."""
    from console.logs import redact  # a desk that does not fail need not load it

    lines: list[str] = []
    for link in _chain(error):
        for frame in traceback.extract_tb(link.__traceback__):
            lines.append(f"  {frame.filename}:{frame.lineno} {frame.name}")
        words = redact(guard(str(link)).replace("\n", " "))[:MOST]
        lines.append(f"{type(link).__name__}: {words}")
    return "\n".join(lines)


def _chain(error: BaseException) -> list[BaseException]:
    links: list[BaseException] = [error]
    while (cause := links[-1].__cause__ or links[-1].__context__) is not None and cause not in links:
        links.append(cause)
    return links[::-1]


def record(error: BaseException, log: Path, now: datetime) -> str:
    """Write an error down and say so.

    Args:
        error: What happened.
        log: The file it is added to; made with mode 0600.
        now: The present.

    Returns:
        The sentence for the operator.
    """
    what = f"The desk failed ({type(error).__name__})."
    safe = "The service and everything stored are safe; type watchfloor to come back."
    try:
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8", errors="replace") as file:
            file.write(f"{now:%Y-%m-%dT%H:%M:%SZ} the desk failed\n{redacted(error)}\n")
    except OSError as refusal:
        return f"{what} {safe} {log} could not be written: {refusal.strerror}."
    return f"{what} {safe} Details for whoever mends it: {log}"
