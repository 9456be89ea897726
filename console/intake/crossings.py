"""Crossings: two roads that are one place, and a highway with its exit."""

from __future__ import annotations

from collections.abc import Iterator

from console.intake.candidate import Candidate, Text
from console.intake.place_words import DANGERS, ENDINGS, JOINING, MONTHS, SIDES, STOPS
from console.intake.signs import CAPITAL, CASES, TAGGED, TELLS
from console.intake.streets import capitalised


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
        other = _of_exit(text, one, sides)
        if other is None:
            return None
        return Candidate(one.first, other.after, " ".join(keys[one.first : other.after]), "Xk")
    other = sides.get(joint)
    if _is_water(text, one) or (other and _is_water(text, other)):
        return None  # `Mill Creek at Main Street` are two.
    if keys[joint] in DANGERS or (keys[one.first].isdigit() and keys[joint].isdigit()):
        return None  # `12 Mill Street and 14 Haskins` are two houses.
    corner = _lead(text, one.first)
    kinds = "".join(sorted((_side(one), _side(other) if other else "b")))
    if kinds in ("nn", "bn", "bb") and joined not in ("&", "/", "@") and not corner:
        return None
    if kinds == "kk" and joined == "and" and not corner:
        return None  # `I-10 and I-45 are closed` are two.
    after = other.after if other else joint + 1
    if other is None:
        if keys[joint] in _NO_NAMES or keys[joint].isdigit() or not _alike(text, one, joint, corner):
            return None
        after = max(after, capitalised(text, joint))  # `Mill Blvd & Chimney Rock`
    return Candidate(one.first, after, " ".join(keys[one.first : after]), f"X{kinds}{joined}{corner}")


def _alike(text: Text, one: Candidate, joint: int, corner: str) -> bool:
    """Whether a road and a bare name are both capitalised or neither; `4th` may be a place in a race."""
    keys, capital = text.keys, text.signs[joint] & CAPITAL
    if one.form[:2] != "Ko":
        if keys[one.first][0].isdigit():  # `5th Ave & Hazel`, `610 loop & Hazel`
            return capital >= text.signs[one.after - 1] & CAPITAL
        return capital == text.signs[one.first] & CAPITAL
    if keys[joint] in _RANKS or (one.first and keys[one.first - 1] in MONTHS):
        return False
    told = joint + 1 < len(keys) and text.signs[joint + 1] & TELLS
    return bool(capital or corner or told)


def _after_bare_names(text: Text, roads: list[Candidate]) -> Iterator[Candidate]:
    """Crossings of a road with a bare name before it: `Main and 5th`."""
    keys = text.keys
    for road in roads:
        last = road.first - 2 if road.first and keys[road.first - 1] in JOINING else road.first - 1
        if last < 0 or (last + 1 == road.first and _mark(text, road.first) not in _MARKS):
            continue
        if keys[last] in _NO_ROADS or keys[last].isdigit() or road.form[0] not in "RK":
            continue
        if road.form[0] == "R" and keys[road.first].isdigit():
            continue  # `Fire at 12 Mill Street` is an address.
        joined = keys[road.first - 1] if last + 1 < road.first else _mark(text, road.first)
        first = _begin(text, last)
        form = f"Y{_side(road)}{CASES[text.signs[first]]}{joined}{_lead(text, first)}"
        yield Candidate(first, road.after, " ".join(keys[first : road.after]), form)


def _begin(text: Text, last: int) -> int:
    """Where a bare name begins that ends with this word: capitalised words, three at most."""
    first = last
    while first and last - first < 2 and text.signs[last] & text.signs[first - 1] & CAPITAL:
        if not text.plain(first - 1) or text.keys[first - 1] in _NO_NAMES or text.signs[first - 1] & TAGGED:
            break
        first -= 1
    return first


def _of_exit(text: Text, one: Candidate, sides: dict[int, Candidate]) -> Candidate | None:
    """The exit that follows a highway, or the highway after an exit of it (`J5 of the M1`); None for none."""
    at, keys = one.after, text.keys
    if one.form[:2] not in _EXITS:
        exit_ = sides.get(at)
        return exit_ if exit_ and exit_.form[:2] in _EXITS else None
    if keys[at] not in ("on", "of", "off"):
        return None
    highway = sides.get(at + 1 + (keys[at + 1 : at + 2] == ["the"]))
    return highway if highway and highway.form[:2] in ("Kh", "Kc") else None


def _is_water(text: Text, one: Candidate) -> bool:
    return one.form[0] == "E" and ENDINGS.get(text.keys[one.after - 1]) == "water"


def _lead(text: Text, first: int) -> str:
    """The word before a name after which it may be a crossing; empty for another one."""
    lead = text.keys[first - 1] if first else ""
    if lead == "of" and text.keys[max(0, first - 2)] not in _MEETINGS:
        return ""  # `the towns of Paradise and Magalia`
    return lead if lead in _CORNERS else ""


def _sides(roads: list[Candidate], runs: list[Candidate]) -> dict[int, Candidate]:
    """By the word that it begins with, what may be the second road of a crossing."""
    sides: dict[int, Candidate] = {}
    for one in sorted((*runs, *roads), key=lambda one: (one.form[0] in "NV", one.after - one.first)):
        if one.form[0] not in "NV" or one.first not in sides:
            sides[one.first] = one
    return sides


_CORNERS = frozenset(("at", "corner", "cnr", "of", "intersection", "on", "near"))
"""Words before a crossing."""
_MEETINGS = frozenset(("corner", "cnr", "intersection", "junction", "jct"))
"""Those of them that go on with `of`."""
_NO_NAMES = STOPS | DANGERS
"""Words that are no part of a bare name."""
_RANKS = frozenset(("foremost", "only", "final", "long", "goal", "short", "inches", "happy", "counting"))
"""What follows `4th and` where it is no street."""
_NO_ROADS = _NO_NAMES | SIDES | ENDINGS.keys()
"""Words that are no road's bare name: `I-10 E @ Mill Road`, `trapped at Mill Road`."""
_EXITS = ("Kx", "Kj")
"""How forms of exits begin."""
_MARKS = ("&", "/", "@", "+")


def _side(one: Candidate) -> str:
    return "n" if one.form[0] in "NV" else "k" if one.form[0] == "K" else "r" if one.form[0] == "R" else "e"


def _mark(text: Text, at: int) -> str:
    """What stands before a word, without spaces; a link or handle is a long gap and stays so: no mark."""
    gap = text.gaps[at]
    return gap.strip() if len(gap) <= _LONGEST_MARK else gap


_LONGEST_MARK = 3
"""Characters of a mark with a space on either side."""


def _joint(text: Text, at: int) -> tuple[int, str]:
    """Where the second road of a crossing begins, if what ends before this word is the first; 0 for none."""
    gap = _mark(text, at)
    if gap:
        return (at, gap) if gap in _MARKS else (0, "")
    if text.keys[at] in JOINING and at + 1 < len(text.keys) and not text.gap(at).strip():
        return at + 1, text.keys[at]
    return 0, ""
