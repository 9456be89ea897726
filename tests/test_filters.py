"""The filter line: what can be typed behind `/`, and what a mistake answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.filters import FilterError, describe, parse_filter
from console.model import MentionFilter

NOW = datetime(2026, 3, 1, 18, 42, 30, tzinfo=UTC)
RIVERTON = ZoneInfo("America/New_York")  # 13:42 there


def test_the_empty_line_is_everything() -> None:
    assert parse_filter("  ", NOW).empty


def test_words_phrases_and_keys_go_together() -> None:
    wanted = parse_filter(
        'flood "main  road" place:"Mill Street" Source:nws tier:now topic:flood incident:a.b', NOW
    )
    assert wanted == MentionFilter(("flood", "main road"), "Mill Street", "nws", 1, "flood", None, "a.b")


@pytest.mark.parametrize(
    "text", ["https://town.example/x", "18:00", '"place:x"', "a.b:c", "#tag", "@ana", "50%"]
)
def test_what_is_no_key_is_a_word(text: str) -> None:
    assert parse_filter(text, NOW).words == (text.strip('"'),)


def test_a_quote_left_open_while_typing_reaches_to_the_end() -> None:
    assert parse_filter('place:"Mill St', NOW).place == "Mill St"
    assert parse_filter('"main roa', NOW).words == ("main roa",)


@pytest.mark.parametrize(
    ("word", "tier"), [("1", 1), ("2", 2), ("3", 3), ("now", 1), ("Soon", 2), ("watch", 3)]
)
def test_tiers_have_words_and_numbers(word: str, tier: int) -> None:
    assert parse_filter(f"tier:{word}", NOW).tier == tier


@pytest.mark.parametrize(
    ("word", "local"),
    [
        ("2h", "2026-03-01 11:42:30"),
        ("90m", "2026-03-01 12:12:30"),
        ("3d", "2026-02-26 13:42:30"),
        ("13:00", "2026-03-01 13:00:00"),
        ("18:00", "2026-02-28 18:00:00"),
        ("today", "2026-03-01 00:00:00"),
        ("yesterday", "2026-02-28 00:00:00"),
        ("2026-02-03", "2026-02-03 00:00:00"),
        ("2026-02-03t18:04", "2026-02-03 18:04:00"),
        ("2026-03-01T18:00Z", "2026-03-01 13:00:00"),
    ],
)
def test_since_is_meant_in_the_desks_own_zone(word: str, local: str) -> None:
    since = parse_filter(f"since:{word}", NOW, RIVERTON).since
    assert since == datetime.fromisoformat(local).replace(tzinfo=RIVERTON)
    assert since.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("plcae:x", 'did you mean "place:"?'),
        ("foo:x", "known: place: source:"),
        ("tier:nwo", 'did you mean "now"?'),
        ("tier:4", "1, 2, 3"),
        ("place:", "wants a name"),
        ('topic:""', "wants a name"),
        ("tier:1 tier:2", "twice"),
        ("since:soon", "18:00"),
        ("since:", "18:00"),
        ("since:25:00", "18:00"),
        ("since:999999w", "18:00"),
        ("since:2026-13-01", "18:00"),
        ("x" * 501, "500"),
    ],
)
def test_a_mistake_names_what_would_do(text: str, words: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text, NOW)
    assert words in str(caught.value)


names = st.text(st.characters(categories=["L", "N"], include_characters=".-'#@"), min_size=1, max_size=12)
phrases = st.lists(names, min_size=1, max_size=3).map(" ".join)
minutes = st.integers(0, 60 * 24 * 365).map(lambda ago: NOW.replace(second=0) - timedelta(minutes=ago))


@settings(deadline=None)  # a busy machine is no fault of ours
@given(
    st.builds(
        MentionFilter,
        words=st.lists(phrases, max_size=3).map(tuple),
        place=phrases | st.just(""),
        source=names | st.just(""),
        tier=st.integers(0, 3),
        topic=names | st.just(""),
        since=st.none() | minutes,
        incident=names | st.just(""),
    ),
    st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))]),
)
def test_a_filter_is_described_by_the_line_that_gives_it(wanted: MentionFilter, zone: timezone) -> None:
    assert parse_filter(describe(wanted, zone), NOW, zone) == wanted


@settings(deadline=None)  # a busy machine is no fault of ours
@given(st.text(max_size=60))
def test_any_line_is_understood_or_refused_with_a_sentence(text: str) -> None:
    try:
        parse_filter(text, NOW)
    except FilterError as error:
        assert str(error).strip()  # noqa: PT017
