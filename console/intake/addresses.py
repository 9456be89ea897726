"""The number of a house with its street: where somebody is to be found, as those say who need to be.

It is told by the words alone, so that it is the same after a restart; which names are places is no matter.
"""

from __future__ import annotations

from console.intake.phrases import Words
from console.intake.place_words import COUNTED, DANGERS, ENDINGS, SHORT_FORMS, STOPS

_MOST_WORDS = 4
"""Words of a street's name, the ending not counted."""
_LONGEST = 5
"""Digits of a house's number."""
_WITHIN_NUMBERS = frozenset(",.:/-+$")
"""What stands before digits that are a part of something: `1,300 people`."""
_NO_NAMES = STOPS | DANGERS | COUNTED


def house_of(words: Words) -> tuple[int, int] | None:
    """The first address with a house's number: its first word, and the word after its last; None for none."""
    for at, key in enumerate(words.keys):
        kind = ENDINGS.get(key)
        if kind == "road" or (kind == "way" and words.pieces[at][0].isupper()):
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
        key = keys[first]
        if key.isdigit():
            named = at - first > 1 and len(key) <= _LONGEST and gaps[first][-1:] not in _WITHIN_NUMBERS
            return first if named else None
        if key in _NO_NAMES:
            return None
    return None
