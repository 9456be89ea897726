"""JSON Feed 1.0 and 1.1, which feedparser does not read."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

import msgspec

from feeds.html import to_text
from feeds.json_text import list_of, object_of, read_json, text_of
from feeds.jsonl import LONGEST_NAME, fingerprint
from feeds.post import Post
from feeds.source import Document, Parsed, Refusal
from feeds.times import parse_time


def is_json_feed(document: Document) -> bool:
    """Whether a document is JSON rather than XML, by what it starts with or calls itself."""
    return (
        document.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
        or "json" in document.content_type.lower()
    )


def parse(document: Document) -> Parsed:
    """Read the items of a JSON Feed.

    Raises:
        ValueError: when it is no JSON, or JSON of some other kind.
    """
    feed = read_json(document.body)
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ValueError("it is JSON, but not a JSON Feed: it has no list of items")
    voice = _author(feed)
    posts, refusals = [], []
    for number, item in enumerate(feed["items"], start=1):
        try:
            posts.append(_post(object_of(item), feed, voice, document))
        except ValueError as error:
            refusals.append(Refusal(f"item {number}", str(error)))
    return Parsed(tuple(posts), tuple(refusals))


def _post(item: dict[str, Any], feed: dict[str, Any], voice: str, document: Document) -> Post:
    title = text_of(item.get("title")).strip()
    content = text_of(item.get("content_text")) or to_text(text_of(item.get("content_html")))
    body = (content or text_of(item.get("summary"))).strip()
    text = "\n".join(part for part in (title, body) if part)
    if not text:
        raise ValueError("it has neither title nor content")
    url = text_of(item.get("url")) or text_of(item.get("external_url"))
    published, modified = text_of(item.get("date_published")), text_of(item.get("date_modified"))
    created_at = parse_time(published or modified)
    notes = ("its date cannot be read",) if (published or modified) and created_at is None else ()
    author = _author(item) or voice
    return Post(
        source=document.source,
        id=(text_of(item.get("id")) or url)[:LONGEST_NAME] or fingerprint(title, published, body),
        text=text,
        created_at=created_at,
        updated_at=parse_time(modified),
        author=author or document.source,
        author_name=author or text_of(feed.get("title")),
        lang=text_of(item.get("language")) or text_of(feed.get("language")) or document.lang,
        url=urljoin(document.address, url) if url else "",
        notes=notes,
        raw=msgspec.json.encode(item),
    )


def _author(owner: dict[str, Any]) -> str:
    """The first author (1.1), else the single one (1.0)."""
    for author in (*list_of(owner.get("authors")), owner.get("author")):
        if name := text_of(object_of(author).get("name")) or text_of(object_of(author).get("url")):
            return name[:LONGEST_NAME]
    return ""
