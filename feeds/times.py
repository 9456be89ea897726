"""Times as sources write them, read into aware UTC datetimes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?$")
LONGEST = 64
"""Characters of a time; longer ones are not looked at."""


def parse_time(text: str) -> datetime | None:
    """Read an ISO 8601 or RFC 5322 time; None when it is none, or lies beyond what a calendar holds.

    A time without an offset is taken as UTC; `has_offset` tells, so that the caller can note it.
    """
    text = text.strip()
    if len(text) > LONGEST:
        return None
    try:
        when = datetime.fromisoformat(text) if _ISO.match(text) else parsedate_to_datetime(text)
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def has_offset(text: str) -> bool:
    """Whether an ISO 8601 time says how far from UTC it is."""
    return re.search(r"(Z|[+-]\d\d:?\d\d)$", text.strip(), re.IGNORECASE) is not None


def from_milliseconds(value: object) -> datetime | None:
    """Read milliseconds since 1970; None when it is no number or no time."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
