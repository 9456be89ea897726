"""A report's whole way by keys alone: two operators at two real terminals, and servers that others wrote."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MailHandler

from console.paths import DataPaths
from console.store.reader import Reader
from tests.feeds.mastodon_mock import DESK, MastodonMock
from tests.terminal import Terminal

ROOT = Path(__file__).resolve().parents[1]
SECOND = "daemon"
SETTINGS = """
[desk]
name = "Riverton"
data = "{home}/data"
places = "places.csv"
time_zone = "UTC"
[store]
keep_free = "1 MB"
[network]
allow = ["127.0.0.1"]
[intake]
voices = 1
[roles]
respond = ["{first}"]
approve = ["{second}"]
[answers]
hold = "2s"
second_tiers = [1, 2, 3]
[sources.tag]
kind = "mastodon"
address = "{mastodon}/tags/riverton"
interval = "1s"
[channels.town]
kind = "mastodon"
address = "{mastodon}"
account = "@riverton"
[channels.roads]
kind = "mail"
address = "smtp://127.0.0.1:{smtp}"
account = "desk@riverton.example"
to = "roads@riverton.example"
[routes.roads]
channel = "roads"
topics = ["roads"]
phone = "01632 960123"
"""
REPORT = "Huge pothole on Main Street, three accidents this week! #riverton"
FORBIDDEN = "OFFICIAL-SENSITIVE: the crew comes today. Next update here by 17:00."
ANSWER = "Thank you. A crew comes to Main Street today. Next update here by 17:00."


class Mails(MailHandler):
    def __init__(self) -> None:
        super().__init__()
        self.got: list[Any] = []

    def handle_message(self, message: Any) -> None:
        self.got.append(message)


@contextmanager
def smtp(mails: Mails) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(mails, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture
def home() -> Iterator[Path]:
    """A directory that a second account may look into, as a shared server has it."""
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0 or setpriv is None:
        pytest.skip("a second operator needs root and setpriv(1)")
    try:
        pwd.getpwnam(SECOND)
    except KeyError:
        pytest.skip(f"this machine has no account {SECOND}")
    with tempfile.TemporaryDirectory(prefix="watchfloor-") as folder:
        path = Path(folder)
        path.chmod(0o755)
        yield path


def desk(home: Path, who: str, **more: Any) -> Terminal:
    """The desk of one operator."""
    command = [sys.executable, "-m", "console", "--config", str(home / "settings.toml")]
    own = home / who
    own.mkdir(exist_ok=True)
    if who == SECOND:
        uid = pwd.getpwnam(SECOND).pw_uid
        os.chown(own, uid, 0)
        # The right to read is left to it: the Python that runs the tests may lie in root's home.
        reads = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
        command = [*reads, *command]
        command = [str(shutil.which("setpriv")), f"--reuid={uid}", "--regid=0", "--clear-groups", *command]
    env = {"PYTHONPATH": str(ROOT), "TMUX": "", "STY": "", "HOME": str(own), "XDG_STATE_HOME": str(own)}
    return Terminal(command, env=env, **more)


def until(true: Callable[[], object], what: str, within: float = 25.0) -> None:
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def test_from_a_report_to_everybody_told(home: Path) -> None:
    mails = Mails()
    first = pwd.getpwuid(os.geteuid()).pw_name
    with MastodonMock(home) as town, smtp(mails) as port:
        (home / "places.csv").write_text("name,aliases,area\nMain Street,,Riverton\n")
        text = SETTINGS.format(home=home, mastodon=town.origin, smtp=port, first=first, second=SECOND)
        (home / "settings.toml").write_text(text)
        credentials = home / "credentials"
        credentials.mkdir(mode=0o700)
        (credentials / "town").write_text(DESK)
        (credentials / "town").chmod(0o600)
        town.say(REPORT)
        serve = [sys.executable, "-m", "console", "--config", str(home / "settings.toml"), "serve"]
        with Terminal(serve, env={"PYTHONPATH": str(ROOT), "HOME": str(home)}) as service:
            until(DataPaths(home / "data").socket.exists, f"no service:\n{service.text()}")
            with desk(home, first) as one, desk(home, SECOND) as two:
                journey(one, two, town, mails)
                for terminal in (one, two):
                    terminal.type("\x11")
                    assert terminal.wait() == 0
            service.kill(signal.SIGTERM)
            with suppress(AssertionError):
                service.wait(20)
        with Reader(DataPaths(home / "data").database) as reader:
            kinds = [event.kind for event in reader.events(500)]
        assert kinds.count("approved") == 2
        assert kinds.count("confirmed") == 3


def answers_on(town: MastodonMock) -> list[str]:
    """What the desk has said there, the newest first."""
    statuses = town.client.get("/api/v1/timelines/public", params={"limit": "40"}).json()
    ours = [one["content"] for one in statuses if one["account"]["username"] == "riverton"]
    return [html.removeprefix("<p>").removesuffix("</p>") for html in ours]


def journey(one: Terminal, two: Terminal, town: MastodonMock, mails: Mails) -> None:
    """Claim, a reply that the guard refuses, mended, approved, sent, escalated, closed, the reporter told."""
    one.wait_for("Main Street", at_most=30)
    one.type(".")
    one.wait_for("MAIN STREET")
    one.type("\tc")
    one.wait_for("claimed by root")

    one.type("r")
    one.wait_for("everybody reads it")
    one.type(FORBIDDEN)
    one.wait_for("saved")
    one.type("\x1b")
    one.wait_for("Enter write on")
    one.type("y")
    one.wait_for("This must not be said")
    assert answers_on(town) == []

    one.type("\r")
    one.wait_for("Esc then")
    one.type("\x7f" * len(FORBIDDEN) + ANSWER)
    one.wait_until(lambda screen: ANSWER[:40] in screen and "saved" in screen and "stop:" not in screen)
    one.type("\x1b")
    one.wait_for("Enter write on")
    one.type("y")
    one.wait_for("Waits for a second person (tier 2)")

    two.wait_for("LIVE")
    approve(two)
    until(lambda: answers_on(town) == [ANSWER], "the answer never came out")
    one.wait_for("answered")

    one.type("e")
    one.wait_for("phone 01632 960123")
    one.type("\r")
    one.wait_for("s does it")
    one.type("s")
    until(lambda: mails.got, "no mail came")
    assert "Main Street" in mails.got[0]["Subject"]
    one.wait_for("roads sent")
    for said, shown in (("4411", "roads #4411 open"), ("closed: filled and rolled", "roads #4411 closed")):
        one.type("K")
        one.wait_for("What do they say?")
        one.type(f"{said}\r")
        one.wait_for(shown)

    one.type("L")
    one.wait_for("is owed an answer")
    one.type("j\r")
    one.wait_for("1 answer will be drafted")
    one.type("s")
    one.wait_for("1 answer drafted, none sent yet")
    one.type("A")
    one.wait_for("GUARD AND RULES")  # all of the page is there, and its keys
    one.type("e")
    one.wait_for("Esc then")
    one.type("\x1b")
    one.wait_until(lambda screen: "f further" in screen and "Esc then" not in screen)
    one.type("y")
    one.wait_for("second person")
    approve(two)
    until(lambda: len(answers_on(town)) == 2, "nobody was told")
    told = answers_on(town)[0]
    assert "4411" in told
    assert "fixed" not in told


def approve(terminal: Terminal) -> None:
    """Read what waits, and agree."""
    terminal.type("A")
    terminal.wait_for("WAITS FOR APPROVAL")
    terminal.wait_for("GUARD AND RULES")  # nothing is approved before it could be read
    terminal.type("y")
    terminal.wait_for("s does it")
    terminal.type("s")
    terminal.wait_for("no draft waits for anybody", at_most=30)
    terminal.type("\x1b")
    terminal.wait_for("INCIDENTS")
