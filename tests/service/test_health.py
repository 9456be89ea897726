"""What the wall says of a source, from how long it has been silent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from console.service.health import Pulse, answered, failed, first_pulse, state_of
from feeds.source import Source

NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
FEED = Source("council", "rss", "https://council.example/news.xml", 300.0)


def brought(pulse: Pulse, monotonic: float, *, new: int = 0, asked: float = 0.0) -> Pulse:
    return answered(
        pulse,
        NOW + timedelta(seconds=monotonic),
        monotonic,
        new=new,
        refused=0,
        asked=asked,
        remaining=None,
        reset_at=None,
        wait=300.0,
    )


@pytest.mark.parametrize(
    ("since_answer", "since_item", "state"),
    [
        (10, 10, "live"),
        (10, 899, "live"),
        (10, 900, "quiet"),
        (10, None, "quiet"),
        (599, 599, "live"),
        (600, 600, "late"),
        (1499, 10, "late"),
        (1500, 10, "dead"),
    ],
)
def test_states_follow_the_silence_in_intervals(
    since_answer: float | None, since_item: float | None, state: str
) -> None:
    assert state_of(300, since_answer=since_answer, since_item=since_item, since_trying=0) == state


@pytest.mark.parametrize(
    ("since_answer", "state"), [(59, "quiet"), (60, "late"), (299, "late"), (300, "dead")]
)
def test_a_source_asked_every_second_gets_a_minute_and_five(since_answer: float | None, state: str) -> None:
    assert state_of(1, since_answer=since_answer, since_item=None, since_trying=0) == state


def test_a_source_is_waiting_until_its_first_look() -> None:
    assert state_of(300, since_answer=None, since_item=None, since_trying=None) == "waiting"


def test_a_source_that_never_answered_is_late_at_once_and_dead_in_time() -> None:
    pulse = failed(first_pulse(FEED, None, NOW, 0.0), NOW, 0.0, error="cannot be reached.", wait=5.0)
    assert pulse.health.state == "late"
    assert pulse.health.last_error == "cannot be reached."
    assert pulse.at(1499.0).health.state == "late"
    assert pulse.at(1500.0).health.state == "dead"


def test_one_failure_between_two_answers_is_not_worth_a_word() -> None:
    pulse = brought(first_pulse(FEED, None, NOW, 0.0), 0.0, new=3)
    pulse = failed(pulse, NOW, 300.0, error="broke off.", wait=5.0)
    assert pulse.health.state == "live"
    pulse = brought(pulse, 305.0)
    assert (pulse.health.state, pulse.health.last_error, pulse.health.items) == ("live", "", 3)


def test_who_obeys_a_servers_wish_for_an_hour_is_not_late() -> None:
    pulse = brought(first_pulse(FEED, None, NOW, 0.0), 0.0, new=1, asked=3600.0)
    assert pulse.at(3500.0).health.state == "live"
    assert pulse.at(7200.0).health.state == "late"


def test_a_restarted_service_takes_up_the_age_of_the_last_answer() -> None:
    stored = brought(first_pulse(FEED, None, NOW, 0.0), 0.0, new=7).health
    later = NOW + timedelta(seconds=1600)
    pulse = first_pulse(FEED, stored, later, 50.0)
    assert (pulse.health.state, pulse.health.items) == ("dead", 7)
    assert brought(pulse, 60.0).health.state == "quiet"


def test_an_answer_dated_ahead_of_a_clock_that_was_set_back_counts_as_new() -> None:
    stored = brought(first_pulse(FEED, None, NOW, 0.0), 0.0, new=7).health
    pulse = first_pulse(FEED, stored, NOW - timedelta(days=1), 50.0)
    assert pulse.health.state == "live"
    assert pulse.at(50.0 + 1500.0).health.state == "dead"


def test_another_address_begins_anew() -> None:
    stored = brought(first_pulse(FEED, None, NOW, 0.0), 0.0, new=7).health
    moved = replace(FEED, address="https://elsewhere.example/news.xml")
    assert first_pulse(moved, stored, NOW, 0.0).health.state == "waiting"
