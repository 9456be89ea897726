"""Streets, crossings, numbered roads, waters and buildings: names that tell by their words what they are."""

from __future__ import annotations

from collections.abc import Iterator

from console.intake.candidate import Candidate, Text
from console.intake.place_words import (
    DANGERS,
    ENDINGS,
    EXITS,
    GENERIC,
    JOINING,
    OWNERS,
    PARTS,
    ROADS,
    SIDES,
    SMALL_ENDINGS,
    STOPS,
    TITLED_STOPS,
)
from console.intake.signs import CAPITAL, CASES, NUMBER, TAGGED

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
    return found


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
    form = (
        f"{'R' if kind == 'road' else 'E'}{kind[0]}{case}{'n' if begin < first else ''}{min(at - first, 3)}"
    )
    return Candidate(begin, after, " ".join(keys[begin:after]), form)


def begun(text: Text) -> Iterator[Candidate]:
    """Names that begin with a word like `Lake`."""
    keys, pieces = text.keys, text.pieces
    for at in text.leads:
        if keys[at] in _ALSO_WORDS and pieces[at].islower():
            continue
        after = at + 1
        while after < len(keys) and after - at < 4 and text.signs[after] & CAPITAL and text.plain(after - 1):
            after += 1
        if after > at + 1:
            name = " ".join(keys[at:after])
            yield Candidate(at, after, name, f"L{min(after - at, 3)}{CASES[text.signs[at]]}")


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


def _may_cross(text: Text) -> bool:
    """Tell whether anything in a post joins two names to a crossing."""
    gaps = "".join(text.gaps)
    return "&" in gaps or "/" in gaps or not _CORNERS.isdisjoint(text.keys)


def crossings(text: Text, roads: list[Candidate], runs: list[Candidate]) -> list[Candidate]:
    """Two roads joined by `and`, `at`, `&` or `/` are one place, as is a highway with its exit."""
    keys, gaps = text.keys, text.gaps
    joined: list[tuple[Candidate, int, str]] = []
    for one in (*roads, *runs):
        at = one.after
        if at == len(keys) or (gaps[at] == " " and keys[at] not in JOINING and one.form[0] != "K"):
            continue  # So it is with most.
        joint, sign = _joint(text, at)
        if joint or one.form[0] == "K":
            joined.append((one, joint, sign))
    found: list[Candidate] = []
    if joined and (roads or _may_cross(text)):
        sides = _sides(roads, runs)
        for one, joint, sign in joined:
            crossing = _crossing(text, one, sides, joint, sign)
            if crossing is not None:
                found.append(crossing)
    if roads:
        found += _after_bare_names(text, roads)
    return found


def _crossing(
    text: Text, one: Candidate, sides: dict[int, Candidate], joint: int, joined: str
) -> Candidate | None:
    """The crossing of a road and what begins at `joint`; None for none."""
    keys = text.keys
    if not joint:
        exit_ = sides.get(one.after)
        if exit_ is None or exit_.form[:2] not in ("Kx", "Kj"):
            return None
        return Candidate(one.first, exit_.after, " ".join(keys[one.first : exit_.after]), "Xk")
    other = sides.get(joint)
    lead = keys[one.first - 1] if one.first else ""
    corner = lead if lead in _CORNERS else ""
    kinds = "".join(sorted((_side(one), _side(other) if other else "b")))
    if kinds in ("nn", "bn", "bb") and joined not in ("&", "/", "@") and not corner:
        return None
    if kinds == "kk" and joined == "and" and not corner:
        return None  # `I-10 and I-45 are closed` are two.
    if other is None and text.signs[joint] & CAPITAL != text.signs[one.first] & CAPITAL:
        return None
    after = other.after if other else joint + 1
    return Candidate(one.first, after, " ".join(keys[one.first : after]), f"X{kinds}{joined}{corner}")


def _after_bare_names(text: Text, roads: list[Candidate]) -> Iterator[Candidate]:
    """Crossings of a road with a bare name before it: `Main and 5th`."""
    keys = text.keys
    for road in roads:
        last = road.first - 2 if road.first and keys[road.first - 1] in JOINING else road.first - 1
        if last < 0 or (last + 1 == road.first and text.gap(last).strip() not in _MARKS):
            continue
        if keys[last] in STOPS or keys[last].isdigit() or road.form[0] not in "RK":
            continue
        if road.form[0] == "R" and keys[road.first].isdigit():
            continue  # `Fire at 12 Mill Street` is an address.
        joined = keys[road.first - 1] if last + 1 < road.first else text.gap(last).strip()
        corner = keys[last - 1] if last and keys[last - 1] in _CORNERS else ""
        name = " ".join(keys[last : road.after])
        yield Candidate(last, road.after, name, f"Y{_side(road)}{CASES[text.signs[last]]}{joined}{corner}")


def _sides(roads: list[Candidate], runs: list[Candidate]) -> dict[int, Candidate]:
    """By the word that it begins with, what may be the second road of a crossing."""
    sides: dict[int, Candidate] = {}
    for one in sorted((*runs, *roads), key=lambda one: (one.form[0] in "NV", one.after - one.first)):
        if one.form[0] not in "NV" or one.first not in sides:
            sides[one.first] = one
    return sides


_CORNERS = frozenset(("at", "corner", "cnr", "of", "intersection", "on", "near"))
"""Words before a crossing."""
_MARKS = ("&", "/", "@", "+")


def _side(one: Candidate) -> str:
    return "n" if one.form[0] in "NV" else "k" if one.form[0] == "K" else "r" if one.form[0] == "R" else "e"


def _joint(text: Text, at: int) -> tuple[int, str]:
    """Where the second road of a crossing begins, if what ends before this word is the first; 0 for none."""
    gap = text.gaps[at].strip()
    if gap:
        return (at, gap) if gap in _MARKS else (0, "")
    if text.keys[at] in JOINING and at + 1 < len(text.keys) and not text.gap(at).strip():
        return at + 1, text.keys[at]
    return 0, ""
