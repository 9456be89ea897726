"""Facets by bytes, keys that are the same at every try: what needs no server."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.bluesky_facets import facets_of, handles_in
from feeds.channel import Channel, Message
from feeds.http import Client
from feeds.keys import Keys
from feeds.speak import read_back, send
from feeds.speak_bluesky import record_key

AT = datetime(2026, 3, 1, 18, 4, 5, 678901, tzinfo=UTC)
DIDS = {"ana.test": "did:plc:ana", "town.example": "did:plc:town"}


def marked(text: str) -> list[tuple[str, str]]:
    """Each facet as the words that it covers and what it makes of them."""
    given = text.encode()
    found = []
    for facet in facets_of(text, DIDS):
        index, feature = facet["index"], facet["features"][0]
        target = feature.get("uri") or feature.get("did") or f"#{feature['tag']}"
        found.append((given[index["byteStart"] : index["byteEnd"]].decode(), target))
    return found


@pytest.mark.parametrize(
    ("text", "facets"),
    [
        ("nothing", []),
        ("⚠️ see https://a.example/x.", [("https://a.example/x", "https://a.example/x")]),
        ("(https://a.example/a_(b))", [("https://a.example/a_(b)",) * 2]),
        (
            "https://a.example/#part @ana.test",
            [("https://a.example/#part",) * 2, ("@ana.test", "did:plc:ana")],
        ),
        ("https://a.example/@ana.test", [("https://a.example/@ana.test",) * 2]),
        ("👨‍👩‍👧 @Ana.Test, hello", [("@Ana.Test", "did:plc:ana")]),
        ("@nobody.test and @ana", []),
        ("write to desk@town.example", []),
        ("@lee@town.example", []),
        ("é #FloodWarning! #2026 #Überflutung", [("#FloodWarning",) * 2, ("#Überflutung",) * 2]),
        ("#नमस्ते x", [("#नमस्ते",) * 2]),
        ("a#b ##c #", []),
        ("#" + "a" * 65, []),
        ("http:// https://", []),
    ],
)
def test_links_names_and_hashtags_are_marked_by_their_bytes(text: str, facets: list[tuple[str, str]]) -> None:
    assert marked(text) == facets


def test_each_handle_is_looked_up_once_and_not_without_end() -> None:
    assert handles_in("@ana.test @ANA.test https://x.example/@lee.test") == ("ana.test",)
    assert len(handles_in(" ".join(f"@n{number}.test" for number in range(50)))) == 10


PIECES = st.sampled_from(
    ["https://a.example/", "@ana.test", "#tag", "👨‍👩‍👧", "é", " ", ".", "(", ")", "#", "@", "a"]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_facets_lie_inside_the_text_in_order_and_never_overlap(text: str) -> None:
    given, at = text.encode(), 0
    for facet in facets_of(text, DIDS):
        index = facet["index"]
        assert at <= index["byteStart"] < index["byteEnd"] <= len(given)
        given[index["byteStart"] : index["byteEnd"]].decode()
        at = index["byteEnd"]


def test_a_record_key_is_a_tid_of_that_second_and_the_same_at_every_try() -> None:
    said = Message("key-1", AT, "text")
    key = record_key(said)
    assert re.fullmatch(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}", key)
    assert key == record_key(replace(said, text="other"))
    number = 0
    for letter in key:
        number = number << 5 | "234567abcdefghijklmnopqrstuvwxyz".index(letter)
    micros = number >> 10
    assert datetime.fromtimestamp(micros / 1e6, UTC).replace(microsecond=0) == AT.replace(microsecond=0)


def test_record_keys_of_one_moment_differ_and_later_ones_sort_later() -> None:
    keys = [record_key(Message(f"key-{number}", AT, "")) for number in range(5000)]
    assert len(set(keys)) == len(keys)
    assert max(keys) < record_key(Message("key-1", AT + timedelta(seconds=1), ""))


async def test_what_is_meant_for_few_is_not_said_where_everything_is_public() -> None:
    async with Client(user_agent="watchfloor/1") as client:
        for audience in ("private", "direct"):
            said = Message("key-1", AT, "text", audience=audience)
            receipt = await send(Channel("sky", "bluesky", "https://pds.invalid"), said, client, Keys())
            assert (receipt.outcome, "is public" in receipt.says) == ("refused", True)


async def test_without_a_password_or_a_server_there_is_a_sentence() -> None:
    said, keys = Message("key-1", AT, "text"), Keys(secret=lambda: "a password")
    channel = Channel("sky", "bluesky", "http://127.0.0.1:9", "town.test")
    async with Client(user_agent="watchfloor/1", allow=["127.0.0.1"]) as client:
        receipt = await send(channel, said, client, Keys())
        assert (receipt.outcome, "There is no app password" in receipt.says) == ("refused", True)
        receipt = await send(channel, said, client, keys)
        assert (receipt.outcome, "cannot be reached" in receipt.says) == ("later", True)
        assert receipt.retry_after > 0
        assert (await read_back(channel, said, client, keys)).outcome == "unknown"
