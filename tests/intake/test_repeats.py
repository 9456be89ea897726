import random
import subprocess
import sys
import time
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest

from console.intake import repeats
from console.intake.phrases import Words
from console.intake.pipeline import Judge
from console.intake.places import PlaceIndex
from console.intake.repeats import Repeats, Seen
from console.intake.rules import load_rules
from console.judgement import Place
from feeds.post import Post

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
REPORT = "The lower end of the old harbour road is under water and cars are stuck by the church"


class Memory:
    """Repeats with the arguments that most tests do not care about."""

    def __init__(self, max_groups: int = 1000) -> None:
        self.repeats = Repeats(max_groups=max_groups)
        self.count = 0

    def see(self, text: str, author: str = "ana", *, at: datetime = NOON, **more: object) -> Seen:
        self.count += 1
        places, named, alarms = more.get("places", ()), more.get("named", ()), more.get("alarms")
        assert isinstance(places, tuple)
        assert isinstance(named, tuple)
        assert alarms is None or callable(alarms)
        return self.repeats.see(
            f"k{self.count}",
            Words(text),
            author=author,
            at=at,
            places=places,
            named=named,
            alarms=alarms or (lambda _: False),
            urgent=bool(more.get("urgent")),
            original=str(more.get("original", "")),
            where=str(more.get("where", "")),
        )


@pytest.mark.parametrize(
    "again",
    [
        REPORT,
        REPORT.upper() + "!!!",
        f"RT @ana: {REPORT}",
        f"{REPORT} https://t.example/abc",
        f"@desk {REPORT} @news",
        f"RT @ana: {REPORT[:70]}…",
        f"Breaking! {REPORT}",
        f"{REPORT} via @channel9 pictures",
        REPORT.replace("stuck", "caught"),
        f"{REPORT} 😱😱",
    ],
)
def test_the_same_report_folds_under_the_first(again: str) -> None:
    memory = Memory()
    assert memory.see(REPORT, "ana") == Seen(None, 1)
    assert memory.see(again, "bo") == Seen("k1", 2)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Water in the cellar at 14 Mill Street since five this morning",
            "Water in the cellar at 41 Mill Street since five this morning",
        ),
        (
            "Tree down across the whole of Oak Street right now please avoid it",
            "Tree down across the whole of Elm Street right now please avoid it",
        ),
        (
            "The bridge by the old mill is open to all traffic this evening",
            "The bridge by the old mill is not open to all traffic this evening",
        ),
        (
            "The bridge by the old mill is open to all traffic this evening",
            "The bridge by the old mill is closed to all traffic this evening",
        ),
        ("power out", "power out on the hill"),
        (
            "3 people were hurt when the wall of the bakery came down today",
            "7 people were hurt when the wall of the bakery came down today",
        ),
    ],
)
def test_two_reports_are_two(one: str, other: str) -> None:
    memory = Memory()
    memory.see(one)
    assert memory.see(other, "bo") == Seen(None, 1)


def test_reports_from_two_listed_places_are_two() -> None:
    memory = Memory()
    text = "So much water here at {} that nobody can get through any more today"
    memory.see(text.format("Northfield"), places=("Northfield",))
    assert memory.see(text.format("Southfield"), "bo", places=("Southfield",)).head is None


@pytest.mark.parametrize("text", ["Street light out", REPORT])
def test_the_same_words_on_forms_from_two_addresses_are_two_reports(text: str) -> None:
    memory = Memory()
    memory.see(text, where="12 Oak Street")
    assert memory.see(text, "bo", where="80 Oak Street").head is None
    assert memory.see(text, "cy", where="12 OAK STREET").head == "k1"


def test_the_judge_tells_two_addresses_apart() -> None:
    judge = Judge(PlaceIndex([]), load_rules(), window=3600, voices=3)
    heads = [
        judge.judge(
            Post("city", str(number), "Street light out", NOON, places_hint=(where,)), now=NOON
        ).repeat_of
        for number, where in enumerate(("12 Oak Street", "80 Oak Street", "12 Oak Street"))
    ]
    assert heads == [None, None, "0"]


CALL = "Trapped in our house on {} Street, water rising, please send help"


@pytest.mark.parametrize("listed", [(), ("Grand Street",), ("Grand Street", "Grant Street")])
def test_the_judge_tells_two_streets_of_one_stem_apart(listed: tuple[str, ...]) -> None:
    judge = Judge(PlaceIndex([Place(name) for name in listed]), load_rules(), window=3600, voices=3)
    for number, street in enumerate(("Grand", "Grant")):
        judged = judge.judge(Post("s", str(number), CALL.format(street), NOON, author=street), now=NOON)
        assert (judged.tier, judged.repeat_of) == (1, None)


