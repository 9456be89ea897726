"""Posting to a real Mastodon server of others, and under random faults: all once or open, none twice."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx
import pytest

from feeds.backoff import Backoff
from feeds.budget import Manners
from feeds.channel import Channel, Message, Receipt
from feeds.http import Client, Limits
from feeds.keys import NO_KEYS, Keys
from feeds.source import SourceError
from feeds.speak import read_back, send, who_speaks
from feeds.speak_mastodon import same_words
from tests.feeds.fault_proxy import Fault, fault_proxy
from tests.feeds.mastodon_mock import DESK, MastodonMock

NUMBERS = count(1)
KEYS = Keys(secret=lambda: DESK)
DEADLINE = 0.8
"""Seconds that a client waits for servers who answer late: these are told to."""


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MastodonMock]:
    with MastodonMock(tmp_path_factory.mktemp("mock")) as mock:
        yield mock


@asynccontextmanager
async def client_of(deadline: float) -> AsyncIterator[Client]:
    async with Client(
        user_agent="watchfloor/1",
        allow=["127.0.0.1"],
        limits=Limits(deadline=deadline),
        backoff=Backoff(clock=lambda: time.monotonic() * 1e6, chance=lambda: 0.0),
        manners=Manners(rate=1000, burst=10_000),
    ) as client:
        yield client


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """It waits as long as a busy machine may take."""
    async with client_of(10) as client:
        yield client


@pytest.fixture
async def hurried() -> AsyncIterator[Client]:
    async with client_of(DEADLINE) as client:
        yield client


def channel(origin: str, **more: Any) -> Channel:
    return Channel("town", "mastodon", origin, "@riverton", counting="mastodon", **more)


def message(text: str = "", **more: Any) -> Message:
    number = next(NUMBERS)
    return Message(
        f"key-{number:06}", datetime.now(UTC), text or f"Message {number}: the bridge is shut.", **more
    )


def name(mock: MastodonMock, number: str) -> str:
    return f"127.0.0.1:{mock.port}#{number}"


def own(mock: MastodonMock) -> list[dict[str, Any]]:
    """All that the desk's account has said."""
    with httpx.Client(base_url=mock.origin, headers={"Authorization": f"Bearer {DESK}"}) as desk:
        account = desk.get("/api/v1/accounts/verify_credentials").json()["id"]
        found: list[dict[str, Any]] = []
        below: dict[str, str] = {}
        while page := desk.get(
            f"/api/v1/accounts/{account}/statuses", params={"limit": "40", **below}
        ).json():
            found += page
            below = {"max_id": page[-1]["id"]}
        return found


def times_said(mock: MastodonMock, said: Message) -> int:
    return sum(said.text.split(":")[0] + ":" in status["content"] for status in own(mock))


async def test_a_post_is_confirmed_with_its_names_and_address(client: Client, mock: MastodonMock) -> None:
    said = message()
    receipt = await send(channel(mock.origin + "/"), said, client, KEYS)
    assert receipt.outcome == "confirmed", receipt
    status = next(one for one in own(mock) if one["uri"] == receipt.names[0])
    assert receipt.names == (status["uri"], name(mock, status["id"]))
    assert receipt.url == status["url"]
    assert status["visibility"] == "public"


async def test_warning_language_and_audience_are_said_as_they_are_meant(
    client: Client, mock: MastodonMock
) -> None:
    said = message(warning="flood", lang="de-AT", audience="unlisted")
    receipt = await send(channel(mock.origin), said, client, KEYS)
    status = next(one for one in own(mock) if one["uri"] == receipt.names[0])
    assert (status["spoiler_text"], status["language"], status["visibility"]) == ("flood", "de", "unlisted")


@pytest.mark.parametrize(
    ("asked", "of_channel", "of_parent", "visibility"),
    [
        ("public", "public", "unlisted", "unlisted"),
        ("public", "unlisted", "public", "unlisted"),
        ("private", "public", "public", "private"),
        ("signed in", "public", "public", "private"),
        ("public", "public", "direct", "direct"),
    ],
)
async def test_nothing_is_said_to_more_people_than_the_message_the_channel_or_the_original_speaks_to(
    client: Client, mock: MastodonMock, asked: Any, of_channel: Any, of_parent: str, visibility: str
) -> None:
    parent = mock.say("@riverton where to?", visibility=of_parent)
    said = message(audience=asked, reply_to=(name(mock, parent),))
    receipt = await send(channel(mock.origin, audience=of_channel), said, client, KEYS)
    assert receipt.outcome == "confirmed", receipt
    number = receipt.names[1].partition("#")[2]
    with httpx.Client(base_url=mock.origin, headers={"Authorization": f"Bearer {DESK}"}) as desk:
        assert desk.get(f"/api/v1/statuses/{number}").json()["visibility"] == visibility


