"""What systemd is told."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.service.notify import notify, watchdog_interval


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind("notify")
        receiver.settimeout(2)
        yield receiver


def test_a_state_reaches_the_manager(manager: socket.socket) -> None:
    notify("READY=1", {"NOTIFY_SOCKET": "notify"})
    assert manager.recv(100) == b"READY=1"


def test_an_abstract_address_is_understood() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        name = f"watchfloor-test-{os.getpid()}"
        receiver.bind(f"\0{name}")
        receiver.settimeout(2)
        notify("WATCHDOG=1", {"NOTIFY_SOCKET": f"@{name}"})
        assert receiver.recv(100) == b"WATCHDOG=1"


@pytest.mark.parametrize("env", [{}, {"NOTIFY_SOCKET": "/nowhere/at/all"}])
def test_nobody_listening_is_no_trouble(env: dict[str, str]) -> None:
    notify("READY=1", env)


@pytest.mark.parametrize(
    ("env", "seconds"),
    [
        ({}, 0.0),
        ({"WATCHDOG_USEC": "60000000"}, 30.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": str(os.getpid())}, 30.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"}, 0.0),
        ({"WATCHDOG_USEC": "soon"}, 0.0),
    ],
)
def test_signs_of_life_come_twice_as_often_as_asked(env: dict[str, str], seconds: float) -> None:
    assert watchdog_interval(env) == seconds
