"""What an answer by HTTP means to a channel that only sends: said, refused, later, or unknown."""

from __future__ import annotations

from collections.abc import Mapping

from feeds.channel import Receipt
from feeds.http import Client
from feeds.receipts import not_sent
from feeds.said import quoted
from feeds.sending import Doubtful, NotSent, Reply

BUSY = 429
AWAY = 503
"""Says that nothing was taken, where it says when to come again (RFC 9110, 15.6.4)."""
ELSEWHERE = frozenset({301, 307, 308})
"""Redirects that took nothing. Others may stand for a form that was taken and shows its page."""
DOUBTFUL = frozenset({406, 408})
"""Of the refusals: what only says that the answer could not be written, or that a proxy lost patience."""


async def tried(
    client: Client,
    method: str,
    address: str,
    body: bytes,
    *,
    headers: Mapping[str, str] | None = None,
    token: str = "",
) -> Reply | Receipt:
    """Send once: what the server answered, or a receipt where there was no answer."""
    try:
        return await client.send(method, address, body, headers=headers, token=token, urgent=True)
    except NotSent as error:
        return not_sent(error)
    except Doubtful as error:
        return Receipt("unknown", str(error), retry_after=error.retry_after)


def refusal(
    host: str, reply: Reply, *, words: str | bytes | None = None, mend: str = "", secret: str = ""
) -> Receipt:
    """What an answer other than 2xx means.

    Args:
        host: who answered.
        reply: what.
        words: its own words for it, where they had to be read out of the body.
        mend: what to do where it refuses.
        secret: what it may repeat and nobody is to see.
    """
    status = reply.status
    said = f"HTTP status {status}{quoted(reply.body if words is None else words, secret)}"
    if status == BUSY or (status == AWAY and reply.headers.get("retry-after")):
        text = f"{host} takes nothing now ({said}). Nothing was said yet; it is tried again."
        return Receipt("later", text, retry_after=reply.retry_after)
    if status in ELSEWHERE:
        return Receipt(
            "refused", f"{host} has moved this address ({said}). Nothing was said; mend it in the settings."
        )
    if 400 <= status < 500 and status not in DOUBTFUL:
        return Receipt("refused", f"{host} refused it ({said}). Nothing was said{mend and '; '}{mend}.")
    text = f"{host} answered with an error ({said}); whether it took the message is not known."
    return Receipt("unknown", text, retry_after=reply.retry_after)
