"""What tmux shows of our bytes is what it shows of those that Textual's own driver would have sent.

Its `capture-pane` leaves out what was erased at the end of a row, so we look at what it draws for a client.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.terminal.beside import beside
from tests.desk.terminal.emulator import Emulator, Seen
from tests.desk.terminal.steps import SESSION
from tests.desk.town import Town, said
from tests.terminal import Terminal

pytestmark = [
    pytest.mark.usefixtures("fast_frames"),
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]

SIZE = (100, 30)
LONGEST = 20.0
"""Seconds that tmux may take to draw a session."""
EVERY = 12
"""Steps between two looks."""


class Tmux:
    """A server of our own, which nobody else's settings or sessions touch."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._windows = 0
        (folder / "conf").write_text("set -g status off\nset -g set-titles off\nset -g remain-on-exit on\n")
        self._command = ["tmux", "-S", str(folder / "tmux"), "-f", str(folder / "conf")]

    def run(self, *words: str) -> str:
        """Tell the server something."""
        env = {name: value for name, value in os.environ.items() if name != "TMUX"}
        return subprocess.run(
            [*self._command, *words], env=env, check=True, capture_output=True, text=True, timeout=LONGEST
        ).stdout

    def shown(self, sent: bytes) -> Emulator:
        """The screen after a program of the usual size sent all this."""
        self._windows += 1
        name = f"w{self._windows}"
        stream = self._folder / name
        # A title that is set last tells that everything before it was drawn.
        stream.write_bytes(b"\x1b[?7l" + sent + f"\x1b]2;{name} is drawn\a".encode())
        program = f"stty -opost -echo; cat {shlex.quote(str(stream))}; exec sleep 60"
        columns, rows = map(str, SIZE)
        self.run("new-session", "-d", "-s", name, "-x", columns, "-y", rows, program)
        until = time.monotonic() + LONGEST
        while self.run("display-message", "-p", "-t", name, "#{pane_title}").strip() != f"{name} is drawn":
            assert time.monotonic() < until, "tmux never came to the end"
            time.sleep(0.02)
        attach = [*self._command, "-T", "256,RGB", "attach-session", "-t", name]
        with Terminal(attach, columns=SIZE[0], rows=SIZE[1], env={"TMUX": ""}, emulate=False) as client:
            told = client.settle(quiet=0.2)
        screen = Emulator(*SIZE)
        screen.feed(told.decode())
        return screen


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    folder = tmp_path / "t"
    folder.mkdir()
    server = Tmux(folder)
    yield server
    server.run("kill-server")


def _measured_alike(row: list[Seen]) -> bool:
    """Whether tmux gives every character of a row as many cells as we do.

    Clusters of several code points are drawn in more or fewer cells, by its age. The stock driver's rows then
    slide to the side, so they are nothing to be measured against; ours are seen to in `test_painter`.
    """
    return all(len(seen.character) <= 1 and seen.character < "\U0001f000" for seen in row)


@pytest.mark.parametrize("theme", ["terminal", "dark"])
async def test_tmux_shows_the_same_of_both(town: Town, tmux: Tmux, theme: str) -> None:
    looks: list[tuple[str, bytes, bytes]] = []
    compared = 0
    async with beside(town.desk(theme=theme), size=SIZE, repeats=False) as both:
        for number, keys in enumerate(SESSION):
            for key in keys:
                both.press(key, key if len(key) == 1 else None)
            await both.obeyed()
            if number % 5 == 0:
                town.take(said(40, f"{number} 水位 rises {number}", 1))
                both.look()
                await both.settle()
            assert both.difference() == ""
            if number % EVERY == 0 or number == len(SESSION) - 1:
                looks.append((str(keys), both.sent, both.sent_by_stock))
    for after, ours, stock in looks:
        one, other = tmux.shown(ours), tmux.shown(stock)
        for y, (row, wanted) in enumerate(zip(one.rows(), other.rows(), strict=True)):
            if _measured_alike(wanted):
                compared += 1
                assert row == wanted, f"row {y} after {after}"
    assert compared > len(looks) * SIZE[1] * 0.7
    assert tmux.shown(ours[: len(ours) // 2]).rows() != one.rows(), "half a session looks different"
