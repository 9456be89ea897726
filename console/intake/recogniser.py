"""Recognising places that no list has, by what they are called and what stands around them.

Each candidate gets a sum of weights: of its form and gazetteer class, of the words before and after, of
capitals, and of what the same name was in the posts before. The weights are learned from IDRISI-RE (Suwaileh,
Elsayed, Imran; CC BY 4.0) and from invented posts about streets; `tests/training/places.py` makes the file.
"""

from __future__ import annotations

import json
from bisect import bisect, insort
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from console.intake.candidate import Candidate
from console.intake.candidates import candidates
from console.intake.gazetteer import Gazetteer, gazetteer
from console.intake.phrases import Words
from console.intake.place_words import EVIDENCE, STORMS
from console.intake.signs import Signs
from console.intake.tags import town_in_tags

MAX_NAMES = 20_000
"""Names that are remembered; past that those that came once are let go."""
LONGEST_NAME = 100
"""Characters of a name that is remembered, as of one in a place list."""
_RATIOS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.55)
"""Shares of a name's occurrences that stood after a word such as `in`, from which it is more of a place."""
_FEW_TIMES, _SOME, _MANY = [[f"{share}{often}" for share in range(len(_RATIOS) + 1)] for often in range(3)]
"""Values of the slot `memory`, of a name that came under 4 times, under 12 times, and more often: its share,
and which of these it is."""

_HOPELESS = -2.5
"""Sum of form and class under which no context made a place of one in 400 (of 5,000 such, 38 were)."""
_OFTEN = 8
"""One occurrence in so many."""

_NOTHING = (0.0,) * 8
"""What a value counts that no table has, for each slot."""
Slots = tuple[str, str, str, str, str, str, str, str]
SLOTS = ("before", "after", "capitals", "memory", "storm", "word", "first", "roads")
GROUPS = "HCMSNVRELKXYAW"
"""First letters of forms: in a hashtag; country or division, name of several words, of one word in the
gazetteer; name after a locative, after a comma; road, other ending, beginning, number; crossings; number of a
house with a bare name; bare name before what became of it, or at the head of a list."""
STREETS = frozenset("NVRELKXYAW")
"""Groups of forms that no list has; they are learned from posts about streets as well."""
_TOWNS = frozenset("HCMS")
"""Groups of names that the gazetteer has."""

Learned = dict[str, dict[str, float]]
"""Slot, or slot and group (`before|R`) -> value -> weight."""


class Weights:
    """What each value of each slot counts, by the group of a candidate's form."""

    __slots__ = ("_known", "_local", "base", "tables")

    def __init__(self, known: Learned, local: Learned) -> None:
        self._known, self._local = known, local
        self.base: dict[tuple[str, str], float] = {}
        """Form and class -> what they count together, as far as a recogniser has kept it. Of both there are
        few, whatever people write, so it needs no bound."""
        self.tables: dict[str, tuple[dict[str, float], ...]] = {
            group: tuple(self._table(slot, group) for slot in SLOTS) for group in GROUPS
        }
        """Group -> a table for each slot."""

    def of(self, group: str) -> Learned:
        """What a group's weights were learned as."""
        return self._local if group in STREETS else self._known

    def base_of(self, form: str, label: str) -> float:
        """What a form and a class count, together and each by itself."""
        learned = self.of(form[0])
        return sum(learned.get(slot, {}).get(key, 0.0) for slot, key in base_parts(form, label))

    def _table(self, slot: str, group: str) -> dict[str, float]:
        learned = self.of(group)
        table = dict(learned.get(slot, {}))
        for value, weight in learned.get(f"{slot}|{group}", {}).items():
            table[value] = table.get(value, 0.0) + weight
        return table


def base_parts(form: str, label: str) -> Iterator[tuple[str, str]]:
    """What of a form and a class is learned by itself."""
    group, case = form[0], form[2:3]
    yield "bias", ""
    yield "form", form
    yield "group", group
    yield "form2", form[:2]
    if label:
        kinds, ordinary = (label[:-1], "+") if label[-1] == "+" else label.split(".")
        yield "label", f"{form}:{kinds}"
        yield "kinds", kinds
        yield "kinds|case", f"{kinds}:{group}{case}"
        for kind in kinds:
            yield "kind", kind
            yield "kind|case", f"{kind}:{group}{case}"
        yield "ordinary", f"{ordinary}:{group}{case}"


