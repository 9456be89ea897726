"""The desk on many mentions against few, and its first paint against the barest Textual app.

`python -m tests.bench.wall [MANY]`; MANY is 1,000,000 unless said. Runs alternate, and the median counts.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench.wall_data import NEWEST_WORD, build
from tests.terminal import Terminal

FEW = 1_000
ROUNDS = 7
KEYS = 30
COLUMNS, ROWS = 120, 40


@dataclass(frozen=True, slots=True)
class Run:
    """One desk, opened and worked for a few keys."""

    paint: float
    """Seconds from exec to the first real row."""
    key: float
    """Seconds from a key to the first byte of its answer, median."""
    memory: float
    """MiB resident after the keys."""


def resident(pid: int) -> float:
    """MiB of memory that the process holds, not counting what it shares with others' files."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss_Anon:") or line.startswith("Private_Dirty:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the kernel does not say how much memory the desk holds")


def desk(data: Path) -> Run:
    """Open the desk on a database, press j until the list scrolls, and leave."""
    command = [sys.executable, "-m", "tests.bench.desk_only", str(data)]
    with Terminal(command, emulate=False, columns=COLUMNS, rows=ROWS) as terminal:
        paint = terminal.wait_for_bytes(NEWEST_WORD.encode())
        terminal.settle(quiet=1.0)
        terminal.type("\t")
        terminal.settle()
        times = []
        for _ in range(KEYS):
            pressed = time.monotonic()
            terminal.type("j")
            if terminal.read(2.0):
                times.append(time.monotonic() - pressed)
            terminal.settle(quiet=0.05)
        memory = resident(terminal.pid)
        terminal.type("\x11")
        terminal.wait()
    return Run(paint, statistics.median(times), memory)


def bare() -> float:
    """Seconds to the first paint of the barest app."""
    with Terminal(
        [sys.executable, "-m", "tests.bench.bare_app"], emulate=False, columns=COLUMNS, rows=ROWS
    ) as terminal:
        return terminal.wait_for_bytes(b"ready")


def ratio(runs: list[Run], base: list[Run], figure: Callable[[Run], float]) -> float:
    """The median of one side over the median of the other."""
    return statistics.median(map(figure, runs)) / statistics.median(map(figure, base))


def main(many: int = 1_000_000) -> int:
    """Print four lines; 1 where one is over its bar."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "small"), Path(folder, "large")
        build(small, FEW)
        build(large, many)
        few_runs, many_runs, bare_runs = [], [], []
        for _ in range(ROUNDS):
            few_runs.append(desk(small))
            many_runs.append(desk(large))
            bare_runs.append(bare())
    paint, key = ratio(many_runs, few_runs, lambda r: r.paint), ratio(many_runs, few_runs, lambda r: r.key)
    grown = statistics.median(r.memory for r in many_runs) - statistics.median(r.memory for r in few_runs)
    first = statistics.median(r.paint for r in few_runs) / statistics.median(bare_runs)
    print(f"first paint, {many:,} mentions against {FEW:,}: {paint:.2f} times (bar 1.3)")
    print(f"a key, {many:,} mentions against {FEW:,}: {key:.2f} times (bar 1.3)")
    print(f"memory, {many:,} mentions against {FEW:,}: {grown:+.1f} MiB (bar +10)")
    print(f"first paint with real rows against a bare four-panel app: {first:.2f} times (bar 1.6)")
    return 0 if paint <= 1.3 and key <= 1.3 and grown <= 10 and first <= 1.6 else 1


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
