"""Sources that push: one listener a kind, each giving what comes in as looks."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable

from feeds.http import Client
from feeds.jetstream_stream import listen_to_jetstream
from feeds.keys import NO_KEYS, Keys
from feeds.mastodon_stream import listen_to_mastodon
from feeds.parser import Parser
from feeds.source import Bookmark, Kind, Look, Source
from feeds.webhook_door import listen_to_webhook

Listener = Callable[[Source, Bookmark, Client, Parser, Keys], AsyncGenerator[Look, None]]
LISTENERS: dict[Kind, Listener] = {
    "mastodon": listen_to_mastodon,
    "jetstream": listen_to_jetstream,
    "webhook": listen_to_webhook,
}


def listen(
    source: Source, bookmark: Bookmark, client: Client, parser: Parser, keys: Keys = NO_KEYS
) -> AsyncGenerator[Look, None]:
    """Listen to a source that pushes (`Source.pushes`), from where `bookmark` left off.

    Gives a look for every handful of posts, and an empty one with `unchanged` for every sign of life. The
    next look is asked for once the one before is stored, so a slow desk slows the sender down and no memory
    fills. What fell into a pause is fetched first, where the platform still has it.

    Raises:
        SourceError: when the connection cannot be made or breaks; calling again takes up where the bookmark
            of the last look left off.
    """
    return LISTENERS[source.kind](source, bookmark, client, parser, keys)
