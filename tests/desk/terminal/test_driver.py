"""The driver on a real terminal: what it asks of it, how it leaves it, and that it never waits for it."""

from __future__ import annotations

import re
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.desk.town import Town
from tests.terminal import Terminal

ROOT = Path(__file__).parents[3]
OPEN = (sys.executable, "-m", "tests.desk.open_desk")
UNWANTED = (
    (b"\x1b[?1004h", "reports of focus"),
    (b"\x1b[>1u", "keys as sequences"),
    (b"$p", "questions after modes"),
    (b"\x1b[?1000h", "the mouse"),
    (b"\x1b[?1003h", "the mouse's every motion"),
)
HEARTBEAT = """
import asyncio, sys, time
from pathlib import Path
from console.desk.app import Desk, run_desk
from console.paths import DataPaths
from console.settings import DeskSettings, Settings

async def beat(file):
    last = time.monotonic()
    while True:
        await asyncio.sleep(0.02)
        now = time.monotonic()
        file.write(f"{now - last}\\n")
        file.flush()
        last = now

mounted = Desk.on_mount
def on_mount(desk):
    mounted(desk)
    desk.beat = asyncio.create_task(beat(open(sys.argv[2], "w")))
    desk.set_interval(0.1, lambda: desk.screen.refresh())
    desk.set_interval(0.1, lambda: desk._driver.sender.repaint())
Desk.on_mount = on_mount
data = Path(sys.argv[1])
sys.exit(run_desk(Settings(desk=DeskSettings(data=data, link="full", theme="dark")), DataPaths(data), None))
"""
"""A desk that repaints everything ten times a second and writes down how long its loop took to come round."""


@pytest.fixture
def evening(tmp_path: Path) -> Town:
    return Town(tmp_path).settle()


def opened(town: Town, *, answers: bool = True, env: dict[str, str] | None = None) -> Terminal:
    return Terminal([*OPEN, str(town.paths.root)], answers=answers, env=env)


def at_rest(terminal: Terminal) -> str:
    terminal.wait_for("INCIDENTS")
    terminal.wait_for("Ctrl+Q")
    terminal.settle()
    return terminal.text()


def test_nothing_is_asked_of_the_terminal_that_costs_the_way_back(evening: Town) -> None:
    with opened(evening) as terminal:
        at_rest(terminal)
        terminal.type("\x11")
        assert terminal.wait() == 0
        for sequence, what in UNWANTED:
            assert sequence not in terminal.received, what


def test_a_terminal_that_never_answers_gets_the_whole_screen_and_all_that_changes(evening: Town) -> None:
    with opened(evening) as answering:
        screen = at_rest(answering)
    with opened(evening, answers=False) as terminal:
        terminal.wait_until(lambda text: text.count("\n") > 20 and "Ctrl+Q" in text and "INCIDENTS" in text)
        terminal.settle(quiet=1.0)
        assert [line[:60] for line in terminal.text().splitlines()[1:12]] == [
            line[:60] for line in screen.splitlines()[1:12]
        ]
        terminal.type("?")
        terminal.wait_for("KEYS")
        terminal.type("\x1b")
        terminal.wait_for("INCIDENTS")
        terminal.type("\x11")
        assert terminal.wait() == 0


def test_the_shell_after_it_is_told_no_answer_and_gets_its_modes_back(evening: Town, tmp_path: Path) -> None:
    """The shell reads for a while what comes after the desk, letter by letter."""
    desk = " ".join((*OPEN, str(evening.paths.root)))
    reading = "stty -icanon -echo min 0 time 15; cat > after; stty -a > modes"
    for keys in ("\x11", "j\x11", "jk\x11", "?\x1b\x11"):
        script = f"cd {ROOT}; {desk}; cd {tmp_path}; {reading}; echo finished"
        with Terminal(["/bin/sh", "-c", script]) as terminal:
            at_rest(terminal)
            before = len(terminal.received)
            terminal.type(keys)
            terminal.wait_for_bytes(b"finished")
            assert (tmp_path / "after").read_bytes() == b"", keys
            left = bytes(terminal.received[before:])
            for mode in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?7h", b"\x1b[?2004l"):
                assert mode in left, mode
            assert b"\x1b[r" in left
        assert re.search(r"(?<!-)\bopost\b", (tmp_path / "modes").read_text())


def test_an_answer_between_the_bytes_of_a_paste_is_no_part_of_it(evening: Town) -> None:
    with opened(evening) as terminal:
        at_rest(terminal)
        terminal.type("/")
        terminal.wait_for(" / ")
        terminal.type("\x1b[200~base\x1b[7;3Rment\x1b[201~")
        terminal.wait_for("basement")
        assert "7;3R" not in terminal.settle().decode(errors="replace")


def test_after_a_stop_and_after_a_resize_to_the_same_size_everything_is_drawn_again(evening: Town) -> None:
    with opened(evening) as terminal:
        screen = at_rest(terminal)
        terminal.kill(signal.SIGTSTP)
        terminal.settle()
        assert b"\x1b[?1049l" in terminal.received
        terminal.kill(signal.SIGCONT)
        terminal.settle(quiet=0.6)
        assert terminal.text().splitlines()[1:10] == screen.splitlines()[1:10]
        before = len(terminal.received)
        terminal._screen.erase_in_display(2)
        terminal.resize(80, 24)
        terminal.settle(quiet=0.6)
        assert terminal.text().splitlines()[1:10] == screen.splitlines()[1:10]
        assert b"\x1b[2J" in terminal.received[before:]


def test_a_terminal_that_reads_nothing_never_holds_the_loop_up(evening: Town, tmp_path: Path) -> None:
    beats = tmp_path / "beats"
    command = [sys.executable, "-c", HEARTBEAT, str(evening.paths.root), str(beats)]
    with Terminal(command, columns=160, rows=50) as terminal:
        at_rest(terminal)
        until = time.monotonic() + 4
        begun = len(beats.read_text().splitlines())
        while time.monotonic() < until:
            time.sleep(0.2)  # nothing is read
        late = [float(line) for line in beats.read_text().splitlines()[begun:-1]]
        assert sum(late) > 3, "it came to a stop"
        assert max(late) < 2, "writing held it up; a busy machine alone does not for so long"
        terminal.settle(at_most=2.0)
        terminal.type("\x11")
        assert terminal.wait(20) == 0


def test_without_colours_there_are_none(evening: Town) -> None:
    with opened(evening, env={"NO_COLOR": "1"}) as terminal:
        at_rest(terminal)
        terminal.type("jG")
        terminal.settle()
        for codes in re.findall(rb"\x1b\[([\d;]*)m", bytes(terminal.received)):
            assert not {int(code) for code in codes.split(b";") if code} & {*range(30, 50), *range(90, 108)}
