"""Looking at a timeline of Mastodon's API: the live edge, then what lies between it and the last look.

The bookmark's cursor is a promise: everything from the first look on up to it has been taken in. It moves
only by walking forward with `min_id`, which gives the rows immediately above, so that no burst is longer than
a walk and no page that the server's filters cut short hides anything (API guidelines, pagination). A search
cannot be walked forward: it is walked down to the cursor, and what lies below the last page is said to be
missing.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from feeds import mastodon
from feeds.http import Client
from feeds.keys import NO_KEYS, Keys
from feeds.mastodon import in_order, timeline_of
from feeds.mastodon_pages import PAGE, Pages
from feeds.parser import Parser
from feeds.post import Post
from feeds.source import Bookmark, Look, Parsed, Refusal, Source, SourceError

PAGES_PER_LOOK = 5
"""Pages of the walk in one look; the rest follows at once in the next, behind the live edge again."""
CHECKED_AT_ONCE = 20
"""Statuses that one re-check asks for."""
BEGINNING = "0"
"""An id below every other."""


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
    pages = Pages(source, timeline, client, parser, keys.secret())
    await pages.know_account()
    edge = await pages.ask(urgent=True)
    if not edge.items:
        await pages.must_be_open()
    return await _Walk(pages, edge, source.interval).look(bookmark)


async def check_mastodon(
    source: Source, names: tuple[str, ...], client: Client, parser: Parser, keys: Keys = NO_KEYS
) -> Parsed:
    """Ask whether posts, given by their names, still stand; those that do not come back as deleted.

    Raises:
        SourceError: when the server does not say.
    """
    timeline = timeline_of(source.address)
    pages = Pages(source, timeline, client, parser, keys.secret())
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


@dataclass(slots=True)
class _Walk:
    """The way from the bookmark to the live edge, as far as one look goes."""

    pages: Pages
    edge: Parsed
    interval: float
    """Seconds after which a page is asked for again whose failure names no pause."""
    posts: list[Post] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    more: bool = False
    pause: float = 0.0
    trouble: str = ""
    missed: str = ""

    async def look(self, bookmark: Bookmark) -> Look:
        """Walk, and tell what that brought."""
        cursor = await self._walk(bookmark.cursor)
        self._keep(self.edge)
        answer = self.pages.last
        assert answer is not None
        return Look(
            tuple(self.posts),
            replace(bookmark, cursor=cursor),
            tuple(self.refusals),
            remaining=answer.remaining,
            limit=answer.limit,
            reset_at=answer.reset_at,
            next_after=self.pause if self.more else answer.next_after,
            more=self.more,
            missed=self.missed,
            trouble=self.trouble,
        )

    async def _walk(self, cursor: str) -> str:
        """Gives up to where everything has been taken in."""
        edge = self.edge
        if not edge.items:
            # Whatever comes next is walked to from the very beginning, be it more than a page.
            return cursor or BEGINNING
        if not cursor or in_order(edge.oldest) <= in_order(cursor):
            return max(cursor, edge.newest, key=in_order)
        return await (self._down(cursor) if self.pages.timeline.what == "search" else self._up(cursor))

    async def _up(self, cursor: str) -> str:
        """Page upwards from the cursor."""
        edge = self.edge
        for _ in range(PAGES_PER_LOOK):
            page = await self._page("min_id", cursor)
            if page is None:
                return cursor
            if not page.items or in_order(page.newest) <= in_order(cursor):
                break  # what lay between is gone, or not for our eyes
            if page.oldest == edge.oldest and page.items >= PAGE:
                self.missed = (
                    f"{self.pages.timeline.host} does not page forward: older posts than its newest page's "
                    "may be missing."
                )
            self._keep(page)
            cursor = page.newest
            if in_order(cursor) >= in_order(edge.oldest):
                break
        else:
            self.more = True
            return cursor
        return max(cursor, edge.newest, key=in_order)

    async def _down(self, cursor: str) -> str:
        """Page a search downwards to the cursor.

        Mastodon counts rows: its `max_id` there is rounded to a second. GoToSocial knows only `max_id`.
        """
        edge = self.edge
        lowest, seen, counts = edge.oldest, edge.items, True
        for _ in range(PAGES_PER_LOOK):
            page = await (self._page("offset", str(seen)) if counts else self._page("max_id", lowest))
            if page is None:
                return cursor
            if page.items and in_order(page.oldest) >= in_order(lowest):
                if counts:
                    counts = False
                    continue
                self.missed = (
                    f"{self.pages.timeline.host} does not page this search: older matches than its newest "
                    "page's may be missing."
                )
                break
            self._keep(page)
            lowest, seen = page.oldest, seen + page.items
            if not page.items or in_order(lowest) <= in_order(cursor):
                break
        else:
            self.missed = (
                f"More than {seen} posts matched this search since the last look; the oldest of them are not "
                "here. Narrow the search, or look more often."
            )
        return max(cursor, edge.newest, key=in_order)

    async def _page(self, name: str, value: str) -> Parsed | None:
        """A page of the walk, or nothing where it fails: it is asked for again by the next look.

        It holds up neither the pages before it nor the live edge.
        """
        try:
            return await self.pages.ask((name, value))
        except SourceError as error:
            self.more = True
            self.pause = error.retry_after or self.interval
            self.trouble = f"Posts since the last look are still to come: {error} They are asked for again."
            return None

    def _keep(self, page: Parsed) -> None:
        self.posts += page.posts
        self.refusals += page.refusals
