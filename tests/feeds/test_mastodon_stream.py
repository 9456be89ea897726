"""Looks go on where a stream cannot be had, and what fails beside a living one is said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.feeds.mastodon_town import OFF, Town, a_town

STREAM = "/streaming/hashtag"
AT_ONCE = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n:)\n"


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with a_town() as town:
        town.say("first", "second")
        yield town


async def test_a_server_without_streams_is_looked_at_as_often_as_any(town: Town) -> None:
    town.fails(STREAM, "404 Not Found")
    for number in range(3):
        town.say(f"round {number}")
        looks, ended = await town.listen()
        assert [look.more for look in looks] == [False]
        assert ended is not None
        assert (ended.lasting, ended.retry_after) == (True, 60.0)
        assert "Posts come by looks meanwhile; set stream = false" in str(ended)
    assert set(town.texts.values()) == {"first", "second", "round 0", "round 1", "round 2"}


async def test_a_broken_stream_is_left_alone_while_looks_go_on(town: Town) -> None:
    town.fails(STREAM, "502 Bad Gateway")
    for number in range(3):
        town.say(f"round {number}")
        _, ended = await town.listen()
        assert f"round {number}" in town.texts.values()
        assert ended is not None
        assert 0 < ended.retry_after <= 60.0
    assert town.asked(STREAM) == 1
    assert f"Streaming of {town.host} is being left alone" in str(ended)


async def test_a_stream_that_opens_and_ends_at_once_costs_no_look(town: Town) -> None:
    town.timeline.faults[STREAM] = AT_ONCE
    for number in range(3):
        town.say(f"round {number}")
        _, ended = await town.listen()
        assert f"round {number}" in town.texts.values()
    assert ended is not None
    assert not ended.lasting


async def test_a_burst_is_caught_up_with_also_without_a_stream(town: Town) -> None:
    town.fails(STREAM, "404 Not Found")
    await town.listen()
    town.say(*(f"burst {number}" for number in range(300)))
    looks, _ = await town.listen()
    assert [look.more for look in looks] == [True, False]
    assert len(town.texts) == 302


async def test_the_wish_of_a_server_holds_for_streams_and_looks(town: Town) -> None:
    town.fails(STREAM, "429 Too Many Requests", b"{}", "Retry-After: 600")
    looks, ended = await town.listen()
    assert looks == []
    assert ended is not None
    assert 595 < ended.retry_after <= 600
    assert str(ended).startswith(f"{town.host} says we ask too often.")
    before = len(town.timeline.asked)
    _, ended = await town.listen()
    assert ended is not None
    assert 595 < ended.retry_after <= 600
    assert len(town.timeline.asked) == before


async def test_a_server_that_is_down_is_no_answer(town: Town) -> None:
    town.fails("/api/v1/", "503 Service Unavailable")
    looks, ended = await town.listen()
    assert looks == []
    assert ended is not None
    assert "503" in str(ended)


async def test_a_timeline_that_is_switched_off_does_not_look_healthy(town: Town) -> None:
    town.fails("/timelines/", "200 OK", b"[]")
    town.fails("/instance", "200 OK", OFF)
    looks, ended = await town.listen()
    assert looks == []
    assert ended is not None
    assert ended.lasting
    assert "has switched this timeline off" in str(ended)


async def test_a_token_that_is_refused_does_not_look_healthy(town: Town) -> None:
    town.fails("/timelines/", "401 Unauthorized")
    _, ended = await town.listen()
    assert ended is not None
    assert ended.lasting
    assert "does not accept the token any more" in str(ended)


async def test_what_fails_beside_a_living_stream_is_said_until_it_succeeds(town: Town) -> None:
    town.fails("/timelines/", "500 Internal Server Error")

    async def talk() -> None:
        while not town.timeline.listeners:
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.5)
        town.say("heard meanwhile")

    talking = asyncio.create_task(talk())
    (failed, heard), ended = await town.listen(wanted=2)
    await talking
    assert ended is None
    for look in (failed, heard):
        assert f"The look beside the stream failed: {town.host} answered with HTTP status 500" in look.trouble
        assert look.more, "nobody shall say that nothing was missed"
    assert [post.text for post in heard.posts] == ["heard meanwhile"]
    assert heard.bookmark == town.bookmark
