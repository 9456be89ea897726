"""Slots: the places in a canned reply that a person fills, and how to find one that was forgotten.

A slot is `{place}` or, with a hint for whoever fills it, `{place: a street or a landmark}`. Its name stands
right behind the brace: words of letters and digits, at least two characters, parted by single spaces or
hyphens. Case does not matter. Everything else in braces is ordinary text and never a slot: `{ place }`,
`{}`, `{"a": 1}`, `{1, 2}`, `{x}`, `{{place}}`, `${place}`. So whoever means the words themselves puts a space
behind the brace. A slot lies in one line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_NAME = 40
LONGEST_HINT = 80
_SLOT = re.compile(
    r"(?<![$\\])\{(?P<name>[^\W\d_][^\W_]*(?:[ -][^\W_]+)*)"
    rf"(?::[ \t]*(?P<hint>[^{{}}\n]{{0,{LONGEST_HINT}}}))?\}}"
)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place to be filled: how it is called, and what to write there."""

    name: str
    """In small letters."""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a slot is in a filled text: its value, or the slot itself where it is still empty."""

    name: str
    start: int
    end: int
    filled: bool


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its slots filled as far as values were known."""

    text: str
    empty: tuple[str, ...]
    """Slots of the template that still stand, each once, in the order of the text."""
    spans: tuple[Span, ...]


def slots_in(text: str) -> tuple[Slot, ...]:
    """Every slot of a text, each name once, with the first hint that it has."""
    found: dict[str, str] = {}
    for match in _matches(text):
        name, hint = match["name"].lower(), (match["hint"] or "").strip()
        found[name] = found.get(name) or hint
    return tuple(Slot(name, hint) for name, hint in found.items())


def empty_slots(text: str) -> tuple[str, ...]:
    """The slots that stand in any text, whoever typed them: while there is one, the text is not sent."""
    return tuple(slot.name for slot in slots_in(text))


def fill_slots(text: str, values: Mapping[str, str]) -> Filled:
    """Put values into their slots, in one pass: what looks like a slot within a value is never filled.

    A value of white space alone is none. Names that the text has no slot for are left alone.
    """
    known = {name.lower(): value.strip() for name, value in values.items() if value.strip()}
    said, spans, empty = "", [], dict[str, None]()
    done = 0
    for match in _matches(text):
        name = match["name"].lower()
        said += text[done : match.start()]
        words = known.get(name, match[0])
        if name not in known:
            empty[name] = None
        spans.append(Span(name, len(said), len(said) + len(words), name in known))
        said += words
        done = match.end()
    return Filled(said + text[done:], tuple(empty), tuple(spans))


def stray_brace(text: str) -> str:
    """The first brace that belongs to no slot, with what follows it; empty where there is none.

    In a canned reply that is a slot mistyped.
    """
    taken = {place for match in _matches(text) for place in range(*match.span())}
    stray = next((place for place, sign in enumerate(text) if sign in "{}" and place not in taken), None)
    return "" if stray is None else text[stray : stray + 20].partition("\n")[0]


def _matches(text: str) -> list[re.Match[str]]:
    return [
        match
        for match in _SLOT.finditer(text)
        if 2 <= len(match["name"]) <= LONGEST_NAME
        and not (text[: match.start()].endswith("{") and text.startswith("}", match.end()))
    ]
