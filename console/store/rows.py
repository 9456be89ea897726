"""Rows to values and back: the only place that knows the order of the columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

import msgspec

from console.model import FoundPlace, Incident, Mention, Reason, SourceHealth
from console.store.connect import Row, StoreError

MENTION_COLUMNS = (
    "id, source, native_id, at, seen_at, author, author_name, text, lang, url, mood, mood_note, points, "
    "tier, topic, place, official, repeats, voices, incident, edited_at, deleted_at, hazard, status, "
    "updates, audience, humanitarian"
)
INCIDENT_COLUMNS = (
    "id, key, place, topic, tier, state, points, reasons, mentions, voices, mood_sum, mood_count, official, "
    "opened_at, last_at, closed_at, previous"
)
SOURCE_COLUMNS = (
    "name, kind, address, trust, state, interval, last_answer_at, last_item_at, last_error, last_error_at, "
    "next_at, items, refused, remaining, reset_at, budget, rhythm, note"
)

_texts = itemgetter(
    "source",
    "native_id",
    "author",
    "author_name",
    "text",
    "lang",
    "url",
    "mood_note",
    "topic",
    "place",
    "status",
)
"""The columns of a mention that hold what somebody said or how they are called."""
_encode = msgspec.json.Encoder().encode
_reasons = msgspec.json.Decoder(tuple[Reason | tuple[str, float], ...]).decode
_found = msgspec.json.Decoder(tuple[FoundPlace | tuple[str, int, int, str, bool], ...]).decode
"""Rows that were written between two releases hold bare values in the place of objects."""
lines_from_json = msgspec.json.Decoder(tuple[str, ...]).decode


UNREADABLE = (msgspec.MsgspecError, ValueError, TypeError, OverflowError)
"""What turning a row into values raises where that is damaged, or was written by another version."""


def unreadable(error: Exception, path: Path) -> StoreError:
    """Say in a sentence that a row does not hold what it should."""
    return StoreError(
        f"Something stored in {path} cannot be read ({' '.join(str(error).split())}): it is damaged, or of "
        "another version. Nothing was changed; if it stays so, put the newest file of "
        f"{path.parent / 'backups'} in its place."
    )


def reasons_from_json(text: str) -> tuple[Reason, ...]:
    """Reasons as they were stored; raises `UNREADABLE`."""
    return tuple([Reason(*one) if isinstance(one, tuple) else one for one in _reasons(text)])


def found_from_json(text: str) -> tuple[FoundPlace, ...]:
    """Found places as they were stored; raises `UNREADABLE`."""
    return tuple([FoundPlace(*one) if isinstance(one, tuple) else one for one in _found(text)])


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


def to_json(value: object) -> str:
    """Any of our values as JSON, made storable where it must be."""
    if value == ():
        return "[]"
    try:
        return _encode(value).decode()
    except UnicodeEncodeError:
        return _encode(_storable(msgspec.to_builtins(value))).decode()


def storable_mention(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A mention whose every text is `storable`; looks at them one by one only where one of them is not."""
    try:
        if b"\0" not in "".join(_texts(row)).encode():
            return row
    except UnicodeEncodeError:
        pass
    return {name: _storable(value) for name, value in row.items()}


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {key: _storable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(one) for one in value]
    return value


def mention_of(row: Row) -> Mention:
    """A row of `MENTION_COLUMNS`."""
    values: list[Any] = list(row[:27])
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
        health.budget,
        health.rhythm,
        storable(health.note),
    )
