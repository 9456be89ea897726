"""What is asked of a server with Mastodon's API: pages of a timeline, single statuses, what it allows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from feeds import mastodon
from feeds.http import Answer, Client
from feeds.json_text import object_of, read_json, text_of
from feeds.mastodon import Timeline, api_address
from feeds.parser import Parser
from feeds.source import Parsed, Source, SourceError

PAGE = 40
"""Rows asked for; no server gives more of statuses."""
PUT_TOKEN = "put a token for it where `watchfloor doctor` says"


class Pages:
    """The pages of one timeline, during one look."""

    def __init__(
        self, source: Source, timeline: Timeline, client: Client, parser: Parser, token: str
    ) -> None:
        self.timeline = timeline
        self.last: Answer | None = None
        """What came last; the headers tell of budgets."""
        self._source = source
        self._client, self._parser, self._token = client, parser, token
        if timeline.signed and not token:
            raise SourceError(
                f"{timeline.host} shows this timeline to its users only: {PUT_TOKEN}.", lasting=True
            )

    async def know_account(self) -> None:
        """Look up whose timeline it is, where it is an account's."""
        if not self.timeline.account:
            return
        query = (("acct", self.timeline.account),)
        found = text_of((await self._told("/api/v1/accounts/lookup", query)).get("id"))
        if not found:
            raise SourceError(f"{self.timeline.host} does not know @{self.timeline.account}.", lasting=True)
        self.timeline = replace(self.timeline, path=self.timeline.path.replace("{account}", found))

    async def ask(self, *paging: tuple[str, str], urgent: bool = False) -> Parsed:
        """The newest page, or the one that `paging` names in the API's own words."""
        query = (*self.timeline.query, ("limit", str(PAGE)), *paging)
        self.last = await self._get(self.timeline.path, query, urgent=urgent)
        return await self._parse(self.last, self.timeline.what)

    async def one(self, local_id: str) -> Parsed:
        """One status, as it is now; a deleted one when it is there no more."""
        try:
            answer = await self._get(f"/api/v1/statuses/{local_id}", urgent=True)
        except SourceError as error:
            if error.status not in (404, 410):
                raise
            name = mastodon.named_by(self.timeline.host, local_id)
            return Parsed((mastodon.gone(name, self._source.name),))
        return await self._parse(answer, "status")

    async def must_be_open(self) -> None:
        """Tell a timeline that is switched off from one where nothing was said.

        Since 4.5 a server may answer for the former with an empty page (`timelines_access` of the instance).
        """
        feed, part = self.timeline.access
        if not feed:
            return
        access = object_of(object_of((await self._instance()).get("timelines_access")).get(feed))
        states = {text_of(access.get(one)) for one in ((part,) if part else ("local", "remote"))} - {""}
        if states == {"disabled"}:
            raise SourceError(
                f"{self.timeline.host} has switched this timeline off; choose another one.", lasting=True
            )
        if states and "public" not in states and not self._token:
            raise SourceError(
                f"{self.timeline.host} shows this timeline to its users only: {PUT_TOKEN}.", lasting=True
            )

    async def streaming_origin(self) -> str:
        """Where the server's streams are; its own address where it does not say."""
        given = text_of(object_of((await self._instance()).get("urls")).get("streaming"))
        for socket, web in (("wss://", "https://"), ("ws://", "http://")):
            if given.startswith(socket):
                return web + given.removeprefix(socket).rstrip("/")
        return self.timeline.origin

    async def _instance(self) -> dict[str, Any]:
        """The server's `configuration`; an empty one where it is too old to have it."""
        try:
            return object_of((await self._told("/api/v2/instance")).get("configuration"))
        except SourceError:
            return {}

    async def _told(self, path: str, query: tuple[tuple[str, str], ...] = ()) -> dict[str, Any]:
        """A small answer that is read here, and not by the parser."""
        answer = await self._get(path, query)
        try:
            return object_of(read_json(answer.body))
        except ValueError as error:
            text = f"{self.timeline.host} does not answer as Mastodon's API does: {error}; check the address."
            raise SourceError(text, lasting=True) from None

    async def _parse(self, answer: Answer, what: str) -> Parsed:
        source = self._source
        return await self._parser.parse(
            "mastodon",
            source.name,
            source.lang,
            answer.body,
            answer.content_type,
            self.timeline.origin,
            what,
        )

    async def _get(
        self, path: str, query: tuple[tuple[str, str], ...] = (), *, urgent: bool = False
    ) -> Answer:
        address = api_address(self.timeline, path, query)
        try:
            return await self._client.get(
                address, accept="application/json", token=self._token, urgent=urgent
            )
        except SourceError as error:
            if error.status in (401, 403, 422):
                raise SourceError(
                    f"{self.timeline.host} {self._asks_for(error.status)}.",
                    status=error.status,
                    lasting=True,
                ) from None
            raise

    def _asks_for(self, status: int) -> str:
        if not self._token:
            return f"wants a login for this timeline: {PUT_TOKEN}"
        if status == 401:
            return "does not accept the token any more: make a new one and put it in its place"
        return (
            "lets this token not read this timeline: it needs read:statuses, read:notifications, read:search"
        )
