"""Where a post may name a place: spans of words that look like one, each to be weighed by its context.

Most come from the gazetteer; the rest are what no list has: streets, crossings, waters, and any capitalised
name after a word such as `in` or `near`. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Container

from console.intake.candidate import Candidate, Text
from console.intake.crossings import crossings
from console.intake.gazetteer import Gazetteer
from console.intake.phrases import Words
from console.intake.place_words import CHANGES, ENDINGS, STOPS, TITLES
from console.intake.signs import CAPITAL, CASES, CODE, LOCATES, TAGGED, Signs
from console.intake.streets import addressed, begun, ended, numbered

_MOST_WORDS = 5
MAX_CANDIDATES = 200
"""Of one text; a list of all streets names none of them more than another."""


def candidates(
    words: Words, gazetteer: Gazetteer, signs: Signs, placed: Container[str] = ()
) -> list[Candidate]:
    """Give every span of a post that may be a place, overlapping where two readings are possible.

    `placed` are names that were places in posts before: as hashtags they may be one again.
    """
    text = Text(words, signs.of(words))
    found: list[Candidate] = []
    for first, after in words.hashtags:
        tag = _tag(text, gazetteer, signs, placed, first, after)
        if tag is not None:
            found.append(tag)
    found += _in_gazetteer(text, gazetteer)
    runs = _runs(text, gazetteer, placed)
    roads = ended(text) if text.ends else []
    if text.numbers:
        roads += numbered(text)
    found += runs
    if text.tells:
        found += _told(text, gazetteer)
    if roads:
        # `5th` alone is a date, or a place in a race.
        found += [road for road in roads if road.form[:2] != "Ko"]
    if text.leads:
        found += begun(text, gazetteer)
    if roads or runs:
        found += crossings(text, roads, runs)
    if text.numbers:
        found += addressed(text)
    return found[:MAX_CANDIDATES]


def _tag(
    text: Text, gazetteer: Gazetteer, signs: Signs, placed: Container[str], first: int, after: int
) -> Candidate | None:
    """A hashtag that is a name."""
    keys, case = text.keys, CASES[text.signs[first]]
    spaced = " ".join(keys[first:after])
    known, form = signs.of_tag(spaced)
    if known:
        return Candidate(first, after, known, form + case, gazetteer.classes[known])
    if after > first + 1:
        kind = ENDINGS.get(keys[after - 1])
        if kind:  # #AlderStreet
            return Candidate(first, after, spaced, f"{'R' if kind == 'road' else 'E'}#{case}")
        spaced = spaced.replace(" ", "")
    return Candidate(first, after, spaced, "Ho" + case) if spaced in placed else None


def _in_gazetteer(text: Text, gazetteer: Gazetteer) -> list[Candidate]:
    """Names of the gazetteer, the longest that begins at each word.

    Names in small letters are sought only in a post that has hardly a capital: elsewhere they are words.
    """
    keys, signs, classes, longest = text.keys, text.signs, gazetteer.classes, gazetteer.longest
    found: list[Candidate] = []
    free, last = 0, len(keys) - 1
    small = text.small
    for at in text.begins:
        sign = signs[at]
        if at < free or not (small or sign & CAPITAL):
            continue
        key, hit, free = keys[at], "", at + 1
        if at < last:
            pair = f"{key} {keys[free]}"
            most = longest.get(pair) or (pair[-1] == "s" and longest.get(pair[:-1]))
            if most:
                hit, free = _longest(text, gazetteer, at, most)
        case = CASES[sign]
        if hit:
            label, group, key = classes[hit], "M", keys[free - 1]
            if case == "T" and not signs[free - 1] & CAPITAL:
                case = "m"
        else:
            if key in classes:
                hit = key
            elif sign & CAPITAL and key[:-1] in classes and len(key) > 3:
                hit = key[:-1]
            else:
                continue
            label = classes[hit]
            group = "C" if label[0] in "acr" else "S"
        form = f"{group}{'g' if hit[-1] == key[-1] else 's'}{case}"
        found.append(Candidate(at, free, hit, form, label))
    return found


def _longest(text: Text, gazetteer: Gazetteer, at: int, most: int) -> tuple[str, int]:
    """The longest name of several words that begins at this one, and the word after it; empty for none."""
    keys, classes = text.keys, gazetteer.classes
    for end in range(min(at + most, len(keys)), at + 1, -1):
        name = " ".join(keys[at:end])
        if name not in classes:
            name = name[:-1] if name[-1] == "s" else ""  # `Puerto Ricos`, its apostrophe forgotten.
            if name not in classes:
                continue
        if text.signs[end - 1] & TAGGED:
            continue
        if all([gap == " " or gap.strip() in ("", ".", "-", "'") for gap in text.gaps[at + 1 : end]]):
            return name, end
    return "", at + 1


def _told(text: Text, gazetteer: Gazetteer) -> list[Candidate]:
    """Capitalised names before a word such as `blocked`, wherever they stand: `Crawford blocked`."""
    found = []
    for at in text.tells:
        gap = text.gaps[at]
        if gap == " " or (gap == ", " and not text.signs[at] & CAPITAL):  # `Mason, Closed Today` is a list.
            found += _bare(text, gazetteer, at, "")
    return found


def _bare(text: Text, gazetteer: Gazetteer, after: int, mark: str) -> list[Candidate]:
    """The capitalised name that ends before this word, if nothing before it has made a name of it."""
    keys, signs, gaps = text.keys, text.signs, text.gaps
    told = keys[after] if not mark else ""
    if after > 1 and signs[after - 1] & CODE and keys[after - 1] not in STOPS:
        after -= 1  # `Beaumont TX closed`
    first = after
    while first and after - first < 3 and signs[first - 1] & CAPITAL:
        if signs[first - 1] & TAGGED or keys[first - 1] in STOPS:
            break
        if first < after and not text.plain(first - 1):
            break
        first -= 1
    if first == after or keys[first] in TITLES:
        return []
    if first + 1 < after and told in CHANGES:
        return []  # `Ed Sheeran gone`, `Best Buy closed`
    before = signs[first - 1] if first else 0
    if (before & LOCATES and gaps[first] == " ") or (before & CAPITAL and gaps[first] == ", "):
        return []
    name = " ".join(keys[first:after])
    if name in gazetteer.classes or keys[after - 1] in ENDINGS:
        return []
    return [Candidate(first, after, name, f"W{mark}{after - first}{CASES[signs[first]]}")]


def _runs(text: Text, gazetteer: Gazetteer, placed: Container[str]) -> list[Candidate]:
    """Capitalised names after a word such as `in` or after a comma, and those that were places before."""
    keys, signs, gaps = text.keys, text.signs, text.gaps
    count, found = len(keys), []
    for first in text.capitals:
        before = signs[first - 1] if first else 0
        if before & LOCATES and (gaps[first] == " " or text.plain(first - 1)):
            group = "N"
        elif before & CAPITAL and gaps[first] == ", ":
            group = "V"
            found += _bare(text, gazetteer, first, ",")  # `Mason, Fry, Westgreen: no way through`
        else:
            name = keys[first]
            if name in placed and name not in gazetteer.classes:
                found.append(Candidate(first, first + 1, name, "N0" + CASES[signs[first]]))
            continue
        after = first + 1
        while after < count and signs[after] & CAPITAL and after - first < _MOST_WORDS:
            if signs[after] & TAGGED or keys[after] in STOPS:
                break
            if gaps[after] != " " and not text.plain(after - 1):
                break
            if signs[after] & CODE:
                break  # `Beaumont TX`
            after += 1
        name = " ".join(keys[first:after])
        form = f"{group}{min(after - first, 4)}{CASES[signs[first]]}"
        found.append(Candidate(first, after, name, form))
    return found
