"""Far more voices than usual, told once; not by a bulk of reposts, a loud author or a short past."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from console.intake.risen import Sample, risen
from console.intake.surges import AGAIN, FEWEST, Surges, Voice
from console.surge import Listened, Surge
from tests.hostile import SMALL

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
MILL = ("Mill Street", "flood")


@dataclass
class Town:
    """A desk's memory of surges, and the clock by which it is asked."""

    surges: Surges = field(default_factory=Surges)
    now: datetime = MONDAY
    said: int = 0
    told: list[Surge] = field(default_factory=list)

    def say(
        self,
        count: int = 1,
        *,
        minutes: float = 0.0,
        subject: tuple[str, str] = MILL,
        voice: str | None = None,
        text: str | None = None,
        source: str = "town",
        words: str = "rain again in mill street",
        ago: timedelta = timedelta(0),
    ) -> None:
        """So many mentions, spread evenly over so many minutes, asked for surges after each."""
        for _ in range(count):
            self.now += timedelta(minutes=minutes / count)
            self.said += 1
            self.surges.hear(
                *subject,
                voice=f"voice{self.said}" if voice is None else voice,
                text=text or f"text{self.said}",
                source=source,
                at=(self.now - ago).timestamp(),
                words=words.split(),
            )
            self.ask()

    def ask(self) -> None:
        """Keep what an operator is told: that a surge begins, has doubled, is over."""
        self.told += [
            one for one in self.surges.rose(self.now) if one.told_at == self.now or one.ended_at is not None
        ]

    def wait(self, hours: float, an_hour: int = 0, **more: object) -> None:
        """Let hours pass, with so many voices in each."""
        for _ in range(round(hours)):
            if an_hour:
                self.say(an_hour, minutes=60, **more)  # type: ignore[arg-type]
            else:
                self.now += timedelta(hours=1)
                self.ask()


@pytest.fixture
def town() -> Town:
    """Nine days of two voices an hour in one street and six in the rest of the town, and nothing told."""
    town = Town()
    for _ in range(9 * 24):
        town.say(2, minutes=20)
        town.say(6, minutes=40, subject=("", "weather"), words="clouds over the town")
    assert town.told == []
    return town


def test_it_is_told_once_with_its_numbers(town: Town) -> None:
    began = town.now
    town.say(20, minutes=20, words="water in every basement pump broken")
    (surge,) = town.told
    assert (surge.place, surge.topic) == MILL
    assert surge.voices >= FEWEST
    assert surge.usual == pytest.approx(2.0 * surge.span / 3600, rel=0.3)
    assert surge.times > 3
    assert surge.half_day == pytest.approx(surge.usual)
    assert surge.yesterday == surge.week_ago
    assert (surge.hours, surge.days) == (12, 7)
    assert began < surge.began_at == surge.told_at <= town.now
    assert surge.ended_at is None


def test_it_is_told_again_when_it_has_doubled_and_when_it_is_over(town: Town) -> None:
    town.say(20, minutes=10)
    first = town.told[0]
    town.say(60, minutes=20)
    doubled = town.told[1:]
    assert doubled
    for before, after in zip(town.told, doubled, strict=False):
        assert after.told >= 2 * before.told
        assert after.told_at >= before.told_at + AGAIN
        assert after.began_at == first.began_at
    town.told.clear()
    town.wait(3, 2)
    (over,) = town.told
    assert over.ended_at is not None
    assert over.began_at == first.began_at
    assert over.most >= 40


def test_one_that_begins_anew_soon_after_is_told_anew(town: Town) -> None:
    town.say(20, minutes=20)
    town.wait(3, 2)
    assert len(town.told) == 2
    town.say(20, minutes=20)
    assert len(town.told) == 3
    assert town.told[2].began_at > town.told[0].began_at


def test_what_stays_for_a_day_is_usual_from_then_on(town: Town) -> None:
    town.wait(40, 20)
    assert [surge.ended_at is None for surge in town.told] == [True, False]


def test_a_thousand_reposts_of_one_text_are_one_voice(town: Town) -> None:
    town.say(1000, minutes=30, text="one text")
    assert town.told == []


