"""The desk's part of the table: a real service, a real desk on an evening's database, what is done to it."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from console.desk.terminal.ladder import Rung
from console.settings import Settings
from tests.bench.wall_data import PLACES, build
from tests.bench.wire.arrivals import said
from tests.bench.wire.meter import Program, Step
from tests.service.at_work import Served, until, write_settings

Kind = Literal["everything", "still", "young", "minute", "compared", "hands"]
MANY, FEW = 1000, 2
"""Mentions of a database whose list is full, and of one whose list has room for more."""
SOON = 2.5
"""Seconds without a byte after which an arrival has been shown: the source is asked once a second, and what
comes is gathered for a second or two."""
CLOCKS = '[clocks]\nanswer = ["15m", "8h", "1d"]\n'
"""The made incidents are two hours old; with the clocks as they come, all of them would be late from this
very minute on, and each row count the seconds."""
ANSWER = "A crew is on its way."


@contextmanager
def evening(home: Path, mentions: int) -> Iterator[tuple[Settings, Path]]:
    """A service at work on so many mentions; gives its settings, and the file that arrivals are put into."""
    posts = home / "posts.jsonl"
    source = {"name": "town", "kind": "jsonl", "address": posts, "interval": "1s"}
    settings = write_settings(home, [source])
    assert settings.path is not None
    with settings.path.open("a") as file:
        file.write(CLOCKS)
    (home / "places.csv").write_text("name,aliases,area\n" + "".join(f"{one},,Riverton\n" for one in PLACES))
    build(settings.desk.data, mentions)
    posts.write_text(json.dumps(said(0)) + "\n")
    with Served(settings) as service:
        until(lambda: service.total() == mentions + 1)
        yield settings, posts


def comes(posts: Path, count: int = 1, rate: float = 1.0) -> str:
    """The shell command with which mentions come."""
    return shlex.join([sys.executable, "-m", "tests.bench.wire.arrivals", str(posts), str(count), str(rate)])


START = Step("start", "startup", quiet=1.5, longest=20, shows="LIVE")
SETTLE = Step("settle", "wait:2")
REPLY = Step("reply opens", "key:r", quiet=1.0, shows="REPLY")


def arrives(posts: Path, label: str) -> Step:
    """One mention comes."""
    return Step(label, f"sh:{comes(posts)}", quiet=SOON)


def everything(posts: Path) -> tuple[Step, ...]:
    """Everything that an operator does and sees done, on a full list."""
    down = Step("cursor down", "key:j")
    return (
        START,
        SETTLE,
        *[Step("cursor down, incidents", "key:j")] * 4,
        Step("next panel", "key:<Tab>"),
        *[down] * 5,
        Step("page down", "key:<PgDn>"),
        *[Step("cursor down, list scrolls", "key:j")] * 3,
        Step("to the top", "key:g"),
        *[arrives(posts, "mention waits")] * 3,
        Step("let in", "key:."),
        Step("help opens", "key:?", shows="KEYS"),
        Step("help closes", "key:<Esc>", quiet=0.8),
        Step("filter opens", "key:/", quiet=0.8),
        Step("filter letter", "type:water"),
        Step("filter closes", "key:<Esc>", quiet=0.8),
        Step("notice", "key:<C-c>", shows="quit"),
        Step("notice goes", "key:<Esc>"),
        REPLY,
        SETTLE,
        Step("typed letter", f"type:{ANSWER}", quiet=0.25),
        SETTLE,
        Step("letter mode left", "key:<Esc>"),
        Step("reply closes", "key:q", quiet=1.0, shows="MENTIONS"),
    )


def still(size: str) -> tuple[Step, ...]:
    """Another size of terminal and back, then the clock's next minute."""
    other = "100x30" if size == "80x24" else "90x30"
    return (
        START,
        SETTLE,
        Step("resize", f"resize:{other}", quiet=1.0, shows="LIVE"),
        Step("resize back", f"resize:{size}", quiet=1.0, shows="LIVE"),
        Step("settle", "sh:sleep $(( (119 - $(date +%s) % 60) % 60 ))"),
        Step("clock tick", "wait:2.5"),
    )


def flowing_in(posts: Path) -> tuple[Step, ...]:
    """Mentions flow into a list that was not used yet and has room."""
    return (START, SETTLE, *[arrives(posts, "mention flows in")] * 3)


def minutes(posts: Path) -> tuple[Step, ...]:
    """A minute at one mention a second, the operator at work before; then a third of one at twenty."""
    return (
        START,
        SETTLE,
        Step("next panel", "key:<Tab>"),
        Step("they come", f"bg:{comes(posts, 60)}"),
        Step("minute", "wait:60"),
        Step("they come faster", f"bg:{comes(posts, 400, 20.0)}"),
        Step("third of a busy minute", "wait:20"),
    )


def compared(posts: Path) -> tuple[Step, ...]:
    """What is compared with Textual's own driver."""
    return (
        START,
        SETTLE,
        Step("next panel", "key:<Tab>"),
        *[Step("cursor down", "key:j")] * 3,
        Step("to the top", "key:g"),
        *[arrives(posts, "mention waits")] * 3,
        Step("let in", "key:."),
        REPLY,
        SETTLE,
        Step("typed letter", f"type:{ANSWER[:8]}", quiet=0.25),
    )


def many_keys() -> tuple[Step, ...]:
    """Many keys, for the processor's time, which the meter knows to 10 ms: so many of them a step."""
    return (
        START,
        SETTLE,
        Step("next panel", "key:<Tab>"),
        Step("a key", "key:j", quiet=0.1, repeat=50),
        REPLY,
        SETTLE,
        Step("a letter", f"type:{ANSWER * 2}", quiet=0.1),
    )


@dataclass(frozen=True, slots=True)
class Opening:
    """A desk opened in a terminal in one way, and played one set of steps."""

    kind: Kind = "everything"
    link: Rung = "lean"
    theme: str = "terminal"
    stock: bool = False
    """Whether it stands behind Textual's own driver."""

    def __str__(self) -> str:
        return f"{self.kind} {self.link} {self.theme} {'stock' if self.stock else 'ours'}"

    @contextmanager
    def ready(self, home: Path, size: str) -> Iterator[Program]:
        """The command and its steps, beside a service at work."""
        with evening(home, FEW if self.kind == "young" else MANY) as (settings, posts):
            module = "tests.bench.wire.stock" if self.stock else "console"
            command = (sys.executable, "-m", module, "--config", str(settings.path), "--link", self.link)
            env = {"WATCHFLOOR_THEME": self.theme, "XDG_STATE_HOME": str(home / "state")}
            yield Program(command, self._steps(posts, size), env)

    def _steps(self, posts: Path, size: str) -> tuple[Step, ...]:
        match self.kind:
            case "everything":
                return everything(posts)
            case "still":
                return still(size)
            case "young":
                return flowing_in(posts)
            case "minute":
                return minutes(posts)
            case "compared":
                return compared(posts)
            case "hands":
                return many_keys()
