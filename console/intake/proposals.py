"""Names that no list has: which spellings are one name, who says it, and which are worth adding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from console.intake.clean import clean_line
from console.intake.phrases import Words, fold
from console.intake.place_list import MAX_NAME
from console.intake.places import STREET_WORDS
from console.model import FoundPlace, Unlisted

LEAST_VOICES = 3
"""Independent voices within `SPAN` that a name takes to be proposed: as many as open an incident."""
SPAN = timedelta(days=1)
MOST_OF_ONE = 10
"""Names that one mention counts for; a list of all streets is about none of them."""
MOST_COUNTED = 200
"""The newest mentions of a name that are counted."""

_WITHIN_A_TOWN = """
alley apartments avenue bayou beach boulevard bridge brook burn cemetery church circle close college
court creek crescent crossing dam drive estate exit expressway fields freeway garden gardens green grove
harbor harbour heights high highway hospital interstate junction lake lane levee library loop mall market
mill mosque overpass park parkway pier place plaza pond port quay reservoir ridge river road roundabout
route row school square stadium station street subdivision temple terrace tower trail underpass university
valley village walk way wharf woods
"""
_FEATURES = frozenset(_WITHIN_A_TOWN.split())
"""Words, spelled out, that name something in or around a town."""
_ROADS = frozenset(("i", "us", "sh", "fm", "cr", "sr", "route", "highway", "interstate", "exit", "lake"))
"""Words that name such a thing where they come first: `I-10`, `Highway 6`, `Lake Hodges`."""
_FULL = {word: max(group, key=len) for group in STREET_WORDS for word in sorted(group)} | {"st": "street"}
_ENDINGS = sorted(
    (word for word, full in _FULL.items() if full in _FEATURES), key=lambda word: (-len(word), word)
)
"""Street words that a hashtag in small letters may end in (`#beechnutst`), the longest first."""
_JOINTS = ("and", "at", "x")
"""Words between the two roads of a crossing."""
_LEAST_STEM = 3
"""Letters before the street word of such a hashtag."""


@dataclass(frozen=True, slots=True)
class Said:
    """One mention that names a place which no list has."""

    name: str
    """As it was written there, made ready to be shown."""
    mention: int
    voice: str
    """Who said it; empty for what only repeats another mention."""
    at: datetime
    seen_at: datetime
    near: bool
    """Filed at a place of the desk's list, so that the name is heard from the desk's own area."""


@lru_cache(2048)
def spelled(name: str) -> str:
    """A name as it is shown and listed: a hashtag parted at its capitals, a house number left out."""
    name = clean_line(name, MAX_NAME).strip(" .,;:!?")
    if name.startswith("#"):
        name = " ".join(Words(name).pieces)
    number, _, rest = name.partition(" ")
    if number.isdigit() and " " in rest and _full(fold(rest)[-1:]) & _FEATURES:
        return rest.strip()
    return name


@lru_cache(2048)
def name_key(name: str, *, tag: bool = False) -> str:
    """What all spellings of one name have in common; empty for what is no name.

    Capitals, accents, possessives, blanks and abbreviated street words make no difference, nor which road of
    a crossing comes first. `tag` says that it was written together in a hashtag.
    """
    words = fold(spelled(name).replace("&", " and ").replace("/", " and "))
    if words[:1] == ["the"]:
        del words[0]
    if len(words) == 1 and tag:
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
        name = spelled(one.name)
        key = name_key(name, tag=one.text.startswith("#"))
        if key:
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
    voices = {one.voice for one in said if one.voice and last - one.at <= SPAN}
    spellings = Counter(one.name for one in reversed(said))
    # Written out and with capitals is how a list has it; of what is written alike the commonest.
    name = max(spellings, key=lambda one: (" " in one, one not in (one.lower(), one.upper()), spellings[one]))
    example = min(said, key=lambda one: (not one.voice, one.mention))
    return Unlisted(
        key,
        name,
        len(said),
        len(voices),
        sum(one.near for one in said),
        min(one.seen_at for one in said),
        max(one.seen_at for one in said),
        example.mention,
    )


def ranked(names: Iterable[Unlisted]) -> tuple[Unlisted, ...]:
    """Those worth proposing: what is near and street-level first, then what more people name."""

    def order(one: Unlisted) -> tuple[int, int, int, str]:
        here = street_level(one.name) + (one.near > 0)
        return -here, -one.voices, -one.mentions, one.key

    worth = (one for one in names if one.state == "open" and one.voices >= LEAST_VOICES)
    return tuple(sorted(worth, key=order))


def _full(words: Iterable[str]) -> set[str]:
    return {_FULL.get(word, word) for word in words}


def _parted(tag: str) -> str:
    """A name written together, its street word spelled out."""
    for ending in _ENDINGS:
        if tag.endswith(ending) and len(tag) >= len(ending) + _LEAST_STEM:
            return tag.removesuffix(ending) + _FULL[ending]
    return tag
