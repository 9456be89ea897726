from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from console.intake.hazards import drives, fold, message_keys, pick_info, settle, severity
from feeds.post import Hazard, Info, hazard_key

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def message(
    name: str, sent: datetime = NOON, *, updates: tuple[Hazard, ...] = (), kind: str = "Alert", **more: object
) -> Hazard:
    info = Info("Flash Flood Warning", severity="Severe", expires=sent + 3 * HOUR)
    made = Hazard(
        name,
        "w@nws.example",
        sent,
        msg_type=kind,
        infos=(info,),
        references=tuple(one.key for one in updates),
    )
    return replace(made, **more)  # type: ignore[arg-type]


FIRST = message("one")
SECOND = message("two", NOON + HOUR, updates=(FIRST,), kind="Update")
THIRD = message("three", NOON + 2 * HOUR, updates=(FIRST, SECOND), kind="Update")


def test_updates_fold_into_one_living_hazard() -> None:
    living = fold(None, FIRST, NOON).hazard
    assert (living.state, living.updates, living.ends_at) == ("live", 0, NOON + 3 * HOUR)
    living = fold(living, SECOND, NOON + HOUR).hazard
    assert (living.latest, living.updates, living.ends_at) == (SECOND, 1, NOON + 4 * HOUR)
    assert living.messages == (FIRST.key, SECOND.key)


def test_a_message_that_comes_twice_changes_nothing() -> None:
    living = fold(None, FIRST, NOON).hazard
    assert not fold(living, FIRST, NOON).changed


def test_messages_of_one_second_are_counted_once_however_often_the_feed_is_read() -> None:
    second = message("two", NOON, updates=(FIRST,), kind="Update")
    third = message("three", NOON, updates=(FIRST, second), kind="Update")
    living = fold(None, FIRST, NOON).hazard
    for told in (second, third):
        living = fold(living, told, NOON).hazard
    assert (living.latest, living.updates) == (third, 2)
    for told in (FIRST, second, third) * 3:
        again = fold(living, told, NOON)
        assert not again.changed
        living = again.hazard
    assert (living.latest, living.updates) == (third, 2)


def test_an_original_that_comes_after_its_update_changes_nothing() -> None:
    living = fold(None, SECOND, NOON + HOUR).hazard
    assert FIRST.key in living.messages
    after = fold(living, FIRST, NOON + HOUR)
    assert after.hazard.latest == SECOND
    assert not after.changed


def test_a_chain_is_followed_through_a_message_that_never_came() -> None:
    living = fold(None, FIRST, NOON).hazard
    assert set(message_keys(THIRD)) & set(living.messages)
    assert fold(living, THIRD, NOON + 2 * HOUR).hazard.latest == THIRD


def test_a_bare_cancel_still_says_what_is_cancelled() -> None:
    cancel = message("off", NOON + HOUR, updates=(FIRST,), kind="Cancel", infos=())
    folded = fold(fold(None, FIRST, NOON).hazard, cancel, NOON + HOUR)
    assert folded.changed
    assert folded.hazard.state == "cancelled"
    assert folded.hazard.latest.infos == FIRST.infos
    assert not fold(folded.hazard, cancel, NOON + HOUR).changed


def test_an_update_sent_after_a_cancel_lives() -> None:
    cancel = message("off", NOON + HOUR, updates=(FIRST,), kind="Cancel")
    living = fold(fold(None, FIRST, NOON).hazard, cancel, NOON + HOUR).hazard
    assert fold(living, THIRD, NOON + 2 * HOUR).hazard.state == "live"


def test_an_error_rejects_what_it_refers_to() -> None:
    error = message("oops", NOON + HOUR, updates=(FIRST,), kind="Error")
    assert fold(fold(None, FIRST, NOON).hazard, error, NOON + HOUR).hazard.state == "cancelled"


def test_an_acknowledgement_changes_nothing() -> None:
    ack = message("ack", NOON + HOUR, updates=(FIRST,), kind="Ack")
    folded = fold(fold(None, FIRST, NOON).hazard, ack, NOON + HOUR)
    assert not folded.changed
    assert folded.hazard.latest == FIRST


def test_an_all_clear_ends_it() -> None:
    info = replace(FIRST.infos[0], responses=("AllClear",))
    clear = message("clear", NOON + HOUR, updates=(FIRST,), kind="Update", infos=(info,))
    assert fold(fold(None, FIRST, NOON).hazard, clear, NOON + HOUR).hazard.state == "expired"
    assert not drives(clear, NOON + HOUR)


def test_expiry_ends_it() -> None:
    living = fold(None, FIRST, NOON).hazard
    assert settle(living, NOON + 3 * HOUR - timedelta(seconds=1)).state == "live"
    assert settle(living, NOON + 3 * HOUR).state == "expired"
    assert fold(None, FIRST, NOON + 9 * HOUR).hazard.state == "expired"


def test_the_events_end_counts_before_the_messages_expiry() -> None:
    assert fold(None, replace(FIRST, ends=NOON + 8 * HOUR), NOON).hazard.ends_at == NOON + 8 * HOUR


def test_without_an_expiry_a_day_is_assumed_and_said() -> None:
    bare = message("bare", infos=(Info("Fog"),))
    living = fold(None, bare, NOON).hazard
    assert (living.ends_at, living.assumed_end) == (NOON + 24 * HOUR, True)
    assert not fold(None, FIRST, NOON).hazard.assumed_end


def test_kinds_that_number_their_events_fold_by_number() -> None:
    first = message("us1@1", thread="us1")
    later = message("us1@2", NOON + HOUR, thread="us1")
    assert set(message_keys(first)) & set(message_keys(later))
    assert fold(fold(None, first, NOON).hazard, later, NOON + HOUR).hazard.updates == 1


@pytest.mark.parametrize("status", ["Test", "Exercise", "System", "Draft"])
def test_a_test_drives_nothing_and_touches_nothing_real(status: str) -> None:
    test = message("test", NOON + HOUR, updates=(FIRST,), kind="Cancel", status=status)
    assert set(message_keys(test)).isdisjoint(message_keys(FIRST))
    assert not drives(message("test", status=status), NOON)
    assert fold(fold(None, FIRST, NOON).hazard, test, NOON + HOUR).hazard.latest == test


@pytest.mark.parametrize(
    ("worst", "driving"),
    [("Extreme", True), ("Severe", True), ("Moderate", True), ("Minor", False), ("Unknown", False)],
)
def test_what_drives(worst: str, driving: bool) -> None:
    alert = message("a", infos=(Info("Flood", severity="Minor"), Info("Flut", "de", severity=worst)))
    if worst != "Unknown":
        assert severity(alert) == worst
    assert drives(alert, NOON) is driving
    assert not drives(alert, NOON + 30 * HOUR)


def test_the_operators_language_is_picked() -> None:
    alert = message("a", infos=(Info("Flood", "en-US"), Info("Crue", "fr-CA"), Info("Inondation", "fr-FR")))

    def event(*languages: str) -> str:
        info = pick_info(alert, languages)
        assert info is not None
        return info.event

    assert event("fr-FR", "en") == "Inondation"
    assert event("fr") == "Crue"
    assert event("de", "en") == "Flood"
    assert event("de") == "Flood"
    assert pick_info(replace(alert, infos=()), ("en",)) is None


def test_one_instant_written_two_ways_is_one_message() -> None:
    there = datetime.fromisoformat("2026-03-01T14:00:00+02:00")
    assert hazard_key("s", "i", NOON) == hazard_key(" s", "i ", there)
