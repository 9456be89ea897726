"""The desk over a real sshd at 9,600 bit/s and 600 ms: `python -m tests.bench.slow_link [--stock]`.

A service takes posts in, a desk stands at the far end of a slow line, and a client of ours emulates the
terminal. Each figure is taken on a quiet evening and again with twenty mentions a second arriving. Ends with
1 where one is over its bar, with 2 where there can be no such line here. `--stock` adds what Textual's own
driver takes for the same; it is slow.
"""

from __future__ import annotations

import contextlib
import json
import shlex
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from console.settings import Settings
from tests.bench.slow_line import Line, NoLine, open_line
from tests.bench.wall_data import PLACES, TOPICS, build
from tests.service.at_work import ROOT, Served, append, following, post, write_settings
from tests.terminal import Terminal

MENTIONS = 1000
ARRIVALS = 20
"""Mentions a second."""
TIMES = 4
"""How often each dialog is opened."""
OUTAGES = 2
"""How often the line is lost, as it is and with TCP in haste."""
OUTAGE, STALL = 8.0, 15.0
"""Seconds without a line, and seconds for which a terminal reads nothing."""
QUIET = 3.0
"""Seconds without a byte after which nothing more is on its way: five round trips."""
DIALOG_BAR, KEY_BAR, OUTAGE_BAR, HELD_BAR = 2.0, 1.6, 3.0, 0.5
BETTER = (10_000_000, 0.01)
"""Bits a second and seconds one way of a line that bears the full screen."""
WORSE = (9600, 0.3)
COMPOSER = ("UPDATE  as", "of 500", "ANSWER", "Esc then")
"""What stands on its first and last lines, and between them."""
PATIENCE = 60.0
"""Seconds after which something will never be seen."""


class Crowd:
    """People who talk, as long as they are let, about the places and topics that are on the wall."""

    def __init__(self, posts: Path) -> None:
        self._posts = posts
        self._talking = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._talk, daemon=True)
        self.said = 1
        self._thread.start()

    def _talk(self) -> None:
        while not self._ended.wait(1 / ARRIVALS):
            if self._talking.is_set():
                place, topic = PLACES[self.said % len(PLACES)], TOPICS[self.said % len(TOPICS)]
                text = f"{topic} at {place} again, the {self.said}th time I say so, {self.said * 7919 % 9973}"
                append(self._posts, post(self.said, text))
                self.said += 1

    @contextmanager
    def talking(self) -> Iterator[None]:
        """They talk in this block only."""
        self._talking.set()
        try:
            yield
        finally:
            self._talking.clear()

    def end(self) -> None:
        """Let them go home."""
        self._ended.set()
        self._thread.join()


@dataclass(frozen=True, slots=True)
class Outage:
    """What came of one. Seconds are counted from its end."""

    first: float
    """When TCP had brought something through again: it tries at ever longer intervals."""
    right: float
    """When the screen changed for the last time."""
    lost: list[str]
    """What was typed and is not there, and what is shown that is not so."""


