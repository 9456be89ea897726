"""Urgency of a post, by the desk's tables. Every point has a reason that an operator can read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from console.intake.addresses import house_of
from console.intake.phrases import Words
from console.intake.rules import Rules
from console.judgement import Reason

MAX_QUOTE = 40
"""Characters of the post that a reason quotes."""


NOT_AT_ALL = "speaks of no danger and no need"
"""The reason that keeps a mention from tier 1, however much it asks or complains."""
_DENIALS = frozenset(
    (
        "no",
        "not",
        "nobody",
        "noone",
        "none",
        "neither",
        "isnt",
        "arent",
        "wasnt",
        "werent",
        "hasnt",
        "havent",
        "dont",
        "doesnt",
        "didnt",
        "never",
        "without",
    )
)
_BETWEEN = frozenset(
    (
        "a", "an", "any", "anyone", "anybody", "badly", "been", "being", "further", "has", "have", "known",
        "is", "are", "was", "were", "got", "of", "one", "or", "other", "longer", "really", "report",
        "reports", "serious", "seriously", "sign", "signs", "that", "there", "yet",
    )
)  # fmt: skip
"""Words that may stand between a denial and what it denies: `no reports of any injuries`."""
_SENTENCE_END = re.compile(r"\w{3}[.!]\s|\n")
"""Not the point of an abbreviation: `St. Mary's`."""
_FAR = 5
"""Words before a phrase among which its denial is looked for."""

Value = TypeVar("Value")
Names = Sequence[tuple[int, int, str]]
"""Places named in a text: first word, word after the last, name."""


def weigh(words: Words, rules: Rules, places: Names = ()) -> tuple[Reason, ...]:
    """Give the rules' reasons for and against urgency; their points add up.

    A group counts once, however often its phrases occur, and the reason quotes where it was first. What is
    denied (`nobody hurt`) gives no reason, nor do words that only name a place.
    """
    matches = outside(rules.urgency.find(words), places)
    groups = rules.groups
    first: dict[int, str] = {}
    for start, end, owners in matches:
        for owner in owners:
            group = groups[owner]
            if owner in first or (group.danger and _denied(words, start)):
                continue
            if group.needs:
                if quoted := _up_to(group.needs, words, start, end):
                    first[owner] = quoted
            else:
                first[owner] = _quote(words, start, end)
    if not first:
        return ()
    reasons = []
    points = 0
    for owner in sorted(first, key=lambda at: -groups[at].points) if len(first) > 1 else first:
        group, quoted = groups[owner], first[owner]
        if len(quoted) > MAX_QUOTE:
            quoted = quoted[: MAX_QUOTE - 1] + "…"
        points += group.points
        reasons.append(Reason(f'{group.says} "{quoted}"', group.points))
    danger = any([groups[owner].danger and groups[owner].points >= rules.soon for owner in first])
    if danger and (house := house_of(words)):
        points += rules.address
        reasons.append(Reason(f'gives an address "{_quote(words, *house)}"', rules.address))
    over = points - rules.act_now + 1
    if over > 0 and not any(groups[owner].danger for owner in first):
        reasons.append(Reason(NOT_AT_ALL, -over))
    return tuple(reasons)


def outside(matches: list[tuple[int, int, Value]], places: Names) -> list[tuple[int, int, Value]]:
    """Leave out what lies wholly inside the name of a place; `street is flooded` only begins in one."""
    for first, after, _ in places:
        for start, end, _ in matches:  # Most names hold nothing: what is outside is not listed anew.
            if first <= start and end <= after:
                matches = [match for match in matches if match[0] < first or after < match[1]]
                break
    return matches


def _quote(words: Words, start: int, end: int) -> str:
    """The text of a phrase as written; where spaces part its words, no place in the text is counted out."""
    if end == start + 1:
        return words.pieces[start]
    joined = " ".join(words.pieces[start:end])
    return joined if joined in words.text else " ".join(words.quote(start, end).split())


def _up_to(sign: str, words: Words, start: int, end: int) -> str:
    """The text from a phrase to a sign in the same sentence, both included; empty where there is none."""
    text, begins = words.text, words.span(start)[0]
    at = text.find(sign, words.span(end - 1)[1])
    if at < 0 or _SENTENCE_END.search(text, words.span(end - 1)[1], at):
        return ""
    return " ".join(text[begins : at + len(sign)].split())


def _denied(words: Words, start: int) -> bool:
    """Tell whether the words before a phrase deny it: `nobody was`, `no reports of any`, in one clause."""
    for at in range(start - 1, max(-1, start - 1 - _FAR), -1):
        denies = words.keys[at] in _DENIALS
        if not denies and words.keys[at] not in _BETWEEN:
            return False
        if not words.gaps[at + 1].isspace() and words.gaps[at + 1] != "-":  # `no-one`
            return False
        if denies:
            return True
    return False
