"""Posting over Mastodon's API, and looking whether a post is there.

Mastodon makes a repeat with the same `Idempotency-Key` harmless for an hour; GoToSocial, snac and Takahe take
no notice of it. So a doubtful post is looked for first, and sent again only where the server is known to keep
keys, and well within its hour.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unicodedata import normalize
from urllib.parse import urlsplit

import msgspec

from feeds.channel import Channel, Message, Receipt
from feeds.counting import short_names
from feeds.html import to_text
from feeds.http import Client
from feeds.json_text import list_of, object_of, read_json, text_of
from feeds.keys import Keys
from feeds.mastodon import AUDIENCES, Timeline, api_address, local_id, named_by
from feeds.post import Audience
from feeds.receipts import SETTLED, doubtful, not_ready, not_seen, not_sent, words_in
from feeds.sending import Doubtful, NotSent, Reply
from feeds.source import SourceError
from feeds.times import parse_time

KEPT_FOR = timedelta(minutes=45)
"""After the first try: Mastodon forgets a key after an hour (PostStatusService)."""
SECOND_TRY = timedelta(seconds=30)
"""After the first try; whoever comes later looks first whether the post is there."""
SKEW = timedelta(minutes=2)
"""How far the server's clock may be behind ours."""
PAGE, PAGES = 40, 3
NARROWER: tuple[Audience, ...] = ("public", "unlisted", "signed in", "private", "direct")
VISIBILITY: dict[Audience, str] = {
    "public": "public",
    "unlisted": "unlisted",
    "signed in": "private",
    "private": "private",
    "direct": "direct",
}
"""Nothing there is for all who have signed in; followers are the nearest that is not wider."""
NOT_SAID = {
    301: "redirects what is sent to it; put the address that it has now into the settings",
    307: "redirects what is sent to it; put the address that it has now into the settings",
    308: "redirects what is sent to it; put the address that it has now into the settings",
    400: "cannot read the message",
    401: "does not accept the token any more: make a new one and put it in its place",
    403: "does not let this token post: it needs write:statuses, and the account must not be limited",
    404: "does not know the post that this answers any more, or is no Mastodon server",
    410: "does not know the post that this answers any more",
    413: "finds the message too long",
    422: "does not take the message as it is",
}
"""Refusals that certainly come before anything is posted."""
_MARKS = re.compile(r"[\s*_~`\ufe0f\u200b]|https?://")
"""What servers change about words: spacing, marks of emphasis, the way a link is shown."""


async def send(channel: Channel, message: Message, client: Client, keys: Keys) -> Receipt:
    """Post once; see `feeds.speak.send`."""
    server = _Server(channel, client, keys)
    if not server.token:
        text = (
            f"There is no token for {server.host}: put one where `watchfloor doctor` says. Nothing was sent."
        )
        return Receipt("refused", text)
    age = datetime.now(UTC) - message.at
    if age > SECOND_TRY:
        try:
            found = await server.find(message)
        except SourceError as error:
            return not_ready(error) if age <= KEPT_FOR else not_seen(error)
        if found is not None:
            return _confirmed(found, server.host, f"{server.host} shows it already.")
        if age > KEPT_FOR:
            return _left_open(channel, server.host, "first tried too long ago to be sent again safely")
    try:
        body = await server.body(message)
    except SourceError as error:
        return not_ready(error)
    try:
        reply = await client.send(
            *("POST", f"{server.origin}/api/v1/statuses", msgspec.json.encode(body)),
            headers={"Idempotency-Key": message.key},
            token=server.token,
        )
    except NotSent as error:
        return not_sent(error)
    except Doubtful as error:
        return doubtful(error)
    return _judged(reply, server.host, server.token)


