"""How long somebody who reports may wait, in hours in which the desk is staffed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.workflow.clocks import (
    ALWAYS,
    ROW_CELLS,
    ClockName,
    Clocks,
    Hours,
    Spans,
    due,
    left,
    passed,
    read_hours,
    row_words,
)

LONDON = ZoneInfo("Europe/London")
HOUR = 3600.0
OFFICE = read_hours({"mon-fri": "09:00-17:00"})
NIGHTS = read_hours({"mon-sun": "22:00-06:00"})


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    """A moment of 2026 in London; 2 March is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


def test_within_a_shift_it_is_what_the_clock_says() -> None:
    assert due(at(2, 10), 2 * HOUR, OFFICE, LONDON) == at(2, 12)
    assert left(at(2, 10), 2 * HOUR, OFFICE, LONDON, at(2, 11, 30)) == 0.5 * HOUR


def test_the_night_and_the_weekend_do_not_count() -> None:
    assert due(at(6, 16), 2 * HOUR, OFFICE, LONDON) == at(9, 10)
    assert left(at(6, 16), 2 * HOUR, OFFICE, LONDON, at(8, 12)) == HOUR
    assert due(at(7, 3), HOUR, OFFICE, LONDON) == at(9, 10)


def test_a_span_that_ends_with_the_shift_is_due_then() -> None:
    assert due(at(2, 16), HOUR, OFFICE, LONDON) == at(2, 17)


def test_a_holiday_is_no_day_of_duty() -> None:
    easter = Hours(OFFICE.days, off=frozenset({date(2026, 4, 3), date(2026, 4, 6)}))
    assert due(at(2, 16, month=4), 2 * HOUR, easter, LONDON) == at(7, 10, month=4)


def test_tier_1_does_not_wait_for_the_office_to_open() -> None:
    clocks = Clocks({1: Spans(900, 0, 0), 2: Spans(7200, 0, 0)}, OFFICE)
    midnight = at(7, 0)
    assert clocks.due("answer", 1, midnight, LONDON) == at(7, 0, 15)
    assert clocks.due("answer", 2, midnight, LONDON) == at(9, 11)
    assert clocks.left("answer", 1, midnight, LONDON, at(7, 0, 20)) == -300
    assert clocks.left("answer", 2, midnight, LONDON, at(8, 0)) == 7200


def test_a_tier_without_a_clock_is_never_late() -> None:
    clocks = Clocks({3: Spans(900, 0, 0)})
    assert clocks.due("close", 3, at(2, 9), LONDON) is None
    assert clocks.left("update", 3, at(2, 9), LONDON, at(9, 9)) is None
    assert clocks.due("answer", 1, at(2, 9), LONDON) is None


def test_a_night_shift_belongs_to_the_evening_on_which_it_begins() -> None:
    assert due(at(3, 5), 2 * HOUR, NIGHTS, LONDON) == at(3, 23)


def test_a_night_over_which_the_clocks_change_counts_as_long_as_it_was() -> None:
    # 28 March 22:00 to 29 March 06:00 lasts seven hours, 24 October to 25 October nine.
    assert due(at(28, 22), 7 * HOUR, NIGHTS, LONDON) == at(29, 6)
    assert due(at(24, 22, month=10), 9 * HOUR, NIGHTS, LONDON) == at(25, 6, month=10)
    assert due(at(28, 23), 2 * HOUR, ALWAYS, LONDON).astimezone(UTC) == at(28, 23).astimezone(
        UTC
    ) + timedelta(hours=2)


def test_shifts_that_overlap_count_once() -> None:
    two = read_hours({"mon": "08:00-14:00, 12:00-18:00"})
    assert passed(at(2, 0), two, LONDON, at(3, 0)) == 10 * HOUR


def test_nobody_is_ever_late_where_nobody_ever_works() -> None:
    with pytest.raises(ValueError, match="no duty hours in the whole week"):
        read_hours({})
    with pytest.raises(ValueError, match="do not fit"):
        due(at(2, 0), 1e10, OFFICE, LONDON)


def test_hours_are_written_as_people_write_them() -> None:
    hours = read_hours({"monday - friday": "07:00-19:00", "Sat": "09:00-12:00, 14:00-24:00"})
    assert passed(at(2, 0), hours, LONDON, at(9, 0)) == (5 * 12 + 3 + 10) * HOUR
    assert passed(at(2, 0), read_hours({"fri-mon": "00:00-24:00"}), LONDON, at(9, 0)) == 4 * 24 * HOUR


def test_every_mistake_in_the_hours_is_named() -> None:
    with pytest.raises(ValueError, match="no day") as caught:
        read_hours({"mon-fri": "9-17", "noday": "09:00-17:00", "tue": "09:00-17:00", "tue ": "10:00-12:00"})
    assert str(caught.value).splitlines() == [
        'mon-fri: "9-17" is no shift; write it like "07:00-19:00"',
        'noday: is no day; write it like "mon" or "mon-fri"',
        "tue : tue is there twice",
    ]


@pytest.mark.parametrize(
    ("due_at", "seconds", "words"),
    [
        (at(2, 10, 4), 250, "answer 4m"),
        (at(2, 10), 0, "answer now"),
        (at(3, 9, 30), 1800, "answer Tue"),
        (at(2, 9, 48), -720, "LATE 12m"),
        (at(2, 17), 7 * HOUR, "answer 17:00"),
        (at(4, 17), 20 * HOUR, "answer Wed"),
        (at(14, 17), 99 * HOUR, "answer 12d"),
        (at(1, 17), -3 * 86400.0, "LATE 3d"),
    ],
)
def test_a_row_says_it_in_few_cells_and_counts_down_only_while_time_runs(
    due_at: datetime, seconds: float, words: str
) -> None:
    assert row_words("answer", due_at, seconds, at(2, 10)) == words


MOMENTS = st.integers(1_750_000_000, 1_850_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
ZONES = st.sampled_from([LONDON, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), UTC])
WEEKS = st.sampled_from([ALWAYS, OFFICE, NIGHTS, read_hours({"sun": "01:30-02:30", "mon": "02:00-02:00"})])


@given(MOMENTS, st.floats(1, 30 * 24 * HOUR), WEEKS, ZONES)
def test_when_it_is_due_nothing_is_left(started: datetime, span: float, hours: Hours, zone: ZoneInfo) -> None:
    end = due(started, span, hours, zone)
    assert left(started, span, hours, zone, end) == pytest.approx(0, abs=0.001)
    assert left(started, span, hours, zone, started) == span
    assert end.astimezone(UTC) >= started + timedelta(seconds=span) - timedelta(seconds=0.001)


@given(MOMENTS, MOMENTS, WEEKS, ZONES)
def test_duty_time_is_never_more_than_time(
    first: datetime, second: datetime, hours: Hours, zone: ZoneInfo
) -> None:
    first, second = sorted((first, second))
    second = min(second, first + timedelta(days=60))
    assert 0 <= passed(first, hours, zone, second) <= (second - first).total_seconds()
    assert passed(first, ALWAYS, zone, second) == pytest.approx((second - first).total_seconds())


@given(st.sampled_from(get_args(ClockName)), MOMENTS, st.floats(-1e9, 1e9), MOMENTS, ZONES)
def test_a_row_never_needs_more_than_its_cells(
    name: ClockName, due_at: datetime, seconds: float, now: datetime, zone: ZoneInfo
) -> None:
    assert len(row_words(name, due_at.astimezone(zone), seconds, now)) <= ROW_CELLS
