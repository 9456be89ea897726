"""What posts are about: everyday posts of our own, requests of three cities, and what is learned of hands.

`python -m tests.bench.signal topics`. The held half of the everyday posts was written when the tables stood,
and nothing was changed for it since: 50 of 59 at first sight, 28 by the tables before. The same hand wrote
both, which flatters. Three more lots gave 26 of 64, 20 of 60 (both oblique on purpose: "got boxed in outside
the dentist") and 73 of 113 at first sight, by the tables before 19, 12 and 35; they were tuned on after that,
and count as seen. A table knows the words that it holds, and the rest is for a desk's corrections.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from console.intake.phrases import Words
from console.intake.rules import Rules, load_rules
from console.intake.topics import topic_of
from tests.bench.signal.kinds import OPEN311, Case, cases

EVERYDAY = Path(__file__).resolve().parents[2] / "intake/everyday.jsonl"
HELD_BAR = 0.75
"""Macro-F1 on the held everyday posts below which something broke; the tables before gave 0.37."""


def everyday(half: str) -> list[Case]:
    """One half of our own posts."""
    rows = map(json.loads, EVERYDAY.read_text("utf-8").splitlines())
    return [Case("everyday", row["text"], (row["topic"],)) for row in rows if row["half"] == half]


def report() -> bool:
    """Print the figures of everyday topics, then those of the humanitarian classes."""
    rules = load_rules()
    held = _table("everyday posts, held out", everyday("held"), rules, confusion=True)
    _table("everyday posts, seen while tuning", everyday("seen"), rules)
    if OPEN311.exists():
        groups = defaultdict(list)
        for case in cases():
            groups[case.group].append(case)
        for group, some in groups.items():
            _table(f"service requests of {group}", some, rules, confusion=group == "Washington")
    else:
        print("The service requests to measure with are not here (../shared/data).")
    good = held >= HELD_BAR
    for part in ("lessons", "classes"):
        if find_spec(f"tests.bench.signal.{part}") is not None:
            print(f"-- {part}")
            good &= import_module(f"tests.bench.signal.{part}").report()
    return good


def _table(name: str, some: list[Case], rules: Rules, *, confusion: bool = False) -> float:
    """Print precision, recall and F1 of each topic and the mean of their F1; gives that mean."""
    pairs = [_pair(case, topic_of(Words(case.text), rules)) for case in some]
    right = sum(gold == told for gold, told in pairs)
    scores = dict(_scores(pairs))
    macro = sum(f1 for *_, f1 in scores.values()) / len(scores)
    print(f"{name}: {right} of {len(pairs)} right, macro-F1 {macro:.2f}")
    line = (f"{topic} {p:.2f}/{r:.2f}/{f1:.2f} ({n})" for topic, (n, p, r, f1) in sorted(scores.items()))
    print("  precision/recall/F1 (number): " + ", ".join(line))
    if confusion:
        wrong = Counter(pair for pair in pairs if pair[0] != pair[1]).most_common()
        print("  taken for: " + (", ".join(f"{a} for {b} {n}" for (a, b), n in wrong) or "nothing else"))
    return macro


def _pair(case: Case, told: str) -> tuple[str, str]:
    """What is right and what was said; where two topics are right, the one that was said."""
    return (told if told in case.right else case.right[0]), told


def _scores(pairs: list[tuple[str, str]]) -> Iterable[tuple[str, tuple[int, float, float, float]]]:
    """Number, precision, recall and F1 of each topic that is right somewhere."""
    for topic in {gold for gold, _ in pairs}:
        both = sum(gold == told == topic for gold, told in pairs)
        gold_count = sum(gold == topic for gold, _ in pairs)
        told_count = sum(told == topic for _, told in pairs)
        precision = both / told_count if told_count else 0.0
        recall = both / gold_count
        f1 = 2 * precision * recall / (precision + recall) if both else 0.0
        yield topic, (gold_count, precision, recall, f1)
