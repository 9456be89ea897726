"""Twenty operators and a thousand mentions a second for a minute: `python -m tests.bench.claims`.

The real service, each operator in a process of their own (under root, each a user of their own as well) with
a connection of their own, working on thirty subjects that all the others work on too; mentions come through
the socket's `take`. Printed are what was sustained and how long commands took, beside plain SQLite commits on
the same disk in the same run. Exits with 1 when two held the same claim, a command was acknowledged and is
not in the log, the log does not verify, or the database was busy for anybody. Arguments: operators, mentions
a second, seconds.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tests.service.crowd import in_a_folder

OPERATORS, RATE, SECONDS = 20, 1000, 60
COMMITS = 20.0
"""Plain commits a second: about as many as there are claims, so that neither is seldom."""
BYTES = 300
"""Of the row of a plain commit: a claim, its line in the log and its act come to about that."""


def plain_commits(home: str, seconds: float) -> list[float]:
    """Seconds of each of a number of commits to a database of its own: WAL, synchronous FULL."""
    took: list[float] = []
    with closing(sqlite3.connect(Path(home) / "plain.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE plain (id INTEGER PRIMARY KEY, text TEXT)")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            began = time.monotonic()
            connection.execute("INSERT INTO plain (text) VALUES (?)", ("x" * BYTES,))
            took.append(time.monotonic() - began)
            time.sleep(1 / COMMITS)
    return sorted(took)


def part(took: Sequence[float], share: float) -> float:
    """The value below which this share of sorted ones lies, in milliseconds."""
    return took[min(len(took) - 1, int(len(took) * share))] * 1e3


def said(took: Sequence[float]) -> str:
    """Median, slowest percent and slowest, as a line."""
    middle, slow, slowest = part(took, 0.5), part(took, 0.99), took[-1] * 1e3
    return f"{len(took)} times, median {middle:.1f} ms, p99 {slow:.1f}, max {slowest:.1f}"


def main(arguments: Sequence[str]) -> int:
    """Print what was sustained and what went wrong; 1 when anything did."""
    given = [int(one) for one in arguments]
    operators, rate, seconds = (*given, *(OPERATORS, RATE, SECONDS)[len(given) :])
    came = in_a_folder(operators=operators, rate=rate, seconds=float(seconds), beside=plain_commits)
    plain: list[float] = came.beside
    print(
        f"claims: {came.operators} operators of {came.people} users, {came.acknowledged} commands "
        f"acknowledged; {came.fed.rate:.0f} mentions a second of {rate} asked, {came.fed.taken} in "
        f"{came.fed.seconds:.0f} s"
    )
    for do in ("claim", "release", "draft", "draft_save", "submit", "take_back"):
        if took := came.took(do):
            print(f"claims: {do}: {said(took)}")
    print(f"claims: plain commit: {said(plain)}")
    ratio = part(came.took("claim"), 0.99) / part(plain, 0.99)
    print(f"claims: the slowest percent of claims takes {ratio:.1f} times that of plain commits")
    taken_over = sum(1 for line in came.lines if line.get("reason") and "refused" not in line)
    print(f"claims: {taken_over} taken over; faults: {len(came.faults)}")
    for fault in came.faults[:20]:
        print(f"  {fault[:400]}")
    return 1 if came.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
