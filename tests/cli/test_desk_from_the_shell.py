"""Typing `watchfloor` and nothing else: the wall opens with a service of its own, and both end together."""

from __future__ import annotations

import time

from tests.cli.shell import Shell
from tests.terminal import Terminal


def test_the_wall_opens_without_settings_and_its_service_ends_with_it(shell: Shell) -> None:
    with Terminal(shell.command, env=shell.environment) as terminal:
        terminal.wait_for("INCIDENTS")
        terminal.settle(quiet=1.0)  # somebody looks at it for a moment
        assert "nobody" not in shell.run("status").text
        terminal.type("\x11")
        assert terminal.wait(15) == 0
    patience = time.monotonic() + 40
    while shell.paths.socket.exists():  # to ask it would keep it
        assert time.monotonic() < patience, "the service outlived its last desk"
        time.sleep(0.1)
    assert shell.run("status").code == 3
    assert shell.run("mentions").code == 0


def test_a_terminal_that_cannot_draw_gets_a_sentence_and_no_service(shell: Shell) -> None:
    with Terminal(shell.command, env={**shell.environment, "TERM": "dumb"}) as terminal:
        assert terminal.wait(15) == 2
        assert "watchfloor mentions" in terminal.text().replace("\n", " ")
    assert b"\x1b[?1049h" not in terminal.received
    assert not shell.paths.root.exists()
