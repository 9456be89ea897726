"""robots.txt, as RFC 9309 has it."""

from __future__ import annotations

import pytest

from feeds.http import Client
from feeds.robots import allowed, read_rules
from feeds.source import SourceError
from tests.feeds.hostile_server import answer, hostile_server

RULES = b"""
Sitemap: https://council.example/map.xml
User-agent: other
Disallow: /
User-agent: *
User-agent: third   # a group of two
Disallow: /private
Disallow: /*.pdf$
Allow: /private/news
Disallow:
nonsense
"""


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/", True),
        ("/private", False),
        ("/privately", False),
        ("/private/news/1", True),
        ("/a/b.pdf", False),
        ("/a/b.pdf?x=1", True),
        ("/%70rivate", False),
    ],
)
def test_the_longest_rule_that_fits_decides(path: str, may: bool) -> None:
    assert read_rules(RULES).allow(path) is may


def test_a_group_of_our_own_name_counts_alone() -> None:
    rules = read_rules(b"User-agent: *\nDisallow: /\nUser-Agent: WatchFloor/2\nDisallow: /x\n")
    assert rules.allow("/y")
    assert not rules.allow("/x")
    assert read_rules(b"User-agent: watchfloor\nDisallow:\nUser-agent: *\nDisallow: /").allow("/y")


def test_two_equal_rules_are_read_kindly() -> None:
    assert read_rules(b"User-agent: *\nDisallow: /a\nAllow: /a\n").allow("/a")


def test_a_pattern_of_many_stars_takes_no_time() -> None:
    rules = read_rules(b"User-agent: *\nDisallow: /" + b"*a" * 5000 + b"$\n")
    assert rules.allow("/" + "a" * 4000 + "b")


async def test_a_site_without_one_has_no_objection_and_one_that_is_silent_is_left_alone() -> None:
    async with hostile_server() as server, Client(user_agent="watchfloor", allow=["127.0.0.1"]) as client:
        server.pages["/robots.txt"] = answer(b"", status="404 Not Found")
        assert await allowed(server.url("/news"), client)
        server.pages["/robots.txt"] = answer(b"User-agent: *\nDisallow: /news\n")
        assert not await allowed(server.url("/news?page=2"), client)
        server.pages["/robots.txt"] = answer(b"", status="500 Broken")
        with pytest.raises(SourceError):
            await allowed(server.url("/news"), client)
