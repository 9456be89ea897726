"""What a post is about: phrases and hints of the desk's tables, and what it has learned, added up."""

from __future__ import annotations

from console.intake.phrases import Words
from console.intake.rules import PHRASE, Rules
from console.intake.urgency import Names, outside
from console.model import NO_TOPIC

MOST_OF_HINTS = 2
"""What all hints at a topic together may count: as much as one phrase."""


def topic_of(words: Words, rules: Rules, hint: str = "", places: Names = ()) -> str:
    """The topic that most speaks for, in phrases and hints; `other` where nothing speaks for one enough.

    A source's own hint is taken where it names a topic of the table. The name of a place is no topic:
    `Hilltop Road` says nothing of roads.
    """
    if hint and hint.casefold() in rules.topics:
        return hint.casefold()
    matches = outside(rules.subjects.find(words), places)
    if not matches:
        return NO_TOPIC
    named: dict[int, int] = {}
    hinted: dict[int, int] = {}
    for _, owners in {(tuple(words.keys[start:end]), owners) for start, end, owners in matches}:
        for topic, points in owners:
            counts = named if points == PHRASE else hinted
            counts[topic] = counts.get(topic, 0) + points
    score = dict(named)
    for topic, points in hinted.items():
        score[topic] = score.get(topic, 0) + min(points, MOST_OF_HINTS)
    if not score:
        return NO_TOPIC
    best = min(score, key=lambda topic: (-score[topic], -named.get(topic, 0), topic))
    return rules.topics[best] if score[best] >= PHRASE else NO_TOPIC
