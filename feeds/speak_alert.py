"""Waking people on call: a push by ntfy, an alert of PagerDuty (Events API v2).

The two part where a line is lost. PagerDuty folds a repeat with the same `dedup_key`, so the same may be sent
again at once. ntfy folds nothing, but keeps its messages for hours and can be asked for ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

import msgspec

from feeds.addresses import host_of
from feeds.channel import Channel, Message, Receipt
from feeds.http import Client
from feeds.json_text import object_of, read_json, text_of, texts_of
from feeds.keys import Keys
from feeds.mark import reference_of
from feeds.speak_http import refusal, tried

NTFY_LONGEST = 4096
"""Bytes; ntfy makes a file of what is longer, and nobody reads that in the night."""
SUMMARY = 1024
"""Characters of PagerDuty's summary."""
PAGERDUTY = "https://events.pagerduty.com/v2/enqueue"
URGENCY: Mapping[str, tuple[int, str]] = {
    "1": (5, "critical"),
    "act now": (5, "critical"),
    "2": (4, "error"),
    "soon": (4, "error"),
    "3": (3, "warning"),
    "watch": (3, "warning"),
}
"""By tier, as number or word: ntfy's priority (5 passes a phone's quiet hours), PagerDuty's severity."""
USUAL = URGENCY["watch"]


async def send(channel: Channel, message: Message, client: Client, keys: Keys) -> Receipt:
    """Raise one alert."""
    if channel.kind == "pagerduty":
        return await _page(channel, message, client, keys.secret())
    return await _push(channel, message, client, keys.secret())


async def read_back(channel: Channel, message: Message, client: Client, keys: Keys) -> Receipt:
    """Look whether an alert was raised."""
    if channel.kind == "pagerduty":
        return Receipt("later", "PagerDuty folds a repeat of the same alert into one: it is sent again.")
    try:
        server, topic = topic_of(channel.address)
    except ValueError as error:
        return Receipt("unknown", f"It cannot be seen whether the alert was raised: {error}.")
    since = int(message.at.timestamp()) - 60
    reply = await tried(client, "GET", f"{server}{topic}/json?poll=1&since={since}", b"", token=keys.secret())
    host = host_of(server)
    if isinstance(reply, Receipt):
        return replace(reply, outcome="unknown")
    mark = reference_of(message)
    for line in reply.body.splitlines() if reply.status == 200 else ():
        try:
            pushed = object_of(read_json(line))
        except ValueError:
            continue
        if mark in texts_of(pushed.get("tags")):
            return Receipt("confirmed", f"{host} has the alert.", names=(text_of(pushed.get("id")),))
    return Receipt(
        "unknown",
        f"{host} does not show the alert, which need not mean that nobody got it. Call who is on call.",
        retry_after=reply.retry_after,
    )


def topic_of(address: str) -> tuple[str, str]:
    """The server, with a slash, and the topic behind an address.

    Raises:
        ValueError: when it names no topic, as a clause.
    """
    parts = urlsplit(address)
    topic = parts.path.strip("/")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", topic):
        raise ValueError(
            "the channel's address names no topic; write it like https://ntfy.town.example/topic"
        )
    return parts._replace(path="/", query="", fragment="").geturl(), topic


def push_of(topic: str, message: Message) -> dict[str, object]:
    """What ntfy is sent."""
    fields = dict(message.fields)
    pushed: dict[str, object] = {
        "topic": topic,
        "message": message.text,
        "priority": _urgency(message)[0],
        "tags": [reference_of(message)],
    }
    if message.title:
        pushed["title"] = message.title
    if _is_web(fields.get("link", "")):
        pushed["click"] = fields["link"]
    return pushed


def event_of(channel: Channel, message: Message, routing_key: str) -> dict[str, object]:
    """What PagerDuty is sent. The summary is cut where it must be; the details hold the whole text."""
    fields = {name: value for name, value in message.fields if value}
    summary = f"{message.title}: {message.text}" if message.title else message.text
    event: dict[str, object] = {
        "routing_key": routing_key,
        "event_action": "trigger",
        "dedup_key": message.key,
        "client": "watchfloor",
        "payload": {
            "summary": summary if len(summary) <= SUMMARY else f"{summary[: SUMMARY - 1]}…",
            "source": channel.account or "watchfloor",
            "severity": _urgency(message)[1],
            "timestamp": message.at.isoformat(timespec="seconds"),
            "custom_details": fields | {"text": message.text},
        },
    }
    if _is_web(fields.get("link", "")):
        event["links"] = [{"href": fields["link"], "text": "What it is about"}]
    return event


async def _push(channel: Channel, message: Message, client: Client, token: str) -> Receipt:
    try:
        server, topic = topic_of(channel.address)
    except ValueError as error:
        return Receipt("refused", f"Nothing was sent: {error}.")
    size = len(message.text.encode("utf-8", "replace"))
    if size > NTFY_LONGEST:
        text = f"Nothing was sent: the text has {size} bytes, and ntfy takes {NTFY_LONGEST}. Shorten it."
        return Receipt("refused", text)
    reply = await tried(client, "POST", server, msgspec.json.encode(push_of(topic, message)), token=token)
    if isinstance(reply, Receipt):
        return reply
    host = host_of(server)
    said = _said(reply.body)
    if reply.status != 200:
        mend = "check the channel's token, and whether it may write to this topic"
        return refusal(
            host,
            reply,
            words=text_of(said.get("error")),
            mend=mend if reply.status in (401, 403) else "",
            secret=token,
        )
    id_ = text_of(said.get("id"))
    if not id_:
        return Receipt("unknown", f"{host} gave an answer that is none of ntfy's; check the address.")
    return Receipt("confirmed", f"{host} took the alert. Whether a phone rang is not known.", names=(id_,))


async def _page(channel: Channel, message: Message, client: Client, routing_key: str) -> Receipt:
    if not routing_key:
        return Receipt("refused", f"Nothing was sent: {channel.name} has no routing key.")
    address = channel.address or PAGERDUTY
    body = msgspec.json.encode(event_of(channel, message, routing_key))
    reply = await tried(client, "POST", address, body)
    host = host_of(address)
    if isinstance(reply, Receipt):
        return _harmless(reply)
    said = _said(reply.body)
    if reply.status == 202:
        name = text_of(said.get("dedup_key")) or message.key
        return Receipt("confirmed", f"{host} took the alert and pages who is on call.", names=(name,))
    words = "; ".join(texts_of(said.get("errors"))) or text_of(said.get("message"))
    mend = "check the routing key of the channel" if reply.status in (400, 401, 403) else ""
    return _harmless(refusal(host, reply, words=words, mend=mend, secret=routing_key))


def _harmless(receipt: Receipt) -> Receipt:
    """What was left open may be sent again, for the far side knows it by its key."""
    if receipt.outcome != "unknown":
        return receipt
    text = f"{receipt.says} It is sent again: PagerDuty folds a repeat into one."
    return replace(receipt, outcome="later", says=text)


def _urgency(message: Message) -> tuple[int, str]:
    return URGENCY.get(dict(message.fields).get("tier", "").strip().lower(), USUAL)


def _is_web(link: str) -> bool:
    return link.startswith(("https://", "http://"))


def _said(body: bytes) -> dict[str, object]:
    try:
        return object_of(read_json(body))
    except ValueError:
        return {}
