"""The posts that weights are learned from and measured on, split by event and never by post.

IDRISI-RE (Suwaileh, Elsayed, Imran; CC BY 4.0): posts of fourteen disasters with gold places and the
humanitarian class. They are read from outside the project and never copied into it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).resolve().parents[2].parent / "shared/data"
POSTS = DATA / "posts/crisis_posts.jsonl"

FOLDS: tuple[tuple[str, ...], ...] = (
    ("california_wildfires_2018", "hurricane_maria_2017", "ecuador_earthquake_2016"),
    ("canada_wildfires_2016", "hurricane_florence_2018", "italy_earthquake_aug_2016"),
    ("cyclone_idai_2019", "puebla_mexico_earthquake_2017", "hurricane_matthew_2016"),
    ("hurricane_irma_2017", "kaikoura_earthquake_2016", "pakistan_earthquake_2019"),
    ("greece_wildfires_2018", "srilanka_floods_2017"),
)
"""Events that are held out together; each event once. What is measured on a fold was learned without it."""


@dataclass(frozen=True, slots=True)
class Gold:
    """A post, and what people said that it holds."""

    id: str
    event: str
    created_at: str
    text: str
    label: str
    """The humanitarian class."""
    places: tuple[tuple[str, str, int, int], ...]
    """Text, type, start and end of each place named."""


@lru_cache(1)
def gold() -> tuple[Gold, ...]:
    """Every post, in the order of time within its event.

    Raises:
        FileNotFoundError: The data is not beside the project.
    """
    with POSTS.open(encoding="utf-8") as lines:
        return tuple(
            Gold(
                one["id"],
                one["event"],
                one["created_at"],
                one["text"],
                one["class"],
                tuple(
                    (place["text"], place["type"], place["start"], place["end"]) for place in one["places"]
                ),
            )
            for one in map(json.loads, lines)
        )


def folds() -> Iterator[tuple[tuple[Gold, ...], tuple[Gold, ...]]]:
    """Posts to learn from, and posts of other events to measure on."""
    for held_out in FOLDS:
        yield (
            tuple(one for one in gold() if one.event not in held_out),
            tuple(one for one in gold() if one.event in held_out),
        )
