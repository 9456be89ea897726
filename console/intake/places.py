"""Places: which names of the desk's list a text holds, where, and under which one it is filed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from pathlib import Path

from console.intake.phrases import Phrases, Words, fold, needs_reading, readable
from console.judgement import FoundPlace, Place

STREET_WORDS = (
    {"street", "st", "str"},
    {"road", "rd"},
    {"avenue", "ave", "av"},
    {"boulevard", "blvd"},
    {"drive", "dr"},
    {"lane", "ln"},
    {"highway", "hwy"},
    {"parkway", "pkwy"},
    {"expressway", "expy"},
    {"freeway", "fwy"},
    {"court", "ct"},
    {"place", "pl"},
    {"square", "sq"},
    {"terrace", "ter"},
    {"crescent", "cres"},
    {"route", "rte"},
    {"bridge", "br"},
    {"saint", "st"},
    {"mount", "mt"},
    {"fort", "ft"},
    {"heights", "hts"},
    {"junction", "jct"},
)
"""Words of names and their usual abbreviations; either is found where the list has the other."""

_VARIANTS: dict[str, tuple[str, ...]] = {}
for _group in STREET_WORDS:
    for _word in sorted(_group):
        _VARIANTS[_word] = tuple(sorted({*_VARIANTS.get(_word, ()), *_group}))

_NEIGHBOURS = frozenset(_VARIANTS) - {"saint", "mount", "fort"} | {
    "park",
    "station",
    "school",
    "church",
    "hospital",
    "bridge",
    "river",
    "lake",
    "beach",
    "hill",
    "village",
    "town",
    "city",
    "county",
    "airport",
    "harbour",
    "harbor",
    "stadium",
    "library",
    "market",
    "valley",
    "creek",
    "bay",
    "district",
    "area",
    "neighbourhood",
    "neighborhood",
}
"""Words that make a street or a district of the word before them."""
_LEADING = frozenset(
    (
        "in",
        "at",
        "near",
        "from",
        "to",
        "of",
        "on",
        "around",
        "outside",
        "towards",
        "toward",
        "by",
        "across",
        "over",
        "through",
    )
)
_MAX_VARIANTS = 12


@lru_cache(1)
def ordinary_words() -> frozenset[str]:
    """Names of places that are first of all words, feelings or people's names."""
    lines = Path(__file__).with_name("ordinary_words.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


class PlaceIndex:
    """The desk's places, ready to be found in tens of microseconds, however many they are."""

    __slots__ = ("_above", "_names", "_phrases", "places")

    def __init__(self, places: Iterable[Place] = ()) -> None:
        self.places = tuple(places)
        self._phrases: Phrases[str] = Phrases()
        self._names: dict[str, Place] = {}
        self._above: dict[str, tuple[str, ...]] = {}
        for place in self.places:
            self._names.setdefault(place.name.casefold(), place)
        # Names go in before aliases: an alias never takes a name away from the place that bears it.
        for place in self.places:
            self._add(place.name, place.name)
        for place in self.places:
            for alias in place.aliases:
                self._add(alias, place.name)

    def __len__(self) -> int:
        return len(self.places)

    def find(self, text: str) -> tuple[FoundPlace, ...]:
        """Find the places that a text names, longest match first; offsets are into the text as given."""
        if not needs_reading(text):
            return self.find_in(Words(text))
        shown, starts, ends = readable(text)
        return tuple(
            FoundPlace(
                text[starts[one.start] : ends[one.end - 1]], starts[one.start], ends[one.end - 1], one.name
            )
            for one in self.find_in(Words(shown))
        )

    def find_in(self, words: Words) -> tuple[FoundPlace, ...]:
        """Find places in a text that was read already."""
        return located(words, self.matches(words))

    def matches(self, words: Words) -> list[tuple[int, int, str]]:
        """Find places by their words: first word, word after the last, name."""
        matches = self._phrases.find(words)
        if not matches:
            return []
        keys, ordinary = words.keys, ordinary_words()
        return [
            match
            for match in matches
            if match[1] - match[0] > 1 or keys[match[0]] not in ordinary or _meant(words, match[0])
        ]

    def known(self, name: str) -> str | None:
        """The listed spelling of a name, or None."""
        place = self._names.get(name.casefold())
        return place.name if place is not None else None

    def area_of(self, name: str) -> str:
        """The area that a place lies in, as the list writes it; empty for none."""
        place = self._names.get(name.casefold())
        return place.area if place is not None else ""

    def within(self, name: str) -> tuple[str, ...]:
        """The areas above a place, nearest first."""
        above = self._above.get(name)
        if above is None:
            above = self._above[name] = tuple(self._climb(name))
        return above

    def choose(self, found: Sequence[FoundPlace]) -> str:
        """The place to file a text under: the one named that lies deepest, of equals the first."""
        if not found:
            return ""
        if len(found) == 1:
            return found[0].name
        return max(found, key=lambda one: len(self.within(one.name))).name

    def _climb(self, name: str) -> Iterator[str]:
        passed = {name.casefold()}
        area = self.area_of(name)
        while area and area.casefold() not in passed:
            passed.add(area.casefold())
            yield self.known(area) or area
            area = self.area_of(area)

    def _add(self, spelling: str, name: str) -> None:
        for keys in _spellings(spelling):
            self._phrases.add(keys, name)


def located(words: Words, matches: Sequence[tuple[int, int, str]]) -> tuple[FoundPlace, ...]:
    """Say where in the text the places stand whose words are given."""
    if not matches:
        return ()
    text, found = words.text, []
    for first, after, name in matches:
        start, end = words.span(first, after)
        found.append(FoundPlace(text[start:end], start, end, name))
    return tuple(found)


def _spellings(name: str) -> Iterator[tuple[str, ...]]:
    """The ways in which people write a name: abbreviated, with its possessive `s`, parted at capitals."""
    seen: set[tuple[str, ...]] = set()
    for written in (
        name,
        name.replace("'s", "s").replace("\u2019s", "s"),
        f"#{name}" if name.isalpha() else name,
    ):
        words = fold(written)
        choices = [_VARIANTS.get(word, (word,)) for word in words]
        for count, chosen in enumerate(product(*choices)):
            if count == _MAX_VARIANTS:
                break
            if chosen not in seen:
                seen.add(chosen)
                yield chosen
        if tuple(words) not in seen:
            seen.add(tuple(words))
            yield tuple(words)


def _meant(words: Words, at: int) -> bool:
    """Tell whether an ordinary word is meant as a place: `in Hope`, `hope street`, not `Hope so`."""
    keys, pieces, gaps = words.keys, words.pieces, words.gaps
    if at + 1 < len(keys) and keys[at + 1] in _NEIGHBOURS and gaps[at + 1].isspace():
        return True
    before = gaps[at]
    if at == 0 or not pieces[at].istitle() or not before.isspace() or "\n" in before:
        return False
    return pieces[at - 1].islower() or keys[at - 1] in _LEADING
