"""What a post is about: phrases and hints of the desk's tables, and what it has learned, added up."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from console.intake.clean import clean_line
from console.intake.learning import NOTHING, Learned, Lesson, features, learn
from console.intake.phrases import Words
from console.intake.places import PlaceIndex
from console.intake.rules import PHRASE, Rules
from console.intake.urgency import Names, outside
from console.judgement import NO_TOPIC

MOST_OF_HINTS = 2
"""What all hints at a topic together may count: as much as one phrase."""


ENOUGH = 800
"""Posts after which it is known what is usual; at every power of two from 64 on it is learned anew."""
FIRST = 64


class Topics:
    """Tells what posts are about, by the tables, their examples, and the lessons of people.

    Where there is anything to learn it also listens to the first posts, for a word counts by how much
    commoner it is in the lessons than in what is said here anyway.
    """

    def __init__(self, rules: Rules, places: PlaceIndex) -> None:
        self._rules = rules
        self._places = places
        self._examples = tuple(Lesson(topic, self._features(Words(text))) for topic, text in rules.examples)
        self._lessons: tuple[Lesson, ...] = ()
        self._usual: list[Iterable[str]] = []
        self._learn()

    @property
    def names(self) -> tuple[str, ...]:
        """The topics that the tables have."""
        return self._rules.topics

    def of(self, words: Words, hint: str = "", named: Names = ()) -> str:
        """The topic of a post that was read already; `named` are the places in it."""
        return topic_of(words, self._rules, hint, named, self._learned)

    def hear(self, words: Words, hint: str = "", named: Names = ()) -> str:
        """The same, of a post that is public and shows what is usual here."""
        if self._listens:
            self._listen(words)
        return self.of(words, hint, named)

    def teach(self, lessons: Iterable[Lesson], heard: Iterable[str] = ()) -> None:
        """Go by these lessons from now on, and by no earlier ones.

        `heard` are some texts that nobody corrected: what people say here on any topic.
        """
        self._lessons = tuple(lessons)
        if self._lessons or self._examples:
            self._usual[:] = [self._features(Words(text)) for text in heard] or self._usual
        self._learn()

    def lesson(self, text: str, topic: str) -> Lesson:
        """A stored text as a lesson on what a person says that it is about."""
        words = Words(text)
        named = self._places.matches(words)
        by_tables = topic_of(words, self._rules, "", named)
        foretold = topic_of(words, self._rules, "", named, self._learned)
        return Lesson(topic, features(words, named), by_tables, foretold)

    def _listen(self, words: Words) -> None:
        self._usual.append(tuple(set(words.keys)))
        heard = len(self._usual)
        if heard == ENOUGH or (heard >= FIRST and heard & (heard - 1) == 0):
            self._learn()

    def _learn(self) -> None:
        self._learned = learn(self._lessons, self._rules.topics, examples=self._examples, heard=self._usual)
        self._listens = bool(self._lessons or self._examples) and len(self._usual) < ENOUGH

    def _features(self, words: Words) -> tuple[str, ...]:
        return features(words, self._places.matches(words))


def topic_of(
    words: Words, rules: Rules, hint: str = "", places: Names = (), learned: Learned = NOTHING
) -> str:
    """The topic that most speaks for, in phrases and hints; `other` where nothing speaks for one enough.

    A source's own hint is taken where it is a topic of the table, and its words where those of the post say
    nothing. The name of a place is no topic: `Hilltop Road` says nothing of roads. What was learned from
    people is added to what the tables count.
    """
    if hint and hint.casefold() in rules.topics:
        return hint.casefold()
    topic = _by_words(words, rules, places, learned)
    return _by_label(hint, rules) if hint and topic == NO_TOPIC else topic


@lru_cache(512)
def _by_label(label: str, rules: Rules) -> str:
    """The topic of a heading such as `Tree Maintenance`, in which a single hint is enough."""
    words = Words(clean_line(label))
    topic = _by_words(words, rules, (), NOTHING)
    if topic == NO_TOPIC:
        hinted = {owner for _, _, votes in rules.subjects.find(words) for owner, _ in votes}
        if len(hinted) == 1:
            return rules.topics[hinted.pop()]
    return topic


def _by_words(words: Words, rules: Rules, places: Names, learned: Learned) -> str:
    found = outside(rules.subjects.find(words), places)
    named: dict[int, int] = {}
    hinted: dict[int, int] = {}
    # Each phrase has votes of its own, so that one that is said twice is told by them.
    for votes in {id(votes): votes for _, _, votes in found}.values():
        for topic, points in votes:
            counts = named if points == PHRASE else hinted
            counts[topic] = counts.get(topic, 0) + points
    score: dict[int, float] = {**named}
    for topic, points in hinted.items():
        score[topic] = score.get(topic, 0) + (points if points < MOST_OF_HINTS else MOST_OF_HINTS)
    topics = rules.topics
    if learned.votes:
        for name, learnt in learned.count(words.keys).items():
            topic = topics.index(name) if name != NO_TOPIC else len(topics)
            score[topic] = score.get(topic, 0) + learnt
    best, most, plain = len(topics), 0.0, 0
    for topic, counted in score.items():
        if counted >= most:
            said = named.get(topic, 0)
            if counted > most or said > plain or (said == plain and topic < best):
                best, most, plain = topic, counted, said
    return topics[best] if most >= PHRASE and best < len(topics) else NO_TOPIC
