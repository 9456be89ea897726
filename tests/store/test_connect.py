"""Which database is opened, and which is refused with what sentence."""

from __future__ import annotations

import sqlite3 as plain_sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from console.store.connect import (
    APPLICATION_ID,
    SCHEMA_VERSION,
    StoreError,
    as_store_error,
    file_system,
    library,
    open_readonly,
    open_writer,
    sqlite_version,
    wal_reset_fault,
)
from console.store.reader import Reader
from console.store.writer import Store
from tests.store.making import Desk, desk, only_readable, taken

MOUNTED = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
30 22 0:26 / /proc rw,nosuid - proc proc rw
40 22 0:40 / {point} rw,relatime shared:9 - {kind} server:/export rw,vers=4.2
"""


def mounts(tmp_path: Path, point: Path, kind: str) -> Path:
    table = tmp_path / "mountinfo"
    table.write_text(MOUNTED.format(point=str(point).replace(" ", "\\040"), kind=kind))
    return table


def refused(one: Desk) -> str:
    with pytest.raises(StoreError) as refusal:
        one.open()
    return str(refusal.value)


def test_the_fault_is_known_by_version() -> None:
    faulty = [(3, 7, 0), (3, 40, 1), (3, 44, 5), (3, 45, 0), (3, 50, 6), (3, 51, 2)]
    whole = [(3, 6, 23), (3, 44, 6), (3, 50, 7), (3, 51, 3), (3, 53, 4)]
    assert all(wal_reset_fault(version) for version in faulty)
    assert not any(wal_reset_fault(version) for version in whole)


def test_the_library_in_use_is_named() -> None:
    assert ".".join(map(str, sqlite_version())) in library()


def test_the_store_and_sqlite_utils_share_one_library() -> None:
    """Two SQLite libraries on one file in one process lose each other's locks."""
    code = (
        "import console.store.connect as ours; "
        "import sys; assert 'sqlite_utils' not in sys.modules; "
        "import sqlite_utils.utils as theirs; assert theirs.sqlite3.Connection is ours.Connection"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_desk_reads_without_loading_what_only_the_writer_needs() -> None:
    code = (
        "import console.store.reader, sys; "
        "print(sorted({'sqlite_utils', 'httpx', 'textual'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert said.stdout.strip() == "[]"


def test_the_writer_is_set_to_lose_nothing(store: Store) -> None:
    expected = {
        "journal_mode": "wal",
        "synchronous": 2,
        "busy_timeout": 5000,
        "foreign_keys": 1,
        "wal_autocheckpoint": 1000,
        "journal_size_limit": 64 * 1024 * 1024,
        "temp_store": 2,
        "cache_size": -8000,
        "mmap_size": 0,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "user_version": SCHEMA_VERSION,
        "application_id": APPLICATION_ID,
    }
    found = {name: store.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in expected}
    assert found == expected


def test_files_are_for_the_owner_and_read_by_the_group(a_desk: Desk) -> None:
    with closing(a_desk.open()) as store:
        store.take([taken("1")])
        assert stat.S_IMODE(a_desk.paths.root.stat().st_mode) == 0o2750
        for suffix in ("", "-wal", "-shm"):
            path = a_desk.paths.database.with_name(a_desk.paths.database.name + suffix)
            assert stat.S_IMODE(path.stat().st_mode) == 0o640, path


def test_a_directory_that_was_there_keeps_its_mode(a_desk: Desk) -> None:
    a_desk.paths.root.mkdir(mode=0o700)
    a_desk.open().close()
    assert stat.S_IMODE(a_desk.paths.root.stat().st_mode) == 0o700


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuse", "ceph"])
def test_a_network_file_system_is_refused(tmp_path: Path, kind: str) -> None:
    one = desk(tmp_path / "on the server")
    table = mounts(tmp_path, tmp_path / "on the server", kind)
    with pytest.raises(StoreError, match=rf"network file system \({kind}\)"):
        Store.open(one.paths, settings=one.settings, clock=one.clock, mounts=table)
    assert not one.paths.root.exists()


@pytest.mark.parametrize("kind", ["ext4", "btrfs", "tmpfs", "xfs", "overlay", "fuse.fuse-overlayfs"])
def test_a_disk_of_this_machine_is_taken(tmp_path: Path, kind: str) -> None:
    open_writer(tmp_path / "desk" / "desk.db", mounts=mounts(tmp_path, tmp_path, kind)).close()


def test_the_nearest_mount_counts_and_the_later_of_two(tmp_path: Path) -> None:
    table = mounts(tmp_path, tmp_path / "a", "nfs4")
    assert file_system(tmp_path / "a" / "b" / "desk.db", table) == "nfs4"
    assert file_system(tmp_path / "ab" / "desk.db", table) == "ext4"
    table.write_text(table.read_text() + f"41 22 0:41 / {tmp_path / 'a'} rw - xfs /dev/sdb rw\n")
    assert file_system(tmp_path / "a" / "desk.db", table) == "xfs"
    assert file_system(tmp_path, tmp_path / "no table") == ""


def test_a_newer_database_is_left_alone(a_desk: Desk) -> None:
    store = a_desk.open()
    store.connection.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    store.close()
    before = a_desk.paths.database.read_bytes()
    assert "newer watchfloor" in refused(a_desk)
    assert a_desk.paths.database.read_bytes() == before
    with pytest.raises(StoreError, match="newer watchfloor"):
        open_readonly(a_desk.paths.database)


def test_another_programs_database_is_left_alone(a_desk: Desk) -> None:
    a_desk.paths.root.mkdir()
    with closing(plain_sqlite3.connect(a_desk.paths.database)) as other:
        other.execute("CREATE TABLE bookmarks (url)")
        other.commit()
    before = a_desk.paths.database.read_bytes()
    assert "another program's database" in refused(a_desk)
    assert a_desk.paths.database.read_bytes() == before


def test_a_damaged_database_is_named_with_its_mend(a_desk: Desk) -> None:
    a_desk.paths.root.mkdir()
    a_desk.paths.database.write_bytes(b"not a database, " * 1000)
    assert "backups" in refused(a_desk)


def test_a_second_writer_is_refused_and_the_first_goes_on(a_desk: Desk) -> None:
    with closing(a_desk.open()) as store:
        assert "already writes" in refused(a_desk)
        assert store.take([taken("1")]).added == (1,)
    a_desk.open().close()


def test_a_database_we_may_not_write_is_refused_and_still_read(open_desk: Desk) -> None:
    with closing(open_desk.open()) as store:
        store.take([taken("1")])
    with only_readable(open_desk.paths):
        assert "may not be opened or written" in refused(open_desk)
        with Reader(open_desk.paths.database) as reader:
            assert reader.total() == 1


def test_a_directory_we_may_not_make_is_refused(open_desk: Desk) -> None:
    open_desk.paths.root.mkdir()
    inside = desk(open_desk.paths.root)
    with only_readable(open_desk.paths):
        assert "may not be opened or written" in refused(inside)


def test_a_desk_without_a_database_says_what_makes_one(a_desk: Desk) -> None:
    with pytest.raises(StoreError, match="watchfloor serve"):
        open_readonly(a_desk.paths.database)


def test_a_desk_cannot_write(store: Store) -> None:
    connection, frozen = open_readonly(store.paths.database)
    assert not frozen
    with closing(connection), pytest.raises(Exception, match="readonly"):
        connection.execute("DELETE FROM tally")


def test_sentences_survive_a_reader_whose_file_turns_bad(store: Store) -> None:
    with Reader(store.paths.database) as reader:
        store.connection.execute("DROP TABLE tally")
        with pytest.raises(StoreError, match="cannot be used"):
            reader.total()


@pytest.mark.parametrize("word", ["full", "locked", "busy", "malformed"])
def test_a_word_in_the_path_is_no_reason(word: str) -> None:
    database = Path(f"/srv/{word}/desk.db")
    refusal = as_store_error(PermissionError(13, "Permission denied", str(database)), database)
    assert "may not be opened or written by this user" in str(refusal)
