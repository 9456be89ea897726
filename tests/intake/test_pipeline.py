import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.intake.hazards import fold
from console.intake.pipeline import Judge
from console.intake.places import PlaceIndex
from console.intake.rules import load_rules
from console.intake.ruling import RememberedHazard, RememberedMention, Ruling
from console.intake.sayings import plausible_time
from console.model import Place, total
from feeds.post import Area, Hazard, Info, Post
from tests.hostile import PAYLOADS, forbidden

SHARED = Path(__file__).resolve().parents[2].parent / "shared/data"
NOW = datetime(2026, 3, 1, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLACES = PlaceIndex(
    [Place("Riverton"), Place("Mill Street", (), "Riverton"), Place("Oak School", (), "Riverton")]
)
RULES = load_rules()
CALL = "Water is coming into the basement, my mother can't get out of her chair. 14 Mill Street."


def judge() -> Judge:
    return Judge(PLACES, RULES, window=6 * 3600, voices=3)


def post(text: str, name: str = "1", **more: object) -> Post:
    made = Post("mastodon", name, text, NOW, author=f"author {name}")
    return replace(made, **more)  # type: ignore[arg-type]


def warning(name: str = "w1", **more: object) -> Post:
    areas = (Area("Riverton; Elsewhere County"),)
    info = Info("Flash Flood Warning", severity="Severe", expires=NOW + 3 * HOUR, areas=areas)
    hazard = replace(Hazard(name, "w@nws.example", NOW, infos=(info,)), **more)  # type: ignore[arg-type]
    return Post("nws", name, "Flash Flood Warning for Riverton until 21:15", NOW, hazard=hazard)


def test_a_call_for_help_is_judged_whole() -> None:
    ruling = judge().take(post(CALL), now=NOW)
    judged = ruling.judgement
    assert judged.tier == 1
    assert judged.topic == "flood"
    assert [(place.text, place.start, place.end, place.name) for place in judged.places] == [
        ("Mill Street", 76, 87, "Mill Street")
    ]
    assert judged.place == "Mill Street"
    assert judged.mood is not None
    assert judged.points == total(judged.reasons)
    assert judged.incident == "mill-street.flood"
    assert ruling.incident is not None
    assert ruling.incident.key == judged.incident
    assert ruling.at == NOW


def test_repeats_name_the_first_and_count_its_voices() -> None:
    desk = judge()
    desk.take(post(CALL, "1"), now=NOW)
    ruling = desk.take(post(f"RT @author1: {CALL}", "2"), now=NOW)
    assert (ruling.judgement.repeat_of, ruling.head_voices) == ("1", 2)
    assert ruling.head == "mastodon\x1f1"
    assert ruling.incident is not None
    assert ruling.incident.voices == 1, "a repost is no further witness"
    same = desk.take(post(CALL, "3"), now=NOW)
    assert same.incident is not None
    assert same.incident.voices == 2


def test_unsigned_posts_are_a_voice_each_and_their_copies_none() -> None:
    desk = judge()
    for number in range(5):
        ruling = desk.take(post("bus stuck in high water on Mill Street", str(number), author=""), now=NOW)
    assert ruling.incident is None
    desk.take(post("whole of Mill Street flooded now", "6", author=""), now=NOW)
    ruling = desk.take(post("cars float along on Mill Street in the flood", "7", author=""), now=NOW)
    assert ruling.incident is not None
    assert len(ruling.adopted) == 6


def test_an_edit_is_neither_voice_nor_repeat() -> None:
    desk = judge()
    first = desk.take(post("flooding on Mill Street"), now=NOW)
    edited = desk.take(post("flooding on Mill Street, getting worse"), now=NOW, again=True)
    assert first.judgement.repeat_of is edited.judgement.repeat_of is None
    assert edited.head_voices == 1
    assert desk.take(post(CALL), now=NOW, again=True).incident is not None


@pytest.mark.parametrize("year", [2099, 1970, 1601])
def test_an_impossible_date_is_noted_and_replaced(year: int) -> None:
    ruling = judge().take(post("hello", created_at=datetime(year, 1, 1, tzinfo=UTC)), now=NOW)
    assert ruling.at == NOW
    assert ruling.notes == (f"dated {year}-01-01 by its source; shown as it arrived",)


def test_a_clock_that_runs_a_little_ahead_is_forgiven() -> None:
    assert plausible_time(NOW + timedelta(minutes=5), NOW) == (NOW, "")
    assert plausible_time(None, NOW) == (NOW, "")
    assert plausible_time(NOW - HOUR, NOW) == (NOW - HOUR, "")


def test_an_address_field_files_what_the_text_does_not_place() -> None:
    judged = judge().judge(post("pothole again", places_hint=("14 Mill St, Riverton",)), now=NOW)
    assert judged.place == "Mill Street"
    assert judged.places == ()


def test_official_posts_have_no_mood_but_are_weighed() -> None:
    ruling = judge().take(post("Gas leak on Mill Street, people trapped"), now=NOW, trust="official")
    assert (ruling.judgement.mood, ruling.judgement.mood_note) == (None, "official")
    assert ruling.judgement.tier == 1
    assert ruling.official


def test_the_mood_of_other_languages_is_not_scored_whatever_the_source_claims() -> None:
    judged = judge().judge(post("Die Straße ist gesperrt und das Wasser steigt", lang="en"), now=NOW)
    assert (judged.lang, judged.mood, judged.mood_note) == ("de", None, "not scored: de")


def test_an_official_warning_opens_an_incident_and_raises_what_it_covers() -> None:
    desk = judge()
    before = desk.judge(post("flooding on Mill Street", "1"), now=NOW)
    opened = desk.take(warning(), now=NOW)
    assert opened.incident is not None
    assert (opened.incident.key, opened.incident.official) == ("riverton.flood", True)
    assert opened.judgement.reasons[0].text == "official alert: Flash Flood Warning, Severe"
    covered = desk.judge(post("so much flood water on Mill Street", "2"), now=NOW)
    assert covered.reasons[-1].text == "official warning covers Riverton"
    assert covered.points == max(0, before.points) + RULES.covers, "words take nothing off under a warning"
    assert desk.judge(post("no power on Mill Street", "3"), now=NOW).reasons[-1].points != RULES.covers or (
        "official" not in desk.judge(post("no power on Mill Street", "4"), now=NOW).reasons[-1].text
    )


def test_a_cancel_takes_its_part_back() -> None:
    desk = judge()
    opened = desk.take(warning(), now=NOW)
    first = warning().hazard
    assert first is not None
    assert opened.incident is not None
    cancel = desk.take(warning("w2", msg_type="Cancel", references=(first.key,)), now=NOW, again=True)
    assert cancel.incident is None
    assert cancel.judgement.reasons[0].text == "taken back by its sender"
    assert "official" not in str(desk.judge(post("flooding on Mill Street", "2"), now=NOW).reasons)


def test_an_ended_alert_leaves_its_incident_to_what_people_say() -> None:
    desk = judge()
    opened = desk.take(warning(), now=NOW)
    assert opened.incident is not None
    (after,) = desk.expire(NOW + 3 * HOUR)
    assert after.key == opened.incident.key
    assert (after.official, after.points, after.tier) == (False, 0, 3)


def test_a_cancel_tells_of_every_incident_that_the_warning_covered() -> None:
    desk = judge()
    desk.take(post(CALL), now=NOW)
    for number in range(3):
        desk.take(post(f"flood at Oak School, door {number}", f"oak {number}"), now=NOW)
    first = warning()
    assert first.hazard is not None
    covered = {one.key: one for one in desk.take(first, now=NOW).others}
    assert {key: one.official for key, one in covered.items()} == {
        "mill-street.flood": True,
        "oak-school.flood": True,
    }
    cancel = warning("w2", msg_type="Cancel", references=(first.hazard.key,))
    over = {one.key: one for one in desk.take(cancel, now=NOW, again=True).others}
    assert over.keys() == covered.keys() | {"riverton.flood"}
    assert not any(one.official for one in over.values())


def test_a_question_under_a_warning_is_to_be_answered_soon_not_acted_on_now() -> None:
    desk = judge()
    desk.take(warning(), now=NOW)
    asked = desk.judge(post("is the flood on Mill Street as bad as they say?", "q"), now=NOW)
    assert asked.reasons[-1].text == "official warning covers Riverton"
    assert (asked.tier, asked.points) == (2, RULES.act_now - 1)
    danger = desk.judge(post("people trapped in the flood at Mill Street", "d"), now=NOW)
    assert (danger.tier, danger.reasons[-1].points) == (1, RULES.covers)


@pytest.mark.parametrize("status", ["Test", "Exercise"])
def test_a_test_is_loud_and_moves_nothing(status: str) -> None:
    desk = judge()
    ruling = desk.take(warning(status=status), now=NOW)
    assert (ruling.status, ruling.incident, ruling.judgement.tier) == (status, None, 3)
    assert ruling.judgement.reasons[0].text == f"{status.upper()}: this is not real"
    assert "official" not in str(desk.judge(post("flooding on Mill Street", "2"), now=NOW).reasons)


def test_an_alert_that_is_over_when_it_arrives_moves_nothing() -> None:
    ruling = judge().take(warning(), now=NOW + 9 * HOUR)
    assert ruling.incident is None
    assert ruling.judgement.reasons[0].text == "over since 2026-03-01 21:00 UTC"


def remembered(ruling: Ruling) -> RememberedMention:
    judged = ruling.judgement
    return RememberedMention(
        ruling.key, ruling.author, judged.text, ruling.at, judged.place, judged.topic, judged.points,
        ruling.head, judged.incident, ruling.official,
    )  # fmt: skip


def test_a_restart_forgets_nothing_that_matters() -> None:
    texts = (
        "flooding on Mill Street by the bakery",
        "Mill Street: cars stuck in the flood",
        CALL,
        f"RT @x: {CALL}",
    )
    before, after = judge(), judge()
    rulings = [before.take(post(text, str(number)), now=NOW) for number, text in enumerate(texts)]
    incident = rulings[-1].incident
    assert incident is not None
    adopted = {key for ruling in rulings for key in ruling.adopted}
    stored = [
        replace(
            remembered(ruling), incident=incident.key if ruling.key in adopted else ruling.judgement.incident
        )
        for ruling in rulings
    ]
    after.remember(stored, [incident])
    for text in (CALL, "more water than ever on Mill Street in this flood"):
        assert before.take(post(text, "x"), now=NOW) == after.take(post(text, "x"), now=NOW)


def test_a_warning_and_what_it_drives_survive_a_restart() -> None:
    before, after = judge(), judge()
    alert = before.take(warning(), now=NOW)
    called = before.take(post(CALL), now=NOW)
    hazard = warning().hazard
    assert hazard is not None
    assert alert.incident is not None
    assert called.incident is not None
    in_force = RememberedHazard(fold(None, hazard, NOW).hazard, "Riverton", alert.incident.key)
    stored = [replace(remembered(alert), alert=True), remembered(called)]
    after.remember(stored, [alert.incident, called.incident], [in_force])
    for desk in (before, after):
        said = desk.take(post("Mill Street: flood to the knee, people trapped", "x"), now=NOW)
        assert said.judgement.reasons[-1].text == "official warning covers Riverton"
        assert said.incident is not None
        assert said.incident.official
    assert {(one.key, one.official, one.tier) for one in after.expire(NOW + 3 * HOUR)} == {
        ("riverton.flood", False, 3),
        ("mill-street.flood", False, 1),
    }


@pytest.mark.parametrize("taught", ["housing", "other"])
def test_what_was_taught_takes_no_warning_off_a_call(taught: str) -> None:
    said = post("Flood water in the basement of our house on Mill Street, the washing machine broke", "x")
    untaught, desk = judge(), judge()
    lessons = [
        desk.topics.lesson(f"Flood water in basement of house {word}, washing machine broke", taught)
        for word in ("alpha", "beta", "gamma", "delta")
    ]
    desk.topics.teach(lessons, [f"{word} nice day in town" for word in "abcdefgh"])
    assert desk.take(said, now=NOW).judgement.topic == taught, "without a warning it is what people say it is"
    desk.take(warning(), now=NOW)
    for number, one in enumerate((untaught, desk)):
        one.take(warning(), now=NOW)
        for ruling in (one.take(replace(said, id=f"y{number}"), now=NOW), one.weigh_alone(said, now=NOW)):
            assert (ruling.judgement.tier, ruling.judgement.topic) == (1, "flood")
            assert ruling.judgement.reasons[-1].text == "official warning covers Riverton"


def test_a_private_call_is_filed_where_its_words_would_open_an_incident() -> None:
    desk = judge()
    texts = [f"Flood water in basement of house {word}, washing machine broke" for word in "abcd"]
    desk.topics.teach([desk.topics.lesson(text, "other") for text in texts])
    said = post(
        "Flood water in basement of house on Mill Street, washing machine broke, we are trapped, help"
    )
    ruling = desk.weigh_alone(said, now=NOW)
    assert (ruling.judgement.tier, ruling.judgement.topic) == (1, "flood")
    assert ruling.judgement.topic == desk.take(said, now=NOW).judgement.topic


def test_two_places_are_two_reports_after_a_restart_too() -> None:
    text = "The market will be held again on Saturday with music and food for all"
    first, second = post(f"{text} #millstreet", "1"), post(f"{text} #oakschool", "2")
    before, after = judge(), judge()
    after.remember([remembered(before.take(first, now=NOW))], [])
    for desk in (before, after):
        assert desk.take(second, now=NOW).judgement.repeat_of is None
        assert desk.take(replace(first, id="3"), now=NOW).judgement.repeat_of == "1"


def test_waiting_voices_survive_a_restart() -> None:
    before, after = judge(), judge()
    rulings = [
        before.take(post(f"flood {word} on Mill Street", word), now=NOW) for word in ("ahead", "again")
    ]
    after.remember(map(remembered, rulings), [])
    ruling = after.take(post("flooded cars everywhere along Mill Street", "third"), now=NOW)
    assert ruling.incident is not None
    assert set(ruling.adopted) == {one.key for one in rulings}


@pytest.mark.parametrize("name", PAYLOADS)
def test_hostile_posts_are_judged_clean_and_quickly(name: str) -> None:
    desk, text = judge(), PAYLOADS[name]
    desk.take(post("warm"), now=NOW)
    hostile = post(
        text, f"id {name}", author=text, author_name=text, url=text, lang="", notes=(text,), topic_hint=text
    )
    began = time.process_time()
    ruling = desk.take(hostile, now=NOW)
    assert time.process_time() - began < 1
    shown = (
        ruling.judgement.text, ruling.author, ruling.author_name, ruling.url, *ruling.notes,
        *(reason.text for reason in ruling.judgement.reasons), ruling.judgement.topic,
    )  # fmt: skip
    assert all(forbidden(part) == [] for part in shown)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "#" * 10_000,
        " ".join(f"#tag{n}" for n in range(10_000)),
        "Mill Street " * 2000,
        "def f(x):\n\treturn x",
        "".join(map(chr, range(0x20, 0x3000))),
        "| a | b |\n|---|---|\n" * 200,
        "Мill Street",
    ],
)
def test_odd_posts_get_an_answer(text: str) -> None:
    judged = judge().judge(post(text), now=NOW)
    assert 0 <= judged.urgency <= 1
    assert len(judged.places) <= 40
    for place in judged.places:
        assert text[place.start : place.end] == place.text


