"""Desks with any number of mentions, made quickly for the benches: the real schema, made-up rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from console.intake.ruling import IncidentNow
from console.model import Reason, Tier
from console.paths import DataPaths
from console.settings import StoreSettings
from console.store.columns import raw_hash
from console.store.connect import Connection, write
from console.store.mood import BUCKET
from console.store.rows import to_json
from console.store.search import facets, words_of
from console.store.standing import IncidentChanges
from console.store.writer import Store

NEWEST_WORD = "lighthouse"
"""Said by the newest mention only: whoever sees it on a screen sees the top of the list."""

PLACES = tuple(
    f"{name} {kind}" for kind in ("Street", "Road", "Square") for name in ("Mill", "Oak", "Elm", "Hill")
)
TOPICS = ("flood", "road", "power", "election", "other")
CHUNK = 5_000
GAP = 0.9
"""Seconds between two mentions; a million of them reach back ten days."""

_COLUMNS = (
    "id, source, native_id, at, seen_at, author, author_name, text, lang, url, mood, mood_note, points, "
    "tier, topic, place, official, repeat_of, repeats, incident, status, raw_hash, reasons, found, notes"
)
_MENTION = f"INSERT INTO mention ({_COLUMNS}) VALUES ({', '.join('?' * len(_COLUMNS.split(',')))})"


def build(path: Path, count: int) -> DataPaths:
    """Make a desk's data directory with `count` mentions, the newest of them said just now.

    A tenth is folded under an earlier mention, a hundredth is to be acted on now. There are as many
    incidents whatever the count, as on a real desk, where old ones close.
    """
    paths = DataPaths(path)
    now = datetime.now(UTC)
    with closing(Store.open(paths, settings=StoreSettings(), clock=lambda: now)) as store:
        connection = store.connection
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-200000")
        for start in range(1, count + 1, CHUNK):
            _chunk(connection, range(start, min(start + CHUNK, count + 1)), count, now)
        _around(connection, count, now)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return paths


def _chunk(connection: Connection, ids: range, count: int, now: datetime) -> None:
    rows, index = [], []
    for id_ in ids:
        at = (now - timedelta(seconds=GAP * (count - id_))).timestamp()
        place, topic = PLACES[id_ % len(PLACES)], TOPICS[id_ // len(PLACES) % len(TOPICS)]
        tier: Tier = 1 if id_ % 100 == 7 else 2 if id_ % 10 == 3 else 3
        points = {1: 9, 2: 4, 3: 1}[tier]
        author = f"@voice{id_ * 7919 % 50_000}"
        said = NEWEST_WORD if id_ == count else f"seen by {id_ * 31 % 997} people"
        text = f"{said}: {topic} at {place}, report {id_}, is anyone looking into this before the evening?"
        head = id_ - 1 if id_ % 10 == 9 and id_ != count else None
        incident = None if head else _key(place, topic)
        mood = (id_ * 37 % 200 - 100) / 100
        reasons = to_json((Reason(f"names {topic}", points),))
        said_by = (author, author[1:].title(), text, "en", "", mood, "")
        judged = (points, tier, topic, place, 0, head, int(id_ % 10 == 8), incident, "")
        written = (raw_hash(text.encode()), reasons, "[]", "[]")
        rows.append((id_, "town", f"post-{id_}", at, at, *said_by, *judged, *written))
        if head is None:
            found = facets("town", tier, topic, place, incident)
            index.append((id_, words_of(text, author, author[1:].title()), found))
    with write(connection):
        connection.executemany(_MENTION, rows)
        connection.executemany("INSERT INTO mention_text(rowid, words, facets) VALUES (?, ?, ?)", index)


def _around(connection: Connection, count: int, now: datetime) -> None:
    """Incidents, the town's and the places' mood, and the counters, as if the writer had kept them."""
    with write(connection):
        changes = IncidentChanges()
        for number, incident in enumerate(_incidents(now)):
            changes.stand(incident)
            changes.join(incident.key, (number % 9 - 4) / 10)
        changes.store(connection, now)
        connection.execute("UPDATE tally SET count = ? WHERE name = 'mentions'", (count,))
        for place in ("''", "place"):
            connection.execute(
                f"INSERT INTO mood SELECT {place}, CAST(at / {BUCKET} AS INTEGER), count(*), sum(mood), "
                "max(at) FROM mention WHERE repeat_of IS NULL GROUP BY 1, 2"
            )


def _incidents(now: datetime) -> Iterator[IncidentNow]:
    for number, (place, topic) in enumerate((place, topic) for place in PLACES for topic in TOPICS):
        tier: Tier = 1 if number % 20 == 0 else 2 if number % 5 == 0 else 3
        points = {1: 9, 2: 4, 3: 1}[tier]
        yield IncidentNow(
            key=_key(place, topic),
            place=place,
            topic=topic,
            tier=tier,
            points=points,
            reasons=(Reason(f"names {topic}", points),),
            voices=3 + number,
            official=False,
            state="open",
            opened_at=now - timedelta(hours=2),
            last_at=now - timedelta(minutes=number),
        )


def _key(place: str, topic: str) -> str:
    return f"{place}.{topic}".lower().replace(" ", "-")
