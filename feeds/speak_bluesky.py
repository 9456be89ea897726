"""Posting to Bluesky, where a repeat is harmless: who posts chooses the name of the record.

The record's key and time come from the message, so every try writes the same bytes under the same name, and
whether it was said is a question with a certain answer, to be asked of the account's own server.
"""

from __future__ import annotations

import hashlib
from datetime import UTC
from typing import Any
from urllib.parse import urlsplit

import msgspec

from feeds.addresses import host_of
from feeds.bluesky import APP, ENTRYWAY, POST
from feeds.bluesky_facets import facets_of, handles_in
from feeds.bluesky_session import Reader, code_of
from feeds.bluesky_text import NOT_SIGNED_OUT
from feeds.channel import Channel, Message, Receipt
from feeds.http import Client
from feeds.json_text import list_of, object_of, read_json, text_of
from feeds.keys import Keys
from feeds.receipts import SETTLED, doubtful, not_ready, not_seen, not_sent, words_in
from feeds.sending import Doubtful, NotSent, Reply
from feeds.source import SourceError

_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
NOT_SAID = frozenset({301, 307, 308, 400, 401, 403, 404, 413, 501})
"""Refusals that certainly come before anything is written."""


async def send(channel: Channel, message: Message, client: Client, keys: Keys) -> Receipt:
    """Post once; see `feeds.speak.send`."""
    if "private" in (message.audience, channel.audience) or "direct" in (message.audience, channel.audience):
        text = "Everything on Bluesky is public, and this is meant for fewer people. Nothing was said."
        return Receipt("refused", text)
    server = _Server(channel, client, keys)
    try:
        record = await server.record(message)
        reply = await server.put(record, record_key(message))
    except SourceError as error:
        return not_ready(error)
    except NotSent as error:
        return not_sent(error)
    except Doubtful as error:
        return doubtful(error)
    if code_of(reply) == "InvalidSwap":
        # A post of this name is there, and not of these bytes: a handle or the parent has changed since.
        return await read_back(channel, message, client, keys)
    return _judged(reply, server.host)


async def read_back(channel: Channel, message: Message, client: Client, keys: Keys) -> Receipt:
    """Ask the account's own server for the record; see `feeds.speak.read_back`."""
    server = _Server(channel, client, keys)
    try:
        there = await server.own(record_key(message))
    except SourceError as error:
        if code_of(error) != "RecordNotFound":
            return not_seen(error)
        text = f"{server.host} has no such post: it was not said, and may be sent again."
        return Receipt("later", text)
    value = object_of(there.get("value"))
    if (value.get("text"), value.get("createdAt")) != (message.text, _created(message)):
        text = (
            f"Another post stands on {server.host} where this one belongs: look at it and settle it by hand."
        )
        return Receipt("unknown", text)
    return _confirmed(text_of(there.get("uri")), f"{server.host} shows it.")


async def who_speaks(channel: Channel, client: Client, keys: Keys) -> str:
    """`@handle` of the account that the app password belongs to; see `feeds.speak.who_speaks`."""
    server = _Server(channel, client, keys)
    given = await server.ask("com.atproto.server.getSession")
    if not (handle := text_of(given.get("handle"))):
        raise SourceError(f"{server.host} does not say whose app password this is.")
    return f"@{handle}"


def record_key(message: Message) -> str:
    """The name of the record: a TID (atproto specs), the same for one message at every try.

    Its microseconds and clock are taken from the key: parts of a thread are of one second.
    """
    mark = int.from_bytes(hashlib.sha256(message.key.encode()).digest()[:8])
    micros = int(message.at.timestamp()) * 1_000_000 + mark % 1_000_000
    number = micros << 10 | mark // 1_000_000 % 1024
    return "".join(_LETTERS[number >> shift & 31] for shift in range(60, -1, -5))


