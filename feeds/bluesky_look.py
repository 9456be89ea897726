"""Looking at lists of posts on Bluesky: newest first, and on to older pages until what is known begins.

The bookmark's cursor is the position (time indexed, address) of the newest post up to which all is taken in.
What lies between two looks and is still to be fetched stands in `seen`: of each gap where it goes on, and
where it ends. A new one may open while an older one is walked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from feeds.bluesky import PUBLIC, View, taken_back, view_of
from feeds.bluesky_session import Query, Reader
from feeds.http import Answer, Client
from feeds.keys import NO_KEYS, Keys
from feeds.parser import Parser
from feeds.source import Bookmark, Look, Parsed, Source, SourceError

PAGE = 100
PAGES_PER_LOOK = 5
HYDRATED = 25
"""Addresses that one getPosts takes."""


async def look_at_bluesky(
    source: Source, bookmark: Bookmark, client: Client, parser: Parser, keys: Keys = NO_KEYS
) -> Look:
    """Look at a list of posts once; see `feeds.look.look`."""
    pages = _Pages(source, client, parser, keys)
    edge = await pages.page()
    found = [edge]
    gaps = list(zip(bookmark.seen[::2], bookmark.seen[1::2], strict=False))
    if pages.view.pages and bookmark.cursor and edge.next and edge.oldest > bookmark.cursor:
        gaps.append((edge.next, bookmark.cursor))
    if gaps:
        start, target = gaps.pop(0)
        older, left = await pages.older(start, target)
        found += older
        gaps[:0] = [(left, target)] if left else []
    more = bool(gaps)
    posts = {post.id: post for page in reversed(found) for post in page.posts}
    answer = pages.last
    assert answer is not None
    return Look(
        tuple(posts.values()),
        replace(
            bookmark,
            cursor=max(bookmark.cursor, edge.newest),
            seen=tuple(part for gap in gaps for part in gap),
        ),
        tuple(refusal for page in found for refusal in page.refusals),
        remaining=answer.remaining,
        limit=answer.limit,
        reset_at=answer.reset_at,
        next_after=0.0 if more else answer.next_after,
        more=more,
    )


async def check_bluesky(
    source: Source, names: Sequence[str], client: Client, parser: Parser, keys: Keys = NO_KEYS
) -> Parsed:
    """Ask whether posts, given by their addresses, still stand; missing ones come back as deleted.

    Raises:
        SourceError: when the server does not say.
    """
    asked = [name for name in names if name.startswith("at://")][:HYDRATED]
    if not asked:
        raise SourceError("This post has no address on Bluesky; it cannot be asked about it.")
    pages = _Pages(source, client, parser, keys)
    parsed = await pages.ask(
        "app.bsky.feed.getPosts", tuple(("uris", uri) for uri in asked), "posts", urgent=True
    )
    there = {post.id for post in parsed.posts} | {refusal.item for refusal in parsed.refusals}
    gone = tuple(taken_back(source.name, uri) for uri in asked if uri not in there)
    return replace(parsed, posts=(*parsed.posts, *gone))


async def check_jetstream(
    source: Source, names: Sequence[str], client: Client, parser: Parser, _keys: Keys = NO_KEYS
) -> Parsed:
    """Ask about posts that a stream brought: it answers nothing, what anybody may read does.

    The answer knows the handle and the labels too, which the stream does not say.

    Raises:
        SourceError: when the server does not say.
    """
    anybody = replace(source, address=f"{PUBLIC}/profile/bsky.app", account="")
    return await check_bluesky(anybody, names, client, parser)


class _Pages:
    """The pages of one list, during one look."""

    def __init__(self, source: Source, client: Client, parser: Parser, keys: Keys) -> None:
        self._source, self._parser = source, parser
        try:
            self.view: View = view_of(source.address, source.account)
        except ValueError as error:
            raise SourceError(f"The address of {source.name} {error}.", lasting=True) from None
        self._reader = Reader(self.view.origin, source.account, client, keys)
        self.last: Answer | None = None

    async def page(self, cursor: str = "") -> Parsed:
        """The newest page, or the one at a cursor."""
        view = self.view
        size = () if view.what == "thread" else (("limit", str(PAGE)),)
        query = (*view.query, *size, *((("cursor", cursor),) if cursor else ()))
        return await self.ask(view.method, query, view.what, urgent=not cursor)

    async def older(self, cursor: str, target: str) -> tuple[list[Parsed], str]:
        """Pages from a cursor down to a position; and the cursor where the next look goes on, if any is left.

        A page that fails is asked for again by the next look; those before it are kept.
        """
        found: list[Parsed] = []
        for _ in range(PAGES_PER_LOOK):
            try:
                page = await self.page(cursor)
            except SourceError:
                return found, cursor
            found.append(page)
            if not page.next or page.next == cursor or (page.oldest and page.oldest <= target):
                return found, ""
            cursor = page.next
        return found, cursor

    async def ask(self, method: str, query: Query, what: str, *, urgent: bool = False) -> Parsed:
        """One answer, parsed."""
        source = self._source
        self.last = await self._reader.get(method, query, urgent=urgent)
        return await self._parser.parse(
            *("bluesky", source.name, source.lang, self.last.body, self.last.content_type, ""),
            what,
            ("signed",) if source.account else (),
        )