async def test_the_original_is_found_by_the_id_of_this_server_or_by_its_uri(
    client: Client, mock: MastodonMock
) -> None:
    # The search of mastodon-mock looks into words: it finds an address that stands in them.
    parent = mock.say("hello")
    uri = mock.client.get(f"/api/v1/statuses/{parent}").json()["uri"]
    mock.edit(parent, f"hello {uri}")
    mock.say(f"someone else names {uri}")
    for names in ((uri, name(mock, parent)), (uri, "elsewhere.example#7")):
        receipt = await send(channel(mock.origin), message(reply_to=names), client, KEYS)
        status = next(one for one in own(mock) if one["uri"] == receipt.names[0])
        assert status["in_reply_to_id"] == parent


@pytest.mark.parametrize("names", [("{host}#999999",), ("https://gone.example/1",), ("at://did:plc:x/y/z",)])
async def test_an_original_that_is_gone_is_not_answered(
    client: Client, mock: MastodonMock, names: tuple[str, ...]
) -> None:
    said = message(reply_to=tuple(one.format(host=f"127.0.0.1:{mock.port}") for one in names))
    receipt = await send(channel(mock.origin), said, client, KEYS)
    assert receipt.outcome == "refused"
    assert "is not there any more on 127.0.0.1" in receipt.says
    assert times_said(mock, said) == 0


@pytest.mark.parametrize(
    ("status", "outcome", "words"),
    [
        (401, "refused", "make a new one"),
        (403, "refused", "write:statuses"),
        (404, "refused", "does not know the post"),
        (422, "refused", 'It says: "too long, sorry".'),
        (429, "later", "too often"),
        (409, "unknown", "HTTP status 409"),
        (500, "unknown", "not known"),
        (503, "unknown", "not known"),
    ],
)
async def test_what_a_refusal_means(
    client: Client, mock: MastodonMock, status: int, outcome: str, words: str
) -> None:
    said = message()
    rule = {
        "match": {"methods": ["POST"], "path": "/api/v1/statuses"},
        "effect": {"type": "status", "status": status, "body": {"error": "too long,\x1b sorry"}},
        "count": 1,
    }
    mock.client.post("/api/v1/_mock/faults", json=rule).raise_for_status()
    receipt = await send(channel(mock.origin), said, client, KEYS)
    assert receipt.outcome == outcome, receipt
    assert words in receipt.says
    assert "\x1b" not in receipt.says
    assert times_said(mock, said) == 0


async def test_a_token_that_is_wrong_or_missing_is_a_sentence(client: Client, mock: MastodonMock) -> None:
    wrong = Keys(secret=lambda: "not-the-token")
    for keys, words in ((NO_KEYS, "There is no token"), (wrong, "does not accept the token any more")):
        receipt = await send(channel(mock.origin), message(), client, keys)
        assert (receipt.outcome, words in receipt.says) == ("refused", True), receipt
        assert (await read_back(channel(mock.origin), message(), client, keys)).outcome == "unknown"
        with pytest.raises(SourceError, match=words):
            await who_speaks(channel(mock.origin), client, keys)


async def test_the_account_is_named_as_the_server_names_it(client: Client, mock: MastodonMock) -> None:
    assert await who_speaks(channel(mock.origin), client, KEYS) == f"@riverton@127.0.0.1:{mock.port}"


async def test_a_server_that_nobody_runs_is_tried_later(client: Client) -> None:
    nowhere = channel("http://127.0.0.1:9")
    receipt = await send(nowhere, message(), client, KEYS)
    assert (receipt.outcome, "Nothing was sent" in receipt.says) == ("later", True)
    assert receipt.retry_after > 0
    assert (await read_back(nowhere, message(), client, KEYS)).outcome == "unknown"


ODD = (
    "Bridge shut!\n\n@ana@mastodon.example see https://town.example/roads?id=4&b=1 & <stay> *safe*"
    "  please\n#RiverTown ⚠️ “ok”"
)


async def test_a_post_is_found_whatever_the_server_made_of_its_words(
    client: Client, mock: MastodonMock
) -> None:
    parent = mock.say("what now?")
    for more in ({}, {"reply_to": (name(mock, parent),)}, {"warning": "flood & rain"}):
        said = message(f"{ODD} {next(NUMBERS)}", **more)
        receipt = await send(channel(mock.origin), said, client, KEYS)
        found = await read_back(channel(mock.origin), said, client, KEYS)
        assert (found.outcome, found.names) == ("confirmed", receipt.names), found


