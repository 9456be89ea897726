"""What the thin link costs, beside other programs: `python -m tests.bench.wire [--no-peers] [ROW...]`.

Runs `../shared/tools/measure.py` on the desk and, beside it, on newsboat, lnav, mutt, htop and toot, in
terminals of 80x24 and 120x40. For each step: our bytes, theirs, the ratio, its bar, and whether it is met;
then every step of the lean rung against the floor that the meter computes. Everything takes eight minutes;
rows are named cursor, mention, dialog, letter, paint, minute, stock, processor, floor. `--keep FOLDER` leaves
the meter's files there. Exits with 1 where something is over its bar or was not measured on our side, with 2
where there is no meter.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import SubprocessError

from tests.bench.wire.meter import METER, Cost, MeterFailed, measure
from tests.bench.wire.ours import Opening
from tests.bench.wire.peers import PEERS, Missing
from tests.bench.wire.table import NAMES, ROWS, Costs, Line, Run, above_floor, beside, runs_for

SIZES = ("80x24", "120x40")
AT_ONCE = 6
"""Runs beside one another: nearly all of them wait nearly all the time."""
HANDS_AT_ONCE, HANDS_ROUNDS = 2, 3
"""Where the processor's time is taken: ours beside the stock driver, alternating."""


def measured(run: Run, size: str, home: Path) -> tuple[Cost, ...] | str:
    """Run something once, in a folder of its own; what it cost, or a sentence why that is not known."""
    home.mkdir(parents=True)
    try:
        with run.ready(home, size) if isinstance(run, Opening) else PEERS[run](home) as program:
            costs = measure(program, size, home / "meter", floor=not _by_hand(run))
    except Missing as missing:
        return str(missing)
    except (MeterFailed, AssertionError, SubprocessError) as error:
        return f"{run} in {size}: {error}"
    trouble = next((cost.trouble for cost in costs if cost.trouble), "")
    return f"{run} in {size}: {trouble}" if trouble else costs


def _by_hand(run: Run) -> bool:
    return isinstance(run, Opening) and run.kind == "hands"


def gather(runs: Sequence[Run], home: Path) -> dict[str, Costs]:
    """Costs by size; what is not known is told and left out."""
    costs: dict[str, dict[Run, tuple[Cost, ...]]] = {size: {} for size in SIZES}
    told: set[str] = set()
    for at_once, batch in (
        (AT_ONCE, [run for run in runs if not _by_hand(run)]),
        (HANDS_AT_ONCE, [run for run in runs if _by_hand(run)] * HANDS_ROUNDS),
    ):
        todo = [(run, size) for run in batch for size in SIZES]
        homes = [home / f"{number} {run} {size}".replace(" ", "-") for number, (run, size) in enumerate(todo)]
        with ThreadPoolExecutor(at_once) as pool:
            came = pool.map(measured, *zip(*todo, strict=True), homes) if todo else ()
            for (run, size), cost in zip(todo, came, strict=True):
                if not isinstance(cost, str):
                    costs[size][run] = costs[size].get(run, ()) + cost
                elif cost not in told:
                    print(cost, flush=True)
                    told.add(cost)
    return dict(costs)


def table(names: Sequence[str], costs: Costs, size: str, *, peers: bool) -> Iterator[Line]:
    """The lines for one size of terminal."""
    yield Line(f"\n{size:<42}{'ours':>10}{'theirs':>10}{'ratio':>8}{'bar':>7}")
    for row in ROWS:
        if row.name in names and (peers or row.theirs.run not in PEERS):
            yield beside(row, costs)
    if "floor" in names:
        head = f"{size}, lean, against the floor"
        yield Line(f"\n{head:<42}{'ours':>10}{'floor':>10}{'scrolling':>10}{'ratio':>8}")
        yield from above_floor(costs)


def main() -> int:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.wire")
    parser.add_argument("--peers", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--keep", type=Path, help="a folder for the meter's files")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(NAMES))
    asked = parser.parse_args()
    if strange := set(asked.rows) - set(NAMES):
        parser.error(f"no such row: {', '.join(sorted(strange))}; there are {', '.join(NAMES)}")
    if asked.keep and asked.keep.exists() and any(asked.keep.iterdir()):
        parser.error(f"{asked.keep} is not empty")
    if not METER.exists():
        print("The meter is not here: ../shared/tools/measure.py, beside the repository.", file=sys.stderr)
        return 2
    names = asked.rows or NAMES
    runs = [run for run in runs_for(names) if asked.peers or run not in PEERS]
    with tempfile.TemporaryDirectory(prefix="wire-") as folder:
        costs = gather(runs, asked.keep or Path(folder))
    lines = [line for size in SIZES for line in table(names, costs[size], size, peers=asked.peers)]
    for line in lines:
        print(line.text)
    over, unknown = sum(line.over for line in lines), sum(line.unknown for line in lines)
    print(f"\n{over} over the bar, {unknown} not measured")
    return 1 if over or unknown else 0


if __name__ == "__main__":
    sys.exit(main())
