"""The posts of each held-out event, judged by words that were learned without it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from console.intake.assess import assess
from console.intake.phrases import Words
from console.intake.rules import load_rules
from console.intake.urgency import weigh
from console.model import Reason, Tier, total
from tests.training.posts import Gold, folds
from tests.training.urgency import fit


@dataclass(frozen=True, slots=True)
class Held:
    """One post, and what is said of it by those that have not seen its event."""

    post: Gold
    fold: int
    points: float
    urgency: float
    tier: Tier
    by_rules: float
    """Points of the rules alone."""
    reasons: tuple[Reason, ...]
    humanitarian: str


@lru_cache(1)
def held_out() -> tuple[Held, ...]:
    """Every post once; learning the five folds takes half a minute."""
    rules = load_rules()
    judged = []
    for fold, (learned_from, measured) in enumerate(folds()):
        weights = fit(learned_from, rules)
        for post in measured:
            words = Words(post.text)
            reasons, humanitarian = assess(words, rules, weights)
            points = total(reasons)
            judged.append(
                Held(
                    post,
                    fold,
                    points,
                    rules.urgency_of(points),
                    rules.tier(points),
                    total(weigh(words, rules)),
                    reasons,
                    humanitarian,
                )
            )
    return tuple(judged)