async def test_another_post_is_not_taken_for_it(client: Client, mock: MastodonMock) -> None:
    one, two = mock.say("first?"), mock.say("second?")
    said = message(reply_to=(name(mock, one),))
    assert (await send(channel(mock.origin), said, client, KEYS)).outcome == "confirmed"
    for other in (
        replace(said, reply_to=(name(mock, two),)),
        replace(said, reply_to=()),
        replace(said, text=said.text + "?"),
        replace(said, warning="flood"),
        replace(said, at=said.at + timedelta(minutes=3)),
    ):
        receipt = await read_back(channel(mock.origin), other, client, KEYS)
        assert receipt.outcome == "later", "it is not there, and Mastodon keeps keys"


async def test_a_post_of_ours_is_found_though_the_original_was_deleted_meanwhile(
    client: Client, mock: MastodonMock
) -> None:
    parent = mock.say("soon gone")
    said = message(reply_to=(name(mock, parent),))
    assert (await send(channel(mock.origin), said, client, KEYS)).outcome == "confirmed"
    mock.delete(parent)
    assert (await read_back(channel(mock.origin), said, client, KEYS)).outcome == "confirmed"


async def test_after_forty_five_minutes_nothing_is_sent_again(client: Client, mock: MastodonMock) -> None:
    said = replace(message(), at=datetime.now(UTC) - timedelta(minutes=46))
    for _ in range(2):
        receipt = await send(channel(mock.origin), said, client, KEYS)
        assert receipt.outcome == "unknown"
        assert "settle it by hand" in receipt.says
    assert (await read_back(channel(mock.origin), said, client, KEYS)).outcome == "unknown"
    assert times_said(mock, said) == 0


async def test_after_forty_five_minutes_a_post_that_is_there_is_still_found(
    client: Client, mock: MastodonMock
) -> None:
    said = message()
    receipt = await send(channel(mock.origin), said, client, KEYS)
    late = replace(said, at=said.at - timedelta(minutes=50))
    for found in (
        await send(channel(mock.origin), late, client, KEYS),
        await read_back(channel(mock.origin), late, client, KEYS),
    ):
        assert (found.outcome, found.names) == ("confirmed", receipt.names)
    assert times_said(mock, said) == 1


async def test_a_second_try_looks_first(client: Client, mock: MastodonMock) -> None:
    async with fault_proxy(mock.port, keyless=True) as proxy:
        said = message()
        assert (await send(channel(proxy.origin), said, client, KEYS)).outcome == "confirmed"
        again = replace(said, at=said.at - timedelta(minutes=1))
        assert "shows it already" in (await send(channel(proxy.origin), again, client, KEYS)).says
    assert times_said(mock, said) == 1


@pytest.mark.parametrize("fault", ["before", "after", "502", "half", "late", "slow"])
@pytest.mark.parametrize("keyless", [False, True])
async def test_what_a_doubtful_answer_leaves_open_is_found_or_stays_open(
    client: Client, hurried: Client, mock: MastodonMock, fault: Fault, keyless: bool
) -> None:
    faults: list[Fault] = [fault]

    def choose(method: str, path: str) -> Fault:
        return faults.pop() if method == "POST" and faults else "none"

    async with fault_proxy(mock.port, choose, keyless=keyless) as proxy:
        proxy.delay = 3
        said, there = message(), channel(proxy.origin)
        first = await send(there, said, hurried if fault in ("late", "slow") else client, KEYS)
        assert first.outcome == "unknown", first
        assert first.retry_after >= 30
        looked = await read_back(there, said, client, KEYS)
        if fault in ("after", "502", "half", "slow"):
            assert looked.outcome == "confirmed", looked
        else:
            assert looked.outcome == ("unknown" if keyless else "later"), looked
        if looked.outcome == "later":
            assert (await send(there, said, client, KEYS)).outcome == "confirmed"
        await proxy.settle()
    assert times_said(mock, said) == (0 if (fault, keyless) == ("before", True) else 1)


@pytest.mark.parametrize(
    ("instance", "outcome"),
    [
        ({"version": "4.5.0", "api_versions": {"mastodon": 7}}, "later"),
        ({"version": "4.3.2+glitch", "api_versions": {"mastodon": 2}}, "later"),
        ({"version": "4.2.10"}, "unknown"),
        ({"version": "3.5.3", "api_versions": {"mastodon": 1}}, "unknown"),
        ({"version": "0.17.3+git-3fd0a1a"}, "unknown"),
        ({"version": "4.0.0 (not Mastodon; compatible)", "api_versions": {"mastodon": 2}}, "unknown"),
        ({"version": "takahe/0.11.0"}, "unknown"),
        ({"version": "4.0.0; snac/2.66"}, "unknown"),
        ({"version": 4, "api_versions": []}, "unknown"),
        ({}, "unknown"),
        ([], "unknown"),
    ],
)
async def test_only_a_server_that_is_known_to_keep_keys_is_sent_the_same_again(
    client: Client, mock: MastodonMock, instance: Any, outcome: str
) -> None:
    async with fault_proxy(mock.port, keyless=True) as proxy:
        proxy.instance = json.dumps(instance).encode()
        receipt = await read_back(channel(proxy.origin), message(), client, KEYS)
    assert receipt.outcome == outcome, receipt


