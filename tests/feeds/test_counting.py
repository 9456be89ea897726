"""Lengths by each platform's own rule, at the edges that matter: links, names, joined emoji, bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.channel import Channel, ChannelKind, Counting
from feeds.counting import BLUESKY_BYTES, count, fits, limit_of

MASTODON = Channel("town", "mastodon")
BLUESKY = Channel("sky", "bluesky")
X = Channel("x", "clipboard", counting="x")
FAMILY = "👩‍👩‍👧‍👦"
"""One to the eye, seven code points, 25 bytes."""


def by(rule: Counting, limit: int = 0) -> Channel:
    return Channel("any", "clipboard", counting=rule, limit=limit)


@pytest.mark.parametrize(
    ("text", "length"),
    [("", 0), ("abc", 3), (FAMILY, 1), ("🇩🇪🇫🇷", 2), ("e\u0301", 1), ("नि", 1), ("✋🏽", 1), ("日本", 2)],
)
def test_a_character_is_what_a_reader_takes_for_one(text: str, length: int) -> None:
    assert count(text, by("graphemes")) == count(text, BLUESKY) == count(text, MASTODON) == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("https://example.org", 23),
        ("https://example.org/" + "a" * 200, 23),
        ("see https://example.org/x.", 28),
        ("(https://example.org/a_(b))", 25),
        ("http://localhost/x", 18),
        ("ftp://example.org/x", 19),
        ("example.org", 11),
        ("https://a.example https://b.example", 47),
        ("https://example.org/路況報告", 23),
        ("@ana@mastodon.example hello", 10),
        ("@ana hello", 10),
        ("@ana@mastodon.example, @lee@b.example.", 11),
        ("mail ana@mastodon.example", 25),
    ],
)
def test_mastodon_counts_a_link_as_23_and_a_name_without_its_server(text: str, length: int) -> None:
    assert count(text, MASTODON) == length


def test_mastodon_counts_the_content_warning_as_well() -> None:
    assert count("four", MASTODON, "flood") == 9
    assert fits("a" * 495, MASTODON, "flood")
    assert not fits("a" * 496, MASTODON, "flood")
    assert count("four", BLUESKY, "flood") == 4, "where a channel has none, none is sent"


def test_bluesky_holds_both_graphemes_and_bytes() -> None:
    assert fits("a" * 300, BLUESKY)
    assert not fits("a" * 301, BLUESKY)
    assert count(FAMILY * 120, BLUESKY) == 120
    assert len((FAMILY * 120).encode()) == BLUESKY_BYTES
    assert fits(FAMILY * 120, BLUESKY)
    assert not fits(FAMILY * 121, BLUESKY)


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("abc", 3),
        ("é", 1),
        ("e\u0301", 1),
        ("日本", 4),
        ("“quoted” – dash…", 17),
        (FAMILY, 2),
        ("🇩🇪", 2),
        ("1️⃣", 2),
        ("©️", 2),
        ("☔", 2),
        ("नि", 2),
        ("https://example.org/" + "a" * 200, 23),
        ("https://example.org/路", 25),
        ("example.com.", 24),
        ("council.gov.uk", 23),
        ("Flooded.Next street", 19),
        ("ana@example.com", 15),
        ("see (https://example.org/a).", 30),
    ],
)
def test_x_weighs_characters(text: str, weight: int) -> None:
    assert count(text, X) == weight


def test_x_and_closed_platforms_have_their_usual_limits() -> None:
    assert fits("a" * 280, X)
    assert not fits("日" * 141, X)
    assert fits("a" * 100_000, by("graphemes"))


@pytest.mark.parametrize(
    ("kind", "limit", "text", "length"),
    [
        ("open311", 4000, FAMILY, 7),
        ("pagerduty", 1024, FAMILY, 7),
        ("ntfy", 4096, FAMILY, 25),
        ("mail", 0, FAMILY, 1),
        ("dry-run", 0, FAMILY, 1),
    ],
)
def test_each_kind_has_its_own_rule_and_limit(kind: ChannelKind, limit: int, text: str, length: int) -> None:
    assert limit_of(Channel("c", kind)) == limit
    assert count(text, Channel("c", kind)) == length


def test_the_limit_of_the_channel_replaces_the_usual_one() -> None:
    assert fits("a" * 5000, Channel("town", "mastodon", limit=5000))
    assert not fits("a" * 11, by("x", 10))
    assert not fits("é" * 6, by("bytes", 11))
    assert fits("é" * 6, by("characters", 6))


@given(
    st.text(max_size=300), st.sampled_from(["graphemes", "mastodon", "bluesky", "x", "characters", "bytes"])
)
def test_any_text_has_a_length_and_no_text_is_longer_for_less(text: str, rule: Counting) -> None:
    channel = by(rule, 50)
    assert count(text, channel) >= 0
    assert not text or count(text + " x", channel) > 0
    assert not fits(text, channel) or count(text, channel) <= 50


def test_counting_takes_time_that_grows_with_the_length_alone() -> None:
    for text in (
        "@a" * 20_000,
        "https://" + "." * 40_000,
        "a." * 20_000,
        "http://" * 5000,
        "@" + "a" * 40_000,
    ):
        for rule in ("mastodon", "x"):
            count(text, by(rule))
