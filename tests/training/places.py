"""Learn what tells a place from what only looks like one: `python -m tests.training places`.

Logistic regression by AdaGrad over the recogniser's own slots. All is learned from the posts
of IDRISI-RE (CC BY 4.0) and from the invented posts about streets.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import exp, sqrt
from pathlib import Path
from random import Random

from console.intake.candidate import Candidate
from console.intake.candidates import candidates
from console.intake.gazetteer import gazetteer
from console.intake.phrases import Words
from console.intake.recogniser import (
    GROUPS,
    SLOTS,
    STREETS,
    Learned,
    Memory,
    base_parts,
    roads_in,
    slots_of,
)
from console.intake.signs import Signs
from tests.training.posts import Gold, gold
from tests.training.streets import Street, streets

OUT = Path(__file__).resolve().parents[2] / "console/intake/place_weights.json"
EVENTS = 3
"""Events in which a value must occur to be learned: names of one event are not."""
EVENTS_OF_WORDS = 5
"""The same for words within one group."""
ROUNDS = 12
RATE = 0.2
PENALTY = 1.3
"""Of the squared weights, for all examples together."""
REPEATED = 0.3
"""Power of a name's count in its event by which each occurrence counts less: a new event has new names."""
STREETS_COUNT = 2.0
"""What a candidate of the invented posts counts, of the groups that the other posts have hardly any of."""
_LOCAL = frozenset("KXYA")
LEAN = {
    "H": 0.5,
    "C": 0.5,
    "M": 0.5,
    "S": 0.8,
    "N": -0.4,
    "V": -0.6,
    "E": 0.3,
    "L": 0.2,
    "A": -0.2,
    "W": -0.5,
}
"""Added to a group's weight, so that as many places are missed as are wrong."""
LEAN_OF_ROADS = 0.9
"""The same for the groups of streets, numbers and crossings, of which there are few to learn from."""
LEAST = 0.02
"""Weights nearer to nothing are left out."""


@dataclass(frozen=True, slots=True)
class Example:
    """A candidate: its features, whether it is a place, and what it counts."""

    features: tuple[str, ...]
    place: bool
    counts: float
    event: str
    group: str


@dataclass(frozen=True, slots=True)
class Post:
    """A post to learn from."""

    event: str
    text: str
    places: tuple[tuple[str, str, int, int], ...]


def posts_of(posts: Iterable[Gold]) -> list[Post]:
    """Posts of disasters as they are learned from."""
    return [Post(one.event, one.text, one.places) for one in posts]


def posts_about(invented: Sequence[Street]) -> list[Post]:
    """Invented posts as they are learned from, dealt into events so that a word must occur in several."""
    return [Post(f"streets {at % 8}", one.text, one.places) for at, one in enumerate(invented)]


def features(one: Candidate, slots: Sequence[str]) -> Iterator[str]:
    """Name all that is weighed of a candidate."""
    for slot, value in base_parts(one.form, one.label):
        yield f"{slot}\t{value}"
    for slot, value in zip(SLOTS, slots, strict=True):
        if value:
            yield f"{slot}\t{value}"
            yield f"{slot}|{one.form[0]}\t{value}"


def examples(posts: Iterable[Post]) -> list[Example]:
    """Every candidate of the posts, read in their order as the recogniser would."""
    known = gazetteer()
    signs = Signs(known)
    memories: defaultdict[str, Memory] = defaultdict(Memory)
    made: list[tuple[Candidate, Example]] = []
    for post in posts:
        words, memory = Words(post.text), memories[post.event]
        found = candidates(words, known, signs, memory.placed)
        invented = post.event.startswith("streets")
        roads = roads_in(found)
        for one in found:
            verdict = _verdict(words, one, post)
            if verdict is None:
                continue
            counts = STREETS_COUNT if invented and one.form[0] in _LOCAL else 1.0
            slots = slots_of(words, one, known, memory, roads)
            features_ = tuple(features(one, slots))
            made.append((one, Example(features_, verdict, counts, post.event, one.form[0])))
        memory.note_all(words, found)
    names = Counter((example.event, one.name) for one, example in made)
    return [
        Example(
            example.features,
            example.place,
            example.counts * names[example.event, one.name] ** -REPEATED,
            example.event,
            example.group,
        )
        for one, example in made
    ]