@dataclass
class Client:
    """The operator's end: keys, the screen, and what the desk wrote in its diary."""

    terminal: Terminal
    diary: Path
    taken: dict[str, list[float]] = field(default_factory=dict)
    """Seconds, by what was waited for."""

    def seen(self, name: str, keys: str, true: Callable[[str], bool]) -> float:
        """Press keys, and take down how long it was until something was seen."""
        self.terminal.read(0)
        began = time.monotonic()
        self.terminal.type(keys)
        self.terminal.wait_until(true, at_most=PATIENCE)
        took = time.monotonic() - began
        self.taken.setdefault(name, []).append(took)
        return took

    def watch(self, seconds: float) -> None:
        """Look on for a while."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.terminal.read(min(left, 0.1))

    def rest(self) -> None:
        """Wait until nothing more comes."""
        self.terminal.settle(quiet=QUIET, at_most=PATIENCE)

    def entries(self, since: float = 0.0) -> list[dict[str, Any]]:
        """What the desk wrote after a moment."""
        lines = (json.loads(line) for line in self.diary.read_text().splitlines())
        return [line for line in lines if line["at"] >= since]

    def dialogs(self) -> None:
        """Open the keys and the composer some times, and go back."""
        for _ in range(TIMES):
            self.seen("keys page", "?", lambda text: "Enter       On an" in text and "Esc back" in text)
            self.back("\x1b")
        for _ in range(TIMES):
            self.seen("composer", "r", lambda text: all(part in text for part in COMPOSER))
            self.back("\x1bq")

    def back(self, keys: str) -> None:
        """Return to the wall, and let the line become as quiet as it can."""
        self.terminal.type(keys[0])
        self.watch(0.7)  # Esc alone is told from the beginning of a sequence by a pause
        self.terminal.type(keys[1:])
        self.terminal.wait_until(lambda text: "INCIDENTS ─" in text and "town ─" in text, at_most=PATIENCE)
        self.watch(QUIET)

    def typing(self, words: str) -> None:
        """Type into the filter, then into the composer, and wait for each letter."""
        for name, opens, leaves in (("letter, filter", "/", "\x1b\x1b"), ("letter, composer", "r", "\x1bq")):
            self.terminal.type(opens)
            self.watch(2 * QUIET)
            for end in range(1, len(words) + 1):
                self.seen(name, words[end - 1], lambda text, end=end: words[:end] in text)  # type: ignore[misc]
                self.watch(0.5)
            self.back(leaves)

    def outage(self, line: Line, crowd: Crowd) -> Outage:
        """Lose the line for a while, and type into the filter meanwhile. No minute may tick in it."""
        terminal = self.terminal
        while time.time() % 60 > 25:
            self.watch(1.0)
        terminal.type("/")
        self.watch(2 * QUIET)
        with crowd.talking():
            self.watch(5.0)
            line.cut(terminal.pid)
            began = time.monotonic()
            self.watch(1.0)
            terminal.type("water")
            self.watch(OUTAGE / 2)
        self.watch(began + OUTAGE - time.monotonic())
        line.mend(terminal.pid)
        mended = changed = time.monotonic()
        first, before = 0.0, rows(terminal)
        while time.monotonic() < changed + OUTAGE:
            if terminal.read(0.1):
                first = first or time.monotonic() - mended
                if rows(terminal) != before:
                    before, changed = rows(terminal), time.monotonic()
        lost = [] if "filter water" in terminal.text() else ["what was typed"]
        self.back("\x1b\x1b")
        return Outage(first, changed - mended, lost + self.untrue())

    def untrue(self) -> list[str]:
        """Rows that show another thing once everything was drawn again; the minute's tick is waited for."""
        self.rest()
        while time.time() % 60 > 40:
            self.watch(1.0)
        self.rest()
        before = rows(self.terminal)
        self.terminal.type("\x0c")
        self.rest()
        return [f"row {y}" for y, row in enumerate(rows(self.terminal)) if y and row != before[y]]

    def stall(self, crowd: Crowd) -> float:
        """Read nothing for a while; the longest time that the desk's event loop was held up."""
        with crowd.talking():
            began = time.monotonic()
            while (left := began + STALL - time.monotonic()) > 0:
                self.terminal.type("j")
                time.sleep(min(left, 1.0))
            self.watch(2.0)
        return max(float(line["held"]) for line in self.entries(began))

    def rung_after(self, rung: str, at_most: float) -> float | None:
        """Seconds until the desk stands on a rung."""
        began = time.monotonic()
        while time.monotonic() < began + at_most:
            self.terminal.type("j")
            self.watch(1.0)
            if self.entries()[-1].get("rung") == rung:
                return time.monotonic() - began
        return None


