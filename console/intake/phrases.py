"""Words and phrases: the one tokenizer, and the one longest-match trie, of places, topics and urgency.

A post is read once into `Words`. A `Phrases` trie holds any number of phrases as nested dicts of words, so
that a text costs one dict lookup a word, plus the walk where a phrase begins, however long the list is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Any, Generic, TypeVar
from unicodedata import category, normalize

from console.intake.clean import is_ordinary
from console.intake.masks import MASKED, unmask_signs, unmask_word

Value = TypeVar("Value")
Node = dict[str, Any]

MAX_READ = 8000
"""Characters of a text that are read; the rest is kept, but nothing is looked for in it."""
LONGEST_TAG = 100
"""Letters of a hashtag that may be a phrase without its spaces; no name of a place is longer."""
MANY_TAGS = 2000
"""Hashtags whose answer is kept: those of an event come again and again."""

# Each of its choices begins with a letter of its own, so that the search skips what none begins with.
_LINK = re.compile(r"https?://\S+|www\.\S+|@[\w.@-]+")
# Scripts written without spaces count as one word a character, so that a name is found inside a sentence.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_LETTERS = rf"[^\W_\u02bc{_UNSPACED}]++"
_ASCII_WORD = re.compile(r"([A-Za-z0-9]++(?:'[A-Za-z0-9]++)*+|#\w++)", re.ASCII)
"""Nothing is gained by going back into a word (`++`), nor into what joins it (`*+`)."""
_CAMEL = re.compile(r"([A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-zß-öø-ÿ]+|[A-Z]+|[0-9]+|[^\WA-Za-z0-9_\u02bc]+)")
_PLAIN_OR_ONE = re.compile(r"[\0-\x7f]+|[^\0-\x7f]")
"""A run of ASCII, or else one character."""
_PLAIN_LETTERS = {
    code: base
    for code in range(0xC0, 0x250)
    if (base := normalize("NFD", chr(code))[0]).isascii() and base.islower()
} | {0xDF: "ss", 0xE6: "ae", 0x153: "oe", 0xF8: "o", 0x142: "l", 0x131: "i", 0x111: "d"}


class Words:
    """One text, read: its words folded for comparing (`keys`), and where each stands in the text as given.

    Folding drops case, accents on Latin letters, the possessive `'s`, apostrophes, and disguise (`masks`). A
    hashtag becomes its words where capitals or underscores part it (`#MillStreet`), else one key that `tags`
    points to.
    """

    __slots__ = ("_parts", "_reached", "gaps", "hashtags", "keys", "masked", "pieces", "tags", "text")

    def __init__(self, text: str) -> None:
        self.text = text = text[:MAX_READ]
        if "@" in text or "://" in text or "www." in text:
            # Links and handles are stepped over: they say nothing of what happened where.
            text = _LINK.sub(_blank, text)
        self.masked = not text.isascii() and MASKED.search(text) is not None
        """Whether it may hold letters in another dress."""
        spelt = unmask_signs(text) if self.masked else text
        parts = (_ASCII_WORD if spelt.isascii() else _any_word()).split(spelt)
        self.tags: list[int] = []
        self.hashtags: list[tuple[int, int]] = []
        """Of each hashtag its first word and the word after its last."""
        plain = self._part_hashtags(parts) if "#" in text else {}
        read = parts[1::2]
        for at, word in plain.items():
            read[at] = word
        self.keys = _fold(read, spelt, masked=self.masked)
        if spelt != text:
            parts = _cut(text, parts)
        self._parts = parts
        self._reached = (0, 0)
        """One of the parts and where it begins: places are asked for in their order, so counting goes on."""
        self.pieces: list[str] = parts[1::2]
        """The words as written."""
        self.gaps: list[str] = parts[::2]
        """What stands before each word, and last what stands after all; of a handle `@`, of a link `/`."""

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Start and end of each word in the text."""
        return [self.span(at) for at in range(len(self.pieces))]

    def span(self, at: int, after: int = 0) -> tuple[int, int]:
        """Start and end in the text of a word, or of the words from this one to that before `after`."""
        parts, part = self._parts, 2 * at + 1
        reached, start = self._reached
        if part < reached:
            reached = start = 0
        start += len("".join(parts[reached:part]))
        self._reached = (part, start)
        return start, start + len("".join(parts[part : 2 * after]) if after > at + 1 else parts[part])

    def quote(self, first: int, end: int) -> str:
        """The text from word `first` up to, and without, word `end`, as written."""
        start = self.span(first)[0]
        return self.text[start : self.span(end - 1)[1]]

    def _part_hashtags(self, parts: list[str]) -> dict[int, str]:
        """Part hashtags into their words; what stands between these is a gap like others.

        One in disguise is parted where its plain letters are. Gives the words of such ones in plain letters.
        """
        plain: dict[int, str] = {}
        more = 0
        """By how much the hashtags so far have made the list longer."""
        for number, piece in enumerate(parts[1::2]):
            if piece[0] != "#":
                continue
            at = 2 * number + 1 + more
            read = piece if piece.isascii() else unmask_word(piece)
            inner = _CAMEL.split(read)
            first, count = at // 2, len(inner) // 2
            if read != piece:
                plain.update(enumerate(inner[1::2], first))
                inner = _cut(piece, inner)
            if count == 1:
                self.tags.append(first)
            if count:
                self.hashtags.append((first, first + count))
            inner[0] = parts[at - 1] + inner[0]
            inner[-1] += parts[at + 1]
            parts[at - 1 : at + 2] = inner
            more += len(inner) - 3
        return plain


