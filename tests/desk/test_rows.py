from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from console.desk.items import incident_item, marks, mention_item, quoted
from console.desk.rows import age, clock, incident_row, mention_row, moment, mood
from console.desk.standing import dead, sources_page, status, summary
from console.model import (
    FoundPlace,
    Gauge,
    HazardPart,
    Incident,
    Mention,
    MentionDetail,
    Reason,
    Revision,
    ServiceState,
    SourceHealth,
    SourceState,
    TierCounts,
)
from widgets.incident_list import Fact

NOW = datetime(2026, 3, 1, 18, 42, tzinfo=UTC)
EN = ("en",)


def ago(**passed: float) -> datetime:
    return NOW - timedelta(**passed)


MENTION = Mention(
    id=7,
    source="board",
    native_id="7",
    at=ago(minutes=1),
    seen_at=ago(minutes=1),
    author="ana_r",
    author_name="Ana",
    text="Water in the basement, my mother can't get out. Mill Street.",
    lang="en",
    url="https://board.example/7",
    mood=-0.34,
    mood_note="",
    points=6,
    tier=1,
    topic="flood",
    place="Mill Street",
    official=False,
    repeats=2,
    voices=3,
    incident="mill-street.flood",
    edited_at=None,
    deleted_at=None,
    hazard=None,
    status="",
    updates=0,
    audience="public",
)
REASONS = (Reason("names flood", 2), Reason('calls for help "can\'t get out"', 4))
PLACES = (FoundPlace("Mill Street", 48, 59, "Mill Street"),)
DETAIL = MentionDetail(MENTION, REASONS, PLACES, (), (), (), ("dated 2099, shown as it arrived",))
INCIDENT = Incident(
    1, "mill-street.flood", "Mill Street", "flood", 1, "open", 9, (), 40, 31, -18.0, 31, True,
    ago(minutes=12), ago(minutes=1), None, "mill-street.flood.0",
)  # fmt: skip
SOURCE = SourceHealth(
    "power feed", "rss", "https://power.example", "public", "dead", 300, ago(minutes=14), None,
    "the server answered 503", ago(seconds=30), None, 40, 1, None, None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=-30), "<1m"),
        (timedelta(seconds=59), "<1m"),
        (timedelta(minutes=12), "12m"),
        (timedelta(hours=3), "3h"),
        (timedelta(days=9), "9d"),
        (timedelta(days=99999), "old"),
    ],
)
def test_an_age_takes_four_cells_at_most_and_counts_no_seconds(passed: timedelta, said: str) -> None:
    assert age(NOW - passed, NOW) == said
    assert len(said) <= 4
    assert age(None, NOW) == "?"


def test_when_is_said_in_five_cells() -> None:
    assert clock(ago(minutes=1), NOW, UTC) == "18:41"
    assert clock(ago(days=2), NOW, UTC) == "27Feb"
    assert clock(ago(days=900), NOW, UTC) == "2023"
    assert moment(None, NOW, UTC) == "at an unknown time"


def test_a_mention_s_row_says_who_how_often_and_in_what_language() -> None:
    row = mention_row(replace(MENTION, lang="es-MX"), NOW, UTC, EN)
    assert (row.clock, row.word, row.author, row.tail) == ("18:41", "act now", "@ana_r", "es x3")
    assert mention_row(replace(MENTION, lang="", repeats=0), NOW, UTC, EN).tail == ""


def test_a_mood_that_intake_is_unsure_of_is_a_question() -> None:
    unsure = replace(MENTION, mood=None, mood_note="unsure: sounds sarcastic", repeats=0)
    assert mention_row(unsure, NOW, UTC, EN).tail == "mood ?"
    assert mention_row(replace(unsure, mood_note="not scored: de"), NOW, UTC, EN).tail == ""
    facts = mention_item(replace(DETAIL, mention=unsure), NOW, UTC, EN).facts
    assert "mood unknown: unsure: sounds sarcastic" in facts


def test_what_does_not_hold_any_more_says_so() -> None:
    assert mention_row(replace(MENTION, deleted_at=NOW), NOW, UTC, EN).gone == "deleted"
    warning = replace(
        MENTION, official=True, author_name="NWS", hazard="cancelled", status="Exercise", updates=2
    )
    row = mention_row(warning, NOW, UTC, EN)
    assert (row.gone, row.loud, row.author) == ("cancelled", "EXERCISE", "NWS")
    assert row.tail.startswith("upd 2")
    assert mention_row(replace(warning, status="Actual"), NOW, UTC, EN).loud == ""


