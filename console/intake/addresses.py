"""The number of a house with its street: where somebody is to be found, as those say who need to be.

It is told by the words alone, so that it is the same after a restart; which names are places is no matter.
"""

from __future__ import annotations

import re

from console.intake.phrases import Words
from console.intake.place_words import (
    COUNTED,
    DANGERS,
    ENDINGS,
    SHORT_FORMS,
    SMALL_ENDINGS,
    STOPS,
    WITHIN_NUMBERS,
)

_MOST_WORDS = 4
"""Words of a street's name, the ending not counted."""
_NUMBER = re.compile(r"[0-9]{1,5}[a-z]?")
_NO_NAMES = (
    STOPS
    | DANGERS
    | COUNTED
    | {"year", "years", "old", "minutes", "hour", "hours", "day", "days", "ago", "men", "women", "children"}
    | {"kids", "cars", "bed", "bedroom", "lane"}
)
"""Words that are no part of a street's name."""
_NO_HOUSES = frozenset(("bus", "route", "tram", "line"))
"""Words before a number that make another thing of it."""


def house_of(words: Words) -> tuple[int, int] | None:
    """The first address with a house's number: its first word, and the word after its last; None for none."""
    for at, key in enumerate(words.keys):
        kind = ENDINGS.get(key)
        if kind not in ("road", "way"):
            continue
        if words.pieces[at][0].isupper() or (kind == "road" and key in SMALL_ENDINGS):
            first = _number_before(words, at)
            if first is not None:
                return first, at + 2 if _goes_on(words, at + 1) else at + 1
    return None


def _goes_on(words: Words, at: int) -> bool:
    """Whether this word still belongs to the street's name: the `Dr` of `Oak Ridge Dr`."""
    return ENDINGS.get("".join(words.keys[at : at + 1])) == "road" and words.gaps[at] == " "


def _number_before(words: Words, at: int) -> int | None:
    """Where the house's number stands before a street's ending, with nothing but its name between them."""
    keys, gaps = words.keys, words.gaps
    for first in range(at - 1, max(-1, at - 2 - _MOST_WORDS), -1):
        if gaps[first + 1].strip() and not (gaps[first + 1] == ". " and keys[first] in SHORT_FORMS):
            return None
        if _NUMBER.fullmatch(keys[first]):
            before = keys[first - 1] if first else ""
            told = gaps[first].strip() == "" and before.isdecimal()  # `ring 555 1234 Main St`
            alone = gaps[first][-1:] not in WITHIN_NUMBERS and not told
            return first if at - first > 1 and alone and before not in _NO_HOUSES else None
        if keys[first] in _NO_NAMES:
            return None
    return None
