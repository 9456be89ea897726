"""The demo as it is shown: the real service on the invented evening, and nothing left of it afterwards."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.demo.evening import evening
from console.demo.play import curtain
from console.demo.timeline import LENGTH, PACE
from console.model import Incident, Mention, MentionFilter
from console.paths import DataPaths
from console.service.client import NoService, ServiceClient
from console.service.launch import ensure_service
from console.store.reader import Reader
from tests.terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]
SPEED = 80.0
"""Nine seconds for the evening. CAP dates its messages in whole seconds, so faster would blur their order."""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the demo puts its throw-away directory, empty before and after."""
    inside = tmp_path / 'a "quoted" \\ name'
    inside.mkdir()
    monkeypatch.setenv("TMPDIR", str(inside))
    monkeypatch.setenv("WATCHFLOOR_DATA", str(tmp_path / "an operator's own"))
    return inside


def left_in(directory: Path, within: float = 15.0) -> list[str]:
    """What is still there once everything has had the time to go."""
    end = time.monotonic() + within
    while (left := [path.name for path in directory.iterdir()]) and time.monotonic() < end:
        time.sleep(0.05)
    return left


class Night:
    """The whole evening played through a real service, and what its board says at the end."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def over(self) -> bool:
        """Whether the last good night, the last news and the end of the warning have arrived."""
        told = [item for item in evening(1) if item.scene in ("all clear", "news") and not item.repost_of]
        last = {item.source: item.text for item in told}
        seen = {mention.text for source in last for mention in self.of(source)}
        cancelled = any(alert.hazard == "cancelled" for alert in self.of("alerts"))
        return cancelled and all(any(text in one for one in seen) for text in last.values())

    def incident(self, key: str) -> Incident:
        """One incident by its key."""
        found = self._reader.incident(key)
        assert found is not None, [incident.key for incident in self._reader.incidents(limit=500)]
        return found

    def urgent(self) -> set[str]:
        """The incidents of tier 1."""
        return {one.key for one in self._reader.incidents() if one.tier == 1}

    def about(self, topic: str) -> set[str]:
        """The incidents of one topic."""
        return {one.key for one in self._reader.incidents() if one.topic == topic}

    def official(self) -> set[str]:
        """The incidents that an official alert drives or covers."""
        return {one.key for one in self._reader.incidents() if one.official}

    def of(self, source: str, limit: int = 100) -> tuple[Mention, ...]:
        """Mentions of one source, newest first."""
        return self._reader.mentions(MentionFilter(source=source), limit=limit)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """Play seed 1 as fast as the sources are looked at, to its last line."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(tmp_path_factory.mktemp("night")))
        with curtain(SPEED, 1) as settings, ensure_service(settings):
            reader = Reader(DataPaths(settings.desk.data).database)
            night = Night(reader)
            end = time.monotonic() + LENGTH / PACE / SPEED + 30
            while not night.over() and time.monotonic() < end:
                time.sleep(0.1)
            assert night.over()
            yield night
            reader.close()


def test_the_flood_of_mill_street_is_the_worst_on_the_board(night: Night) -> None:
    flood = night.incident("mill-street.flood")
    assert flood.tier == 1
    assert flood.voices >= 10


def test_the_pothole_of_main_road_has_several_voices_and_can_wait_a_little(night: Night) -> None:
    jam = night.incident("main-road.roads")
    assert jam.voices >= 5
    assert jam.tier == 2


def test_calls_for_help_are_to_be_acted_on_now_and_a_dam_that_is_said_to_have_burst(night: Night) -> None:
    assert night.urgent() == {"mill-street.flood", "linden-court.medical", "arle-dam.flood"}


def test_hardly_an_incident_is_about_nothing_in_particular(night: Night) -> None:
    assert len(night.about("other")) <= 3


def test_once_the_warning_is_over_no_incident_stands_under_it(night: Night) -> None:
    assert night.official() == set()


def test_the_shelter_of_oak_school_is_an_incident(night: Night) -> None:
    assert night.incident("oak-school.shelter").voices >= 3


def test_the_election_is_under_no_place(night: Night) -> None:
    assert night.incident("no-place.election").place == ""


def test_the_warning_is_one_row_that_has_been_cancelled(night: Night) -> None:
    alerts = night.of("alerts")
    assert sorted(str(alert.hazard) for alert in alerts if alert.status == "Actual") == [
        "cancelled",
        "expired",
    ]
    [warning] = [alert for alert in alerts if alert.hazard == "cancelled"]
    assert warning.updates == 3
    [test] = [alert for alert in alerts if alert.status == "Test"]
    assert test.incident is None


def test_the_call_for_help_carries_its_edit_and_its_many_voices(night: Night) -> None:
    [call] = [mention for mention in night.of("posts", 2000) if mention.native_id == "call"]
    assert call.tier == 1
    assert call.edited_at is not None
    assert "Back door is open" in call.text
    assert call.voices >= 30


def test_the_wrong_address_is_shown_as_taken_back(night: Night) -> None:
    [wrong] = [mention for mention in night.of("posts", 2000) if mention.native_id == "wrongdoor"]
    assert wrong.deleted_at is not None


def test_when_the_desk_closes_the_service_ends_and_nothing_is_left(temporary: Path) -> None:
    with curtain(SPEED, 1) as settings:
        client = ensure_service(settings)
        assert settings.desk.name == "Riverton"
        assert settings.desk.data.is_relative_to(temporary)
        assert left_in(temporary, within=0)
        client.close()
    assert left_in(temporary, within=0) == []
    with pytest.raises(NoService):
        ServiceClient.connect(DataPaths(settings.desk.data))


@pytest.mark.parametrize("end", ["Ctrl+Q", "SIGTERM", "SIGHUP", "SIGKILL"])
def test_however_the_demo_ends_nothing_of_it_is_left(temporary: Path, end: str) -> None:
    with Terminal([sys.executable, "-m", "console", "demo", "--speed", "20"]) as screen:
        screen.wait_for("Riverton", 20)
        if end == "Ctrl+Q":
            screen.type("\x11")
        else:
            screen.kill(getattr(signal, end))
        code = screen.wait(15)
    assert code == (-signal.SIGKILL if end == "SIGKILL" else 0)
    assert left_in(temporary) == []


def test_a_ctrl_c_before_the_desk_is_up_leaves_nothing_either(temporary: Path) -> None:
    with Terminal([sys.executable, "-m", "console", "demo"]) as screen:
        end = time.monotonic() + 15
        while not list(temporary.iterdir()) and time.monotonic() < end:
            time.sleep(0.01)
        screen.type("\x03")
        screen.settle(0.5)
        screen.kill(signal.SIGTERM)
        assert screen.wait(15) is not None
    assert left_in(temporary) == []


def test_without_room_for_its_files_it_says_what_to_do(temporary: Path) -> None:
    command = f"ulimit -f 0; exec {shlex.quote(sys.executable)} -m console demo"
    with Terminal(["sh", "-c", command]) as screen:
        assert screen.wait(20) == 3
        assert "TMPDIR" in screen.text()
        assert "Traceback" not in screen.text()
    assert left_in(temporary) == []


def test_without_a_terminal_it_says_so_and_starts_nothing(temporary: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "console", "demo"],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        timeout=20,
        check=False,
    )
    assert done.returncode == 2
    assert "terminal" in done.stderr
    assert left_in(temporary, within=0) == []
