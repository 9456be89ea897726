"""What a desk has taught about topics: from examples and corrections to votes of words. Pure.

A linear model in the way of naive Bayes: a word votes for a topic by how much likelier it is in the lessons
of that topic than in other lessons and in what else the desk hears. It is counts only, so that a lesson can
be unlearned, nothing depends on the order, and 2,000 lessons are learned in some milliseconds.

It only adds to what phrases and hints count, within bounds: a word that was taught once says nothing, and all
together count no more than three phrases. Urgency is no topic, and is not touched by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from console.intake.language import STOP_WORDS
from console.intake.phrases import Words
from console.judgement import NO_TOPIC

MOST_LESSONS = 2000
"""The newest lessons that are kept and learned from."""
MOST_WORDS = 60
"""Different words of one post that are learned."""
EXAMPLE, CORRECTION = 2, 1
"""What a lesson counts: an example was chosen to be one."""
LEAST = 2
"""What lessons with a word must count before it votes: one correction is not enough."""
MOST_OF_A_WORD = 3.0
"""As much as a phrase and a hint, and no more than half of what taught it."""
MOST_OF_ALL = 6.0
"""What all learned words together may count for one topic: as much as three phrases. These four are the best
of a few that `tests.bench.signal lessons` compared, and none of them made anything worse."""
MOST_FOR_NONE = 3.0
"""The same for its being about none of the topics: that never outweighs two phrases."""
SURE = 0.8
"""How far the logarithm of the odds must be from even before a word votes: a little likelier is chance."""
SUSPECT = 1.0
"""What a post that nobody corrected must count for a taught topic to be taken for one of it."""
UNHEARD = 0.01
"""How often a word is taken to occur that was in no other lesson, and never heard."""
DOUBT = 10.0
"""How many posts that guess weighs."""

_PLAIN_WORDS = (
    "today tonight tomorrow yesterday morning afternoon evening night day days week weeks month year years "
    "time times hour hours minute minutes monday tuesday wednesday thursday friday saturday sunday new old "
    "good bad great big small little long short last first next again ever never always really very much "
    "many every each anyone anybody someone somebody everyone everybody nobody everything something anything "
    "nothing here come comes came coming going gone went gets getting got make makes made making take takes "
    "took taking say says said saying see seen saw look looks looking know knows think thought want wants "
    "wanted needs let put keep keeps told tell ask asked work works working try trying use used left right "
    "since until because without while around away down through behind under between another same other "
    "others own few lot lots thing things way place bit home guys folks man woman lol omg thanks sorry hello "
    "hi oh yes yeah ok okay im ive id ill dont cant wont didnt doesnt isnt wasnt arent havent hasnt its "
    "thats theres whats youre theyre weve wed too even already yet maybe two three four five six seven eight "
    "nine ten rt amp via cc pls plz were being such those these them their then mine yours ours"
)
"""Words of any post, beside the commonest of each language."""
_PLAIN = frozenset(_PLAIN_WORDS.split()) | STOP_WORDS


@dataclass(frozen=True, slots=True)
class Lesson:
    """A post that a person said the topic of."""

    topic: str
    words: tuple[str, ...]
    """What it is learned by: different words without order, so that nobody reads the post in them."""
    by_tables: str = ""
    """What the tables alone made of it."""
    foretold: str = ""
    """What was made of it with all that was learned before."""


@dataclass(frozen=True, slots=True)
class Score:
    """How often topics were right before a person said so; each post judged before it was learned."""

    lessons: int
    by_tables: int
    foretold: int

    @property
    def sentence(self) -> str:
        """What to tell operators."""
        if not self.lessons:
            return "nothing was corrected yet"
        noun = "correction" if self.lessons == 1 else "corrections"
        return (
            f"learned from {self.lessons} {noun}: right before {self.by_tables} of {self.lessons}, "
            f"now {self.foretold} of {self.lessons} (each judged before it was learned)"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """Words and what they count for topics."""

    votes: Mapping[str, tuple[tuple[str, float], ...]]

    def count(self, keys: Iterable[str]) -> dict[str, float]:
        """What the words of a post count for each topic, within bounds."""
        votes = self.votes
        counts: dict[str, float] = {}
        for word in set(filter(votes.__contains__, keys)):
            for topic, points in votes[word]:
                counts[topic] = counts.get(topic, 0.0) + points
        for topic, points in counts.items():
            if points > MOST_FOR_NONE:
                counts[topic] = MOST_FOR_NONE if topic == NO_TOPIC else min(points, MOST_OF_ALL)
        return counts


NOTHING = Learned({})


def features(words: Words, places: Iterable[tuple[int, int, str]] = ()) -> tuple[str, ...]:
    """What a post is learned by: its different words but for plain ones, numbers and names of places."""
    named = {at for first, end, _ in places for at in range(first, end)}
    found = {
        key
        for at, key in enumerate(words.keys)
        if at not in named and 2 < len(key) <= 40 and not key.isdigit()
    }
    return tuple(sorted(found - _PLAIN)[:MOST_WORDS])


def learn(
    lessons: Iterable[Lesson],
    topics: Sequence[str],
    *,
    examples: Iterable[Lesson] = (),
    heard: Iterable[Iterable[str]] = (),
) -> Learned:
    """Work out the votes. `heard` are words of posts that nobody corrected: what is usual here.

    Lessons on a topic that the tables have no more are left out. What the tables knew by themselves teaches
    only what else it is not. Among what is usual are posts that only nobody has corrected yet, so what seems
    to be of a taught topic is then taken out of it.
    """
    known = {*topics, NO_TOPIC}
    taught: dict[str, Counter[str]] = {}
    weights: Counter[str] = Counter()
    usual = list(heard)
    for weight, some in ((CORRECTION, lessons), (EXAMPLE, examples)):
        for lesson in some:
            if lesson.topic == lesson.by_tables:
                usual.append(lesson.words)
            elif lesson.topic in known:
                weights[lesson.topic] += weight
                taught.setdefault(lesson.topic, Counter()).update(dict.fromkeys(lesson.words, weight))
    if not taught:
        return NOTHING
    first = _votes(taught, weights, usual)
    rest = [keys for keys in usual if max(first.count(keys).values(), default=0.0) < SUSPECT]
    return _votes(taught, weights, rest) if len(rest) < len(usual) else first


def _votes(
    taught: Mapping[str, Mapping[str, int]], weights: Counter[str], usual: Sequence[Iterable[str]]
) -> Learned:
    often: Counter[str] = Counter()
    for some in (*usual, *taught.values()):
        often.update(some)
    everything = len(usual) + weights.total()
    votes: dict[str, list[tuple[str, float]]] = {}
    for topic, counts in taught.items():
        rest = everything - weights[topic] + DOUBT
        for word, count in counts.items():
            if count < LEAST:
                continue
            here = count / (weights[topic] + 1)
            elsewhere = (often[word] - count + DOUBT * UNHEARD) / rest
            points = min(log(here / elsewhere) - SURE, MOST_OF_A_WORD, count / 2)
            if points > 0:
                votes.setdefault(word, []).append((topic, points))
    return Learned({word: tuple(some) for word, some in votes.items()})


def score(lessons: Sequence[Lesson]) -> Score:
    """How the tables alone, and the tables with what was learned by then, stood against people's word."""
    return Score(
        len(lessons),
        sum(one.by_tables == one.topic for one in lessons),
        sum(one.foretold == one.topic for one in lessons),
    )
