"""A service of one's own: there with the first desk, gone with the last."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from console.paths import DataPaths
from console.service.client import NoService, ServiceClient
from console.service.launch import ensure_service
from console.settings import Settings
from console.store.reader import Reader
from tests.service.at_work import ROOT, until, write_settings

A_DESK = """
import pathlib, sys, time
from console.service.launch import ensure_service
from console.settings import load
client = ensure_service(load(pathlib.Path(sys.argv[1]), {}))
print(client.ask("status")["pid"], flush=True)
time.sleep(60)
"""


def is_gone(pid: int) -> bool:
    """Whether a process has ended, though nobody may have collected it yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    settings = write_settings(tmp_path)
    yield settings
    try:
        with ServiceClient.connect(DataPaths(settings.desk.data)) as client:
            pid = client.ask("stop")["pid"]
    except NoService:
        return
    until(lambda: is_gone(pid))


def test_the_first_desk_starts_it_and_the_last_one_ends_it_even_by_being_killed(settings: Settings) -> None:
    first = ensure_service(settings)
    pid = first.ask("status")["pid"]
    assert pid != os.getpid()
    command = [sys.executable, "-c", A_DESK, str(settings.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as second:
        assert second.stdout is not None
        assert int(second.stdout.readline()) == pid
        first.close()
        time.sleep(0.7)
        assert not is_gone(pid)
        second.send_signal(signal.SIGKILL)
    until(lambda: is_gone(pid))
    with Reader(DataPaths(settings.desk.data).database) as reader:
        assert reader.service().stopped_at is not None


def test_two_desks_that_start_at_once_find_one_service(settings: Settings) -> None:
    with ThreadPoolExecutor(3) as desks:
        clients = list(desks.map(ensure_service, [settings] * 3))
    assert len({client.ask("status")["pid"] for client in clients}) == 1
    for client in clients:
        client.close()


def test_a_desk_learns_why_none_could_be_started(settings: Settings) -> None:
    data = settings.desk.data
    data.mkdir()
    (data / "desk.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(NoService) as failure:
        ensure_service(settings)
    assert "could not be started" in str(failure.value)
    assert "not a database" in str(failure.value)
    assert "Traceback" not in str(failure.value)


def test_a_desk_that_ends_while_its_service_starts_leaves_none_behind(settings: Settings) -> None:
    code = (
        "import os, sys, threading\n"
        "from pathlib import Path\n"
        "from console.service.launch import ensure_service\n"
        "from console.settings import load\n"
        "settings = load(Path(sys.argv[1]), {})\n"
        "threading.Thread(target=ensure_service, args=[settings], daemon=True).start()\n"
        "threading.Event().wait(0.15)\n"
        "os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(settings.path)], cwd=ROOT, check=True)
    paths = DataPaths(settings.desk.data)
    until(lambda: paths.socket.exists())
    until(lambda: not paths.socket.exists(), within=6.0)
