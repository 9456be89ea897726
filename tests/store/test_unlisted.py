"""Names that no list has, as rows: counted with the mentions that hold them, bounded, kept over a restart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from console.intake.proposals import MOST_COUNTED
from console.model import Unlisted
from console.store import placing, unlisted
from console.store.change import Change
from console.store.reader import Reader
from console.store.writer import Store
from feeds.source import Bookmark
from tests.store.making import Desk, desk, flood_warning, taken
from tests.store.saying import STREET, named_by, naming

KEY = "alderstreet"


@pytest.fixture
def place(tmp_path: Path) -> Desk:
    return desk(tmp_path, keep_free=0)


@pytest.fixture
def store(place: Desk) -> Iterator[Store]:
    with closing(place.open()) as store:
        yield store


def proposed(store: Store) -> tuple[Unlisted, ...]:
    with Reader(store.paths.database) as reader:
        return reader.unlisted()


def counts(store: Store, key: str = KEY) -> tuple[int, int, int]:
    found = store.change(lambda change: unlisted.read(change.connection, key))
    return (found.mentions, found.voices, found.near) if found else (0, 0, 0)


def rows(store: Store, table: str = "unlisted") -> int:
    return int(store.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_three_voices_make_a_proposal_with_an_example(store: Store) -> None:
    store.take(named_by(2))
    assert proposed(store) == ()
    store.take([naming("9", "#AlderStreet", place="Main Road")])
    (name,) = proposed(store)
    assert (name.name, name.mentions, name.voices, name.near) == (STREET, 3, 3, 1)
    assert name.example == 1
    assert name.text.endswith(STREET)


def test_reposts_and_one_loud_author_are_mentions_and_no_voices(store: Store) -> None:
    store.take([naming("1"), *(naming(str(number), head="1", author=f"@{number}") for number in range(2, 9))])
    store.take([naming(str(number), author="@loud") for number in range(20, 24)])
    assert counts(store) == (12, 2, 0)
    assert proposed(store) == ()


def test_it_follows_edits_and_deletions(store: Store) -> None:
    added = store.take(named_by(4)).added
    store.take([naming("100", "Elder Rd", mention_id=added[0])])
    assert (counts(store), counts(store, "elderroad")) == ((3, 3, 0), (1, 1, 0))
    store.take([], deleted=added[1:])
    assert counts(store) == (0, 0, 0)
    again = replace(naming("101", mention_id=added[1]).post, updated_at=store.clock() + timedelta(hours=1))
    store.take([replace(naming("101", mention_id=added[1]), post=again)])
    assert counts(store) == (1, 1, 0)


def test_an_official_alert_names_many_places_and_proposes_none(store: Store) -> None:
    alert = naming("1")
    store.take([replace(alert, hazard=flood_warning())])
    assert rows(store) == 0


def test_it_stands_after_a_restart(place: Desk) -> None:
    with closing(place.open()) as store:
        store.take(named_by(2))
    with closing(place.open()) as store:
        store.take(named_by(1, first=300))
        assert [name.voices for name in proposed(store)] == [3]


def test_a_failed_transaction_counts_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr("console.store.sources.write_bookmark", fail)
        with pytest.raises(RuntimeError):
            store.take(named_by(3), source="town", bookmark=Bookmark())
    assert rows(store) == rows(store, "unlisted_said") == 0


def test_what_somebody_refused_stays_refused_however_many_say_it(store: Store) -> None:
    store.take(named_by(3))
    store.change(lambda change: unlisted.decide(change, KEY, STREET, "refused", "kim"))
    store.take(named_by(30, "alder street", first=500))
    assert proposed(store) == ()
    with Reader(store.paths.database) as reader:
        (name,) = reader.unlisted(decided=True)
    assert (name.state, name.by, name.mentions) == ("refused", "kim", 3)


def test_a_hot_name_is_counted_by_its_newest_mentions_and_more_are_noted(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unlisted, "MOST_SAID", 250)
    for first in range(0, 600, 100):
        store.take(named_by(100, first=first))
        assert rows(store, "unlisted_said") == min(first + 100, 250)
    assert counts(store) == (MOST_COUNTED, MOST_COUNTED, 0)
    noted = store.change(lambda change: unlisted.mentions_of(change.connection, KEY))
    assert noted == tuple(range(351, 601))


def test_all_that_is_noted_of_a_hot_name_is_filed_once_it_is_listed(store: Store) -> None:
    for first in range(0, 400, 200):
        store.take(named_by(200, first=first))
    told = store.change(lambda change: placing.list_name(change, KEY, STREET, ()))
    assert len(told) == 400
    assert {row for row in store.connection.execute("SELECT place FROM mention")} == {(STREET,)}


def test_what_nobody_says_again_is_forgotten(place: Desk, store: Store) -> None:
    store.take([naming("1", "Once St"), *named_by(3)])
    place.clock.go(days=2)
    store.tidy(idle=False)
    assert [name.name for name in proposed(store)] == [STREET]
    assert rows(store) == 1
    place.clock.go(days=6)
    store.tidy(idle=False)
    assert rows(store) == rows(store, "unlisted_said") == 0


def test_too_many_names_are_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unlisted, "MOST_OPEN", 50)
    store.take([naming(str(number), f"Number{number} Rd") for number in range(120)])
    store.tidy(idle=False)
    assert rows(store) == rows(store, "unlisted_said") == 50


@pytest.mark.parametrize("days", [0, 2])
def test_a_flood_of_names_does_not_outrun_the_forgetting(
    place: Desk, store: Store, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    monkeypatch.setattr(unlisted, "MOST_OPEN", 30)
    monkeypatch.setattr(unlisted, "CHUNK", 20)
    store.take([naming(str(number), f"Number{number} Rd") for number in range(150)])
    place.clock.go(days=days)
    store.tidy(idle=False)
    assert rows(store) == rows(store, "unlisted_said") == (0 if days else 30)


def test_old_mentions_take_their_names_along(tmp_path: Path) -> None:
    place = desk(tmp_path, keep_free=0, keep=3600)
    with closing(place.open()) as store:
        store.take(named_by(3))
        place.clock.go(hours=2)
        store.tidy(idle=False)
        assert rows(store, "mention") == rows(store, "unlisted_said") == 0
        (name,) = proposed(store)
        assert name.text == ""


def test_what_the_list_has_by_now_is_proposed_no_more(store: Store) -> None:
    store.take([*named_by(3), *named_by(3, "Elder Rd", first=200)])
    store.change(lambda change: unlisted.decide(change, "x", "Gone Rd", "added", "kim"))
    store.settle_names(lambda name: name == STREET)
    assert [name.name for name in proposed(store)] == ["Elder Rd"]
    with Reader(store.paths.database) as reader:
        assert reader.unlisted(decided=True) == ()


def test_mentions_that_name_nothing_cost_no_row(store: Store) -> None:
    store.take([taken("1"), taken("2")])
    assert rows(store) == 0


def test_undoing_a_decision_on_a_name_that_nobody_said_leaves_nothing(store: Store) -> None:
    def there_and_back(change: Change) -> None:
        unlisted.decide(change, KEY, STREET, "refused", "kim")
        unlisted.decide(change, KEY, STREET, "", "")

    store.change(there_and_back)
    assert rows(store) == 0
