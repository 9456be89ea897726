"""Repeats: reposts, quotes and near-identical texts fold under the first of them, and their authors count.

A text's exact form is looked up first: its words without links, handles and `RT`. Then near-identical texts
are sought through a sketch, the three-word shingles that begin at long words, and only what `likeness` finds
to say the same is folded. Two reports that differ in a number, a street or a "not" are two reports, and so
are two of which the later one adds a word of danger or need.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from hashlib import blake2b

from msgspec import Struct

from console.intake.likeness import LONGEST, SHORTEST, Alarms, only_remarks, same_report
from console.intake.masks import unmask
from console.intake.phrases import Words
from console.intake.reading import SOS, Reading

KEEP = 48 * 3600.0
"""Seconds after which a text that comes again is news again."""
MAX_GROUPS = 20_000
MAX_MEMBERS = 60_000
MAX_AUTHORS = 10_000
"""Authors told apart in one group; past that the count stands still and means "at least"."""

_ANCHOR = 5
"""Letters of a word at which the shingles of a sketch begin: such words are rare and survive small edits."""
_SHORT_ANCHOR = 3
"""The same where a text has fewer than `_FEW` of them."""
_FEW = 4
_SKETCH = 5
"""Shingles in a sketch."""
_SHARED = 2
"""Shingles of their sketches that two texts must share to be compared in full."""
_IN_SHORTER, _IN_BOTH = 0.75, 0.45
"""Share of words in common, of the shorter text or of both, tags and all, from which two are read."""
_MAX_FORMS = 8
"""Exact forms that one group is known by."""
_LONG = 300
"""Characters above which a form is kept as its digest."""
_COMPARED = 1500
"""Bytes of a text that is kept for comparing; longer ones fold by their form alone. 20,000 take 30 MB."""


def _nothing(_: str) -> bool:
    return False


class _Group(Struct, gc=False):
    head: str
    text: bytes
    """As it came: read again where another text is alike. Empty where it is too long for that."""
    places: tuple[str, ...]
    urgent: bool
    last_at: datetime
    sketch: tuple[int, ...]
    first_author: str
    authors: set[str] | None = None
    """All of them, once there is a second one."""
    forms: tuple[str, ...] = ()
    where: str = ""

    def voices(self) -> int:
        return len(self.authors) if self.authors is not None else 1

    def read(self) -> Reading:
        return Reading(self.text.decode("utf-8", "surrogatepass"))


class Seen(Struct, frozen=True, gc=False):
    """Where a text belongs: the key of the first of its kind (None: itself), and how many authors."""

    head: str | None
    voices: int


_ALONE = Seen(None, 1)


class Repeats:
    """The texts of the last two days, bounded in number and age."""

    def __init__(self, *, max_groups: int = MAX_GROUPS) -> None:
        self._max_groups = max_groups
        self._groups: OrderedDict[str, _Group] = OrderedDict()
        self._forms: dict[str, str] = {}
        self._sketches: dict[int, str] = {}
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
        named: Collection[str] = (),
        urgent: bool = False,
        original: str = "",
        where: str = "",
        alarms: Alarms = _nothing,
    ) -> Seen:
        """Count a post in and say what it repeats.

        `places` are those that the desk lists, and `named` all that the text names, as written. `original` is
        the key of the post that the source says is reposted or quoted. `urgent` texts are never folded under
        one that was not, and no text that adds words which `alarms` speaks up for: whoever adds a call for
        help to a repost must be seen. `where` is the address that a form was sent with: `Street light out`
        from two of them is two reports.
        """
        keys, form = _form(words)
        if where:
            where = _short(where.casefold())
            form = f"{form} @ {where}"
        sketch: tuple[int, ...] = ()
        listed = tuple(places) if len(places) < 2 else tuple(sorted(set(places)))
        group = self._quoted(original, words.text, alarms) if original else None
        if group is None and form in self._forms:
            group = self._live(self._forms[form], at)
        if group is None and SHORTEST <= len(keys) <= LONGEST:
            sketch, sketches = _sketch(keys), self._sketches
            heads = [sketches[shingle] for shingle in sketch if shingle in sketches]
            if len(set(heads)) < len(heads):  # Some group shares more than one.
                alike = self._alike(keys, heads, listed, where, at)
                group = _first_same(words.text, alike, alarms, named, urgent)
        if group is None or (urgent and not group.urgent):
            if not words.text.strip():
                return _ALONE
            text = _kept(words.text)
            sketch = sketch if text else ()
            self._open(_Group(key, text, listed, urgent, at, sketch, author, None, (form,), where))
            return _ALONE
        self._join(group, key, author, form, at)
        return Seen(group.head if group.head != key else None, group.voices())

    def recall(
        self,
        key: str,
        head: str | None,
        words: Words,
        *,
        author: str,
        at: datetime,
        urgent: bool,
        places: Collection[str] = (),
    ) -> None:
        """Put a stored mention back after a restart, under the head that it had."""
        group = self._groups.get(head) if head is not None else None
        if group is not None:
            self._join(group, key, author, "", at)
        else:
            # Whatever it adds kept it apart from what it is like.
            self.see(key, words, author=author, at=at, urgent=urgent, places=places, alarms=bool)

    def _quoted(self, original: str, text: str, alarms: Alarms) -> _Group | None:
        head = self._members.get(original)
        group = self._groups.get(head) if head is not None else None
        if group is None or not only_remarks(Reading(text), group.read(), alarms):
            return None
        return group

    def _live(self, head: str, at: datetime) -> _Group | None:
        group = self._groups.get(head)
        if group is not None and abs((at - group.last_at).total_seconds()) > KEEP:
            return None
        return group

    def _alike(
        self, keys: list[str], heads: list[str], places: tuple[str, ...], where: str, at: datetime
    ) -> Iterator[_Group]:
        """Groups that share enough with a text to be compared with it in order.

        `heads` are theirs, each as often as its group shares a shingle of the text's sketch.
        """
        for head in dict.fromkeys(heads):
            if heads.count(head) < _SHARED:
                continue
            group = self._live(head, at)
            if group is None or group.where != where:
                continue
            if places and group.places and not set(places) <= set(group.places):
                continue
            if _worth_reading(keys, group.forms[0]):
                yield group

    def _open(self, group: _Group) -> None:
        head = group.head
        self._groups[head] = group
        self._member(head, head)
        self._forms[group.forms[0]] = head
        sketches = self._sketches
        for shingle in group.sketch:
            sketches[shingle] = head
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


def _first_same(
    text: str, groups: Iterable[_Group], alarms: Alarms, named: Collection[str], urgent: bool
) -> _Group | None:
    """The first group whose report a text repeats."""
    ours: Reading | None = None
    for group in groups:
        ours = ours or Reading(text)
        if same_report(ours, group.read(), alarms, named=named, urgent=urgent):
            return group
    return None


def _kept(text: str) -> bytes:
    """A text as it is kept for comparing, nothing where it is too long."""
    kept = text.encode("utf-8", "surrogatepass")
    return kept if len(kept) <= _COMPARED else b""


def _short(form: str) -> str:
    return blake2b(form.encode("utf-8", "replace")).hexdigest() if len(form) > _LONG else form


def _form(words: Words) -> tuple[list[str], str]:
    """The words by which a text is compared, and the form by which it is looked up."""
    keys, text = words.keys, words.text
    if keys and keys[0] == "rt":
        keys = keys[1:]
    normal = " ".join(keys) or text.strip()
    if not text.isascii():
        if keys and not normal.isascii():
            normal = unmask(normal).lower()
            keys = normal.split(" ")
        if SOS in text:
            keys = [*keys, "sos"]
            normal = f"{normal} sos"
    if text.startswith(("@", ".@")):
        # Whom a sentence begins with may be whom it tells of.
        normal = f"{text.split(maxsplit=1)[0]} {normal}"
    return keys, _short(normal)


def _worth_reading(keys: list[str], form: str) -> bool:
    """Tell whether two texts share words enough to be compared in order, which takes ten times as long."""
    if " " not in form:
        return True  # A long text is known by its digest alone.
    one, other = set(keys), set(form.split(" "))
    common = len(one & other)
    lengths = len(one), len(other)
    return common >= _IN_SHORTER * min(lengths) or common >= _IN_BOTH * (sum(lengths) - common)


def _sketch(keys: list[str]) -> tuple[int, ...]:
    """Three words from each of the first long ones on, as hashes, which live no longer than the process."""
    shingles = _shingles(keys, _ANCHOR)
    return tuple(shingles if len(shingles) >= _FEW else _shingles(keys, _SHORT_ANCHOR))


def _shingles(keys: list[str], letters: int) -> list[int]:
    """Those that begin at the first words of so many letters or more."""
    shingles = []
    for at, key in enumerate(keys[:-2]):
        if len(key) >= letters:
            shingles.append(hash((key, keys[at + 1], keys[at + 2])))
            if len(shingles) == _SKETCH:
                break
    return shingles
