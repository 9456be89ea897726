"""What failures of the network and refusals of servers come to as receipts. Pure."""

from __future__ import annotations

from feeds.channel import Receipt
from feeds.json_text import object_of, read_json, text_of
from feeds.said import said
from feeds.sending import Doubtful, NotSent
from feeds.source import SourceError

SETTLED = 30.0
"""Seconds after a doubtful answer before looking makes sense: a request may still be worked on."""


def not_sent(error: NotSent) -> Receipt:
    """Nothing left this machine."""
    return Receipt("refused" if error.lasting else "later", str(error), retry_after=error.retry_after)


def not_ready(error: SourceError) -> Receipt:
    """What had to be asked before sending was not answered."""
    text = f"{error} Nothing was sent."
    return Receipt("refused" if error.lasting else "later", text, retry_after=error.retry_after)


def doubtful(error: Doubtful) -> Receipt:
    """It went out, and nobody knows more."""
    return Receipt("unknown", f"{error} Look there first.", retry_after=max(error.retry_after, SETTLED))


def not_seen(error: SourceError) -> Receipt:
    """Looking failed."""
    text = f"{error} Whether the message was said is still not known."
    return Receipt("unknown", text, retry_after=error.retry_after)


def words_in(body: bytes, *names: str, secret: str = "") -> str:
    """What a server says of a refusal in these fields of its JSON, as a sentence; or nothing."""
    try:
        given = object_of(read_json(body))
    except ValueError:
        return ""
    words = said(next((text for name in names if (text := text_of(given.get(name)))), ""), secret)
    return f' It says: "{words}".' if words else ""