@pytest.mark.parametrize(
    ("quote", "folds"),
    [
        ("flat next door too, elderly couple drowning, roof collapsing", False),
        ("elderly couple drowning at the bakery", False),
        ("people trapped under the roof of the bakery", False),
        ("baby not breathing, send ambulance", False),
        ("so sad", True),
        ("thinking of them", True),
    ],
)
def test_the_judge_shows_a_call_that_quotes_a_call(quote: str, folds: bool) -> None:
    judge = Judge(PlaceIndex([]), load_rules(), window=3600, voices=3)
    judge.judge(Post("s", "1", CALL.format("Grand"), NOON, author="ana"), now=NOON)
    judged = judge.judge(Post("s", "2", quote, NOON, author="bo", quote_of="1"), now=NOON)
    assert judged.repeat_of == ("1" if folds else None)


def test_authors_count_once_however_often_they_repeat_it() -> None:
    memory = Memory()
    for author in ("ana", "bo", "bo", "ana", "cy"):
        seen = memory.see(REPORT, author)
    assert seen == Seen("k1", 3)


def test_a_repost_or_quote_of_a_known_post_folds_whatever_it_says() -> None:
    memory = Memory()
    memory.see(REPORT)
    assert memory.see("look at this", "bo", original="k1") == Seen("k1", 2)
    assert memory.see("look at this other thing", "bo", original="unknown").head is None


@pytest.mark.parametrize(
    "quote",
    [
        "We have 3 of these on Oak Street as well",
        "my cellar too, send help",
        "That picture is old, it is not true",
        "The water took the car of Northfield's baker as well and it is over the bridge now",
        "two dead",
        "🆘",
    ],
)
def test_a_quote_that_reports_something_itself_is_seen(quote: str) -> None:
    memory = Memory()
    memory.see(REPORT)
    assert memory.see(quote, "bo", original="k1").head is None
    assert memory.see("so sad", "cy", original="k1") == Seen("k1", 2)


def test_a_quote_that_speaks_of_danger_by_itself_is_seen_whatever_it_quotes() -> None:
    memory = Memory()
    memory.see("Please help, we are trapped on the roof at Mill Street", urgent=True)

    def alarms(text: str) -> bool:
        return not {"drowning", "trapped"}.isdisjoint(text.split())

    def folds(text: str) -> bool:
        return memory.see(text, "bo", original="k1", urgent=True, alarms=alarms).head == "k1"

    assert not folds("elderly couple drowning, flat one floor down")
    assert not folds("the baker is trapped on the roof")
    assert folds("RT @ana: help, we are trapped on the roof at Mill Street, so sad")
    assert folds("so sad")


def test_a_copy_that_adds_a_word_of_danger_is_seen() -> None:
    memory = Memory()
    memory.see(REPORT, urgent=True)
    assert memory.see(f"{REPORT} goodness", "bo", alarms=lambda text: text == "drowning").head == "k1"
    assert memory.see(f"{REPORT} drowning", "cy", alarms=lambda text: text == "drowning").head is None


def test_where_a_text_is_urgent_any_word_may_be_a_name() -> None:
    memory = Memory()
    text = "mrs {} is unconscious on the stairs of the old mill"
    memory.see(text.format("hill"), urgent=True)
    assert memory.see(text.format("hills"), "bo", urgent=True).head is None
    memory = Memory()
    memory.see(REPORT)
    assert memory.see(REPORT.replace("church", "churches"), "bo").head == "k1"


def test_what_was_kept_apart_stays_so_after_a_restart() -> None:
    memory = Memory()
    for key, text in (("a", REPORT), ("b", f"{REPORT} drowning")):
        memory.repeats.recall(key, None, Words(text), author=key, at=NOON, urgent=True)
    assert memory.see(f"{REPORT} drowning", "cy").head == "b"


@pytest.mark.parametrize("quote", ["same next door", "the neighbours too", "a gas smell behind the bakery"])
def test_a_quote_that_tells_of_something_besides_is_seen(quote: str) -> None:
    memory = Memory()
    memory.see(REPORT)
    assert memory.see(quote, "bo", original="k1").head is None


def test_a_copy_that_names_another_place_is_another_report() -> None:
    memory = Memory()
    memory.see(REPORT)
    assert memory.see(f"{REPORT} oakdale", "bo", named=("oakdale",)).head is None
    assert memory.see(REPORT.replace("harbour", "#harbour"), "bo", named=("harbour road",)).head == "k1"


