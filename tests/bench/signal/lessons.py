"""What corrections teach: a topic that the tables do not know, before and after 5, 20 and 50 corrections.

A class of the real posts stands for a topic of a desk's own; whatever the tables have for it is taken out of
them. The operator goes through posts of some events, in random order, and corrects what is wrong. Measured is
on events that nothing was learned from.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from console.intake.learning import NOTHING, Learned, Lesson, features, learn, score
from console.intake.phrases import Words
from console.intake.rules import Rules, load_rules
from console.intake.topics import topic_of
from tests.training.posts import POSTS, Gold, folds

HIDDEN = {
    "rescue_volunteering_or_donation_effort": ("relief",),
    "injured_or_dead_people": ("victims", "medical"),
    "displaced_people_and_evacuations": ("shelter",),
}
"""Classes, and the topics of the tables that speak of the same."""
EXAMPLES = (5, 10)
"""Posts on the topic that a desk gives as examples."""
STEPS = (5, 20, 50)
"""Corrections after which it is measured."""
MEASURED, HEARD = 600, 500
"""Posts of the held-out events, and of those that nobody corrected."""
CHECKED = 800
"""Posts that an operator looks at in a row."""
SHARE = 0.1
"""How many posts are on the topic, in both."""


Figures = tuple[float, float, float]
"""Share of all posts that is right, precision and recall of the hidden topic."""


@dataclass(frozen=True, slots=True)
class Read:
    """A post, what it is about, and what the tables alone make of it."""

    words: Words
    right: str
    by_tables: str


def report() -> bool:
    """Print how good a hidden topic is found; False where 50 corrections do not make it better."""
    if not POSTS.exists():
        print("The posts to measure with are not here (../shared/data).")
        return True
    better = True
    after = ("nothing", *(f"{n} examples" for n in EXAMPLES), *(f"{n} corrections" for n in STEPS))
    for label, topics in HIDDEN.items():
        rules = _without(load_rules(), topics)
        print(f"{label} as a topic that the tables do not know, on unseen events, after")
        runs = [_run(rules, label, *fold, seed) for seed, fold in enumerate(folds())]
        means = [_mean(step) for step in zip(*runs, strict=True)]
        for what, (right, precision, recall) in zip(after, means, strict=True):
            f1 = 2 * precision * recall / (precision + recall) if precision and recall else 0.0
            print(
                f"  {what:>14}: {right:.0%} of all posts right; the topic: "
                f"precision {precision:.2f}, recall {recall:.2f}, F1 {f1:.2f}"
            )
        better &= means[-1][0] > means[0][0]
        print(f"  {CHECKED} posts in a row, each confirmed or corrected: {_in_a_row(rules, label)}")
    return better


def _mean(figures: Sequence[Figures]) -> Figures:
    right, precision, recall = (sum(part) / len(figures) for part in zip(*figures, strict=True))
    return right, precision, recall


def _without(rules: Rules, topics: Sequence[str]) -> Rules:
    """The tables with a topic of no words in the place of these."""
    gone = {at for at, name in enumerate(rules.topics) if name in topics}
    names = tuple(
        "hidden" if at == min(gone) else f"-{at}" if at in gone else name
        for at, name in enumerate(rules.topics)
    )
    subjects = type(rules.subjects)()
    for phrase, votes in rules.subjects:
        subjects.add(phrase, tuple(vote for vote in votes if vote[0] not in gone))
    return replace(rules, topics=names, subjects=subjects)


def _run(
    rules: Rules, label: str, train: tuple[Gold, ...], test: tuple[Gold, ...], seed: int
) -> list[Figures]:
    """The figures before, with examples, and after each step of corrections."""
    chance = random.Random(seed)
    stream = _thinned(train, label, chance)
    measured = [_read(post, rules, label) for post in _thinned(test, label, chance)[:MEASURED]]
    heard = [features(Words(post.text)) for post in chance.sample(stream, HEARD)]
    figures = [_measure(measured, rules, NOTHING)]
    on_it = [Lesson("hidden", features(Words(post.text))) for post in stream if post.label == label]
    for many in EXAMPLES:
        learned = learn((), rules.topics, examples=on_it[:many], heard=heard)
        figures.append(_measure(measured, rules, learned))
    return figures + _corrected(rules, label, stream, measured, heard)


def _corrected(
    rules: Rules, label: str, stream: list[Gold], measured: list[Read], heard: list[tuple[str, ...]]
) -> list[Figures]:
    """The figures after each step; the last ones again where there was nothing more to correct."""
    lessons: list[Lesson] = []
    learned = NOTHING
    figures: list[Figures] = []
    for post in stream:
        one = _read(post, rules, label)
        told = topic_of(one.words, rules, learned=learned)
        if told == one.right:
            continue
        lessons.append(Lesson(one.right, features(one.words), one.by_tables, told))
        learned = learn(lessons, rules.topics, heard=heard)
        if len(lessons) in STEPS:
            figures.append(_measure(measured, rules, learned))
        if len(lessons) == STEPS[-1]:
            break
    return figures + [_measure(measured, rules, learned)] * (len(STEPS) - len(figures))


def _in_a_row(rules: Rules, label: str) -> str:
    """What the desk would say once an operator has looked at every post of a stream, of the first fold."""
    chance = random.Random(0)
    train, _ = next(folds())
    stream = _thinned(train, label, chance)
    heard = [features(Words(post.text)) for post in stream[-HEARD:]]
    lessons: list[Lesson] = []
    learned = NOTHING
    for post in stream[:CHECKED]:
        one = _read(post, rules, label)
        told = topic_of(one.words, rules, learned=learned)
        lessons.append(Lesson(one.right, features(one.words), one.by_tables, told))
        if one.right != one.by_tables:
            learned = learn(lessons, rules.topics, heard=heard)
    return score(lessons).sentence


def _thinned(posts: Sequence[Gold], label: str, chance: random.Random) -> list[Gold]:
    """Posts in random order, of which `SHARE` at most are on the topic."""
    on_it = [post for post in posts if post.label == label]
    others = [post for post in posts if post.label != label]
    some = chance.sample(on_it, min(len(on_it), int(len(others) * SHARE / (1 - SHARE)))) + others
    chance.shuffle(some)
    return some


def _read(post: Gold, rules: Rules, label: str) -> Read:
    words = Words(post.text)
    by_tables = topic_of(words, rules)
    return Read(words, "hidden" if post.label == label else by_tables, by_tables)


def _measure(measured: list[Read], rules: Rules, learned: Learned) -> Figures:
    told = [topic_of(one.words, rules, learned=learned) for one in measured]
    right = sum(said == one.right for said, one in zip(told, measured, strict=True))
    both = sum(said == one.right == "hidden" for said, one in zip(told, measured, strict=True))
    gold = sum(one.right == "hidden" for one in measured)
    said_so = told.count("hidden")
    return right / len(measured), both / said_so if said_so else 0.0, both / gold if gold else 0.0
