"""Repeats: reposts, quotes and near-identical texts fold under the first of them, and their authors count.

A text's exact normal form is looked up first: its words without links, handles and `RT`. Then near-identical
texts are sought through a sketch, the three-word shingles that begin at long words, and only what all the
shingles of both confirm is folded. Two reports that differ in a number, a street or a "not" are two reports.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from itertools import pairwise

from console.intake.phrases import Words

KEEP = 48 * 3600.0
"""Seconds after which a text that comes again is news again."""
MAX_GROUPS = 20_000
MAX_MEMBERS = 60_000
MAX_AUTHORS = 10_000
"""Authors told apart in one group; past that the count stands still and means "at least"."""

ALIKE = 0.6
"""Share of common shingles (Jaccard) from which two texts are near-identical."""
CONTAINED = 0.9
"""Share of the shorter text's shingles in the longer: a copy cut short, or with a word put before it."""
SHORTEST = 6
"""Words below which only identical texts are repeats: short reports are alike by nature."""
_ANCHOR = 5
"""Letters of a word at which the shingles of a sketch begin: such words are rare and survive small edits."""
_SHORT_ANCHOR = 3
"""The same where a text has fewer than `_FEW` of them."""
_FEW = 4
_SKETCH = 6
"""Shingles in a sketch."""
_SHARED = 2
"""Shingles of their sketches that two texts must share to be compared in full."""
_MAX_FORMS = 8
"""Exact forms that one group is known by."""
_LONG = 300

_STREET_NAMES = (
    "street st road rd avenue ave lane ln drive dr boulevard blvd highway hwy bridge river park school "
    "hospital station square creek exit route"
)
_STREETS = frozenset(_STREET_NAMES.split())
_TURNING_WORDS = (
    "not no never cant cannot isnt arent wasnt wont dont didnt nothing false closed open reopened "
    "cancelled lifted found safe north south east west"
)
_TURNS = frozenset(_TURNING_WORDS.split())
"""Words that make another report of the same sentence."""


