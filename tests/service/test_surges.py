"""Surges from post to row: told once, also after a restart, and counted by what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.intake.places import PlaceIndex
from console.intake.rules import load_rules
from console.model import Event, Place
from console.paths import DataPaths
from console.service.intake import Intake, NotTakenIn
from console.service.tables import Tables, judge_maker
from console.settings import Settings, StoreSettings
from console.store.connect import StoreError
from console.store.reader import Reader
from console.store.writer import Store
from console.surge import Surge, Surges
from feeds.post import Post

START = datetime(2026, 3, 2, tzinfo=UTC)
TABLES = Tables(PlaceIndex([Place("Mill Street")]), load_rules())


class Service:
    """The part of the service that takes posts in, on a disk, with a clock to set; it can be restarted."""

    def __init__(self, root: Path) -> None:
        self.now = START
        self.paths = DataPaths(root)
        self.said = 0
        self.open()

    def open(self) -> None:
        self.store = Store.open(self.paths, settings=StoreSettings(keep_free=0), clock=lambda: self.now)
        maker = judge_maker(Settings(), TABLES, self.store, lambda: self.now)
        self.intake = Intake(self.store, maker, clock=lambda: self.now)

    def restart(self) -> None:
        self.store.close()
        self.open()

    def take(self, count: int, text: str, *, minutes: float, **more: object) -> None:
        """So many posts over so many minutes, looked at after each."""
        for _ in range(count):
            self.intake.take([self.post(text, minutes / count, **more)], trust="public")
            self.intake.tidy(idle=False)

    def post(self, text: str, minutes: float, **more: object) -> Post:
        """What somebody says so many minutes later."""
        self.now += timedelta(minutes=minutes)
        self.said += 1
        words = text if text.startswith("RT") else f"{text} {self.said}th"
        given: dict[str, object] = {"author": f"voice{self.said}", "created_at": self.now} | more
        return Post("town", str(self.said), words, **given)  # type: ignore[arg-type]

    def days(self, days: int) -> None:
        """Quiet days in Mill Street: a voice every half hour, taken in together."""
        posts = [self.post("flood water in the fields at Mill Street", 30) for _ in range(48 * days)]
        while posts:
            settled, _ = self.intake.take(posts, trust="public")
            posts = posts[settled:]
        self.intake.tidy(idle=False)

    def surges(self, since: datetime | None = START) -> Surges:
        with Reader(self.paths.database) as reader:
            return reader.surges(since)

    def going(self) -> tuple[Surge, ...]:
        return self.surges(None).told

    def events(self) -> list[Event]:
        with Reader(self.paths.database) as reader:
            return [event for event in reader.events(10_000)[::-1] if event.kind.startswith("surge")]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path)
    service.days(2)
    yield service
    service.store.close()


FLOOD = "flood water in the cellars of Mill Street, the pump failed"


def test_it_is_stored_with_its_numbers_and_told_to_the_log_once(service: Service) -> None:
    assert service.surges().told == ()
    service.take(20, FLOOD, minutes=18)
    (surge,) = service.going()
    assert surge.place == "Mill Street"
    assert surge.voices >= 15
    assert surge.usual < 3
    assert surge.hours == 12
    assert surge.days >= 1
    assert "pump" in {term.text for term in surge.terms}
    (began,) = service.events()
    assert (began.kind, began.actor) == ("surge began", "intake")
    assert began.subject.startswith("Mill Street")


def test_one_that_doubles_is_told_again_and_its_number_is_kept_fresh(service: Service) -> None:
    service.take(12, FLOOD, minutes=10)
    (first,) = service.going()
    service.take(60, FLOOD, minutes=24)
    (doubled,) = service.going()
    assert doubled.began_at == first.began_at
    assert doubled.told >= 2 * first.told
    assert doubled.heard_at >= doubled.told_at > first.told_at
    assert [event.kind for event in service.events()] == ["surge began", "surge doubled"]
    service.take(5, FLOOD, minutes=5)
    (later,) = service.going()
    assert later.heard_at > doubled.heard_at
    assert later.told_at == doubled.told_at


def test_after_a_restart_it_is_not_told_again_and_ends_as_it_would_have(service: Service) -> None:
    service.take(20, FLOOD, minutes=18)
    service.restart()
    service.take(2, FLOOD, minutes=2)
    assert [event.kind for event in service.events()] == ["surge began"]
    assert len(service.going()) == 1
    service.days(1)
    assert [event.kind for event in service.events()] == ["surge began", "surge over"]
    assert service.going() == ()
    (over,) = service.surges().told
    assert over.ended_at is not None
    assert over.most >= 15


def test_counts_come_back_from_what_is_stored(service: Service) -> None:
    service.restart()
    service.take(20, FLOOD, minutes=18)
    (surge,) = service.going()
    assert (surge.hours, surge.days) == (12, 1)
    assert surge.half_day > 0
    assert surge.terms


def test_a_desk_that_has_just_begun_says_how_little_it_knows(tmp_path: Path) -> None:
    service = Service(tmp_path)
    with closing(service.store):
        assert service.surges().listened.at is None
        service.take(30, FLOOD, minutes=20)
        known = service.surges()
        assert known.told == ()
        assert (known.listened.hours, known.listened.days) == (0, 0)
        assert known.listened.at is not None


def test_silence_counts_from_when_the_desk_began_also_after_a_restart(tmp_path: Path) -> None:
    service = Service(tmp_path)
    service.take(1, FLOOD, minutes=1)
    service.now += timedelta(hours=9)
    service.restart()
    service.take(1, FLOOD, minutes=1)
    known = service.surges().listened
    service.store.close()
    assert 7 <= known.hours <= 9


def test_how_much_is_known_is_never_long_out_of_date(service: Service) -> None:
    for _ in range(45):
        service.now += timedelta(minutes=1)
        service.intake.tidy(idle=True)
        at = service.surges().listened.at
        assert at is not None
        assert service.now - at <= timedelta(minutes=10)


def test_reposts_edits_and_deletions_are_no_voices(service: Service) -> None:
    service.take(100, "RT @ana flood at Mill Street", minutes=20)
    assert service.going() == ()
    before = service.said
    for round_ in range(30):
        service.said = before  # the same post, edited
        service.take(1, f"flood at Mill Street, now {round_} cm", minutes=0.5, updated_at=service.now)
    assert service.going() == ()


def test_it_works_where_no_place_is_listed(service: Service) -> None:
    service.take(20, "no power in our house since six", minutes=18)
    (surge,) = service.going()
    assert surge.place == ""
    assert surge.topic == "power"


def test_words_are_compared_with_a_backlog_too(tmp_path: Path) -> None:
    """A service that has just started is brought what was said before, and then a surge."""
    service = Service(tmp_path)
    service.now += timedelta(days=2)
    service.intake.tidy(idle=False)
    service.now -= timedelta(days=2)
    service.days(2)
    service.take(20, FLOOD, minutes=18)
    (surge,) = service.going()
    service.store.close()
    assert "pump" in {term.text for term in surge.terms}
    assert surge.terms[0].of > 50


def test_a_failed_transaction_tells_it_later_and_once(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreError("The disk said no. Nothing was stored.")

    service.take(6, FLOOD, minutes=6)
    with monkeypatch.context() as broken:
        broken.setattr(Store, "surged", fail)
        with pytest.raises(NotTakenIn):
            service.take(20, FLOOD, minutes=6)
        assert service.going() == ()
    service.intake.tidy(idle=False)
    service.take(6, FLOOD, minutes=6)
    assert len(service.going()) == 1
    assert [event.kind for event in service.events()] == ["surge began"]


def test_old_ones_are_forgotten(service: Service) -> None:
    service.take(20, FLOOD, minutes=18)
    service.days(1)
    assert len(service.surges().told) == 1
    service.now += timedelta(days=100)
    service.take(1, FLOOD, minutes=1)
    assert service.surges().told == ()