def test_a_call_for_help_in_an_emoji_is_another_report() -> None:
    memory = Memory()
    memory.see("Water on Mill Street")
    assert memory.see("Water on Mill Street 🆘", "bo").head is None
    assert memory.see("Water on Mill Street 🆘", "cy").head == "k2"


def test_long_texts_fold_too() -> None:
    memory = Memory()
    text = " ".join(f"The {name} is under water since last night." for name in "abcdefghijklmnopq")
    memory.see(text)
    assert memory.see(f"RT @ana: {text}", "bo") == Seen("k1", 2)
    assert memory.see(f"{text} #flood", "cy") == Seen("k1", 3)


@pytest.mark.parametrize("words", ["alpha bravo", "a", "@a", "#tag alpha", "via - News:", "4 5"])
def test_no_two_texts_take_long_to_compare(words: str) -> None:
    dice, memory, times = random.Random(5), Memory(), []
    for number in range(40):
        count = 158 if number % 2 else 4000
        text = " ".join(dice.choice(words.split()) for _ in range(count))
        began = time.process_time()  # what others run meanwhile is not counted
        memory.see(f"x{number} {text} y", original="k1")
        times.append(time.process_time() - began)
    assert sorted(times)[-4] < 0.02


def test_a_copy_of_a_copy_is_held_against_the_first() -> None:
    memory = Memory()
    memory.see(f"{REPORT}, and the baker has closed")
    assert memory.see(REPORT, "bo") == Seen("k1", 2)
    assert memory.see(f"{REPORT}, and 3 are hurt", "cy").head is None


def test_who_adds_a_call_for_help_to_a_repost_is_seen() -> None:
    memory = Memory()
    memory.see(REPORT)
    assert memory.see(f"We are in one of them, help us! {REPORT}", "bo", urgent=True) == Seen(None, 1)


def test_the_same_words_days_later_are_news_again() -> None:
    memory = Memory()
    memory.see(REPORT)
    assert memory.see(REPORT, "bo", at=NOON + timedelta(hours=47)).head == "k1"
    assert memory.see(REPORT, "bo", at=NOON + timedelta(hours=97)).head is None


def test_posts_of_emoji_alone_fold_with_their_like() -> None:
    memory = Memory()
    memory.see("😂😂")
    assert memory.see("😭").head is None
    assert memory.see("😂😂", "bo") == Seen("k1", 2)
    assert memory.see("").head is None
    assert memory.see("").head is None


def test_a_post_seen_before_is_not_counted_again() -> None:
    memory = Memory()
    memory.see(REPORT)
    memory.see(REPORT, "bo")
    assert memory.repeats.known("k2") == Seen("k1", 2)
    assert memory.repeats.known("k1") == Seen(None, 2)
    assert memory.repeats.known("k9") is None


def test_no_post_repeats_itself() -> None:
    memory = Repeats()
    for _ in range(2):
        assert memory.see("k1", Words(REPORT), author="ana", at=NOON) == Seen(None, 1)


def test_memory_is_bounded_in_number() -> None:
    memory = Memory(max_groups=100)
    for number in range(1000):
        memory.see(f"report number {number} about something that nobody else has seen {number * 7}")
    assert len(memory.repeats) == 100
    held = (memory.repeats._forms, memory.repeats._sketches)
    assert all(len(table) <= 100 * repeats._SKETCH for table in held)
    assert memory.see("report number 0 about something that nobody else has seen 0").head is None


@pytest.mark.parametrize("letter", ["a", "\u0430", "\U0001f30a"])
def test_long_texts_cost_little_memory_and_fold_by_their_form(letter: str) -> None:
    memory = Memory()
    tracemalloc.start()
    try:
        for number in range(200):
            memory.see(f"{number} {letter * 7900}")
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert taken < 200 * 3000
    assert memory.see(f"RT @ana: 7 {letter * 7900}", "bo").head == "k8"


def test_many_identical_posts_cost_no_more_memory_than_their_authors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "MAX_AUTHORS", 50)
    monkeypatch.setattr(repeats, "MAX_MEMBERS", 60)
    memory = Memory()
    for number in range(2000):
        seen = memory.see(REPORT, f"author {number}")
    assert seen == Seen("k1", 50)
    assert len(memory.repeats) == 1
    assert len(memory.repeats._members) == 60


def test_what_folds_does_not_depend_on_the_process() -> None:
    script = (
        "from tests.intake.test_repeats import Memory, REPORT\n"
        "memory = Memory()\n"
        "words = REPORT.split()\n"
        "print([memory.see(' '.join(words[n:] + words[:n])).head for n in range(len(words))])"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1
    assert "k1" in answers.pop()
