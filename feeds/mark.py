"""A short mark that a message carries where its key is too long, to be looked for afterwards. Pure."""

from __future__ import annotations

from hashlib import sha256

from feeds.channel import Message


def reference_of(message: Message) -> str:
    """Eight letters and digits: one chance in four thousand million that another message has the same."""
    return sha256(message.key.encode()).hexdigest()[:8]


def mark_of(message: Message) -> str:
    """The reference as it stands in a text."""
    return f"[ref {reference_of(message)}]"