def rows(terminal: Terminal) -> list[Any]:
    """All that a person sees, characters and colours; nobody sees the letters of a blank."""
    screen = terminal._screen
    return [[_seen(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)]


def _seen(cell: Any) -> Any:
    lines = (cell.bg, cell.reverse, cell.underscore, cell.strikethrough)
    return lines if cell.data == " " and not cell.reverse else cell


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table, in seconds."""

    name: str
    unloaded: float | None
    loaded: float | None
    bar: float | None = None

    @property
    def met(self) -> bool:
        """Whether it is within its bar, if it has one."""
        return self.bar is None or (self.loaded is not None and self.loaded <= self.bar)

    def __str__(self) -> str:
        said = [f"{number:8.2f}" if number is not None else f"{'-':>8}" for number in self._numbers]
        verdict = "" if self.bar is None else "met" if self.met else "MISSED"
        return f"{self.name:<34}{''.join(said)}  {verdict}"

    @property
    def _numbers(self) -> tuple[float | None, ...]:
        return self.unloaded, self.loaded, self.bar


def compared(quiet: dict[str, list[float]], loaded: dict[str, list[float]]) -> Iterator[Figure]:
    """What both evenings took: dialogs by the median, letters by the slowest."""
    for name, took in quiet.items():
        if name.startswith("letter"):
            yield Figure(f"{name}, slowest", max(took), max(loaded[name]), KEY_BAR)
        else:
            usual = statistics.median(took)
            yield Figure(f"{name}, median", usual, statistics.median(loaded[name]), DIALOG_BAR * usual)


def evening(line: Line, crowd: Crowd, client: Client) -> Iterator[Figure]:
    """One desk, from its first picture to the last figure."""
    terminal = client.terminal
    terminal.wait_for("LIVE", PATIENCE)
    client.rest()
    terminal.type("c")
    client.rest()
    client.dialogs()
    client.typing("basement")
    quiet, client.taken = client.taken, {}
    with crowd.talking():
        client.watch(5.0)
        began, (down, up) = time.monotonic(), line.carried()
        client.dialogs()
        client.typing("causeway")
        minutes = (time.monotonic() - began) / 60
        came, went = (now - before for now, before in zip(line.carried(), (down, up), strict=True))
        print(f"bytes a minute on the line: {came / minutes:.0f} down, {went / minutes:.0f} up", flush=True)
    yield from compared(quiet, client.taken)
    client.rest()
    yield from outages("outage", [client.outage(line, crowd) for _ in range(OUTAGES)])
    yield Figure("event loop held, terminal stalled", None, client.stall(crowd), HELD_BAR)


def hasty(line: Line, crowd: Crowd, client: Client) -> Iterator[Figure]:
    """What TCP makes of an outage when it may not wait ever longer."""
    client.terminal.wait_for("LIVE", PATIENCE)
    client.rest()
    yield from outages("TCP in haste", [client.outage(line, crowd) for _ in range(OUTAGES)])


def outages(name: str, them: list[Outage]) -> Iterator[Figure]:
    """The slowest of some outages."""
    yield Figure(f"{name}: right, slowest", None, max(one.right for one in them), OUTAGE_BAR)
    yield Figure(f"{name}: first byte, slowest", None, max(one.first for one in them))
    lost = [what for one in them for what in one.lost]
    yield Figure(f"{name}: lost {', '.join(lost) or 'nothing'}", None, float(len(lost)), 0.0)


def climb(line: Line, crowd: Crowd, client: Client) -> None:
    """Give the desk a good line, then a bad one again, and say when it took note."""
    if not line.bears(*BETTER):
        return
    with crowd.talking():
        for rung, bears in (("full", BETTER), ("lean", WORSE)):
            line.bears(*bears)
            took = client.rung_after(rung, PATIENCE)
            said = f"not within {PATIENCE:.0f} s" if took is None else f"after {took:.0f} s"
            print(f"the link is taken for {rung} {said}", flush=True)


def desk(line: Line, settings: Settings, diary: Path, wish: str) -> Terminal:
    """The desk at the far end of the line."""
    words = [sys.executable, "-m", "tests.bench.slow_desk", str(settings.path), str(diary), wish]
    remote = f"cd {shlex.quote(str(ROOT))} && exec env TERM=xterm-256color LC_ALL=C.UTF-8 {shlex.join(words)}"
    command, env = line.command(["sh", "-c", remote])
    return Terminal(command, env=env)


def main(*wishes: str) -> int:
    """Measure, print, judge."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        try:
            line = open_line()
            stack.callback(line.end)
        except NoLine as no:
            print(f"slow link: not measured, for there is no slow line here: {no}")
            return 2
        home = Path(folder)
        posts = home / "posts.jsonl"
        settings = write_settings(home, [following(posts)])
        places = "".join(f"{place},,\n" for place in PLACES)
        (home / "places.csv").write_text(f"name,aliases,area\n{places}")
        build(settings.desk.data, MENTIONS)
        append(posts, post(0, "good morning"))
        crowd = Crowd(posts)
        stack.callback(crowd.end)
        stack.enter_context(Served(settings))
        missed = False
        for wish in wishes:
            if wish == "hasty" and not line.hasten():
                continue
            print(f"== {wish}: {'seconds':<28}{'quiet':>8}{'loaded':>8}{'bar':>8}", flush=True)
            diary = home / f"diary-{wish}"
            with desk(line, settings, diary, "auto" if wish == "hasty" else wish) as terminal:
                client = Client(terminal, diary)
                try:
                    for figure in (hasty if wish == "hasty" else evening)(line, crowd, client):
                        print(figure, flush=True)
                        missed |= wish == "auto" and not figure.met
                    if wish == "auto":
                        climb(line, crowd, client)
                    terminal.type("\x11")
                    terminal.wait(20)
                except AssertionError:
                    print(f"given up: not seen within {PATIENCE:.0f} s", flush=True)
                    missed |= wish != "stock"
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main("auto", "hasty", *(["stock"] if "--stock" in sys.argv else [])))