def test_a_hidden_place_is_found_where_it_stands() -> None:
    text = "flood at \u202eMi\u200bll Street\u202c now"
    (place,) = judge().judge(post(text), now=NOW).places
    assert text[place.start : place.end] == place.text == "Mi\u200bll Street"


def test_real_posts_are_judged_without_a_stumble() -> None:
    path = SHARED / "posts/crisis_posts.jsonl"
    if not path.exists():
        pytest.skip("The real posts are not here (../shared/data).")
    desk = judge()
    for line in path.read_text("utf-8").splitlines()[::4]:
        given = json.loads(line)
        ruling = desk.take(
            post(given["text"], given["id"], created_at=datetime.fromisoformat(given["created_at"])), now=NOW
        )
        assert ruling.judgement.points == total(ruling.judgement.reasons)
        assert forbidden(ruling.judgement.text) == []


def test_posts_taken_together_have_the_same_outcome_as_one_by_one() -> None:
    texts = (
        "Water is rising on Mill Street, help us",
        "RT @a: Water is rising on Mill Street, help us",
        "Hurricane Florence is near",
        "Florence took the roof",
        "Trees down near Jatlan",
        "Jatlan is dark",
        "thanks to the crews",
    )
    posts = [post(text, str(number), author=f"@{number}") for number, text in enumerate(texts)]
    one_by_one = judge()
    alone = [one_by_one.take(one, now=NOW) for one in posts]
    assert judge().take_all(posts, now=NOW) == alone
