"""Streets, house numbers, roads, waters and buildings: names that tell by their words what they are."""

from __future__ import annotations

from collections.abc import Iterator

from console.intake.candidate import OWNED, POSSESSIVES, Candidate, Text
from console.intake.gazetteer import Gazetteer
from console.intake.place_words import (
    COUNTED,
    DANGERS,
    ENDINGS,
    EXITS,
    GENERIC,
    OWNERS,
    PARTS,
    ROADS,
    SIDES,
    SMALL_ENDINGS,
    STOPS,
    TITLED_STOPS,
    WITHIN_NUMBERS,
)
from console.intake.signs import CAPITAL, CASES, CODE, NUMBER, TAGGED, TOWN

_CODES = "abmnrgcdij"
"""Letters with which numbers of roads and exits begin: A660, M62, N7, D22, J26."""
_MOST_WORDS = 5
_ALSO_WORDS = frozenset(("all", "bank", "ring", "port"))
"""Beginnings that in small letters are words like others."""


def ended(text: Text) -> list[Candidate]:
    """Names that end in a word like `Street` or `Creek`, with their house number."""
    keys = text.keys
    found = []
    for at in text.ends:
        if not at:
            continue
        first = _back(text, at)
        titled = ENDINGS[keys[at]] == "road" and text.signs[first] & CAPITAL  # `First Avenue`
        if first + 1 == at and keys[first] in GENERIC and not titled:
            continue
        if first == at:
            continue
        in_small = not text.signs[first] & (CAPITAL | NUMBER)
        if not in_small or keys[at] in SMALL_ENDINGS:
            found.append(_with_ending(text, first, at))
            if first + 1 < at and not keys[first][0].isdigit():
                found.append(
                    _with_ending(text, first + 1, at)
                )  # `Thanks Mill Street`: its first may be none.
            if in_small and first + 2 < at and keys[at - 1] not in GENERIC:
                found.append(_with_ending(text, at - 1, at))  # `please use mill street`
        elif text.small and text.signs[at - 1] & TOWN:
            found.append(_with_ending(text, at - 1, at))  # `freezing rain to pickering bay`
    return found


def addressed(text: Text) -> Iterator[Candidate]:
    """House numbers with the bare name of a street: `4019 Cloverwood`, `4400 block of Haskins`.

    Where several capitals follow, the name may be all of them or the first alone: the town comes after it.
    """
    keys, signs = text.keys, text.signs
    for at in text.numbers:
        number = keys[at]
        if not 1 < len(number) < 6 or not number.isdigit() or text.gaps[at][-1:] in WITHIN_NUMBERS:
            continue
        first, block = at + 1, ""
        if keys[first : first + 1] in _BLOCKS:
            first, block = first + 1 + (keys[first + 1 : first + 2] == ["of"]), "b"
        if keys[first : first + 1] and keys[first] in SIDES:
            first += 1
        if first >= len(keys) or not all(map(text.plain, range(at, first))):
            continue
        after = capitalised(text, first)
        if after == first or keys[first] in DANGERS or keys[first] in COUNTED:
            continue
        year = "y" if len(number) == 4 and number[:2] in ("19", "20") else ""
        for end in dict.fromkeys((first + 1, after)):
            form = f"A{end - first}{CASES[signs[first]]}{len(number)}{block}{year}"
            yield Candidate(at, end, " ".join(keys[at:end]), form)


_BLOCKS = (["block"], ["blk"])


def capitalised(text: Text, at: int) -> int:
    """The word after those which may be a bare name from here on: capitalised, three at most.

    A state's letters are not of it, nor is the town before them: `14th & Hazel Beaumont TX`.
    """
    after = at
    while after < len(text.keys) and after - at < 3 and text.signs[after] & CAPITAL:
        if text.signs[after] & TAGGED or text.keys[after] in STOPS:
            break
        if after > at and (not text.plain(after - 1) or text.keys[after] in DANGERS):
            break
        if text.signs[after] & CODE:
            break
        after += 1
    if after - at > 1 and after < len(text.keys) and text.signs[after] & CODE:
        return after - 1
    return after


def _back(text: Text, at: int) -> int:
    """Where the name begins that ends at this word."""
    keys, signs, gaps = text.keys, text.signs, text.gaps
    first = at
    while first and at - first < _MOST_WORDS and (gaps[first] == " " or text.plain(first - 1)):
        key, sign = keys[first - 1], signs[first - 1]
        if sign & TAGGED or (key in STOPS and not (key in TITLED_STOPS and text.pieces[first - 1].istitle())):
            break
        if key in DANGERS and first < at:
            break
        if sign & CAPITAL:
            if first < at and not signs[first] & CAPITAL and not keys[first][0].isdigit():
                break
        elif key[0].isdigit():
            return first - 1 if not key.isdigit() else first
        elif at - first > 2 or (first < at and signs[first] & CAPITAL):
            break
        first -= 1
        if (
            first < at - 1
            and keys[first] in ENDINGS
            and ENDINGS[keys[first]] == "road"
            and keys[at] != "bridge"
        ):
            return first + 1  # `Ash Tree Road Ash Tree View` are two.
    return first


