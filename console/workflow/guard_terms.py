"""What a desk must not say: terms, protective markings, links to elsewhere; also where they are disguised."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import compress

from console.workflow.guard_letters import Reading, Word
from console.workflow.guard_rules import Hit

_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_GAP = re.compile(r"(?![,.;!?]+\s)[\W_]{0,3}")
"""What may stand between two words of one term; the end of a sentence may not."""
_ROAD = re.compile(r"[A-Za-z]?\d+[A-Za-z]?")
_START = 3
"""Letters by which a term is looked up in a run of letters that stand apart."""
_LINK = re.compile(
    r"(?<![\w@.])(?:https?://(?P<login>[^\s/@]{1,200}@)?|www\.)?"
    r"(?P<host>[^\W_](?:[\w-]{0,62})(?:\.[^\W_][\w-]{0,62}){1,8})\.?(?P<rest>[/:?#][^\s]{0,2000})?",
)
_ENDINGS = frozenset(
    [
        "com",
        "org",
        "net",
        "info",
        "biz",
        "io",
        "ly",
        "co",
        "gov",
        "mil",
        "edu",
        "int",
        "eu",
        "uk",
        "us",
        "de",
        "fr",
        "nl",
        "es",
        "it",
        "pl",
        "ie",
        "se",
        "no",
        "dk",
        "fi",
        "be",
        "at",
        "ch",
        "pt",
        "cz",
        "ca",
        "au",
        "nz",
        "example",
        "gle",
        "me",
        "app",
        "news",
        "social",
        "xyz",
        "top",
        "site",
        "online",
        "link",
        "click",
        "shop",
        "gl",
        "gd",
    ]
)
"""Endings by which a host is known that is written without `https://`."""


class Terms:
    """Terms ready to be looked for. One that ends in `*` stands for every word that begins so."""

    __slots__ = (
        "_apart",
        "_beginnings",
        "_heads",
        "_joined",
        "_lengths",
        "_phrases",
        "_unspaced",
        "_written",
    )

    def __init__(self, entries: Iterable[str]) -> None:
        self._phrases: dict[str, list[tuple[str, ...]]] = {}
        self._joined: dict[str, str] = {}
        self._apart: dict[str, list[str]] = {}
        self._beginnings: set[str] = set()
        self._unspaced: list[str] = []
        self._written: set[str] = set()
        for entry in entries:
            self._add(entry)
        self._lengths = sorted({len(beginning) for beginning in self._beginnings})
        self._heads = {beginning[: self._lengths[0]] for beginning in self._beginnings}

    def _add(self, entry: str) -> None:
        reading = Reading(entry.rstrip("* "))
        words = tuple(word.text for word in reading.words[0])
        if not words:
            return
        joined = "".join(words)
        self._written.add(reading.plain.casefold())
        if _UNSPACED.search(joined):
            self._unspaced.append(joined)
            return
        self._phrases.setdefault(words[0], []).append(words)
        self._joined[joined] = entry
        if len(joined) >= _START:
            self._apart.setdefault(joined[:_START], []).append(joined)
        if entry.endswith("*") and len(words) == 1:
            self._beginnings.add(joined)

    def find(self, reading: Reading) -> Iterator[tuple[int, int]]:
        """Spans of the plain copy that hold a term, as written or disguised; some may come twice."""
        if not self._joined and not self._unspaced:
            return
        for skeleton, words in zip(reading.skeletons, reading.words, strict=True):
            for start, end in self._in_words(skeleton, words):
                yield from self._real(reading, start, end)
        for word in reading.parted:
            for start, end in self._in_parted(word):
                yield from self._real(reading, start, end)
        for term in self._unspaced:
            at = reading.skeletons[0].find(term)
            while at >= 0:
                yield reading.seen(at, at + len(term))
                at = reading.skeletons[0].find(term, at + len(term))

    def _in_words(self, skeleton: str, words: tuple[Word, ...]) -> Iterator[tuple[int, int]]:
        keys = [word.text for word in words]
        telling = self._phrases.keys() | self._joined.keys()
        telling &= set(keys)
        telling |= {key for key in set(keys) if self._begins(key)}
        if not telling:
            return
        for at in compress(range(len(keys)), map(telling.__contains__, keys)):
            word = words[at]
            for phrase in self._phrases.get(word.text, ()):
                last = at + len(phrase) - 1
                if last < len(words) and all(
                    words[at + step].text == phrase[step]
                    and _GAP.fullmatch(skeleton, words[at + step - 1].end, words[at + step].start)
                    for step in range(1, len(phrase))
                ):
                    yield word.start, words[last].end
            if word.text not in self._phrases or word.text in self._joined:
                yield word.start, word.end

    def _in_parted(self, word: Word) -> Iterator[tuple[int, int]]:
        if not word.at:
            if word.text in self._joined or self._begins(word.text):
                yield word.start, word.end
            return
        for at in range(len(word.text) - _START + 1):
            for term in self._apart.get(word.text[at : at + _START], ()):
                if word.text.startswith(term, at):
                    yield word.at[at], word.at[at + len(term) - 1] + 1

    def _real(self, reading: Reading, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Digits read as letters must stand among letters: `A55` is a road and `455` a number, not a word."""
        span = reading.seen(start, end)
        written = reading.plain[slice(*span)]
        if not _ROAD.fullmatch(written) or written.casefold() in self._written:
            yield span

    def _begins(self, word: str) -> bool:
        return (
            bool(self._lengths)
            and word[: self._lengths[0]] in self._heads
            and any([word[:length] in self._beginnings for length in self._lengths])
        )


