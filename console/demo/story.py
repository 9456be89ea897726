"""The written lines, as scenes: who may say them, and from when until when."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

import msgspec

from console.demo.hostile import HOSTILE

Origin = Literal["posts", "requests", "power-feed", "council", "alerts"]
"""The sources of the town, by the names of their files."""
STORY = Path(__file__).with_name("story")
NEWS = Path(__file__).with_name("news.toml")


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line that needs more than its words. A plain string in the story is a line with text alone."""

    text: str = ""
    id: str = ""
    by: str = ""
    """Handle of the one who must say it; anyone of the scene's cast where empty."""
    at: float | None = None
    """Minute of the story; its turn in the scene where None."""
    lang: str = ""
    re: str = ""
    """Id of the line that it answers."""
    edits: str = ""
    deletes: str = ""
    place: str = ""
    topic: str = ""
    reposts: int = 0
    over: float = 15.0
    """Minutes within which the reposts come, most of them early."""


class Scene(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from"}):
    """Lines that belong together, told one after the other while other scenes go on."""

    name: str
    start: float
    """Minute of the story."""
    until: float
    lines: tuple[str | Line, ...]
    cast: tuple[str, ...] = ()
    """Groups of voices that may speak."""
    source: Origin = "posts"
    reposts: float = 0.0
    """Share of the lines that somebody passes on."""
    tags: tuple[str, ...] = ()
    emoji: tuple[str, ...] = ()
    height: float | None = None
    """Minute at which most is said; None spreads the lines evenly."""
    draw: int = 0
    """How many short reactions to make of the lines and `slots`; 0 says each line once, as it stands."""
    slots: dict[str, tuple[str, ...]] = {}


class NewsItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One item that the council publishes."""

    id: str
    at: float
    """Minute of the story."""
    title: str
    text: str


def scenes() -> tuple[Scene, ...]:
    """Every scene of the evening, in the order of the files; the hostile ones come last."""
    written = [
        scene
        for path in sorted(STORY.glob("*.toml"))
        for scene in msgspec.convert(tomllib.loads(path.read_text("utf-8"))["scene"], tuple[Scene, ...])
    ]
    hostile = Scene(name="hostile", start=10, until=220, lines=HOSTILE, cast=("hostile",))
    return (*written, hostile)


def news_items() -> tuple[NewsItem, ...]:
    """What the council publishes, oldest first."""
    items = tomllib.loads(NEWS.read_text("utf-8"))["item"]
    return tuple(sorted(msgspec.convert(items, tuple[NewsItem, ...]), key=lambda item: item.at))
