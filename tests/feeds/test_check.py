"""Which sources can be asked about single posts; how each kind asks is told with its kind."""

from __future__ import annotations

import asyncio
from typing import get_args

import pytest

from feeds.check import CHECKS, check
from feeds.http import Client
from feeds.parser import Parser
from feeds.source import Kind, Source, SourceError


@pytest.mark.parametrize("kind", sorted(set(get_args(Kind)) - CHECKS.keys()))
def test_a_kind_that_knows_no_single_posts_says_so(kind: Kind) -> None:
    source = Source("council", kind, "https://council.example/news.xml", 60.0)

    async def ask() -> None:
        async with Parser() as parser, Client(user_agent="test") as client:
            await check(source, ("1",), client, parser)

    with pytest.raises(SourceError, match=f"council \\({kind}\\) cannot be asked about single posts") as told:
        asyncio.run(ask())
    assert told.value.lasting


def test_what_can_be_asked_is_a_kind() -> None:
    assert set(get_args(Kind)) >= CHECKS.keys()
