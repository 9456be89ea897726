"""What judging real posts costs against bare VADER on the same texts: `python -m tests.bench.intake`.

Both run alternately in this process, in CPU time, and of each part of the posts the quickest round counts, so
that another load on the machine falls on neither.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from console.intake import mood
from console.intake.pipeline import Judge
from console.intake.places import PlaceIndex
from console.intake.rules import load_rules
from console.model import Place
from console.service.memory import settle
from console.settings_intake import IntakeSettings
from console.triage import MOST
from feeds.post import Post

DATA = Path(__file__).resolve().parents[2].parent / "shared/data"
POSTS = DATA / "posts/crisis_posts.jsonl"
NAMES = DATA / "places/neighbourhoods.json"
ROUNDS = 11
LIMIT = 2.5


def read_posts() -> list[Post]:
    """The real posts, in their order."""
    lines = map(json.loads, POSTS.read_text("utf-8").splitlines())
    return [
        Post("replay", line["id"], line["text"], datetime.fromisoformat(line["created_at"])) for line in lines
    ]


def read_index() -> PlaceIndex:
    """A place list of the size of a large town's."""
    areas = json.loads(NAMES.read_text("utf-8"))
    return PlaceIndex(Place(name, (), area) for area, names in areas.items() for name in names)


def main() -> int:
    """Print the ratios; 1 where the judgement costs more than its limit."""
    if not POSTS.exists() or not NAMES.exists():
        print("The posts and places to measure with are not here (../shared/data).")
        return 0
    posts, index = read_posts(), read_index()
    each = costs(posts, index)
    print(f"{len(posts)} posts, {len(index)} places; bare VADER {each[0]:.1f} us a post")
    print(f"guarded mood     {each[1]:6.1f} us, {each[1] / each[0]:.2f} of bare VADER")
    print(f"whole judgement  {each[2]:6.1f} us, {each[2] / each[0]:.2f} of bare VADER, one by one")
    print(f"  {MOST} together  {each[3]:6.1f} us, {each[3] / each[0]:.2f} of bare VADER (at most {LIMIT})")
    return 0 if each[3] <= LIMIT * each[0] else 1


def costs(posts: Sequence[Post], index: PlaceIndex) -> tuple[float, ...]:
    """Microseconds a post of bare VADER, the guarded mood, the whole judgement one by one, and together.

    Together means as many as `watchfloor triage` judges at once.
    """
    rules = load_rules()
    settings, vader, now = IntakeSettings(), SentimentIntensityAnalyzer(), datetime.now(UTC)

    def bare(some: Sequence[Post]) -> None:
        for post in some:
            vader.polarity_scores(post.text)

    def guarded(some: Sequence[Post]) -> None:
        for post in some:
            mood.score(post.text, "en")

    def whole(some: Sequence[Post]) -> None:
        for post in some:
            alone.take(post, now=now)

    def together(some: Sequence[Post]) -> None:
        many.take_all(some, now=now)

    settle()  # As service and `watchfloor triage` do once all is loaded.
    runs: tuple[Callable[[Sequence[Post]], None], ...] = (bare, guarded, whole, together)
    parts = [posts[first : first + MOST] for first in range(0, len(posts), MOST)]
    times: list[list[list[float]]] = [[] for _ in runs]
    for _ in range(ROUNDS):
        alone, many = (Judge(index, rules, window=settings.window, voices=settings.voices) for _ in range(2))
        for run, rounds in zip(runs, times, strict=True):
            rounds.append([_cpu(run, part) for part in parts])
    best = [sum(map(min, zip(*rounds, strict=True))) for rounds in times]
    return tuple([seconds / len(posts) * 1e6 for seconds in best])


def _cpu(run: Callable[[Sequence[Post]], None], part: Sequence[Post]) -> float:
    began = time.process_time()
    run(part)
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())
