"""Kills and real disks that are full: what was acknowledged is there, and the file is whole."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from console.paths import DataPaths
from console.store.connect import wal_of
from console.store.reader import Reader
from console.store.upkeep import quick_check
from tests.store.making import Desk, taken

ROOT = Path(__file__).resolve().parents[2]
WRITING = """
import sys
from pathlib import Path
from console.paths import DataPaths
from console.store.connect import StoreError
from tests.store.making import Desk, taken
store = Desk(DataPaths(Path(sys.argv[1]))).open()
number = 0
try:
    while number < int(sys.argv[2]):
        ids = (f"{sys.argv[3]} {number} {n}" for n in range(5))
        store.take([taken(id_, "some words " * 20, raw=b"x" * 2000) for id_ in ids])
        number += 1
        print(number, flush=True)
except StoreError as error:
    print(type(error).__name__, error, flush=True)
try:
    store.log("lee", "still here", "", {})
    print("logged", flush=True)
except StoreError as error:
    print("not logged", flush=True)
"""


def writer(
    paths: DataPaths, *, batches: int, name: str, before: tuple[str, ...] = ()
) -> subprocess.Popen[str]:
    command = [*before, sys.executable, "-c", WRITING, str(paths.root), str(batches), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def test_a_killed_writer_loses_nothing_that_it_acknowledged(a_desk: Desk) -> None:
    acknowledged = 0
    for kill in range(4):
        with writer(a_desk.paths, batches=10_000, name=f"run {kill}") as child:
            assert child.stdout is not None
            for _ in range(20 + kill):
                acknowledged += bool(child.stdout.readline())
            child.kill()
            acknowledged += len(child.stdout.read().split())
        with Reader(a_desk.paths.database) as reader:
            # One more may have been committed than the child lived to say.
            assert acknowledged <= reader.total() / 5 <= acknowledged + 1
            acknowledged = reader.total() // 5
    with closing(a_desk.open()) as store:
        assert quick_check(store.connection) == ()
        assert len(store.take([taken("after")]).added) == 1


def test_a_file_that_may_not_grow_ends_in_a_sentence(a_desk: Desk) -> None:
    prlimit = shutil.which("prlimit")
    if prlimit is None:
        pytest.skip("prlimit(1) is not here to limit the size of files")
    a_desk.open().close()
    limited = (prlimit, "--fsize=1000000")
    with writer(a_desk.paths, batches=10_000, name="limited", before=limited) as child:
        assert child.stdout is not None
        *acknowledged, sentence, _ = child.stdout.read().splitlines()
    assert "What was stored is safe" in sentence
    with closing(a_desk.open()) as store, Reader(a_desk.paths.database) as reader:
        assert reader.total() == 5 * len(acknowledged)
        assert quick_check(store.connection) == ()
        assert len(store.take([taken("after")]).added) == 1


ON_A_SMALL_DISK = """
set -e
mkdir -p "$1"
mount -t tmpfs -o size=6m tmpfs "$1"
shift
"$@"
python="$1"
"$python" -c '
import sys
from pathlib import Path
from console.paths import DataPaths
from console.store.upkeep import quick_check
from tests.store.making import Desk
store = Desk(DataPaths(Path(sys.argv[1]))).open()
print(store.connection.execute("SELECT count(*) FROM mention").fetchone()[0], quick_check(store.connection))
' "$4"
"""


def test_a_full_disk_ends_in_a_sentence_and_keeps_what_was_stored(tmp_path: Path) -> None:
    small = tmp_path / "small"
    probe = ["unshare", "-Urm", "mount", "-t", "tmpfs", "tmpfs", str(tmp_path)]
    if shutil.which("unshare") is None or subprocess.run(probe, capture_output=True).returncode:
        pytest.skip("this machine lets us mount no small disk of our own")
    before = ("unshare", "-Urm", "sh", "-c", ON_A_SMALL_DISK, "sh", str(small))
    with writer(DataPaths(small / "desk"), batches=10_000, name="full", before=before) as child:
        assert child.stdout is not None
        *acknowledged, sentence, _, found = child.stdout.read().splitlines()
    assert sentence.startswith("DiskFullError The disk under")
    assert found == f"{5 * len(acknowledged)} ()"


def test_the_write_ahead_log_of_a_killed_writer_is_readable_at_once(a_desk: Desk) -> None:
    with writer(a_desk.paths, batches=10_000, name="one") as child:
        assert child.stdout is not None
        child.stdout.readline()
        child.kill()
        child.stdout.read()
    assert wal_of(a_desk.paths.database).exists()
    with Reader(a_desk.paths.database) as reader:
        assert not reader.frozen
        assert reader.total() >= 5
