"""Service requests of cities: recorded ones, odd ones, and windows that lose none."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeds.budget import Manners
from feeds.check import check
from feeds.http import Client
from feeds.look import look
from feeds.open311 import endpoint_of, parse
from feeds.parser import Parser
from feeds.source import Bookmark, Document, Look, Parsed, Source, SourceError
from tests.feeds.city import City, city

DATA = Path(__file__).resolve().parents[2].parent / "shared/data/open311"
NOW = datetime.now(UTC)


def read(body: str | bytes) -> Parsed:
    return parse(Document(body.encode() if isinstance(body, str) else body, source="city", lang="en"))


def ago(**span: float) -> str:
    return (NOW - timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%SZ")


POTHOLE = {
    "service_request_id": 638344,
    "status": "closed",
    "status_notes": "Duplicate request.",
    "service_name": "Pothole",
    "description": "A hole as deep as a bucket",
    "requested_datetime": "2026-03-01T10:37:38-08:00",
    "updated_datetime": "2026-03-02T10:37:38-08:00",
    "address": "8TH AVE and JUDAH ST",
    "media_url": "https://city.example/1.jpg",
    "first_name": "Ana",
}


def test_a_request_says_what_and_where_and_what_became_of_it() -> None:
    (post,) = read(json.dumps([POTHOLE])).posts
    assert post.text.splitlines() == [
        "Pothole",
        "A hole as deep as a bucket",
        "at 8TH AVE and JUDAH ST",
        "status: closed. Duplicate request",
        "[photo: https://city.example/1.jpg]",
    ]
    assert (post.id, post.topic_hint, post.places_hint) == ("638344", "Pothole", ("8TH AVE and JUDAH ST",))
    assert post.created_at == datetime(2026, 3, 1, 18, 37, 38, tzinfo=UTC)
    assert (post.author, post.author_name) == ("", "")


@pytest.mark.parametrize("wrapped", [POTHOLE, {"service_requests": [POTHOLE]}, {"requests": POTHOLE}])
def test_one_request_may_come_without_its_list(wrapped: object) -> None:
    assert len(read(json.dumps(wrapped)).posts) == 1


def test_only_open_requests_are_followed() -> None:
    rows = [POTHOLE, POTHOLE | {"service_request_id": "2", "status": "open"}]
    assert read(json.dumps(rows)).still_open == ("2",)


@pytest.mark.parametrize(
    "body",
    [
        '[{"code": 400, "description": "jurisdiction_id was not found"}]',
        "<errors><error><code>400</code>"
        "<description>jurisdiction_id was not found</description></error></errors>",
    ],
)
def test_a_list_of_errors_is_told_in_its_own_words(body: str) -> None:
    with pytest.raises(ValueError, match="the server answered: 400 jurisdiction_id was not found"):
        read(body)


@pytest.mark.parametrize("body", ["{", "[1]", '[{"token": "1"}]', "<html/>", "<services/>", "null]"])
def test_what_is_no_list_of_requests_is_refused(body: str) -> None:
    with pytest.raises(ValueError, match="it "):
        read(body)


def test_a_request_without_id_or_words_is_refused_by_itself() -> None:
    parsed = read(
        json.dumps([POTHOLE, {"service_request_id": "2"}, {"description": "x", "service_request_id": ""}])
    )
    assert (len(parsed.posts), len(parsed.refusals)) == (1, 2)


def test_an_endpoint_may_be_given_by_its_requests() -> None:
    for address in (
        "https://c.example/v2",
        "https://c.example/v2/",
        "https://c.example/v2/requests.json?a=1",
    ):
        assert endpoint_of(address) == "https://c.example/v2"


@pytest.mark.skipif(not DATA.exists(), reason="no recorded data beside the project")
def test_recorded_answers_are_taken_in_or_refused_with_a_reason() -> None:
    taken = refused = 0
    for file in sorted((DATA / "georeport").iterdir()):
        try:
            parsed = read(file.read_bytes())
        except ValueError:
            refused += 1
        else:
            taken += len(parsed.posts)
            refused += len(parsed.refusals)
    print(f"open311: {taken} requests taken in, {refused} documents or requests refused with a reason")
    assert taken >= 3


class Town:
    """A city, and looks that remember where they were."""

    def __init__(self, served: City, client: Client, parser: Parser) -> None:
        self.city, self._client, self._parser = served, client, parser
        self.bookmark = Bookmark()
        self.texts: dict[str, str] = {}

    async def look(self) -> Look:
        source = Source("city", "open311", self.city.endpoint, 300.0)
        seen = await look(source, self.bookmark, self._client, self._parser)
        self.bookmark = seen.bookmark
        for post in seen.posts:
            if post.state == "deleted":
                self.texts.pop(post.id, None)
            else:
                self.texts[post.id] = post.text
        return seen

    async def check(self, *ids: str) -> Parsed:
        source = Source("city", "open311", self.city.endpoint, 300.0)
        return await check(source, ids, self._client, self._parser)

    async def catch_up(self) -> int:
        looks = 1
        while (await self.look()).more:
            looks += 1
        return looks


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    manners = Manners(rate=1000, burst=10_000)
    async with (
        city() as served,
        Client(user_agent="watchfloor/1", allow=["127.0.0.1"], manners=manners) as client,
        Parser() as parser,
    ):
        yield Town(served, client, parser)


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
    assert len(town.city.asked) == 2


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
    assert await town.catch_up() >= 6
    assert len(town.texts) == 199


async def test_a_change_of_status_is_followed_long_after_its_window(town: Town) -> None:
    request = town.city.report(1, ago(hours=1))
    await town.look()
    town.bookmark = Bookmark(cursor=(NOW + timedelta(days=3)).isoformat(), seen=town.bookmark.seen)
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


async def test_a_recheck_tells_what_stands_what_changed_and_what_is_gone(town: Town) -> None:
    request = town.city.report(1, ago(hours=1))
    request |= {"status": "closed"}
    parsed = await town.check("1", "2")
    assert [(post.id, post.state) for post in parsed.posts] == [("1", "live"), ("2", "deleted")]
    assert parsed.posts[0].text.endswith("status: closed")


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
