"""RSS and Atom of every age through feedparser, and JSON Feed, into posts.

feedparser's `bozo` is no verdict: it is set for trifles, and entries of a broken document are still
entries. Its sanitiser and link resolver stay off, because they take 13 s for 200 KB of `<!--`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from time import struct_time
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
import msgspec

from feeds import json_feed
from feeds.html import looks_like_html, to_text
from feeds.jsonl import LONGEST_NAME, fingerprint
from feeds.post import Post
from feeds.source import Document, Parsed, Refusal

MOST_ITEMS = 5000
"""Items of one document that are taken in."""
LONGEST_FIELD = 16 * 1024
"""Characters of one field; a half-kilobyte feed can give a title of three million."""
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_ITEM = re.compile(
    rb"<(?:[\w-]+:)?(item|entry)[\s>].*?(?:</(?:[\w-]+:)?\1\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
_REFERENCE = re.compile(rb"&#(\d{5,20}|[xX][0-9a-fA-F]{4,16});?")
_EARLIEST = datetime.min.replace(tzinfo=UTC)


def parse(document: Document) -> Parsed:
    """Read a feed's items, oldest first.

    Raises:
        ValueError: when it is no feed of any kind.
    """
    if json_feed.is_json_feed(document):
        return json_feed.parse(document)
    feed = _understood(document)
    entries = feed.entries
    if not entries and not feed.get("version"):
        raise ValueError("it is neither RSS, Atom nor JSON Feed")
    raws = _raw_items(document.body, entries)
    posts: list[Post] = []
    refusals: list[Refusal] = []
    for number, (entry, raw) in enumerate(zip(entries[:MOST_ITEMS], raws, strict=False), start=1):
        try:
            posts.append(_post(entry, feed.feed, raw, document))
        except ValueError as error:
            refusals.append(Refusal(_short(dict.get(entry, "id")) or f"item {number}", str(error)))
    if len(entries) > MOST_ITEMS:
        refusals.append(
            Refusal("the rest", f"{len(entries) - MOST_ITEMS} items beyond the first {MOST_ITEMS}")
        )
    kept, repeated = _once_each(posts)
    return Parsed(kept, (*refusals, *repeated))


def _understood(document: Document) -> Any:
    """What feedparser makes of a document; it trips over references to characters that do not exist."""
    headers = {"content-type": document.content_type} if document.content_type else {}
    body = _REFERENCE.sub(_existing, document.body)
    try:
        # Only ever bytes: given a string, feedparser opens it as a file or an address.
        return feedparser.parse(
            BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except MemoryError:
        raise
    except Exception as error:
        raise ValueError(f"it is too broken to read ({type(error).__name__})") from None


def _existing(reference: re.Match[bytes]) -> bytes:
    digits = reference[1].lower()
    code = int(digits[1:], 16) if digits.startswith(b"x") else int(digits)
    return b"&#xFFFD;" if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else reference[0]


def _post(entry: Any, feed: Any, raw: bytes, document: Document) -> Post:
    notes: list[str] = []
    title = _field(dict.get(entry, "title_detail"), notes)
    body = _field(_body(entry), notes)
    text = body if body.startswith(title) else f"{title}\n{body}".strip()
    if not text:
        raise ValueError("it has neither title nor text")
    link = _link(entry, document.address)
    created_at, updated_at = _time(entry, "published", notes), _time(entry, "updated", notes)
    author = dict.get(entry, "author_detail") or {}
    name = _short(author.get("name") or dict.get(entry, "author"))
    return Post(
        source=document.source,
        id=_identity(entry, link, title, body),
        text=text,
        created_at=created_at or updated_at,
        updated_at=updated_at,
        author=_short(author.get("email")) or name or document.source,
        author_name=name or _short(dict.get(feed, "title")),
        lang=_language(entry, feed) or document.lang,
        url=link,
        topic_hint=", ".join(_short(tag.get("term")) for tag in (dict.get(entry, "tags") or ())[:5])[
            :LONGEST_NAME
        ],
        notes=tuple(dict.fromkeys(notes)),
        raw=raw,
    )


def _body(entry: Any) -> Any:
    """The summary before the full content: triage reads the news, not the page around it."""
    contents = dict.get(entry, "content") or (None,)
    return dict.get(entry, "summary_detail") or contents[0] or dict.get(entry, "subtitle_detail")


def _field(detail: Any, notes: list[str]) -> str:
    """A title or a text, flattened when it is HTML or looks it."""
    if not detail:
        return ""
    value = _text(detail.get("value"))
    if len(value) > LONGEST_FIELD:
        notes.append(f"a field of {len(value)} characters was cut at {LONGEST_FIELD}")
        value = value[:LONGEST_FIELD]
    if detail.get("type") in ("text/html", "application/xhtml+xml") or looks_like_html(value):
        return to_text(value)
    return value.strip()


def _identity(entry: Any, link: str, title: str, body: str) -> str:
    native = _text(dict.get(entry, "id")).strip() or link
    if native:
        return native if len(native) <= LONGEST_NAME else fingerprint(native)
    return fingerprint(title, _text(dict.get(entry, "published")), body)


def _link(entry: Any, address: str) -> str:
    """Where the item can be read, made absolute; nothing when that is no web address."""
    given = _text(dict.get(entry, "link")).strip()
    try:
        link = urljoin(address, given)
        return link[:2048] if given and urlsplit(link).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _time(entry: Any, name: str, notes: list[str]) -> datetime | None:
    # Through `dict.get`, because asking feedparser's own mapping for `updated` may answer `published`.
    parsed = dict.get(entry, f"{name}_parsed")
    if isinstance(parsed, struct_time):
        try:
            return datetime(*parsed[:5], min(parsed[5], 59), tzinfo=UTC)
        except (ValueError, OverflowError):
            pass
    if dict.get(entry, name):
        notes.append("its date cannot be read")
    return None


def _language(entry: Any, feed: Any) -> str:
    for detail in (dict.get(entry, "title_detail"), dict.get(entry, "summary_detail")):
        if detail and detail.get("language"):
            return _short(detail["language"])
    return _short(dict.get(feed, "language"))


def _raw_items(body: bytes, entries: list[Any]) -> list[bytes]:
    """Each item as it came, where the document can be cut; else what feedparser understood of it."""
    cut = [match[0] for match in _ITEM.finditer(body)]
    if len(cut) == len(entries):
        return cut
    return [
        msgspec.json.encode(
            {name: _text(dict.get(entry, name)) for name in ("id", "link", "title", "summary")}
        )
        for entry in entries
    ]


def _once_each(posts: list[Post]) -> tuple[tuple[Post, ...], list[Refusal]]:
    """Oldest first, and of items that share an id only the newest."""
    # Feeds list the newest first, so among equal dates the later in the document is the older.
    ordered = sorted(reversed(posts), key=lambda post: post.updated_at or post.created_at or _EARLIEST)
    newest = {post.id: post for post in ordered}
    repeats = len(ordered) - len(newest)
    refusals = [Refusal(f"{repeats} items", "they repeat the id of a newer item")] if repeats else []
    return tuple(post for post in ordered if newest[post.id] is post), refusals


def _short(value: object) -> str:
    return _text(value).strip()[:LONGEST_NAME]


def _text(value: object) -> str:
    """A string that can be written as UTF-8; feedparser's loose reader lets half characters through."""
    return _LONE_SURROGATE.sub("\ufffd", value) if isinstance(value, str) else ""
