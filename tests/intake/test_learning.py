"""What a desk teaches about topics: from examples and corrections to votes, within bounds."""

import random
import time
from datetime import UTC, datetime

import pytest

from console.intake.learning import MOST_OF_A_WORD, MOST_OF_ALL, NOTHING, Lesson, features, learn, score
from console.intake.phrases import Words
from console.intake.pipeline import Judge
from console.intake.places import PlaceIndex
from console.intake.rules import load_rules
from console.intake.topics import Topics, topic_of
from console.intake.urgency import weigh
from console.model import Place
from feeds.post import Post

RULES = load_rules()
PLACES = PlaceIndex([Place("Mill Street"), Place("Heron Quay")])
FERRY = (
    "no sailing to the island since noon, the skipper says engine",
    "Skipper cancelled the sailing again, stuck on the island",
    "first sailing to the island is full, skipper left people behind",
    "sailing timetable at Heron Quay is wrong, skipper shrugs",
)


@pytest.fixture
def topics() -> Topics:
    return Topics(RULES, PLACES)


def taught(topics: Topics, texts: tuple[str, ...] = FERRY, topic: str = "transit") -> list[Lesson]:
    return [topics.lesson(text, topic) for text in texts]


def test_what_was_corrected_is_found_the_next_time(topics: Topics) -> None:
    text = Words("any sailing from the island tonight? the skipper is not answering")
    assert topics.of(text) == "other"
    topics.teach(taught(topics))
    assert topics.of(text) == "transit"
    topics.teach(())
    assert topics.of(text) == "other", "what was forgotten counts no more"


def test_one_correction_is_not_enough_and_one_word_taught_twice_is_not(topics: Topics) -> None:
    topics.teach(taught(topics, FERRY[:1]))
    assert topics.of(Words(FERRY[0])) == "other"
    topics.teach(taught(topics, ("lovely marmalade", "some marmalade")))
    assert topics.of(Words("where is the marmalade")) == "other"


def test_plain_words_and_names_of_places_teach_nothing() -> None:
    words = Words("There was nothing on Mill Street today, 112 people at Heron Quay in the rain")
    assert features(words, PLACES.matches(words)) == ("rain",)


def test_a_lesson_holds_no_order_of_words() -> None:
    words = features(Words("zebra yak xylophone yak"))
    assert words == ("xylophone", "yak", "zebra")


def test_what_everybody_says_votes_for_nothing(topics: Topics) -> None:
    texts = ("festival drummers marching past", "festival drummers on stage", "festival drummers shouting")
    lessons = taught(topics, texts, "noise")
    topics.teach(lessons)
    assert topics.of(Words("festival drummers")) == "noise"
    topics.teach(lessons, heard=["festival drummers were great"] * 50 + ["hello"] * 50)
    assert topics.of(Words("festival tickets sold out")) == "other"


def test_wrong_topics_are_unlearned(topics: Topics) -> None:
    text = "vote for the bake off winner, voting ends"
    assert topics.of(Words(text)) == "election"
    topics.teach(taught(topics, (text, f"{text} now", "bake off voting again, winner soon") * 2, "other"))
    assert topics.of(Words("bake off voting, which winner")) == "other"
    assert topics.of(Words("long queue at the polling station, voting until ten")) == "election"


def test_the_votes_are_bounded_whatever_is_taught(topics: Topics) -> None:
    lessons = taught(topics, ("rubbish sandbag whistle " * 20,) * 500, "noise")
    learned = learn(lessons, RULES.topics)
    assert max(points for some in learned.votes.values() for _, points in some) <= MOST_OF_A_WORD
    assert learned.count(Words("rubbish sandbag whistle").keys) == {"noise": MOST_OF_ALL}


def test_no_lesson_touches_what_is_urgent(topics: Topics) -> None:
    text = "please help us, trapped in the attic, water is rising"
    before = weigh(Words(text), RULES)
    topics.teach(taught(topics, (text,) * 50, "other"))
    assert weigh(Words(text), RULES) == before


def test_no_lesson_takes_a_call_its_incident() -> None:
    judge = Judge(PLACES, RULES, window=3600, voices=3)
    text = "please help us, we are trapped in the attic, water is rising, flood everywhere"
    judge.topics.teach([judge.topics.lesson(text, "other")] * 50)
    assert judge.topics.of(Words("trapped in the attic of my memory, a flood")) == "other"
    ruling = judge.take(Post("town", "1", text), now=datetime(2026, 3, 1, 18, tzinfo=UTC))
    assert (ruling.judgement.tier, ruling.judgement.topic) == (1, "flood")
    assert ruling.judgement.incident is not None


def test_a_topic_that_the_tables_have_no_more_is_left_out() -> None:
    assert learn([Lesson("goats", ("goat",))] * 5, RULES.topics) is NOTHING


def test_a_sources_hint_is_not_overruled(topics: Topics) -> None:
    topics.teach(taught(topics, FERRY * 5))
    assert topics.of(Words(FERRY[0]), "Noise") == "noise"


def test_examples_of_the_desk_make_a_topic(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "own.toml"
    path.write_text("[topics.ferry]\nexamples = [" + ", ".join(f'"{text}"' for text in FERRY) + "]\n")
    own = Topics(load_rules(path), PLACES)
    assert own.of(Words("is there a sailing to the island tomorrow")) == "ferry"
    assert own.of(Words("the parade is tomorrow")) == "other"


def test_what_is_usual_is_learned_by_listening(topics: Topics) -> None:
    texts = ("festival drummers marching past", "festival drummers on stage", "festival drummers shouting")
    topics.teach(taught(topics, texts, "noise"))
    assert topics.of(Words("festival drummers")) == "noise"
    for number in range(70):
        topics.hear(Words(f"what a lovely festival{number % 3 * ' day'}"))
    assert topics.of(Words("festival")) == "other"
    assert topics.of(Words("drummers shouting again")) == "noise"


def test_each_is_judged_before_it_is_learned(topics: Topics) -> None:
    lessons: list[Lesson] = []
    for text in FERRY:
        lessons.append(topics.lesson(text, "transit"))
        topics.teach(lessons)
    told = score(lessons)
    assert (told.lessons, told.by_tables) == (
        4,
        sum(topic_of(Words(text), RULES) == "transit" for text in FERRY),
    )
    assert told.foretold > told.by_tables
    assert told.sentence == (
        f"learned from 4 corrections: right before {told.by_tables} of 4, now {told.foretold} of 4 "
        "(each judged before it was learned)"
    )
    assert score(()).sentence == "nothing was corrected yet"


def test_two_thousand_lessons_are_learned_at_once_and_cost_little() -> None:
    chance = random.Random(1)
    vocabulary = [f"word{number}" for number in range(6000)]
    lessons = [Lesson(chance.choice(RULES.topics), tuple(chance.sample(vocabulary, 15))) for _ in range(2000)]
    began = time.process_time()
    learned = learn(lessons, RULES.topics)
    assert time.process_time() - began < 1, "it takes 15 ms on a quiet machine"
    assert learned.votes
