"""Urgency on events it has not learned from: `python -m tests.bench.signal urgency`.

The bar is an area under the curve of 0.93 for a request or urgent need against all else. Run this module by
itself for the ids of its worst errors, to be judged by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from console.intake.weights import REQUEST
from console.model import TIER_WORDS
from tests.bench.signal.held_out import Held, held_out

BAR = 0.93
WORST = 25
"""Errors of each side that are listed."""


def report() -> bool:
    """Print the area under the curve, pooled and by event, and what the tiers hold."""
    posts = held_out()
    vader = SentimentIntensityAnalyzer()
    mood = [-vader.polarity_scores(held.post.text)["compound"] for held in posts]
    pooled = _area(posts)
    print(f"posts {len(posts)}, requests {sum(map(_asks, posts))}; area under the curve on unseen events")
    print(f"  pooled {pooled:.3f}   rules alone {area([(held.by_rules, _asks(held)) for held in posts]):.3f}")
    negative = area([(low, _asks(held)) for low, held in zip(mood, posts, strict=True)])
    print(f"  negative of VADER {negative:.3f}")
    by_fold = [_area([held for held in posts if held.fold == fold]) for fold in range(5)]
    print(f"  by fold {' '.join(f'{one:.3f}' for one in by_fold)}   mean {sum(by_fold) / len(by_fold):.3f}")
    events = sorted(posts, key=lambda held: held.post.event)
    by_event = {event: list(held) for event, held in groupby(events, lambda held: held.post.event)}
    areas = {event: _area(held) for event, held in by_event.items()}
    for event, one in sorted(areas.items(), key=lambda pair: -pair[1]):
        print(f"    {one:.3f} {event} ({sum(map(_asks, by_event[event]))} requests)")
    mean = sum(areas.values()) / len(areas)
    print(f"  mean of events {mean:.3f} (bar {BAR})")
    _print_tiers(posts)
    return pooled >= BAR and mean >= BAR


def area(scored: Sequence[tuple[float, bool]]) -> float:
    """How often a post that asks scores above one that does not; equal scores count half."""
    below = won = 0.0
    for _, equal in groupby(sorted(scored), lambda pair: pair[0]):
        asks = [asked for _, asked in equal]
        others = asks.count(False)
        won += asks.count(True) * (below + others / 2)
        below += others
    return won / (below * sum(asked for _, asked in scored))


def _area(posts: Sequence[Held]) -> float:
    return area([(held.urgency, _asks(held)) for held in posts])


def _asks(held: Held) -> bool:
    return held.post.label == REQUEST


def _print_tiers(posts: Sequence[Held]) -> None:
    asked = sum(map(_asks, posts))
    for tier, word in TIER_WORDS.items():
        there = [held for held in posts if held.tier == tier]
        right = sum(map(_asks, there))
        share = 100 * right / max(1, len(there))
        print(f"  {word:8} {len(there):5} posts, {share:2.0f}% requests, {100 * right / asked:2.0f}% of all")


def print_worst() -> None:
    """Print the ids of the errors that weigh most: high without asking, and asking but low."""
    posts = sorted(held_out(), key=lambda held: -held.points)
    print("high, not a request:", *[held.post.id for held in posts if not _asks(held)][:WORST])
    print("a request, low:", *[held.post.id for held in posts if _asks(held)][-WORST:])


if __name__ == "__main__":
    print_worst()
