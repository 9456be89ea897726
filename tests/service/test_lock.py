"""One service a desk."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.service.lock import AlreadyRuns, only_service

NOW = datetime(2026, 3, 1, 18, 4, 5, tzinfo=UTC)

HOLD = """
import sys, time, datetime, pathlib
from console.service.lock import only_service
with only_service(pathlib.Path(sys.argv[1]), datetime.datetime.now(datetime.UTC)):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_second_is_told_who_was_first_and_since_when(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with only_service(path, NOW), pytest.raises(AlreadyRuns) as refusal, only_service(path, NOW):
        pass
    assert f"pid {os.getpid()}, since 2026-03-01 18:04:05 UTC" in str(refusal.value)
    assert str(path) in str(refusal.value)


def test_a_lock_of_the_past_stops_nobody(tmp_path: Path) -> None:
    with only_service(tmp_path / "lock", NOW):
        pass
    with only_service(tmp_path / "lock", NOW):
        pass


def test_the_kernel_takes_the_lock_from_the_dead(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRuns, match=f"pid {holder.pid}"), only_service(path, NOW):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with only_service(path, NOW):
            pass


def test_nonsense_in_the_lock_file_is_survived(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with only_service(path, NOW):
        path.write_text("\x1b[2J not json")
        with pytest.raises(AlreadyRuns, match="just starting") as refusal, only_service(path, NOW):
            pass
    assert "\x1b" not in str(refusal.value)
