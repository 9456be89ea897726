"""Urgency and topic of a post, by the desk's tables. Every point has a reason that an operator can read."""

from __future__ import annotations

from console.intake.phrases import Words
from console.intake.rules import Rules
from console.model import NO_TOPIC, Reason

MAX_QUOTE = 40
"""Characters of the post that a reason quotes."""


def weigh(words: Words, rules: Rules) -> tuple[Reason, ...]:
    """Give the reasons for and against urgency; their points add up to the post's.

    A group counts once, however often its phrases occur, and the reason quotes where it was first.
    """
    matches = rules.urgency.find(words)
    if not matches:
        return ()
    groups = rules.groups
    first: dict[int, tuple[int, int]] = {}
    for start, end, owners in matches:
        for owner in owners:
            if owner not in first and (not groups[owner].needs or groups[owner].needs in words.text):
                first[owner] = (start, end)
    reasons = []
    for owner in sorted(first, key=lambda at: -groups[at].points):
        group = groups[owner]
        quoted = " ".join(words.quote(*first[owner]).split())
        if len(quoted) > MAX_QUOTE:
            quoted = quoted[: MAX_QUOTE - 1] + "…"
        reasons.append(Reason(f'{group.says} "{quoted}"', group.points))
    return tuple(reasons)


def topic_of(words: Words, rules: Rules, hint: str = "") -> str:
    """The topic that most different phrases of the post speak for; `other` where none does.

    A source's own hint is taken where it names a topic of the table.
    """
    if hint and hint.casefold() in rules.topics:
        return hint.casefold()
    matches = rules.subjects.find(words)
    if not matches:
        return NO_TOPIC
    if len(matches) == 1:
        return rules.topics[matches[0][2][0]]
    counts: dict[int, int] = {}
    for phrase in {(tuple(words.keys[start:end]), owners) for start, end, owners in matches}:
        for owner in phrase[1]:
            counts[owner] = counts.get(owner, 0) + 1
    return rules.topics[min(counts, key=lambda owner: (-counts[owner], owner))]
