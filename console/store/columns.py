"""A mention as a row: its columns, those that an edit writes anew, and what a judged post puts there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from console.intake.ruling import LivingHazard, Ruling
from console.store.rows import seconds, to_json
from console.store.search import facets, words_of
from feeds.post import Post

Columns = Mapping[str, Any]

COLUMNS = (
    "id",
    "source",
    "native_id",
    "seen_at",
    "repeat_of",
    "author",
    "author_name",
    "at",
    "text",
    "lang",
    "url",
    "mood",
    "mood_note",
    "points",
    "tier",
    "topic",
    "place",
    "official",
    "incident",
    "status",
    "updated_at",
    "raw_hash",
    "reasons",
    "found",
    "notes",
    "audience",
    "hazard",
    "updates",
    "evidence",
    "humanitarian",
)
JUDGED = COLUMNS[5:]
"""The columns that an edit writes anew."""
INDEXED = ("id", "text", "author", "author_name", "source", "tier", "topic", "place", "incident")
"""The columns that the word index is made of."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One post as it comes out of intake."""

    post: Post
    ruling: Ruling
    mention_id: int | None = None
    """The mention that it edits or updates; None for one never seen."""
    hazard: LivingHazard | None = None
    """The living hazard as it stands with this message folded in."""


def raw_hash(raw: bytes) -> bytes:
    """Tell whether an item came back byte for byte."""
    return blake2b(raw, digest_size=16).digest()


def index_row(row: Columns) -> tuple[int, str, str]:
    """Rowid, words and facets of one mention, as the word index keeps them."""
    words = words_of(row["text"], row["author"], row["author_name"])
    return row["id"], words, facets(row["source"], row["tier"], row["topic"], row["place"], row["incident"])


def incident_of(ruling: Ruling) -> str | None:
    """Key of the incident that a judged post belongs to."""
    return ruling.incident.key if ruling.incident is not None else ruling.judgement.incident


def judged(taken: Taken, incident: str | None) -> Columns:
    """The values of `JUDGED`."""
    post, ruling, hazard = taken.post, taken.ruling, taken.hazard
    judgement = ruling.judgement
    return {
        "author": ruling.author,
        "author_name": ruling.author_name,
        "at": ruling.at.timestamp(),
        "text": judgement.text,
        "lang": judgement.lang,
        "url": ruling.url,
        "mood": judgement.mood,
        "mood_note": judgement.mood_note,
        "points": judgement.points,
        "tier": judgement.tier,
        "topic": judgement.topic,
        "place": judgement.place,
        "official": int(ruling.official),
        "incident": incident,
        "status": ruling.status,
        "updated_at": seconds(post.updated_at),
        "raw_hash": raw_hash(post.raw),
        "reasons": to_json(judgement.reasons),
        "found": to_json(judgement.places),
        "notes": to_json(ruling.notes),
        "audience": post.audience,
        "hazard": hazard.state if hazard else None,
        "updates": hazard.updates if hazard else 0,
        "humanitarian": judgement.humanitarian,
    }
