"""Who calls for help, on posts that nothing was learned from: `python -m tests.bench.signal calls`.

The posts are invented: everyday emergencies of a town, posts that use the same words and are none, and plain
posts in which nobody is in danger, made without sight of the rules or of what was learned from. So they say
how the shipped weights do on other words than they know, not how common each kind is.
"""

from __future__ import annotations

from collections import Counter

from console.intake.assess import assess
from console.intake.phrases import Words
from console.intake.rules import load_rules
from console.intake.weights import load_weights
from console.model import TIER_WORDS, Tier, total
from tests.bench.signal.urgency import area
from tests.training.calls import Call, unseen

SEEN = 0.8
"""Of the calls, at least so many are not merely watched."""
CRIED = 0.1
"""Of what is made to look like a call, at most so many are to be acted on now."""
PLAIN = "plain"


def report() -> bool:
    """Print in which tier calls and the rest are."""
    judged = [(one, *_judged(one.text)) for one in unseen()]
    close = [(points, one.call) for one, points, _ in judged if one.kind != PLAIN]
    print(f"invented posts {len(judged)}; calls against what looks like one, area {area(close):.3f}")
    tiers: Counter[tuple[str, int]] = Counter((_kind(one), tier) for one, _, tier in judged)
    for kind in ("calls", "look-alikes", "plain posts"):
        counts = {word: tiers[kind, tier] for tier, word in TIER_WORDS.items()}
        whole = max(1, sum(counts.values()))
        shares = "  ".join(f"{word} {count} ({count / whole:.0%})" for word, count in counts.items())
        print(f"  {kind:12} {shares}")
    calls = sum(one.call for one, *_ in judged)
    alike = sum(_kind(one) == "look-alikes" for one, *_ in judged)
    return tiers["calls", 3] <= (1 - SEEN) * calls and tiers["look-alikes", 1] <= CRIED * alike


def _judged(text: str) -> tuple[float, Tier]:
    rules = load_rules()
    points = total(assess(Words(text), rules, load_weights())[0])
    return points, rules.tier(points)


def _kind(one: Call) -> str:
    return "calls" if one.call else "plain posts" if one.kind == PLAIN else "look-alikes"
