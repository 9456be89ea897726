"""Invented posts with their places by hand, to learn and to measure names that no list has.

They are our own (no real post is in them), so they live in the project. What the gold holds:

- A crossing is one place as written ("5th and Main", "I-10 at Beltway 8", "Kirby Dr & Bissonnet"); two roads
  that are merely both named ("from Elm to Oak", "Elm St between 4th and 6th") are places of their own.
- An address is one place with its number or block and without the town, which is another place.
- A highway is as it is signed ("M25", "FM 2920", "610 loop"); with its exit it is one place of kind exit
  ("I-45 exit 53", "junction 17 of the M8"). Mileposts are left out.
- A river is any water (creek, lake, drain); an area is larger than a town; a building is any named thing that
  is none of the others (station, market, hospital, church, roundabout, apartments, a shop with a name of its
  own). A chain's branch is not a place, the street that it stands on is.
- Without possessive ending, "corner of", "the", "north of" or "southbound"; with "West End", "North Shore".
- Of a tag only the place in it, as written ("#HoustonFlood" -> "Houston", "#MillCreek" -> "MillCreek"),
  always of kind hashtag.
- Not places: people, companies, councils, police, newspapers, teams, storms, titles, goods and ordinary words
  that look like places; @handles; generic "the bridge", "our street", "the school".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("streets.jsonl")
HELD_OUT = slice(300, 600)
"""Posts of other towns, made to be hard, to measure on with weights that did not learn from them; what ships
did."""
CITIES = Path(__file__).with_name("cities.jsonl")
"""Posts about Houston, Chennai, Sheffield and other real cities, made by somebody who saw none of the rest.
They are measured on, and nothing learns from them."""


@dataclass(frozen=True, slots=True)
class Street:
    """An invented post, and the places that it names."""

    id: str
    text: str
    places: tuple[tuple[str, str, int, int], ...]
    """Text, kind, start and end of each place, in the order of the post."""


def _placed(text: str, places: list[dict[str, str]]) -> tuple[tuple[str, str, int, int], ...]:
    found: list[tuple[str, str, int, int]] = []
    end = 0
    for place in places:
        start = text.index(place["text"], end)
        end = start + len(place["text"])
        found.append((place["text"], place["kind"], start, end))
    return tuple(found)


@lru_cache(1)
def streets() -> tuple[Street, ...]:
    """Every post that the shipped weights learned from; `streets()[HELD_OUT]` is measured on without them."""
    return _read(FILE)


def learned() -> tuple[Street, ...]:
    """Those that are learned from where the rest is measured."""
    return streets()[: HELD_OUT.start] + streets()[HELD_OUT.stop :]


@lru_cache(1)
def cities() -> tuple[Street, ...]:
    """The posts about real cities."""
    return _read(CITIES)


def _read(file: Path) -> tuple[Street, ...]:
    """The posts of a file.

    Raises:
        ValueError: A place does not stand in its post where the order of the places says.
    """
    with file.open(encoding="utf-8") as lines:
        return tuple(
            Street(one["id"], one["text"], _placed(one["text"], one["places"]))
            for one in map(json.loads, lines)
        )
