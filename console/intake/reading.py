"""A text parted for comparing: what it says, and the tags, handles, links and sources around that."""

from __future__ import annotations

import re
from string import punctuation

from console.intake.masks import unmask
from console.intake.phrases import Words
from console.intake.report_words import (
    BEFORE_PLACES,
    CLAIMS,
    ENDS,
    LEADS,
    MEANINGS,
    NUMBERS,
    PRESS,
    SMALL,
    STREETS,
)

SOS = "\U0001f198"
_AROUND = punctuation + "\u2026\u201c\u201d\u2018\u2019\u2013\u2014"
_LINKED = re.compile(r"[\w.-]+\.(?:com|co|ly|org|net|be|gl|me|tv|it|st)/")
_TITLE = 0.6
"""Share of capitals from which they tell no names: `Fire Closes Old Bridge`."""
_BARS = frozenset(("-", "|", "~", "\u2013", "\u2014"))
_SOURCE = 5
"""Words of a source named at the end, after a dash, a bar or `via`: `- Northfield Daily News`."""


class Reading:
    """A text parted into what it says (`keys`, `pieces`) and the tags, handles and sources around that."""

    __slots__ = ("_before", "_behind", "keys", "pieces", "sos", "subject")

    def __init__(self, text: str) -> None:
        self.sos = SOS in text
        tokens = unmask(text).split()
        first, end = _inner(tokens)
        # Whom a sentence names by a handle is a word of it; around it, a handle is a source or an address.
        words = Words(" ".join(tokens[first:end]).replace("@", " "))
        self.keys = [NUMBERS.get(key, key) for key in words.keys]
        self.pieces = words.pieces
        self.subject = _subject(tokens, first)
        self._before: list[str] | set[str] = tokens[:first]
        self._behind: list[str] | set[str] = tokens[end:]

    @property
    def before(self) -> set[str]:
        """The words of what stands before."""
        if isinstance(self._before, list):
            self._before = set(Words(" ".join(self._before)).keys) - LEADS
        return self._before

    @property
    def around(self) -> set[str]:
        """The words of what stands before or behind."""
        if isinstance(self._behind, list):
            self._behind = self.before | set(Words(" ".join(self._behind)).keys) - {"via"}
        return self._behind

    @property
    def titled(self) -> bool:
        """Whether capitals tell no names here."""
        return sum([piece[0].isupper() for piece in self.pieces]) >= _TITLE * len(self.pieces)


def _inner(tokens: list[str]) -> tuple[int, int]:
    """Where what is said begins and ends: without the tags, handles, links and sources around it."""
    first, end = 0, len(tokens)
    while first < end:
        if _is_around(tokens[first]) or _is_lead(tokens, first):
            first += 1
        elif (after := _after_source(tokens, first)) > first:
            first = after
        else:
            break
    sourced = not _BARS.isdisjoint(tokens) or "via " in f"{' '.join(tokens)} ".lower()
    while end > first:
        last = _before_source(tokens, first, end) if sourced else end
        if last == end and (_is_around(tokens[end - 1]) or _word(tokens[end - 1]) in ENDS):
            last -= 1
        if last == end:
            break
        end = last
    if end < len(tokens) and end > first and _word(tokens[end - 1]) in BEFORE_PLACES:
        end += 1  # A tag that ends a sentence belongs to it: `flooded in #Northfield`.
    if end > first and tokens[end - 1].endswith(("…", "...")):
        end -= 1  # What is left of a word that was cut.
    return first, end


def _subject(tokens: list[str], first: int) -> str:
    """The handle that a sentence begins with (`@ana is on her way`), unless it is said to be its author's."""
    before = tokens[first - 1].lstrip(".") if first else ""
    reposted = first > 1 and _word(tokens[first - 2]) in ("rt", "mt")
    return "" if before[:1] != "@" or before.endswith(":") or reposted else before


def _word(token: str) -> str:
    return token.strip(_AROUND).lower()


def _is_around(token: str) -> bool:
    if token.isalpha():
        return False
    bare = token.strip(".,:;!?()[]\"'-")
    if bare[:1] in "#@$" or "://" in token or _LINKED.match(bare) is not None:
        return True
    return not any(map(str.isalnum, bare))


def _is_lead(tokens: list[str], at: int) -> bool:
    token = tokens[at]
    if at > 0 and tokens[at - 1] in ("RT", "MT"):
        return True
    return _word(token) in LEADS and (token.isupper() or not token[-1].isalpha())


def _after_source(tokens: list[str], first: int) -> int:
    """Where a source that is named at the front ends (`Northfield News: `, `BBC - `); else `first`."""
    front = tokens[first : first + _SOURCE]
    if _BARS.isdisjoint(front) and ": " not in f"{' '.join(front)} ":
        return first
    for at in range(first, min(first + _SOURCE - 1, len(tokens) - 1)):
        if not _names_a_source(tokens, at):
            break
        if tokens[at].endswith(":") or tokens[at + 1] in _BARS:
            named = {_word(token) for token in tokens[first : at + 1]}
            return first if PRESS.isdisjoint(named) and not named <= LEADS else at + 1
    return first


def _before_source(tokens: list[str], first: int, end: int) -> int:
    """Where a source that is named at the end begins (`via Channel 9`, `- Northfield News`); else `end`."""
    if end - 1 > first and _word(tokens[end - 2]) == "via":
        return end - 2
    for at in range(end - 1, max(first, end - 1 - _SOURCE) - 1, -1):
        if tokens[at] in _BARS or _word(tokens[at]) == "via":
            return at
        if not _names_a_source(tokens, at):
            break
    return end


def _names_a_source(tokens: list[str], at: int) -> bool:
    """Tell whether a word may be of a source's name: a capital, and nothing of what happened."""
    word = _word(tokens[at])
    if word.isdigit() or word in NUMBERS:
        return at > 0 and _word(tokens[at - 1]) in PRESS
    if word in CLAIMS - LEADS or word in STREETS or word in MEANINGS:
        return False
    return word in SMALL or word in LEADS or not tokens[at].strip(_AROUND)[:1].islower()
