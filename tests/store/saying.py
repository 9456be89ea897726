"""Mentions that name places which no list has, as intake hands them over once it recognises such names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from console.model import FoundPlace
from console.store.writer import Taken
from tests.store.making import taken

STREET = "Alder St"


def naming(native_id: str, name: str = STREET, *, text: str = "", **more: Any) -> Taken:
    """A mention by a voice of its own, filed nowhere, that names a place."""
    words = text or f"water over the kerb at {name}"
    given: dict[str, Any] = {"author": f"@voice{native_id}", "place": ""} | more
    one = taken(native_id, words, **given)
    start = words.index(name)
    found = FoundPlace(name, start, start + len(name), name, listed=False)
    judgement = one.ruling.judgement._replace(places=(found,))
    return replace(one, ruling=one.ruling._replace(judgement=judgement))


def named_by(voices: int, name: str = STREET, *, first: int = 100, **more: Any) -> list[Taken]:
    """So many voices that name a place."""
    return [naming(str(number), name, **more) for number in range(first, first + voices)]