async def read_back(channel: Channel, message: Message, client: Client, keys: Keys) -> Receipt:
    """Look for the post among the account's own; see `feeds.speak.read_back`.

    `later` means here: it is not to be seen, and the key makes sending the same again harmless.
    """
    server = _Server(channel, client, keys)
    try:
        found = await server.find(message)
        keyed = found is None and await server.keeps_keys()
    except SourceError as error:
        return not_seen(error)
    if found is not None:
        return _confirmed(found, server.host, f"{server.host} shows it.")
    until = message.at + KEPT_FOR
    if keyed and datetime.now(UTC) < until:
        text = (
            f"{server.host} does not show it. Sending the same again cannot double it there until "
            f"{until:%H:%M} UTC."
        )
        return Receipt("later", text, retry_after=SETTLED)
    why = (
        "first tried too long ago to be sent again safely" if keyed else "and it may double what is repeated"
    )
    return _left_open(channel, server.host, why)


async def who_speaks(channel: Channel, client: Client, keys: Keys) -> str:
    """`@name@server` of the account that the token belongs to; see `feeds.speak.who_speaks`."""
    server = _Server(channel, client, keys)
    acct = text_of((await server.account()).get("acct"))
    return f"@{acct}" if "@" in acct else f"@{acct}@{server.host}"


class _Server:
    """One server, asked as the account that speaks."""

    def __init__(self, channel: Channel, client: Client, keys: Keys) -> None:
        parts = urlsplit(channel.address)
        self.origin = f"{parts.scheme}://{parts.netloc.lower()}"
        self.host = parts.netloc.lower()
        self.token = keys.secret()
        self._channel, self._client = channel, client

    async def account(self) -> dict[str, Any]:
        """The account that the token belongs to."""
        if not self.token:
            raise SourceError(
                f"There is no token for {self.host}: put one where `watchfloor doctor` says.", lasting=True
            )
        given = object_of(await self._get("/api/v1/accounts/verify_credentials"))
        if not text_of(given.get("id")) or not text_of(given.get("acct")):
            raise SourceError(f"{self.host} does not say whose token this is.")
        return given

    async def body(self, message: Message) -> dict[str, str]:
        """What is posted.

        Raises:
            SourceError: when the post that it answers cannot be answered, or asking for it failed.
        """
        audiences = [message.audience, self._channel.audience]
        body = {"status": message.text}
        if message.reply_to:
            parent = await self.parent(message)
            if parent is None:
                raise SourceError(
                    f"The post that this answers is not there any more on {self.host}, or not for us.",
                    lasting=True,
                )
            body["in_reply_to_id"] = text_of(parent.get("id"))
            audiences.append(AUDIENCES.get(text_of(parent.get("visibility")), "direct"))
        body["visibility"] = VISIBILITY[max(audiences, key=NARROWER.index)]
        if message.warning:
            body["spoiler_text"] = message.warning
        language = (message.lang or self._channel.lang).partition("-")[0].lower()
        if re.fullmatch("[a-z]{2,3}", language):
            body["language"] = language
        return body

    async def parent(self, message: Message) -> dict[str, Any] | None:
        """The post that is answered, as this server has it; None where it has it no more."""
        if known := local_id(message.reply_to, self.host):
            try:
                return object_of(await self._get(f"/api/v1/statuses/{known}"))
            except SourceError as error:
                if error.status not in (404, 410):
                    raise
        for uri in message.reply_to:
            if not uri.startswith(("https://", "http://")):
                continue
            query = (("q", uri), ("resolve", "true"), ("type", "statuses"))
            found = object_of(await self._get("/api/v2/search", query))
            for status in map(object_of, list_of(found.get("statuses"))):
                if uri in (status.get("uri"), status.get("url")) and text_of(status.get("id")):
                    return status
        return None

    async def find(self, message: Message) -> dict[str, Any] | None:
        """The post that says what `message` says, to the same, not before it; None where there is none."""
        account = text_of((await self.account()).get("id"))
        parent = await self.parent(message) if message.reply_to else None
        target = text_of(parent.get("id")) if parent else ""
        # Who deletes a post takes its name off the answers too.
        gone = bool(message.reply_to) and parent is None
        warning = _essence(message.warning)
        async for status in self._recent(account, message.at - SKEW, target):
            if (
                same_words(text_of(status.get("content")), message.text)
                and _essence(text_of(status.get("spoiler_text"))) == warning
                and (gone or text_of(status.get("in_reply_to_id")) == target)
                and text_of(status.get("id"))
            ):
                return status
        return None

    async def _recent(self, account: str, since: datetime, parent: str) -> AsyncIterator[dict[str, Any]]:
        """The account's own posts since a time: its list, newest first, then what hangs on the parent."""

        def is_recent(status: dict[str, Any]) -> bool:
            at = parse_time(text_of(status.get("created_at")))
            return at is not None and at >= since

        below: tuple[tuple[str, str], ...] = ()
        for _ in range(PAGES):
            query = (("limit", str(PAGE)), ("exclude_reblogs", "true"), *below)
            page = [
                object_of(one)
                for one in list_of(await self._get(f"/api/v1/accounts/{account}/statuses", query))
            ]
            for status in filter(is_recent, page):
                yield status
            if not page or not is_recent(page[-1]):
                break
            below = (("max_id", text_of(page[-1].get("id"))),)
        if parent:
            context = object_of(await self._get(f"/api/v1/statuses/{parent}/context"))
            for status in filter(is_recent, map(object_of, list_of(context.get("descendants")))):
                if text_of(object_of(status.get("account")).get("id")) == account:
                    yield status

    async def keeps_keys(self) -> bool:
        """Whether it is Mastodon itself, 4 or later, by what only that says of itself."""
        given = object_of(await self._get("/api/v2/instance"))
        version = text_of(given.get("version")).lower()
        major = re.match(r"(\d{1,3})\.", version)
        return (
            isinstance(object_of(given.get("api_versions")).get("mastodon"), int)
            and major is not None
            and int(major[1]) >= 4
            and "compatible" not in version
        )

    async def _get(self, path: str, query: tuple[tuple[str, str], ...] = ()) -> Any:
        address = api_address(Timeline(self.origin, path), path, query)
        try:
            answer = await self._client.get(address, accept="application/json", token=self.token, urgent=True)
            return read_json(answer.body)
        except ValueError:
            raise SourceError(f"{self.host} answered with something else than Mastodon's API.") from None
        except SourceError as error:
            if error.status not in (401, 403):
                raise
            words = NOT_SAID[401] if error.status == 401 else f"does not let this token read {path}"
            raise SourceError(f"{self.host} {words}.", status=error.status, lasting=True) from None


