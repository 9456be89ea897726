"""Phrases written as patterns: `i|we need|needs help|rescue` is eight of them.

The program's own tables stand for 20,000 phrases, of which a desk meets a few hundred: each pattern waits
under the words that its phrases begin with, and is spelled out when a text first has one of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, product
from typing import Generic, TypeVar

from console.intake.phrases import Phrases, Waiting, fold

Owner = TypeVar("Owner")
Slot = list[list[str]]
"""The keys of each word that may stand there; no keys where it may be missing."""


def slots_of(pattern: str) -> Iterator[Slot]:
    """Read a pattern; a word ending in `?` may be missing (`send a? boat`)."""
    for slot in pattern.split():
        words = [_keys_of(word) for word in slot.rstrip("?").split("|")]
        yield [[], *words] if slot[-1] == "?" else words


def beginnings(pattern: str) -> set[str]:
    """The words with which its phrases begin; none for a pattern without a word in it."""
    leading = pattern.split(maxsplit=1)[0].split("|")
    if all(map(_is_key, leading)):
        return set(leading)
    firsts: set[str] = set()
    for slot in slots_of(pattern):
        firsts.update([keys[0] for keys in slot if keys])
        if [] not in slot:
            break
    return firsts


def spell_out(slots: list[Slot], first: str) -> Iterator[tuple[str, ...]]:
    """Give every phrase of a pattern that begins with a word."""
    while slots:
        leading, *slots = slots
        for chosen in product([keys for keys in leading if keys[:1] == [first]], *slots):
            yield tuple([key for keys in chosen for key in keys])
        if [] not in leading:
            break


def _keys_of(word: str) -> list[str]:
    """What `fold` gives; most words of a table are their own keys."""
    return [word] if _is_key(word) else fold(word)


def _is_key(word: str) -> bool:
    return word.isalpha() and word.islower() and word.isascii()


class Patterns(Phrases[tuple[Owner, ...]], Generic[Owner]):
    """Patterns with their owners: two may own one phrase; one without an owner is only found."""

    __slots__ = ()

    def __init__(self, entries: Iterable[tuple[str, Owner | None]] = ()) -> None:
        super().__init__()
        waiting: dict[str, Waiting] = {}
        for entry in entries:
            for first in beginnings(entry[0]):
                waiting.setdefault(first, Waiting()).append(entry)
        self._root.update(waiting)

    def __iter__(self) -> Iterator[tuple[tuple[str, ...], tuple[Owner, ...]]]:
        """Every phrase that the patterns stand for, and its owners."""
        self._spell(list(self._root))
        return super().__iter__()

    def run_together(self, tag: str) -> tuple[Owner, ...] | None:
        """The owners of the phrase that a hashtag holds without its spaces; None for no phrase."""
        self._spell(accumulate(tag[:-1]))
        return super().run_together(tag)

    def _spell(self, firsts: Iterable[str]) -> None:
        """Spell out what waits under these words."""
        owners: dict[tuple[str, ...], tuple[Owner, ...]] = {}
        for first in filter(self._root.__contains__, firsts):
            if not isinstance(waiting := self._root[first], Waiting):
                continue
            del self._root[first]
            for pattern, owner in waiting:
                for phrase in spell_out(list(slots_of(pattern)), first):
                    before = owners.setdefault(phrase, ())
                    if owner is not None and owner not in before:
                        owners[phrase] = (*before, owner)
        for phrase, own in owners.items():
            self.add(phrase, own)
