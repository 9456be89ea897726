"""Looking at a city's service requests: windows of time that overlap, and again at those still open.

Requests are published late, some by a day, so each window begins a day before the last one ended; what is
seen twice is known by its id. `page` is an extension that many servers do not have and some ignore: a page
that brings nothing new is the last, and a window that is full to the specification's brim is halved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from feeds.http import Answer, Client
from feeds.keys import NO_KEYS, Keys
from feeds.open311 import endpoint_of
from feeds.parser import Parser
from feeds.post import Post
from feeds.source import Bookmark, Look, Parsed, Refusal, Source, SourceError

OVERLAP = timedelta(days=1)
"""How late a request may be published and is still seen."""
SPAN = timedelta(days=30)
"""Of one window; the specification allows 90 days."""
SHORTEST = timedelta(hours=1)
FULL = 1000
"""Requests that an answer holds at most (GeoReport v2, GET Service Requests)."""
PAGE = 100
PAGES = 20
GONE = (404, 410)
MOST_ASKS = 60
"""Questions of one look: enough for a day in the shortest windows, so that every look gets on."""
OPEN_KEPT = 2000
"""Open requests that are followed, the newest."""
OPEN_AT_ONCE = 50
"""Of them asked for in one look, in turn."""


async def look_at_open311(
    source: Source, bookmark: Bookmark, client: Client, parser: Parser, keys: Keys = NO_KEYS
) -> Look:
    """Look at a city's requests once; see `feeds.look.look`."""
    try:
        endpoint = endpoint_of(source.address)
    except ValueError as error:
        raise SourceError(f"The address of {source.name} {error}.", lasting=True) from None
    city = _City(source, endpoint, client, parser, keys.secret())
    now = datetime.now(UTC)
    read_to = datetime.fromisoformat(bookmark.cursor) if bookmark.cursor else now
    start = read_to - OVERLAP
    end = await city.window(start, min(now, start + SPAN))
    asked = bookmark.seen[:OPEN_AT_ONCE]
    if asked:
        await city.again(asked)
    followed = [id_ for id_ in (*bookmark.seen[OPEN_AT_ONCE:], *asked) if id_ not in city.closed]
    fresh = [id_ for id_ in city.open if id_ not in set(bookmark.seen)]
    assert city.last is not None
    return Look(
        tuple(city.posts.values()),
        replace(bookmark, cursor=end.isoformat(timespec="seconds"), seen=(*followed, *fresh)[-OPEN_KEPT:]),
        tuple(city.refusals),
        remaining=city.last.remaining,
        limit=city.last.limit,
        reset_at=city.last.reset_at,
        next_after=city.last.next_after if end >= now else 0.0,
        more=end < now,
    )


async def check_open311(
    source: Source, names: Sequence[str], client: Client, parser: Parser, keys: Keys = NO_KEYS
) -> Parsed:
    """Ask for single requests by their ids; one that is not shown any more comes back as deleted.

    Raises:
        SourceError: when the server does not say.
    """
    city = _City(source, endpoint_of(source.address), client, parser, keys.secret())
    answers = [await city.one(name) for name in names if "/" not in name]
    return Parsed(
        tuple(post for answer in answers for post in answer.posts),
        tuple(refusal for answer in answers for refusal in answer.refusals),
    )


@dataclass(slots=True)
class _City:
    """What one look brings together."""

    source: Source
    endpoint: str
    client: Client
    parser: Parser
    secret: str
    posts: dict[str, Post] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    open: dict[str, None] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    last: Answer | None = None
    suffix: str = "json"
    asks: int = 0

    async def window(self, start: datetime, end: datetime) -> datetime:
        """Read everything requested between two times; gives up to when all was read."""
        parts = [(start, end)]
        while parts and self.asks < MOST_ASKS:
            first, last = parts.pop(0)
            if await self._read(first, last) or last - first <= SHORTEST:
                start = last
            else:
                half = first + (last - first) / 2
                parts[:0] = [(first, half), (half, last)]
        return start

    async def again(self, ids: tuple[str, ...]) -> None:
        """Ask for open requests by their ids: what changed since, and what is not shown any more."""
        parsed = await self._ask({"service_request_id": ",".join(ids)})
        found = {post.id for post in parsed.posts}
        if not found <= set(ids):
            return  # It gave us anything but these: this server does not know the question.
        self._keep(parsed)
        for gone in set(ids) - found if found else ():
            self.posts[gone] = Post(self.source.name, gone, "", state="deleted")
            self.closed.add(gone)

    async def one(self, id_: str) -> Parsed:
        """One request (GeoReport v2, GET Service Request); deleted where the server has none of it."""
        try:
            parsed = await self._ask({}, f"requests/{quote(id_, safe='')}")
        except SourceError as error:
            if error.status not in GONE:
                raise
            return Parsed((Post(self.source.name, id_, "", state="deleted"),))
        return replace(parsed, posts=tuple(post for post in parsed.posts if post.id == id_))

    async def _read(self, start: datetime, end: datetime) -> bool:
        """All pages of a window; False when there is more in it than could be read."""
        asked = {"start_date": _stamp(start), "end_date": _stamp(end)}
        if self.source.services:
            asked["service_code"] = ",".join(self.source.services)
        seen: set[str] = set()
        for page in range(1, PAGES + 1):
            parsed = await self._ask(asked | {"page": str(page), "page_size": str(PAGE)})
            new = {post.id for post in parsed.posts} - seen
            seen |= new
            self._keep(parsed)
            if parsed.items >= FULL:
                return False
            if not new:
                return True
        return False

    def _keep(self, parsed: Parsed) -> None:
        self.posts |= {post.id: post for post in parsed.posts}
        self.refusals += parsed.refusals
        still = set(parsed.still_open)
        self.open |= dict.fromkeys(parsed.still_open)
        self.closed |= {post.id for post in parsed.posts} - still

    async def _ask(self, asked: dict[str, str], what: str = "requests") -> Parsed:
        """One answer, as JSON where the server has that and can write it, else as XML."""
        try:
            return await self._ask_for(asked, what)
        except SourceError as error:
            unreadable = error.lasting and (error.status in (0, 404, 406))
            if self.suffix == "xml" or not unreadable:
                raise
            self.suffix = "xml"
            try:
                return await self._ask_for(asked, what)
            except SourceError:
                raise error from None

    async def _ask_for(self, asked: dict[str, str], what: str) -> Parsed:
        if self.source.jurisdiction:
            asked = asked | {"jurisdiction_id": self.source.jurisdiction}
        if self.secret:
            asked = asked | {"api_key": self.secret}
        self.asks += 1
        address = f"{self.endpoint}/{what}.{self.suffix}?{urlencode(asked)}"
        accept = "application/json" if self.suffix == "json" else "application/xml, text/xml;q=0.9"
        self.last = await self.client.get(address, accept=accept)
        source = self.source
        return await self.parser.parse(
            "open311", source.name, source.lang, self.last.body, self.last.content_type, self.endpoint
        )


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
