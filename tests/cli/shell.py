"""Running the real program as a shell does, on a desk of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from console.intake.ruling import IncidentNow, Ruling, post_key
from console.model import NO_TOPIC, Judgement, Reason
from console.paths import DataPaths
from console.settings import StoreSettings
from console.store.writer import Store, Taken
from feeds.post import Post
from feeds.source import Source

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run said and how it ended."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()


@dataclass
class Shell:
    """A shell whose home is a directory of the test."""

    home: Path
    env: dict[str, str] = field(default_factory=dict)
    humbly: tuple[str, ...] = ()
    """A command in front of ours that takes powers away."""

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the machine that runs the tests but what a program needs to start."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "TZ": "UTC",
            **self.env,
        }

    @property
    def paths(self) -> DataPaths:
        return DataPaths(self.home / ".local/share/watchfloor")

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", "console"]

    def run(self, *arguments: str | Path, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Ran:
        done = subprocess.run(
            [*self.humbly, *self.command, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=self.home,
            env={**self.environment, **(env or {})},
            timeout=60,
        )
        err = done.stderr.decode("utf-8", "replace")
        assert "Traceback" not in err, err
        assert "fault of its own" not in err, err
        return Ran(done.returncode, done.stdout, err)

    def settings(self, text: str) -> Path:
        path = self.home / ".config/watchfloor/settings.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


def taken(text: str, number: int, now: datetime) -> Taken:
    """A post as intake would hand it on, if it had let everything through as it came."""
    post = Post("radio", f"{number}\x1b[2J", text, now, author=text[:40], author_name=text[:40], raw=b"{}")
    judgement = Judgement(
        id=post.id,
        text=text,
        lang="en",
        places=(),
        place=text[:60],
        topic=text[:60] or NO_TOPIC,
        mood=-0.5,
        mood_note="",
        points=9,
        urgency=0.9,
        tier=1,
        reasons=(Reason(f"says {text[:60]}", 9),),
        repeat_of=None,
        incident=f"radio.{number}",
    )
    incident = IncidentNow(
        key=f"radio.{number}",
        place=text[:60],
        topic=text[:60] or NO_TOPIC,
        tier=1,
        points=9,
        reasons=judgement.reasons,
        voices=1,
        official=False,
        state="open",
        opened_at=now,
        last_at=now,
    )
    ruling = Ruling(
        key=post_key(post.source, post.id),
        judgement=judgement,
        at=now,
        author=text[:40],
        author_name=text[:40],
        url=text[:200],
        official=False,
        status="",
        notes=(text[:60],),
        head=None,
        head_voices=1,
        incident=incident,
    )
    return Taken(post, ruling)


def fill(paths: DataPaths, texts: list[str]) -> None:
    """Store a mention and an incident for every text, by the writer that the service uses."""
    now = datetime.now(UTC)
    store = Store.open(paths, settings=StoreSettings(), clock=lambda: now)
    store.register([Source("radio", "jsonl", "/srv/radio\x1b]0;x\x07.jsonl", 5.0)])
    store.take([taken(text, number, now) for number, text in enumerate(texts)])
    for text in texts:
        store.log(text[:60], "said", text[:60], {"text": text[:60]})
    store.close()
