"""How a message is signed between a city's own systems and the desk, either way. Pure.

The signature is HMAC-SHA256 (RFC 2104) over the time, a full stop, and the body, in hexadecimal. The time is
in it, so that a message that was overheard is good for minutes and not for ever; in those it is taken once.
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
"""Signatures of the last minutes; when there are more of them, the oldest are still too old by their time."""


def sign(key: str, timestamp: int, body: bytes) -> str:
    """The value of the signature's header."""
    digest = hmac.new(key.encode(), b"%d." % timestamp + body, hashlib.sha256).hexdigest()
    return f"sha256={digest}"


class Doorkeeper:
    """Lets signed messages in, each once."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._seen: OrderedDict[str, float] = OrderedDict()

    def refusal(self, timestamp: str, signature: str, body: bytes, now: float) -> str:
        """Why a message is not let in, in words for its sender; empty when it is. `now` is Unix time."""
        if not re.fullmatch(r"\d{1,12}", timestamp):
            return "the timestamp is missing, or no number of seconds since 1970"
        if abs(int(timestamp) - now) > WINDOW:
            return f"the timestamp is more than {WINDOW:.0f} s off; check the clocks"
        if not hmac.compare_digest(sign(self._key, int(timestamp), body), signature):
            return "the signature does not fit the body and the key"
        while self._seen and (
            len(self._seen) >= REMEMBERED or next(iter(self._seen.values())) < now - 2 * WINDOW
        ):
            self._seen.popitem(last=False)
        if signature in self._seen:
            return "this message was sent before"
        self._seen[signature] = now
        return ""

    def forget(self, signature: str) -> None:
        """Let a message that could not be taken be sent again as it is."""
        self._seen.pop(signature, None)
