"""A post as it is read: clean text, its words, and the places that it names, listed and recognised."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from msgspec import Struct

from console.intake.candidate import Candidate
from console.intake.clean import clean
from console.intake.phrases import Words, readable
from console.intake.places import PlaceIndex, located
from console.intake.recogniser import Recogniser
from console.judgement import FoundPlace

MANY_PLACES = 40
"""Places told of one text; a list of all streets is about none of them."""


class Read(Struct, frozen=True, gc=False):
    """A post as read."""

    text: str
    words: Words
    found: tuple[FoundPlace, ...]
    """The places told, by their offsets in the text as given."""
    found_clean: tuple[FoundPlace, ...]
    """Every place named, by its offsets in the clean text."""
    named: list[tuple[int, int, str]]
    """The listed places by the words that name them."""
    listed: tuple[FoundPlace, ...]
    """All that the desk's list has, told or not; only these say where a mention is filed."""


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


def place_of(seen: Read, hints: Iterable[str], places: PlaceIndex) -> str:
    """The place to file a post under: of those listed that it names, else of those in its source's hints."""
    if seen.listed:
        return places.choose(seen.listed)
    return next((places.choose(found) for hint in hints if (found := places.find(hint))), "")


def _read(
    given: str,
    text: str,
    words: Words,
    named: list[tuple[int, int, str]],
    candidates: list[Candidate],
    places: PlaceIndex,
) -> Read:
    listed = located(words, named)
    recognised = _recognised(words, candidates) if candidates else []
    found = told = _in_order(listed, recognised) if recognised else listed
    if text != given:
        listed = places.find(given)
        recognised = _found_again(given, text, recognised) if recognised else []
        told = _in_order(listed, recognised)
    if len(told) > MANY_PLACES:  # What is only recognised makes room first.
        told = _in_order(listed[:MANY_PLACES], recognised[: max(0, MANY_PLACES - len(listed))])
    return Read(text, words, told, found, named, listed)


def _in_order(listed: tuple[FoundPlace, ...], recognised: list[FoundPlace]) -> tuple[FoundPlace, ...]:
    return tuple(sorted((*listed, *recognised), key=lambda one: one.start))


def _recognised(words: Words, found: Iterable[Candidate]) -> list[FoundPlace]:
    """Recognised places under the spelling in which they are written."""
    made = []
    for one in found:
        start, end = one.span(words)
        text = words.text[start:end]
        made.append(FoundPlace(text, start, end, " ".join(text.split()), listed=False))
    return made


def _found_again(given: str, text: str, recognised: Iterable[FoundPlace]) -> list[FoundPlace]:
    """The same places in the text as given: each stands where its name is read as often before as here.

    One that cleaning altered for its reader too is left out.
    """
    shown, starts, ends = readable(given)
    cleaned, at, _ = readable(text)
    shown = shown.replace("\t", " ")
    made = []
    reached: dict[str, tuple[int, int]] = {}
    for one in recognised:
        first = bisect_left(at, one.start)
        name = cleaned[first : bisect_left(at, one.end)]
        here, there = reached.get(name, (-1, -1))
        while name and here < first and there < len(shown):
            here = cleaned.find(name, here + 1)
            there = shown.find(name, there + 1) % (len(shown) + 1)  # Its length where there is none.
        reached[name] = here, there
        if 0 <= there < len(shown):
            start, end = starts[there], ends[there + len(name) - 1]
            made.append(FoundPlace(given[start:end], start, end, one.name, listed=False))
    return made
