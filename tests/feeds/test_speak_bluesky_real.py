"""Posting to Bluesky as its makers run it: a real PDS, the AppView behind it, and faults in front of it.

Runs where WATCHFLOOR_TEST_BLUESKY names a PDS on loopback (`http://127.0.0.1:2583`), and skips elsewhere.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest

from feeds.backoff import Backoff
from feeds.bluesky import POST
from feeds.budget import Manners
from feeds.channel import Channel, Message, Receipt
from feeds.http import Client, Limits
from feeds.keys import Keys
from feeds.source import SourceError
from feeds.speak import read_back, send, who_speaks
from tests.feeds.fault_proxy import Fault, fault_proxy
from tests.feeds.test_bluesky_real import INDEXED_WITHIN, PDS, Person

pytestmark = pytest.mark.skipif(not PDS, reason="WATCHFLOOR_TEST_BLUESKY names no PDS")
NUMBERS = count(1)


@dataclass
class Voice:
    """The town's account, as the desk speaks for it."""

    client: Client
    town: Person
    ana: Person
    password: str
    kept: list[str] = field(default_factory=lambda: [""])
    origin: str = PDS

    @property
    def channel(self) -> Channel:
        return Channel("sky", "bluesky", self.origin, self.town.handle, counting="bluesky", lang="en")

    @property
    def keys(self) -> Keys:
        return Keys(lambda: self.password, lambda: self.kept[-1], self.kept.append)

    async def send(self, said: Message) -> Receipt:
        return await send(self.channel, said, self.client, self.keys)

    async def read_back(self, said: Message) -> Receipt:
        return await read_back(self.channel, said, self.client, self.keys)

    async def posts(self) -> list[dict[str, Any]]:
        """All records of the account's own repository."""
        found: list[dict[str, Any]] = []
        below: dict[str, str] = {}
        while True:
            asked = {"repo": self.town.did, "collection": POST, "limit": "100", **below}
            page = (await self.town.api.get("/xrpc/com.atproto.repo.listRecords", params=asked)).json()
            found += page["records"]
            if not page.get("cursor"):
                return found
            below = {"cursor": page["cursor"]}

    async def record(self, receipt: Receipt) -> dict[str, Any]:
        value: dict[str, Any] = next(
            one["value"] for one in await self.posts() if one["uri"] == receipt.names[0]
        )
        return value


@pytest.fixture
async def voice() -> AsyncIterator[Voice]:
    mark = secrets.token_hex(4)
    async with (
        httpx.AsyncClient(base_url=PDS, timeout=20, trust_env=False) as api,
        Client(
            user_agent="watchfloor/1",
            allow=["127.0.0.1"],
            limits=Limits(deadline=2.0),
            backoff=Backoff(clock=lambda: time.monotonic() * 1e6, chance=lambda: 0.0),
            manners=Manners(rate=1000, burst=10_000),
        ) as client,
    ):
        town, ana = [
            await Person(api, f"{name}-{mark}.test", f"pass-{mark}").join() for name in ("town", "ana")
        ]
        made = await town.call("com.atproto.server.createAppPassword", {"name": "watchfloor"})
        yield Voice(client, town, ana, made["password"])


def message(text: str = "", **more: Any) -> Message:
    number = next(NUMBERS)
    key = f"key-{number}-{secrets.token_hex(4)}"
    return Message(key, datetime.now(UTC), text or f"Message {number}: shut.", **more)


