"""Looking at a city's service requests: what is new, what came late, and what became of the open ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from feeds.http import Client
from feeds.keys import NO_KEYS, Keys
from feeds.open311 import endpoint_of
from feeds.open311_city import OPEN_AT_ONCE, City
from feeds.open311_place import Place, begin
from feeds.parser import Parser
from feeds.source import Bookmark, Look, Parsed, Refusal, Source, SourceError

OPEN_KEPT = 2000
"""Open requests that are followed, the newest."""


async def look_at_open311(
    source: Source, bookmark: Bookmark, client: Client, parser: Parser, keys: Keys = NO_KEYS
) -> Look:
    """Look at a city's requests once; see `feeds.look.look`."""
    try:
        endpoint = endpoint_of(source.address)
    except ValueError as error:
        raise SourceError(f"The address of {source.name} {error}.", lasting=True) from None
    city = City(source, endpoint, client, parser, keys.secret())
    place = begin(bookmark.cursor, datetime.now(UTC))
    after = place.then(await city.read(place.left), followed=place.followed)
    followed = bookmark.seen
    if followed and city.trouble is None and not after.behind:
        asked, rest = followed[:OPEN_AT_ONCE], followed[OPEN_AT_ONCE:]
        singly = await city.follow(asked)
        # Those that it gives no answer for must not stand before the same others at every look.
        followed = (*rest, *(id_ for id_ in asked if id_ not in singly), *singly)
        if city.told or city.untold:
            after = replace(after, followed=city.told)
    return _look(city, place, after, _still_open(city, bookmark, followed), bookmark)


async def check_open311(
    source: Source, names: Sequence[str], client: Client, parser: Parser, keys: Keys = NO_KEYS
) -> Parsed:
    """Ask for single requests by their ids; one that is not shown any more comes back as deleted.

    Raises:
        SourceError: when the server does not say.
    """
    city = City(source, endpoint_of(source.address), client, parser, keys.secret())
    answers = [await city.one(name) for name in names if "/" not in name]
    states = {post.state for answer in answers for post in answer.posts}
    if states == {"deleted"} and not await city.shows_single_requests():
        raise city.trouble or SourceError(
            f"The server of {source.name} shows no single requests: it cannot say whether one still stands.",
            lasting=True,
        )
    return Parsed(
        tuple(post for answer in answers for post in answer.posts),
        tuple(refusal for answer in answers for refusal in answer.refusals),
    )


def _look(city: City, before: Place, after: Place, still_open: tuple[str, ...], bookmark: Bookmark) -> Look:
    trouble = city.trouble
    refusals = list(city.refusals)
    if before.followed and not after.followed:
        text = f"their changes are not followed: {city.untold} New requests are taken in as before."
        refusals.append(Refusal("its open requests", text))
    answer = city.last
    assert answer is not None
    return Look(
        tuple(city.posts.values()),
        replace(bookmark, cursor=after.text(), seen=still_open),
        tuple(refusals),
        remaining=answer.remaining,
        limit=answer.limit,
        reset_at=answer.reset_at,
        next_after=0.0 if after.behind else trouble.retry_after if trouble else answer.next_after,
        more=after.behind,
        missed=_missed(city, before),
        trouble=f"Some requests are still to come: {trouble} They are asked for again." if trouble else "",
    )


def _still_open(city: City, bookmark: Bookmark, followed: tuple[str, ...]) -> tuple[str, ...]:
    """What is followed from now on, newly found ones last and the newest of them at the end."""
    known = set(bookmark.seen)
    never = datetime.min.replace(tzinfo=UTC)
    fresh = sorted(
        (id_ for id_ in city.open if id_ not in known), key=lambda id_: city.posts[id_].created_at or never
    )
    return (*(id_ for id_ in followed if id_ not in city.closed), *fresh)[-OPEN_KEPT:]


def _missed(city: City, before: Place) -> str:
    """What was given up and had never been read, as a sentence."""
    lost = [(window, why) for window, why in city.lost if window.last > before.read_to]
    if not lost:
        return ""
    first, last = min(window.first for window, _ in lost), max(window.last for window, _ in lost)
    between = f"between {first:%Y-%m-%d %H:%M} and {last:%Y-%m-%d %H:%M} UTC"
    return (
        f"Requests {between} may be missing: {lost[-1][1]} They are not asked for again; look there by hand."
    )
