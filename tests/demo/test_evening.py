"""The invented evening: the same for the same seed, and told by many."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

import pytest

from console.demo.__main__ import lines
from console.demo.evening import Item, evening
from console.demo.story import scenes
from console.demo.timeline import LEAD, LENGTH, MINUTE, PACE, Timeline, anchored
from console.demo.town import PLACES, places
from console.demo.voices import voices, write

NOON = datetime(2027, 3, 3, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def items() -> tuple[Item, ...]:
    return evening(1)


def own_words(items: tuple[Item, ...]) -> set[str]:
    return {
        item.text
        for item in items
        if item.source == "posts" and not (item.repost_of or item.quote_of or item.text.startswith("RT @"))
    }


def test_the_same_seed_gives_the_same_evening_byte_for_byte() -> None:
    assert "\n".join(lines(7)).encode() == "\n".join(lines(7)).encode()


def test_another_seed_tells_the_same_story_otherwise(items: tuple[Item, ...]) -> None:
    other = evening(2)
    assert [item.text for item in items] != [item.text for item in other]
    assert {item.author: item.text for item in items} != {item.author: item.text for item in other}
    assert {item.id for item in items if item.scene == "alerts"} == {
        i.id for i in other if i.scene == "alerts"
    }
    assert sum(item.id == "call" for item in other) == 2


def test_hundreds_of_lines_by_many_voices_in_many_languages(items: tuple[Item, ...]) -> None:
    posts = [item for item in items if item.source == "posts"]
    assert len(own_words(items)) >= 700
    assert len({post.author for post in posts}) >= 150
    assert {"en", "es", "pl", "ar", "uk", "fr", "de"} <= {post.lang for post in posts}


def test_no_line_but_a_repost_is_said_twice(items: tuple[Item, ...]) -> None:
    firsts = Counter(
        item.text.lower()
        for item in items
        if item.source == "posts"
        and item.at == item.said_at
        and not (item.repost_of or item.quote_of or item.text.startswith("RT @"))
    )
    assert [text for text, times in firsts.items() if times > 1] == []


def test_the_evening_is_in_order_and_as_long_as_it_says(items: tuple[Item, ...]) -> None:
    moments = [item.at for item in items]
    assert moments == sorted(moments)
    assert moments[0] >= 0
    assert moments[-1] <= LENGTH


def test_it_is_quiet_at_first_then_everybody_writes_then_it_ebbs(items: tuple[Item, ...]) -> None:
    minutes = Counter(int(item.at // MINUTE) for item in items)
    afternoon = sum(minutes[minute] for minute in range(60)) / 60
    night = sum(minutes[minute] for minute in range(180, 240)) / 60
    assert 1 <= afternoon <= 5
    assert 25 <= max(minutes.values()) <= 45
    assert night <= 5


@pytest.mark.parametrize("seed", range(1, 6))
def test_the_call_for_help_comes_within_four_minutes_of_opening(seed: int) -> None:
    timeline = Timeline(NOON)
    call = next(item for item in evening(seed) if item.id == "call")
    assert timeline.when(call.at) - NOON < timedelta(minutes=4)


def test_the_evening_lasts_twelve_minutes_after_an_hour_that_has_gone() -> None:
    timeline = Timeline(NOON)
    assert timeline.when(0) == NOON - timedelta(hours=1)
    assert timeline.when(LENGTH) == NOON + timedelta(minutes=12)
    assert Timeline(NOON, PACE * 2).when(LENGTH) == NOON + timedelta(minutes=6)


def test_times_in_texts_are_those_of_the_clock_on_the_wall() -> None:
    timeline = Timeline(NOON, pace=15.0, zone=timezone(timedelta(hours=2)))
    told = timeline.tell(anchored("since {-30}, until {+30}, all-clear at {@240}", LEAD))
    assert told == "since 13:30, until 14:02, all-clear at 14:12"


def test_who_passes_a_line_on_later_means_the_same_time(items: tuple[Item, ...]) -> None:
    said = next(item for item in items if item.id == "hank")
    passed = [item for item in items if item.id.startswith("hank-r")]
    assert len(passed) > 10
    assert all(Timeline(NOON).tell(said.text) in Timeline(NOON).tell(item.text) for item in passed)


def test_no_line_leaves_a_mark_or_a_slot_unfilled(items: tuple[Item, ...]) -> None:
    told = [Timeline(NOON).tell(item.title + item.text) for item in items if item.scene != "hostile"]
    assert [text for text in told if "{" in text or "}" in text or "<" in text] == []


def test_an_edit_follows_its_post_and_a_deletion_takes_one_back(items: tuple[Item, ...]) -> None:
    call, edited = (item for item in items if item.id == "call")
    assert edited.said_at == call.at < edited.at
    assert "Back door is open" in edited.text
    assert [item.deleted for item in items if item.id == "wrongdoor"] == [False, True]


def test_answers_reposts_and_quotes_name_posts_that_exist(items: tuple[Item, ...]) -> None:
    known = {item.id for item in items}
    named = {name for item in items for name in (item.reply_to, item.repost_of, item.quote_of) if name}
    assert len(named) > 50
    assert named <= known


def test_everyone_who_must_say_a_line_is_on_the_list_of_voices() -> None:
    listed = {voice.handle for voice in voices()}
    wanted = {
        line.by
        for scene in scenes()
        if scene.source == "posts"
        for line in scene.lines
        if not isinstance(line, str) and line.by
    }
    assert wanted <= listed
    groups = {voice.group for voice in voices()}
    assert all(set(scene.cast) <= groups for scene in scenes())


def test_nobody_answers_themselves(items: tuple[Item, ...]) -> None:
    assert [item.text for item in items if item.text.startswith(f"@{item.author} ")] == []


def test_the_town_has_its_places_once_each() -> None:
    names = [place.name for place in places()]
    assert len(names) == len(set(names)) >= 80
    assert {"Mill Street", "Main Road", "Oak School", "North Bridge", "River Arle"} <= set(names)
    areas = {place.area for place in places()} - {""}
    assert areas <= set(names)
    with PLACES.open(encoding="utf-8", newline="") as written:
        assert next(csv.reader(written)) == ["name", "aliases", "area"]


@pytest.mark.parametrize("style", ["plain", "lower", "terse", "loud", "typo", "tags", "emoji"])
def test_a_way_of_writing_keeps_names_and_clock_marks(style: str) -> None:
    from random import Random

    text = write("@Ana_R they're through the water on #MillStreet until {+20}.", style, Random(1))
    assert "@Ana_R" in text
    assert "#MillStreet" in text
    assert "{+20}" in text


def test_printed_lines_are_safe_for_a_terminal() -> None:
    printed = "\n".join(lines(1))
    assert "\x1b" not in printed
    assert "\u202e" not in printed
    assert "[/]" in printed
