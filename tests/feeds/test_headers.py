"""What servers ask for in their headers, in every dialect met."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feeds.headers import LONGEST_FRESHNESS, Budget, budget, freshness, retry_after

NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("1.5", 1.5),
        ("Sun, 01 Mar 2026 18:02:00 GMT", 120),
        ("Sunday, 01-Mar-26 18:02:00 GMT", 120),
        ("Sun, 01 Mar 2026 17:00:00 GMT", 0),
        ("-5", 0),
        ("soon", 0),
        ("9" * 400, 0),
        ("Sun, 99 Mar 99999 18:02:00 GMT", 0),
        ("", 0),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float) -> None:
    assert retry_after({"retry-after": value}, NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "remaining", "in_seconds"),
    [
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-03-01T18:05:00.000Z"}, 0, 300),
        ({"ratelimit-remaining": "12", "ratelimit-reset": str(int(NOW.timestamp()) + 60)}, 12, 60),
        ({"x-rate-limit-remaining": "3", "x-rate-limit-reset": str(int(NOW.timestamp()) + 900)}, 3, 900),
        ({"x-ratelimit-remaining": "99.0", "x-ratelimit-reset": "40"}, 99, 40),
        ({"ratelimit": '"default";r=50;t=30'}, 50, 30),
        ({"ratelimit": "limit=100, remaining=0, reset=15"}, 0, 15),
        ({"x-ratelimit-remaining": "many", "x-ratelimit-reset": "later"}, None, None),
        ({"x-ratelimit-reset": "9" * 15}, None, None),
        ({}, None, None),
    ],
)
def test_budgets_are_read_in_each_dialect(
    headers: dict[str, str], remaining: int | None, in_seconds: float | None
) -> None:
    reset_at = None if in_seconds is None else NOW + timedelta(seconds=in_seconds)
    assert budget(headers, NOW) == Budget(remaining, reset_at)


def test_only_a_spent_budget_asks_for_a_pause() -> None:
    reset_at = NOW + timedelta(seconds=30)
    assert Budget(0, reset_at).pause(NOW) == 30
    assert Budget(1, reset_at).pause(NOW) == 0
    assert Budget(0, NOW - timedelta(seconds=1)).pause(NOW) == 0
    assert Budget(0, None).pause(NOW) == 0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "max-age=120"}, 120),
        ({"cache-control": "public, max-age=120, s-maxage=5", "age": "100"}, 20),
        ({"cache-control": "max-age=60", "age": "100"}, 0),
        ({"cache-control": "no-cache, max-age=60"}, 0),
        ({"cache-control": "max-age=31536000"}, LONGEST_FRESHNESS),
        ({"expires": "Sun, 01 Mar 2026 18:01:00 GMT"}, 60),
        ({"expires": "Sun, 01 Mar 2026 18:01:00 GMT", "date": "Sun, 01 Mar 2026 18:00:50 GMT"}, 10),
        ({"expires": "0"}, 0),
        ({"cache-control": "max-age=soon"}, 0),
        ({}, 0),
    ],
)
def test_freshness_is_honoured_within_reason(headers: dict[str, str], seconds: float) -> None:
    assert freshness(headers, NOW) == seconds
