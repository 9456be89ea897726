"""What an examination says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "note", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at, how it is, and how to mend it."""

    area: str
    """What was looked at, in one word: `terminal`, `service`, ..."""
    state: State
    """`note` is for what works but is worth knowing; a `problem` keeps the desk from its work."""
    text: str
    mend: str = ""
    """One sentence on what to do; empty where there is nothing to mend."""


def ok(area: str, text: str) -> Finding:
    """Say that all is well."""
    return Finding(area, "ok", text)


def note(area: str, text: str, mend: str = "") -> Finding:
    """Say what is worth knowing."""
    return Finding(area, "note", text, mend)


def problem(area: str, text: str, mend: str) -> Finding:
    """Say what must be mended, and how."""
    return Finding(area, "problem", text, mend)
