"""A signed message to a city's own system, the other way round than `feeds.webhook_door` takes them in."""

from __future__ import annotations

import time

import msgspec

from feeds.addresses import host_of
from feeds.channel import Channel, Message, Receipt
from feeds.http import Client
from feeds.keys import Keys
from feeds.said import said
from feeds.signing import SHORTEST_KEY, SIGNATURE, TIMESTAMP, sign
from feeds.speak_http import refusal, tried

SCHEMA = 1
"""Of the body; it goes up when a field changes its meaning."""
OWN = ("schema", "key", "at", "title", "text", "lang", "to", "reply_to")
"""Names in the body that no field of a message may take."""


async def send(channel: Channel, message: Message, client: Client, keys: Keys) -> Receipt:
    """Post a message, signed with the channel's key, once."""
    secret = keys.secret()
    if len(secret) < SHORTEST_KEY:
        return Receipt(
            "refused",
            f"Nothing was sent: {channel.name} needs a signing key of at least {SHORTEST_KEY} characters.",
        )
    body = body_of(message)
    now = int(time.time())
    headers = {TIMESTAMP: str(now), SIGNATURE: sign(secret, now, body), "idempotency-key": message.key}
    reply = await tried(client, "POST", channel.address, body, headers=headers)
    if isinstance(reply, Receipt):
        return reply
    host = host_of(channel.address)
    if not 200 <= reply.status < 300:
        mend = "check the signing key" if reply.status in (401, 403) else "check the address of the channel"
        return refusal(host, reply, mend=mend, secret=secret)
    words = said(reply.body, secret)
    text = f"{host} took the message{f' and said: {words}' if words else ''}"
    return Receipt("confirmed", f"{text.rstrip('.')}.", names=(message.key,))


async def read_back(channel: Channel, message: Message, client: Client, keys: Keys) -> Receipt:  # noqa: ARG001
    """Say that a hook cannot be asked."""
    host = host_of(channel.address)
    return Receipt(
        "unknown",
        f"{host} cannot be asked whether it took the message. Ask those who run it for {message.key}. "
        "If you send it again it has the same key, so that they can drop the repeat.",
    )


def body_of(message: Message) -> bytes:
    """The body: the same bytes at every try. Fields that a receiver does not know may be ignored."""
    fields = {name: value for name, value in message.fields if value and name not in OWN}
    own = {
        "schema": SCHEMA,
        "key": message.key,
        "at": message.at.isoformat(timespec="seconds"),
        "title": message.title,
        "text": message.text,
        "lang": message.lang,
        "to": message.to,
        "reply_to": message.reply_to[0] if message.reply_to else "",
    }
    return msgspec.json.encode(own | fields)
