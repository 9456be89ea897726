"""Names that no list has: which spellings are one name, who says it, and which are worth adding."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from console.intake.clean import clean_line
from console.intake.gazetteer import gazetteer
from console.intake.phrases import Words, fold
from console.intake.place_list import MAX_NAME
from console.intake.place_words import DANGERS, ENDINGS
from console.intake.places import STREET_WORDS
from console.model import FoundPlace, Unlisted

LEAST_VOICES = 3
"""Independent voices within `SPAN` that a name takes to be proposed: as many as open an incident."""
SPAN = 86_400.0
"""Seconds."""
NEAR = 0.25
"""Share of a name's mentions, at places of the list, from which it is heard from the desk's own area. Of real
posts about a storm, with the city that it hit on the list, towns near it reached 0.4 to 0.6, and cities and
states further off 0.0 to 0.2."""
MOST_OF_ONE = 10
"""Names that one mention counts for; a list of all streets is about none of them."""
MOST_COUNTED = 100
"""The newest mentions of a name that are counted."""

_FEATURES = frozenset(word for word, kind in ENDINGS.items() if kind != "area" and word != "mount") | {
    *(
        "exit",
        "heights",
        "interstate",
        "junction",
        "levee",
        "route",
        "subdivision",
        "valley",
        "village",
        "woods",
    )
}
"""Words, spelled out, that name something in or around a town."""
_ROADS = frozenset(("i", "us", "sh", "fm", "cr", "sr", "route", "highway", "interstate", "exit", "lake"))
"""Words that name such a thing where they come first: `I-10`, `Highway 6`, `Lake Hodges`."""
_FULL = {word: max(group, key=len) for group in STREET_WORDS for word in sorted(group)} | {"st": "street"}
_STREETS = _FEATURES.intersection(_FULL.values())
_ENDINGS = sorted(
    (word for word, full in _FULL.items() if full in _STREETS), key=lambda word: (-len(word), word)
)
"""Street words that a hashtag in small letters may end in (`#beechnutst`), the longest first."""
_JOINTS = ("and", "at", "x")
"""Words between the two roads of a crossing."""
_TOGETHER = re.compile(r"#?\w+[^\W\d_A-Z][A-Z]\w*")
"""A name written together, its words beginning with capitals: `AlderStreet`."""
_PARTS = str.maketrans(";|", "  ")
_WIDE = frozenset("cars")
"""Classes of the gazetteer that are no place of a desk: countries, divisions, their short forms, regions."""
_LEAST_STEM = 3
"""Letters before the street word of such a hashtag."""


class Said(NamedTuple):
    """One mention that names a place which no list has. A tuple: a storm makes a hundred of them a batch."""

    name: str
    """As it was written there, made ready to be shown."""
    mention: int
    voice: str
    """Who said it; empty for what only repeats another mention."""
    at: float
    """Unix time."""
    seen_at: float
    near: bool
    """Filed at a place of the desk's list, so that the name is heard from the desk's own area."""


def bare(name: str) -> str:
    """A name as it was written, clean, and without what parts two names in a text or in a list."""
    return clean_line(name, MAX_NAME).translate(_PARTS).strip(" .,:!?")


@lru_cache(2048)
def spelled(name: str) -> str:
    """A name as it is shown and listed: a hashtag parted at its capitals, a house number left out."""
    name = bare(name).lstrip("#")
    if _TOGETHER.fullmatch(name) and not name.startswith(("Mc", "Mac", "O'")):
        name = " ".join(Words(f"#{name}").pieces)
    number, _, rest = name.partition(" ")
    if number.isdigit() and " " in rest and _full(fold(rest)[-1:]) & _FEATURES:
        return rest.strip()
    return name


@lru_cache(2048)
def name_key(name: str) -> str:
    """What all spellings of one name have in common; empty for what is no name.

    Capitals, accents, possessives, blanks and abbreviated street words make no difference, nor which road of
    a crossing comes first.
    """
    words = fold(spelled(name).replace("&", " and ").replace("/", " and "))
    if words[:1] == ["the"]:
        del words[0]
    if len(words) == 1 and (name[:1] == "#" or name.islower()):
        return _parted(words[0])
    sides: list[list[str]] = [[]]
    for at, word in enumerate(words):
        if word in _JOINTS and 0 < at < len(words) - 1:
            sides.append([])
        else:
            sides[-1].append("saint" if word == "st" and not sides[-1] else _FULL.get(word, word))
    return "+".join(sorted("".join(side) for side in sides if side))


def street_level(name: str) -> bool:
    """Whether a name says itself that it is a street, a crossing, or something else within a town."""
    words = fold(name.replace("&", " and "))
    crossing = any(joint in words[1:-1] for joint in _JOINTS)
    return crossing or bool(_full(words[-1:]) & _FEATURES) or (len(words) > 1 and words[0] in _ROADS)


def named_in(found: Iterable[FoundPlace]) -> dict[str, str]:
    """The places of a text that no list has: a spelling of each by its key."""
    names: dict[str, str] = {}
    for one in found:
        if one.listed:
            continue
        key, name = name_key(one.name), spelled(one.name)
        if key and not _is_wide(name):
            names.setdefault(key, name)
        if len(names) == MOST_OF_ONE:
            break
    return names


def counted(key: str, said: Iterable[Said]) -> Unlisted | None:
    """What mentions of one name, the newest first, come to; None for none."""
    said = tuple(said)
    if not said:
        return None
    last = max(one.at for one in said)
    voices = {one.voice.casefold() for one in said if one.voice and last - one.at <= SPAN}
    spellings = Counter(one.name for one in reversed(said))
    # Written out and with capitals is how a list has it; of what is written alike the commonest.
    name = max(spellings, key=lambda one: (" " in one, one not in (one.lower(), one.upper()), spellings[one]))
    example = min(said, key=lambda one: (not one.voice, one.mention))
    near = sum(one.near for one in said)
    return Unlisted(
        key,
        name,
        len(said),
        len(voices),
        near,
        worth_adding(name, len(said), len(voices), near),
        datetime.fromtimestamp(min(one.seen_at for one in said), UTC),
        datetime.fromtimestamp(max(one.seen_at for one in said), UTC),
        example.mention,
    )


def worth_adding(name: str, mentions: int, voices: int, near: int) -> bool:
    """Whether enough people name it, and it may be a place of the desk.

    A country or a state is none, and a city of the world is one only where it is heard from the desk's area.
    Nor is what begins with what happened: once listed, such a name would silence the next call.
    """
    if voices < LEAST_VOICES or not DANGERS.isdisjoint(fold(name)[:-2]):
        return False
    classes = _classes(name)
    return not classes or (not classes & _WIDE and _is_near(mentions, near))


def ranked(names: Iterable[Unlisted]) -> tuple[Unlisted, ...]:
    """What is near and street-level first, then what more people name."""

    def order(one: Unlisted) -> tuple[int, int, int, str]:
        here = street_level(one.name) + _is_near(one.mentions, one.near)
        return -here, -one.voices, -one.mentions, one.key

    return tuple(sorted(names, key=order))


def _is_wide(name: str) -> bool:
    return bool(_classes(name) & _WIDE)


@lru_cache(2048)
def _classes(name: str) -> frozenset[str]:
    """What the gazetteer knows of this name; nothing for a road, whatever it is called after."""
    keys = fold(name)
    if _full(keys[-1:]) & _STREETS:
        return frozenset()
    whole = " ".join(keys)
    labels = map(gazetteer().label, (whole, "".join(keys), whole.removesuffix("s")))
    return frozenset(label[0] for label in labels if label)


def _is_near(mentions: int, near: int) -> bool:
    return near > 0 and near >= NEAR * mentions


def _full(words: Iterable[str]) -> set[str]:
    return {_FULL.get(word, word) for word in words}


def _parted(tag: str) -> str:
    """A name written together, its street word spelled out."""
    for ending in _ENDINGS:
        if tag.endswith(ending) and len(tag) >= len(ending) + _LEAST_STEM:
            return tag.removesuffix(ending) + _FULL[ending]
    return tag
