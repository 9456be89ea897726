"""Asking a city's server: windows of time, page by page, and single requests.

`page` is an extension that many servers do not have and some ignore: a page that brings nothing new is the
last, and a window that is full to the specification's brim is halved.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from urllib.parse import quote, urlencode

from feeds.http import Answer, Client
from feeds.open311_place import FULL, Window, after_failure, next_window
from feeds.parser import Parser
from feeds.post import Post
from feeds.source import Parsed, Refusal, Source, SourceError

PAGE = 100
PAGES = 1000
"""Of one window; whoever has more pages for us has no last one."""
GONE = (404, 410)
MOST_ASKS = 30
"""Questions about windows in one look: a day of a busy city in two or three looks, and nobody is crowded."""
OPEN_AT_ONCE = 50
"""Open requests asked for in one look, in turn."""
SINGLY = 10
"""Of them one by one, where the server leaves them out of its answer."""


@dataclass(slots=True)
class City:
    """A server, and what one look at it brings together."""

    source: Source
    endpoint: str
    client: Client
    parser: Parser
    secret: str
    posts: dict[str, Post] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    open: dict[str, None] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    lost: list[tuple[Window, str]] = field(default_factory=list)
    """Windows that were given up, and why."""
    trouble: SourceError | None = None
    """What ended the look early, and may be over at the next."""
    told: bool = False
    """The server said something of a request that it was asked for by its id."""
    untold: str = ""
    """Why it does not."""
    last: Answer | None = None
    suffix: str = "json"
    asks: int = 0
    answers: int = 0

    async def read(self, left: tuple[Window, ...]) -> tuple[Window, ...]:
        """Read windows as far as one look goes; gives what is still left.

        Raises:
            SourceError: when not even the first page was given.
        """
        while left and self.asks < MOST_ASKS and self.trouble is None:
            window, rest = next_window(left)
            left = (*await self._read(window), *rest)
        return left

    async def follow(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        """Ask what became of open requests: all at once, then some that this answer left out one by one.

        Returns:
            Those that were asked for one by one.
        """
        missing = ids
        try:
            parsed = await self._ask({"service_request_id": ",".join(ids), "page_size": str(OPEN_AT_ONCE)})
        except SourceError as error:
            self._not_told(error)
        else:
            named = _named(parsed)
            if named <= set(ids):  # Else this server does not know the question, and gave us anything.
                self._keep(parsed)
                self.told = bool(named)
                missing = tuple(id_ for id_ in ids if id_ not in named)
        return await self._singly(missing[:SINGLY])

    async def one(self, id_: str) -> Parsed:
        """One request (GeoReport v2, GET Service Request); deleted where the server has none of it."""
        try:
            parsed = await self._ask({}, f"requests/{quote(id_, safe='')}")
        except SourceError as error:
            if error.status not in GONE:
                raise
            return Parsed((Post(self.source.name, id_, "", state="deleted"),))
        return replace(parsed, posts=tuple(post for post in parsed.posts if post.id == id_))

    async def _singly(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        if self.trouble is not None:
            return ()
        gone: list[Post] = []
        for number, id_ in enumerate(ids, 1):
            try:
                parsed = await self.one(id_)
            except SourceError as error:
                self._not_told(error)
                ids = ids[:number]
                break
            if any(post.state == "deleted" for post in parsed.posts):
                gone += parsed.posts
            else:
                self._keep(parsed)
                self.told = self.told or bool(parsed.posts)
        if gone and self.trouble is None and await self.shows_single_requests():
            self.posts |= {post.id: post for post in gone}
            self.closed |= {post.id for post in gone}
        return ids

    async def shows_single_requests(self) -> bool:
        """Whether "not found" means one request: a server without that question says it of every one."""
        there = next((id_ for id_, post in self.posts.items() if post.state == "live"), "")
        try:
            if not there:
                newest = await self._ask({"page": "1", "page_size": "1"})
                there = next((post.id for post in newest.posts), "")
            answer = await self.one(there) if there else Parsed()
        except SourceError as error:
            self._not_told(error)
            return False
        shown = any(post.state == "live" for post in answer.posts)
        self.told = self.told or shown
        if not shown:
            self.untold = self.untold or "its server shows no single requests."
        return shown

    def _not_told(self, error: SourceError) -> None:
        if error.lasting:
            self.untold = str(error)
        else:
            self.trouble = error

    async def _read(self, window: Window) -> tuple[Window, ...]:
        """The pages of a window; gives what is left of it."""
        asked = {"start_date": _stamp(window.first), "end_date": _stamp(window.last)}
        if self.source.services:
            asked["service_code"] = ",".join(self.source.services)
        seen: set[str] = set()
        for page in count(window.page):
            here = replace(window, page=page, tries=window.tries if page == window.page else 0)
            if self.asks >= MOST_ASKS:
                return (here,)
            try:
                parsed = await self._ask(asked | {"page": str(page), "page_size": str(PAGE)})
            except SourceError as error:
                return self._stopped(here, error, len(seen))
            new = _named(parsed) - seen
            seen |= new
            self._keep(parsed)
            if parsed.items >= FULL or page >= PAGES or (not new and len(seen) == FULL):
                return window.halves() or self._give_up(
                    window, f"{self.source.name} has more of them than its server gives."
                )
            if not new:
                break
        return ()

    def _stopped(self, window: Window, error: SourceError, rows: int) -> tuple[Window, ...]:
        if not self.answers:
            raise error
        if not error.lasting:
            self.trouble = error
        left = after_failure(window, error, rows)
        return left if left is not None else self._give_up(window, str(error))

    def _give_up(self, window: Window, why: str) -> tuple[Window, ...]:
        self.lost.append((window, why))
        return ()

    def _keep(self, parsed: Parsed) -> None:
        self.posts |= {post.id: post for post in parsed.posts}
        self.refusals += parsed.refusals
        for id_ in {post.id for post in parsed.posts}.difference(parsed.still_open):
            self.closed.add(id_)
            self.open.pop(id_, None)
        self.closed.difference_update(parsed.still_open)
        self.open |= dict.fromkeys(parsed.still_open)

    async def _ask(self, asked: dict[str, str], what: str = "requests") -> Parsed:
        """One answer, as JSON where the server has that and can write it, else as XML."""
        try:
            parsed = await self._ask_for(asked, what)
        except SourceError as error:
            # What has answered in JSON has it, and means what it refuses.
            absent = error.status in (404, 406) and not self.answers
            if self.suffix == "xml" or not error.lasting or not (absent or error.status == 0):
                raise
            self.suffix = "xml"
            try:
                parsed = await self._ask_for(asked, what)
            except SourceError:
                self.suffix = "json"
                raise error from None
        self.answers += 1
        return parsed

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


def _named(parsed: Parsed) -> set[str]:
    """Ids of all that an answer holds, taken in or not."""
    return {post.id for post in parsed.posts} | {refusal.item for refusal in parsed.refusals}


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