async def test_a_post_is_confirmed_with_its_name_its_address_and_live_links(voice: Voice) -> None:
    said = message(
        f"⚠️ Mill Street: see https://town.example/roads, @{voice.ana.handle} @no.test #FloodWarning"
    )
    receipt = await voice.send(said)
    assert receipt.outcome == "confirmed", receipt
    did, key = voice.town.did, receipt.names[0].rpartition("/")[2]
    assert receipt.names == (f"at://{did}/{POST}/{key}",)
    assert receipt.url == f"https://bsky.app/profile/{did}/post/{key}"
    record = await voice.record(receipt)
    assert record["langs"] == ["en"]
    assert datetime.fromisoformat(record["createdAt"]) == said.at.replace(
        microsecond=said.at.microsecond // 1000 * 1000
    )
    given = said.text.encode()
    words = {
        given[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(): facet["features"][0]
        for facet in record["facets"]
    }
    assert set(words) == {"https://town.example/roads", f"@{voice.ana.handle}", "#FloodWarning"}
    assert words[f"@{voice.ana.handle}"]["did"] == voice.ana.did
    await voice.ana.see({"uri": receipt.names[0]})


async def test_an_answer_stands_in_the_thread_under_its_original(voice: Voice) -> None:
    root = await voice.ana.say("Is the school a shelter?")
    await voice.ana.see(root)
    parent = await voice.ana.say("anyone?", reply={"root": root, "parent": root})
    await voice.ana.see(parent)
    receipt = await voice.send(message(reply_to=(parent["uri"],)))
    assert receipt.outcome == "confirmed", receipt
    assert (await voice.record(receipt))["reply"] == {"root": root, "parent": parent}
    await voice.ana.see({"uri": receipt.names[0]})


async def test_the_parts_of_a_thread_follow_each_other_at_once(voice: Voice) -> None:
    names: tuple[str, ...] = ()
    receipts = []
    for _ in range(3):
        receipts.append(await voice.send(message(reply_to=names)))
        assert receipts[-1].outcome == "confirmed", receipts[-1]
        names = receipts[-1].names
    replies = [(await voice.record(receipt))["reply"] for receipt in receipts[1:]]
    assert [reply["root"]["uri"] for reply in replies] == [receipts[0].names[0]] * 2
    assert [reply["parent"]["uri"] for reply in replies] == [one.names[0] for one in receipts[:2]]


async def test_a_repeat_is_harmless_also_after_the_world_has_changed(voice: Voice) -> None:
    handle = f"late-{secrets.token_hex(4)}.test"
    said = message(f"Ask @{handle} about it")
    first = await voice.send(said)
    assert await voice.send(said) == first
    await Person(voice.town.api, handle, "a password of theirs").join()
    again = await voice.send(said)
    assert (again.outcome, again.names) == ("confirmed", first.names), "the same name with other bytes"
    assert len(await voice.posts()) == 1


async def test_what_is_there_is_found_and_what_is_not_was_certainly_not_said(voice: Voice) -> None:
    said = message()
    assert (await voice.read_back(said)).outcome == "later"
    first = await voice.send(said)
    found = await voice.read_back(said)
    assert (found.outcome, found.names, found.url) == ("confirmed", first.names, first.url)
    other = await voice.read_back(replace(said, text="something else"))
    assert (other.outcome, "Another post" in other.says) == ("unknown", True)


async def test_an_original_that_is_gone_or_of_elsewhere_is_not_answered(voice: Voice) -> None:
    parent = await voice.ana.say("never mind")
    await voice.ana.take_back(parent)
    for names, words in (
        ((parent["uri"],), "not there any more"),
        (("https://m.example/1", "m.example#1"), "not one of Bluesky"),
    ):
        receipt = await voice.send(message(reply_to=names))
        assert (receipt.outcome, words in receipt.says) == ("refused", True), receipt
    assert await voice.posts() == []


async def test_an_author_who_lets_nobody_answer_is_not_answered(voice: Voice) -> None:
    root = await voice.ana.say("I only want to tell")
    gate = {"$type": "app.bsky.feed.threadgate", "post": root["uri"], "allow": []}
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    named = {"repo": voice.ana.did, "collection": "app.bsky.feed.threadgate"}
    rkey = root["uri"].rpartition("/")[2]
    await voice.ana.call(
        "com.atproto.repo.putRecord", {**named, "rkey": rkey, "record": {**gate, "createdAt": now}}
    )
    async with asyncio.timeout(INDEXED_WITHIN):
        while True:
            view = (
                await voice.town.api.get(
                    "/xrpc/app.bsky.feed.getPosts",
                    params={"uris": root["uri"]},
                    headers={"Authorization": f"Bearer {voice.town.token}"},
                )
            ).json()["posts"]
            if view and view[0].get("viewer", {}).get("replyDisabled"):
                break
            await asyncio.sleep(0.1)
    receipt = await voice.send(message(reply_to=(root["uri"],)))
    assert (receipt.outcome, "lets us not answer" in receipt.says) == ("refused", True), receipt


async def test_a_post_that_is_too_long_is_refused_in_the_servers_words(voice: Voice) -> None:
    receipt = await voice.send(message("a" * 301))
    assert receipt.outcome == "refused"
    assert "300" in receipt.says, receipt


async def test_who_signs_in_is_named_by_the_server_and_a_wrong_password_is_a_sentence(voice: Voice) -> None:
    assert await who_speaks(voice.channel, voice.client, voice.keys) == f"@{voice.town.handle}"
    wrong = replace(voice, password="not-the-password", kept=[""])
    receipt = await wrong.send(message())
    assert (receipt.outcome, "does not accept the app password" in receipt.says) == ("refused", True)
    with pytest.raises(SourceError, match="does not accept the app password"):
        await who_speaks(wrong.channel, wrong.client, wrong.keys)


async def test_a_session_that_has_run_out_is_renewed_and_the_post_said_once(voice: Voice) -> None:
    await voice.send(message())
    voice.kept.append(voice.kept[-1].replace('"access":"', '"access":"x'))
    damaged, voice.password = voice.kept[-1], "forgotten"
    assert (await voice.send(message())).outcome == "confirmed"
    assert voice.kept[-1] != damaged
    assert len(await voice.posts()) == 2


def through(voice: Voice, origin: str) -> Voice:
    """The same account, signed in, by way of a proxy: its session names no other server."""
    session = msgspec.json.decode(voice.kept[-1])
    return replace(voice, origin=origin, kept=[msgspec.json.encode({**session, "service": ""}).decode()])


@pytest.mark.parametrize("fault", ["before", "after", "502", "half", "late", "slow"])
async def test_what_a_doubtful_answer_leaves_open_is_settled_by_looking(voice: Voice, fault: Fault) -> None:
    await who_speaks(voice.channel, voice.client, voice.keys)
    faults: list[Fault] = [fault]

    def choose(method: str, path: str) -> Fault:
        return faults.pop() if path.endswith("putRecord") and faults else "none"

    async with fault_proxy(urlsplit(PDS).port or 80, choose) as proxy:
        proxy.delay = 2.5
        way = through(voice, proxy.origin)
        said = message()
        assert (await way.send(said)).outcome == "unknown"
        looked = await way.read_back(said)
        assert looked.outcome == ("later" if fault in ("before", "late") else "confirmed"), looked
        if looked.outcome == "later":
            assert (await way.send(said)).outcome == "confirmed"
    assert len(await voice.posts()) == 1


async def by_the_rules(way: Voice, said: Message) -> Receipt:
    """What a caller does who only knows what the outcomes mean."""
    receipt = await way.send(said)
    for _ in range(40):
        if receipt.outcome == "later":
            receipt = await way.send(said)
        elif receipt.outcome == "unknown":
            receipt = await way.read_back(said)
        else:
            break
        await asyncio.sleep(0.01)
    return receipt


async def test_sixty_messages_under_random_faults_are_all_said_once(voice: Voice) -> None:
    await who_speaks(voice.channel, voice.client, voice.keys)
    chance = random.Random(4)
    kinds: list[Fault] = ["before", "after", "502", "half", "late", "slow", "429"]

    def choose(method: str, path: str) -> Fault:
        if path.endswith("putRecord"):
            return chance.choice(kinds) if chance.random() < 0.5 else "none"
        return "before" if chance.random() < 0.03 else "none"

    async with fault_proxy(urlsplit(PDS).port or 80, choose) as proxy:
        proxy.delay = 2.3
        way = through(voice, proxy.origin)
        parent = await voice.ana.say("what about Mill Street?")
        await voice.ana.see(parent)
        said = [message(reply_to=(parent["uri"],) if number % 3 else ()) for number in range(60)]
        said = [replace(one, at=said[0].at + timedelta(milliseconds=at)) for at, one in enumerate(said)]
        room = asyncio.Semaphore(8)

        async def one(text: Message) -> Receipt:
            async with room:
                return await by_the_rules(way, text)

        receipts = await asyncio.gather(*map(one, said))
        await proxy.settle()
    print("faults", dict(proxy.done), "outcomes", dict(Counter(one.outcome for one in receipts)))
    assert {receipt.outcome for receipt in receipts} == {"confirmed"}
    assert Counter(one["value"]["text"] for one in await voice.posts()) == Counter(one.text for one in said)
    assert all(proxy.done[kind] for kind in kinds), "each fault happened"