@lru_cache(1)
def _any_word() -> re.Pattern[str]:
    """Words of any script; made when the first text needs it, for the wide ranges take 4 ms."""
    return re.compile(rf"({_LETTERS}(?:['\u2019\u02bc]{_LETTERS})*+|#\w++|[{_UNSPACED}])")


def _cut(text: str, like: list[str]) -> list[str]:
    """Cut a text where another of its length is cut."""
    ends = list(accumulate(map(len, like)))
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _blank(link: re.Match[str]) -> str:
    """Spaces in the place of a link or handle, as long as that, so that nothing after it moves."""
    return ("@" if link[0][0] == "@" else "/") + " " * (len(link[0]) - 1)


def _fold(pieces: list[str], text: str, *, masked: bool) -> list[str]:
    """Fold all words at once: a join and a split are cheaper than a call for each word."""
    joined = "\n".join(pieces)
    if text.isascii():
        joined = joined.lower()
    else:
        joined = joined.replace("\u2019", "'").replace("\u02bc", "'")
        if masked and not joined.isascii():
            joined = "\n".join(map(unmask_word, joined.split("\n")))
        joined = joined.lower()
        if not joined.isascii():  # Not only for its quotes or emoji: a table is asked for every letter.
            joined = joined.translate(_PLAIN_LETTERS).replace("i̇", "i")
    if "'" in joined:
        joined = f"{joined}\n".replace("'s\n", "\n").replace("'", "")[:-1]
    return joined.split("\n") if joined else []


def fold(text: str) -> list[str]:
    """The keys of a name or a phrase."""
    return Words(text).keys


class Waiting(list[Any]):
    """What phrases are made of that begin with a word; it stands in their place until a text has the word."""