class Memory:
    """What each name was in the posts so far: how often, after a word such as `in`, and as a storm's."""

    __slots__ = ("_names", "placed")

    def __init__(self) -> None:
        self._names: dict[str, list[int]] = {}
        self.placed: set[str] = set()
        """Names that stood after a word such as `in` often enough to be places elsewhere too."""

    def of(self, name: str) -> tuple[str, str]:
        """Values of the slots `memory` and `storm`."""
        counts = self._names.get(name)
        if counts is None:
            return "", ""
        seen, placed, storms = counts
        shares = _FEW_TIMES if seen < 4 else _SOME if seen < 12 else _MANY
        storm = str(min(3, 10 * storms // (seen + 1))) if storms else ""
        return shares[bisect(_RATIOS, (placed + 0.5) / (seen + 2))], storm

    def note_all(self, words: Words, found: list[Candidate]) -> None:
        """Remember the names of a post, and the word before each."""
        keys = words.keys
        for one in found:
            first, name = one.first, one.name.replace(" ", "")
            counts = self._names.get(name) or self._counts(name)
            counts[0] += 1
            before = keys[first - 1] if first else ""
            if before in EVIDENCE:
                counts[1] += 1
                if counts[1] * _OFTEN > counts[0] and name in self._names:
                    self.placed.add(name)
                continue
            if before in STORMS:
                counts[2] += 1
            if counts[1] * _OFTEN <= counts[0]:
                self.placed.discard(name)
        for first, after in words.hashtags:
            if after - first == 2 and keys[first] in STORMS:  # #HurricaneFlorence
                self._counts(keys[first + 1])[2] += 1

    def _counts(self, name: str) -> list[int]:
        """The counts of a name, which are its own from now on; of one too long for a name, nobody's."""
        counts = self._names.get(name)
        if counts is None:
            counts = [0, 0, 0]
            if len(name) <= LONGEST_NAME:
                if len(self._names) >= MAX_NAMES:
                    self._let_go()
                self._names[name] = counts
        return counts

    def _let_go(self) -> None:
        self._names = {name: counts for name, counts in self._names.items() if counts[0] > 1}
        if len(self._names) >= MAX_NAMES // 2:
            self._names.clear()
        self.placed &= self._names.keys()


def roads_in(found: Iterable[Candidate]) -> str:
    """Value of the slot `roads`: a post that names one is about a town, and so are its other names."""
    return "r" if any([one.form[0] in "RKXY" for one in found]) else ""


def slots_of(words: Words, one: Candidate, known: Gazetteer, memory: Memory, roads: str) -> Slots:
    """What is weighed of a candidate besides its form and class, a value for each slot."""
    first, after, name, group = one.first, one.after, one.name, one.form[0]
    keys, pieces, gaps = words.keys, words.pieces, words.gaps
    if first:
        before, gap = keys[first - 1], gaps[first]
        if gap != " " and (group != "H" or gap != " #"):
            before = _mark(gap[:-1] if group == "H" else gap, before, known)
        capitals = "U" if pieces[first - 1][0].isupper() else "l"
    else:
        before = capitals = "^"
    if after < len(keys):
        following = keys[after]
        if gaps[after] != " ":
            following = _mark(gaps[after], following, known)
        capitals += "U" if pieces[after][0].isupper() else "l"
    else:
        following = "^"
        capitals += "^"
    remembered, storm = memory.of(name.replace(" ", ""))
    if group in "HCMS":
        return before, following, capitals, remembered, storm, name, "", roads
    word = keys[after - 1] if group in "NVLREAW" else name
    if group in "NVLEW":
        return before, following, capitals, remembered, storm, word, keys[first], roads
    return before, following, capitals, remembered, storm, word, "", ""


def _mark(gap: str, word: str, known: Gazetteer) -> str:
    """What stands for a gap that is no space: its first sign; of a comma also whether a name follows."""
    mark = gap.strip()[:1] or ("n" if gap else "0")
    return f",{word in known.classes:d}" if mark == "," else f"{mark}."


class Recogniser:
    """Recognises places post by post, and remembers what names were."""

    def __init__(self, weights: Weights | None = None, known: Gazetteer | None = None) -> None:
        self._weights = weights or shipped_weights()
        self._known = known or gazetteer()
        self._signs = Signs(self._known)
        self._memory = Memory()

    def recall(self, words: Words) -> None:
        """Remember the names of a post that was read before."""
        self._memory.note_all(words, candidates(words, self._known, self._signs, self._memory.placed))

    def find(
        self, words: Words, listed: Sequence[tuple[int, int, str]] = (), *, remember: bool = True
    ) -> list[Candidate]:
        """The places that a post names besides those of the desk's list, which are given by their words.

        Without `remember` nothing is kept of the post, not even its words by themselves.
        """
        signs = self._signs if remember else Signs(self._known)
        found = candidates(words, self._known, signs, self._memory.placed)
        if not found and not words.hashtags:
            return found
        scored = []
        weights, known, memory = self._weights, self._known, self._memory
        base, tables = weights.base, weights.tables
        roads = roads_in(found)
        claimed: set[int] = set()
        for first, after, _ in listed:
            claimed.update(range(first, after))
        for one in found:
            if claimed and not claimed.isdisjoint(range(one.first, one.after)):
                continue
            shape = (one.form, one.label)
            score = base.get(shape)
            if score is None:
                score = weights.base_of(one.form, one.label)
                if remember:
                    base[shape] = score
            if score < _HOPELESS:
                continue
            slots = slots_of(words, one, known, memory, roads)
            score = sum(map(dict.get, tables[one.form[0]], slots, _NOTHING), score)
            if score > 0:
                scored.append((score, one))
        if remember:
            memory.note_all(words, found)
        taken = chosen(scored) if scored else []
        if words.hashtags and not listed and _TOWNS.isdisjoint([one.form[0] for one in taken]):
            town = town_in_tags(words, known, beside=bool(taken))
            if town is not None:
                insort(taken, town)
        return taken


def _rank(pair: tuple[float, Candidate]) -> float:
    """Of two readings the longer one is the likelier, and a crossing before the roads that it is made of."""
    score, one = pair
    return score + (one.after - one.first) / 2 + (3 if one.form[0] in "XY" else 0)


def chosen(scored: list[tuple[float, Candidate]]) -> list[Candidate]:
    """Of readings that overlap the better one, in the order of the text."""
    if len(scored) < 2:
        return [one for _, one in scored]
    taken: list[Candidate] = []
    claimed: set[int] = set()
    for _, one in sorted(scored, key=_rank, reverse=True):
        words = range(one.first, one.after)
        if claimed.isdisjoint(words):
            taken.append(one)
            claimed.update(words)
    taken.sort()
    return taken


@lru_cache(1)
def shipped_weights() -> Weights:
    """The weights that come with the program, read once."""
    stored = json.loads(Path(__file__).with_name("place_weights.json").read_text("utf-8"))
    return Weights(stored["known"], stored["local"])