def _with_ending(text: Text, first: int, at: int) -> Candidate:
    keys, pieces = text.keys, text.pieces
    kind = ENDINGS[keys[at]]
    case = CASES[text.signs[at if keys[first][0].isdigit() else first]]
    if case != "l" and not text.signs[at] & CAPITAL:
        case = "m"
    begin, after = first, at + 1
    if kind in ("road", "way"):
        before = keys[first - 1] if first else ""
        if before.isdigit() and len(before) < 6 and text.plain(first - 1):
            begin = first - 1
        elif first > 2 and before == "of" and keys[first - 2] == "block" and keys[first - 3].isdigit():
            begin = first - 3
    if after < len(keys):
        if kind == "road" and keys[after] in SIDES and pieces[after].isupper() and text.gap(at) == " ":
            after += 1
        elif keys[after] in PARTS and after + 1 < len(keys) and keys[after + 1].isdigit():
            after += 2
    number = "n" if begin < first else ""
    form = f"{_GROUPS[kind]}{case}{number}{min(at - first, 3)}"
    return Candidate(begin, after, " ".join(keys[begin:after]), form)


_GROUPS = {"road": "Rr", "way": "Ew", "water": "Eq", "house": "Eh", "area": "Ea"}
"""How forms begin, by the kind of ending."""


_SAINTS = ("st", "saint")
"""Beginnings of names that may end in a possessive: `St Fintan's`."""


def begun(text: Text, gazetteer: Gazetteer) -> Iterator[Candidate]:
    """Names that begin with a word like `Lake`; a church's or a school's keeps its possessive."""
    keys, pieces = text.keys, text.pieces
    for at in text.leads:
        if keys[at] in _ALSO_WORDS and pieces[at].islower():
            continue
        after = at + 1
        while after < len(keys) and after - at < 4 and text.signs[after] & CAPITAL and text.plain(after - 1):
            after += 1
        if after > at + 1:
            name = " ".join(keys[at:after])
            owned = keys[at] in _SAINTS and pieces[after - 1].endswith(POSSESSIVES)
            named = OWNED if owned and not _is_town(name, gazetteer) else ""
            yield Candidate(at, after, name, f"L{min(after - at, 3)}{CASES[text.signs[at]]}{named}")


def _is_town(name: str, gazetteer: Gazetteer) -> bool:
    """Tell a town by its name without a possessive: `St. Louis's mayor`; `St John's` is one with it."""
    return not _CITIES.isdisjoint(gazetteer.label(name)) and not gazetteer.label(f"{name}s")


_CITIES = frozenset("3456o")
"""Classes of cities."""


def numbered(text: Text) -> list[Candidate]:
    """Numbered roads, streets and exits: `I-10`, `US 290`, `A660`, `5th`, `exit 53`, `610 loop`."""
    keys = text.keys
    found = []
    for at in text.numbers:
        key = keys[at]
        before = keys[at - 1] if at else ""
        if key.isdigit() and before not in _BEFORE_DIGITS and keys[at + 1 : at + 2] != ["loop"]:
            continue  # So it is with most numbers.
        first, after, form = at, at + 1, ""
        digits = key.rstrip("abcd").isdigit() and len(key) < 5
        if key[0] in _CODES and key[1:].isdigit() and len(key) < 6:
            if _point(text, at):
                continue  # M7.5 is a magnitude.
            form = "Kj" if key[0] == "j" else "Kc"
            if before == "road" and at > 1 and keys[at - 2] in OWNERS:
                first = at - 2
            elif before in ("rd", "co", "cr"):
                first = at - 2 if at > 1 and keys[at - 2] in OWNERS else at - 1
        elif digits and (before in ROADS or before in EXITS) and text.gap(at - 1) in _TIES:
            first, form = at - 1, "Kx" if before in EXITS else "Kh"
            if at > 1 and keys[at - 2] in ("old", "state", "county"):
                first = at - 2
        elif digits and before in ("road", "rd") and at > 1 and keys[at - 2] in OWNERS:
            first, form = at - 2, "Kh"
        elif len(key) > 2 and key[-2:] in ("st", "nd", "rd", "th") and key[:-2].isdigit():
            form = "Ko"
            if before in SIDES and len(before) < 3 and text.plain(at - 1):
                first = at - 1
        elif key.isdigit() and len(key) < 4 and keys[at + 1 : at + 2] == ["loop"]:
            after, form = at + 2, "Kl"
        if form:
            if form != "Ko" and after < len(keys) and keys[after] == "spur":
                after += 1
            case = CASES[text.signs[first]]
            told = before if before in _TELLING else ""
            found.append(Candidate(first, after, " ".join(keys[first:after]), f"{form}{case}{told}"))
    return found


_BEFORE_DIGITS = ROADS | EXITS | {"road", "rd"}
"""Words before digits that may be of a name with them."""
_TELLING = ROADS | EXITS | OWNERS
"""Words before a number that its form tells; of any others there is no end, and forms are remembered."""
_TIES = (" ", "-", "", "\u2011", " #", "#", ". ", "- ")


def _point(text: Text, at: int) -> bool:
    return text.gap(at) in (".", ",") and text.keys[at + 1 : at + 2] != [] and text.keys[at + 1].isdigit()