class Phrases(Generic[Value]):
    """A trie from word sequences to values; of two phrases that begin at a word, the longer one is found."""

    __slots__ = ("_root", "_tags")

    def __init__(self, entries: Iterable[tuple[Iterable[str], Value]] = ()) -> None:
        self._root: Node = {}
        self._tags: dict[str, Value | None] = {}
        """What hashtags were found to hold."""
        for words, value in entries:
            self.add(words, value)

    def add(self, words: Iterable[str], value: Value) -> bool:
        """Put a phrase in; the first value of a phrase stays. Tells whether it was new."""
        keys = tuple(words)
        if not keys:
            return False
        if self._tags:
            self._tags.clear()
        node = self._root
        for word in keys[:-1]:
            below = node.get(word)
            if not isinstance(below, dict):
                # A value at the end of a branch is held bare, which saves a dict for most names.
                below = {} if below is None else {"": below}
                node[word] = below
            node = below
        last = node.get(keys[-1])
        if isinstance(last, dict):
            return bool(last.setdefault("", value) is value)
        if last is None:
            node[keys[-1]] = value
        return last is None

    def __iter__(self) -> Iterator[tuple[tuple[str, ...], Value]]:
        """Every phrase and its value."""
        return _phrases(self._root, ())

    def find(self, words: Words) -> list[tuple[int, int, Value]]:
        """Every longest match, left to right and without overlap: first word, word after the last, value."""
        root = self._root
        keys = words.keys
        found: list[tuple[int, int, Value]] = []
        free = 0
        count = len(keys)
        for at, word in enumerate(keys):
            if word not in root:
                continue
            node, end = root[word], at + 1
            if type(node) is not dict:
                if type(node) is Waiting:
                    self._spell(keys)
                    return self.find(words)
                if at >= free:
                    found.append((at, end, node))
                    free = end
                continue
            if ("" not in node and (end == count or keys[end] not in node)) or at < free:
                continue  # So it is with most words that a phrase begins with.
            longest = 0
            while type(node) is dict:
                if "" in node:
                    longest, value = end, node[""]
                if end == count or (node := node.get(keys[end])) is None:
                    break
                end += 1
            else:
                longest, value = end, node  # The branch ends in a bare value.
            if longest:
                found.append((at, longest, value))
                free = longest
        if words.tags:
            found = self._with_tags(words, found)
        return found

    def _with_tags(self, words: Words, found: list[tuple[int, int, Value]]) -> list[tuple[int, int, Value]]:
        """Add phrases written together in one hashtag (`#millstreet`)."""
        tags, keys, added = self._tags, words.keys, False
        for at in words.tags:
            tag = keys[at]
            if tag not in tags:
                if len(tag) > LONGEST_TAG:
                    continue
                if len(tags) >= MANY_TAGS:
                    tags.clear()
                tags[tag] = self.run_together(tag)
            value = tags[tag]
            if value is not None and not any([first <= at < end for first, end, _ in found]):
                found.append((at, at + 1, value))
                added = True
        if added:
            found.sort(key=lambda match: match[0])
        return found

    def _spell(self, firsts: Iterable[str]) -> None:
        """Spell out what waits under these words: nothing does but in `Patterns`."""

    def run_together(self, tag: str) -> Value | None:
        """The value of the phrase of several words that a hashtag holds without its spaces; None for none."""
        value: Value | None = _glued(self._root, tag, several=False)
        return value


def _phrases(node: Node, before: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for word, below in node.items():
        words = (*before, word) if word else before
        if type(below) is dict:
            yield from _phrases(below, words)
        else:
            yield words, below


def _glued(node: Node, tag: str, *, several: bool) -> Any:
    """Look for a phrase below a node that spells a tag; `several` where words stand before it."""
    for beginning in filter(node.__contains__, accumulate(tag[:-1])):
        below = node[beginning]
        if type(below) is dict:
            value = _glued(below, tag[len(beginning) :], several=True)
            if value is not None:
                return value
    last = node.get(tag) if several else None
    return last.get("") if type(last) is dict else last


def readable(text: str) -> tuple[str, list[int], list[int]]:
    """Give the text as a reader sees it, and for each of its characters where it starts and ends in `text`.

    Invisible characters are left out and letters are composed, so that a name is found even where someone
    hid a zero-width space in it, and the offsets still point into the text as given.
    """
    shown: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for run in _PLAIN_OR_ONE.finditer(text[: 4 * MAX_READ]):
        if len(shown) > MAX_READ:
            break
        at, character = run.start(), run[0]
        if character.isascii():
            after = at + min(len(character), MAX_READ + 1 - len(shown))
            shown += text[at:after]
            starts += range(at, after)
            ends += range(at + 1, after + 1)
            continue
        kind = category(character)
        if kind == "Cf" or kind == "Cs" or character in "\u034f\u115f\u1160\u3164\uffa0\u17b4\u17b5":
            continue
        if kind[0] == "M":
            composed = normalize("NFC", shown[-1] + character) if shown else ""
            if len(composed) == 1:
                shown[-1], ends[-1] = composed, at + 1
            elif shown:
                ends[-1] = at + 1
            continue
        for folded in normalize("NFKC", character):
            shown.append(folded)
            starts.append(at)
            ends.append(at + 1)
    return "".join(shown), starts, ends


def needs_reading(text: str) -> bool:
    """Tell whether a text may hold something that `readable` would take out."""
    return not is_ordinary(text)
