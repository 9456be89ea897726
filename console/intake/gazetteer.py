"""Names of places of the world, with what bears them; to recognise places by, not to file under.

The names are GeoNames' (geonames.org, CC BY 4.0): countries, first-level divisions, cities of 5,000 people
and more, and some regions by hand. `tests/training/gazetteer.py` makes the file.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from console.intake.place_words import STOPS


class Gazetteer:
    """What each name, folded and with single spaces, is the name of; and where a name may begin."""

    __slots__ = ("_glued", "begins", "begins_small", "classes", "longest")

    def __init__(self, text: str) -> None:
        self.classes: dict[str, str] = {}
        """Name -> class, as the file's head explains them."""
        self.longest: dict[str, int] = {}
        """First two words of a name -> words of the longest that begins with them."""
        self._glued: dict[str, str] | None = None
        self.begins: set[str] = set()
        """Words at which a name may begin, those of countries and states also with an `s`."""
        self.begins_small: set[str] = set()
        """The same for a word in small letters: of places so well known that people write them so."""
        for line in text.splitlines():
            if line[:1] != "#":
                label, _, joined = line.partition(":")
                self._take(label, joined.split("|"))
        self.begins_small -= STOPS

    def _take(self, label: str, names: list[str]) -> None:
        """Take the names of one class."""
        classes = self.classes
        for name in names:
            classes[name] = label
        firsts = self._begin(names) if label[-1] == "+" else names
        self.begins.update(firsts)
        if label[0] in "acr":
            self.begins.update([f"{name}s" for name in names])
        if not _KNOWN.isdisjoint(label) and label[-1] in "+0":
            self.begins_small.update(firsts)

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
    return Gazetteer(files("console.intake").joinpath("gazetteer.txt").read_text("utf-8"))