def _judged(reply: Reply, host: str, token: str) -> Receipt:
    """What an answer to a post means."""
    if reply.status in NOT_SAID:
        text = f"{host} {NOT_SAID[reply.status]}. Nothing was said."
        return Receipt(
            "refused", text + words_in(reply.body, "error", secret=token), retry_after=reply.retry_after
        )
    if reply.status == 429:
        text = f"{host} says that this account posts too often. Nothing was said."
        return Receipt("later", text, retry_after=reply.retry_after)
    try:
        given = object_of(read_json(reply.body)) if reply.status in (200, 201) else {}
    except ValueError:
        given = {}
    if text_of(given.get("id")) and text_of(given.get("uri")):
        return _confirmed(given, host, f"{host} has it.")
    text = f"{host} answered with HTTP status {reply.status}; whether it posted the message is not known."
    return Receipt("unknown", text, retry_after=max(reply.retry_after, SETTLED))


def _left_open(channel: Channel, host: str, why: str) -> Receipt:
    text = (
        f"{host} does not show it, {why}: look at {channel.account or 'the account'} and settle it by hand."
    )
    return Receipt("unknown", text)


def _confirmed(status: dict[str, Any], host: str, says: str) -> Receipt:
    uri = text_of(status.get("uri"))
    return Receipt(
        "confirmed",
        says,
        names=(uri, named_by(host, text_of(status.get("id")))),
        url=text_of(status.get("url")) or uri,
    )


def same_words(html: str, text: str) -> bool:
    """Whether a server's `content` is what it made of a text."""
    return _essence(to_text(html)) == _essence(text)


def _essence(text: str) -> str:
    """Words as they are compared: without what a server may change about them."""
    return _MARKS.sub("", short_names(normalize("NFC", text)))
