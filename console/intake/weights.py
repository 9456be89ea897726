"""Learned words: what each says for the seven humanitarian classes, looked up once a word.

`weights.json` names its data, their licence and who made them; `python -m tests.training urgency` writes it.
A word has a weight for each class, in tenths of a point, or else the first four letters of it have. A post's
words share: each counts its weight divided by the square root of how many are known, so that a long post says
no more than a short one. A request for help is what speaks more for `requests_or_urgent_needs` than for the
strongest of the other classes, so the same sums give the class and the words' part of the urgency.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import add, sub
from pathlib import Path

from msgspec import Struct

from console.judgement import HUMANITARIAN_WORDS

REQUEST = "requests_or_urgent_needs"
CLASSES = tuple(HUMANITARIAN_WORDS)
"""A request comes first."""
CALL = "calls_for_help"
"""Somebody in danger now, whoever tells of it. It is no class of its own, but a request that is told by other
words than an appeal for goods is."""
COLUMNS = (*CLASSES, CALL)
"""In the order of a row."""
_CALLING = len(CLASSES)
BEGINNING = 4
"""Letters of a word that stand for its kin: `flooded` and `floods` are `floo`."""
QUOTED = 3
"""Words that a reason quotes."""
SURE = 5.0
"""Points that the likeliest class must have, or the words do not tell: 2% of held-out posts of disasters,
and 60% of snippets of product reviews and editorials, have less."""

TENTH = 0.1
"""The fineness of points, and the unit of a weight."""
Row = tuple[int, ...]
"""A weight for each of `COLUMNS`, in tenths of a point."""


class Lean(Struct, frozen=True, gc=False):
    """What the words of one post lean to: a request, or its strongest rival. Points, to a tenth.

    Where neither rules nor words speak for a request, `lowers` is what all words come to, and names one.
    """

    humanitarian: str = ""
    """The likeliest class; empty where the words do not tell."""
    asks: str = REQUEST
    """What they speak more for, `REQUEST` or `CALL`."""
    rival: str = ""
    raises: float = 0.0
    lowers: float = 0.0
    raising: Sequence[str] = ()
    """The words that raise most, the strongest first."""
    lowering: Sequence[str] = ()


NOTHING = Lean()


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """The learned weights, ready to be looked into."""

    words: Mapping[str, Row]
    """A word's whole row: its own weights and those of its beginning; an empty row where it says nothing."""
    beginnings: Mapping[str, Row]
    usual: tuple[float, ...]
    """Points that each class has before a word is read: more the commoner it is."""
    about: Mapping[str, str]
    """Whence the weights come: data, licence, attribution, script."""

    def row(self, word: str) -> Row:
        """The weights that a word counts with; an empty row for one that says nothing."""
        row = self.words.get(word)
        return self.beginnings.get(word[:BEGINNING], ()) if row is None else row

    def lean(self, words: Iterable[str], by_rules: float = 0.0) -> Lean:
        """What folded words speak for together, each once; `by_rules` are the points that rules gave."""
        known, beginnings = self.words.get, self.beginnings.get
        told = {  # In the order of the words, which decides between equal ones.
            word: row
            for word in words
            if (row := known(word)) or (row is None and (row := beginnings(word[:BEGINNING])))
        }
        if not told:
            return NOTHING
        share = TENTH * len(told) ** -0.5
        columns = list(zip(*told.values()))  # noqa: B905  # each row has a weight for each class
        totals = list(map(sum, columns))
        asking = _CALLING if totals[_CALLING] > totals[0] else 0
        rivalry = max(totals[1:_CALLING])
        rival = totals.index(rivalry, 1)
        scores = list(map(add, map(share.__mul__, totals), self.usual))
        scores[0] += by_rules + share * (totals[asking] - totals[0])
        likeliest = max(scores)
        humanitarian = CLASSES[scores.index(likeliest)] if likeliest >= SURE else ""
        differences = list(map(sub, columns[asking], columns[rival]))
        more = totals[asking] - rivalry
        if more <= 0 and by_rules <= 0:
            # Nearly all posts are of this kind, and nobody asks what spoke for the opposite.
            against = list(told)[differences.index(min(differences))]
            return Lean(
                humanitarian, COLUMNS[asking], CLASSES[rival], 0.0, round(more * share, 1), (), (against,)
            )
        gains = dict(zip(told, differences, strict=True))
        raises = sum([gain for gain in gains.values() if gain > 0])
        order = sorted(gains, key=gains.__getitem__)
        return Lean(
            humanitarian,
            COLUMNS[asking],
            CLASSES[rival],
            round(raises * share, 1),
            round((more - raises) * share, 1),
            [word for word in order[: -QUOTED - 1 : -1] if gains[word] > 0],
            [word for word in order[:QUOTED] if gains[word] < 0],
        )


def combined(
    own: Mapping[str, Row],
    beginnings: Mapping[str, Row],
    *,
    usual: Row,
    silent: Iterable[str],
    about: Mapping[str, str],
) -> Weights:
    """Put what was learned of words and of beginnings together, so that one lookup a word finds both.

    `silent` are words that say nothing, whatever others of their beginning say.
    """
    words: dict[str, Row] = dict.fromkeys(silent, ())
    for word, row in own.items():
        more = beginnings.get(word[:BEGINNING])
        words[word] = tuple(map(add, row, more)) if more else row
    # Equal numbers are one number: the few hundred that there are stay at hand, thousands would not.
    same: dict[int, int] = {}
    for rows in (words, beginnings := dict(beginnings)):
        for name, row in rows.items():
            rows[name] = tuple(map(same.setdefault, row, row))
    return Weights(words, beginnings, tuple(TENTH * tenths for tenths in usual), about)


@lru_cache(1)
def load_weights() -> Weights:
    """Read the weights that come with the program."""
    table = json.loads(Path(__file__).with_name("weights.json").read_bytes())
    own = {word: tuple(row) for word, row in table["words"].items()}
    beginnings = {word: tuple(row) for word, row in table["beginnings"].items()}
    return combined(own, beginnings, usual=table["usual"], silent=table["silent"], about=table["about"])
