import json
import random
import time
from pathlib import Path

import pytest
from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SPECIAL_CASES, SentimentIntensityAnalyzer

from console.intake.mood import compound, score
from console.model import FoundPlace

SHARED = Path(__file__).resolve().parents[2].parent / "shared/data"
VADER = SentimentIntensityAnalyzer()


def mood(text: str) -> float:
    value, note = score(text, "en")
    assert value is not None
    assert note == ""
    return value


def at(text: str, name: str) -> tuple[FoundPlace, ...]:
    start = text.index(name)
    return (FoundPlace(name, start, start + len(name), name),)


def test_the_quick_way_gives_vaders_own_number_on_real_posts() -> None:
    path = SHARED / "posts/crisis_posts.jsonl"
    if not path.exists():
        pytest.skip("The real posts are not here (../shared/data).")
    for line in path.read_text("utf-8").splitlines()[::10]:
        text = json.loads(line)["text"]
        assert compound(text) == VADER.polarity_scores(text)["compound"], text


def test_the_quick_way_gives_vaders_own_number_whatever_turns_near_a_word() -> None:
    dice = random.Random(7)
    turning = [
        *NEGATE,
        *" ".join((*BOOSTER_DICT, *SPECIAL_CASES)).split(),
        "no",
        "nor",
        "but",
        "least",
        "so",
        "this",
    ]
    plain = [
        "good",
        "bad",
        "GREAT",
        "horrible!",
        "the",
        "river",
        ":)",
        "kind",
        "of",
        "a",
        "don't",
        "?!",
        "😂",
    ]
    for _ in range(3000):
        text = " ".join(
            dice.choice(turning if dice.random() < 0.4 else plain) for _ in range(dice.randint(1, 12))
        )
        assert compound(text) == VADER.polarity_scores(text)["compound"], text


def test_a_curly_apostrophe_is_an_apostrophe() -> None:
    assert mood("I don\u2019t like it") == mood("I don't like it") < 0
    assert mood("It isn\u2019t safe") < 0


def test_places_do_not_feel() -> None:
    text = "Hope Street is closed"
    assert VADER.polarity_scores(text)["compound"] > 0.4
    assert score(text, "en", at(text, "Hope Street")) == (0.0, "")
    text = "Death Valley Road is lovely"
    assert (score(text, "en", at(text, "Death Valley Road"))[0] or 0) > 0.4


def test_links_and_handles_do_not_feel() -> None:
    assert mood("see https://great.example/love/happy @lovely_hell") == 0.0


@pytest.mark.parametrize(
    ("text", "lang", "note"),
    [
        ("die Straße ist gut und das Wasser ist weg", "", "not scored: de"),
        ("all good here", "de", "not scored: de"),
        ("水が上がっています", "", "not scored: ja"),
        ("😂😂", "", "not scored: language unknown"),
        ("", "", "not scored: language unknown"),
    ],
)
def test_what_cannot_be_scored_says_so(text: str, lang: str, note: str) -> None:
    assert score(text, lang) == (None, note)


def test_english_of_any_country_and_short_posts_are_scored() -> None:
    assert score("lovely day", "en-GB")[0] == score("lovely day", "")[0] == mood("lovely day")


@pytest.mark.parametrize(
    "text",
    [
        "😂😭" * 250,
        "😂" * 50_000,
        "not so good but bad " * 2_500,
        "no " * 17_000,
        "GOOD bad! " * 5_000,
        "a" * 50_000,
        "so never this good without doubt least " * 1_300,
        "!?" * 25_000,
    ],
    ids=lambda text: text[:12],
)
def test_no_text_takes_more_than_five_milliseconds(text: str) -> None:
    score("warm", "en")
    times = []
    for _ in range(5):
        began = time.process_time()  # what others run meanwhile is not counted
        score(text, "en")
        times.append(time.process_time() - began)
    assert min(times) < 0.005
