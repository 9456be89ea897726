"""What a server's headers ask of us: pauses, budgets and freshness, in the dialects met in the wild."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_FRESHNESS = 3600.0
"""Seconds of max-age that are honoured; some servers call a feed fresh for a year."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How many calls a server still grants, and when it starts counting anew."""

    remaining: int | None = None
    reset_at: datetime | None = None
    limit: int | None = None
    """How many it grants in all until it counts anew."""

    def pause(self, now: datetime) -> float:
        """Seconds to wait when nothing is left; 0 otherwise."""
        if self.remaining is None or self.remaining > 0 or self.reset_at is None:
            return 0.0
        return max(0.0, (self.reset_at - now).total_seconds())


def retry_after(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds that Retry-After asks for: a number or an HTTP date (RFC 9110, 10.2.3); 0 without one."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return 0.0
    if re.fullmatch(r"\d{1,9}(\.\d+)?", value):
        return float(value)
    when = _http_date(value)
    return max(0.0, (when - now).total_seconds()) if when else 0.0


def freshness(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds for which the answer stays fresh: max-age less Age, else Expires (RFC 9111, 4.2.1)."""
    directives = headers.get("cache-control", "").lower()
    if "no-cache" in directives or "no-store" in directives:
        return 0.0
    fresh = 0.0
    if match := re.search(r"max-age=\"?(\d{1,9})", directives):
        age = headers.get("age", "").strip()
        fresh = float(match[1]) - (float(age) if re.fullmatch(r"\d{1,9}", age) else 0.0)
    elif when := _http_date(headers.get("expires", "")):
        fresh = (when - (_http_date(headers.get("date", "")) or now)).total_seconds()
    return min(max(fresh, 0.0), LONGEST_FRESHNESS)


def budget(headers: Mapping[str, str], now: datetime) -> Budget:
    """Read the rate-limit headers.

    Reset is an ISO time (Mastodon), seconds since 1970 (Bluesky, X), milliseconds of the same, or
    seconds from now (Reddit, the IETF drafts); drafts since 2023 put both in one `RateLimit` field.
    """
    remaining = reset = limit = ""
    for prefix in ("x-ratelimit", "x-rate-limit", "ratelimit"):
        limit = limit or headers.get(f"{prefix}-limit", "").strip()
        remaining = remaining or headers.get(f"{prefix}-remaining", "").strip()
        reset = reset or headers.get(f"{prefix}-reset", "").strip()
    combined = headers.get("ratelimit", "")
    if not remaining and (match := re.search(r"\br(?:emaining)?=(\d+)", combined)):
        remaining = match[1]
    if not reset and (match := re.search(r"\b(?:t|reset)=(\d+)", combined)):
        reset = match[1]
    return Budget(_count(remaining), _reset_at(reset, now), _count(limit))


def _count(value: str) -> int | None:
    return int(float(value)) if re.fullmatch(r"\d{1,9}(\.\d+)?", value) else None


def _reset_at(value: str, now: datetime) -> datetime | None:
    try:
        if re.fullmatch(r"\d{1,15}(\.\d+)?", value):
            number = float(value)
            if number < 1e9:
                return now + timedelta(seconds=number)
            return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)
        when = datetime.fromisoformat(value)
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _http_date(value: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(value)
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
