"""Mood against people's ratings, and against plain VADER: `python -m tests.bench.signal mood`.

The ratings are those of VADER's authors (Hutto & Gilbert, ICWSM 2014; MIT): product reviews and editorials in
snippets, no posts. Values were tuned on every second document of each set, the others were held out. Whether
a post is sarcastic is measured on invented examples alone.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from pathlib import Path

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from console.intake.mood import UNSURE, score
from tests.bench.signal.mood_examples import SARCASTIC, SINCERE
from tests.training.posts import DATA, gold

SETS = ("amazonReviewSnippets", "nytEditorialSnippets")
CLEAR, SIDE = 1.0, 0.05
"""A rating that far from 0 is clearly good or bad; a score that far on the other side is clearly wrong."""
SLOWEST = 5.0
"""Milliseconds that no text may take."""
MOST = 0.35
"""The share of plain VADER's time that mood may take on the crisis posts."""
PATHOLOGICAL = {
    "500 emoji": "\U0001f602" * 500,
    "50,000 characters": "a" * 50_000,
    "alternating emoji": "\U0001f602\U0001f62d" * 2_500,
    "long punctuation": "!?" * 25_000,
    "many capitals": "GOOD bad! " * 5_000,
    "many but": "not so good but bad " * 2_500,
    "many help": "please help we need rescue great another " * 1_200,
    "rolled eyes": "great \U0001f644 power cut again " * 2_000,
    "thanks": "thanks for no water " * 2_500,
}


def report() -> bool:
    """Print agreement, wrong sides, sarcasm and times; True where all bars are met."""
    vader = SentimentIntensityAnalyzer()
    agrees = [_report_set(name, vader) for name in SETS]
    _report_sarcasm()
    return all([*agrees, _report_times(vader)])


def _report_set(name: str, vader: SentimentIntensityAnalyzer) -> bool:
    path: Path = DATA / f"sentiment/{name}.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    good = True
    for half, which in (("tuned on", 1), ("held out", 0), ("whole", None)):
        part = [row for row in rows if which is None or int(row["id"].split("_")[0]) % 2 == which]
        given = [row["rating"] for row in part]
        plain = [vader.polarity_scores(row["text"])["compound"] for row in part]
        scored = [score(row["text"], "en")[0] for row in part]
        ours = [0.0 if value is None else value for value in scored]
        figures = [agree(given, values) for agree in (_pearson, _spearman) for values in (plain, ours)]
        print(
            f"{name:21} {half}: {len(part)} snippets; Pearson VADER {figures[0]:.4f} ours {figures[1]:.4f}; "
            f"Spearman VADER {figures[2]:.4f} ours {figures[3]:.4f}; "
            f"clearly wrong side VADER {_wrong(given, plain)} ours {_wrong(given, ours)}; "
            f"unsure {scored.count(None)}"
        )
        good = good and figures[1] >= figures[0]
    lost = sum(
        _side(row, value) < 0 < _side(row, before)
        for row, before, value in zip(given, plain, ours, strict=True)
    )
    won = sum(
        _side(row, before) < 0 < _side(row, value)
        for row, before, value in zip(given, plain, ours, strict=True)
    )
    print(f"{name:21} from VADER's right side to the wrong one: {lost}; from its wrong to the right: {won}")
    return good


def _side(given: float, value: float) -> int:
    """1 where a score is on a clear rating's side, -1 where it is on the other, 0 where neither is clear."""
    if abs(given) < CLEAR or abs(value) < SIDE:
        return 0
    return 1 if (given > 0) == (value > 0) else -1


def _wrong(given: Sequence[float], values: Sequence[float]) -> int:
    return sum(_side(one, other) < 0 for one, other in zip(given, values, strict=True))


def _pearson(one: Sequence[float], other: Sequence[float]) -> float:
    mean, mean_other = sum(one) / len(one), sum(other) / len(other)
    both = sum((a - mean) * (b - mean_other) for a, b in zip(one, other, strict=True))
    return both / math.sqrt(sum((a - mean) ** 2 for a in one) * sum((b - mean_other) ** 2 for b in other))


def _spearman(one: Sequence[float], other: Sequence[float]) -> float:
    return _pearson(_ranks(one), _ranks(other))


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    at = 0
    while at < len(order):
        end = at
        while end < len(order) and values[order[end]] == values[order[at]]:
            end += 1
        for place in order[at:end]:
            ranks[place] = (at + end - 1) / 2
        at = end
    return ranks


def _report_sarcasm() -> None:
    for half, which in (("seen while the rules were made", 0), ("kept aside", 1)):
        meant, sincere = SARCASTIC[which::2], SINCERE[which::2]
        found, false = (sum(score(text, "en")[1] == UNSURE for text in texts) for texts in (meant, sincere))
        print(
            f"sarcasm, invented, {half}: precision {found / max(1, found + false):.2f}, "
            f"recall {found / len(meant):.2f} ({found} of {len(meant)} found, {false} of {len(sincere)} "
            "sincere ones taken for it)"
        )
    unsure = sum(score(post.text, "en")[1] == UNSURE for post in gold())
    print(f"crisis posts called sarcastic: {unsure} of {len(gold())}")


def _report_times(vader: SentimentIntensityAnalyzer) -> bool:
    slowest = {name: min(_milliseconds(text) for _ in range(5)) for name, text in PATHOLOGICAL.items()}
    print("ms: " + ", ".join(f"{name} {taken:.2f}" for name, taken in slowest.items()))
    texts = [post.text for post in gold()][::3]
    best: list[float] = []
    for run in (
        lambda: [vader.polarity_scores(text) for text in texts],
        lambda: [score(text, "en") for text in texts],
    ):
        times = []
        for _ in range(5):
            began = time.process_time()
            run()
            times.append(time.process_time() - began)
        best.append(min(times))
    share = best[1] / best[0]
    print(f"mood takes {share:.2f} of plain VADER's time on the crisis posts (at most {MOST})")
    return max(slowest.values()) <= SLOWEST and share <= MOST


def _milliseconds(text: str) -> float:
    began = time.process_time()
    score(text, "en")
    return (time.process_time() - began) * 1e3