@dataclass(slots=True)
class _Group:
    head: str
    normal: str
    places: tuple[str, ...]
    urgent: bool
    last_at: datetime
    sketch: tuple[str, ...]
    first_author: str
    authors: set[str] | None = None
    """All of them, once there is a second one."""
    forms: tuple[str, ...] = ()

    def voices(self) -> int:
        return len(self.authors) if self.authors is not None else 1


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a text belongs: the key of the first of its kind (None: itself), and how many authors."""

    head: str | None
    voices: int


class Repeats:
    """The texts of the last two days, bounded in number and age."""

    def __init__(self, *, max_groups: int = MAX_GROUPS) -> None:
        self._max_groups = max_groups
        self._groups: OrderedDict[str, _Group] = OrderedDict()
        self._forms: dict[str, str] = {}
        self._sketches: dict[str, str] = {}
        self._members: OrderedDict[str, str] = OrderedDict()

    def __len__(self) -> int:
        return len(self._groups)

    def known(self, key: str) -> Seen | None:
        """Where a post already counted belongs; None where it is not remembered."""
        head = self._members.get(key)
        group = self._groups.get(head) if head is not None else None
        if group is None:
            return None
        return Seen(None if group.head == key else group.head, group.voices())

    def see(
        self,
        key: str,
        words: Words,
        *,
        author: str,
        at: datetime,
        places: Collection[str] = (),
        urgent: bool = False,
        original: str = "",
    ) -> Seen:
        """Count a post in and say what it repeats.

        `original` is the key of the post that the source says is reposted or quoted. `urgent` texts are never
        folded under one that was not: whoever adds a call for help to a repost must be seen.
        """
        keys = words.keys
        if keys and keys[0] == "rt":
            keys = keys[1:]
        normal = " ".join(keys) or words.text.strip()
        form = normal if len(normal) <= _LONG else blake2b(normal.encode("utf-8", "replace")).hexdigest()
        sketch: tuple[str, ...] = ()
        named = tuple(sorted(set(places))) if places else ()
        group = self._named(original) or self._live(self._forms.get(form), at)
        if group is None and len(keys) >= SHORTEST:
            sketch = _sketch(keys)
            group = self._near(keys, sketch, named, at)
        if group is None or (urgent and not group.urgent):
            if not normal:
                return Seen(None, 1)
            self._open(_Group(key, normal, named, urgent, at, sketch, author, None, (form,)))
            return Seen(None, 1)
        self._join(group, key, author, form, at)
        return Seen(group.head if group.head != key else None, group.voices())

    def recall(
        self, key: str, head: str | None, words: Words, *, author: str, at: datetime, urgent: bool
    ) -> None:
        """Put a stored mention back after a restart, under the head that it had."""
        group = self._groups.get(head) if head is not None else None
        if group is not None:
            self._join(group, key, author, "", at)
        else:
            self.see(key, words, author=author, at=at, urgent=urgent)

    def _named(self, original: str) -> _Group | None:
        head = self._members.get(original) if original else None
        return self._groups.get(head) if head is not None else None

    def _live(self, head: str | None, at: datetime) -> _Group | None:
        group = self._groups.get(head) if head is not None else None
        if group is not None and abs((at - group.last_at).total_seconds()) > KEEP:
            return None
        return group

    def _near(
        self, keys: list[str], sketch: tuple[str, ...], places: tuple[str, ...], at: datetime
    ) -> _Group | None:
        sketches = self._sketches
        heads = [sketches[shingle] for shingle in sketch if shingle in sketches]
        if len(heads) < _SHARED:
            return None
        for head in dict.fromkeys(heads):
            if heads.count(head) < _SHARED:
                continue
            group = self._live(head, at)
            if group is None or (places and group.places and places != group.places):
                continue
            theirs = group.normal.split(" ")
            if _alike(keys, theirs) and not two_reports(keys, theirs):
                return group
        return None

    def _open(self, group: _Group) -> None:
        self._groups[group.head] = group
        self._member(group.head, group.head)
        self._forms[group.forms[0]] = group.head
        for shingle in group.sketch:
            self._sketches[shingle] = group.head
        while len(self._groups) > self._max_groups:
            self._forget(self._groups.popitem(last=False)[1])

    def _join(self, group: _Group, key: str, author: str, form: str, at: datetime) -> None:
        if group.authors is not None or author != group.first_author:
            group.authors = group.authors or {group.first_author}
            if len(group.authors) < MAX_AUTHORS:
                group.authors.add(author)
        if form and len(group.forms) < _MAX_FORMS and form not in self._forms:
            group.forms = (*group.forms, form)
            self._forms[form] = group.head
        for shingle in group.sketch:
            self._sketches[shingle] = group.head  # What is being repeated is found before what is not.
        group.last_at = max(group.last_at, at)
        self._groups.move_to_end(group.head)
        self._member(key, group.head)

    def _member(self, key: str, head: str) -> None:
        self._members[key] = head
        if len(self._members) > MAX_MEMBERS:
            self._members.popitem(last=False)

    def _forget(self, group: _Group) -> None:
        for form in group.forms:
            if self._forms.get(form) == group.head:
                del self._forms[form]
        for shingle in group.sketch:
            if self._sketches.get(shingle) == group.head:
                del self._sketches[shingle]


def _sketch(keys: list[str]) -> tuple[str, ...]:
    anchors = [at for at, key in enumerate(keys[:-2]) if len(key) >= _ANCHOR]
    if len(anchors) < _FEW:
        anchors = [at for at, key in enumerate(keys[:-2]) if len(key) >= _SHORT_ANCHOR]
    return tuple([" ".join(keys[at : at + 3]) for at in anchors[:_SKETCH]])


def _alike(one: list[str], other: list[str]) -> bool:
    ours = set(zip(one, one[1:], one[2:], strict=False))
    theirs = set(zip(other, other[1:], other[2:], strict=False))
    common = len(ours & theirs)
    return common >= ALIKE * len(ours | theirs) or common >= CONTAINED * min(len(ours), len(theirs))


def two_reports(one: list[str], other: list[str]) -> bool:
    """Tell whether two nearly equal texts say different things: another number, another street, a "not"."""
    only_one, only_other = set(one) - set(other), set(other) - set(one)
    if (only_one | only_other) & _TURNS:
        return True
    if not only_one or not only_other:
        return False
    if any(map(_numbered, only_one)) and any(map(_numbered, only_other)):
        return True
    return _names_a_street(one, only_one) or _names_a_street(other, only_other)


def _numbered(word: str) -> bool:
    return any(map(str.isdigit, word))


def _names_a_street(words: list[str], differing: set[str]) -> bool:
    return any(word in differing and after in _STREETS for word, after in pairwise(words))
