"""Damaged documents of every kind: taken in, mended or refused, but never a crash."""

from __future__ import annotations

import json
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.kinds import PARSERS, parse
from feeds.source import Document, Kind, Parsed
from tests.feeds.test_bluesky import view
from tests.feeds.test_cap import alert
from tests.feeds.test_jetstream import said
from tests.feeds.test_mastodon import status
from tests.feeds.test_numbered_hazards import ALERT, ITEM, QUAKE
from tests.feeds.test_open311 import POTHOLE

GDACS_SPACES = "xmlns:g='http://www.gdacs.org' xmlns:r='http://www.georss.org/georss'"
SAMPLES: dict[Kind, bytes] = {
    "rss": b"<rss version='2.0'><channel><item><guid>1</guid><title>a &amp; b</title><link>/1</link>"
    b"<description>&lt;p&gt;c&lt;/p&gt;</description><pubDate>Sun, 01 Mar 2026 18:00:00 GMT</pubDate>"
    b"<author>a@b.org (A)</author><category>c</category></item></channel></rss>",
    "cap": alert().encode(),
    "nws": json.dumps({"features": [{"geometry": None, "properties": ALERT}]}).encode(),
    "usgs": json.dumps(
        {
            "type": "FeatureCollection",
            "features": [{"id": "us1", "geometry": {"coordinates": [1, 2, 3]}, "properties": QUAKE}],
        }
    ).encode(),
    "gdacs": f"<rss {GDACS_SPACES}><channel>{ITEM.format(current='true')}</channel></rss>".encode(),
    "jsonl": b'{"id": "1", "text": "a", "created_at": "2026-03-01T18:00:00Z", "places_hint": ["x"]}',
    "mastodon": json.dumps([status(spoiler_text="CW", media_attachments=[{"type": "image"}])]).encode(),
    "bluesky": json.dumps({"posts": [view(labels=[{"val": "bot"}])]}).encode(),
    "jetstream": json.dumps(said(1, "Water on Mill Street")).encode(),
    "open311": json.dumps([POTHOLE]).encode(),
    "webhook": b'{"posts": [{"id": "1", "text": "a", "created_at": "2026-03-01T18:00:00Z"}]}',
}
KINDS: tuple[Kind, ...] = get_args(Kind)


def outcome(kind: Kind, body: bytes) -> Parsed | None:
    """What a document gives, as it would travel between processes; None when it is refused as a whole."""
    try:
        parsed = parse(kind, Document(body, source="s", lang="en", address="https://feed.example/"))
    except UnicodeError:
        pytest.fail("a fault of decoding got through as if it were a reason")
    except ValueError:
        return None
    return msgspec.msgpack.decode(msgspec.msgpack.encode(parsed), type=Parsed)


def test_every_kind_has_its_parser() -> None:
    assert set(PARSERS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_document_gives_its_post(kind: Kind) -> None:
    parsed = outcome(kind, SAMPLES[kind])
    assert parsed is not None
    assert len(parsed.posts) == 1
    assert parsed.refusals == ()


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_may_break_off_anywhere(kind: Kind) -> None:
    body = SAMPLES[kind]
    for end in range(0, len(body), 7):
        outcome(kind, body[:end])


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_document_may_be_damaged_anywhere(kind: Kind, data: st.DataObject) -> None:
    body = bytearray(SAMPLES[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body) - 1))
        end = min(len(body), start + data.draw(st.integers(0, 12)))
        body[start:end] = data.draw(st.one_of(st.binary(max_size=8), st.sampled_from(NASTY)))
        if not body:
            return
    outcome(kind, bytes(body))


NASTY = [
    *(
        b"\x00",
        b"\x1b]8;;x\x07",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"&#xD800;",
        b"&#99999999;",
        b"&#x1F4A9;",
        b"&nope;",
    ),
    *(
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"<",
        b'"',
        b"{",
        b"[",
        b"\\ud83d",
        b"1e999",
        b"NaN",
        b"null",
        b"-1",
        b"9" * 30,
    ),
    *(b"<!DOCTYPE x>", b"<?xml version='1.0' encoding='utf-16'?>", "\u202e\u0000é".encode()),
]
ABSURD: list[Any] = [
    None,
    True,
    -1,
    0,
    1e308,
    10**30,
    "",
    "x" * 5000,
    "\x1b[2J",
    "date:now",
    [],
    [[]],
    {},
    {"a": [None]},
]


@pytest.mark.parametrize("kind", ["nws", "usgs", "jsonl"])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_value_may_stand_in_any_field(kind: Kind, data: st.DataObject) -> None:
    document = json.loads(SAMPLES[kind])
    places = list(_places(document))
    for holder, key in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=4)):
        holder[key] = data.draw(st.sampled_from(ABSURD))
    outcome(kind, json.dumps(document).encode())


def _places(value: Any) -> Any:
    """Every dict or list of a document with each of its keys."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _places(value[key])
