"""Invented posts of a town's everyday emergencies, to learn and to measure who calls for help.

The posts of disasters hold few direct calls: most of their requests ask the public for goods and money. These
are our own (no real post is in them), so they live in the project. A `call` is somebody in danger now who
needs responders, whoever tells of it; the rest uses the same words: news, advice, drills, thanks, figures of
speech, sport, adverts, and everyday requests.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("calls.jsonl")
"""Posts to learn from, invented without sight of rules or weights; of kind `plain` are those without any
danger."""
UNSEEN = Path(__file__).with_name("calls_unseen.jsonl")
"""More of them, invented apart from the rest. They are measured on, and nothing learns from them."""
PARTS = 8
"""Parts into which they are dealt, so that a word must occur in several to be learned."""


@dataclass(frozen=True, slots=True)
class Call:
    """An invented post, and whether it is a call for help."""

    text: str
    call: bool
    kind: str


@lru_cache(1)
def calls() -> tuple[Call, ...]:
    """Every post that the shipped weights learned from."""
    return _read(FILE)


@lru_cache(1)
def unseen() -> tuple[Call, ...]:
    """Posts that nothing was learned from."""
    return _read(UNSEEN)


def _read(path: Path) -> tuple[Call, ...]:
    with path.open(encoding="utf-8") as lines:
        return tuple(Call(one["text"], one["call"], one["kind"]) for one in map(json.loads, lines))
