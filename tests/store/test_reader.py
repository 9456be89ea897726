"""What desks see: pages that hold still, filters that combine, counts that never cost more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.model import NO_PLACE, MentionFilter, TierCounts, Waiting
from console.store.connect import StoreError, wal_of
from console.store.reader import WAITING_CAP, Reader
from console.store.search import facet, question
from console.store.writer import Store
from tests.store.making import START, Desk, desk, flood_warning, incident, only_readable, taken


def ids(reader: Reader, wanted: MentionFilter | None = None, **how: int | bool) -> list[str]:
    found = reader.mentions(wanted or MentionFilter(), **how)  # type: ignore[arg-type]
    return [mention.native_id for mention in found]


@pytest.fixture
def evening(store: Store) -> None:
    """Nine mentions and a repeat."""
    store.take(
        [
            taken("1", "Flooding in the cellar", place="Mill Street", topic="flood", tier=1),
            taken("2", "flooded again", place="Mill Street", topic="flood", source="radio"),
            taken("3", "no power", place="Mill Street", topic="power", tier=2),
            taken("4", "no power either", place="Oak School", topic="power", tier=1),
            taken("5", 'they say "the dam" is gone', place="", topic="other", author="@flo"),
            taken("6", "flood", head="1", place="Mill Street", topic="flood", tier=1),
            taken("7", "¿dónde está el refugio?", place="Oak School", topic="shelter"),
            taken("8", "don't panic - OR do", place="", topic="other"),
            taken("9", "thanks", place="Łódź", topic="other", at=START - timedelta(hours=3)),
        ]
    )


@pytest.mark.usefixtures("evening")
@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (MentionFilter(), "98754321"),
        (MentionFilter(place="mill street"), "321"),
        (MentionFilter(place=NO_PLACE), "85"),
        (MentionFilter(place="Łódź"), "9"),
        (MentionFilter(source="Radio"), "2"),
        (MentionFilter(tier=1), "41"),
        (MentionFilter(topic="power"), "43"),
        (MentionFilter(place="Mill Street", tier=1), "1"),
        (MentionFilter(place="Mill Street", topic="Power"), "3"),
        (MentionFilter(place="Mill Street", source="nobody"), ""),
        (MentionFilter(words=("flood",)), "21"),
        (MentionFilter(words=("flooded",)), "2"),
        (MentionFilter(words=("flo",)), "521"),
        (MentionFilter(words=("flo", "cellar")), ""),
        (MentionFilter(words=("cellar", "flo")), "1"),
        (MentionFilter(words=("power",), tier=1), "4"),
        (MentionFilter(words=("power",), place="Mill Street"), "3"),
        (MentionFilter(words=("DONDE esta",)), "7"),
        (MentionFilter(words=("don't",)), "8"),
        (MentionFilter(words=("say the dam",)), "5"),
        (MentionFilter(words=("OR",)), "8"),
        (MentionFilter(words=('"', "panic")), "8"),
        (MentionFilter(words=("🔥",)), ""),
        (MentionFilter(since=START), "8754321"),
        (MentionFilter(since=START, words=("thanks",)), ""),
        (MentionFilter(since=START - timedelta(hours=4), words=("thanks",)), "9"),
        (MentionFilter(since=START + timedelta(days=1)), ""),
    ],
    ids=str,
)
def test_filters_let_through_what_they_say(reader: Reader, wanted: MentionFilter, expected: str) -> None:
    assert "".join(ids(reader, wanted)) == expected
    assert reader.waiting(wanted, 0).total == len(expected)


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    with closing(desk(tmp_path_factory.mktemp("search")).open()) as store:
        store.take([taken("1", "water in the cellar")])
        with Reader(store.paths.database) as reader:
            yield reader


@given(words=st.lists(st.text(st.characters(codec=None), max_size=12), max_size=4), place=st.text(max_size=6))
@settings(max_examples=200, deadline=None)
def test_nothing_typed_into_the_filter_is_an_error(searched: Reader, words: list[str], place: str) -> None:
    wanted = MentionFilter(words=tuple(words), place=place)
    assert len(searched.mentions(wanted)) <= 1
    assert len(searched.incidents(wanted)) == 0


@pytest.mark.usefixtures("evening")
def test_pages_go_down_and_up_without_gap_or_overlap(reader: Reader) -> None:
    assert ids(reader, limit=3) == ["9", "8", "7"]
    assert ids(reader, before=7, limit=3) == ["5", "4", "3"]
    assert ids(reader, after=2, oldest_first=True, limit=3) == ["3", "4", "5"]
    assert ids(reader, newest=4, limit=2) == ["4", "3"]
    assert ids(reader, MentionFilter(words=("power",)), before=4) == ["3"]
    assert ids(reader, MentionFilter(topic="power"), after=3, newest=4) == ["4"]


@pytest.mark.usefixtures("evening")
def test_new_rows_wait_behind_a_counter(store: Store, reader: Reader) -> None:
    assert reader.waiting(MentionFilter(), 9) == Waiting(0, 0, None)
    store.take(
        [taken("10", tier=1), taken("11", tier=1, place="Mill Street"), taken("12"), taken("13", head="12")]
    )
    assert reader.waiting(MentionFilter(), 9) == Waiting(3, 2, 11)
    assert reader.waiting(MentionFilter(place="Mill Street"), 9) == Waiting(1, 1, 11)
    assert reader.waiting(MentionFilter(tier=3), 9) == Waiting(1, 0, None)


def test_the_counter_stops_where_counting_would_cost(store: Store, reader: Reader) -> None:
    store.take([taken(str(number)) for number in range(WAITING_CAP + 50)])
    assert reader.waiting(MentionFilter(), 0).total == WAITING_CAP


def test_twenty_thousand_identical_posts_are_one_row(store: Store, reader: Reader) -> None:
    store.take([taken("0")])
    for start in range(1, 20_001, 1000):
        store.take([taken(str(n), head="0", author=f"@{n}", voices=n) for n in range(start, start + 1000)])
    (only,) = reader.mentions()
    assert (only.repeats, only.voices, reader.total()) == (20_000, 20_000, 20_001)
    detail = reader.mention(only.id)
    assert detail is not None
    assert len(detail.repeats) == 20
    for wanted in (MentionFilter(), MentionFilter(tier=3), MentionFilter(words=("closed",))):
        assert _steps(store, wanted) < 100


def _steps(store: Store, wanted: MentionFilter) -> int:
    """How far SQLite walks for the first page, in units of its own instructions."""
    asked = question(wanted, store.connection)
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    store.connection.set_progress_handler(count, 1)
    store.connection.execute(
        f"SELECT m.id {asked.where()} ORDER BY {asked.id} DESC LIMIT 100", asked.parameters
    ).fetchall()
    store.connection.set_progress_handler(None, 1)
    return counted


@pytest.mark.parametrize(
    "wanted",
    [
        MentionFilter(),
        MentionFilter(tier=1),
        MentionFilter(place="Mill Street"),
        MentionFilter(place="Mill Street", tier=1),
        MentionFilter(words=("flood",), place="Mill Street"),
        MentionFilter(incident="mill-street.flood"),
        MentionFilter(since=START),
    ],
    ids=str,
)
def test_no_page_is_sorted_or_scanned(store: Store, wanted: MentionFilter) -> None:
    asked = question(wanted, store.connection)
    plan = store.connection.execute(
        f"EXPLAIN QUERY PLAN SELECT m.* {asked.where(f'{asked.id} < 99')} ORDER BY {asked.id} DESC LIMIT 100",
        asked.parameters,
    ).fetchall()
    steps = [row[3] for row in plan]
    assert not [step for step in steps if "TEMP B-TREE" in step or step == "SCAN m"], steps


def test_incidents_come_worst_first(store: Store, reader: Reader) -> None:
    store.take(
        [
            taken("1", incident=incident("c", tier=3, points=1)),
            taken("2", incident=incident("a", tier=1, points=9, place="Oak School")),
            taken("3", incident=incident("b", tier=2, points=5, topic="flood")),
            taken("4", "lighthouse", source="radio", incident=incident("d", tier=3, points=2, place="")),
        ]
    )
    store.expire([incident("z", tier=1, points=9, state="closed")])
    assert [one.key for one in reader.incidents()] == ["a", "b", "d", "c"]
    assert [one.key for one in reader.incidents(closed=True)] == ["a", "b", "d", "c", "z"]
    assert [one.key for one in reader.incidents(limit=2)] == ["a", "b"]
    assert [one.key for one in reader.incidents(MentionFilter(place="oak school"))] == ["a"]
    assert [one.key for one in reader.incidents(MentionFilter(place=NO_PLACE))] == ["d"]
    assert [one.key for one in reader.incidents(MentionFilter(tier=3))] == ["d", "c"]
    assert [one.key for one in reader.incidents(MentionFilter(topic="flood"))] == ["b"]
    assert [one.key for one in reader.incidents(MentionFilter(source="radio"))] == ["d"]
    assert [one.key for one in reader.incidents(MentionFilter(words=("lighthouse",)))] == ["d"]
    assert [one.key for one in reader.incidents(MentionFilter(words=("oak",)))] == ["a"]
    assert reader.tier_counts() == TierCounts(1, 1, 2)
    assert reader.places() == ("Main Road", "Oak School")
    assert reader.incident("A") == reader.incidents()[0]
    assert reader.incident("nothing") is None


def test_a_gauge_shows_two_hours_in_ten_bars(store: Store, reader: Reader) -> None:
    now = START + timedelta(minutes=1)
    minutes = {"1": 0.0, "2": 1.0, "3": 50.0, "4": 110.0, "5": 130.0}
    moods = {"1": -0.5, "2": -1.0, "3": 0.5, "4": 1.0, "5": 1.0}
    store.take([taken(key, at=START - timedelta(minutes=minutes[key]), mood=moods[key]) for key in moods])
    store.take([taken("unscored", mood=None), taken("repeat", head="1", mood=-1.0)])
    store.take([taken("elsewhere", place="Mill Street", mood=0.25)])

    gauge = reader.gauge("Main Road", now)
    assert (gauge.count, gauge.mean, gauge.last_at) == (4, 0.0, START)
    assert gauge.bars[-1] == -0.75
    assert gauge.bars[0] == 1.0
    assert [bar for bar in gauge.bars[1:-1] if bar is not None] == [0.5]
    assert reader.gauge("", now).count == 5
    empty = reader.gauge("Nowhere", now)
    assert (empty.mean, empty.count, empty.bars, empty.last_at) == (None, 0, (None,) * 10, None)
    assert reader.gauge("", now + timedelta(hours=3)).count == 0


def test_a_reader_notices_commits_and_only_commits(store: Store, reader: Reader) -> None:
    assert not reader.changed()
    store.take([taken("1")])
    assert reader.changed()
    assert not reader.changed()


def test_an_idle_reader_holds_no_checkpoint_back(store: Store, reader: Reader) -> None:
    for number in range(30):
        store.take([taken(str(number))])
        reader.mentions(limit=1)
        reader.incidents(limit=1)
    store.tidy(idle=True)
    assert wal_of(store.paths.database).stat().st_size == 0


def test_a_desk_reads_on_after_the_service_has_gone_and_sees_the_next(a_desk: Desk) -> None:
    store = a_desk.open()
    store.take([taken("1")])
    with Reader(a_desk.paths.database) as reader:
        store.close()
        assert ids(reader) == ["1"]
        with closing(a_desk.open()) as store:
            store.take([taken("2")])
            assert reader.changed()
            assert ids(reader) == ["2", "1"]


def test_a_database_that_nobody_serves_is_read_frozen_by_the_group(open_desk: Desk) -> None:
    """An operator may read there, but not make the shared memory that SQLite asks for."""
    with closing(open_desk.open()) as store:
        store.take([taken("1")])
    with only_readable(open_desk.paths):
        reader = Reader(open_desk.paths.database)
        assert reader.frozen
        assert ids(reader) == ["1"]
        assert not reader.changed()

    with closing(open_desk.open()) as store, closing(reader):
        store.take([taken("2")])
        assert reader.changed()
        assert not reader.frozen
        assert ids(reader) == ["2", "1"]


def test_a_service_that_came_and_went_between_two_looks_is_noticed(open_desk: Desk) -> None:
    open_desk.open().close()
    with only_readable(open_desk.paths):
        reader = Reader(open_desk.paths.database)
    with closing(open_desk.open()) as store:
        store.take([taken("1")])
    with only_readable(open_desk.paths), closing(reader):
        assert reader.changed()
        assert ids(reader) == ["1"]
        assert not reader.changed()


def test_an_unknown_mention_is_no_error(reader: Reader) -> None:
    assert reader.mention(4711) is None
    assert reader.newest_id() == 0


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE incident SET reasons = '[{\"text\": 7}]'",
        "UPDATE incident SET reasons = 'not json'",
        "UPDATE incident SET opened_at = 1e300",
        "UPDATE mention SET reasons = '{}', found = '[1]'",
        "UPDATE mention SET at = 1e300",
        "UPDATE hazard SET body = '{\"latest\": 3}'",
        "UPDATE service SET on_shift = '7'",
    ],
)
def test_a_row_that_cannot_be_read_is_a_sentence(store: Store, reader: Reader, damage: str) -> None:
    store.service_started(1)
    store.take([taken("1", incident=incident(), hazard=flood_warning())])
    store.connection.execute(damage)

    def look() -> None:
        reader.incidents()
        reader.mentions()
        reader.mention(1)
        reader.service()

    with pytest.raises(StoreError, match=r"cannot be read.*backups"):
        look()
    assert reader.newest_id() == 1


def test_intake_goes_on_past_what_cannot_be_read(store: Store) -> None:
    store.take([taken("1", incident=incident(), hazard=flood_warning())])
    store.connection.execute("UPDATE incident SET reasons = 'not json'")
    store.connection.execute("UPDATE hazard SET body = '{}', ends_at = 0")
    _, incidents, alerts = store.remembered(START - timedelta(hours=6))
    assert [(one.key, one.reasons) for one in incidents] == [("main-road.road", ())]
    assert (alerts, store.ended(START)) == ((), ())
    assert store.living_hazard(flood_warning().messages) is None


def test_a_filter_with_half_a_character_finds_nothing(reader: Reader) -> None:
    for wanted in (
        MentionFilter(place="\ud800"),
        MentionFilter(topic="a\udfff"),
        MentionFilter(incident="\ud800.x"),
    ):
        assert reader.mentions(wanted) == ()
    assert facet("place", "\ud800") != facet("place", "")