def test_an_incident_s_row_counts_what_is_new_and_says_what_is_unknown() -> None:
    row = incident_row(INCIDENT, 6, NOW)
    assert (row.word, row.voices, row.age, row.new, row.mood) == (
        "act now",
        "31 voices",
        "12m",
        "+6",
        "-0.58",
    )
    assert row.official
    assert row.facts == (Fact("after mill-street.flood.0", "quiet"),)
    bare = incident_row(replace(INCIDENT, place="", mood_count=0, voices=1, state="closed"), 0, NOW)
    assert (bare.place, bare.mood, bare.voices, bare.new, bare.word) == (
        "no place",
        "mood ?",
        "1 voice",
        "",
        "closed",
    )


def test_a_gauge_is_stale_after_an_hour_of_silence() -> None:
    gauge = Gauge("", -0.3, 412, (), ago(minutes=59))
    assert mood(gauge, NOW).stale == ""
    assert mood(gauge, NOW).name == "town"
    assert mood(replace(gauge, last_at=ago(hours=3)), NOW).stale == "3h"


def test_the_detail_gives_the_reasons_weightiest_first_and_their_sum() -> None:
    item = mention_item(DETAIL, NOW, UTC, EN)
    assert [(why.text, why.points) for why in item.why] == [
        ('calls for help "can\'t get out"', 4),
        ("names flood", 2),
    ]
    assert item.total == 6
    assert item.byline == ("@ana_r", "Ana", "board", "18:41, 1m ago")
    assert "3 voices, 2 repeats" in item.facts
    assert "dated 2099, shown as it arrived" in item.facts
    assert not any(fact.startswith("about") for fact in item.facts)


def test_the_detail_says_what_a_post_of_a_disaster_is_about() -> None:
    hurt = replace(DETAIL, mention=replace(MENTION, humanitarian="injured_or_dead_people"))
    assert "about people hurt or dead" in mention_item(hurt, NOW, UTC, EN).facts


def test_a_short_word_is_marked_where_it_stands_by_itself() -> None:
    text = "cold and old #MillStreet"
    assert [text[start:end] for start, end in marks(text, ("old", "Mill"))] == ["old", "Mill"]
    assert marks(text, ("old",)) == ((9, 12),)


def test_the_words_that_matched_are_marked_in_the_text() -> None:
    assert [
        MENTION.text[start:end]
        for start, end in marks(MENTION.text, ("Mill Street", *quoted(DETAIL.reasons)))
    ] == [
        "can't get out",
        "Mill Street",
    ]


def test_a_mood_that_was_not_scored_says_why() -> None:
    unscored = replace(
        DETAIL, mention=replace(MENTION, mood=None, mood_note="language es", url="", incident=None)
    )
    facts = mention_item(unscored, NOW, UTC, EN).facts
    assert "mood unknown: language es" in facts
    assert "no link" in facts
    assert "no incident: too few speak of it" in facts


def test_an_alert_is_told_in_the_operators_language_first_and_an_exercise_loudly() -> None:
    part = HazardPart(
        "es", "Aviso", "", "", "Suba", ("Mill Street",), "Severe", "", "Observed", ago(hours=-2)
    )
    parts = (part, replace(part, language="en-US", event="Flash Flood Warning", instruction="Go up"))
    alert = replace(MENTION, official=True, status="Exercise", hazard="expired")
    item = mention_item(replace(DETAIL, mention=alert, parts=parts), NOW, UTC, EN)
    assert item.loud.startswith("EXERCISE: this is not a real alert")
    assert "expired" in item.gone
    assert [section.title for section in item.sections] == ["Flash Flood Warning (en-US)", "Aviso (es)"]
    assert item.sections[0].paragraphs == (
        "severity Severe, urgency unknown, certainty Observed, until 20:42",
        "where: Mill Street",
        "what to do: Go up",
    )


def test_earlier_texts_and_repeats_are_kept_in_sight() -> None:
    again = replace(MENTION, author="lou", text="same here")
    item = mention_item(
        replace(DETAIL, revisions=(Revision(ago(minutes=5), "Water!"),), repeats=(again,)), NOW, UTC, EN
    )
    assert [section.title for section in item.sections] == [
        "Earlier text, until 18:37, 5m ago",
        "Said again by",
    ]
    assert item.sections[1].paragraphs == ("@lou 18:41, 1m ago: same here",)


def test_an_incident_in_full_says_since_when_how_many_and_what_it_continues() -> None:
    item = incident_item(INCIDENT, None, NOW, UTC)
    assert item.title == ("Mill Street", "flood", "open 12m")
    assert "continues mill-street.flood.0" in item.facts
    assert "an official warning covers it" in item.facts
    assert incident_item(replace(INCIDENT, state="closed"), None, NOW, UTC).word == "closed"


