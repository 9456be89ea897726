"""The mood of the town and of each place over time, summed as mentions arrive: gauges read few rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from itertools import islice

from console.model import Gauge
from console.store.connect import Connection
from console.store.rows import moment

BUCKET = 240
"""Seconds that one row sums up: three rows make a bar of the gauge."""
BARS = 10
SPAN = 2 * 3600
"""Seconds that a gauge shows (`console.model.Gauge`)."""
LEANINGS = 24 * 3600
"""Seconds for which is kept what each source gave: a gauge looks back two hours, and a page may be old."""


class MoodSums:
    """Mood that one transaction adds to or takes from the rows, gathered to touch each row once."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, int], list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
        self._given: Counter[tuple[str, int, str]] = Counter()
        """How many each source gave."""

    def add(self, place: str, at: float, mood: float | None, source: str) -> None:
        """Count a scored mention said at a Unix time; one that was not scored has no mood to count."""
        self._change(place, at, mood, source, 1)

    def take_back(self, place: str, at: float, mood: float | None, source: str) -> None:
        """Uncount one that was edited, or turned out to lie elsewhere."""
        self._change(place, at, mood, source, -1)

    def _change(self, place: str, at: float, mood: float | None, source: str, sign: int) -> None:
        if mood is None:
            return
        bucket = int(at // BUCKET)
        for name in {"", place}:
            sums = self._sums[name, bucket]
            sums[0] += sign
            sums[1] += sign * mood
            sums[2] = max(sums[2], at)
            self._given[name, bucket, source] += sign

    def store(self, connection: Connection) -> None:
        """Add everything gathered to the rows."""
        connection.executemany(
            "INSERT INTO mood VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
            "count = count + excluded.count, sum = sum + excluded.sum, "
            "last_at = max(last_at, excluded.last_at)",
            [(*key, int(count), mood, at) for key, (count, mood, at) in self._sums.items()],
        )
        connection.executemany(
            "INSERT INTO mood_source VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
            "count = count + excluded.count",
            [(*key, count) for key, count in self._given.items()],
        )


def read_leaning(connection: Connection, place: str, source: str, at: datetime) -> float:
    """The part, 0 to 1, that one source gave of the mentions behind a gauge; 0 where there are none."""
    end = int(at.timestamp() // BUCKET) + 1
    given, of_all = connection.execute(
        "SELECT total(count) FILTER (WHERE source = ?), total(count) FROM mood_source "
        "WHERE place = ? AND bucket >= ? AND bucket < ?",
        (source, place, end - SPAN // BUCKET, end),
    ).fetchone()
    return max(0.0, min(1.0, given / of_all)) if of_all > 0 else 0.0


def forget_leanings(connection: Connection, now: datetime) -> None:
    """Let go of what nobody asks any more: which source gave what, once it is older than `LEANINGS`."""
    oldest = int((now.timestamp() - LEANINGS) // BUCKET)
    connection.execute("DELETE FROM mood_source WHERE bucket < ?", (oldest,))


def read_gauge(connection: Connection, place: str, now: datetime) -> Gauge:
    """The gauge of a place, or of the town for the empty name, over the two hours up to now."""
    end = int(now.timestamp() // BUCKET) + 1
    start = end - SPAN // BUCKET
    rows = connection.execute(
        "SELECT bucket, count, sum, last_at FROM mood "
        "WHERE place = ? AND bucket >= ? AND bucket < ? AND count > 0",
        (place, start, end),
    ).fetchall()
    by_bucket = {bucket: (count, mood) for bucket, count, mood, _ in rows}
    each = iter(range(start, end))
    bars = [
        _mean([by_bucket.get(b, (0, 0.0)) for b in islice(each, SPAN // BUCKET // BARS)]) for _ in range(BARS)
    ]
    return Gauge(
        place,
        _mean(list(by_bucket.values())),
        sum(count for count, _ in by_bucket.values()),
        tuple(bars),
        moment(max((last_at for *_, last_at in rows), default=None)),
    )


def _mean(sums: list[tuple[int, float]]) -> float | None:
    count = sum(one for one, _ in sums)
    # Adding and taking back leaves a trace of rounding; a mean outside of -1..1 would be none.
    return max(-1.0, min(1.0, sum(mood for _, mood in sums) / count)) if count else None
