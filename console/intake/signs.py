"""What a word may be to a place's name, by itself, remembered for each word as it is written.

Most posts are made of the same few thousand words. One small table of them, looked into once a word, spares
the several large ones behind it, which would not stay in the processor's cache.
"""

from __future__ import annotations

from console.intake.gazetteer import Gazetteer
from console.intake.phrases import LONGEST_TAG, MANY_TAGS, Words
from console.intake.place_words import BEGINNINGS, ENDINGS, LOCATIVES, NO_TOWNS, OUTCOMES
from console.intake.places import ordinary_words

CAPITAL = 1
"""It is capitalised."""
BEGINS = 2
"""A name of the gazetteer may begin with it, in this case."""
NUMBER = 4
"""It is no word of letters alone."""
ENDS = 8
"""A name may end with it: `Street`."""
LEADS = 16
"""A name may follow it and belong to it: `Lake`."""
LOCATES = 32
"""A name after it may be a place's: `near`."""
TAGGED = 64
"""It stands in a hashtag."""
SHOUTED = 128
"""It has several letters and all are capitals."""
TELLS = 256
"""It tells what became of the place before it: `blocked`."""
CODE = 512
"""It is a state's two letters, which stand after a town and are a name of their own."""
TOWN = 1024
"""It is a town's name and hardly a word besides: `pickering`."""
CASES = "".join(["U" if sign & SHOUTED else "T" if sign & CAPITAL else "l" for sign in range(2048)])
"""The case of a word by its signs: lower, title, or upper."""
_OF_NAMES = {
    key: (key in ENDINGS) * ENDS
    | (key in BEGINNINGS) * LEADS
    | (key in LOCATIVES) * LOCATES
    | (key in OUTCOMES) * TELLS
    for key in (*ENDINGS, *BEGINNINGS, *LOCATIVES, *OUTCOMES)
}
"""Signs of the words that stand in names or before them."""
MAX_WORDS = 50_000
"""Words that are remembered; then all are forgotten, and the common ones soon known again."""
LONGEST_WORD = 40
"""Letters of a word that is remembered; a longer one is no word of any language, and comes once."""


class Signs:
    """The signs of words, by a gazetteer."""

    __slots__ = ("_gazetteer", "_known", "_ordinary", "_tags")

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._known: dict[str, int] = {}
        self._ordinary = NO_TOWNS | ordinary_words()
        self._tags: dict[str, tuple[str, str]] = {}

    def of(self, words: Words) -> list[int]:
        """The signs of each word of a post."""
        pieces, known = words.pieces, self._known
        signs = list(map(known.get, pieces))
        at = -1
        for _ in range(signs.count(None)):
            at = signs.index(None, at + 1)
            piece = pieces[at]
            sign = signs[at] = self._signs(piece, words.keys[at])
            if len(piece) <= LONGEST_WORD:
                if len(known) > MAX_WORDS:
                    known.clear()
                known[piece] = sign
        for first, after in words.hashtags:
            for at in range(first, after):
                signs[at] |= TAGGED  # type: ignore[operator]  # none is None any more
        return signs  # type: ignore[return-value]

    def of_tag(self, spaced: str) -> tuple[str, str]:
        """The name that a hashtag is, as `Gazetteer.in_tag` tells it; an event has few."""
        told = self._tags.get(spaced)
        if told is None:
            told = self._gazetteer.in_tag(spaced)
            if len(self._tags) >= MANY_TAGS:
                self._tags.clear()
            if len(spaced) <= LONGEST_TAG:
                self._tags[spaced] = told
        return told

    def _signs(self, piece: str, key: str) -> int:
        sign = _OF_NAMES.get(key, 0)
        capital = piece[0].isupper()
        if capital:
            sign |= CAPITAL | SHOUTED if piece.isupper() and len(piece) > 1 else CAPITAL
        if self._gazetteer.may_begin(key, capital=capital):
            sign |= BEGINS
        label = self._gazetteer.classes.get(key, "")
        if label[:1] == "s" and sign & SHOUTED and len(key) == 2:
            sign |= CODE
        if label[-2:] == ".0" and label[0] in "3456" and len(key) > 3 and key not in self._ordinary:
            sign |= TOWN
        return sign if key.isalpha() else sign | NUMBER
