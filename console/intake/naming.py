"""A post as it is read: clean text, its words, and the places that it names, listed and recognised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from console.intake.candidate import Candidate
from console.intake.clean import clean
from console.intake.phrases import Words
from console.intake.places import PlaceIndex, located
from console.intake.recogniser import Recogniser
from console.judgement import FoundPlace

MANY_PLACES = 40
"""Places told of one text; a list of all streets is about none of them."""


@dataclass(frozen=True, slots=True)
class Read:
    """A post as read."""

    text: str
    words: Words
    found: tuple[FoundPlace, ...]
    """Every place named, by its offsets in the text as given."""
    found_clean: tuple[FoundPlace, ...]
    """The same by their offsets in the clean text."""
    named: list[tuple[int, int, str]]
    """The listed places by the words that name them."""

    @property
    def listed(self) -> list[FoundPlace]:
        """The places that the desk's list has; only these say where a mention is filed."""
        return [one for one in self.found if one.listed]


def read(given: str, places: PlaceIndex, recogniser: Recogniser, *, remember: bool = True) -> Read:
    """Read a post. With `remember` its names are known better in the posts after it."""
    return read_all((given,), places, recogniser, remember=remember)[0]


def read_all(
    given: Sequence[str], places: PlaceIndex, recogniser: Recogniser, *, remember: bool = True
) -> list[Read]:
    """Read several posts, each step for all of them: its tables then stay in the processor's cache."""
    texts = [clean(text) for text in given]
    read = [Words(text) for text in texts]
    named = [places.matches(words) for words in read]
    found = [
        recogniser.find(words, names, remember=remember) for words, names in zip(read, named, strict=True)
    ]
    return [_read(*one, places) for one in zip(given, texts, read, named, found, strict=True)]


def _read(
    given: str,
    text: str,
    words: Words,
    named: list[tuple[int, int, str]],
    candidates: list[Candidate],
    places: PlaceIndex,
) -> Read:
    listed = located(words, named)
    recognised = _recognised(words, candidates)
    found = _in_order(listed, recognised)
    if text == given:
        return Read(text, words, found[:MANY_PLACES], found, named)
    as_given = _in_order(places.find(given), _found_again(given, recognised))
    return Read(text, words, as_given[:MANY_PLACES], found, named)


def _in_order(listed: tuple[FoundPlace, ...], recognised: list[FoundPlace]) -> tuple[FoundPlace, ...]:
    if not recognised:
        return listed
    return tuple(sorted((*listed, *recognised), key=lambda one: one.start))


def _recognised(words: Words, found: Iterable[Candidate]) -> list[FoundPlace]:
    """Recognised places under the spelling in which they are written."""
    made = []
    for one in found:
        start, end = one.span(words)
        text = words.text[start:end]
        made.append(FoundPlace(text, start, end, " ".join(text.split()), listed=False))
    return made


def _found_again(given: str, recognised: Iterable[FoundPlace]) -> list[FoundPlace]:
    """The same places in the text as given; one that cleaning altered is left out there."""
    made, free = [], 0
    for one in recognised:
        start = given.find(one.text, free)
        if start >= 0:
            free = start + len(one.text)
            made.append(FoundPlace(one.text, start, free, one.name, listed=False))
    return made
