"""Every bad post gets an answer: offsets that point into it, and reasons that add up."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.intake.candidates import MAX_CANDIDATES, candidates
from console.intake.gazetteer import gazetteer
from console.intake.naming import MANY_PLACES
from console.intake.phrases import Words
from console.intake.pipeline import Judge
from console.intake.place_list import read_places
from console.intake.places import PlaceIndex
from console.intake.recogniser import MAX_NAMES, Memory
from console.intake.rules import load_rules
from console.intake.signs import Signs
from console.judgement import Judgement, Place, total
from feeds.post import Post
from tests.bad_posts import BAD, HOMOGLYPH, STREETS
from tests.hostile import forbidden

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 3, 1, 18, tzinfo=UTC)
RULES = load_rules()
PLACES = PlaceIndex(map(Place, STREETS))


def new_judge(places: PlaceIndex = PLACES) -> Judge:
    return Judge(places, RULES, window=6 * 3600, voices=3)


def judged(text: str, judge: Judge | None = None, name: str = "1") -> Judgement:
    return (judge or new_judge()).judge(Post("replay", name, text, NOW, author=name), now=NOW)


def check(given: str, made: Judgement) -> None:
    """What holds for every judgement, of whatever."""
    assert made.points == total(made.reasons)
    assert made.reasons or made.points == 0
    assert forbidden(made.text) == []
    assert len(made.places) <= MANY_PLACES
    for place in made.places:
        assert given[place.start : place.end] == place.text
        assert place.text.strip()
        assert forbidden(place.name) == []
    starts = [place.start for place in made.places]
    assert starts == sorted(starts)


@pytest.fixture(scope="module")
def busy() -> Judge:
    """One judge who gets them all, one after the other."""
    return new_judge()


@pytest.mark.parametrize("name", BAD)
def test_a_bad_post_gets_a_whole_answer(name: str, busy: Judge) -> None:
    text = BAD[name]
    check(text, judged(text))
    check(text, judged(text, busy, name))


@pytest.mark.parametrize("name", BAD)
def test_a_bad_post_in_front_of_a_call_hides_nothing_of_what_follows_within_the_limit(name: str) -> None:
    text = f"Help us, people trapped at {STREETS[1]}! {BAD[name][:300]}"
    made = judged(text)
    check(text, made)
    assert made.place == STREETS[1]


def test_a_judge_who_saw_all_that_still_judges_a_plain_post_well(busy: Judge) -> None:
    for name, text in BAD.items():
        judged(text, busy, f"{name}, once more")
    made = judged("Help us, people trapped on the roof at Mill Street near Tarford Road", busy, "plain")
    assert made.tier == 1
    assert [(place.name, place.listed) for place in made.places] == [
        ("Mill Street", True),
        ("Tarford Road", False),
    ]


def test_a_list_of_all_streets_is_about_none_of_them_more_than_another() -> None:
    made = judged(BAD["all listed streets, again and again"])
    assert len(made.places) == MANY_PLACES
    assert made.tier == 3


def test_a_foreign_letter_hides_no_listed_place() -> None:
    made = judged(HOMOGLYPH)
    check(HOMOGLYPH, made)
    assert made.place == "Mill Street"
    assert "M\u0456ll Street" in [place.text for place in made.places]


def test_hidden_characters_hide_no_listed_place() -> None:
    text = "Help! Trapped at M\u200bill\u2060 Str\u00adeet!"
    made = judged(text)
    check(text, made)
    assert made.place == "Mill Street"
    assert made.places[0].text == "M\u200bill\u2060 Str\u00adeet"


def test_what_is_remembered_of_names_has_an_end() -> None:
    memory = Memory()
    known = gazetteer()
    signs = Signs(known)
    letters = "bcdfghjklmnp"
    for first in letters:
        for second in letters:
            names = (f"in {first.upper()}{second}{third}o{fourth}" for third in letters for fourth in letters)
            words = Words(" ".join(names))
            found = candidates(words, known, signs)
            assert 100 < len(found) <= MAX_CANDIDATES
            memory.note_all(words, found)
    assert len(memory._names) <= MAX_NAMES


@pytest.fixture(scope="module")
def huge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list of 200,000 names, every tenth of which stands there twice."""
    path = tmp_path_factory.mktemp("huge") / "places.csv"
    made = io.StringIO()
    rows = csv.writer(made)
    rows.writerow(("name", "aliases", "area"))
    for number in range(200_000):
        rows.writerow(
            (f"Lane {number - number % 10 if number % 10 == 1 else number}", "", f"Area {number % 50}")
        )
    path.write_text(made.getvalue(), "utf-8")
    return path


def test_a_list_of_200_000_names_with_duplicates_is_taken_and_found_in(huge: Path) -> None:
    known = read_places(huge)
    assert len(known.places) == 180_000
    assert any("listed before" in problem for problem in known.problems)
    assert len(known.problems) <= 101
    judge = new_judge(PlaceIndex(known.places))
    text = "Help, trapped at Lane 123456, water rising in lane 42"
    made = judged(text, judge)
    check(text, made)
    assert [place.name for place in made.places if place.listed] == ["Lane 123456", "Lane 42"]
    for name in ("all listed streets, again and again", "ten thousand hashtags", "numbers, again and again"):
        check(BAD[name], judged(BAD[name], judge, name))


def test_triage_answers_each_of_them_on_its_line() -> None:
    """What holds no text is told to be no post, which is an answer too."""
    lines = [
        json.dumps({"id": name, "text": text[:20_000], "created_at": "2026-03-01T17:55:00Z"})
        for name, text in BAD.items()
    ]
    done = subprocess.run(
        [sys.executable, "-m", "console", "triage"],
        cwd=ROOT,
        input="\n".join(lines).encode(),
        capture_output=True,
        check=False,
        timeout=120,
    )
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [one["id"] for one in answers] == [name if text.strip() else None for name, text in BAD.items()]
    for one, text in zip(answers, BAD.values(), strict=True):
        for place in one.get("places", ()):
            assert text[place["start"] : place["end"]] == place["text"]
    assert b"Traceback" not in done.stderr
