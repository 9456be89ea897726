"""Writing an answer in a real terminal: what it costs on the line, and what a sudden end leaves."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median

from console.settings import Settings
from tests.service.at_work import Served, append, following, post, until, write_settings
from tests.terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]
WATER = "Water is coming into the basement on Mill Street, my mother can't get out"
HOSTILE = "\x1b]0;owned\x07\x1b[31mred\x9b2J [bold]loud[/bold] [@click=app.quit()]x[/]"
A_CALL = 400
"""Bytes of a call for help over the composer: its line, and the lines that make room for it."""
A_KEY = 64
"""Bytes that one typed letter may cost, wherever it stands in its line; Textual by itself sends 600."""


def home_with(home: Path, *texts: str) -> Settings:
    posts = home / "posts.jsonl"
    settings = write_settings(home, [following(posts, interval="1s")])
    append(posts, *(post(number, text) for number, text in enumerate(texts, 1)))
    return settings


def opened(settings: Settings, home: Path, *, columns: int = 80, rows: int = 24) -> Terminal:
    command = [sys.executable, "-m", "console", "--config", str(settings.path)]
    env = {"XDG_STATE_HOME": str(home / "state"), "PYTHONPATH": str(ROOT), "TMUX": "", "STY": ""}
    return Terminal(command, columns=columns, rows=rows, env=env)


def begin(terminal: Terminal) -> None:
    """Open the composer on the newest mention."""
    terminal.wait_for("LIVE")
    terminal.settle()
    terminal.type("\tr")
    terminal.wait_for("unchanged since you opened it")
    terminal.settle()


def test_a_letter_costs_little_and_nothing_behind_the_composer_is_sent(tmp_path: Path) -> None:
    settings = home_with(tmp_path, WATER)
    with Served(settings) as service:
        until(service.texts)
        with opened(settings, tmp_path) as terminal:
            begin(terminal)
            terminal.type("A crew is on its way to ")
            terminal.wait_for("  saved")
            terminal.settle(quiet=1.0)
            costs = []
            for letter in "Mill Street":
                before = len(terminal.received)
                terminal.type(letter)
                terminal.settle(quiet=0.1)
                costs.append(len(terminal.received) - before)
            assert median(costs) <= A_KEY
            terminal.settle(quiet=1.5)
            while time.time() % 60 > 50:
                terminal.read(0.5)  # ages change with the minute
            before = len(terminal.received)
            calm = ("thanks to the crews", "what a fine bridge", "the market is open", "bus 7 is on time")
            append(tmp_path / "posts.jsonl", *(post(number, text) for number, text in enumerate(calm, 2)))
            until(lambda: service.total() == 5)
            terminal.settle(quiet=2.0)
            assert terminal.received[before:] == b""
            append(tmp_path / "posts.jsonl", post(6, WATER.replace("basement", "kitchen")))
            terminal.wait_for("kitchen")
            terminal.settle(quiet=1.0)
            assert len(terminal.received) - before < A_CALL, "a call for help is shown, and nothing else"


def test_a_page_over_the_composer_leaves_it_whole(tmp_path: Path) -> None:
    settings = home_with(tmp_path, WATER)
    with Served(settings) as service:
        until(service.texts)
        with opened(settings, tmp_path, columns=120, rows=40) as terminal:
            begin(terminal)
            terminal.type("words to come back to")
            terminal.wait_for("  saved")
            terminal.type("\x1b")
            terminal.wait_for("Enter write on")
            terminal.type("t")
            terminal.wait_for("CANNED REPLIES")
            terminal.settle()
            terminal.type("\x1b")
            terminal.wait_for("words to come back to")
            terminal.settle()
            screen = terminal.text()
            assert "REPLY  as  Riverton  on  dry-run" in screen
            assert "21 of 500" in screen
            assert "CANNED" not in screen
            terminal.type("q")
            terminal.wait_for("INCIDENTS")
            terminal.settle()
            assert "words to come back to" not in terminal.text().split("WORK")[0].split("INCIDENTS")[0]


def test_a_killed_terminal_and_a_killed_service_lose_nothing_that_was_typed(tmp_path: Path) -> None:
    settings = home_with(tmp_path, WATER)
    with Served(settings) as service:
        until(service.texts)
        with opened(settings, tmp_path) as terminal:
            begin(terminal)
            terminal.type("this is stored")
            terminal.wait_for("  saved")
            service.kill()
            terminal.type(" and this is not")
            terminal.wait_for("NOT SAVED, kept in your own file")
            terminal.settle(quiet=1.0)
            terminal.kill(signal.SIGKILL)
            terminal.wait()
    with Served(settings), opened(settings, tmp_path) as terminal:
        begin(terminal)
        terminal.wait_for("this is stored and this is not")
        terminal.wait_for("Restored what you typed")


def test_a_hangup_keeps_the_last_letters(tmp_path: Path) -> None:
    settings = home_with(tmp_path, WATER)
    with Served(settings) as service:
        until(service.texts)
        with opened(settings, tmp_path) as terminal:
            begin(terminal)
            terminal.type("typed and gone")
            terminal.wait_for("typed and gone")
            terminal.kill(signal.SIGHUP)
            assert terminal.wait(6) == 0
        with opened(settings, tmp_path) as terminal:
            begin(terminal)
            terminal.wait_for("typed and gone")


def test_a_hostile_original_cannot_act_and_is_no_markup(tmp_path: Path) -> None:
    settings = home_with(tmp_path, HOSTILE)
    with Served(settings) as service:
        until(service.texts)
        with opened(settings, tmp_path) as terminal:
            begin(terminal)
            assert "[bold]loud[/bold] [@click=app.quit()]x[/]" in terminal.text()
            assert b"\x1b]0;" not in terminal.received
            assert b"\xc2\x9b" not in terminal.received


def selects(words: str) -> Callable[[str], bool]:
    """Whether the cursor of the mentions stands on these words."""
    return lambda screen: any(line.startswith("▸ ") and words in line for line in screen.split("\n"))


def test_a_key_in_one_piece_with_esc_leaves_the_text_and_is_no_part_of_it(tmp_path: Path) -> None:
    settings = home_with(tmp_path, WATER)
    with Served(settings) as service:
        until(service.texts)
        with opened(settings, tmp_path) as terminal:
            begin(terminal)
            terminal.type("abc\x1bq")
            terminal.wait_for("INCIDENTS")
            terminal.settle()
            terminal.type("r")
            terminal.wait_for("unchanged since you opened it")
            terminal.wait_for("3 of 500")
            terminal.type(" def\x1b")
            time.sleep(0.02)
            terminal.type("y")
            terminal.wait_for("u takes it back")
            with closing(service.reader()) as reader:
                assert [one.message.text for one in reader.deliveries(settled=True)] == ["abc def"]


def test_letters_in_one_piece_with_the_key_that_opens_the_answer_are_typed_in_it(tmp_path: Path) -> None:
    settings = home_with(tmp_path, WATER)
    with Served(settings) as service:
        until(service.texts)
        with opened(settings, tmp_path) as terminal:
            terminal.wait_for("LIVE")
            terminal.settle()
            terminal.type("\t")
            terminal.settle()
            terminal.type("rWe are cominf\x7fg.\rSoon")
            terminal.wait_for("unchanged since you opened it")
            terminal.wait_for("We are coming.")
            terminal.wait_for("19 of 500")
            terminal.wait_for("  saved")
            assert "   Soon" in terminal.text()


def test_esc_and_a_key_in_one_piece_leave_a_line_and_move_on_the_wall(tmp_path: Path) -> None:
    settings = home_with(tmp_path, "the first thing", "the second thing", "the third thing", WATER)
    with Served(settings) as service:
        until(lambda: service.total() == 4)
        with opened(settings, tmp_path) as terminal:
            terminal.wait_for("LIVE")
            terminal.settle()
            terminal.type("\t")
            terminal.wait_until(selects("Water"))
            terminal.type("/flood\x1bj")
            terminal.wait_until(selects("third"))
            terminal.type("s30m\x1bj")
            terminal.wait_until(selects("second"))
            terminal.settle()
            assert "snooze" not in terminal.text()
            terminal.type("\r")
            terminal.settle()
            terminal.type("\x1bj")
            terminal.wait_until(selects("first"))
