"""What a post is about."""

import pytest

from console.intake.phrases import Words
from console.intake.places import PlaceIndex
from console.intake.rules import load_rules
from console.intake.topics import topic_of
from console.model import Place

RULES = load_rules()
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
    assert topic_of(Words("hello"), RULES, "street-lights/7") == "other"
