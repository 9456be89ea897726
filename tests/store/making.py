"""Values as intake hands them over, made by hand for the tests of the store."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from console.intake.ruling import IncidentNow, LivingHazard, Ruling, post_key
from console.model import Judgement, Reason, Tier
from console.paths import DataPaths
from console.settings import StoreSettings
from console.store.writer import Store, Taken
from feeds.post import Area, Hazard, Info, Post, PostState

START = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)


@dataclass
class Clock:
    """The time it is, until the test says otherwise."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def go(self, **passed: float) -> datetime:
        """Let time pass (`timedelta`'s words)."""
        self.now += timedelta(**passed)
        return self.now


@dataclass
class Desk:
    """An open store in a directory of its own."""

    paths: DataPaths
    clock: Clock = field(default_factory=Clock)
    settings: StoreSettings = field(default_factory=StoreSettings)

    def open(self) -> Store:
        """Open it for writing."""
        return Store.open(self.paths, settings=self.settings, clock=self.clock)


def desk(folder: Path, **settings: Any) -> Desk:
    """A desk in a directory that the store makes by itself."""
    return Desk(DataPaths(folder / "desk"), settings=StoreSettings(**settings))


def taken(
    native_id: str,
    text: str = "the road is closed",
    *,
    source: str = "town",
    author: str = "@ana",
    at: datetime = START,
    mood: float | None = None,
    points: int = 1,
    tier: Tier = 3,
    topic: str = "road",
    place: str = "Main Road",
    head: str | None = None,
    voices: int = 1,
    incident: IncidentNow | None = None,
    adopted: tuple[str, ...] = (),
    mention_id: int | None = None,
    hazard: LivingHazard | None = None,
    state: PostState = "live",
    raw: bytes = b"",
    url: str = "",
    official: bool = False,
) -> Taken:
    """One post out of intake."""
    post = Post(
        source,
        native_id,
        text,
        created_at=at,
        author=author,
        state=state,
        raw=raw or text.encode("utf-8", "replace"),
    )
    judgement = Judgement(
        id=native_id,
        text=text,
        lang="en",
        places=(),
        place=place,
        topic=topic,
        mood=mood,
        mood_note="" if mood is not None else "not scored",
        points=points,
        urgency=points / 10,
        tier=tier,
        reasons=(Reason("said so", points),),
        repeat_of=head,
        incident=incident.key if incident else None,
    )
    ruling = Ruling(
        key=post_key(source, native_id),
        judgement=judgement,
        at=at,
        author=author,
        author_name=author.strip("@").title(),
        url=url,
        official=official,
        status="Actual" if hazard else "",
        notes=(),
        head=post_key(source, head) if head else None,
        head_voices=voices,
        incident=incident,
        adopted=tuple(post_key(source, key) for key in adopted),
    )
    return Taken(post, ruling, mention_id, hazard)


def incident(
    key: str = "main-road.road", *, tier: Tier = 3, points: int = 1, voices: int = 3, **more: Any
) -> IncidentNow:
    """An incident as it stands."""
    values: dict[str, Any] = {
        "key": key,
        "place": "Main Road",
        "topic": "road",
        "tier": tier,
        "points": points,
        "reasons": (Reason(f"{voices} voices", points),),
        "voices": voices,
        "official": False,
        "state": "open",
        "opened_at": START,
        "last_at": START,
    }
    return IncidentNow(**values | more)


def flood_warning(text: str = "Flash flood warning", *, updates: int = 0, **more: Any) -> LivingHazard:
    """A living hazard in two languages that ends in an hour."""
    infos = (
        Info("Flash Flood", headline=text, severity="Severe", expires=START, areas=(Area("Mill Street"),)),
        Info("Crecida", language="es-US", headline="Aviso", areas=(Area("Mill Street"),)),
    )
    latest = Hazard(f"warning-{updates}", "weather@office.example", START, infos=infos)
    values: dict[str, Any] = {
        "messages": tuple(f"message-{number}" for number in range(updates + 1)),
        "latest": latest,
        "state": "live",
        "updates": updates,
        "ends_at": START + timedelta(hours=1),
        "assumed_end": False,
    }
    return LivingHazard(**values | more)


NOBODY = 65534


@contextmanager
def only_readable(paths: DataPaths) -> Iterator[None]:
    """Be someone who may read the desk's files but change nothing; root becomes nobody for it."""
    kept = {path: path.stat().st_mode for path in (paths.root, *paths.root.iterdir())}
    for path in kept:
        path.chmod(0o555 if path.is_dir() else 0o444)
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if was_root:
            os.seteuid(0)
        for path, mode in kept.items():
            path.chmod(mode)
