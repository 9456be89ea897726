"""What is old goes, what is full is said, copies are whole."""

from __future__ import annotations

import os
import stat
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.model import MentionFilter
from console.paths import DataPaths
from console.store import upkeep
from console.store.backups import back_up, backups, last_backup
from console.store.connect import DiskFullError, StoreError, wal_of
from console.store.reader import Reader
from console.store.writer import Store
from tests.store.making import START, Clock, Desk, flood_warning, incident, taken

DAY = 86_400.0


def later(store: Store, **passed: float) -> datetime:
    assert isinstance(store.clock, Clock)
    return store.clock.go(**passed)


def keep(store: Store, seconds: float) -> None:
    store.settings = replace(store.settings, keep=seconds)


def rows(store: Store, table: str) -> int:
    return int(store.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_what_is_older_than_the_settings_keep_goes_with_all_its_traces(store: Store, reader: Reader) -> None:
    id_ = store.take([taken("1", "first", hazard=flood_warning(), incident=incident())]).added[0]
    store.take(
        [taken("1b", "changed", mention_id=id_, hazard=flood_warning(state="expired"), incident=incident())]
    )
    store.take([taken("2", head="1")])
    store.expire([incident(state="closed")])
    later(store, days=89)
    store.take([taken("new", "keep me")])
    keep(store, 90 * DAY)
    store.tidy(idle=True)
    assert reader.total() == 3

    later(store, days=2)
    for _ in range(2):
        later(store, minutes=1)
        store.tidy(idle=True)
    assert [mention.native_id for mention in reader.mentions()] == ["new"]
    assert reader.total() == 1
    assert not reader.mentions(MentionFilter(words=("changed",)))
    for table in ("revision", "hazard", "hazard_message", "mention_alias", "incident_voice"):
        assert rows(store, table) == 0, table
    assert rows(store, "evidence") == 1
    assert reader.events()[0].kind == "mentions forgotten"
    assert len(reader.incidents(closed=True)) == 1
    assert upkeep.quick_check(store.connection) == ()


def test_open_incidents_and_living_hazards_keep_their_mentions(store: Store, reader: Reader) -> None:
    store.take([taken("open", incident=incident()), taken("repeat", head="open"), taken("plain")])
    store.take([taken("warning", hazard=flood_warning())])
    keep(store, DAY)
    later(store, days=2)
    store.tidy(idle=True)
    assert [mention.native_id for mention in reader.mentions()] == ["warning", "open"]
    assert reader.total() == 3


def test_a_head_stays_while_a_young_repeat_needs_it(store: Store, reader: Reader) -> None:
    store.take([taken("head")])
    later(store, days=2)
    store.take([taken("repeat", head="head")])
    keep(store, DAY)
    store.tidy(idle=True)
    assert [mention.native_id for mention in reader.mentions()] == ["head"]


def test_zero_keeps_everything(store: Store, reader: Reader) -> None:
    store.take([taken("1")])
    keep(store, 0)
    later(store, days=9999)
    store.tidy(idle=True)
    assert reader.total() == 1


def test_what_each_source_gave_to_a_gauge_goes_after_a_day_and_the_gauge_stays(
    store: Store, reader: Reader
) -> None:
    store.take(
        [taken("1", mood=0.5), taken("2", mood=-0.5, author="@bo"), taken("3", mood=0.1, source="radio")]
    )
    assert reader.leaning("Main Road", "town", START) == pytest.approx(2 / 3)
    assert reader.leaning("", "radio", START) == pytest.approx(1 / 3)
    id_ = store.take([taken("4", mood=0.2, source="radio")]).added[0]
    store.take([taken("4", "moved", mood=0.2, source="radio", mention_id=id_, place="Mill Street")])
    assert reader.leaning("Main Road", "town", START) == pytest.approx(2 / 3)
    assert reader.leaning("Mill Street", "radio", START) == 1.0

    keep(store, 90 * DAY)
    later(store, days=2)
    store.tidy(idle=True)
    assert rows(store, "mood_source") == 0
    assert reader.leaning("Main Road", "town", START) == 0.0
    assert reader.gauge("Main Road", START).count == 3


def test_old_posts_that_arrive_today_are_kept_from_today(store: Store, reader: Reader) -> None:
    store.take([taken("1", at=START - timedelta(days=2000))])
    store.tidy(idle=True)
    assert reader.total() == 1


def test_forgetting_goes_in_steps_that_hold_nobody_up(store: Store, reader: Reader) -> None:
    count = upkeep.CHUNK + 10
    store.take([taken(str(number)) for number in range(count)])
    keep(store, DAY)
    later(store, days=2)
    store.tidy(idle=False)
    assert reader.total() == 10
    store.tidy(idle=False)
    assert reader.total() == 0


def test_the_write_ahead_log_is_emptied_when_idle(store: Store) -> None:
    store.take([taken(str(number)) for number in range(100)])
    wal = wal_of(store.paths.database)
    store.tidy(idle=False)
    assert wal.stat().st_size > 0
    store.tidy(idle=True)
    assert wal.stat().st_size == 0


def test_optimizing_changes_nothing_that_is_seen(store: Store, reader: Reader) -> None:
    store.take([taken("1", "flood")])
    store.optimize()
    assert len(reader.mentions(MentionFilter(words=("flood",)))) == 1


def test_a_disk_that_fills_is_said_before_it_is_full(store: Store) -> None:
    store.settings = replace(store.settings, keep_free=1 << 60)
    assert "Intake waits, nothing is lost" in store.tidy(idle=True)
    assert not upkeep.ballast_of(store.paths.root).exists()
    store.settings = replace(store.settings, keep_free=0)
    assert store.tidy(idle=True) == ""
    ballast = upkeep.ballast_of(store.paths.root)
    assert ballast.stat().st_blocks * 512 >= upkeep.BALLAST
    assert stat.S_IMODE(ballast.stat().st_mode) & 0o007 == 0


def fill(store: Store) -> None:
    """Let no page be added, as a full disk does; SQLite answers both with the same error."""
    pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
    store.connection.execute(f"PRAGMA max_page_count={pages}")


def test_on_a_full_disk_nothing_is_lost_and_intake_goes_on_when_there_is_room(
    store: Store, reader: Reader
) -> None:
    store.take([taken("1")])
    fill(store)
    with pytest.raises(DiskFullError, match="What was stored is safe"):
        store.take([taken(f"big {number}", "word " * 500) for number in range(100)])
    assert reader.total() == 1
    store.connection.execute("PRAGMA max_page_count=1000000")
    assert store.take([taken("2")]).added == (2,)
    assert upkeep.quick_check(store.connection) == ()


def test_for_the_log_the_ballast_is_given_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.settings = replace(store.settings, keep_free=0)
    store.tidy(idle=True)
    fill(store)
    really_drop = upkeep.drop_ballast

    def drop(root: Path) -> bool:
        store.connection.execute("PRAGMA max_page_count=1000000")
        return really_drop(root)

    monkeypatch.setattr(upkeep, "drop_ballast", drop)
    store.log("lee", "noted", "x" * 100_000)
    assert rows(store, "event") == 1
    assert not upkeep.ballast_of(store.paths.root).exists()
    fill(store)
    with pytest.raises(DiskFullError):
        store.log("lee", "noted", "y" * 100_000_000)


def test_damage_is_found(a_desk: Desk) -> None:
    with closing(a_desk.open()) as store:
        store.take([taken(str(number), f"text {number} " * 20) for number in range(200)])
        size = store.connection.execute("PRAGMA page_size").fetchone()[0]
        page = store.connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'evidence'"
        ).fetchone()[0]
    with a_desk.paths.database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(os.urandom(200))
    with closing(a_desk.open()) as store:
        assert "damaged" in upkeep.quick_check(store.connection)[0]


