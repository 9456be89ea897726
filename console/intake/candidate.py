"""Words of a post that may name a place, and the post as those look at it who seek them."""

from __future__ import annotations

from msgspec import Struct

from console.intake.phrases import Words
from console.intake.place_words import SHORT_FORMS
from console.intake.signs import BEGINS, CAPITAL, ENDS, LEADS, NUMBER, TAGGED, TELLS

POSSESSIVES = ("'s", "\u2019s", "'S", "\u2019S")
OWNED = "'"
"""Ends the form of a name that keeps its possessive: `St Fintan's`."""
_BETWEEN = (" ", "-", "  ")
"""What stands between the words of one name."""
_FEW = 3
"""Capitalised words under which a post is by someone who writes names small."""
_RARE = NUMBER | ENDS | LEADS | TELLS
_OF_NAMES = CAPITAL | BEGINS | _RARE


class Candidate(Struct, frozen=True, order=True, gc=False):
    """Words that may name a place."""

    first: int
    after: int
    """The word after its last."""
    name: str
    """Folded, under which the same name is counted whatever its spelling."""
    form: str
    """How it was found, with its case: the first letter is the group of weights that it is weighed by."""
    label: str = ""
    """Class in the gazetteer; empty for a name that it does not have."""
    cut: tuple[int, int] = (0, 0)
    """Letters of its first and its last word that are not of the name."""

    def span(self, words: Words) -> tuple[int, int]:
        """Where it stands in the text, without the ending of a possessive, with the point of `U.S.`."""
        start, end = words.span(self.first, self.after)
        start, end = start + self.cut[0], end - self.cut[1]
        text, last = words.text, words.pieces[self.after - 1]
        if last[-2:] in POSSESSIVES and self.form[-1] != OWNED:
            return start, end - 2
        if text.startswith("(M)", end):
            return start, end + 3
        if len(last) == 1 and text[end - 2 : end - 1] == "." and text[end : end + 1] == ".":
            return start, end + 1
        return start, end


class Text:
    """A post's words with their signs, and where those stand that matter."""

    __slots__ = (
        "begins",
        "capitals",
        "ends",
        "gaps",
        "keys",
        "leads",
        "numbers",
        "pieces",
        "signs",
        "small",
        "tells",
    )

    def __init__(self, words: Words, signs: list[int]) -> None:
        self.keys = words.keys
        self.pieces = words.pieces
        self.gaps = words.gaps
        self.signs = signs
        self.capitals: list[int] = []
        """Capitalised words; as in all these lists, only those outside hashtags."""
        self.begins: list[int] = []
        """Words that a name of the gazetteer may begin with."""
        self.numbers: list[int] = []
        self.ends: list[int] = []
        self.leads: list[int] = []
        self.tells: list[int] = []
        for at, sign in enumerate(signs):
            if not sign & _OF_NAMES or sign & TAGGED:
                continue
            if sign & CAPITAL:
                self.capitals.append(at)
            if sign & BEGINS:
                self.begins.append(at)
            if sign & _RARE:
                if sign & NUMBER:
                    self.numbers.append(at)
                if sign & ENDS:
                    self.ends.append(at)
                if sign & LEADS:
                    self.leads.append(at)
                if sign & TELLS:
                    self.tells.append(at)

        self.small = len(self.capitals) < _FEW
        """Whether its names may be in small letters."""

    def gap(self, at: int) -> str:
        """What stands between a word and the next."""
        return self.gaps[at + 1]

    def plain(self, at: int) -> bool:
        """Whether a word and the next may be of one name."""
        gap = self.gaps[at + 1]
        if gap == ". ":
            return len(self.keys[at]) == 1 or self.keys[at] in SHORT_FORMS
        return gap in _BETWEEN
