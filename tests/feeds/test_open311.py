"""Service requests of cities: recorded ones, odd ones, and windows that lose none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeds.open311 import endpoint_of, parse
from feeds.source import Document, Parsed

DATA = Path(__file__).resolve().parents[2].parent / "shared/data/open311"
NOW = datetime.now(UTC)


def read(body: str | bytes) -> Parsed:
    return parse(Document(body.encode() if isinstance(body, str) else body, source="city", lang="en"))


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
