"""Where a post may name a place: spans of words that look like one, each to be weighed by its context.

Most come from the gazetteer; the rest are what no list has: streets, crossings, highways and their exits,
waters, schools, and any capitalised name after a word such as `in` or `near`. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import compress
from typing import NamedTuple

from console.intake.gazetteer import Gazetteer
from console.intake.phrases import Words
from console.intake.place_words import (
    BEGINNINGS,
    ENDINGS,
    EXITS,
    JOINING,
    LOCATIVES,
    OWNERS,
    PARTS,
    ROADS,
    SIDES,
    STOPS,
)


class Candidate(NamedTuple):
    """Words that may name a place."""

    first: int
    after: int
    """The word after its last."""
    name: str
    """Folded, under which the same name is counted whatever its spelling."""
    form: str
    """How it was found, with its case: the first letter is the group of weights that it is weighed by."""
    label: str = ""
    """Class in the gazetteer; empty for a name that it does not have."""

    def span(self, words: Words) -> tuple[int, int]:
        """Where it stands in the text, without the ending of a possessive, with the point of `U.S.`."""
        start, end = words.span(self.first)[0], words.span(self.after - 1)[1]
        text, last = words.text, words.pieces[self.after - 1]
        if last[-2:] in _POSSESSIVES:
            return start, end - 2
        if text.startswith("(M)", end):
            return start, end + 3
        if len(last) == 1 and text[end - 2 : end - 1] == "." and text[end : end + 1] == ".":
            return start, end + 1
        return start, end


_CODES = "abmnrgcdij"
"""Letters with which numbers of roads and exits begin: A660, M62, N7, D22, J26."""
_MOST_WORDS = 5
MAX_CANDIDATES = 200
"""Of one text; a list of all streets names none of them more than another."""


def candidates(words: Words, gazetteer: Gazetteer) -> list[Candidate]:
    """Give every span of a post that may be a place, overlapping where two readings are possible."""
    found: list[Candidate] = []
    tagged: Collection[int] = ()
    if words.hashtags:
        tagged = {at for first, after in words.hashtags for at in range(first, after)}
        for first, after in words.hashtags:
            found += _in_tag(words, gazetteer, first, after)
    _in_gazetteer(words, gazetteer, tagged, found)
    runs = _runs(words, tagged)
    found += runs
    roads = _ended(words, tagged) + _numbered(words, tagged)
    found += roads
    found += _begun(words, tagged)
    found += _crossings(words, roads, runs)
    return found[:MAX_CANDIDATES]


def _case(piece: str) -> str:
    if not piece[0].isupper():
        return "l"
    return "U" if piece.isupper() and len(piece) > 1 else "T"


def _gap(words: Words, at: int) -> str:
    """What stands between a word and the next."""
    return words.text[words.span(at)[1] : words.span(at + 1)[0]]


def _plain(words: Words, at: int) -> bool:
    return _gap(words, at) in (" ", "-", ". ", "  ")


def _in_tag(words: Words, gazetteer: Gazetteer, first: int, after: int) -> Iterator[Candidate]:
    """A hashtag that is a name, or the names that stand in it (`#HoustonFlood`)."""
    keys, classes = words.keys, gazetteer.classes
    case = _case(words.pieces[first])
    glued = "".join(keys[first:after])
    spaced = " ".join(keys[first:after])
    for name, form in ((spaced, "Hw"), (glued, "Hw"), (glued[:-1] if glued[-1:] == "s" else "", "Hs")):
        known = name if name in classes else gazetteer.glued(name)
        if known:
            yield Candidate(first, after, known, form + case, classes[known])
            return
    yield Candidate(first, after, glued, "Ho" + case)
    at = first
    while after - first > 1 and at < after:
        for end in range(after, at, -1):
            name = " ".join(keys[at:end])
            if name in classes and end - at < after - first:
                yield Candidate(at, end, name, f"Hp{case}{min(at - first, 1)}", classes[name])
                at = end - 1
                break
        at += 1


def _in_gazetteer(
    words: Words, gazetteer: Gazetteer, tagged: Collection[int], found: list[Candidate]
) -> None:
    """Names of the gazetteer, the longest that begins at each word."""
    keys, pieces, classes = words.keys, words.pieces, gazetteer.classes
    free = 0
    for at, key in enumerate(keys):
        if at < free or at in tagged:
            continue
        hit, after = _longest(words, gazetteer, tagged, at) if key in gazetteer.longest else ("", at + 1)
        if not hit:
            if key in classes:
                hit = key
            elif key[-1] == "s" and key[:-1] in classes and pieces[at][0].isupper() and len(key) > 3:
                hit = key[:-1]
            else:
                continue
        label, several = classes[hit], after - at > 1
        case = _case(pieces[at])
        if case == "l" and not several and (label[-1] != "0" or label[0] in "3s"):
            continue
        group = "M" if several else "C" if label[0] in "acr" else "S"
        form = group + ("s" if hit[-1] != keys[after - 1][-1] else "g")
        if case == "T" and several and not pieces[after - 1][0].isupper():
            case = "m"
        found.append(Candidate(at, after, hit, form + case, label))
        free = after


def _longest(words: Words, gazetteer: Gazetteer, tagged: Collection[int], at: int) -> tuple[str, int]:
    """The longest name of several words that begins at this one, and the word after it; empty for none."""
    keys, classes = words.keys, gazetteer.classes
    for end in range(min(at + gazetteer.longest[keys[at]], len(keys)), at + 1, -1):
        name = " ".join(keys[at:end])
        if name not in classes:
            name = name[:-1] if name[-1] == "s" else ""  # `Puerto Ricos`, its apostrophe forgotten.
            if name not in classes:
                continue
        if end - 1 in tagged:
            continue
        gaps = [_gap(words, one) for one in range(at, end - 1)]
        if all([gap == " " or gap.strip() in ("", ".", "-", "'") for gap in gaps]):
            return name, end
    return "", at + 1


def _runs(words: Words, tagged: Collection[int]) -> list[Candidate]:
    """Capitalised names after a word such as `in`, or after a comma, whether or not a list has them."""
    keys, pieces = words.keys, words.pieces
    count, found = len(keys), []
    for before in range(count - 1):
        first = before + 1
        if not pieces[first][0].isupper() or first in tagged:
            continue
        if keys[before] in LOCATIVES:
            if not _plain(words, before):
                continue
            form = "N"
        elif pieces[before][0].isupper() and _gap(words, before) == ", ":
            form = "V"
        else:
            continue
        after = first + 1
        while after < count and after - first < _MOST_WORDS and pieces[after][0].isupper():
            if after in tagged or not _plain(words, after - 1) or keys[after] in STOPS:
                break
            after += 1
        name = " ".join(keys[first:after])
        found.append(Candidate(first, after, name, f"{form}{min(after - first, 4)}{_case(pieces[first])}"))
    return found


def _ended(words: Words, tagged: Collection[int]) -> list[Candidate]:
    """Names that end in a word like `Street` or `Creek`, with their house number."""
    keys = words.keys
    found = []
    for at in compress(range(len(keys)), map(ENDINGS.__contains__, keys)):
        if not at or at in tagged:
            continue
        first = _back(words, tagged, at)
        if first < at:
            found.append(_with_ending(words, first, at))
            if first + 1 < at and not keys[first][0].isdigit():
                found.append(
                    _with_ending(words, first + 1, at)
                )  # `Thanks Mill Street`: its first may be none.
    return found


def _back(words: Words, tagged: Collection[int], at: int) -> int:
    """Where the name begins that ends at this word."""
    keys, pieces = words.keys, words.pieces
    first = at
    while first and at - first < _MOST_WORDS and _plain(words, first - 1) and first - 1 not in tagged:
        key, piece = keys[first - 1], pieces[first - 1]
        if key in STOPS and (not piece.istitle() or key in LOCATIVES or key in ("the", "a", "is")):
            break
        if piece[0].isupper():
            if first < at and not pieces[first][0].isupper() and not keys[first][0].isdigit():
                break
        elif key[0].isdigit():
            return first - 1 if not key.isdigit() else first
        elif at - first > 2 or (first < at and pieces[first][0].isupper()):
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


def _with_ending(words: Words, first: int, at: int) -> Candidate:
    keys, pieces = words.keys, words.pieces
    kind = ENDINGS[keys[at]]
    case = _case(pieces[first]) if not keys[first][0].isdigit() else _case(pieces[at])
    if case != "l" and not pieces[at][0].isupper():
        case = "m"
    begin, after = first, at + 1
    if kind in ("road", "way"):
        before = keys[first - 1] if first else ""
        if before.isdigit() and len(before) < 6 and _plain(words, first - 1):
            begin = first - 1
        elif first > 2 and before == "of" and keys[first - 2] == "block" and keys[first - 3].isdigit():
            begin = first - 3
    if after < len(keys):
        if kind == "road" and keys[after] in SIDES and pieces[after].isupper() and _gap(words, at) == " ":
            after += 1
        elif keys[after] in PARTS and after + 1 < len(keys) and keys[after + 1].isdigit():
            after += 2
    form = (
        f"{'R' if kind == 'road' else 'E'}{kind[0]}{case}{'n' if begin < first else ''}{min(at - first, 3)}"
    )
    return Candidate(begin, after, " ".join(keys[begin:after]), form)


def _begun(words: Words, tagged: Collection[int]) -> Iterator[Candidate]:
    """Names that begin with a word like `Lake`."""
    keys, pieces = words.keys, words.pieces
    for at in compress(range(len(keys) - 1), map(BEGINNINGS.__contains__, keys)):
        if at in tagged or (pieces[at].islower() and keys[at] in ("all", "bank", "ring", "port")):
            continue
        after = at + 1
        while (
            after < len(keys) and after - at < 4 and pieces[after][0].isupper() and _plain(words, after - 1)
        ):
            after += 1
        if after > at + 1:
            name = " ".join(keys[at:after])
            yield Candidate(at, after, name, f"L{min(after - at, 3)}{_case(pieces[at])}")


def _numbered(words: Words, tagged: Collection[int]) -> list[Candidate]:
    """Numbered roads, streets and exits: `I-10`, `US 290`, `A660`, `5th`, `exit 53`, `610 loop`."""
    keys = words.keys
    found = []
    for at, key in enumerate(keys):
        if key.isalpha() or at in tagged:
            continue
        first, after, form = at, at + 1, ""
        before = keys[at - 1] if at else ""
        digits = key.rstrip("abcd").isdigit() and len(key) < 5
        if key[0] in _CODES and key[1:].isdigit() and len(key) < 6:
            if _point(words, at):
                continue  # M7.5 is a magnitude.
            form = "Kj" if key[0] == "j" else "Kc"
            if before == "road" and at > 1 and keys[at - 2] in OWNERS:
                first = at - 2
            elif before in ("rd", "co", "cr"):
                first = at - 2 if at > 1 and keys[at - 2] in OWNERS else at - 1
        elif digits and (before in ROADS or before in EXITS) and _gap(words, at - 1) in _TIES:
            first, form = at - 1, "Kx" if before in EXITS else "Kh"
            if at > 1 and keys[at - 2] in ("old", "state", "county"):
                first = at - 2
        elif digits and before in ("road", "rd") and at > 1 and keys[at - 2] in OWNERS:
            first, form = at - 2, "Kh"
        elif len(key) > 2 and key[-2:] in ("st", "nd", "rd", "th") and key[:-2].isdigit():
            form = "Ko"
            if before in SIDES and len(before) < 3 and _plain(words, at - 1):
                first = at - 1
        elif key.isdigit() and len(key) < 4 and keys[at + 1 : at + 2] == ["loop"]:
            after, form = at + 2, "Kl"
        if form:
            if form != "Ko" and after < len(keys) and keys[after] == "spur":
                after += 1
            case = _case(words.pieces[first])
            found.append(Candidate(first, after, " ".join(keys[first:after]), f"{form}{case}{before}"))
    return found


_POSSESSIVES = ("'s", "\u2019s", "'S", "\u2019S")
_TIES = (" ", "-", "", "\u2011", " #", "#", ". ", "- ")


def _point(words: Words, at: int) -> bool:
    end = words.span(at)[1]
    return words.text[end : end + 1] in (".", ",") and words.text[end + 1 : end + 2].isdigit()


def _crossings(words: Words, roads: list[Candidate], runs: list[Candidate]) -> Iterator[Candidate]:
    """Two roads joined by `and`, `at`, `&` or `/` are one place, as is a highway with its exit."""
    keys, pieces = words.keys, words.pieces
    sides: dict[int, Candidate] = {}
    for one in sorted((*runs, *roads), key=lambda one: (one.form[0] in "NV", one.after - one.first)):
        if one.form[0] not in "NV" or one.first not in sides:
            sides[one.first] = one
    for one in (*roads, *runs):
        at = one.after
        if at >= len(keys):
            continue
        joint, joined = _joint(words, at)
        if not joint:
            if one.form[0] == "K" and at in sides and sides[at].form[:2] in ("Kx", "Kj"):
                exit_ = sides[at]
                yield Candidate(one.first, exit_.after, " ".join(keys[one.first : exit_.after]), "Xk")
            continue
        other = sides.get(joint)
        lead = keys[one.first - 1] if one.first else ""
        kinds = "".join(sorted((_side(one), _side(other) if other else "b")))
        if kinds in ("nn", "bn", "bb") and joined not in ("&", "/", "@") and lead not in _CORNERS:
            continue
        after = other.after if other else joint + 1
        if other is None and pieces[joint][0].isupper() != pieces[one.first][0].isupper():
            continue
        corner = lead if lead in _CORNERS else ""
        yield Candidate(one.first, after, " ".join(keys[one.first : after]), f"X{kinds}{joined}{corner}")
    for road in roads:  # A bare name before a road: `Main and 5th`.
        last = road.first - 2 if road.first and keys[road.first - 1] in JOINING else road.first - 1
        if last < 0 or (last + 1 == road.first and _gap(words, last).strip() not in _MARKS):
            continue
        if keys[last] in STOPS or keys[last].isdigit() or road.form[0] not in "RK":
            continue
        joined = keys[road.first - 1] if last + 1 < road.first else _gap(words, last).strip()
        corner = keys[last - 1] if last and keys[last - 1] in _CORNERS else ""
        name = " ".join(keys[last : road.after])
        yield Candidate(last, road.after, name, f"Y{_side(road)}{_case(pieces[last])}{joined}{corner}")


_CORNERS = frozenset(("at", "corner", "cnr", "of", "intersection", "on", "near"))
_MARKS = ("&", "/", "@", "+")


def _side(one: Candidate) -> str:
    return "n" if one.form[0] in "NV" else "k" if one.form[0] == "K" else "r" if one.form[0] == "R" else "e"


def _joint(words: Words, at: int) -> tuple[int, str]:
    """Where the second road of a crossing begins, if what ends before this word is the first; 0 for none."""
    gap = _gap(words, at - 1).strip()
    if gap:
        return (at, gap) if gap in _MARKS else (0, "")
    if words.keys[at] in JOINING and at + 1 < len(words.keys) and not _gap(words, at).strip():
        return at + 1, words.keys[at]
    return 0, ""
