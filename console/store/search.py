"""What the operator asked the stream for, as the cheapest question that SQLite can answer.

Every head stands in the word index with its words and, as made-up words, with its facets: source, tier,
topic, place, incident. Whatever is asked for is one intersection there, read newest first, so that only those
rows are looked at that a list shows. Facet words are hashes; the exact comparison stays in the query.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from console.model import NO_PLACE, MentionFilter
from console.store.connect import Connection
from console.store.rows import storable


@dataclass(frozen=True, slots=True)
class Question:
    """The part of a query behind FROM: tables, conditions and their parameters."""

    tables: str
    conditions: tuple[str, ...]
    parameters: tuple[Any, ...]
    id: str
    """The column that keyset paging compares and orders by."""

    def where(self, *more: str) -> str:
        """FROM and WHERE, with further conditions."""
        return f"FROM {self.tables} WHERE {' AND '.join((*self.conditions, *more))}"


@lru_cache(maxsize=4096)
def facet(kind: str, value: str) -> str:
    """The made-up word under which the word index finds everything of one place, topic, ..."""
    return kind[:2] + blake2b(value.casefold().encode("utf-8", "replace"), digest_size=8).hexdigest()


def facets(source: str, tier: int, topic: str, place: str, incident: str | None) -> str:
    """All facets of one mention, as the word index gets them."""
    words = [facet("source", source), facet("tier", str(tier)), facet("topic", topic), facet("place", place)]
    if incident:
        words.append(facet("incident", incident))
    return " ".join(words)


def words_of(text: str, author: str, author_name: str) -> str:
    """What a search looks through."""
    return f"{text}\n{author}\n{author_name}"


def question(wanted: MentionFilter, connection: Connection) -> Question:
    """The mentions that a filter lets through, repeats left out."""
    exact = _exact(wanted)
    conditions = ["m.repeat_of IS NULL", *(f"m.{column} = ?" for column, _, _ in exact)]
    parameters: list[Any] = [value for _, value, _ in exact]
    if wanted.since is not None:
        conditions += ["m.at >= ?", "m.id >= ?"]
        parameters += [wanted.since.timestamp(), _floor(connection, wanted.since)]
    words = searchable(wanted.words)
    if wanted.words and not words:
        conditions.append("FALSE")
    if not words and not exact:
        return Question(
            "mention AS m INDEXED BY mention_stream", tuple(conditions), tuple(parameters), "m.id"
        )
    return Question(
        # CROSS keeps the order: the index says which rows, and only those are looked at.
        "mention_text CROSS JOIN mention AS m ON m.id = mention_text.rowid",
        ("mention_text MATCH ?", *conditions),
        (match(words, [word for _, _, word in exact]), *parameters),
        "mention_text.rowid",
    )


def searchable(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words that say anything to the word index: `"!"` or a lone emoji does not."""
    return tuple(storable(word) for word in words if any(map(str.isalnum, word)))


def match(words: tuple[str, ...], facet_words: list[str]) -> str:
    """The FTS5 expression; every word of the user's is quoted, so none can be taken for its syntax.

    The last word may be the beginning of one, as it is while someone types.
    """
    parts = ['words : "' + word.replace('"', '""') + '"' for word in words]
    if parts:
        parts[-1] += "*"
    return " AND ".join([*parts, *(f"facets : {word}" for word in facet_words)])


def _exact(wanted: MentionFilter) -> list[tuple[str, str, str]]:
    """Column, value and facet word of each thing that must be equal."""
    place = "" if wanted.place.casefold() == NO_PLACE else storable(wanted.place)
    asked = (
        ("incident", wanted.incident, storable(wanted.incident)),
        ("place", wanted.place, place),
        ("source COLLATE NOCASE", wanted.source, storable(wanted.source)),
        ("topic", wanted.topic, storable(wanted.topic)),
        ("tier", wanted.tier, str(wanted.tier)),
    )
    return [(column, value, facet(column, value)) for column, given, value in asked if given]


def _floor(connection: Connection, since: datetime) -> int:
    """No mention below this id was said since: nothing is said after it was seen."""
    row = connection.execute(
        "SELECT id FROM mention WHERE seen_at >= ? ORDER BY seen_at LIMIT 1", (since.timestamp(),)
    ).fetchone()
    return int(row[0]) if row else 1 << 62
