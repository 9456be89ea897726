"""A small real desk to look at: a database made through the store, and the wall over it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from textual.pilot import Pilot

from console.desk.app import Desk
from console.desk.here import Here
from console.desk.lifeline import Lifeline
from console.desk.wall import Wall
from console.model import SourceHealth, Tier
from console.paths import DataPaths
from console.settings import DeskSettings, Settings, View
from console.store.writer import Taken
from tests.store.making import START, Clock, incident, taken
from tests.store.making import Desk as StoredDesk

MILL = incident("mill-street.flood", place="Mill Street", topic="flood", tier=1, points=9, voices=31)
ROAD = incident("main-road.road", tier=2, points=4, voices=14)
NOISE = incident("main-road.noise", topic="noise", tier=3, points=1, voices=2)
NOWHERE = incident("election", place="", topic="election", tier=3, points=0, voices=22)


def said(number: int, text: str, tier: Tier = 3, **more: object) -> Taken:
    """A mention said a minute after the one before it."""
    at = START - timedelta(minutes=40 - number)
    return taken(f"post-{number}", text, tier=tier, author=f"@voice{number}", at=at, **more)  # type: ignore[arg-type]


@dataclass
class Town:
    """The database of an evening, and its clock."""

    root: Path
    clock: Clock = field(default_factory=Clock)

    @property
    def paths(self) -> DataPaths:
        return DataPaths(self.root / "desk")

    def take(self, *mentions: Taken) -> None:
        """Have the store take mentions in, as the service does."""
        with closing(StoredDesk(self.paths, clock=self.clock).open()) as store:
            store.take(mentions, source=None, bookmark=None)

    def hear_of(self, source: SourceHealth) -> None:
        """Have the store note how a source does."""
        with closing(StoredDesk(self.paths, clock=self.clock).open()) as store:
            store.source_health(source)

    def settle(self) -> Town:
        """An evening with four incidents and thirty mentions."""
        calm = [said(number, f"calm word {number}", mood=0.2) for number in range(1, 25)]
        self.take(
            *calm,
            said(25, "noise all night", topic="noise", incident=NOISE),
            said(26, "polling stations unchanged", place="", topic="election", incident=NOWHERE),
            said(27, "a pothole as deep as a bath", 2, points=4, incident=ROAD, mood=-0.4),
            said(28, "bus 7 diverted", 2, points=4, incident=ROAD, url="https://board.example/28"),
            said(29, "thanks to the crews", mood=0.6),
            said(30, "water in the basement", 1, points=9, place="Mill Street", topic="flood", incident=MILL),
        )
        return self

    def desk(self, **desk: object) -> Desk:
        """The app over this town, without a service."""
        settings = Settings(
            desk=replace(DeskSettings(name="Riverton", time_zone="UTC"), **desk),  # type: ignore[arg-type]
            views=(View("election", "topic:election"), View("urgent", "tier:now")),
        )
        return Desk(Here.of(settings, now=self.clock), self.paths, Lifeline(self.paths, None, self.clock))


def text_of(pilot: Pilot[int]) -> str:
    """The screen as a person reads it, after the guard."""
    screen = pilot.app.screen
    return "\n".join(strip.text.rstrip() for strip in screen._compositor.render_strips(pilot.app.size))


def wall_of(pilot: Pilot[int]) -> Wall:
    """The wall, wherever the operator is."""
    return next(screen for screen in pilot.app.screen_stack if isinstance(screen, Wall))


async def rest(pilot: Pilot[int]) -> None:
    """Wait until the detail has followed the cursor."""
    await pilot.pause(0.1)
    await pilot.pause()


def later(minutes: float) -> datetime:
    """A moment after the evening began."""
    return START + timedelta(minutes=minutes)
