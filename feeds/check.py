"""Asking a source about single posts: do they still stand as they were taken in?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import cast

from feeds.http import Client
from feeds.keys import NO_KEYS, Keys
from feeds.parser import Parser
from feeds.source import Kind, Parsed, Source, SourceError

Check = Callable[[Source, tuple[str, ...], Client, Parser, Keys], Awaitable[Parsed]]
CHECKS: dict[Kind, tuple[str, str]] = {
    "mastodon": ("feeds.mastodon_look", "check_mastodon"),
    "bluesky": ("feeds.bluesky_look", "check_bluesky"),
    "jetstream": ("feeds.bluesky_look", "check_jetstream"),
    "open311": ("feeds.open311_look", "check_open311"),
}
"""Kinds that can be asked, with the module and function that ask; loaded when somebody does."""


async def check(
    source: Source, names: tuple[str, ...], client: Client, parser: Parser, keys: Keys = NO_KEYS
) -> Parsed:
    """Ask a source about the posts of these names: each comes back as it stands now, deleted ones as such.

    Raises:
        SourceError: when there was no answer, or a source of this kind cannot be asked.
    """
    asked = CHECKS.get(source.kind)
    if asked is None:
        raise SourceError(f"{source.name} ({source.kind}) cannot be asked about single posts.", lasting=True)
    module, function = asked
    return await cast(Check, getattr(import_module(module), function))(source, names, client, parser, keys)
