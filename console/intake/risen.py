"""The terms of a surge: words that are commoner in it than they were before.

Ranked by the log-likelihood ratio of Dunning (1993, "Accurate methods for the statistics of surprise and
coincidence", Computational Linguistics 19), which does not take fright at words that were never heard before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from math import log
from random import Random

from console.surge import Term

MOST = 5
"""Terms told of one surge."""
KEPT = 2_000
"""Texts of the desk's past that are kept to compare with: each word of every tenth text is in 200 of them."""
FEWEST_VOICES = 3
"""Voices that must use a term; two may be neighbours."""
TIMES = 2.0
"""How much commoner it must be than before."""
LONGEST = 24
"""Letters of a term that is shown: longer ones are keys, hashes, or attacks."""
WORDS = 60
"""Words of one text that are kept: what is new stands at the start."""

_STOPPED = """
the and for that this with you your are was were have has had not but from they them their there here what
when where who why how will would can could should just now all any out about into over been being its our his
her she him than then too very more most some only also get got going gonna like one via amp http https www
please los las que del una por para con esta este esto como mas pero sus hay desde les des une dans pour qui
sur est pas plus par avec cette aux mais son ses sont der die das und ist nicht mit ein eine von auf fur den
dem sich auch wie noch nach bei che non sono della dei nel alla questo questa anche uma com nao dos foi
"""
STOPPED = frozenset(_STOPPED.split())
"""Words that say nothing, folded, of the languages most heard: a desk's past may not know them yet."""


class Sample:
    """A fair sample of what was said: each text had the same chance to stay (Vitter 1985, algorithm R).

    The chance never falls below one in ten, so that what is kept is the last weeks, not the first day.
    """

    def __init__(self, *, seed: int = 0) -> None:
        self._texts: list[str] = []
        self._heard = 0
        self._draw = Random(seed).random

    def __len__(self) -> int:
        return len(self._texts)

    def add(self, text: str) -> None:
        """Let a text be drawn."""
        self._heard = min(self._heard + 1, KEPT * 10)
        if len(self._texts) < KEPT:
            self._texts.append(text)
        elif (at := int(self._draw() * self._heard)) < KEPT:
            self._texts[at] = text

    def count(self, without: Collection[str]) -> tuple[Counter[str], int]:
        """How many texts hold each word, and how many texts there are; those of `without` do not count."""
        texts = [text for text in self._texts if text not in without]
        return _holding(texts), len(texts)


def risen(texts: Iterable[str], before: Sample, known: Collection[str]) -> tuple[Term, ...]:
    """The terms that rose, the most telling first.

    Args:
        texts: What each voice of the surge said, its words parted by blanks.
        before: What was said before.
        known: Words that say nothing new of it: those of its place and topic.
    """
    said = list(texts)
    now = _holding(said)
    then, count = before.count(frozenset(said))
    found: list[tuple[float, Term]] = []
    for word, voices in now.items():
        if voices < FEWEST_VOICES or word in known or not _is_term(word):
            continue
        earlier = then[word]
        if voices / len(said) < TIMES * (earlier + 0.5) / (count + 1):
            continue
        found.append((_surprise(voices, len(said), earlier, count), Term(word, voices, earlier, count)))
    found.sort(key=lambda one: (-one[0], one[1].text))
    return tuple(term for _, term in found[:MOST])


def _holding(texts: Iterable[str]) -> Counter[str]:
    held: Counter[str] = Counter()
    for text in texts:
        held.update(set(text.split(" ")))
    return held


def _is_term(word: str) -> bool:
    return 3 <= len(word) <= LONGEST and word.isprintable() and not word.isdigit() and word not in STOPPED


def _surprise(one: int, of_one: int, other: int, of_other: int) -> float:
    """Dunning's ratio for a word in `one` of `of_one` texts against `other` of `of_other`."""
    share = (one + other) / (of_one + of_other)
    pairs = (
        (one, of_one * share),
        (of_one - one, of_one * (1 - share)),
        (other, of_other * share),
        (of_other - other, of_other * (1 - share)),
    )
    return 2.0 * sum(seen * log(seen / expected) for seen, expected in pairs if seen and expected)
