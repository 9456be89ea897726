"""One evening's work on the real program: a real terminal, a service of its own, files that grow."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.paths import DataPaths
from console.service.client import NoService, ServiceClient
from tests.service.at_work import until
from tests.terminal import Terminal

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = """
[desk]
name = "Riverton"
data = "data"
places = "places.csv"
time_zone = "UTC"
[store]
keep_free = "1 MB"
[sources.town]
kind = "jsonl"
address = "posts.jsonl"
interval = "1s"
[sources.weather]
kind = "cap"
address = "alert.xml"
interval = "1s"
trust = "official"
[views]
floods = "topic:flood"
"""
PLACES = "name,aliases,area\nMill Street,Mill St,Riverton\nOak School,,Riverton\nRiverton,,\n"
ALERT = """<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>f1</identifier>
<sender>warnings@example.org</sender><sent>{sent}</sent><status>Actual</status><msgType>Alert</msgType>
<scope>Public</scope><info><category>Met</category><event>Flash Flood Warning</event>
<urgency>Immediate</urgency><severity>Severe</severity><certainty>Likely</certainty><expires>{expires}</expires>
<senderName>River Office</senderName><headline>Flash Flood Warning for Mill Street</headline>
<area><areaDesc>Mill Street</areaDesc></area></info></alert>"""
BELL = re.compile(rb"\x07")
COMMAND = re.compile(rb"\x1b\][^\x07\x1b]*\x07")
"""An operating system command; the byte that ends it is no bell."""
CALL = "Help, we can't get out! Water is coming into the basement, my mother is trapped. 14 Mill Street"


class Evening:
    """The files of one desk, and what people say into them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.paths = DataPaths(home / "data")
        self.settings = home / "settings.toml"
        self.settings.write_text(SETTINGS)
        (home / "places.csv").write_text(PLACES)
        self.posts = home / "posts.jsonl"
        self.posts.touch()
        self._said = 0

    def says(self, author: str, text: str) -> None:
        """Somebody posts something."""
        self._said += 1
        post = {"id": f"p{self._said}", "author": author, "text": text, "lang": "en"}
        with self.posts.open("a") as posts:
            posts.write(json.dumps({**post, "created_at": datetime.now(UTC).isoformat()}) + "\n")

    def warns(self) -> None:
        """The river office issues its warning."""
        now = datetime.now(UTC)
        times = {"sent": now, "expires": now + timedelta(hours=2)}
        given = {name: when.isoformat(timespec="seconds") for name, when in times.items()}
        (self.home / "alert.xml").write_text(ALERT.format(**given))

    def service(self) -> int:
        """The process of the running service."""
        with closing(ServiceClient.connect(self.paths)) as client:
            return int(client.ask("status")["pid"])


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    evening = Evening(tmp_path)
    yield evening
    with suppress(NoService):
        os.kill(evening.service(), signal.SIGTERM)


def ended(process: int) -> bool:
    """Whether a process is no more."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


def desk(evening: Evening) -> Terminal:
    command = [sys.executable, "-m", "console", "--config", str(evening.settings)]
    return Terminal(command, env={"PYTHONPATH": str(ROOT), "TMUX": "", "STY": ""})


def test_from_the_first_report_to_the_last_key(evening: Evening) -> None:
    evening.says("@petra", "thanks to the crews who cleaned Mill Street this morning")
    with desk(evening) as terminal:
        terminal.wait_for("LIVE")
        terminal.wait_for("@petra")

        evening.says("@ana_r", CALL)
        terminal.wait_for("act now")
        terminal.settle(quiet=1.5)
        assert len(BELL.findall(COMMAND.sub(b"", terminal.received))) == 1, "one bell for one call"
        evening.warns()

        terminal.type(".")
        terminal.wait_for("MILL STREET")
        terminal.wait_for("act now: Mill Street: Flash Flood Warning")
        terminal.type("\r")
        terminal.wait_for("only incident:mill-street.flood")
        terminal.type("G")
        terminal.wait_for("14 Mill Street")

        terminal.type("/basement\r")  # at once, as a slow link delivers it
        terminal.wait_for("only basement incident:mill-street.flood")
        terminal.wait_for("14 Mill Street")
        terminal.type("y")
        terminal.settle()
        assert b"\x1b]52;c;" in terminal.received, terminal.text()
        terminal.type("\x1b")

        terminal.resize(120, 40)
        terminal.wait_for("MENTIONS")
        terminal.resize(60, 20)
        terminal.wait_for("quit")
        terminal.resize(80, 24)
        service = evening.service()
        terminal.type("\x11")
        assert terminal.wait() == 0
    until(lambda: ended(service), within=30)


def test_a_killed_service_is_missed_at_once_and_what_was_stored_stays_in_sight(evening: Evening) -> None:
    evening.says("@ana_r", CALL)
    with desk(evening) as terminal:
        terminal.wait_for("LIVE")
        terminal.wait_for("@ana_r")
        os.kill(evening.service(), signal.SIGKILL)
        terminal.wait_for("NO SERVICE")
        assert "@ana_r" in terminal.text()

        evening.says("@lou", "Mill Street is under water now, cars are floating")
        again = Terminal(
            [sys.executable, "-m", "console", "--config", str(evening.settings), "serve"],
            env={"PYTHONPATH": str(ROOT)},
        )
        with again:
            terminal.wait_for("LIVE", at_most=30)
            deadline = time.monotonic() + 15
            while "@lou" not in terminal.text() and time.monotonic() < deadline:
                terminal.type(".")
                terminal.settle(quiet=0.5, at_most=2)
            assert "@lou" in terminal.text(), terminal.text()
            assert terminal.text().count("@ana_r") <= 2, "taken once, shown in list and detail"
            terminal.type("\x11")
            assert terminal.wait() == 0
            again.kill(signal.SIGTERM)
            assert again.wait(20) == 0


def test_a_service_that_hangs_keeps_no_desk_from_ending(evening: Evening) -> None:
    with desk(evening) as terminal:
        terminal.wait_for("LIVE")
        service = evening.service()
        os.kill(service, signal.SIGSTOP)
        try:
            terminal.settle(quiet=2.5, at_most=3)  # until the desk asks it something
            terminal.type("\x11")
            assert terminal.wait(5) == 0
        finally:
            os.kill(service, signal.SIGCONT)


def test_a_dropped_line_leaves_no_desk_behind(evening: Evening) -> None:
    with desk(evening) as terminal:
        terminal.wait_for("LIVE")
        service = evening.service()
        terminal.kill(signal.SIGHUP)
        assert terminal.wait(10) is not None
    until(lambda: ended(service), within=30)
