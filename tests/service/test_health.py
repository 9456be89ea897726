"""What the wall says of a source, from how long it has been silent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from console.model import SourceHealth
from console.service.health import Pulse, answered, failed, first_pulse, state_of, stopped
from feeds.source import Bookmark, Kind, Look, Source

NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
FEED = Source("council", "rss", "https://council.example/news.xml", 300.0)


def brought(
    pulse: Pulse,
    monotonic: float,
    *,
    new: int = 0,
    asked: float = 0.0,
    look: Look | None = None,
    overlaps: bool = False,
) -> Pulse:
    found = look or Look((), Bookmark(), next_after=asked)
    now = NOW + timedelta(seconds=monotonic)
    return answered(pulse, found, now, monotonic, new=new, refused=0, wait=300.0, overlaps=overlaps)


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
    # Until its first look it was we who were away; if that fails, it has been gone since its last answer.
    assert (pulse.health.state, pulse.health.items) == ("waiting", 7)
    pulse = failed(pulse, later, 51.0, error="cannot be reached.", wait=5.0)
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


def silent_for(seconds: float) -> Pulse:
    """A source that brought something every minute for two days, and then only answered."""
    pulse = first_pulse(FEED, None, NOW, 0.0)
    for minute in range(2880):
        pulse = brought(pulse, 60.0 * minute, new=1)
    return brought(pulse, 60.0 * 2879 + seconds)


def test_a_source_that_answers_and_fell_silent_is_told_from_a_quiet_one() -> None:
    assert silent_for(899).health.state == "live"
    assert silent_for(901).health.state == "silent"
    assert "usually one within" in stopped(silent_for(901).health)


def test_a_source_of_no_known_rhythm_is_quiet_and_never_silent() -> None:
    pulse = brought(first_pulse(FEED, None, NOW, 0.0), 0.0, new=1)
    assert brought(pulse, 90_000.0).health.state == "quiet"


def test_the_settings_may_say_what_rhythm_to_expect() -> None:
    source = replace(FEED, rhythm=7200.0)
    pulse = brought(first_pulse(source, None, NOW, 0.0), 0.0, new=1)
    assert brought(pulse, 21_599.0).health.state == "quiet"
    assert brought(pulse, 21_600.0).health.state == "silent"


@pytest.mark.parametrize(
    ("kind", "overlaps", "look", "says"),
    [
        ("rss", True, Look((), Bookmark()), "nothing was missed"),
        ("rss", False, Look((), Bookmark()), "what fell off the end of the feed meanwhile is not known"),
        ("mastodon", False, Look((), Bookmark()), "nothing was missed"),
        ("mastodon", False, Look((), Bookmark(), more=True), "still being fetched"),
        (
            "jetstream",
            False,
            Look((), Bookmark(), missed="Posts before 14:00 are gone."),
            "before 14:00 are gone",
        ),
    ],
)
def test_a_source_that_comes_back_says_what_was_missed(
    kind: Kind, overlaps: bool, look: Look, says: str
) -> None:
    pulse = brought(first_pulse(replace(FEED, kind=kind), None, NOW, 0.0), 0.0, new=1)
    pulse = failed(pulse, NOW, 7200.0, error="cannot be reached.", wait=60.0)
    assert pulse.health.state == "dead"
    back = brought(pulse, 7260.0, new=3, look=look, overlaps=overlaps)
    assert back.health.state == "live"
    assert "after 2h with 3 new items" in back.health.note
    assert says in back.health.note
    assert back.at(7260.0 + 86_400.0).health.note == ""


def test_a_rhythm_and_a_note_outlive_a_restart() -> None:
    stored = replace(silent_for(60).health, note="back at 18:00 UTC after 2h with 3 new items")
    again = first_pulse(FEED, stored, NOW + timedelta(days=2), 0.0)
    assert again.health.rhythm == stored.rhythm > 0
    assert again.health.note == stored.note


def restarted(stored: SourceHealth, after: float, source: Source = FEED) -> Pulse:
    """The same source under a new service, so many seconds later; its clock starts there."""
    return first_pulse(source, stored, NOW + timedelta(seconds=after), after)


SINCE = 60.0 * 2879
"""When `silent_for` last brought something."""


def test_a_silent_source_stays_silent_over_a_restart_until_something_new_comes() -> None:
    stored = silent_for(4000).health
    again = restarted(stored, SINCE + 4060)
    assert again.health.state == "silent"
    again = brought(again, SINCE + 4061)
    assert again.health.state == "silent"
    assert again.health.note == ""
    back = brought(again, SINCE + 5000, new=2)
    assert back.health.state == "live"
    assert "after 1h with 2 new items" in back.health.note


def test_after_a_restart_the_end_of_a_silence_says_its_whole_length() -> None:
    stored = silent_for(9 * 3600).health
    back = brought(restarted(stored, SINCE + 9 * 3600 + 60), SINCE + 9 * 3600 + 61, new=3)
    assert "after 9h with 3 new items" in back.health.note


def test_a_silent_source_that_was_dead_meanwhile_is_silent_again_and_not_back() -> None:
    pulse = failed(silent_for(4000), NOW, SINCE + 9000, error="cannot be reached.", wait=60.0)
    assert pulse.health.state == "dead"
    pulse = brought(pulse, SINCE + 9060)
    assert (pulse.health.state, pulse.health.note) == ("silent", "")


def test_a_rhythm_from_the_settings_ends_a_silence_that_is_none() -> None:
    calm = replace(FEED, rhythm=86_400.0)
    again = brought(restarted(silent_for(4000).health, SINCE + 4060, calm), SINCE + 4061)
    assert (again.health.state, again.health.note) == ("quiet", "")


def test_our_own_night_off_teaches_no_rhythm_and_is_told() -> None:
    stored = silent_for(60).health
    before = brought(restarted(stored, SINCE + 70), SINCE + 80, new=1).rhythm.silent_after(300.0)
    night = SINCE + 60 + 12 * 3600
    morning = brought(restarted(stored, night), night + 1, new=5, overlaps=True)
    assert morning.rhythm.silent_after(300.0) <= before
    assert "after 12h with 5 new items; nothing was missed" in morning.health.note
    assert brought(morning, night + 61, new=1).rhythm.gaps == morning.rhythm.gaps + 1


def test_a_short_restart_is_told_by_nobody_and_its_gap_counts() -> None:
    stored = silent_for(60).health
    again = restarted(stored, SINCE + 200)
    pulse = brought(again, SINCE + 201, new=1)
    assert pulse.health.note == ""
    assert pulse.rhythm.gaps == again.rhythm.gaps + 1


def test_an_outage_that_ends_with_nothing_new_is_no_gap_of_the_sources_rhythm() -> None:
    pulse = brought(brought(first_pulse(FEED, None, NOW, 0.0), 0.0, new=1), 60.0, new=1)
    pulse = failed(pulse, NOW, 7200.0, error="cannot be reached.", wait=60.0)
    pulse = brought(pulse, 7260.0)
    assert (pulse.health.state, pulse.rhythm.gaps) == ("quiet", 1)
    pulse = brought(pulse, 7320.0, new=1)
    assert pulse.rhythm.gaps == 1
    assert brought(pulse, 7380.0, new=1).rhythm.gaps == 2


def test_a_pause_that_a_refusal_asks_for_makes_nobody_dead() -> None:
    pulse = brought(first_pulse(replace(FEED, interval=60.0), None, NOW, 0.0), 0.0, new=1)
    paused = failed(pulse, NOW, 60.0, error="says we ask too often.", wait=3600.0, asked=3600.0)
    assert paused.at(3599.0).health.state == "live"
    assert paused.health.last_error == "says we ask too often."
    own = failed(pulse, NOW, 60.0, error="cannot be reached.", wait=600.0)
    assert own.at(300.0).health.state == "dead"


def test_the_calls_that_are_left_stand_until_they_are_granted_anew() -> None:
    granted = Look((), Bookmark(), remaining=200, limit=300, reset_at=NOW + timedelta(seconds=100))
    pulse = brought(first_pulse(FEED, None, NOW, 0.0), 0.0, look=granted)
    alive = brought(pulse, 15.0).health
    assert (alive.remaining, alive.budget, alive.reset_at) == (200, 300, granted.reset_at)
    over = brought(pulse, 100.0).health
    assert (over.remaining, over.budget, over.reset_at) == (None, None, None)


def back_after_two_hours(kind: Kind, look: Look, overlaps: bool = False) -> Pulse:
    pulse = brought(first_pulse(replace(FEED, kind=kind), None, NOW, 0.0), 0.0, new=1)
    pulse = failed(pulse, NOW, 7200.0, error="cannot be reached.", wait=60.0)
    return brought(pulse, 7260.0, new=3, look=look, overlaps=overlaps)


def test_what_failed_beside_an_answer_is_told_and_nothing_was_missed_is_not() -> None:
    failing = Look((), Bookmark(), trouble="posts since the last look are still to come.")
    pulse = back_after_two_hours("mastodon", failing)
    assert pulse.health.state == "live"
    assert pulse.health.last_error == "posts since the last look are still to come."
    assert pulse.health.last_error_at == NOW + timedelta(seconds=7260)
    assert "still being fetched" in pulse.health.note
    whole = brought(pulse, 7320.0, new=40)
    assert whole.health.last_error == ""
    assert "with 43 new items; nothing was missed" in whole.health.note


def test_a_door_that_was_shut_does_not_say_that_nothing_was_missed() -> None:
    note = back_after_two_hours("webhook", Look((), Bookmark(), unchanged=True), overlaps=True).health.note
    assert "nothing was missed" not in note
    assert note.endswith("its senders must send it again")
