"""Taking in and storing real posts, everything included, against bare VADER on the same texts.

`python -m tests.bench.storing`: reading the lines, cleaning, judging, repeats, incidents, full-text search,
evidence, the log, and synced transactions of the service's own size, by the clock on the wall, on this disk.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from console.intake.pipeline import Judge
from console.intake.rules import load_rules
from console.paths import DataPaths
from console.service.intake import Intake
from console.service.memory import settle
from console.settings import IntakeSettings, StoreSettings
from console.store.writer import Store
from feeds.jsonl import post_from_json
from tests.bench.intake import NAMES, POSTS, read_index

ROUNDS = 5
LIMIT = 3.0


def main() -> int:
    """Print one line; 1 where it costs more than its limit."""
    if not POSTS.exists() or not NAMES.exists():
        print("The posts and places to measure with are not here (../shared/data).")
        return 0
    lines = POSTS.read_bytes().splitlines()
    texts = [post_from_json(line, "replay", "en").text for line in lines]
    index, rules, settings = read_index(), load_rules(), IntakeSettings()
    vader = SentimentIntensityAnalyzer()

    def new_judge() -> Judge:
        return Judge(index, rules, window=settings.window, voices=settings.voices)

    def bare() -> None:
        for text in texts:
            vader.polarity_scores(text)

    def stored() -> None:
        with tempfile.TemporaryDirectory() as folder:
            take_in(lines, Path(folder), new_judge)

    settle()
    times = [(_seconds(bare), _seconds(stored)) for _ in range(ROUNDS)]
    base, whole = min(one for one, _ in times), min(other for _, other in times)
    print(
        f"intake and storing of {len(lines):,} real posts, everything included: {whole / base:.2f} times "
        f"bare VADER (bar {LIMIT}); {len(lines) / whole:,.0f} posts a second"
    )
    return 0 if whole <= LIMIT * base else 1


def take_in(lines: list[bytes], folder: Path, new_judge: Callable[[], Judge]) -> None:
    """Take in all lines as the service does, in batches, each synced to the disk."""
    store = Store.open(
        DataPaths(folder), settings=StoreSettings(keep_free=0), clock=lambda: datetime.now(UTC)
    )
    with closing(store):
        intake = Intake(store, new_judge, clock=lambda: datetime.now(UTC))
        posts = [post_from_json(line, "replay", "en") for line in lines]
        while posts:
            settled, _ = intake.take(posts[:200], trust="public", source="replay")
            del posts[:settled]


def now() -> datetime:
    """The present."""
    return datetime.now(UTC)


def _seconds(run: Callable[[], None]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


if __name__ == "__main__":
    raise SystemExit(main())
