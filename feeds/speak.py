"""Saying something on a channel, and finding out afterwards whether it was said.

| a receipt says | what the caller may do next |
|----------------|------------------------------------------------------------------------------|
| confirmed      | nothing: the far side has it                                                 |
| refused        | nothing until somebody changes something: it was not said                    |
| later          | `send` the same again, after `retry_after`                                   |
| unknown        | `read_back`, after `retry_after`; never `send`, unless that answers `later`  |

Nothing here raises for what a network or a server does.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import cast

from feeds.addresses import host_of
from feeds.channel import Channel, ChannelKind, Message, Receipt
from feeds.http import Client
from feeds.keys import NO_KEYS, Keys
from feeds.source import SourceError

Speak = Callable[[Channel, Message, Client, Keys], Awaitable[Receipt]]
WhoSpeaks = Callable[[Channel, Client, Keys], Awaitable[str]]
MODULES: dict[ChannelKind, str] = {
    "mastodon": "feeds.speak_mastodon",
    "bluesky": "feeds.speak_bluesky",
    "open311": "feeds.speak_open311",
    "mail": "feeds.speak_mail",
    "webhook": "feeds.speak_hook",
    "ntfy": "feeds.speak_alert",
    "pagerduty": "feeds.speak_alert",
}
"""The module that speaks on channels of a kind, with `send` and `read_back`; loaded when somebody does."""
KNOWN_BY_SERVER: frozenset[ChannelKind] = frozenset({"mastodon", "bluesky"})
"""Kinds whose servers say which account a secret belongs to (`who_speaks` of the module)."""
_log = logging.getLogger(__name__)


async def send(channel: Channel, message: Message, client: Client, keys: Keys = NO_KEYS) -> Receipt:
    """Say `message` on `channel`, once."""
    if channel.kind == "dry-run":
        return Receipt("confirmed", "Dry run: nothing was said to anybody.", (f"dry-run#{message.key}",))
    if channel.kind == "clipboard":
        # Whether a person has posted it, only a person knows.
        return Receipt(
            "unknown", f"Copy the text, post it on {channel.name} yourself, then settle it (O, x)."
        )
    return await _ask("send", channel, message, client, keys)


async def read_back(channel: Channel, message: Message, client: Client, keys: Keys = NO_KEYS) -> Receipt:
    """Look whether `message` was said, after an answer that left it open."""
    if channel.kind == "dry-run":
        return await send(channel, message, client, keys)
    if channel.kind == "clipboard":
        text = f"Only a person can see whether it stands on {channel.name}: look, and settle it by hand."
        return Receipt("unknown", text)
    return await _ask("read_back", channel, message, client, keys)


async def who_speaks(channel: Channel, client: Client, keys: Keys = NO_KEYS) -> str:
    """The account that speaks on a channel: as its server names it where it does, else as the settings do.

    Raises:
        SourceError: when the server does not say, as a sentence.
    """
    if channel.kind not in KNOWN_BY_SERVER:
        return channel.account or (host_of(channel.address) if channel.address else channel.name)
    module = import_module(MODULES[channel.kind])
    return await cast(WhoSpeaks, module.who_speaks)(channel, client, keys)


async def _ask(verb: str, channel: Channel, message: Message, client: Client, keys: Keys) -> Receipt:
    speak = cast(Speak, getattr(import_module(MODULES[channel.kind]), verb))
    try:
        keys.secret()
    except SourceError as error:
        return Receipt("refused" if verb == "send" else "unknown", f"{error} Nothing was sent.")
    try:
        return await speak(channel, message, client, keys)
    except Exception:
        # A mistake of ours may come after the message went out; it must never be taken for "not said".
        _log.exception("%s on channel %s failed by a mistake of this program", verb, channel.name)
        text = f"This program made a mistake on {channel.name}; whether the message was said is not known."
        return Receipt("unknown", text)