def _created(message: Message) -> str:
    return message.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _Server:
    """The server of an account, asked as that account."""

    def __init__(self, channel: Channel, client: Client, keys: Keys) -> None:
        parts = urlsplit(channel.address)
        origin = ENTRYWAY if parts.hostname == APP else f"{parts.scheme}://{parts.netloc}"
        self.host = host_of(origin)
        self._channel = channel
        self._reader = Reader(origin, channel.account.removeprefix("@"), client, keys)

    async def ask(self, method: str, *query: tuple[str, str]) -> dict[str, Any]:
        """The answer to a query, as an object."""
        answer = await self._reader.get(method, query, urgent=True)
        try:
            return object_of(read_json(answer.body))
        except ValueError:
            raise SourceError(f"{self.host} answered with something else than Bluesky's API.") from None

    async def own(self, key: str) -> dict[str, Any]:
        """A post of the account by the key of its record, from its own server."""
        repo = await self._reader.did()
        return await self.ask(
            "com.atproto.repo.getRecord", ("repo", repo), ("collection", POST), ("rkey", key)
        )

    async def put(self, record: dict[str, Any], key: str) -> Reply:
        """Write a record under a key where there is none, or the very same."""
        named = {"repo": await self._reader.did(), "collection": POST, "rkey": key}
        body = msgspec.json.encode({**named, "record": record, "swapRecord": None})
        return await self._reader.send("com.atproto.repo.putRecord", body)

    async def record(self, message: Message) -> dict[str, Any]:
        """What is written.

        Raises:
            SourceError: when the post that it answers cannot be answered, or asking for it failed.
        """
        record: dict[str, Any] = {"$type": POST, "text": message.text, "createdAt": _created(message)}
        if lang := message.lang or self._channel.lang:
            record["langs"] = [lang]
        if message.reply_to:
            record["reply"] = await self._reply(message.reply_to)
        dids = {handle: did for handle in handles_in(message.text) if (did := await self._did_of(handle))}
        if facets := facets_of(message.text, dids):
            record["facets"] = facets
        if "signed in" in (message.audience, self._channel.audience):
            labels = [{"val": NOT_SIGNED_OUT}]
            record["labels"] = {"$type": "com.atproto.label.defs#selfLabels", "values": labels}
        return record

    async def _did_of(self, handle: str) -> str:
        """Whose a handle is; nothing where nobody's."""
        try:
            given = await self.ask("com.atproto.identity.resolveHandle", ("handle", handle))
        except SourceError as error:
            if error.status not in (400, 404):
                raise
            return ""
        return text_of(given.get("did"))

    async def _reply(self, names: tuple[str, ...]) -> dict[str, Any]:
        uri = next((name for name in names if name.startswith("at://") and f"/{POST}/" in name), "")
        if not uri:
            raise SourceError("The post that this answers is not one of Bluesky.", lasting=True)
        seen = object_of(
            next(iter(list_of((await self.ask("app.bsky.feed.getPosts", ("uris", uri))).get("posts"))), {})
        )
        if object_of(seen.get("viewer")).get("replyDisabled") is True:
            raise SourceError("Who wrote the post that this answers lets us not answer it.", lasting=True)
        value = object_of(seen.get("record"))
        if not seen:
            # Views lag behind: the part of a thread before this one is known to the account's server alone.
            seen = await self._record_at(uri)
            value = object_of(seen.get("value"))
        parent = {"uri": text_of(seen.get("uri")), "cid": text_of(seen.get("cid"))}
        root = object_of(object_of(value.get("reply")).get("root"))
        if not parent["uri"] or not parent["cid"]:
            raise SourceError(f"{self.host} does not say which post this answers.")
        return {
            "root": {name: text_of(root.get(name)) for name in parent} if root else parent,
            "parent": parent,
        }

    async def _record_at(self, uri: str) -> dict[str, Any]:
        repo, collection, key = uri.removeprefix("at://").split("/", 2)
        try:
            return await self.ask(
                "com.atproto.repo.getRecord", ("repo", repo), ("collection", collection), ("rkey", key)
            )
        except SourceError as error:
            if error.status not in (400, 404):
                raise
            raise SourceError("The post that this answers is not there any more.", lasting=True) from None


def _judged(reply: Reply, host: str) -> Receipt:
    """What an answer to a post means."""
    if reply.status in NOT_SAID:
        text = f"{host} does not take the message (HTTP status {reply.status}). Nothing was said."
        words = words_in(reply.body, "message", "error")
        return Receipt("refused", text + words, retry_after=reply.retry_after)
    if reply.status == 429:
        text = f"{host} says that this account posts too often. Nothing was said."
        return Receipt("later", text, retry_after=reply.retry_after)
    try:
        uri = text_of(object_of(read_json(reply.body)).get("uri")) if reply.status == 200 else ""
    except ValueError:
        uri = ""
    if uri:
        return _confirmed(uri, f"{host} has it.")
    text = f"{host} answered with HTTP status {reply.status}; whether it posted the message is not known."
    return Receipt("unknown", text, retry_after=max(reply.retry_after, SETTLED))


def _confirmed(uri: str, says: str) -> Receipt:
    did, _, key = uri.removeprefix("at://").partition(f"/{POST}/")
    return Receipt("confirmed", says, names=(uri,), url=f"https://{APP}/profile/{did}/post/{key}")
