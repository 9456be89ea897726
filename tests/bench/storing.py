"""Taking in and storing real posts, everything included, against bare VADER on the same texts.

`python -m tests.bench.storing`: reading the lines, cleaning, judging, repeats, incidents, full-text search,
evidence, the log, and synced transactions of the service's own size, by the clock on the wall, on this disk.
"""

from __future__ import annotations

import gc
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
from console.settings import StoreSettings
from console.settings_intake import IntakeSettings
from console.store.writer import Store
from feeds.jsonl import post_from_json
from tests.bench.intake import NAMES, POSTS, read_index

ROUNDS = 5
PYTHONS_OWN = gc.get_threshold()
"""Bare VADER runs as Python collects garbage by itself; the rest as the service has it."""
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

    def bare() -> float:
        gc.unfreeze()
        gc.set_threshold(*PYTHONS_OWN)
        began = time.perf_counter()
        for text in texts:
            vader.polarity_scores(text)
        return time.perf_counter() - began

    def stored() -> float:
        settle()
        with tempfile.TemporaryDirectory() as folder:
            return take_in(lines, Path(folder), new_judge)

    times = [(bare(), stored()) for _ in range(ROUNDS)]
    base, whole = min(one for one, _ in times), min(other for _, other in times)
    print(
        f"intake and storing of {len(lines):,} real posts, everything included: {whole / base:.2f} times "
        f"bare VADER (bar {LIMIT}); {len(lines) / whole:,.0f} posts a second"
    )
    return 0 if whole <= LIMIT * base else 1


def take_in(lines: list[bytes], folder: Path, new_judge: Callable[[], Judge]) -> float:
    """Seconds to take in all lines as the service does, to the last synced batch, on a desk already made."""
    settings = StoreSettings(keep_free=0)
    with closing(Store.open(DataPaths(folder), settings=settings, clock=now)) as store:
        intake = Intake(store, new_judge, clock=now)
        began = time.perf_counter()
        posts = [post_from_json(line, "replay", "en") for line in lines]
        while posts:
            settled, _ = intake.take(posts[:200], trust="public", source="replay")
            del posts[:settled]
        return time.perf_counter() - began


def now() -> datetime:
    """The present."""
    return datetime.now(UTC)


if __name__ == "__main__":
    raise SystemExit(main())