def test_mere_reposts_are_no_voice(town: Town) -> None:
    town.say(1000, minutes=30, voice="")
    assert town.told == []


def test_one_loud_author_is_one_voice(town: Town) -> None:
    town.say(200, minutes=30, voice="loud")
    assert town.told == []


def test_a_backlog_counts_when_it_was_said(town: Town) -> None:
    """A source that was away brings what it missed at once."""
    for hours in range(30, 0, -1):
        town.say(3, ago=timedelta(hours=hours))
    assert town.told == []


def test_a_desk_that_has_just_started_does_not_know_yet() -> None:
    town = Town()
    town.say(40, minutes=30)
    assert town.told == []
    assert town.surges.listened(town.now) == Listened(0, 0, town.now)
    town.wait(5, 2)
    town.say(40, minutes=30)
    assert town.told == []
    assert 0 < town.surges.listened(town.now).hours < 6


def test_what_a_source_brings_of_days_before_makes_no_past_of_silence() -> None:
    """A desk has just started; a feed holds three old items and then much that is new."""
    town = Town(now=MONDAY + timedelta(days=3))
    for hours in (50, 30, 20):
        town.say(1, ago=timedelta(hours=hours))
    town.say(30, minutes=30)
    assert town.told == []
    assert town.surges.listened(town.now).hours == 0


def test_a_day_old_desk_says_how_little_it_knows() -> None:
    town = Town()
    town.wait(14, 2)
    town.say(20, minutes=20)
    (surge,) = town.told
    assert (surge.hours, surge.days) == (12, 0)
    assert surge.yesterday is None
    assert surge.week_ago is None


def test_a_first_morning_is_no_surge() -> None:
    """The whole desk wakes up; no other day is known yet that would tell so."""
    town = Town()
    subjects = [("", f"topic{number}") for number in range(8)]
    for hour in range(24):
        for subject in subjects:
            town.say(1 if hour < 12 else 9, minutes=60 / len(subjects), subject=subject)
    assert town.told == []


def test_what_happens_every_day_at_this_hour_is_no_surge() -> None:
    town = Town()
    for _ in range(5):
        town.wait(20, 1)
        town.say(40, minutes=60)
        town.wait(3, 1)
    assert len({surge.began_at for surge in town.told}) == 1


def test_what_happens_every_week_is_no_surge() -> None:
    town = Town()
    for day in range(15):
        town.wait(18, 1)
        if day % 7 == 5:
            town.say(40, minutes=120)
            town.wait(4, 1)
        else:
            town.wait(6, 1)
    assert len({surge.began_at for surge in town.told}) == 1


def test_a_source_that_was_just_added_is_no_event(town: Town) -> None:
    town.wait(3, 20, source="new")
    assert town.told == []


def test_hours_in_which_nothing_came_are_not_taken_for_quiet(town: Town) -> None:
    """The whole desk was away for half a day."""
    town.wait(14)
    for _ in range(2):
        town.say(6, minutes=60)
    assert town.told == []


def test_a_place_is_told_where_no_single_topic_is(town: Town) -> None:
    for _ in range(4):
        for topic in ("flood", "power", "road", "water", "noise"):
            town.say(1, minutes=1, subject=("Oak School", topic))
    (surge,) = town.told
    assert (surge.place, surge.topic) == ("Oak School", "")


def test_a_place_is_not_told_for_what_its_topic_was_told_for(town: Town) -> None:
    town.say(40, minutes=20)
    assert {(surge.place, surge.topic) for surge in town.told} == {MILL}


def test_a_topic_without_a_place_is_told(town: Town) -> None:
    town.say(20, minutes=20, subject=("", "power"))
    assert {(surge.place, surge.topic) for surge in town.told} == {("", "power")}


def test_hours_are_those_of_utc_when_the_clocks_change() -> None:
    """What a town does at seven in the morning comes an hour of UTC earlier from a Sunday on."""
    town = Town()
    for day in range(16):
        wakes = 7 if day < 8 else 6
        for hour in range(24):
            town.say(1 if hour < wakes else 4, minutes=60)
    assert town.told == []


