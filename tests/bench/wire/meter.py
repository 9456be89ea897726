"""The meter of `../shared/tools` as the bench uses it: steps in, what each of them cost out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
METER = ROOT.parent / "shared" / "tools" / "measure.py"
LONGEST_RUN = 400.0
"""Seconds that one program's steps may take together."""


class MeterFailed(Exception):
    """The meter gave no figures; the message says why."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done to a program. Steps of the same label are taken together."""

    label: str
    action: str
    """In the meter's words: `key:j`, `type:hello`, `resize:100x30`, `wait:60`, `sh:...`, `bg:...`."""
    quiet: float = 0.5
    """Seconds without a byte after which it is over."""
    longest: float = 12.0
    repeat: int = 1
    shows: str = ""
    """What the screen shows after it; without that the figure is not believed."""

    def line(self) -> str:
        """As the meter reads it."""
        return f"{self.label} | {self.action} | {self.quiet} | {self.longest} | {self.repeat}"


@dataclass(frozen=True, slots=True)
class Program:
    """A command in a terminal, and what is done to it."""

    command: tuple[str, ...]
    steps: tuple[Step, ...]
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one step came to."""

    step: Step
    size: float
    """Bytes to the terminal, for one repetition."""
    processor: float
    """Milliseconds of the processor, for one repetition."""
    floor: float | None
    """Bytes that an ideal painter needs for the same change; None where none was computed."""
    floor_scroll: float | None
    """The same where it may also move rows."""
    screen: tuple[str, ...]
    sent: bytes
    """The bytes themselves, of all repetitions."""

    @property
    def trouble(self) -> str:
        """Why the figure must not be believed; empty where it may be."""
        if self.step.shows and self.screen and not any(self.step.shows in line for line in self.screen):
            return f"after {self.step.label!r} the screen did not show {self.step.shows!r}"
        return ""


def measure(program: Program, size: str, folder: Path, *, floor: bool = True) -> tuple[Cost, ...]:
    """Play a program's steps in a terminal of a size like `80x24`.

    Args:
        program: What runs, and what is done to it.
        size: Columns and rows.
        folder: For the meter's files; a folder of its own for every run.
        floor: Whether to compute what an ideal painter needs, and to keep the screens.

    Raises:
        MeterFailed: when there are no figures.
    """
    folder.mkdir(parents=True, exist_ok=True)
    steps, figures, raw = folder / "steps", folder / "figures.json", folder / "sent"
    steps.write_text("".join(f"{step.line()}\n" for step in program.steps))
    command = [sys.executable, str(METER), "--size", size, "--steps", str(steps)]
    command += ["--json", str(figures), "--raw", str(raw), *(("--floor",) if floor else ())]
    for name, value in program.env.items():
        command += ["--env", f"{name}={value}"]
    env = {
        name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "TMUX", "STY")
    }
    try:
        done = subprocess.run(
            [*command, "--", *program.command],
            cwd=ROOT, env=env, capture_output=True, text=True, timeout=LONGEST_RUN, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise MeterFailed(f"its steps took longer than {LONGEST_RUN:.0f} s") from None
    if done.returncode or not figures.exists():
        raise MeterFailed(f"the meter ended with {done.returncode}: {done.stderr[-2000:]}")
    rows = json.loads(figures.read_text())[size]
    sent = raw.with_name(f"{raw.name}.{size}").read_bytes()
    return tuple(_costs(program.steps, rows, sent))


def _costs(steps: Sequence[Step], rows: Sequence[Mapping[str, Any]], sent: bytes) -> Iterator[Cost]:
    """Nothing is sent between two steps that the meter does not count to one of them."""
    at = 0
    for step, row in zip(steps, rows, strict=True):
        size = round(row["bytes"] * row["n"])
        yield Cost(
            step,
            row["bytes"],
            row["cpu_ms"],
            row.get("floor"),
            row.get("floor_scroll"),
            tuple(row.get("screen", ())),
            sent[at : at + size],
        )
        at += size
