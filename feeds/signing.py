"""How a message is signed between a city's own systems and the desk, either way. Pure.

The signature is HMAC-SHA256 (RFC 2104) over the time, a full stop, and the body, in hexadecimal. The time is
in it, so that a message that was overheard is good for minutes and not for ever; in those it is taken once,
by this door as by the one before it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import OrderedDict

TIMESTAMP = "x-watchfloor-timestamp"
SIGNATURE = "x-watchfloor-signature"
WINDOW = 300.0
"""Seconds that a clock may be off, either way."""
SHORTEST_KEY = 16
"""Characters of a key."""
REMEMBERED = 10_000
"""Signatures of the last minutes that are held; while there are as many, nothing more is let in."""
OLD = "this message was signed before the door was opened anew; sign it again"
FULL = "there were too many messages in the last minutes; come again"


def sign(key: str, timestamp: int, body: bytes) -> str:
    """The value of the signature's header."""
    digest = hmac.new(key.encode(), b"%d." % timestamp + body, hashlib.sha256).hexdigest()
    return f"sha256={digest}"


def newest(known: int, timestamp: int, now: float) -> int:
    """The newest timestamp that was let in; one that lies ahead was written by a clock that was wrong."""
    return timestamp if known > now + WINDOW else max(known, timestamp)


class Doorkeeper:
    """Lets signed messages in, each once.

    `before` is the newest timestamp that an earlier door let in: what it has seen is not known, so nothing
    as old as that is let in. 0 where there was none.
    """

    def __init__(self, key: str, before: int = 0) -> None:
        self._key = key
        self._before = before
        self._seen: OrderedDict[str, float] = OrderedDict()
        """Signatures, and until when their messages would be let in again."""

    def refusal(self, timestamp: str, signature: str, body: bytes, now: float) -> str:
        """Why a message is not let in, in words for its sender; empty when it is. `now` is Unix time."""
        if not re.fullmatch("[0-9]{1,12}", timestamp):
            return "the timestamp is missing, or no number of seconds since 1970"
        stamp = int(timestamp)
        if abs(stamp - now) > WINDOW:
            return f"the timestamp is more than {WINDOW:.0f} s off; check the clocks"
        if not hmac.compare_digest(sign(self._key, stamp, body).encode(), signature.encode()):
            return "the signature does not fit the body and the key"
        while self._seen and next(iter(self._seen.values())) < now:
            self._seen.popitem(last=False)
        if signature in self._seen:
            return "this message was sent before"
        if stamp <= self._before <= now + WINDOW:
            return OLD
        if len(self._seen) >= REMEMBERED:
            return FULL
        self._seen[signature] = stamp + WINDOW
        return ""

    def forget(self, signature: str) -> None:
        """Let a message that could not be taken be sent again as it is."""
        self._seen.pop(signature, None)
