"""Trying a source out: one look by the code that the service looks with, judged as the desk would judge."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime

from console.agent import user_agent
from console.credentials import CredentialError, secret_of
from console.intake.pipeline import Judge
from console.model import Tier
from console.service.tables import read_tables
from console.settings import Settings
from feeds.discover import Found, discover
from feeds.http import Client
from feeds.keys import Keys
from feeds.live import listen
from feeds.look import look
from feeds.parser import Parser
from feeds.post import Post
from feeds.source import Bookmark, Look, Refusal, Source, SourceError

SAMPLES = 3
LISTEN = 5.0
"""Seconds that a source which cannot be asked is listened to."""
EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sample:
    """One item as the stream of the desk would show it."""

    at: datetime
    tier: Tier
    place: str
    topic: str
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What one look brought."""

    items: int
    samples: tuple[Sample, ...]
    private: int
    """Items for the desk's account alone: counted, never shown here."""
    refusals: tuple[Refusal, ...]
    remaining: int | None = None
    limit: int | None = None
    more: bool = False


def find(typed: str, settings: Settings) -> Found:
    """Find out what an address is; raises `SourceError`."""

    async def ask() -> Found:
        async with _client(settings) as client, Parser() as parser:
            return await discover(typed, client, parser)

    return asyncio.run(ask())


def try_out(source: Source, settings: Settings) -> Trial:
    """Look at a source once, from its start, and keep nothing of it.

    Raises:
        SourceError: when the look fails.
    """
    looks = asyncio.run(_looks(source, settings))
    posts = [post for one in looks for post in one.posts if post.state == "live"]
    public = [post for post in posts if post.audience in ("public", "unlisted", "signed in")]
    last = looks[-1] if looks else Look((), Bookmark())
    return Trial(
        items=len(posts),
        samples=_judged(public, source, settings),
        private=len(posts) - len(public),
        refusals=tuple(refusal for one in looks for refusal in one.refusals),
        remaining=last.remaining,
        limit=last.limit,
        more=last.more,
    )


def _client(settings: Settings) -> Client:
    return Client(user_agent=user_agent(settings), allow=settings.network.allow)


async def _looks(source: Source, settings: Settings) -> list[Look]:
    # A session that this run opened is not kept: the file of the service's is the service's.
    keys = Keys(secret=lambda: _secret(source.name, settings))
    async with _client(settings) as client, Parser() as parser:
        if source.kind != "jetstream":
            return [await look(source, Bookmark(), client, parser, keys)]
        return await _heard(listen(source, Bookmark(), client, parser, keys))


def _secret(name: str, settings: Settings) -> str:
    try:
        return secret_of(name, settings)
    except CredentialError as error:
        raise SourceError(str(error), lasting=True) from None


async def _heard(listening: AsyncGenerator[Look, None]) -> list[Look]:
    """What a stream brings until there is enough to show, or the time is over."""
    heard: list[Look] = []
    async with aclosing(listening):
        try:
            async with asyncio.timeout(LISTEN):
                async for one in listening:
                    heard.append(one)
                    if sum(len(one.posts) for one in heard) >= SAMPLES:
                        break
        except TimeoutError:
            pass
    return heard


def _judged(posts: list[Post], source: Source, settings: Settings) -> tuple[Sample, ...]:
    """The newest few, by the desk's own places and rules."""
    tables = read_tables(settings)
    judge = Judge(
        tables.places,
        tables.rules,
        window=settings.intake.window,
        voices=settings.intake.voices,
        languages=settings.desk.languages,
    )
    newest = sorted(posts, key=lambda post: post.created_at or EARLIEST)[-SAMPLES:]
    now = datetime.now(UTC)
    rulings = [judge.take(post, now=now, trust=source.trust) for post in newest]
    return tuple(
        Sample(
            ruling.at,
            ruling.judgement.tier,
            ruling.judgement.place,
            ruling.judgement.topic,
            ruling.author,
            ruling.judgement.text,
        )
        for ruling in reversed(rulings)
    )
