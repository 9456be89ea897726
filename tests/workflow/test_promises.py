"""What we promise in public becomes a time that somebody has to keep."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.workflow.promises import DENIED, NO_PLEDGE, Promise, find_promises, reminder

LONDON = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")
WEDNESDAY = datetime(2026, 3, 4, 14, 0, tzinfo=LONDON)


def only(text: str, now: datetime = WEDNESDAY) -> Promise:
    assert now.tzinfo is not None
    (promise,) = find_promises(text, now, now.tzinfo)
    return promise


def due(text: str, now: datetime = WEDNESDAY) -> str:
    promise = only(text, now)
    assert not promise.unsure, promise
    return f"{promise.due:%a %H:%M}"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Thank you. We will update by 17:00.", "Wed 17:00"),
        ("Next update at 5 pm", "Wed 17:00"),
        ("Next update: 5:30 p.m.", "Wed 17:30"),
        ("next update 17:00", "Wed 17:00"),
        ("We'll answer within two hours.", "Wed 16:00"),
        ("We’ll know more; update within half an hour", "Wed 14:30"),
        ("Within the hour we will write again", "Wed 15:00"),
        ("We will update in an hour and a half", "Wed 15:30"),
        ("We will post updates every two hours", "Wed 16:00"),
        ("We will reply within 24 hours", "Thu 14:00"),
        ("More news tomorrow by noon", "Thu 12:00"),
        ("We will be there by 6 p.m. Tue. Please wait.", "Tue 18:00"),
        ("We will be there by 9 am on Wednesday", "Wed 09:00"),
        ("Update by midnight", "Thu 00:00"),
        ("Update tonight at 9", "Wed 21:00"),
        ("Update tonight at 2", "Thu 02:00"),
        ("The road will be open by noon on 6 March", "Fri 12:00"),
        ("The road will be open by March 6, 5pm", "Fri 17:00"),
        ("No later than 17.30 we will let you know", "Wed 17:30"),
        ("Update by 17:00 UTC", "Wed 17:00"),
        ("We will update within two days", "Fri 14:00"),
    ],
)
def test_a_promise_is_a_moment(text: str, moment: str) -> None:
    assert due(text) == moment


def test_it_keeps_the_words_that_it_came_from() -> None:
    text = "We are on it. Next update  by 6 p.m.  Tue. Thanks."
    promise = only(text)
    assert promise.words == "by 6 p.m. Tue"
    assert text[promise.start : promise.end] == "by 6 p.m.  Tue"
    assert promise.due.tzinfo is LONDON


def test_a_time_that_is_past_means_tomorrow() -> None:
    assert due("Update by 13:00") == "Thu 13:00"
    assert due("Update by 14:00") == "Thu 14:00"
    assert due("Update by 9 am Wed") == "Wed 09:00"
    assert only("Update by 9 am Wed").due.day == 11


def test_each_promise_of_a_text_is_found() -> None:
    found = find_promises(
        "We will update by 17:00 and again at 20:00. The hall will be open by 9 am.", WEDNESDAY, LONDON
    )
    assert [f"{promise.due:%a %H:%M}" for promise in found] == ["Wed 17:00", "Wed 20:00", "Thu 09:00"]


@pytest.mark.parametrize(
    "text",
    [
        "The road is closed until 17:00.",
        "The flood began at 05:00.",
        "Last update: 13:00",
        "Updated at 13:00",
        "The meeting is at 5 pm.",
        "We will mend 3 holes and 17 signs",
        "We will send 5 crews, by 4 cars",
        "See https://riverton.example/update/by/17:00",
        "We will look into it soon",
        "We will know more by 31 February",
        "We met in 2019 and will meet again",
        "The number is 020 7946 0018, and we will answer",
        "",
    ],
)
def test_what_is_nobodys_promise_is_left_alone(text: str) -> None:
    assert find_promises(text, WEDNESDAY, LONDON) == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Update by 5", "morning or evening"),
        ("Update by 12", "morning or evening"),
        ("We will update tomorrow", "no clock time"),
        ("We will update by the end of the day", "no clock time"),
        ("We will update on Friday morning", "no clock time"),
        ("Update by midnight tomorrow", "begin that day or end it"),
        ("We will reply within 3 working days", "working days"),
        ("Update by 5 pm next Friday", "week after"),
        ("Update today at 1 pm", "past today"),
        ("Update by 5 pm EST", "not the desk's own time (GMT)"),
        ("Update by noon on 3 March", "past this year"),
        ("Leave the area by 17:00", NO_PLEDGE),
        ("We can not update before 17:00", DENIED),
        ("We won't have an update by 17:00", DENIED),
    ],
)
def test_what_can_be_read_in_two_ways_is_for_a_person_to_settle(text: str, why: str) -> None:
    assert why in only(text).unsure
    assert only(text).due > WEDNESDAY


def test_of_two_readings_the_earliest_is_kept() -> None:
    assert only("Update by 5").due == WEDNESDAY.replace(hour=17)
    assert only("Update by 5", WEDNESDAY.replace(hour=18)).due == WEDNESDAY.replace(day=5, hour=5)


def test_the_clock_that_goes_forward_moves_no_promise() -> None:
    evening = datetime(2026, 3, 28, 23, 30, tzinfo=LONDON)
    assert only("Update by 08:00", evening).due.astimezone(UTC) == datetime(2026, 3, 29, 7, 0, tzinfo=UTC)
    assert only("We will update within two hours", evening).due.astimezone(UTC) == evening.astimezone(
        UTC
    ) + timedelta(hours=2)
    skipped = only("Update by 01:30", evening)
    assert (f"{skipped.due:%H:%M %Z}", skipped.unsure) == (
        "02:30 BST",
        "the clocks go forward over that time",
    )


def test_the_hour_that_comes_twice_is_kept_the_first_time() -> None:
    saturday = datetime(2026, 10, 31, 23, 0, tzinfo=NEW_YORK)
    twice = only("Update by 01:30", saturday)
    assert twice.due.astimezone(UTC) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert "comes twice" in twice.unsure
    between = datetime(2026, 11, 1, 5, 45, tzinfo=UTC).astimezone(NEW_YORK)
    assert only("Update by 01:30", between).due.astimezone(UTC) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_days_are_counted_by_the_calendar_and_hours_as_they_pass() -> None:
    friday = datetime(2026, 3, 28, 14, 0, tzinfo=LONDON)
    assert due("We will reply within a day", friday) == "Sun 14:00"
    assert due("We will reply within 24 hours", friday) == "Sun 15:00"


def test_now_may_be_in_another_zone_than_the_desk() -> None:
    (promise,) = find_promises("Update by 9 am", datetime(2026, 3, 4, 23, 0, tzinfo=UTC), NEW_YORK)
    assert promise.due.astimezone(UTC) == datetime(2026, 3, 5, 14, 0, tzinfo=UTC)


def test_the_composer_says_what_was_promised() -> None:
    assert reminder(only("Update by 17:00"), WEDNESDAY) == (
        'You promise 17:00 ("by 17:00", in 3h). Its clock starts when this is sent.'
    )
    assert reminder(only("Update by 5"), WEDNESDAY) == (
        '"by 5": it may be morning or evening. Is it 17:00? Write day and time in full, or leave it.'
    )


def test_a_long_text_is_read_in_a_moment() -> None:
    text = "We will update by 17:00 on Tuesday, or within two hours. " * 140
    start = time.process_time()
    assert len(find_promises(text, WEDNESDAY, LONDON)) > 200
    assert time.process_time() - start < 2


@given(
    st.text(st.sampled_from("0123456789:. apm")).map(lambda words: f"We will update by {words}"),
    st.integers(1_600_000_000, 2_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.sampled_from([LONDON, NEW_YORK, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Australia/Lord_Howe"), UTC]),
)
def test_every_promise_lies_ahead(text: str, now: datetime, zone: ZoneInfo) -> None:
    for promise in find_promises(text, now, zone):
        assert promise.due.astimezone(UTC) > now
        assert promise.due.tzinfo is zone


@given(st.text(max_size=200))
def test_any_text_may_be_typed(text: str) -> None:
    for promise in find_promises(f"We will {text}", WEDNESDAY, LONDON):
        assert promise.words
