"""What a reader of a Bluesky post sees, as lines: words, links, pictures, cards, quotes, labels. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from feeds.json_text import list_of, object_of, text_of
from feeds.times import parse_time

LONGEST_TARGET = 500
LONGEST_QUOTE = 200
"""Characters of a quoted post that stand in the post that quotes it."""
HIDDEN = "!hide"
"""Label of what nobody is to be shown."""
NOT_SIGNED_OUT = "!no-unauthenticated"
"""Label by which an author asks not to be shown to people who are not signed in."""


def words_of(record: dict[str, Any]) -> str:
    """The text with the target of each link in brackets, unless its words show it.

    Facets are ranges of UTF-8 bytes (app.bsky.richtext.facet). One that overlaps another, lies outside, or
    cuts a character in two is left out.
    """
    given = text_of(record.get("text")).encode("utf-8", "replace")
    pieces, at = [], 0
    for start, end, target in sorted(_links(record)):
        if start < at or end > len(given) or start >= end:
            continue
        try:
            before, words = given[at:start].decode(), given[start:end].decode()
        except UnicodeDecodeError:
            continue
        pieces.append(before + words + (f" ({target})" if _worth(target, words) else ""))
        at = end
    pieces.append(given[at:].decode("utf-8", "replace"))
    return "".join(pieces)


def _links(record: dict[str, Any]) -> Iterator[tuple[int, int, str]]:
    for facet in map(object_of, list_of(record.get("facets"))[:100]):
        index = object_of(facet.get("index"))
        start, end = index.get("byteStart"), index.get("byteEnd")
        if not isinstance(start, int) or not isinstance(end, int) or start < 0:
            continue
        for feature in map(object_of, list_of(facet.get("features"))[:5]):
            target = text_of(feature.get("uri"))
            if feature.get("$type") == "app.bsky.richtext.facet#link" and target:
                yield start, end, target


def _worth(target: str, words: str) -> bool:
    if len(target) > LONGEST_TARGET or not target.startswith(("http://", "https://")):
        return False

    def bare(address: str) -> str:
        return address.strip().casefold().partition("://")[2].removeprefix("www.").rstrip("/") or address

    return bare(target) != bare(words if "://" in words else f"https://{words}")


def embedded(embed: dict[str, Any]) -> Iterator[str]:
    """A line for each thing that hangs on a post; a kind that is not known says nothing."""
    kind = text_of(embed.get("$type")).partition("#")[0].removeprefix("app.bsky.embed.")
    if kind in ("images", "gallery"):
        items = list_of(embed.get("images")) or list_of(embed.get("items"))
        for image in map(object_of, items[:20]):
            yield described("image", text_of(image.get("alt")))
    elif kind == "video":
        yield described("video", text_of(embed.get("alt")))
    elif kind == "external":
        card = object_of(embed.get("external"))
        title = " ".join(text_of(card.get("title")).split())[:200]
        yield f"[link: {title} ({text_of(card.get('uri'))[:LONGEST_TARGET]})]"
    elif kind == "recordWithMedia":
        yield from embedded(object_of(embed.get("media")))


def described(kind: str, alt: str) -> str:
    """What stands for a picture: its description, or that it has none."""
    alt = alt.strip()[:1500]
    return f"[{kind}: {alt}]" if alt else f"[{kind} without description]"


def quoted(embed: dict[str, Any]) -> tuple[str, str | None]:
    """Address of the post that is quoted, and the line that shows it where the view holds it.

    Where it or its author is labelled as not for everybody the line is None, even for a desk that signed in:
    the post around it may be shown to all.
    """
    record = object_of(embed.get("record"))
    if text_of(embed.get("$type")).startswith("app.bsky.embed.recordWithMedia"):
        record = object_of(record.get("record"))
    uri = text_of(record.get("uri"))
    if "/app.bsky.feed.post/" not in uri:
        return "", ""
    value, author = object_of(record.get("value")), object_of(record.get("author"))
    own = object_of(value.get("labels")).get("values")
    if labels_of(record.get("labels"), author.get("labels"), own) & {HIDDEN, NOT_SIGNED_OUT}:
        return uri, None
    words = " ".join(text_of(value.get("text")).split())[:LONGEST_QUOTE]
    return uri, f"quoting @{text_of(author.get('handle'))}: {words}" if words else ""


def labels_of(*lists: object) -> frozenset[str]:
    """The labels in force: negated and expired ones are not."""
    now = datetime.now(UTC)
    found = set()
    for label in (object_of(one) for given in lists for one in list_of(given)[:100]):
        expires = parse_time(text_of(label.get("exp"))) if label.get("exp") else None
        if label.get("neg") is not True and (expires is None or expires > now):
            found.add(text_of(label.get("val")))
    return frozenset(found - {""})
