"""Names of places of the world, with what bears them; to recognise places by, not to file under.

The names are GeoNames' (geonames.org, CC BY 4.0): countries, first-level divisions, cities of 5,000 people
and more, and some regions by hand. `tests/training/gazetteer.py` makes the file.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from console.intake.place_words import STOPS


class Gazetteer:
    """What each name, folded and with single spaces, is the name of; and where a name may begin."""

    __slots__ = ("_begins", "_glued", "_small", "classes", "longest")

    def __init__(self, text: str) -> None:
        self.classes: dict[str, str] = {}
        """Name -> class, as the file's head explains them."""
        self.longest: dict[str, int] = {}
        """First two words of a name -> words of the longest that begins with them."""
        self._glued: dict[str, str] | None = None
        self._begins: set[str] = set()
        """First words of names of several, and names of countries and states with an `s`."""
        self._small: set[str] = set()
        """First words of places so well known that people write them in small letters."""
        for line in text.splitlines():
            if line[:1] != "#":
                label, _, joined = line.partition(":")
                self._take(label, joined.split("|"))
        self._small -= STOPS

    def may_begin(self, word: str, *, capital: bool) -> bool:
        """Tell whether a name may begin with a word, in this case."""
        return word in self._begins or word in self.classes if capital else word in self._small

    def _take(self, label: str, names: list[str]) -> None:
        """Take the names of one class."""
        classes = self.classes
        for name in names:
            classes[name] = label
        firsts = names
        if label[-1] == "+":
            firsts = self._begin(names)
            self._begins.update(firsts)
        if label[0] in "acr":
            self._begins.update([f"{name}s" for name in names])
        if not _KNOWN.isdisjoint(label) and label[-1] in "+0":
            self._small.update(firsts)

    def glued(self, tag: str) -> str:
        """The name of several words that a tag holds without its spaces (`fortmcmurray`); empty for none."""
        if self._glued is None:
            self._glued = {
                name.replace(" ", ""): name
                for name, label in self.classes.items()
                if label[-1] == "+" and len(name) > SHORTEST
            }
        return self._glued.get(tag, "")

    def _begin(self, names: list[str]) -> list[str]:
        """Note how names of several words begin, and give their first words."""
        longest = self.longest
        for name in names:
            if name.count(" ") == 1:
                longest.setdefault(name, 2)
            else:
                first, second, *more = name.split(" ")
                pair = f"{first} {second}"
                longest[pair] = max(longest.get(pair, 0), 2 + len(more))
        return [name.partition(" ")[0] for name in names]


_KNOWN = frozenset("car56")
"""Classes of what is known far away: countries, divisions, regions, and cities of 100,000 people."""
SHORTEST = 6
"""Characters of a name of several words, over which it is found in a tag: shorter ones are parts of words."""


@lru_cache(1)
def gazetteer() -> Gazetteer:
    """The one that comes with the program, read once."""
    return Gazetteer(Path(__file__).with_name("gazetteer.txt").read_text("utf-8"))