def test_an_incident_lets_its_weightiest_mention_be_read_at_once() -> None:
    item = incident_item(INCIDENT, MENTION, NOW, UTC)
    assert item.text == MENTION.text
    assert item.byline == ("@ana_r", "Ana", "board", "18:41, 1m ago")
    assert "31 independent voices" in item.facts


def standing(**more: object) -> object:
    values: dict[str, object] = {
        "now": NOW,
        "zone": UTC,
        "linked": True,
        "lost_at": None,
        "service": ServiceState(ago(hours=1), None, 1, ("lee", "kim"), ""),
        "sources": (SOURCE, replace(SOURCE, name="nws", state="live", last_answer_at=ago(seconds=20))),
        "counts": TierCounts(2, 5, 31),
    }
    return status("Riverton", **values | more)  # type: ignore[arg-type]


def test_the_status_names_the_dead_and_the_age_of_the_data() -> None:
    line = standing()
    assert (line.service, line.sources, line.dead, line.age) == (  # type: ignore[attr-defined]
        "LIVE", "1 live", "power feed DEAD 14m", "data <1m",
    )  # fmt: skip
    assert line.on_shift == "on shift lee kim"  # type: ignore[attr-defined]
    assert line.counts == ((1, 2), (2, 5), (3, 31))  # type: ignore[attr-defined]


def test_without_a_service_the_status_says_since_when_what_is_known_and_what_to_type() -> None:
    line = standing(linked=False, lost_at=ago(minutes=11))
    assert line.service == "NO SERVICE since 18:31"  # type: ignore[attr-defined]
    assert line.banner == "type: watchfloor serve · data <1m"  # type: ignore[attr-defined]
    never = standing(linked=False, service=None, sources=(), counts=None)
    assert never.service == "NO SERVICE"  # type: ignore[attr-defined]
    assert "nothing known yet" in never.banner  # type: ignore[attr-defined]


def test_a_service_in_trouble_says_what_it_cannot_do() -> None:
    line = standing(service=ServiceState(NOW, None, 1, (), "The disk is nearly full: intake has stopped."))
    assert line.banner == "The disk is nearly full: intake has stopped."  # type: ignore[attr-defined]


def test_sources_are_summed_up_and_told_one_by_one_the_worst_first() -> None:
    live = replace(SOURCE, name="nws", state="live", last_item_at=ago(minutes=3))
    assert summary((SOURCE, live, replace(live, state="quiet"))) == "1 live 1 quiet"
    assert summary(()) == "no sources"
    assert dead((SOURCE, replace(SOURCE, last_answer_at=None)), NOW) == "power feed DEAD 14m +1"
    assert dead((replace(SOURCE, last_answer_at=None),), NOW) == "power feed DEAD never answered"
    page = sources_page((live, SOURCE), NOW, UTC)
    assert page[0][0] == "power feed"
    assert page[0][1].startswith("DEAD, last answer 18:28, 14m ago; the server answered 503")
    assert "503" in page[1][1], "what fails beside a stream that lives is told as well"
    assert "503" not in sources_page((replace(live, last_error=""),), NOW, UTC)[0][1]
    assert "config init" in sources_page((), NOW, UTC)[0][1]


def test_a_source_that_answers_and_fell_silent_is_said_as_loud_as_a_dead_one() -> None:
    stuck = replace(SOURCE, name="council", state="silent", last_item_at=ago(hours=3), last_answer_at=NOW)
    assert dead((stuck,), NOW) == "council SILENT 3h"
    assert dead((stuck, SOURCE), NOW) == "power feed DEAD 14m +1"
    assert summary((stuck, replace(SOURCE, state="by hand"))) == "1 by hand"


def test_a_source_says_its_rhythm_the_calls_that_are_left_and_what_was_missed() -> None:
    back = replace(
        SOURCE, state="live", rhythm=240.0, remaining=273, budget=300, reset_at=NOW + timedelta(minutes=3),
        note="back at 18:40 UTC after 2h with 3 new items; nothing was missed",
    )  # fmt: skip
    told = sources_page((back,), NOW, UTC)[0][1]
    assert "usually something new within 4m" in told
    assert "273 of 300 calls left, anew at 18:45" in told
    assert "after 2h with 3 new items; nothing was missed" in told


def test_every_state_has_its_place_on_the_page_of_sources() -> None:
    states = get_args(SourceState)
    page = sources_page([replace(SOURCE, name=state, state=state) for state in states], NOW, UTC)
    assert [name for name, _ in page][:3] == ["dead", "silent", "late"]
    assert len(page) == len(states)


def test_a_long_name_leaves_room_for_the_state() -> None:
    stuck = replace(SOURCE, name="the-power-stations-own-feed", state="dead")
    assert dead((stuck,), NOW) == "the-power-stati... DEAD 14m"