def test_the_terms_that_rose_come_first_and_say_nothing_known(town: Town) -> None:
    for number in range(20):
        town.say(1, minutes=1, words=f"pump failed in mill street flood the again {number % 8}th")
    (surge,) = town.told
    terms = [term.text for term in surge.terms]
    assert terms[:2] == ["failed", "pump"]
    assert not {"mill", "street", "flood", "the"} & set(terms)
    pump = surge.terms[1]
    assert (pump.voices, pump.before) == (surge.voices, 0)
    assert pump.of > 100


@pytest.mark.parametrize("text", SMALL.values(), ids=SMALL.keys())
def test_no_hostile_text_becomes_a_term_that_is_more_than_a_word(text: str) -> None:
    before = Sample()
    before.add("rain again")
    for term in risen([text] * 9, before, ()):
        assert term.text.isprintable()
        assert len(term.text) <= 24
        assert " " not in term.text


def test_restored_it_goes_on_as_if_nothing_had_been(town: Town) -> None:
    town.say(20, minutes=20)
    (told,) = town.told
    again = Surges()
    again.remember(_as_stored(town), (told,), since=MONDAY, now=town.now)
    assert all(one.told_at == told.told_at and one.ended_at is None for one in again.rose(town.now))
    town.surges = again
    town.wait(3, 2)
    assert [surge.ended_at is None for surge in town.told] == [True, False]
    assert again.listened(town.now) == Listened(12, 7, town.now)


def _as_stored(town: Town) -> Iterator[Voice]:
    """What the fixture and the test said, as a store gives it back."""
    began, number = MONDAY, 0
    for hour in range(9 * 24):
        for share, subject in ((2, MILL), (6, ("", "weather"))):
            for one in range(share):
                number += 1
                at = began + timedelta(hours=hour, minutes=(20 if share == 6 else 0) + 5 * one)
                yield Voice(*subject, f"voice{number}", f"text{number}", "town", at.timestamp())
    for one in range(20):
        number += 1
        at = began + timedelta(days=9, minutes=one + 1)
        yield Voice(*MILL, f"voice{number}", f"text{number}", "town", at.timestamp(), ("water",))


def test_memory_is_bounded_whatever_comes() -> None:
    surges, draw = Surges(), Random(1)
    for number in range(20_000):
        surges.hear(
            f"place{draw.randrange(9000)}",
            "flood",
            voice=f"voice{number}",
            text=f"text{number}",
            source=f"source{number}",
            at=MONDAY.timestamp() + number,
            words=["word"] * 5000,
        )
    surges.rose(MONDAY + timedelta(seconds=20_000))
    assert len(surges._pasts) <= 6_000
    assert len(surges._sources) <= 1_000
    assert len(surges._sample) <= 2_000


def test_one_that_begins_as_another_falls_is_told_for_itself(town: Town) -> None:
    town.say(30, minutes=1)
    town.now += timedelta(minutes=57)
    town.ask()
    town.told.clear()
    town.say(20, minutes=4, subject=("Elm Road", "flood"))
    began = [one for one in town.told if one.place == "Elm Road"]
    assert began
    assert began[0].began_at == began[0].told_at


def test_what_was_filed_anew_goes_on_with_when_it_was_told(town: Town) -> None:
    town.say(20, minutes=20)
    (first,) = town.told
    # As after a start: the same voices, by now under a street that lies there.
    voices = [
        Voice(
            "Elm Road", "flood", f"one{number}", f"this{number}", "town", town.now.timestamp() - 60 * number
        )
        for number in range(20)
    ]
    since = town.now - timedelta(days=9)
    past = [
        Voice("", "weather", f"p{hour}", f"q{hour}", "town", town.now.timestamp() - 3600 * hour)
        for hour in range(190, 1, -1)
    ]
    again = Surges()
    again.remember(
        [*past, *voices[::-1]], [replace(first, voices=20, heard_at=town.now)], since=since, now=town.now
    )
    (anew,) = [one for one in again.rose(town.now + timedelta(minutes=1)) if one.place == "Elm Road"]
    assert (anew.told_at, anew.began_at) == (first.told_at, first.began_at)
