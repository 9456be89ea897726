"""How often something comes from a source, learned from what it brings."""

import random

from console.service.rhythm import DAY, Rhythm, heard, remembered


def lived(gaps: list[float]) -> Rhythm:
    rhythm = Rhythm()
    for gap in gaps:
        rhythm = heard(rhythm, gap)
    return rhythm


def days_and_nights(days: int) -> list[float]:
    """Gaps of a town's posts: one in two minutes by day, one in forty from eleven to six."""
    chance, at, gaps = random.Random(3), 0.0, []
    while at < days * DAY:
        night = not 6 <= at % DAY / 3600 < 23
        gap = chance.expovariate(1 / (2400.0 if night else 120.0))
        gaps.append(gap)
        at += gap
    return gaps


def test_nothing_is_expected_before_a_few_gaps_are_known() -> None:
    assert lived([60.0] * 7).silent_after(60.0) == float("inf")
    assert lived([60.0] * 9).silent_after(60.0) < float("inf")


def test_a_steady_source_is_missed_soon() -> None:
    rhythm = lived([60.0] * 3000)
    assert 30 <= rhythm.expected <= 60
    assert rhythm.silent_after(60.0) == 600.0


def test_a_rhythm_that_never_saw_a_night_is_patient() -> None:
    assert lived([60.0] * 100).silent_after(60.0) == 4 * lived([60.0] * 3000).silent_after(60.0)


def test_nights_are_no_reason_to_cry_wolf() -> None:
    rhythm, alarms = Rhythm(), 0
    for gap in days_and_nights(28):
        alarms += gap >= rhythm.silent_after(60.0)
        rhythm = heard(rhythm, gap)
    assert alarms <= 2


def test_a_source_that_stops_by_day_is_missed_within_a_night() -> None:
    assert lived(days_and_nights(28)).silent_after(60.0) <= 8 * 3600


def test_a_rhythm_follows_when_a_source_becomes_slower() -> None:
    assert lived([60.0] * 500 + [3600.0] * 100).expected >= 1800


def test_what_was_written_down_is_never_less_patient() -> None:
    before = lived([60.0] * 3000)
    assert remembered(before.expected).silent_after(60.0) >= before.silent_after(60.0)
