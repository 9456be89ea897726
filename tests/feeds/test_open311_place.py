"""Which times of a city are read next, reckoned without a server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feeds.open311_place import FULL, MOST_LEFT, TRIES, Place, Window, after_failure, begin, next_window
from feeds.source import SourceError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LONG, SHORT = Window(NOW - 8 * HOUR, NOW, page=4), Window(NOW - HOUR, NOW, page=4)


def test_the_first_look_takes_the_last_day() -> None:
    place = begin("", NOW)
    assert [(window.first, window.last) for window in place.left] == [
        (NOW - HOUR, NOW),
        (NOW - 24 * HOUR, NOW - HOUR),
    ]
    assert place.behind


def test_what_was_never_read_comes_before_what_is_looked_through_again() -> None:
    place = begin((NOW - 9 * HOUR).isoformat(), NOW)
    assert [window.first for window in place.left] == [NOW - HOUR, NOW - 9 * HOUR, NOW - 33 * HOUR]
    assert not place.then(place.left[2:], followed=True).behind


@pytest.mark.parametrize("cursor", ["", (NOW - timedelta(days=40)).isoformat()])
def test_an_unfinished_place_is_kept_whole_and_a_finished_one_is_a_time(cursor: str) -> None:
    place = begin(cursor, NOW)
    kept = place.then((Window(NOW - HOUR, NOW, page=7, tries=2),), followed=True)
    again = begin(kept.text(), NOW + HOUR)
    assert (again.read_to, again.begun, again.left[-1]) == (place.read_to, NOW, kept.left[0])
    assert again.left[0] == Window(NOW, NOW + HOUR)
    assert again.then((), followed=True).text() == NOW.isoformat()


def test_the_day_before_counts_from_when_a_round_was_begun_however_long_it_took() -> None:
    place = begin("", NOW)
    for hour in range(1, 4):
        place = begin(place.then(place.left[-1:], followed=True).text(), NOW + hour * HOUR)
    place = begin(place.then((), followed=True).text(), NOW + 4 * HOUR)
    assert min(window.first for window in place.left) == NOW - 24 * HOUR


def test_a_clock_that_ran_ahead_does_not_stop_the_reading() -> None:
    ahead = NOW + timedelta(days=300)
    for cursor in (ahead.isoformat(), Place(ahead, ahead, ahead, (Window(NOW, ahead),)).text()):
        place = begin(cursor, NOW)
        assert max(place.read_to, place.begun, place.edge) <= NOW
        assert begin(place.then((), followed=True).text(), NOW + HOUR).left[0].last == NOW + HOUR


def test_what_is_left_stays_few_and_covers_all() -> None:
    place = begin("", NOW)
    for minute in range(1, 500):
        place = begin(place.text(), NOW + timedelta(minutes=minute))
    assert len(place.left) == MOST_LEFT
    assert min(window.first for window in place.left) == NOW - 24 * HOUR


def test_a_long_stretch_is_read_a_week_at_a_time() -> None:
    left: tuple[Window, ...] = (Window(NOW - timedelta(days=20), NOW),)
    days = []
    while left:
        window, left = next_window(left)
        days.append((window.last - window.first).days)
    assert days == [7, 7, 6]


@pytest.mark.parametrize(
    ("window", "error", "rows", "left"),
    [
        (LONG, SourceError("", status=503), 0, (Window(LONG.first, NOW, 4, 1),)),
        (LONG, SourceError("", status=429), 0, (Window(LONG.first, NOW, 4, 1),)),
        (Window(LONG.first, NOW, 4, TRIES - 1), SourceError("", status=503), 0, LONG.halves()),
        (Window(SHORT.first, NOW, 4, TRIES - 1), SourceError("", status=503), 0, None),
        (Window(SHORT.first, NOW, 4, TRIES), SourceError("left alone"), 0, (Window(SHORT.first, NOW, 4, 5),)),
        (
            Window(SHORT.first, NOW, 4, TRIES),
            SourceError("", status=429),
            0,
            (Window(SHORT.first, NOW, 4, 5),),
        ),
        (LONG, SourceError("unreadable", lasting=True), 0, LONG.halves()),
        (SHORT, SourceError("unreadable", lasting=True), 0, None),
        (LONG, SourceError("", status=404, lasting=True), 300, ()),
        (LONG, SourceError("", status=400, lasting=True), FULL, LONG.halves()),
        (Window(LONG.first, NOW), SourceError("", status=400, lasting=True), 0, None),
    ],
)
def test_a_page_that_fails_is_asked_for_again_halved_ended_or_given_up(
    window: Window, error: SourceError, rows: int, left: tuple[Window, ...] | None
) -> None:
    assert after_failure(window, error, rows) == left
