"""The desk behind a thin line, whose far end takes few bytes a second, answers late, and is away at times."""

from __future__ import annotations

import array
import fcntl
import os
import select
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.desk.town import Town, said
from tests.terminal import QUESTION, Terminal

RATE, TRIP = 1200.0, 0.4
"""Bytes a second, and seconds until an answer is back."""
MOST_UNSEEN = 2700
"""Bytes that may wait on the line: what is sent before the first answer, and two rows."""
MOST_AFTER = 2000
"""Bytes that thirty changes of panel cost which nobody saw; all of them together are 5,000."""
PATIENCE = 20.0
"""Seconds that anything may take here. A desk that does not pace itself takes minutes."""

NEVER_SAID = "jzqxj"


class ThinLine(Terminal):
    """A terminal at the far end of a line; what the line has not carried yet waits in the kernel."""

    at_once = 32

    def __init__(self, town: Town, **more: Any) -> None:
        self.up = True
        self.most_waiting = 0
        """The most bytes that ever waited."""
        self._carried, self._at = 0.0, time.monotonic()
        self._answers: list[float] = []
        """When each answer arrives at the desk."""
        super().__init__([sys.executable, "-m", "tests.desk.open_desk", str(town.paths.root)], **more)

    def read(self, seconds: float) -> bytes:
        end = time.monotonic() + seconds
        while not (chunk := self._carry()) and time.monotonic() < end:
            time.sleep(0.01)
        return chunk

    def _carry(self) -> bytes:
        now = time.monotonic()
        self.most_waiting = max(self.most_waiting, self.waiting)
        self._carried, self._at = min(self._carried + (now - self._at) * RATE, 2.0 * self.at_once), now
        if not self.up:
            return b""
        while self._answers and self._answers[0] <= now:
            del self._answers[0]
            os.write(self._fd, b"\x1b[1;1R")
        if self._carried < self.at_once or not select.select([self._fd], [], [], 0)[0]:
            return b""
        chunk = super().read(0)
        self._carried -= len(chunk)
        return chunk

    def _answer(self, chunk: bytes) -> None:
        text = self._question + chunk
        asked = text.count(QUESTION)
        self._question = text[text.rfind(QUESTION) + len(QUESTION) if asked else 0 :][-len(QUESTION) + 1 :]
        self._answers += [time.monotonic() + TRIP] * asked

    @property
    def waiting(self) -> int:
        """Bytes that the desk has sent and nobody has seen."""
        count = array.array("i", [0])
        fcntl.ioctl(self._fd, termios.FIONREAD, count)
        return count[0]

    def rest(self) -> None:
        """Read until the picture is whole: nothing came for several round trips."""
        self.settle(quiet=4 * TRIP, at_most=PATIENCE)

    def away(self, seconds: float, meanwhile: Callable[[int], None]) -> None:
        """Carry nothing for a while, in which something is done ten times a second."""
        self.up = False
        for tenth in range(int(seconds * 10)):
            meanwhile(tenth)
            self.read(0.1)
        self.up = True


def opened(tmp_path: Path) -> tuple[Town, ThinLine]:
    town = Town(tmp_path).settle()
    return town, ThinLine(town)


@contextmanager
def talk(town: Town) -> Iterator[None]:
    """Twenty reports a second, in this block."""
    over = threading.Event()

    def go_on() -> None:
        number = 100
        while not over.wait(0.05):
            town.take(said(number, f"report {number} of a long evening", mood=number % 9 / 9))
            number += 1

    talking = threading.Thread(target=go_on, daemon=True)
    talking.start()
    yield
    over.set()
    talking.join()


def test_letters_are_seen_soon_while_reports_pour_in_and_nothing_piles_up_on_the_line(tmp_path: Path) -> None:
    town, terminal = opened(tmp_path)
    with terminal:
        terminal.wait_for("water in the basement", PATIENCE)
        with talk(town):
            terminal.wait_for(" new .", PATIENCE)
            for _ in range(8):
                terminal.type("\x0c")  # draw everything again
                terminal.read(0.2)
            terminal.type("/")
            terminal.wait_for("Enter applies", PATIENCE)
            for end in range(1, len(NEVER_SAID) + 1):
                terminal.type(NEVER_SAID[end - 1])
                terminal.wait_for(NEVER_SAID[:end], at_most=5.0)
        assert terminal.most_waiting <= MOST_UNSEEN
        terminal.type("\x11")
        assert terminal.wait() == 0


def test_an_outage_loses_nothing_and_what_was_overtaken_in_it_is_never_sent(tmp_path: Path) -> None:
    town, terminal = opened(tmp_path)
    with terminal:
        terminal.wait_for("water in the basement", PATIENCE)
        terminal.rest()
        begun = len(terminal.received)

        def meanwhile(tenth: int) -> None:
            town.take(said(100 + tenth, f"report {tenth}"))
            terminal.type("\t" if tenth else "j")

        terminal.away(3.1, meanwhile)
        terminal.wait_for("31 new", PATIENCE)
        terminal.rest()
        assert "▸  ● soon     road" in terminal.text()
        assert len(terminal.received) - begun <= MOST_AFTER

        def drawn_anew_is_the_same() -> bool:
            shown = terminal.text()
            terminal.type("\x0c")
            terminal.rest()
            return terminal.text() == shown

        assert drawn_anew_is_the_same() or drawn_anew_is_the_same(), "a minute may end in between, once"
