"""What a post is about, by the desk's tables."""

from __future__ import annotations

from console.intake.phrases import Words
from console.intake.rules import Rules
from console.intake.urgency import Names, outside
from console.model import NO_TOPIC


def topic_of(words: Words, rules: Rules, hint: str = "", places: Names = ()) -> str:
    """The topic that most different phrases of the post speak for; `other` where none does.

    A source's own hint is taken where it names a topic of the table. The name of a place is no topic:
    `Hilltop Road` says nothing of roads.
    """
    if hint and hint.casefold() in rules.topics:
        return hint.casefold()
    matches = outside(rules.subjects.find(words), places)
    if not matches:
        return NO_TOPIC
    counts: dict[int, int] = {}
    said = {(tuple(words.keys[start:end]), owners) for start, end, owners in matches}
    for _, owners in said:
        for owner in owners:
            counts[owner] = counts.get(owner, 0) + 1
    if not counts:
        return NO_TOPIC
    return rules.topics[min(counts, key=lambda owner: (-counts[owner], owner))]
