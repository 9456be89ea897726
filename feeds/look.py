"""One look at a source of any kind: fetch or read what is new, parse it apart, and say what came of it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from feeds.bluesky_look import look_at_bluesky
from feeds.http import Answer, Client
from feeds.keys import NO_KEYS, Keys
from feeds.local import read_document, read_growth
from feeds.mastodon_look import look_at_mastodon
from feeds.open311_look import look_at_open311
from feeds.parser import Parser
from feeds.post import Post
from feeds.source import Bookmark, Kind, Look, Parsed, Refusal, Source, SourceError

LINKS_PER_LOOK = 40
"""Single alerts fetched in one look; the rest follows at once in the next."""
LINKS_AT_ONCE = 4
LINKS_SECONDS = 30.0
"""After this long no further alert is begun in one look."""
SEEN = 2000
"""Alerts remembered as fetched, as many as an index may list."""

ACCEPT: dict[Kind, str] = {
    "rss": "application/atom+xml, application/rss+xml, application/feed+json, */*;q=0.5",
    "cap": "application/cap+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5",
    "nws": "application/geo+json",
    "usgs": "application/geo+json, application/json;q=0.9",
    "gdacs": "application/rss+xml, application/xml;q=0.9, */*;q=0.5",
    "jsonl": "application/jsonl, application/x-ndjson, */*;q=0.5",
}


LookAt = Callable[[Source, Bookmark, Client, Parser, Keys], Awaitable[Look]]
PLATFORMS: dict[Kind, LookAt] = {
    "mastodon": look_at_mastodon,
    "bluesky": look_at_bluesky,
    "open311": look_at_open311,
}
"""Kinds that page through a platform's interface instead of reading one document."""


async def look(
    source: Source, bookmark: Bookmark, client: Client, parser: Parser, keys: Keys = NO_KEYS
) -> Look:
    """Look at a source once, from where `bookmark` left off, signed in with `keys` where its kind signs in.

    Raises:
        SourceError: when there was no answer, or none that can be read; the bookmark then stays.
    """
    if (look_at := PLATFORMS.get(source.kind)) is not None:
        return await look_at(source, bookmark, client, parser, keys)
    if source.address.lower().startswith(("http://", "https://")):
        return await _look_at_web(source, bookmark, client, parser)
    if source.kind == "jsonl":
        return await _look_at_growth(source, bookmark, parser)
    return await _look_at_file(source, bookmark, parser)


async def _look_at_growth(source: Source, bookmark: Bookmark, parser: Parser) -> Look:
    piece = await asyncio.to_thread(read_growth, Path(source.address), bookmark)
    if piece is None:
        return Look((), bookmark, unchanged=True)
    # A piece is small and a bad line refused by itself, so a failure here is the machine's, not the
    # file's: it is raised, the bookmark stays, and no post is lost.
    parsed = await parser.parse("jsonl", source.name, source.lang, piece.body, "", source.address)
    return Look(parsed.posts, piece.bookmark, parsed.refusals, more=piece.more)


async def _look_at_file(source: Source, bookmark: Bookmark, parser: Parser) -> Look:
    read = await asyncio.to_thread(read_document, Path(source.address), bookmark)
    if read is None:
        return Look((), bookmark, unchanged=True)
    body, new_bookmark = read
    parsed = await parser.parse(source.kind, source.name, source.lang, body, "", "")
    described = {post.url for post in parsed.posts}
    left = tuple(
        Refusal(link, "a file's links are not followed; name the index's web address as the source instead")
        for link in parsed.links
        if link not in described
    )
    return Look(parsed.posts, new_bookmark, (*parsed.refusals, *left))


async def _look_at_web(source: Source, bookmark: Bookmark, client: Client, parser: Parser) -> Look:
    answer = await client.get(
        source.address,
        etag=bookmark.etag,
        last_modified=bookmark.last_modified,
        accept=ACCEPT[source.kind],
    )
    new_bookmark = replace(bookmark, etag=answer.etag, last_modified=answer.last_modified)
    digest = blake2b(answer.body, digest_size=16).hexdigest()
    # Many servers give no ETag; the same bytes need no second reading either.
    if answer.status == 304 or digest == bookmark.identity:
        return _with_wishes(Look((), new_bookmark, unchanged=True), answer)
    new_bookmark = replace(new_bookmark, identity=digest)
    parsed = await parser.parse(
        source.kind, source.name, source.lang, answer.body, answer.content_type, answer.address
    )
    if not parsed.links:
        return _with_wishes(Look(parsed.posts, new_bookmark, parsed.refusals), answer)
    followed = await _Links(source, client, parser).follow(parsed, new_bookmark)
    return _with_wishes(followed, answer)


def _with_wishes(seen: Look, answer: Answer) -> Look:
    return replace(
        seen,
        remaining=answer.remaining,
        reset_at=answer.reset_at,
        next_after=0.0 if seen.more else answer.next_after,
        moved_to=answer.moved_to,
    )


class _Links:
    """Fetches the single alerts that an index lists: each once, because an alert never changes."""

    def __init__(self, source: Source, client: Client, parser: Parser) -> None:
        self._source, self._client, self._parser = source, client, parser
        self._posts: list[Post] = []
        self._refusals: list[Refusal] = []
        self._done: list[str] = []
        self._trouble: SourceError | None = None

    async def follow(self, parsed: Parsed, bookmark: Bookmark) -> Look:
        stand_ins = {post.url: post for post in parsed.posts if post.url in set(parsed.links)}
        self._posts = [post for post in parsed.posts if post.url not in stand_ins]
        seen = set(bookmark.seen)
        new = [link for link in parsed.links if link not in seen]
        wanted = new[:LINKS_PER_LOOK]
        # Alerts that fail at every look must not stand before the same others at every look.
        random.shuffle(wanted)
        end = asyncio.get_running_loop().time() + LINKS_SECONDS
        for batch in _batches(wanted, LINKS_AT_ONCE):
            if asyncio.get_running_loop().time() > end:
                break
            await asyncio.gather(*(self._fetch(link, stand_ins.get(link)) for link in batch))
        left = len(new) - len(self._done)
        if left:
            # Without its ETag the index is sent again, and with it the links that are still to do.
            bookmark = replace(bookmark, etag="", last_modified="", identity="")
        if self._trouble:
            text = (
                f"{left} alerts could not be fetched yet: {self._trouble} The next look asks for them again."
            )
            self._refusals.append(Refusal(self._source.address, text))
        return Look(
            tuple(sorted(self._posts, key=_when)),
            replace(bookmark, seen=(*bookmark.seen, *self._done)[-SEEN:]),
            (*parsed.refusals, *self._refusals),
            more=left > 0 and self._trouble is None,
        )

    async def _fetch(self, link: str, stand_in: Post | None) -> None:
        source = self._source
        try:
            answer = await self._client.get(link, accept=ACCEPT["cap"])
            parsed = await self._parser.parse(
                "cap", source.name, source.lang, answer.body, answer.content_type, answer.address
            )
        except SourceError as error:
            if not error.lasting:
                self._trouble = error
                return
            if stand_in is None:
                self._refusals.append(Refusal(link, str(error)))
            else:
                self._posts.append(replace(stand_in, notes=(*stand_in.notes, str(error))))
        else:
            self._posts += parsed.posts
            self._refusals += parsed.refusals
        self._done.append(link)


def _when(post: Post) -> datetime:
    return post.created_at or datetime.min.replace(tzinfo=UTC)


def _batches(links: list[str], size: int) -> Iterable[list[str]]:
    return (links[start : start + size] for start in range(0, len(links), size))
