"""Rows to values and back: the only place that knows the order of the columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from console.model import FoundPlace, Incident, Mention, Reason, SourceHealth
from console.store.connect import Row

MENTION_COLUMNS = (
    "id, source, native_id, at, seen_at, author, author_name, text, lang, url, mood, mood_note, points, "
    "tier, topic, place, official, repeats, voices, incident, edited_at, deleted_at, hazard, status, updates"
)
INCIDENT_COLUMNS = (
    "id, key, place, topic, tier, state, points, reasons, mentions, voices, mood_sum, mood_count, official, "
    "opened_at, last_at, closed_at, previous"
)
SOURCE_COLUMNS = (
    "name, kind, address, trust, state, interval, last_answer_at, last_item_at, last_error, last_error_at, "
    "next_at, items, refused, remaining, reset_at"
)

_encode = json.JSONEncoder(separators=(",", ":")).encode


def storable(text: str) -> str:
    """Make a text that any SQLite column takes whole: lone surrogates and NUL replaced.

    One unencodable character would fail the whole transaction that it came in, and a NUL ends the text
    for SQL's own functions.
    """
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")


def seconds(at: datetime | None) -> float | None:
    """Unix time, as the database keeps it."""
    return None if at is None else at.timestamp()


def moment(at: float | None) -> datetime | None:
    """The aware time of a stored number."""
    return None if at is None else datetime.fromtimestamp(at, UTC)


def reasons_to_json(reasons: Sequence[Reason]) -> str:
    """Reasons as `[["text", points], ...]`."""
    return _encode([(storable(reason.text), reason.points) for reason in reasons]) if reasons else "[]"


def reasons_from_json(text: str) -> tuple[Reason, ...]:
    """Reasons as they were stored."""
    return tuple(Reason(said, points) for said, points in json.loads(text)) if text != "[]" else ()


def found_to_json(found: Sequence[FoundPlace]) -> str:
    """Found places as `[["text", start, end, "name"], ...]`."""
    if not found:
        return "[]"
    return _encode([(storable(one.text), one.start, one.end, storable(one.name)) for one in found])


def found_from_json(text: str) -> tuple[FoundPlace, ...]:
    """Found places as they were stored."""
    return tuple(FoundPlace(*one) for one in json.loads(text)) if text != "[]" else ()


def lines_to_json(lines: Sequence[str]) -> str:
    """Sentences or names as a list."""
    return _encode([storable(line) for line in lines]) if lines else "[]"


def lines_from_json(text: str) -> tuple[str, ...]:
    """Sentences or names as they were stored."""
    return tuple(json.loads(text)) if text != "[]" else ()


def mention_of(row: Row) -> Mention:
    """A row of `MENTION_COLUMNS`."""
    values: list[Any] = list(row[:25])
    values[16] = bool(row[16])
    for place in (3, 4, 20, 21):
        values[place] = moment(row[place])
    return Mention(*values)


def incident_of(row: Row) -> Incident:
    """A row of `INCIDENT_COLUMNS`."""
    values: list[Any] = list(row)
    values[7] = reasons_from_json(row[7])
    values[12] = bool(row[12])
    for place in (13, 14, 15):
        values[place] = moment(row[place])
    return Incident(*values)


def source_of(row: Row) -> SourceHealth:
    """A row of `SOURCE_COLUMNS`."""
    values: list[Any] = list(row)
    for place in (6, 7, 9, 10, 14):
        values[place] = moment(row[place])
    return SourceHealth(*values)


def source_row(health: SourceHealth) -> tuple[Any, ...]:
    """The values of `SOURCE_COLUMNS`."""
    return (
        storable(health.name),
        health.kind,
        storable(health.address),
        health.trust,
        health.state,
        health.interval,
        seconds(health.last_answer_at),
        seconds(health.last_item_at),
        storable(health.last_error),
        seconds(health.last_error_at),
        seconds(health.next_at),
        health.items,
        health.refused,
        health.remaining,
        seconds(health.reset_at),
    )
