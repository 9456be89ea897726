"""Looking at a timeline of Mastodon's API: the live edge, then what lies between it and the last look.

The bookmark's cursor is a promise: everything from the first look on up to it has been taken in. It moves
only by walking forward with `min_id`, which gives the rows immediately above, so that no burst is longer than
a walk and no page that the server's filters cut short hides anything (API guidelines, pagination).
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from feeds import mastodon
from feeds.http import Answer, Client
from feeds.json_text import object_of, read_json, text_of
from feeds.keys import NO_KEYS, Keys
from feeds.mastodon import Timeline, api_address, in_order, timeline_of
from feeds.parser import Parser
from feeds.post import Post
from feeds.source import Bookmark, Look, Parsed, Refusal, Source, SourceError

PAGE = 40
"""Rows asked for; no server gives more of statuses."""
PAGES_PER_LOOK = 5
"""Pages of the walk in one look; the rest follows at once in the next, behind the live edge again."""
CHECKED_AT_ONCE = 20
"""Statuses that one re-check asks for."""
BEGINNING = "0"
"""An id below every other."""
PUT_TOKEN = "put a token for it where `watchfloor doctor` says"


async def look_at_mastodon(
    source: Source, bookmark: Bookmark, client: Client, parser: Parser, keys: Keys = NO_KEYS
) -> Look:
    """Look at a timeline once; see `feeds.look.look`.

    Raises:
        SourceError: also for a timeline that its server has switched off, which is not a quiet one.
    """
    try:
        timeline = timeline_of(source.address)
    except ValueError as error:
        raise SourceError(f"The address of {source.name} {error}.", lasting=True) from None
    pages = _Pages(source, timeline, client, parser, keys.secret())
    await pages.know_account()
    edge = await pages.ask(urgent=True)
    if not edge.items:
        await pages.must_be_open()
    return await pages.walk(edge, bookmark)


async def check_mastodon(
    source: Source, names: tuple[str, ...], client: Client, parser: Parser, keys: Keys = NO_KEYS
) -> Parsed:
    """Ask whether posts, given by their names, still stand; those that do not come back as deleted.

    Raises:
        SourceError: when the server does not say.
    """
    timeline = timeline_of(source.address)
    pages = _Pages(source, timeline, client, parser, keys.secret())
    start = mastodon.named_by(timeline.host, "")
    ours = [name for name in names if name.startswith(start)][:CHECKED_AT_ONCE]
    if not ours:
        raise SourceError(
            f"{timeline.host} never gave this post an id of its own; it cannot be asked about it."
        )
    answers = await asyncio.gather(*(pages.one(name.removeprefix(start)) for name in ours))
    return Parsed(
        tuple(post for answer in answers for post in answer.posts),
        tuple(refusal for answer in answers for refusal in answer.refusals),
    )


async def streaming_origin(source: Source, client: Client, parser: Parser, keys: Keys) -> str:
    """Where the server's streams are: often another host, which is vetted like any."""
    return await _Pages(source, timeline_of(source.address), client, parser, keys.secret()).streaming_origin()