def _verdict(words: Words, one: Candidate, post: Post) -> bool | None:
    """Whether a candidate is a place that people marked; None for a part of one, which teaches nothing."""
    start, end = one.span(words)
    name = normal(post.text[start:end])
    inside = False
    for text, _, first, last in post.places:
        if first < end and start < last and normal(text) == name:
            return True
        inside = inside or (first <= start and end <= last)
    return None if inside and one.form[0] in STREETS else False


def normal(text: str) -> str:
    """A place's name as names are compared: case, spaces, hashes and punctuation do not matter."""
    return "".join(filter(str.isalnum, text.casefold()))


def learn(made: Sequence[Example], seed: int = 1) -> Learned:
    """Learn a weight for each feature that is not one event's alone."""
    events: defaultdict[str, set[str]] = defaultdict(set)
    for example in made:
        for feature in example.features:
            named = feature.startswith("word") and example.group not in STREETS
            # The towns that somebody thought of say nothing of which names are places.
            events[feature].add(example.event.partition(" ")[0] if named else example.event)
    kept = {feature: at for at, feature in enumerate(f for f in events if _enough(f, len(events[f])))}
    rows = [
        (
            tuple(kept[feature] for feature in example.features if feature in kept),
            example.place,
            example.counts,
        )
        for example in made
    ]
    weights = _descend(rows, len(kept), seed)
    learned: Learned = defaultdict(dict)
    for feature, at in kept.items():
        slot, _, value = feature.partition("\t")
        if abs(weights[at]) >= LEAST:
            learned[slot][value] = round(weights[at], 2)
    return learned


def _enough(feature: str, events: int) -> bool:
    slot = feature.partition("\t")[0]
    if slot.partition("|")[0] not in SLOTS:
        return True
    return events >= (EVENTS_OF_WORDS if slot[:5] in ("word|", "first") and "|" in slot else EVENTS)


def _descend(rows: list[tuple[tuple[int, ...], bool, float]], count: int, seed: int) -> list[float]:
    weights, squares, mean = [0.0] * count, [0.1] * count, [0.0] * count
    due = [0.0] * count
    for features_, _, _ in rows:
        for at in features_:
            due[at] += 1
    due = [PENALTY / times if times else 0.0 for times in due]
    order, random = list(rows), Random(seed)
    for turn in range(ROUNDS):
        random.shuffle(order)
        for features_, place, counts in order:
            score = sum([weights[at] for at in features_])
            slope = (1 / (1 + exp(-max(-30.0, min(30.0, score)))) - place) * counts
            for at in features_:
                step = slope + due[at] * weights[at]
                squares[at] += step * step
                weights[at] -= RATE * step / sqrt(squares[at])
        if turn >= ROUNDS // 2:
            mean = [total + weight for total, weight in zip(mean, weights, strict=True)]
    return [total / (ROUNDS - ROUNDS // 2) for total in mean]


def weights_from(posts: Sequence[Post], about_streets: Sequence[Post]) -> tuple[Learned, Learned]:
    """Learn the weights of the gazetteer's names, and those of what no list has."""
    of_posts, of_streets = examples(posts), examples(about_streets)
    known = learn(of_posts + [one for one in of_streets if one.group not in STREETS])
    local = learn(of_posts + [one for one in of_streets if one.group in STREETS])
    for group in GROUPS:
        lean = LEAN.get(group, LEAN_OF_ROADS)
        learned = local if group in STREETS else known
        learned["group"][group] = round(learned["group"].get(group, 0.0) + lean, 2)
    return known, local


def main() -> int:
    """Learn from every event and all invented posts, and write the weights that come with the program."""
    known, local = weights_from(posts_of(gold()), posts_about(streets()))
    about = (
        "Learned by `python -m tests.training places` from IDRISI-RE (Suwaileh, Elsayed, Imran; CC BY 4.0) "
        "and from tests/training/streets.jsonl. slot, or slot|group -> value -> weight."
    )
    stored = {"about": about, "known": _sorted(known), "local": _sorted(local)}
    OUT.write_text(json.dumps(stored, ensure_ascii=False, indent=0, sort_keys=True) + "\n", "utf-8")
    count = sum(len(table) for learned in (known, local) for table in learned.values())
    print(f"{count} weights, {OUT.stat().st_size // 1000} kB")
    return 0


def _sorted(learned: Learned) -> Learned:
    return {slot: dict(sorted(table.items())) for slot, table in sorted(learned.items())}


if __name__ == "__main__":
    raise SystemExit(main())
