"""Windows of a city's requests: the live edge first, none lost, none asked for without end."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from feeds.source import Bookmark, SourceError
from tests.feeds.city import Town, ago, town_of
from tests.feeds.test_open311 import DATA

NOW = datetime.now(UTC)


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with town_of() as there:
        yield there


async def test_more_requests_than_a_page_are_taken_in_whole(town: Town) -> None:
    for number in range(250):
        town.city.report(number, ago(hours=2))
    await town.look()
    assert len(town.texts) == 250


async def test_a_server_that_knows_no_pages_is_not_asked_for_ever(town: Town) -> None:
    town.city.pages = False
    for number in range(150):
        town.city.report(number, ago(hours=2))
    await town.look()
    assert len(town.texts) == 150
    assert len(town.city.asked) == 3  # the newest hour, and the rest of the day twice


async def test_a_window_that_is_full_to_the_brim_is_halved(town: Town) -> None:
    town.city.pages = False
    for number in range(1500):
        town.city.report(number, ago(minutes=10 + number * 0.9))
    await town.catch_up()
    assert len(town.texts) == 1500


async def test_a_request_that_is_published_late_is_not_lost(town: Town) -> None:
    town.city.report(1, ago(hours=1))
    await town.look()
    town.city.report(2, ago(hours=20))
    await town.look()
    assert set(town.texts) == {"1", "2"}


async def test_an_outage_of_two_hundred_days_is_walked_in_windows(town: Town) -> None:
    town.bookmark = Bookmark(cursor=(NOW - timedelta(days=200)).isoformat())
    for day in range(1, 200):
        town.city.report(day, ago(days=day))
    await town.catch_up()
    assert len(town.texts) == 199
    spans = [
        datetime.fromisoformat(asked["end_date"]) - datetime.fromisoformat(asked["start_date"])
        for asked in town.city.asked
        if "end_date" in asked
    ]
    assert max(spans) <= timedelta(days=7)


async def test_the_live_edge_of_a_busy_city_is_read_at_every_look_and_the_cursor_never_falls(
    town: Town,
) -> None:
    for number in range(12_000):
        town.city.report(number, ago(seconds=60 + number * 14.4))
    town.bookmark = Bookmark(cursor=ago(minutes=5))
    asked, read_to = 0, town.read_to
    for fresh in ("new0", "new1", "new2", "new3"):
        town.city.report(fresh, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        seen = await town.look()
        assert fresh in town.texts
        assert not seen.more  # The rest of the day was read before, and is looked through in passing.
        assert len(town.city.asked) - asked <= 45
        assert town.read_to >= read_to
        asked, read_to = len(town.city.asked), town.read_to
    assert read_to > NOW - timedelta(seconds=1)
    assert {str(number) for number in range(6000)} <= set(town.texts)


async def test_an_outage_in_a_busy_city_ends_with_every_request_taken_in(town: Town) -> None:
    for number in range(12_000):
        town.city.report(number, ago(seconds=60 + number * 14.4))
    town.bookmark = Bookmark(cursor=ago(days=1))
    looks = await town.catch_up()
    assert looks <= 3  # Then only what was read before the outage is still to be looked through.
    for _ in range(3):
        await town.look()
    assert len(town.texts) >= 11_990
    assert town.read_to > NOW - timedelta(seconds=1)


async def test_a_page_that_fails_costs_neither_those_before_it_nor_their_place(town: Town) -> None:
    for number in range(450):
        town.city.report(number, ago(hours=2))
    town.city.refuses = lambda asked: "503 Busy" if asked.get("page") == "3" else ""
    seen = await town.look()
    assert len(town.texts) == 200
    assert seen.more
    assert "still to come" in seen.trouble
    town.city.refuses = None
    before = len(town.city.asked)
    assert not (await town.look()).more
    assert len(town.texts) == 450
    pages = [asked["page"] for asked in town.city.asked[before:] if "page" in asked]
    assert pages[1:] == ["3", "4", "5", "6"]


async def test_a_page_past_the_last_may_be_refused(town: Town) -> None:
    for number in range(150):
        town.city.report(number, ago(hours=2))
    town.city.refuses = lambda asked: "404 Not Found" if int(asked.get("page", 0)) > 2 else ""
    seen = await town.look()
    assert (len(town.texts), seen.more, seen.missed) == (150, False, "")


async def test_a_stretch_that_is_never_given_is_said_to_be_missing(town: Town) -> None:
    """Its page fails again and again: it is cut to an hour, told of, and let go."""
    town.city.report("before", ago(hours=20))
    town.city.report("after", ago(hours=2))
    bad = ago(hours=10)

    def refuses(asked: Mapping[str, str]) -> str:
        return "500 Oh" if asked.get("start_date", "9") <= bad <= asked.get("end_date", "") else ""

    town.city.refuses = refuses
    said = [seen.missed] if (seen := await town.look()).missed else []
    for _ in range(40):
        if not seen.more:
            break
        seen = await town.look()
        said += [seen.missed] if seen.missed else []
    assert not seen.more
    assert set(town.texts) == {"before", "after"}
    (sentence,) = said
    assert "may be missing" in sentence
    assert (NOW - timedelta(hours=10)).strftime("%Y-%m-%d") in sentence


async def test_json_with_leading_zeros_is_asked_for_as_xml(town: Town) -> None:
    town.city.zeros = True
    town.city.report(7, ago(hours=1))
    await town.look()
    assert set(town.texts) == {"7"}


async def test_an_error_in_html_is_a_sentence(town: Town) -> None:
    town.city.broken = b"<html><body>Traceback: secrets</body></html>"
    with pytest.raises(SourceError, match="HTTP status 500") as refused:
        await town.look()
    assert "secrets" not in str(refused.value)


@pytest.mark.skipif(not DATA.exists(), reason="no recorded data beside the project")
async def test_real_requests_of_two_cities_are_all_taken_in(town: Town) -> None:
    rows = [json.loads(line) for line in (DATA / "boston_100.jsonl").read_text().splitlines()]
    for row in rows:
        what = {"description": row["case_title"] or "", "service_name": row["type"] or ""}
        town.city.report(row["case_enquiry_id"], ago(hours=3), **what, address=row["location"] or "")
    with (DATA / "nyc_1000.csv").open(newline="") as file:
        complaints = list(csv.DictReader(file))
    for row in complaints:
        what = {"description": row["descriptor"], "service_name": row["complaint_type"]}
        place = row["incident_address"] or row["intersection_street_1"]
        town.city.report(row["unique_key"], ago(hours=2), **what, address=place, status=row["status"].lower())
    seen = await town.look()
    given = len(rows) + len(complaints)
    print(f"open311: {len(seen.posts)} of {given} real requests taken in, {len(seen.refusals)} refused")
    assert len(town.texts) == len({row["service_request_id"] for row in town.city.requests})
