"""Names of places of the world, with what bears them; to recognise places by, not to file under.

The names are GeoNames' (geonames.org, CC BY 4.0): countries, first-level divisions, cities of 5,000 people
and more, and some regions by hand. `tests/training/gazetteer.py` makes the file.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from console.intake.place_words import STOPS


class Gazetteer:
    """What each name, folded and with single spaces, is the name of; and where a name may begin.

    Names are read a section at a time, by the first two letters of their first word, when somebody asks about
    a word that begins so: to read all takes longer than everything else that a judge needs at its start.
    """

    __slots__ = ("_begins", "_glued", "_sections", "_small", "classes", "longest")

    def __init__(self, data: bytes) -> None:
        self.classes: dict[str, str] = {}
        """Name -> class, as the file's head explains them; of the sections that were read."""
        self.longest: dict[str, int] = {}
        """First two words of a name -> words of the longest that begins with them; likewise."""
        self._glued: dict[str, str] = {}
        self._begins: set[str] = set()
        """First words of names of several, and names of countries and states with an `s`."""
        self._small: set[str] = set()
        """First words of places so well known that people write them in small letters."""
        self._sections: dict[str, bytes] = {}
        """What was not read yet."""
        for section in data.split(b"\n" + SECTION.encode())[1:]:
            beginning, _, lines = section.partition(b"\n")
            self._sections[beginning.decode()] = lines

    def may_begin(self, word: str, *, capital: bool) -> bool:
        """Tell whether a name may begin with a word, in this case."""
        if word[:2] in self._sections:
            self._read(word)
        return word in self._begins or word in self.classes if capital else word in self._small

    def label(self, name: str) -> str:
        """The class of any name; empty for none that is known."""
        self._read(name)
        return self.classes.get(name, "")

    def glued(self, tag: str) -> str:
        """The name of several words that a tag holds without its spaces (`fortmcmurray`); empty for none."""
        self._read(tag)
        self._read(tag[:1])
        return self._glued.get(tag, "")

    def in_tag(self, spaced: str) -> tuple[str, str]:
        """The name that a hashtag is, given with its words apart, and `Hw`, or `Hs` where an `s` was added.

        The name is empty where it is none.
        """
        tag = spaced.replace(" ", "")
        if tag != spaced and spaced in self.classes:
            return spaced, "Hw"
        known = tag if self.label(tag) else self.glued(tag)
        if known or tag[-1:] != "s":
            return known, "Hw"
        return tag[:-1] if tag[:-1] in self.classes else self.glued(tag[:-1]), "Hs"

    def _read(self, name: str) -> None:
        """Read the names that begin as this one does."""
        lines = self._sections.pop(section_of(name), None)
        if lines is not None:
            for line in lines.decode().splitlines():
                label, _, joined = line.partition(":")
                self._take(label, joined.split("|"))

    def _take(self, label: str, names: list[str]) -> None:
        """Take names of one class."""
        self.classes.update(dict.fromkeys(names, label))
        firsts = names
        if label[-1] == "+":
            firsts = [name.partition(" ")[0] for name in names]
            self._begins.update(firsts)
            self._take_several(names)
        if label[0] in "acr":
            self._begins.update([f"{name}s" for name in names])
        if not _KNOWN.isdisjoint(label) and label[-1] in "+0":
            self._small.update([first for first in firsts if first not in STOPS])

    def _take_several(self, names: list[str]) -> None:
        """Note how names of several words begin, and how they are written together."""
        longest = self.longest
        for name in names:
            first, second, *more = name.split(" ")
            pair = f"{first} {second}"
            longest[pair] = max(longest.get(pair, 0), 2 + len(more))
            if len(name) > SHORTEST:
                self._glued[name.replace(" ", "")] = name


def section_of(name: str) -> str:
    """The section that a name stands in: the first two letters of its first word."""
    return name[:2].rstrip()


SECTION = "="
"""Begins the line with a section's letters."""
_KNOWN = frozenset("car56")
"""Classes of what is known far away: countries, divisions, regions, and cities of 100,000 people."""
SHORTEST = 6
"""Characters of a name of several words, over which it is found in a tag: shorter ones are parts of words."""


@lru_cache(1)
def gazetteer() -> Gazetteer:
    """The one that comes with the program, read once."""
    return Gazetteer(Path(__file__).with_name("gazetteer.txt").read_bytes())
