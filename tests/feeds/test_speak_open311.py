"""Service requests of ours, filed at a city of ours that follows GeoReport v2 and has faults of real ones."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from feeds import speak_open311
from feeds.budget import Manners
from feeds.channel import Channel, Message, Receipt
from feeds.http import Client, Limits
from feeds.keys import Keys
from feeds.mark import mark_of
from feeds.open311_filing import Errors, Filed, form_of, read_filed
from tests.feeds.city import City, city
from tests.feeds.city_counter import Mood

DATA = Path(__file__).resolve().parents[2].parent / "shared/data/open311"
KEY = "city-key"
KEYS = Keys(secret=lambda: KEY)
CHANNEL = Channel("works", "open311", "https://city.example/v2", jurisdiction="town.example", service="HOLE")
FIELDS = (("service_code", "TREE"), ("place", "Mill Street"), ("lat", "52.5"), ("long", "13.40"))


def message(**changes: Any) -> Message:
    given = Message("k7f3a-mill-street", datetime.now(UTC), "Tree down on Mill Street.", fields=FIELDS)
    return replace(given, **changes)


@pytest.fixture
async def town(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[City]:
    monkeypatch.setattr(speak_open311, "PAUSES", (0.01, 0.01, 0.01))
    async with city() as served:
        yield served


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with asking() as client:
        yield client


def asking() -> Client:
    return Client(
        user_agent="watchfloor/1",
        allow=["127.0.0.1"],
        limits=Limits(deadline=2.0),
        manners=Manners(rate=1000, burst=10_000),
    )


def at(town: City) -> Channel:
    return replace(CHANNEL, address=town.endpoint)


async def filed(town: City, client: Client, said: Message | None = None, keys: Keys = KEYS) -> Receipt:
    return await speak_open311.send(at(town), said or message(), client, keys)


async def test_a_request_is_filed_and_has_its_number(town: City, client: Client) -> None:
    receipt = await filed(town, client)
    assert receipt == Receipt(
        "confirmed",
        f"127.0.0.1:{town.port} took the request as number 1000. In 24 h.",
        names=("1000",),
        ticket="1000",
    )
    assert town.counter.forms == [
        {
            "service_code": "TREE",
            "lat": "52.5",
            "long": "13.4",
            "address_string": "Mill Street",
            "description": f"Tree down on Mill Street.\n{mark_of(message())}",
            "jurisdiction_id": "town.example",
            "api_key": KEY,
        }
    ]


@pytest.mark.skipif(not DATA.exists(), reason="no schemas beside the project")
def test_a_form_is_what_the_schemas_ask_for() -> None:
    swagger = json.loads((DATA / "schema/swagger.json").read_text())
    posted = swagger["paths"]["/requests.{response_format}"]["post"]
    assert swagger["consumes"] == [speak_open311.FORM["content-type"]]
    known = {one["name"]: one for one in posted["parameters"] if "name" in one}
    known |= {one["name"]: one for one in swagger["parameters"].values()}
    shown = json.loads((DATA / "schema/request.json").read_text())["properties"]
    form = form_of(CHANNEL, message(text="x" * (4000 - len(mark_of(message())) - 1)), KEY)
    for name, value in form.items():
        rule = known.get(name) or shown.get(name)
        assert rule or name == swagger["securityDefinitions"]["api_key"]["name"], name
        if rule and rule.get("type") == "number":
            float(value)
    assert {name for name, one in known.items() if one.get("required")} - {"response_format"} <= form.keys()
    (longest,) = (one["maxLength"] for one in shown["description"]["anyOf"] if "maxLength" in one)
    assert len(form["description"]) == longest


@pytest.mark.parametrize(
    ("changes", "clause"),
    [
        ({"fields": ()}, "does not say where"),
        ({"fields": (("lat", "nan"), ("long", "0"))}, "does not say where"),
        ({"text": "x" * 3990}, "characters too long for a request of 4000"),
    ],
)
async def test_what_no_city_could_take_is_refused_before_it_is_asked(
    town: City, client: Client, changes: dict[str, object], clause: str
) -> None:
    receipt = await filed(town, client, message(**changes))
    assert receipt.outcome == "refused"
    assert clause in receipt.says
    assert town.counter.forms == []


async def test_a_request_for_no_service_is_refused(client: Client) -> None:
    receipt = await speak_open311.send(
        replace(CHANNEL, service=""), message(fields=(("place", "x"),)), client, KEYS
    )
    assert (receipt.outcome, "service_code" in receipt.says) == ("refused", True)


async def test_a_city_that_has_only_xml_is_told_in_xml(town: City, client: Client) -> None:
    town.counter.formats = ("xml",)
    receipt = await filed(town, client)
    assert (receipt.outcome, receipt.ticket, len(town.requests)) == ("confirmed", "1000", 1)


@pytest.mark.parametrize("format_", ["json", "xml"])
async def test_a_token_is_asked_for_its_number(town: City, client: Client, format_: str) -> None:
    town.counter.formats = (format_,)
    town.counter.mood, town.counter.later = "token", 2
    receipt = await filed(town, client)
    assert (receipt.outcome, receipt.ticket, receipt.names) == ("confirmed", "1000", ("1000", "t-7"))


async def test_a_token_without_a_number_is_not_waited_for_all_night(town: City, client: Client) -> None:
    town.counter.mood, town.counter.later = "token", 99
    receipt = await filed(town, client)
    assert (receipt.outcome, receipt.ticket, receipt.names) == ("confirmed", "", ("t-7",))
    assert "has not given it a number yet" in receipt.says
    assert town.counter.later == 99 - len(speak_open311.PAUSES)


async def test_a_service_that_gives_no_numbers_has_taken_it_all_the_same(town: City, client: Client) -> None:
    town.counter.mood = "blackbox"
    receipt = await filed(town, client)
    assert (receipt.outcome, receipt.ticket, receipt.names) == ("confirmed", "", ())


@pytest.mark.parametrize(
    ("mood", "outcome", "words"),
    [
        ("busy", "later", "takes nothing now"),
        ("html 500", "unknown", "HTTP status 500); whether it took the message is not known"),
        ("lost", "unknown", "after the message went out; whether it took it is not known"),
        ("garbage", "unknown", "cannot be read"),
        ("rails", "unknown", "HTTP status 406"),
    ],
)
async def test_what_a_city_does_to_a_form_is_told_as_it_is(
    town: City, client: Client, mood: Mood, outcome: str, words: str
) -> None:
    town.counter.mood = mood
    receipt = await filed(town, client)
    assert receipt.outcome == outcome
    assert words in receipt.says
    assert "secrets" not in receipt.says
    # Whatever was left open, the city holds it once, and it is found by its mark.
    assert len(town.counter.forms) == 1
    if outcome == "unknown":
        async with asking() as rested:
            back = await speak_open311.read_back(at(town), message(), rested, KEYS)
        assert (back.outcome, back.ticket) == ("confirmed", "1000")
        assert "has the request as number 1000" in back.says
    else:
        assert (receipt.retry_after >= 7, town.requests) == (True, [])


@pytest.mark.parametrize("mood", ["", "errors in 200"])
async def test_a_list_of_errors_is_a_refusal_in_its_own_words(town: City, client: Client, mood: Mood) -> None:
    town.counter.mood = mood
    receipt = await filed(town, client, message(fields=(("service_code", "WHAT"), ("place", "x"))))
    assert receipt.outcome == "refused"
    assert '"404 service_code was not found"' in receipt.says
    assert len(town.counter.forms) == 1


async def test_a_key_that_is_not_taken_is_not_shown(town: City, client: Client) -> None:
    receipt = await filed(town, client, keys=Keys(secret=lambda: "canary-key-7f3a"))
    assert receipt.outcome == "refused"
    assert "api_key [secret] is not valid" in receipt.says
    assert "check the channel's key" in receipt.says


async def test_a_request_is_found_on_a_later_page_and_under_another_service(
    town: City, client: Client
) -> None:
    await filed(town, client)
    ours = town.requests.pop()
    for number in range(150):
        town.report(number, ours["requested_datetime"])
    town.requests.append(ours | {"service_code": "PARKS"})
    back = await speak_open311.read_back(at(town), message(), client, KEYS)
    assert (back.outcome, back.ticket) == ("confirmed", "1000")


async def test_what_a_city_does_not_show_yet_stays_unknown(town: City, client: Client) -> None:
    town.report(1, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    back = await speak_open311.read_back(at(town), message(), client, KEYS)
    assert back.outcome == "unknown"
    assert mark_of(message()) in back.says
    assert "among the 1 since" in back.says


async def test_a_window_is_never_longer_than_a_city_allows(town: City, client: Client) -> None:
    old = message(at=datetime.now(UTC) - timedelta(days=200))
    await speak_open311.read_back(at(town), old, client, KEYS)
    asked = town.asked[0]
    first, last = (datetime.fromisoformat(asked[name]) for name in ("start_date", "end_date"))
    assert last - first <= timedelta(days=90)


async def test_a_city_that_is_down_leaves_it_unknown(town: City, client: Client) -> None:
    town.broken = b"<html>"
    back = await speak_open311.read_back(at(town), message(), client, KEYS)
    assert (back.outcome, back.retry_after > 0) == ("unknown", True)


async def test_the_status_of_a_number_is_the_citys_own_word(town: City, client: Client) -> None:
    await filed(town, client)
    assert await speak_open311.status(at(town), "1000", client, KEYS) == ("open", "")
    town.requests[0] |= {"status": "Closed", "status_notes": "Duplicate of 7."}
    assert await speak_open311.status(at(town), "1000", client, KEYS) == ("closed", "Duplicate of 7.")
    none, why = await speak_open311.status(at(town), "9999", client, KEYS)
    assert (none, "does not show number 9999" in why) == ("", True)


@pytest.mark.skipif(not DATA.exists(), reason="no recorded answers beside the project")
def test_recorded_answers_are_read() -> None:
    recorded = {file.name: file.read_bytes() for file in (DATA / "georeport").iterdir()}
    assert read_filed(recorded["boston-submitrequest-token.xml"]) == Filed(token="503fc045901932078800163c")
    assert read_filed(recorded["token.xml"]) == Filed("638344", "12345")
    with pytest.raises(Errors, match=r"400 Invalid service request: base is a duplicate\."):
        read_filed(recorded["boston-err-submitrequest-base_is_duplicate.xml"])


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"null", b"<html/>", b"[1]", b'[{"a": 1}]', b"<a>", b"\xff"]
)
def test_what_is_no_answer_is_none(body: bytes) -> None:
    with pytest.raises(ValueError, match="it is"):
        read_filed(body)
