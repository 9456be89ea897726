"""How a look walks, where pages fail, where a search bursts, and where the answer is no API's."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from feeds.source import SourceError
from tests.feeds.mastodon_town import Town, a_town

SEARCH = "/search?q=mill"


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with a_town() as town:
        yield town


async def test_a_page_that_fails_says_that_something_is_still_to_come(town: Town) -> None:
    town.say(*(f"before {number}" for number in range(5)))
    await town.look()
    town.say(*(f"burst {number}" for number in range(120)))
    town.fails("min_id", "500 Internal Server Error")
    found = await town.look()
    assert "burst 119" in town.texts.values(), "the live edge is here"
    assert found.more
    assert found.next_after > 0, "the page's own pause holds"
    assert found.trouble.startswith("Posts since the last look are still to come: 127.0.0.1:")
    assert not found.refusals


async def test_a_page_that_is_refused_for_good_is_not_asked_for_every_second(town: Town) -> None:
    town.say("before")
    await town.look()
    town.say(*(f"burst {number}" for number in range(50)))
    town.fails("min_id", "404 Not Found")
    found = await town.look()
    assert found.more
    assert found.next_after == 60.0
    town.timeline.faults.clear()
    found = await town.look()
    assert (len(town.texts), found.more, found.trouble) == (51, False, "")


@pytest.mark.parametrize("counts", [True, False])
async def test_a_burst_in_a_search_is_taken_in_whole(town: Town, counts: bool) -> None:
    town.timeline.counts = counts
    town.say(*(f"mill {number}" for number in range(5)))
    await town.look(SEARCH)
    town.say(*(f"burst {number}" for number in range(160)))
    found = await town.look(SEARCH)
    assert (len(town.texts), found.more, found.missed) == (165, False, "")
    town.say("one more")
    before = len(town.timeline.asked)
    await town.look(SEARCH)
    assert len(town.timeline.asked) == before + 1, "what is known is not paged through"


async def test_a_search_that_was_empty_at_first_loses_nothing_of_a_burst(town: Town) -> None:
    await town.look(SEARCH)
    town.say(*(f"mill {number}" for number in range(90)))
    await town.look(SEARCH)
    assert len(town.texts) == 90


async def test_more_matches_than_a_look_takes_are_said_to_be_missing(town: Town) -> None:
    town.say("mill")
    await town.look(SEARCH)
    town.say(*(f"burst {number}" for number in range(400)))
    found = await town.look(SEARCH)
    assert found.missed.startswith("More than 240 posts matched this search since the last look")
    assert len(town.texts) == 241
    assert not (await town.look(SEARCH)).missed, "it is said once"


async def test_a_search_that_does_not_page_says_so(town: Town) -> None:
    town.say("mill")
    await town.look(SEARCH)
    town.say(*(f"burst {number}" for number in range(60)))
    newest = json.dumps({"statuses": town.timeline.page({"limit": ["40"]})}).encode()
    town.fails("/search", "200 OK", newest)
    found = await town.look(SEARCH)
    assert "does not page this search" in found.missed


async def test_a_page_of_a_search_that_fails_is_asked_for_again(town: Town) -> None:
    town.say("mill")
    await town.look(SEARCH)
    town.say(*(f"burst {number}" for number in range(100)))
    town.fails("offset=80", "404 Not Found")
    found = await town.look(SEARCH)
    assert (len(town.texts), found.more, found.missed) == (81, True, "")
    assert found.trouble
    town.timeline.faults.clear()
    found = await town.look(SEARCH)
    assert (len(town.texts), found.more, found.trouble) == (101, False, "")


@pytest.mark.parametrize("path", ["/@ana", "/tags/flood"])
async def test_a_web_page_in_place_of_an_answer_is_a_sentence(town: Town, path: str) -> None:
    town.fails("/api/", "200 OK", b"<!doctype html><title>Under maintenance</title>")
    with pytest.raises(SourceError, match="not valid JSON") as refused:
        await town.look(path)
    assert refused.value.lasting