TEXT = (
    "@ana@mastodon.example see https://town.example/roads/closures/2026?id=4&b=1\n\n"
    'second "line" #RiverTown 🌧️ *now*'
)
MENTION = (
    '<span class="h-card"><a href="https://mastodon.example/@ana" class="u-url mention">@<span>ana</span></a>'
    "</span>"
)
TAG = '<a href="https://m.example/tags/RiverTown" class="mention hashtag">#<span>RiverTown</span></a>'
LINK = "https://town.example/roads/closures/2026?id=4&amp;b=1"
SHOWN = (
    '<span class="invisible">https://</span><span class="ellipsis">town.example/roads/closures/20</span>'
    '<span class="invisible">26?id=4&amp;b=1</span>'
)


@pytest.mark.parametrize(
    ("html", "same"),
    [
        (
            f'<p>{MENTION} see <a href="{LINK}">{SHOWN}</a></p><p>second &quot;line&quot; {TAG} 🌧️ *now*</p>',
            True,
        ),
        (f'<p>{MENTION} see <a href="{LINK}">{LINK}</a><br/><br/>second "line" {TAG} 🌧 <i>now</i></p>', True),
        (f"{TEXT}".replace("&", "&amp;").replace("\n", "<br>"), True),
        (
            f'<p>{MENTION} see <a href="{LINK}">{SHOWN}</a></p><p>second &quot;line&quot; {TAG} *now*</p>',
            False,
        ),
        (f'<p>{MENTION} see <a href="https://other.example/">{SHOWN}</a></p>', False),
        ("", False),
    ],
)
def test_words_are_the_same_whatever_a_server_makes_of_them(html: str, same: bool) -> None:
    assert same_words(html, TEXT) is same


async def by_the_rules(there: Channel, said: Message, client: Client) -> Receipt:
    """What a caller does who only knows what the outcomes mean."""
    receipt, looks = await send(there, said, client, KEYS), 0
    for _ in range(40):
        if receipt.outcome == "later":
            receipt = await send(there, said, client, KEYS)
        elif receipt.outcome == "unknown" and looks < 4:
            looks += 1
            receipt = await read_back(there, said, client, KEYS)
        else:
            break
        await asyncio.sleep(0.01)
    return receipt


@pytest.mark.parametrize("keyless", [False, True])
async def test_sixty_messages_under_random_faults_are_said_once_or_left_open_never_twice(
    hurried: Client, mock: MastodonMock, keyless: bool
) -> None:
    chance = random.Random(4)
    kinds: list[Fault] = ["before", "after", "502", "half", "late", "slow", "429"]

    deck: list[Fault] = []

    def deal() -> Fault:
        """Every kind in its turn, shuffled anew each round: none is left out, however the requests fall."""
        if not deck:
            deck.extend(chance.sample(kinds, len(kinds)))
        return deck.pop()

    def choose(method: str, path: str) -> Fault:
        if method == "POST":
            return deal() if chance.random() < 0.5 else "none"
        return "before" if chance.random() < 0.03 else "none"

    async with fault_proxy(mock.port, choose, keyless=keyless) as proxy:
        parents = [mock.say(f"@riverton question {number}") for number in range(20)]
        said = [
            message(reply_to=(f"{proxy.host}#{parents[number % 20]}",) if number % 3 else ())
            for number in range(60)
        ]
        room = asyncio.Semaphore(6)

        async def one(text: Message) -> Receipt:
            async with room:
                return await by_the_rules(channel(proxy.origin), text, hurried)

        receipts = await asyncio.gather(*map(one, said))
        await proxy.settle()
    outcomes = Counter(receipt.outcome for receipt in receipts)
    print("faults", dict(proxy.done), "outcomes", dict(outcomes))
    statuses = own(mock)
    for text, receipt in zip(said, receipts, strict=True):
        times = sum(text.text.split(":")[0] + ":" in status["content"] for status in statuses)
        assert times <= 1, f"{text.text} was said {times} times"
        assert receipt.outcome in ("confirmed", "unknown"), receipt
        assert receipt.outcome == "unknown" or times == 1, f"{text.text} is lost"
    assert all(proxy.done[kind] for kind in kinds), "each fault happened"
    assert outcomes["confirmed"] >= (55 if not keyless else 30)
