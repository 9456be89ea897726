"""Posts as lines of JSON: the shape that `watchfloor triage` and `replay` read, and that files grow by."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from feeds.html import to_text
from feeds.json_text import object_of, read_json, text_of, texts_of
from feeds.post import Post, PostState
from feeds.source import Document, Parsed, Refusal
from feeds.times import from_milliseconds, parse_time

LONGEST_LINE = 256 * 1024
"""Bytes of one line; a longer one is refused."""
LONGEST_NAME = 512
"""Characters of an id, an author or another short field."""


def parse(document: Document) -> Parsed:
    """Read every line; one that cannot be taken in is refused by its first words, and the rest goes on."""
    posts, refusals = [], []
    for line in document.body.split(b"\n"):
        if not line.strip():
            continue
        try:
            posts.append(post_from_json(line, document.source, document.lang))
        except ValueError as error:
            refusals.append(Refusal(line[:60].decode("utf-8", "replace").strip(), str(error)))
    return Parsed(tuple(posts), tuple(refusals))


def post_from_json(line: bytes, source: str, lang: str) -> Post:
    """Read one post.

    `source` is what it is filed under; only where that is empty does the line name its own, so that
    a stranger's file cannot speak for another source. `lang` holds where the line gives none.

    Raises:
        ValueError: when it is no JSON object or has no text, in words for the operator.
    """
    if len(line) > LONGEST_LINE:
        raise ValueError(f"it is longer than {LONGEST_LINE // 1024} KiB")
    given = read_json(line)
    if not isinstance(given, dict):
        raise ValueError('it is not a JSON object; a post is written {"id": ..., "text": ...}')
    notes: list[str] = []
    state: PostState = "deleted" if given.get("state") == "deleted" else "live"
    text = text_of(given.get("text")) or to_text(text_of(given.get("html")))
    if not text.strip() and state == "live":
        raise ValueError("it has no text")
    return Post(
        source=source or _name(given, "source"),
        id=_identity(given, text, notes),
        text=text,
        created_at=_time(given, "created_at", notes),
        updated_at=_time(given, "updated_at", notes),
        author=_name(given, "author"),
        author_name=_name(given, "author_name"),
        lang=_name(given, "lang") or lang,
        url=text_of(given.get("url"))[:2048],
        reply_to=_name(given, "reply_to"),
        repost_of=_name(given, "repost_of"),
        quote_of=_name(given, "quote_of"),
        places_hint=tuple(place[:LONGEST_NAME] for place in texts_of(given.get("places_hint"))[:50]),
        topic_hint=_name(given, "topic_hint"),
        state=state,
        notes=tuple(notes),
        raw=bytes(line.strip()),
    )


def _name(given: dict[str, Any], field: str) -> str:
    value = given.get(field)
    if value is None:
        return ""
    if type(value) is str:
        return value.strip()[:LONGEST_NAME]
    if isinstance(value, dict):  # an author as an object, as many APIs have it
        value = value.get("id") or object_of(value).get("name")
    return text_of(value).strip()[:LONGEST_NAME]


def _identity(given: dict[str, Any], text: str, notes: list[str]) -> str:
    native = text_of(given.get("id")).strip()
    if native and len(native) <= LONGEST_NAME:
        return native
    notes.append(
        "its id is too long; a shorter one was made from it" if native else "it has no id; one was made"
    )
    return fingerprint(native or text, text_of(given.get("created_at")), text_of(given.get("author")))


def fingerprint(*parts: str) -> str:
    """An id for something that brings none: the same parts give the same one."""
    joined = "\x1f".join(parts).encode("utf-8", "replace")
    return f"made-{hashlib.blake2b(joined, digest_size=12).hexdigest()}"


def _time(given: dict[str, Any], field: str, notes: list[str]) -> datetime | None:
    value = given.get(field)
    if value is None or value == "":
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        when = from_milliseconds(value if abs(value) > 1e11 else value * 1000)
    else:
        when = parse_time(text_of(value))
    if when is None:
        notes.append(f"its {field} cannot be read as a time: {text_of(value)[:40]!r}")
        return None
    return when.astimezone(UTC)
