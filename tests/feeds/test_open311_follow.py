"""What became of open requests: asked of servers that answer, of those that do not, and of those between."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

import pytest

from feeds.source import Bookmark, SourceError
from tests.feeds.city import Town, ago, town_of

NOW = datetime.now(UTC)


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with town_of() as there:
        yield there


async def test_a_change_of_status_is_followed_long_after_its_window(town: Town) -> None:
    request = town.city.report(1, ago(days=3))
    town.bookmark = Bookmark(cursor=NOW.isoformat(), seen=("1",))
    request |= {"status": "closed", "status_notes": "Filled", "updated_datetime": ago()}
    await town.look()
    assert town.texts["1"].endswith("status: closed. Filled")
    assert town.bookmark.seen == ()


async def test_a_request_that_its_city_takes_off_is_taken_back(town: Town) -> None:
    town.city.report(1, ago(hours=1))
    town.city.report(2, ago(hours=1))
    await town.look()
    del town.city.requests[0]
    await town.look()
    assert set(town.texts) == {"2"}


REFUSALS = ["404 Not Found", "400 Bad Request", "200 OK"]


def no_lists_of_ids(status: str, asked: Mapping[str, str]) -> str:
    return status if "service_request_id" in asked else ""


@pytest.mark.parametrize("status", REFUSALS)
async def test_a_server_without_lists_of_ids_is_asked_for_single_requests(town: Town, status: str) -> None:
    request = town.city.report(1, ago(days=3))
    town.city.report(2, ago(days=3))
    town.bookmark = Bookmark(cursor=NOW.isoformat(), seen=("1", "2"))
    town.city.refuses = lambda asked: no_lists_of_ids(status, asked)
    request |= {"status": "closed", "status_notes": "Filled"}
    town.city.report(3, ago())
    seen = await town.look()
    assert town.texts["1"].endswith("status: closed. Filled")
    assert "3" in town.texts
    assert seen.refusals == ()
    assert town.bookmark.seen == ("2", "3")


@pytest.mark.parametrize("status", REFUSALS)
async def test_a_server_that_answers_for_no_open_request_still_brings_new_ones(
    town: Town, status: str
) -> None:
    town.bookmark = Bookmark(cursor=NOW.isoformat(), seen=("1", "2"))

    def refuses(asked: Mapping[str, str]) -> str:
        return "403 Forbidden" if "/requests/" in asked["path"] else no_lists_of_ids(status, asked)

    town.city.refuses = refuses
    town.city.report(3, ago())
    said = [(await town.look()).refusals for _ in range(3)]
    assert set(town.texts) == {"3"}
    assert set(town.bookmark.seen) == {"1", "2", "3"}
    assert [len(refusals) for refusals in said] == [1, 0, 0]
    assert "changes are not followed" in said[0][0].reason


async def test_a_busy_server_keeps_its_pause_and_the_desk_its_posts(town: Town) -> None:
    town.bookmark = Bookmark(cursor=NOW.isoformat(), seen=("1",))
    town.city.refuses = lambda asked: no_lists_of_ids("429 Too Many", asked)
    town.city.report(3, ago())
    seen = await town.look()
    assert set(town.texts) == {"3"}
    assert seen.next_after > 0
    assert not any("/requests/" in path for path in town.city.paths)
    assert "too often" in seen.trouble


@pytest.mark.parametrize(("cap", "ids_at_once"), [(20, 1000), (1000, 1)])
async def test_an_answer_that_leaves_open_requests_out_does_not_delete_them(
    town: Town, cap: int, ids_at_once: int
) -> None:
    for number in range(50):
        town.city.report(number, ago(days=3))
    town.bookmark = Bookmark(cursor=NOW.isoformat(), seen=tuple(str(number) for number in range(50)))
    town.city.cap, town.city.ids_at_once = cap, ids_at_once
    for _ in range(5):
        seen = await town.look()
        assert all(post.state == "live" for post in seen.posts)
    assert len(town.bookmark.seen) == 50
    assert len(town.texts) == 50  # Each had its turn.


async def test_the_list_of_ids_asks_for_all_of_them_on_one_page(town: Town) -> None:
    town.bookmark = Bookmark(cursor=NOW.isoformat(), seen=("1", "2"))
    await town.look()
    assert next(asked for asked in town.city.asked if "service_request_id" in asked)["page_size"] == "50"


async def test_not_found_from_a_server_without_single_requests_deletes_nothing(town: Town) -> None:
    town.city.report(1, ago(days=3))
    town.city.report(2, ago(hours=1))
    town.city.singles, town.city.ids_at_once = False, 1
    town.bookmark = Bookmark(cursor=NOW.isoformat(), seen=("1", "9"))
    seen = await town.look()
    assert all(post.state == "live" for post in seen.posts)
    assert set(town.bookmark.seen) == {"1", "2", "9"}


async def test_a_request_that_cannot_be_taken_in_is_not_taken_for_gone(town: Town) -> None:
    town.city.report(1, ago(days=3), description="", service_name="", address="")
    town.city.report(2, ago(hours=1))
    town.bookmark = Bookmark(cursor=NOW.isoformat(), seen=("1",))
    seen = await town.look()
    assert all(post.state == "live" for post in seen.posts)
    assert "1" in town.bookmark.seen


async def test_a_recheck_tells_what_stands_what_changed_and_what_is_gone(town: Town) -> None:
    request = town.city.report(1, ago(hours=1))
    request |= {"status": "closed"}
    parsed = await town.check("1", "2")
    assert [(post.id, post.state) for post in parsed.posts] == [("1", "live"), ("2", "deleted")]
    assert parsed.posts[0].text.endswith("status: closed")


async def test_a_recheck_takes_nothing_for_gone_where_no_single_request_is_shown(town: Town) -> None:
    town.city.report(1, ago(hours=1))
    town.city.singles = False
    with pytest.raises(SourceError, match="cannot say whether one still stands"):
        await town.check("1")
    town.city.singles = True
    (post,) = (await town.check("2")).posts
    assert post.state == "deleted"


async def test_the_last_open_request_is_taken_back_in_a_quiet_city(town: Town) -> None:
    town.city.report(1, ago(days=9), status="closed")
    town.bookmark = Bookmark(cursor=NOW.isoformat(), seen=("2",))
    (post,) = (await town.look()).posts
    assert (post.id, post.state, town.bookmark.seen) == ("2", "deleted", ())