def test_a_backup_is_whole_and_usable_as_the_database(store: Store, tmp_path: Path) -> None:
    store.take([taken(str(number), incident=incident()) for number in range(500)])
    done: list[float] = []
    path = back_up(store.paths, START, keep=24, progress=done.append)

    assert path.name == "desk-20260301T180000Z.db"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert (done[-1], done == sorted(done)) == (1.0, True)
    assert [file.name for file in store.paths.backups.iterdir()] == [path.name]
    restored = DataPaths(tmp_path / "restored")
    restored.root.mkdir()
    restored.database.write_bytes(path.read_bytes())
    with closing(Store.open(restored, settings=store.settings, clock=store.clock)) as again:
        assert upkeep.quick_check(again.connection) == ()
        assert again.take([taken("new", "lighthouse")]).added == (501,)
        with Reader(restored.database) as reader:
            assert reader.total() == 501
            assert len(reader.mentions(MentionFilter(words=("lighthouse",)))) == 1


def test_only_the_newest_backups_stay(store: Store) -> None:
    assert last_backup(store.paths) is None
    for hour in range(5):
        back_up(store.paths, START + timedelta(hours=hour), keep=3)
    assert [path.stem[-7:-3] for path in backups(store.paths)] == ["2200", "2100", "2000"]
    assert last_backup(store.paths) == datetime(2026, 3, 1, 22, tzinfo=UTC)


def test_a_backup_is_made_while_posts_arrive(store: Store) -> None:
    store.take([taken(str(number), "text " * 50) for number in range(2000)])
    made: list[Path] = []
    copying = threading.Thread(target=lambda: made.append(back_up(store.paths, START, keep=1)))
    copying.start()
    number = 0
    while copying.is_alive():
        store.take([taken(f"meanwhile {number}")])
        number += 1
    copying.join()
    with Reader(made[0]) as reader:
        assert reader.total() >= 2000
    assert number > 0


def test_a_backup_that_fails_leaves_no_half_of_one(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="full"):
        back_up(store.paths, START, keep=1)
    assert list(store.paths.backups.iterdir()) == []
