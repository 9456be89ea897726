"""What in a text is a link, a name or a hashtag to Bluesky: ranges of its UTF-8 bytes. Pure.

Without them a link is dead words (app.bsky.richtext.facet). They never overlap: a link goes before a name,
and that before a hashtag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from unicodedata import category

from feeds.counting import link_end

FEATURE = "app.bsky.richtext.facet"
MOST_NAMES = 10
"""Names of one text that are looked up."""
LONGEST_TAG = 64
"""Characters; the schema's own bound is 64 graphemes and 640 bytes."""
_LINK = re.compile(r"(?<![\w@])https?://[^\s<>\"]+", re.IGNORECASE)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(
    rf"(?<![\w@./#])@((?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?)(?![\w@-])", re.IGNORECASE
)
_TAG = re.compile(r"(?:(?<=\s)|(?<=\()|^)[#\uff03]([^\s#\uff03]+)")


def handles_in(text: str) -> tuple[str, ...]:
    """The handles that a text names, in lower case, each once."""
    links = [(start, end) for start, end, _ in _links(text)]
    names = (name[1].lower() for name in _NAME.finditer(text) if _is_free(*name.span(), links))
    return tuple(dict.fromkeys(names))[:MOST_NAMES]


def facets_of(text: str, dids: Mapping[str, str]) -> list[dict[str, Any]]:
    """The facets of a text, in its order; `dids` tells whose a handle is, and one not in it stays text."""
    found: list[tuple[int, int, dict[str, str]]] = []
    for start, end, feature in (*_links(text), *_names(text, dids), *_tags(text)):
        if _is_free(start, end, [(before, after) for before, after, _ in found]):
            found.append((start, end, feature))
    return [
        {
            "index": {"byteStart": len(text[:start].encode()), "byteEnd": len(text[:end].encode())},
            "features": [feature],
        }
        for start, end, feature in sorted(found, key=lambda one: one[0])
    ]


def _is_free(start: int, end: int, taken: list[tuple[int, int]]) -> bool:
    return not any(start < after and end > before for before, after in taken)


def _links(text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    for match in _LINK.finditer(text):
        address = match[0][: link_end(match[0])]
        if address.partition("://")[2]:
            yield match.start(), match.start() + len(address), {"$type": f"{FEATURE}#link", "uri": address}


def _names(text: str, dids: Mapping[str, str]) -> Iterator[tuple[int, int, dict[str, str]]]:
    for match in _NAME.finditer(text):
        if did := dids.get(match[1].lower()):
            yield match.start(), match.end(), {"$type": f"{FEATURE}#mention", "did": did}


def _tags(text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    for match in _TAG.finditer(text):
        tag = match[1]
        while tag and category(tag[-1]).startswith("P"):
            tag = tag[:-1]
        if len(tag) <= LONGEST_TAG and any(not (one.isdigit() or category(one)[0] in "PM") for one in tag):
            yield match.start(), match.start() + 1 + len(tag), {"$type": f"{FEATURE}#tag", "tag": tag}
