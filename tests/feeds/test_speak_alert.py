"""Alerts for people on call, against small servers of ours that do what ntfy and PagerDuty document."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from feeds import speak_alert
from feeds.budget import Manners
from feeds.channel import Channel, Message, Receipt
from feeds.http import Client, Limits
from feeds.keys import NO_KEYS, Keys
from feeds.mark import reference_of
from feeds.speak_alert import topic_of
from tests.feeds.receiver import Got, Receiver, receiver

MESSAGE = Message(
    "k7f3a-mill-street",
    datetime.now(UTC),
    "Water in the cellar, four people. 14 Mill Street",
    title="Act now",
    fields=(("tier", "act now"), ("link", "https://desk.example/42"), ("incident", "42")),
)
ROUTING = "r" * 32
KEYS = Keys(secret=lambda: "tk_canary7f3a")


class Ntfy:
    """Keeps what is published, and gives it out again to those who poll."""

    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []

    def __call__(self, got: Got) -> tuple[str, bytes]:
        if got.headers.get("authorization") != "Bearer tk_canary7f3a":
            return "403 Forbidden", b'{"code":40301,"http":403,"error":"forbidden"}'
        if got.method == "GET":
            lines = [{"id": "o", "event": "open"}, *self.kept]
            return "200 OK", b"\n".join(json.dumps(line).encode() for line in lines) + b"\nnot json\n"
        asked = json.loads(got.body)
        if len(asked["message"].encode()) > 4096 or got.path != "/" or not asked["topic"]:
            return "400 Bad Request", b'{"code":40001,"http":400,"error":"not so"}'
        self.kept.append(asked | {"id": f"m{len(self.kept)}", "time": 1, "event": "message"})
        return "200 OK", json.dumps(self.kept[-1]).encode()


class PagerDuty:
    """Opens one alert for each `dedup_key`."""

    def __init__(self) -> None:
        self.alerts: dict[str, list[dict[str, Any]]] = {}

    def __call__(self, got: Got) -> tuple[str, bytes]:
        event = json.loads(got.body)
        missing = {"summary", "source", "severity"} - event["payload"].keys()
        wrong = [f"'{name}' is missing or blank" for name in sorted(missing)]
        if len(event["routing_key"]) != 32:
            wrong.append("Length of 'routing_key' is incorrect (should be 32 characters)")
        if wrong or len(event["payload"]["summary"]) > 1024 or len(event["dedup_key"]) > 255:
            answer = {"status": "invalid event", "message": "Event object is invalid", "errors": wrong}
            return "400 Bad Request", json.dumps(answer).encode()
        self.alerts.setdefault(event["dedup_key"], []).append(event)
        answer = {"status": "success", "message": "Event processed", "dedup_key": event["dedup_key"]}
        return "202 Accepted", json.dumps(answer).encode()


@pytest.fixture
async def far() -> AsyncIterator[Receiver]:
    async with receiver() as us:
        yield us


def asking() -> Client:
    return Client(
        user_agent="watchfloor/1",
        allow=["127.0.0.1"],
        limits=Limits(deadline=0.5),
        manners=Manners(rate=1000, burst=10_000),
    )


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with asking() as client:
        yield client


async def pushed(far: Receiver, client: Client, message: Message = MESSAGE, keys: Keys = KEYS) -> Receipt:
    return await speak_alert.send(Channel("oncall", "ntfy", f"{far.address}/duty"), message, client, keys)


async def paged(
    far: Receiver, client: Client, message: Message = MESSAGE, routing_key: str = ROUTING
) -> Receipt:
    channel = Channel("oncall", "pagerduty", f"{far.address}/v2/enqueue")
    return await speak_alert.send(channel, message, client, Keys(secret=lambda: routing_key))


async def test_a_push_is_loud_as_its_tier_and_comes_back_with_its_id(far: Receiver, client: Client) -> None:
    far.answer = ntfy = Ntfy()
    receipt = await pushed(far, client)
    assert (receipt.outcome, receipt.names) == ("confirmed", ("m0",))
    assert "Whether a phone rang is not known" in receipt.says
    assert ntfy.kept[0] | {"id": "", "time": 0} == {
        "id": "",
        "time": 0,
        "event": "message",
        "topic": "duty",
        "message": MESSAGE.text,
        "title": "Act now",
        "priority": 5,
        "tags": [reference_of(MESSAGE)],
        "click": "https://desk.example/42",
    }
    for tier, priority in (("soon", 4), ("3", 3), ("", 3)):
        await pushed(far, client, replace(MESSAGE, fields=(("tier", tier),)))
        assert ntfy.kept[-1]["priority"] == priority


async def test_a_push_that_ntfy_would_make_a_file_of_is_refused_here(far: Receiver, client: Client) -> None:
    far.answer = Ntfy()
    fits = await pushed(far, client, replace(MESSAGE, text="ü" * 2048))
    over = await pushed(far, client, replace(MESSAGE, text="ü" * 2048 + "."))
    assert (fits.outcome, over.outcome, len(far.got)) == ("confirmed", "refused", 1)
    assert over.says == "Nothing was sent: the text has 4097 bytes, and ntfy takes 4096. Shorten it."


@pytest.mark.parametrize("mood", ["lost", "silent", "500"])
async def test_a_push_that_was_lost_on_the_way_back_is_looked_for(
    far: Receiver, client: Client, mood: str
) -> None:
    ntfy = Ntfy()

    def applied(got: Got) -> tuple[str, bytes]:
        ntfy(got)
        if mood == "lost":
            raise ConnectionError
        return ("", b"") if mood == "silent" else ("500 Internal Server Error", b"")

    far.answer = applied
    receipt = await pushed(far, client)
    assert receipt.outcome == "unknown"
    far.answer = ntfy
    channel = Channel("oncall", "ntfy", f"{far.address}/duty")
    async with asking() as rested:
        back = await speak_alert.read_back(channel, MESSAGE, rested, KEYS)
        other = await speak_alert.read_back(channel, replace(MESSAGE, key="other"), rested, KEYS)
    assert (back.outcome, back.names) == ("confirmed", ("m0",))
    assert (other.outcome, "Call who is on call" in other.says) == ("unknown", True)
    assert far.got[-1].path.startswith("/duty/json?poll=1&since=")


@pytest.mark.parametrize(
    ("status", "outcome", "words"),
    [
        ("403 Forbidden", "refused", 'HTTP status 403: "[secret] may not"). Nothing was said; check the'),
        ("429 Too Many Requests", "later", "takes nothing now"),
        ("200 OK", "unknown", "none of ntfy's"),
    ],
)
async def test_what_ntfy_says_is_told_as_it_is(
    far: Receiver, client: Client, status: str, outcome: str, words: str
) -> None:
    far.answer = lambda _got: (status, b'{"error": "tk_canary7f3a may not"}')
    receipt = await pushed(far, client)
    assert receipt.outcome == outcome
    assert words in receipt.says
    assert "canary" not in receipt.says


def test_a_topic_is_the_end_of_an_address() -> None:
    assert topic_of("https://ntfy.example/duty/") == ("https://ntfy.example/", "duty")
    for address in ("https://ntfy.example", "https://ntfy.example/a/b", "https://ntfy.example/a b"):
        with pytest.raises(ValueError, match="names no topic"):
            topic_of(address)


async def test_a_push_to_no_topic_is_refused(client: Client) -> None:
    channel = Channel("oncall", "ntfy", "https://ntfy.example/")
    receipt = await speak_alert.send(channel, MESSAGE, client, NO_KEYS)
    back = await speak_alert.read_back(channel, MESSAGE, client, NO_KEYS)
    assert (receipt.outcome, back.outcome) == ("refused", "unknown")


async def test_pagerduty_opens_one_alert_however_often_it_is_told(far: Receiver, client: Client) -> None:
    far.answer = pagerduty = PagerDuty()
    long = replace(MESSAGE, text="x" * 3000)
    first, again = await paged(far, client, long), await paged(far, client, long)
    assert first == again
    assert (first.outcome, first.names) == ("confirmed", (MESSAGE.key,))
    (events,) = pagerduty.alerts.values()
    assert events[0] == events[1]
    event = events[0]
    assert (event["event_action"], event["payload"]["severity"]) == ("trigger", "critical")
    assert len(event["payload"]["summary"]) == 1024
    assert event["payload"]["custom_details"] == {
        "tier": "act now",
        "link": "https://desk.example/42",
        "incident": "42",
        "text": "x" * 3000,
    }
    assert datetime.fromisoformat(event["payload"]["timestamp"]) == MESSAGE.at.replace(microsecond=0)
    assert event["links"] == [{"href": "https://desk.example/42", "text": "What it is about"}]


async def test_a_routing_key_that_is_none_is_said_so(far: Receiver, client: Client) -> None:
    far.answer = PagerDuty()
    wrong, none = await paged(far, client, routing_key="canary"), await paged(far, client, routing_key="")
    assert (wrong.outcome, none.outcome, len(far.got)) == ("refused", "refused", 1)
    assert "Length of 'routing_key' is incorrect" in wrong.says
    assert "check the routing key" in wrong.says
    assert "canary" not in wrong.says
    assert "has no routing key" in none.says


@pytest.mark.parametrize(
    "status", ["429 Too Many Requests\r\nRetry-After: 60", "500 Internal Server Error", "", None]
)
async def test_what_pagerduty_leaves_open_is_sent_again_for_a_repeat_is_harmless(
    far: Receiver, client: Client, status: str | None
) -> None:
    far.answer = None if status is None else lambda _got: (status, b"")
    receipt = await paged(far, client)
    assert receipt.outcome == "later"
    if status != "429 Too Many Requests\r\nRetry-After: 60":
        assert "PagerDuty folds a repeat into one" in receipt.says
    else:
        assert receipt.retry_after >= 60
    back = await speak_alert.read_back(Channel("oncall", "pagerduty"), MESSAGE, client, NO_KEYS)
    assert back.outcome == "later"
