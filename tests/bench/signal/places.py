"""Places named in posts of events that were not learned from, and in invented posts about streets.

A place counts as found where the text found is the one that people marked, case, spaces and punctuation
apart; each name once a post. The recogniser alone is measured: no place list helps it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from console.intake.phrases import Words
from console.intake.recogniser import Recogniser, Weights
from tests.training.places import Post, normal, posts_about, posts_of, weights_from
from tests.training.posts import FOLDS, gold
from tests.training.streets import HELD_OUT, Street, cities, learned, streets

BAR = 0.85
BAR_OF_STREETS = 0.60
"""Ours: invented posts full of people and firms named like places; see `tests/training/streets.py`."""
BAR_OF_CITIES = 0.70
"""Ours: posts about real cities."""


@dataclass(slots=True)
class Tally:
    """Names found, wrong and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    posts: float = 0.0
    """Sum of each post's own F1, 1 where it holds none and none is found."""
    count: int = 0

    def add(self, marked: set[str], found: set[str]) -> None:
        """Count one post."""
        right = len(marked & found)
        self.right += right
        self.wrong += len(found) - right
        self.missed += len(marked) - right
        self.posts += 2 * right / (len(marked) + len(found)) if marked or found else 1.0
        self.count += 1

    @property
    def f1(self) -> float:
        """Over all names."""
        return 2 * self.right / (2 * self.right + self.wrong + self.missed) if self.right else 0.0

    def line(self) -> str:
        """The figures in a line."""
        precision = self.right / (self.right + self.wrong) if self.right else 0.0
        recall = self.right / (self.right + self.missed) if self.right else 0.0
        return (
            f"F1 {self.f1:.3f}  precision {precision:.3f}  recall {recall:.3f}  "
            f"mean of posts {self.posts / max(1, self.count):.3f}  ({self.right + self.missed} places)"
        )


def judge(weights: Weights, posts: Iterable[Post], tally: Callable[[Post], Iterable[Tally]]) -> None:
    """Let a recogniser read posts event by event, in their order, and count what it finds."""
    readers: defaultdict[str, Recogniser] = defaultdict(lambda: Recogniser(weights))
    for post in posts:
        words = Words(post.text)
        found = {normal(post.text[slice(*one.span(words))]) for one in readers[post.event].find(words)}
        marked = {normal(text) for text, _, _, _ in post.places}
        for one in tally(post):
            one.add(marked, found)


def report() -> bool:
    """Print how well places are found; False where unseen events give less than the bar."""
    pooled = Tally()
    events: defaultdict[str, Tally] = defaultdict(Tally)
    about = posts_about(learned())
    posts = posts_of(gold())
    for held_out in FOLDS:
        weights = Weights(*weights_from([post for post in posts if post.event not in held_out], about))
        unseen = [post for post in posts if post.event in held_out]
        judge(weights, unseen, lambda post: (pooled, events[post.event]))
    for event, tally in sorted(events.items(), key=lambda pair: -pair[1].f1):
        print(f"{event:32} {tally.line()}")
    print(f"{'all events, none learned from':32} {pooled.line()} (at least {BAR})")
    print(f"{'mean of events':32} F1 {sum(tally.f1 for tally in events.values()) / len(events):.3f}")
    weights = Weights(*weights_from(posts, about))
    hard = _streets("invented streets, held out", weights, streets()[HELD_OUT], BAR_OF_STREETS)
    real = _streets("posts about real cities", weights, cities(), BAR_OF_CITIES)
    return hard >= BAR_OF_STREETS and real >= BAR_OF_CITIES and pooled.f1 >= BAR


def _streets(title: str, weights: Weights, invented: Sequence[Street], bar: float) -> float:
    """Print how well what no list has is found, in posts that were not learned from, each by itself."""
    tally, kinds, found = Tally(), Counter[str](), Counter[str]()
    for street in invented:
        reader, words = Recogniser(weights), Words(street.text)
        names = {normal(street.text[slice(*one.span(words))]) for one in reader.find(words)}
        tally.add({normal(place[0]) for place in street.places}, names)
        for text, kind, _, _ in street.places:
            kinds[kind] += 1
            found[kind] += normal(text) in names
    print(f"{title:32} {tally.line()} (at least {bar})")
    print("  recall: " + ", ".join(f"{kind} {found[kind]}/{count}" for kind, count in kinds.most_common()))
    return tally.f1
