"""The desk in a real terminal: a pty, its bytes, and the screen that they make."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.desk.town import Town, said
from tests.hostile import PAYLOADS
from tests.terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]
RESTORED = (b"\x1b[?1049l", b"\x1b[?25h")
"""The alternate screen is left, the cursor is back."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return Town(tmp_path_factory.mktemp("town")).settle()


def opened(town: Town, **more: object) -> Terminal:
    command = [sys.executable, "-m", "tests.desk.open_desk", str(town.paths.root)]
    return Terminal(command, **more)  # type: ignore[arg-type]


def at_rest(terminal: Terminal) -> str:
    terminal.wait_for("water in the basement")
    terminal.settle(quiet=0.5)
    return terminal.text()


def test_keys_move_and_the_screen_follows_the_window(town: Town) -> None:
    with opened(town) as terminal:
        assert "▸  ▲ act now  flood" in at_rest(terminal)
        terminal.type("j")
        terminal.wait_for("▸  ● soon     road")
        terminal.resize(120, 40)
        terminal.wait_for("age  new│─ MENTIONS")
        terminal.wait_for("▸  ● soon     road")
        terminal.resize(60, 20)
        terminal.wait_until(lambda screen: "MENTIONS" not in screen and "▸  ● soon     road" in screen)
        terminal.type("\x11")
        assert terminal.wait() == 0
        assert all(code in terminal.received for code in RESTORED)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_desk_cleanly_and_gives_the_terminal_back(town: Town, number: int) -> None:
    with opened(town) as terminal:
        at_rest(terminal)
        before = len(terminal.received)
        terminal.kill(number)
        assert terminal.wait(5) == 0
        assert all(code in terminal.received[before:] for code in RESTORED)
        assert b"Traceback" not in terminal.received


def test_a_desk_whose_terminal_is_gone_ends_by_itself(town: Town) -> None:
    terminal = opened(town)
    at_rest(terminal)
    os.close(terminal._fd)
    end = time.monotonic() + 6
    gone = 0
    while not gone and time.monotonic() < end:
        gone, _status = os.waitpid(terminal.pid, os.WNOHANG)
        time.sleep(0.02)
    if not gone:
        os.kill(terminal.pid, signal.SIGKILL)
        os.waitpid(terminal.pid, 0)
    assert gone


FAILING = """
import runpy, sys
from console.desk.wall import Wall
def action_down(self):
    token = "hunter2"
    raise ValueError("it broke: token=" + token)
Wall.action_down = action_down
sys.argv = ["open_desk", sys.argv[1]]
runpy.run_module("tests.desk.open_desk", run_name="__main__")
"""


def test_a_desk_that_fails_says_one_sentence_and_shows_no_locals(tmp_path: Path) -> None:
    town = Town(tmp_path).settle()
    with Terminal([sys.executable, "-c", FAILING, str(town.paths.root)]) as terminal:
        at_rest(terminal)
        terminal.type("j")
        assert terminal.wait() == 1
        said_last = bytes(terminal.received).rsplit(RESTORED[0], 1)[1]
        assert b"The desk failed (ValueError). The service and everything stored are safe" in said_last
        assert b"hunter2" not in terminal.received
        assert b"Traceback" not in terminal.received
    written = town.paths.log.read_text()
    assert "action_down" in written
    assert "hunter2" not in written


def test_an_idle_desk_sends_nothing(town: Town) -> None:
    with opened(town) as terminal:
        at_rest(terminal)
        while time.time() % 60 > 55:
            terminal.read(0.5)  # the minute's tick is the one thing that may be sent
        terminal.settle(quiet=0.5)
        before = len(terminal.received)
        end = time.monotonic() + 2
        while time.monotonic() < end:
            terminal.read(0.2)
        assert bytes(terminal.received[before:]) == b""


def test_dumb_terminals_and_pipes_get_a_sentence_and_exit_code_2(town: Town) -> None:
    with opened(town, env={"TERM": "dumb"}) as terminal:
        assert terminal.wait() == 2
        assert b"TERM=dumb" in terminal.received
        assert b"\x1b" not in terminal.received
    command = [sys.executable, "-m", "tests.desk.open_desk", str(town.paths.root)]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 2
    assert b"needs a terminal" in done.stderr
    assert done.stdout == b""


@pytest.mark.parametrize("variable", ["NO_COLOR", "PYTHONIOENCODING"])
def test_colours_and_marks_can_be_done_without(town: Town, variable: str) -> None:
    value = {"NO_COLOR": "1", "PYTHONIOENCODING": "ascii"}[variable]
    with opened(town, env={variable: value}) as terminal:
        screen = at_rest(terminal)
        if variable == "NO_COLOR":
            assert b"\x1b[31" not in terminal.received
            assert b";31" not in terminal.received
            assert "▲ act now" in screen
        else:
            assert screen.isascii()
            assert ">  ! act now" in screen


def test_hostile_posts_reach_the_terminal_as_dead_text(tmp_path: Path) -> None:
    town = Town(tmp_path).settle()
    live = [
        (name, text)
        for name, text in PAYLOADS.items()
        if ("\x1b" in text or "\x9b" in text or "\x9d" in text) and len(text) < 200
    ]
    town.take(*(said(40 + index, text.replace("\0", "")) for index, (_, text) in enumerate(live)))
    with opened(town, columns=120, rows=40) as terminal:
        terminal.wait_for("INCIDENTS")
        terminal.type("\tjG")
        terminal.settle(quiet=0.5)
        terminal.type("g")
        terminal.settle(quiet=0.5)
        for name, text in live:
            assert text.encode("utf-8", "replace") not in terminal.received, name
        assert b"\x1b]0;" not in terminal.received
        assert b"\x1b]52" not in terminal.received
        assert b"\xc2\x9b" not in terminal.received


def test_opening_the_desk_loads_no_network_and_no_writer(town: Town) -> None:
    code = (
        "import sys, console.desk.app, console.store.reader\n"
        "heavy = ('sqlite_utils', 'httpx', 'feedparser', 'vaderSentiment', 'click')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, text=True, check=True)
    assert done.stdout.strip() == "[]"
