"""Who speaks in Riverton, and how each of them writes."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

VOICES = Path(__file__).with_name("voices.csv")
RESIDENTS = frozenset(("mill", "weir", "station", "orchard", "east", "school", "drivers", "town", "students"))
"""The groups that pass on what others wrote; newcomers ask in their own language, and spam only sells."""

MISSPELLINGS = {
    "because": "becuase",
    "definitely": "definately",
    "tomorrow": "tommorow",
    "separate": "seperate",
    "their": "thier",
    "people": "poeple",
    "really": "realy",
    "anybody": "anybdy",
    "anyone": "anyoen",
    "thank": "thnak",
    "please": "plese",
    "council": "counsil",
    "water": "watter",
    "coming": "comming",
    "believe": "beleive",
    "friend": "freind",
    "until": "untill",
    "which": "wich",
    "through": "thru",
    "river": "rivver",
    "with": "wiht",
    "about": "abuot",
    "everyone": "evryone",
    "should": "shoud",
    "you're": "your",
    "still": "stil",
    "the": "teh",
}
"""How hurried thumbs write; each is used now and then, never in a name that is written with a capital."""

_WORD = re.compile(r"[a-z']+")
_MARKS = re.compile(r"(\{[^}]*\}|@\w+|#\w+)")


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who writes: a handle, a name, where they are at home, and their way of writing."""

    handle: str
    name: str
    group: str
    style: str


def voices() -> tuple[Voice, ...]:
    """Everybody, in the order of the list."""
    with VOICES.open(encoding="utf-8", newline="") as lines:
        return tuple(Voice(**row) for row in csv.DictReader(lines))


def write(
    text: str, style: str, dice: Random, *, tags: tuple[str, ...] = (), emoji: tuple[str, ...] = ()
) -> str:
    """Say a line in somebody's way of writing; handles, hashtags and clock marks stay whole."""
    match style:
        case "lower":
            return _outside_marks(text, str.lower).removesuffix(".")
        case "terse":
            return text.replace("'", "").removesuffix(".")
        case "loud":
            return text.rstrip(".") + dice.choice(("!", "!!", "!!!"))
        case "typo":
            return _outside_marks(text, lambda part: _misspelt(part, dice))
        case "tags" if tags:
            return f"{text} {dice.choice(tags)}"
        case "emoji" if emoji:
            return f"{text} {dice.choice(emoji)}"
    return text


def _outside_marks(text: str, change: Callable[[str], str]) -> str:
    return "".join(part if i % 2 else change(part) for i, part in enumerate(_MARKS.split(text)))


def _misspelt(text: str, dice: Random) -> str:
    def slip(word: re.Match[str]) -> str:
        wrong = MISSPELLINGS.get(word[0])
        return wrong if wrong and dice.random() < 0.5 else word[0]

    return _WORD.sub(slip, text)
