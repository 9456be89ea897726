from datetime import UTC, datetime, timedelta

import pytest

from console.intake.heard import Cover, Heard, Placed
from console.intake.incident_keys import slug
from console.intake.incidents import Board
from console.intake.rules import load_rules
from console.model import Reason

NOON = datetime(2026, 3, 1, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOW_OVER = NOON + 3 * HOUR
"""When the warnings of `cover` end."""
RULES = load_rules()


class Desk:
    """A board, and mentions with the values that most tests do not care about."""

    def __init__(self, voices: int = 3) -> None:
        self.board = Board(RULES, window=6 * 3600, voices=voices)
        self.count = 0

    def hear(
        self,
        voice: str,
        *,
        place: str = "Mill Street",
        topic: str = "flood",
        at: datetime = NOON,
        points: int = 1,
        hazard: str = "",
        above: tuple[str, ...] = (),
        now: datetime | None = None,
        says: str = "",
    ) -> Placed:
        self.count += 1
        reasons = (Reason(says or f"reason {self.count}", points),)
        heard = Heard(f"k{self.count}", place, topic, voice, at, points, reasons, hazard)
        return self.board.add(heard, above, now=now or at)

    def open(self, **more: object) -> Placed:
        for voice in ("ana", "bo", "cy"):
            placed = self.hear(voice, **more)  # type: ignore[arg-type]
        return placed


def test_several_independent_voices_open_one_and_adopt_the_earlier() -> None:
    desk = Desk()
    assert desk.hear("ana").incident is None
    assert desk.hear("ana").incident is None
    assert desk.hear("").incident is None, "a repost is no voice"
    assert desk.hear("bo").incident is None
    placed = desk.hear("cy")
    assert placed.incident is not None
    assert placed.incident.key == "mill-street.flood"
    assert placed.incident.voices == 3
    assert placed.adopted == ("k1", "k2", "k3", "k4")
    assert desk.hear("di").adopted == ()


def test_one_mention_to_act_on_now_opens_one() -> None:
    placed = Desk().hear("ana", points=RULES.act_now)
    assert placed.incident is not None
    assert placed.incident.tier == 1


def test_another_place_or_topic_is_another_matter() -> None:
    desk = Desk()
    desk.hear("ana")
    desk.hear("bo", topic="power")
    assert desk.hear("cy", place="Oak School").incident is None


def test_mentions_without_a_place_gather_by_topic_and_those_without_either_stay_loose() -> None:
    desk = Desk()
    placed = desk.open(place="")
    assert placed.incident is not None
    assert placed.incident.key == "no-place.flood"
    assert desk.open(place="", topic="other").incident is None
    assert desk.hear("ana", place="", topic="other", points=20).incident is None
    assert desk.open(topic="other").incident is None, "three people who name a place speak of three things"
    assert desk.hear("di", topic="other", points=RULES.soon).incident is not None


def test_what_names_no_topic_goes_with_what_its_place_talks_of_but_is_no_witness() -> None:
    desk = Desk()
    desk.open(topic="power", at=NOON - HOUR)
    desk.open(topic="flood")
    placed = desk.hear("di", topic="other", points=4)
    assert placed.incident is not None
    assert (placed.incident.key, placed.incident.voices) == ("mill-street.flood", 3)
    assert placed.incident.reasons[0].points == 4
    edited = Heard("k7", "Mill Street", "other", "di", NOON, 4, ())
    again = desk.board.again(edited, (), now=NOON).incident
    assert again is not None
    assert again.key == "mill-street.flood"
    assert desk.hear("ed", place="Oak School", topic="other").incident is None


def test_its_points_are_the_worst_mention_and_the_voices() -> None:
    desk = Desk()
    for voice in range(9):
        desk.hear(f"v{voice}", points=1)
    incident = desk.hear("ten", points=2).incident
    assert incident is not None
    assert incident.points == 2 + RULES.voices_points(10)
    assert [(reason.text, reason.points) for reason in incident.reasons] == [
        ("reason 10", 2),
        ("10 voices", 2),
    ]
    assert sum(reason.points for reason in incident.reasons) == incident.points


def test_however_many_voices_alone_never_make_it_one_to_act_on_now() -> None:
    desk = Desk()
    for voice in range(200):
        incident = desk.hear(f"v{voice}", points=RULES.act_now - 1).incident
    assert incident is not None
    assert (incident.tier, incident.points) == (2, RULES.act_now - 1)
    urgent = desk.hear("ana", points=RULES.act_now).incident
    assert urgent is not None
    assert (urgent.tier, urgent.points) == (1, RULES.act_now + RULES.voices_points(201))


def test_a_warning_makes_only_what_speaks_of_danger_one_to_act_on_now() -> None:
    desk = Desk()
    desk.board.cover(cover({"Mill Street"}))
    asked = desk.open(points=RULES.act_now - 1).incident
    assert asked is not None
    assert (asked.tier, asked.official) == (2, True)
    danger = desk.hear("di", points=3, says='trapped or stranded "trapped"').incident
    assert danger is not None
    assert (danger.tier, danger.points) == (1, 3 + RULES.covers + RULES.voices_points(4))


def test_voices_too_far_apart_open_nothing() -> None:
    desk = Desk()
    for hours, voice in enumerate(("ana", "bo", "cy")):
        placed = desk.hear(voice, at=NOON + 5 * hours * HOUR)
    assert placed.incident is None


def test_it_stays_open_while_it_is_spoken_of_and_closes_after_the_window() -> None:
    desk = Desk()
    desk.open()
    desk.hear("di", at=NOON + 5 * HOUR)
    assert desk.board.expire(NOON + 11 * HOUR) == ()
    (closed,) = desk.board.expire(NOON + 11 * HOUR + timedelta(seconds=1))
    assert (closed.key, closed.state) == ("mill-street.flood", "closed")
    assert desk.board.expire(NOON + 20 * HOUR) == ()


def test_reports_after_closing_open_a_linked_new_one() -> None:
    desk = Desk()
    desk.open()
    desk.board.expire(NOON + 7 * HOUR)
    placed = desk.open(at=NOON + 8 * HOUR)
    assert placed.incident is not None
    assert (placed.incident.key, placed.incident.previous) == ("mill-street.flood.2", "mill-street.flood")
    third = desk.open(at=NOON + 20 * HOUR)
    assert third.incident is not None
    assert third.incident.key == "mill-street.flood.3"
    assert [one.key for one in desk.board.expire(NOON + 20 * HOUR)] == ["mill-street.flood.2"]


def test_late_and_out_of_order_mentions() -> None:
    desk = Desk()
    desk.open()
    early = desk.hear("di", at=NOON - 3 * HOUR)
    assert early.incident is not None
    assert (early.incident.opened_at, early.incident.last_at) == (NOON - 3 * HOUR, NOON)
    assert desk.hear("ed", at=NOON - 30 * HOUR, now=NOON).incident is None


def test_a_clock_set_back_closes_nothing() -> None:
    desk = Desk()
    desk.open()
    desk.hear("di", at=NOON - HOUR, now=NOON - HOUR)
    assert desk.board.expire(NOON - 48 * HOUR) == ()
    assert desk.board.expire(NOON + 5 * HOUR) == ()


def test_replayed_posts_of_the_past_are_heard_now() -> None:
    desk = Desk()
    for voice in ("ana", "bo", "cy"):
        desk.hear(voice, at=NOON - 900 * HOUR, now=NOON)
    assert desk.board.expire(NOON + HOUR) == ()
    assert len(desk.board.expire(NOON + 7 * HOUR)) == 1


def cover(places: set[str], *, topic: str = "flood", name: str = "h1") -> Cover:
    return Cover(frozenset({name}), frozenset(places), topic, NOW_OVER)


def test_an_official_warning_opens_one_and_covers_its_area() -> None:
    desk = Desk()
    desk.board.cover(cover({"Riverton"}))
    placed = desk.hear("nws", place="Riverton", points=7, hazard="h1")
    assert placed.incident is not None
    assert (placed.incident.official, placed.incident.points) == (True, 7)
    assert desk.board.covering("Mill Street", ("Old Town", "Riverton"), "flood") == "Riverton"
    assert desk.board.covering("Mill Street", ("Old Town", "Riverton"), "power") == ""
    assert desk.board.covering("Elsewhere", (), "flood") == ""


def test_a_covered_incident_says_so_until_the_warning_is_over() -> None:
    desk = Desk()
    desk.board.cover(cover({"Riverton"}))
    incident = desk.open(above=("Riverton",)).incident
    assert incident is not None
    assert incident.official
    assert Reason("official warning covers Riverton", RULES.covers) in incident.reasons
    (after,) = desk.board.uncover({"h1"})
    assert (after.key, after.official) == (incident.key, False)
    assert after.points == incident.points - RULES.covers


def test_every_incident_that_a_warning_covers_is_told_when_it_comes_and_when_it_goes() -> None:
    desk = Desk()
    desk.open(above=("Riverton",))
    desk.open(place="Oak School", above=("Riverton",), says='trapped or stranded "trapped"', points=4)
    desk.open(place="Oak School", topic="power", above=("Riverton",))
    desk.open(place="Elsewhere")
    covered = desk.board.cover(cover({"Riverton"}))
    assert {(one.key, one.official, one.tier) for one in covered} == {
        ("mill-street.flood", True, 2),
        ("oak-school.flood", True, 1),
    }
    assert desk.board.expire(NOW_OVER - timedelta(seconds=1)) == ()
    over = desk.board.expire(NOW_OVER)
    assert {(one.key, one.official, one.tier) for one in over} == {
        ("mill-street.flood", False, 3),
        ("oak-school.flood", False, 2),
    }


def test_an_alert_that_moves_on_lets_go_of_where_it_was() -> None:
    desk = Desk()
    desk.board.cover(cover({"Mill Street"}))
    desk.hear("nws", points=7, hazard="h1")
    moved = desk.board.cover(Cover(frozenset({"h1", "h2"}), frozenset({"Oakham"}), "flood", NOW_OVER))
    assert [(one.key, one.official, one.tier) for one in moved] == [("mill-street.flood", False, 3)]


def test_an_incident_of_a_warning_lasts_as_long_as_that() -> None:
    desk = Desk()
    desk.board.cover(Cover(frozenset({"h1"}), frozenset({"Riverton"}), "flood", NOON + 20 * HOUR))
    desk.hear("nws", place="Riverton", points=7, hazard="h1")
    assert desk.board.expire(NOON + 19 * HOUR) == ()
    assert len(desk.board.expire(NOON + 20 * HOUR)) == 1


def test_a_further_message_takes_the_place_of_the_one_before() -> None:
    desk = Desk()
    desk.board.cover(cover({"Riverton"}))
    desk.board.cover(Cover(frozenset({"h1", "h2"}), frozenset({"Oakham"}), "flood", NOON + 9 * HOUR))
    assert desk.board.covering("Riverton", (), "flood") == ""
    assert desk.board.covering("Oakham", (), "flood") == "Oakham"


def test_an_edit_may_worsen_but_is_no_further_voice() -> None:
    desk = Desk()
    desk.open()
    worse = Heard("k1", "Mill Street", "flood", "ana", NOON, 9, (Reason("worse", 9),))
    incident = desk.board.again(worse, (), now=NOON).incident
    assert incident is not None
    assert (incident.voices, incident.tier) == (3, 1)
    calm = Heard("k9", "Oak School", "flood", "zoe", NOON, 0, ())
    assert desk.board.again(calm, (), now=NOON).incident is None


def test_an_edit_that_calls_for_help_waits_nowhere_else() -> None:
    desk = Desk()
    desk.hear("ana", topic="power")
    desk.hear("bo", topic="power")
    call = Heard("k1", "Mill Street", "flood", "ana", NOON, 9, (Reason("trapped", 9),))
    placed = desk.board.again(call, (), now=NOON)
    assert placed.incident is not None
    assert placed.incident.key == "mill-street.flood"
    assert desk.hear("cy", topic="power").incident is None
    opened = desk.hear("di", topic="power")
    assert opened.adopted == ("k2", "k3")


def test_what_was_stored_comes_back_after_a_restart() -> None:
    desk = Desk()
    incident = desk.open(points=4).incident
    assert incident is not None
    heard = [
        Heard(f"k{n}", "Mill Street", "flood", voice, NOON, 4, ()) for n, voice in enumerate(("ana", "bo"))
    ]
    later = Desk()
    later.board.restore(incident, heard)
    placed = later.hear("ana", points=0).incident
    assert placed is not None
    assert (placed.key, placed.voices, placed.points) == (incident.key, 3, incident.points)
    assert placed.reasons == incident.reasons


@pytest.mark.parametrize("known", ["mill-street.flood", "mill-street.flood.4"])
def test_no_key_comes_twice_after_a_restart(known: str) -> None:
    first = Desk().open().incident
    assert first is not None

    later = Desk()
    later.board.restore(first._replace(key=known, state="closed"), ())
    new = later.open().incident
    other = later.open(place="mill STREET!").incident
    assert new is not None
    assert other is not None
    assert new.previous == known
    assert new.key == ("mill-street.flood.2" if known == "mill-street.flood" else "mill-street.flood.5")
    assert other.key not in (new.key, known, "mill-street.flood", "mill-street.flood.2")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Mill Street", "mill-street"),
        ("Žižkov", "zizkov"),
        ("St. John's", "st-john-s"),
        ("渋谷", "渋谷"),
        ("!!", "place"),
    ],
)
def test_keys_can_be_typed(name: str, key: str) -> None:
    assert slug(name) == key


@pytest.mark.parametrize(
    "back", [timedelta(minutes=1), 2 * HOUR, timedelta(days=2), timedelta(days=70 * 365)]
)
def test_a_clock_that_is_set_back_keeps_nobody_out(back: timedelta) -> None:
    """Whether it is wrong now or was wrong before: a call for help must find its incident."""
    desk = Desk()
    desk.open()
    placed = desk.hear("di", at=NOON - back, points=RULES.act_now)
    assert placed.incident is not None
    assert (placed.incident.tier, placed.incident.voices) == (1, 4)
