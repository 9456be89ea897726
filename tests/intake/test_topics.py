"""What a post is about."""

import json
from pathlib import Path

import pytest

from console.intake.phrases import Words
from console.intake.places import PlaceIndex
from console.intake.rules import load_rules
from console.intake.topics import topic_of
from console.model import Place

RULES = load_rules()
EVERYDAY = Path(__file__).with_name("everyday.jsonl")
PLACES = PlaceIndex(Place(name) for name in ("Hilltop Road", "Oak School", "Fire Station", "Mill Street"))


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("new bench on Hilltop Road", "other"),
        ("my cat is at Oak School", "other"),
        ("Oak School is closed and every school bus is cancelled", "schools"),
        ("sandbags at the Fire Station", "other"),
        ("Mill Street has a pothole", "roads"),
        ("Hilltop Road closed", "roads"),
    ],
)
def test_the_words_of_a_places_name_make_no_topic(text: str, topic: str) -> None:
    words = Words(text)
    assert topic_of(words, RULES, places=PLACES.matches(words)) == topic


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Main Street is flooded, the river burst its banks", "flood"),
        ("#PowerOutage on the hill", "power"),
        ("power cut again", "power"),
        ("pothole on the main road", "roads"),
        ("where is my polling station", "election"),
        ("loud music all night", "noise"),
        ("the bins were not emptied", "waste"),
        ("rumour says the dam is gone", "rumour"),
        ("hello there", "other"),
        ("thanks for nothing to the fire crews", "thanks"),
        ("fire brigade got the cat down", "other"),
        ("the fire service says it is a kitchen fire", "fire"),
        ("is the school open tomorrow?", "schools"),
        ("my father's breathing machine has three hours of battery", "medical"),
        ("they say the dam has burst", "flood"),
        ("", "other"),
    ],
)
def test_topics(text: str, topic: str) -> None:
    assert topic_of(Words(text), RULES) == topic


def test_a_sources_hint_counts_where_the_table_has_it() -> None:
    assert topic_of(Words("hello"), RULES, "Noise") == "noise"
    assert topic_of(Words("loud music"), RULES, "Tree Maintenance") == "noise"


@pytest.mark.parametrize(
    ("hint", "topic"),
    [
        ("street-lights/7", "lights"),
        ("Tree Care", "trees"),
        ("SIDEWALK CONDITION", "roads"),
        ("local, sport", "other"),
        ("\x1b[2J\u202e" * 500, "other"),
    ],
)
def test_the_words_of_a_sources_hint_count_where_those_of_the_post_say_nothing(hint: str, topic: str) -> None:
    assert topic_of(Words("please see to it"), RULES, hint) == topic


def test_a_hint_alone_makes_nothing_and_two_do() -> None:
    assert topic_of(Words("such power in this song"), RULES) == "other"
    assert topic_of(Words("sat here with a candle, freezer off"), RULES) == "power"


def test_a_phrase_goes_before_hints() -> None:
    assert topic_of(Words("food poisoning after the place on the road by the crossing"), RULES) == "medical"


@pytest.mark.parametrize(
    "text",
    ["power to the people", "that is water under the bridge", "a flood of emails", "raining cats and dogs"],
)
def test_a_saying_is_no_topic(text: str) -> None:
    assert topic_of(Words(text), RULES) == "other"


def test_topics_that_desks_have_used_keep_their_names() -> None:
    assert set(RULES.topics) >= {
        *("rumour", "election", "flood", "fire", "storm", "earthquake", "landslide", "roads", "medical"),
        *("crime", "missing", "shelter", "power", "water", "gas", "transit", "schools", "noise", "waste"),
        *("meetings", "relief", "victims", "damage", "thanks"),
    }


def test_most_everyday_posts_of_our_own_find_their_topic() -> None:
    rows = [json.loads(line) for line in EVERYDAY.read_text("utf-8").splitlines()]
    for half, least in (("seen", 0.9), ("held", 0.8)):
        some = [row for row in rows if row["half"] == half]
        right = sum(topic_of(Words(row["text"]), RULES) == row["topic"] for row in some)
        assert right >= least * len(some), f"{right} of {len(some)} {half}"