class _Pages:
    """The pages of one timeline, during one look."""

    def __init__(
        self, source: Source, timeline: Timeline, client: Client, parser: Parser, token: str
    ) -> None:
        self._source, self._timeline = source, timeline
        self._client, self._parser, self._token = client, parser, token
        self._posts: list[Post] = []
        self._refusals: list[Refusal] = []
        self._last: Answer | None = None
        self._missed = ""
        if timeline.signed and not token:
            raise SourceError(
                f"{timeline.host} shows this timeline to its users only: {PUT_TOKEN}.", lasting=True
            )

    async def know_account(self) -> None:
        """Look up whose timeline it is, where it is an account's."""
        if not self._timeline.account:
            return
        query = (("acct", self._timeline.account),)
        answer = await self._get("/api/v1/accounts/lookup", query)
        found = text_of(object_of(read_json(answer.body)).get("id"))
        if not found:
            raise SourceError(f"{self._timeline.host} does not know @{self._timeline.account}.", lasting=True)
        self._timeline = replace(self._timeline, path=self._timeline.path.replace("{account}", found))

    async def ask(self, *, above: str = "", urgent: bool = False) -> Parsed:
        """The newest page, or the one immediately above an id."""
        query = (*self._timeline.query, ("limit", str(PAGE)), *((("min_id", above),) if above else ()))
        self._last = await self._get(self._timeline.path, query, urgent=urgent)
        return await self._parse(self._last, self._timeline.what)

    async def one(self, local_id: str) -> Parsed:
        """One status, as it is now; a deleted one when it is there no more."""
        try:
            answer = await self._get(f"/api/v1/statuses/{local_id}", urgent=True)
        except SourceError as error:
            if error.status not in (404, 410):
                raise
            name = mastodon.named_by(self._timeline.host, local_id)
            return Parsed((mastodon.gone(name, self._source.name),))
        return await self._parse(answer, "status")

    async def walk(self, edge: Parsed, bookmark: Bookmark) -> Look:
        """From the bookmark up to the live edge, as far as one look goes."""
        cursor, more = bookmark.cursor, False
        if not edge.items:
            # Whatever comes next is walked to from the very beginning, be it more than a page.
            cursor = cursor or BEGINNING
        elif not cursor or self._timeline.what == "search" or in_order(edge.oldest) <= in_order(cursor):
            cursor = max(cursor, edge.newest, key=in_order)
        else:
            cursor, more = await self._climb(cursor, edge)
        self._keep(edge)
        answer = self._last
        assert answer is not None
        return Look(
            tuple(self._posts),
            replace(bookmark, cursor=cursor),
            tuple(self._refusals),
            remaining=answer.remaining,
            limit=answer.limit,
            reset_at=answer.reset_at,
            next_after=0.0 if more else answer.next_after,
            more=more,
            missed=self._missed,
        )

    async def _climb(self, cursor: str, edge: Parsed) -> tuple[str, bool]:
        """Page upwards from `cursor`; gives how far that came, and whether more lies below the edge.

        A page that fails holds up neither the pages below it nor the live edge: it is asked for again.
        """
        for _ in range(PAGES_PER_LOOK):
            try:
                page = await self.ask(above=cursor)
            except SourceError as error:
                text = f"posts since the last look are still to come: {error} They are asked for again."
                self._refusals.append(Refusal(self._timeline.path, text))
                return cursor, False
            if not page.items or in_order(page.newest) <= in_order(cursor):
                break  # what lay between is gone, or not for our eyes
            if page.oldest == edge.oldest and page.items >= PAGE:
                self._missed = (
                    f"{self._timeline.host} does not page forward: older posts than its newest page's "
                    "may be missing."
                )
            self._keep(page)
            cursor = page.newest
            if in_order(cursor) >= in_order(edge.oldest):
                break
        else:
            return cursor, True
        return max(cursor, edge.newest, key=in_order), False

    async def must_be_open(self) -> None:
        """Tell a timeline that is switched off from one where nothing was said.

        Since 4.5 a server may answer for the former with an empty page (`timelines_access` of the instance).
        """
        feed, part = self._timeline.access
        if not feed:
            return
        access = object_of(object_of((await self._instance()).get("timelines_access")).get(feed))
        states = {text_of(access.get(one)) for one in ((part,) if part else ("local", "remote"))} - {""}
        if states == {"disabled"}:
            raise SourceError(
                f"{self._timeline.host} has switched this timeline off; choose another one.", lasting=True
            )
        if states and "public" not in states and not self._token:
            raise SourceError(
                f"{self._timeline.host} shows this timeline to its users only: {PUT_TOKEN}.", lasting=True
            )

    async def streaming_origin(self) -> str:
        """Where the server's streams are; its own address where it does not say."""
        given = text_of(object_of((await self._instance()).get("urls")).get("streaming"))
        for socket, web in (("wss://", "https://"), ("ws://", "http://")):
            if given.startswith(socket):
                return web + given.removeprefix(socket).rstrip("/")
        return self._timeline.origin

    async def _instance(self) -> dict[str, object]:
        """The server's `configuration`; an empty one where it is too old to have it."""
        try:
            answer = await self._get("/api/v2/instance")
            return object_of(object_of(read_json(answer.body)).get("configuration"))
        except (SourceError, ValueError):
            return {}

    def _keep(self, page: Parsed) -> None:
        self._posts += page.posts
        self._refusals += page.refusals

    async def _parse(self, answer: Answer, what: str) -> Parsed:
        source = self._source
        return await self._parser.parse(
            "mastodon",
            source.name,
            source.lang,
            answer.body,
            answer.content_type,
            self._timeline.origin,
            what,
        )

    async def _get(
        self, path: str, query: tuple[tuple[str, str], ...] = (), *, urgent: bool = False
    ) -> Answer:
        address = api_address(self._timeline, path, query)
        try:
            return await self._client.get(
                address, accept="application/json", token=self._token, urgent=urgent
            )
        except SourceError as error:
            if error.status in (401, 403, 422):
                raise SourceError(
                    f"{self._timeline.host} {self._asks_for(error.status)}.",
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
