"""A learner of linear weights: softmax over classes, by stochastic gradients, in plain Python.

AdaGrad steps, one size a feature, a quadratic penalty, and the mean of the last rounds' weights. The same
examples and seed give the same weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt
from random import Random

RATE = 0.5
"""The first step's length, before AdaGrad shortens it."""
BEGUN = 0.01
"""What stands in for the squared gradients of a feature not met yet."""
SETTLED = 0.4
"""The part of the rounds after which weights enter the mean."""


@dataclass(frozen=True, slots=True)
class Example:
    """One text: its features, and the class that people gave it."""

    features: tuple[int, ...]
    share: float
    """What each feature counts, the same for all of a text."""
    right: tuple[int, ...]
    """Its class; several where all that is known is that it is one of them."""
    given: float
    """What is known for the classes that ask before anything is learned, as a log-odds."""
    weight: float
    """What the example counts among the others."""


def learn(
    examples: Sequence[Example],
    features: int,
    classes: int,
    *,
    asking: Sequence[int] = (0,),
    penalty: float,
    rounds: int,
    seed: int,
) -> list[list[float]]:
    """Learn a weight for each feature and class; `asking` are the classes that what is given counts for."""
    weights = [[0.0] * classes for _ in range(features)]
    means = [[0.0] * classes for _ in range(features)]
    squares = [BEGUN] * features
    seen = [0] * features
    for example in examples:
        for at in example.features:
            seen[at] += 1
    # The penalty on a weight falls due bit by bit, each time that its feature is met.
    due = [penalty / max(1, times) for times in seen]
    order = [example for example in examples if example.features]
    random = Random(seed)
    first = int(rounds * SETTLED)
    for turn in range(rounds):
        random.shuffle(order)
        for example in order:
            _step(example, weights, squares, due, asking)
        if turn >= first:
            for mean, row in zip(means, weights, strict=True):
                for at, weight in enumerate(row):
                    mean[at] += weight / (rounds - first)
    return means


def _step(
    example: Example,
    weights: list[list[float]],
    squares: list[float],
    due: list[float],
    asking: Sequence[int],
) -> None:
    """Move the weights of one example's features down its gradient."""
    rows = [weights[at] for at in example.features]
    scores = [total * example.share for total in map(sum, zip(*rows, strict=True))]
    for at in asking:
        scores[at] += example.given
    most = max(scores)
    odds = [exp(score - most) for score in scores]
    total, right = sum(odds), sum([odds[at] for at in example.right])
    scale = example.weight * example.share
    slope = [odd / total * scale for odd in odds]
    for at in example.right:  # However likely each of them is, they are right together.
        slope[at] -= odds[at] / right * scale
    steepness = sum([part * part for part in slope])
    for at in example.features:
        squares[at] += steepness
        step = RATE / sqrt(squares[at])
        keep = 1 - min(0.5, step * due[at])
        weights[at] = [weight * keep - step * part for weight, part in zip(weights[at], slope, strict=True)]
