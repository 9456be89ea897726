"""A day and a night in a few seconds: an outage, a restart, summer time, and a clock that is set about.

Real are the schedule, the looks over HTTP, the parser, intake and the database; only the clock is ours.
Nobody waits: to sleep is to let the clock run on.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.intake.pipeline import Judge
from console.intake.places import PlaceIndex
from console.intake.rules import load_rules
from console.model import Place, SourceHealth
from console.paths import DataPaths
from console.service.batch import Counts
from console.service.health import GONE, stopped
from console.service.intake import Intake
from console.service.schedule import Doors, Schedule
from console.settings import StoreSettings
from console.store.reader import Reader
from console.store.writer import Store
from feeds.backoff import Backoff
from feeds.budget import Manners
from feeds.http import Client, Limits
from feeds.look import look
from feeds.parser import Parser
from feeds.source import Bookmark, Look, Source
from tests.instance import Timeline, door

NOON = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
"""The clocks in London go forward at one in the coming night."""
HOUR = 3600.0
RULES = load_rules()
PLACES = PlaceIndex([Place("Mill Street")])


class Day:
    """The town that talks, the service that listens, and the clock over both."""

    def __init__(self, root: Path, timeline: Timeline) -> None:
        self.timeline = timeline
        self.paths = DataPaths(root)
        self.now = 0.0
        """Seconds since noon, as time really goes."""
        self.set_by = 0.0
        """Seconds that this machine's clock is wrong by."""
        self.until = 0.0
        self.over = asyncio.Event()
        self.states: list[str] = []
        self.notes: list[str] = []
        self.alarms = 0
        chance = random.Random(7)
        self.waiting = sorted(self._times(chance))
        timeline.now = lambda: NOON + timedelta(seconds=self.now)

    def _times(self, chance: random.Random) -> list[float]:
        """When somebody says something: every two minutes by day, every twenty by night, and one burst."""
        times, at = [], 60.0
        while at < 24 * HOUR:
            times.append(at)
            night = 11 * HOUR < at < 18 * HOUR
            at += chance.expovariate(1 / (1200.0 if night else 120.0))
        return times + [5 * HOUR + second / 3 for second in range(150)]

    def clock(self) -> datetime:
        return NOON + timedelta(seconds=self.now + self.set_by)

    async def sleep(self, seconds: float) -> None:
        """Let the clock run on, a minute at a time, and the town talk meanwhile."""
        end = self.now + seconds
        while self.now < end:
            if self.now >= self.until:
                self.over.set()
                await asyncio.Event().wait()
            self.now = min(end, self.now + 60.0)
            while self.waiting and self.waiting[0] <= self.now:
                self.timeline.do({"say": f"said at {self.waiting.pop(0):.1f}", "author": "ana"})
            self.timeline.down = 2 * HOUR <= self.now < 8 * HOUR
            await self.schedule.tell()
        await asyncio.sleep(0)

    async def live(self, source: Source, until: float) -> None:
        """Run a service until an hour of the day, and stop it as a restart does."""
        self.until = until
        self.over.clear()
        store = Store.open(self.paths, settings=StoreSettings(keep_free=0, keep=0), clock=self.clock)
        intake = Intake(store, lambda: self._judge(store), clock=self.clock)
        backoff = Backoff(clock=lambda: self.now, chance=lambda: 0.5)
        manners = Manners(rate=1e6, burst=1e6)
        async with (
            Client(
                user_agent="watchfloor/1",
                allow=["127.0.0.1"],
                limits=Limits(deadline=5.0),
                backoff=backoff,
                manners=manners,
            ) as client,
            Parser() as parser,
        ):

            async def take(source: Source, found: Look, _before: Bookmark) -> Counts:
                posts, counts = found.posts, Counts()
                while True:
                    settled, new = intake.take(
                        posts, trust="public", source=source.name, bookmark=found.bookmark
                    )
                    counts, posts = counts + new, posts[settled:]
                    if not posts:
                        return counts

            async def tell(health: SourceHealth) -> None:
                store.source_health(health, stopped(health) if health.state in GONE else "")
                if not self.states or self.states[-1] != health.state:
                    self.states.append(health.state)
                if health.note and (not self.notes or self.notes[-1] != health.note):
                    self.notes.append(health.note)

            async def bookmark(name: str) -> Bookmark:
                return store.bookmark(name)

            async def listen(_source: Source, _bookmark: Bookmark) -> AsyncGenerator[Look, None]:
                raise AssertionError("nothing is pushed here")
                yield Look((), Bookmark())

            self.schedule = Schedule(
                Doors(
                    look=lambda source, bookmark: look(source, bookmark, client, parser),
                    take=take,
                    tell=tell,
                    bookmark=bookmark,
                    listen=listen,
                    clock=self.clock,
                    monotonic=lambda: self.now,
                    chance=lambda: 0.5,
                    sleep=self.sleep,
                )
            )
            stored = store.sources()
            store.register([source])
            self.schedule.start([source], stored)
            await asyncio.wait_for(self.over.wait(), 60)
            await self.schedule.stop()
        store.close()

    def _judge(self, store: Store) -> Judge:
        judge = Judge(PLACES, RULES, window=6 * HOUR, voices=3)
        judge.remember(*store.remembered(self.clock() - timedelta(days=1)))
        return judge


@pytest.fixture
def timeline() -> Timeline:
    return Timeline()


async def test_a_day_of_bad_luck_loses_nothing_and_tells_nothing_twice(
    tmp_path: Path, timeline: Timeline
) -> None:
    server = await asyncio.start_server(door(timeline), "127.0.0.1", 0)
    timeline.port = server.sockets[0].getsockname()[1]
    day = Day(tmp_path, timeline)
    source = Source("town", "mastodon", f"http://127.0.0.1:{timeline.port}/tags/riverton", 180.0)
    await day.live(source, 10 * HOUR)
    day.now += 600.0  # the service is away for ten minutes
    await day.live(source, 14 * HOUR)
    day.set_by = -HOUR  # somebody sets the machine's clock back an hour, and at five forward again
    await day.live(source, 17 * HOUR)
    day.set_by = 0.0
    await day.live(source, 24 * HOUR)
    server.close()

    held = [str(status["uri"]) for status in timeline.statuses.values()]
    with Reader(day.paths.database) as reader:
        total = reader.total()
        heads = reader.mentions(limit=5000)
        kinds = [event.kind for event in reader.events(1000)]
    print(f"days: {len(held)} posts in 24 h, {total} on the desk, states {' '.join(day.states)}")
    assert len(held) > 500
    assert total == len(held), "nothing is lost, nothing there twice"
    assert len({mention.native_id for mention in heads}) == len(heads)
    first = day.states.index("dead")
    assert day.states[: first + 1] in (
        ["waiting", "live", "late", "dead"],
        ["waiting", "quiet", "live", "late", "dead"],
    )
    assert "live" in day.states[first:]
    assert any("after 6h" in note for note in day.notes)
    assert day.notes[-1].endswith("nothing was missed")
    assert kinds.count("source dead") == 1
    assert kinds.count("source silent") <= 1, "one night may surprise a rhythm that never saw one"