def forbidden(reading: Reading, terms: Terms) -> Iterator[Hit]:
    """Terms, wherever they stand and however they are written."""
    for start, end in terms.find(reading):
        yield Hit(*reading.given(start, end), reading.plain[start:end])


def markings(reading: Reading, anywhere: Terms, capitals: Terms, alone: Terms) -> Iterator[Hit]:
    """Protective markings: some in any letters, some only in capitals, some only on a line of their own."""
    plain = reading.plain
    spans = [
        *anywhere.find(reading),
        *(span for span in capitals.find(reading) if plain[slice(*span)].isupper()),
        *(span for span in alone.find(reading) if plain[slice(*span)].isupper() and _alone(plain, *span)),
    ]
    for start, end in spans:
        yield Hit(*reading.given(start, end), plain[start:end])


def _alone(plain: str, start: int, end: int) -> bool:
    before = plain[max(0, start - 8) : start].rstrip(" \t*_#-")
    after = plain[end : end + 8].lstrip(" \t*_-")
    return (not before or before[-1] in "\n/([{") and (not after or after[0] in "\n/)]}:")


def links(reading: Reading) -> Iterator[tuple[str, int, int]]:
    """(host in small letters, start, end) of every link of the plain copy; one behind a login has no host."""
    plain = reading.plain
    if "." not in plain:
        return
    for found in _LINK.finditer(plain):
        host = found["host"].lower()
        written = found[0].lower().startswith(("http", "www."))
        ending = host.rpartition(".")[2]
        if written or (ending in _ENDINGS and (found["rest"] or found["host"] == host)):
            if not found[0].lower().startswith("http"):
                host = host.removeprefix("www.")
            yield "" if found["login"] else host, *found.span()


def outside(reading: Reading, hosts: frozenset[str]) -> Iterator[Hit]:
    """Links to a host that is neither on the list nor under one that is; without a list every link may be."""
    if not hosts:
        return
    for host, start, end in links(reading):
        if not is_under(host, hosts):
            yield Hit(*reading.given(start, end), host or "a host behind a login")


def to(reading: Reading, hosts: frozenset[str]) -> Iterator[Hit]:
    """Links to a host that is on the list, as those of shorteners, and those that hide where they lead."""
    for host, start, end in links(reading):
        if not host or is_under(host, hosts):
            yield Hit(*reading.given(start, end), host or "a host behind a login")


def is_under(host: str, hosts: frozenset[str]) -> bool:
    """Whether a host, or one above it, is on the list."""
    parts = host.split(".")
    return any([".".join(parts[at:]) in hosts for at in range(len(parts))])
