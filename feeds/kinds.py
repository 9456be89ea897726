"""Which parser reads which kind of source. Importing this loads them all; only the parser host does."""

from __future__ import annotations

from collections.abc import Callable

from feeds import bluesky, cap, gdacs, jetstream, jsonl, mastodon, nws, open311, rss, sniff, usgs, webhook
from feeds.source import Document, Kind, Parsed

Parse = Callable[[Document], Parsed]

PARSERS: dict[Kind, Parse] = {
    "rss": rss.parse,
    "cap": cap.parse,
    "nws": nws.parse,
    "usgs": usgs.parse,
    "gdacs": gdacs.parse,
    "jsonl": jsonl.parse,
    "mastodon": mastodon.parse,
    "bluesky": bluesky.parse,
    "jetstream": jetstream.parse,
    "open311": open311.parse,
    "webhook": webhook.parse,
}


def parse(kind: Kind, document: Document) -> Parsed:
    """Read one document, or with `sniff.WHAT` as its `what` say of which kind it is.

    Raises:
        ValueError: when the document as a whole is unreadable, in words that follow "the document: ".
    """
    return (sniff.parse if document.what == sniff.WHAT else PARSERS[kind])(document)
