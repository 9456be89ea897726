"""When sources are looked at: a hundred seconds of a desk in a moment, on a clock of our own."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.model import SourceHealth
from console.service.batch import Counts
from console.service.intake import NotTakenIn
from console.service.schedule import Doors, Schedule
from feeds.source import Bookmark, Look, Refusal, Source, SourceError

START = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
FEED = Source("council", "rss", "https://council.example/news.xml", 60.0)


class World:
    """What sources answer, when they were asked, and a clock that only sleeping moves."""

    def __init__(self, answers: dict[str, Callable[[int], Look]]) -> None:
        self.answers = answers
        self.now = 0.0
        self.wall_jump = timedelta(0)
        self.asked: list[tuple[str, float]] = []
        self.told: list[tuple[str, str, str]] = []
        self.stored: dict[str, Bookmark] = {}
        self.room = True
        self.pushed = 0
        self.chance: Callable[[], float] = lambda: 0.5
        self.sleepers: list[tuple[float, int, asyncio.Event]] = []

    async def sleep(self, seconds: float) -> None:
        """Whoever wants to wake first does, and the clock stands there then."""
        woken = asyncio.Event()
        self.sleepers.append((self.now + seconds, len(self.asked), woken))
        await woken.wait()

    async def pass_time(
        self, sources: list[Source], seconds: float, between: Callable[[], None] = lambda: None
    ) -> None:
        """Watch sources for so many seconds; `between` happens at each step of the clock."""
        watched = Schedule(self.doors())
        watched.start(sources)
        end = self.now + seconds
        while True:
            for _ in range(10):
                await asyncio.sleep(0)
            self.sleepers.sort(key=lambda sleeper: sleeper[:2])
            if not self.sleepers or self.sleepers[0][0] > end:
                break
            at, _, woken = self.sleepers.pop(0)
            self.now = max(self.now, at)
            woken.set()
            between()
        self.now = end
        await watched.tell()
        await watched.stop()

    async def look(self, source: Source, bookmark: Bookmark) -> Look:
        self.asked.append((source.name, self.now))
        return self.answers[source.name](bookmark.position)

    async def listen(self, source: Source, bookmark: Bookmark) -> AsyncGenerator[Look, None]:
        """What is pushed: one more a second for ten seconds, and then the line breaks."""
        self.asked.append((source.name, self.now))
        for _ in range(10):
            await self.sleep(1.0)
            self.pushed += 1
            bookmark = Bookmark(position=bookmark.position + 1)
            yield Look((), bookmark)
        raise SourceError("ended its stream.")

    async def take(self, source: Source, found: Look, before: Bookmark) -> Counts:
        if not self.room:
            raise NotTakenIn("the disk is full.", retry_after=10.0)
        self.stored[source.name] = found.bookmark
        return Counts(new=found.bookmark.position - before.position)

    async def tell(self, health: SourceHealth) -> None:
        self.told.append((health.name, health.state, health.last_error))

    async def bookmark(self, name: str) -> Bookmark:
        return self.stored.get(name, Bookmark())

    def times(self, name: str) -> list[float]:
        return [round(at, 1) for who, at in self.asked if who == name]

    def states(self, name: str) -> list[str]:
        return [state for who, state, _ in self.told if who == name]

    def doors(self) -> Doors:
        return Doors(
            look=self.look,
            take=self.take,
            tell=self.tell,
            bookmark=self.bookmark,
            listen=self.listen,
            clock=lambda: START + timedelta(seconds=self.now) + self.wall_jump,
            monotonic=lambda: self.now,
            chance=lambda: self.chance(),
            sleep=self.sleep,
        )


def one_more(position: int) -> Look:
    return Look((), Bookmark(position=position + 1))


def nothing_new(position: int) -> Look:
    return Look((), Bookmark(position=position), unchanged=True)


def broken(_position: int) -> Look:
    raise SourceError("cannot be reached.")


async def test_a_source_is_asked_once_an_interval() -> None:
    world = World({"council": one_more})
    await world.pass_time([FEED], 200)
    assert world.times("council") == [1.0, 61.0, 121.0, 181.0]
    assert world.stored["council"] == Bookmark(position=4)


async def test_intervals_jitter_by_a_tenth() -> None:
    world = World({"council": nothing_new})
    chances = iter([0.0, 0.0, 1.0, 0.0, 1.0] + [0.5] * 50)
    world.chance = lambda: next(chances)
    await world.pass_time([FEED], 250)
    assert world.times("council") == [0.0, 54.0, 120.0, 174.0, 240.0]


async def test_a_servers_wish_is_obeyed() -> None:
    world = World({"council": lambda at: Look((), Bookmark(position=at), next_after=600.0)})
    await world.pass_time([FEED], 1000)
    assert world.times("council") == [1.0, 601.0]


async def test_a_failing_source_backs_off_and_never_asks_more_often_than_agreed_for_long() -> None:
    world = World({"council": broken})
    await world.pass_time([FEED], 200)
    assert world.times("council") == [1.0, 4.8, 12.2, 27.2, 57.2, 117.2, 177.2]
    assert world.states("council")[0] == "waiting"
    assert world.states("council")[-1] == "late"
    assert world.told[-1][2] == "cannot be reached."


async def test_a_pause_that_the_failure_names_is_kept() -> None:
    def busy(_position: int) -> Look:
        raise SourceError("says we ask too often.", retry_after=120.0)

    world = World({"council": busy})
    await world.pass_time([FEED], 300)
    assert world.times("council") == [1.0, 121.0, 241.0]


async def test_a_lasting_failure_is_tried_at_the_usual_interval() -> None:
    def gone(_position: int) -> Look:
        raise SourceError("does not know this address.", lasting=True)

    world = World({"council": gone})
    await world.pass_time([FEED], 130)
    assert world.times("council") == [1.0, 61.0, 121.0]


async def test_a_dead_source_stops_no_other() -> None:
    def faulty(_position: int) -> Look:
        raise ZeroDivisionError

    world = World({"council": one_more, "power": broken, "odd": faulty})
    others = [replace(FEED, name="power"), replace(FEED, name="odd")]
    await world.pass_time([*others, FEED], 400)
    assert len(world.times("council")) == 7
    assert world.states("council")[-1] == "live"
    assert world.states("power")[-1] == "dead"
    assert world.states("odd")[-1] == "dead"
    assert "fault of our own (ZeroDivisionError)" in world.told[-2][2] + world.told[-1][2]


async def test_more_from_a_server_comes_at_a_measured_pace() -> None:
    world = World({"council": lambda at: Look((), Bookmark(position=at + 1), more=at < 3)})
    await world.pass_time([FEED], 50)
    assert world.times("council") == [1.0, 2.0, 3.0, 4.0]


async def test_a_bookmark_advances_only_with_what_was_stored() -> None:
    world = World({"council": one_more})
    world.room = False

    def make_room() -> None:
        world.room = world.now > 30

    await world.pass_time([FEED], 45, make_room)
    assert world.times("council") == [1.0, 11.0, 21.0, 31.0]
    assert world.stored["council"] == Bookmark(position=1)


@pytest.mark.parametrize("jump", [timedelta(days=-3), timedelta(days=400)])
async def test_a_clock_that_jumps_changes_no_schedule(jump: timedelta) -> None:
    world = World({"council": one_more})

    def turn_the_clock() -> None:
        world.wall_jump = jump if world.now > 60 else timedelta(0)

    await world.pass_time([FEED], 200, turn_the_clock)
    assert world.times("council") == [1.0, 61.0, 121.0, 181.0]
    assert set(world.states("council")[1:]) == {"live"}


async def test_an_answer_that_changes_nothing_is_written_down_once_a_minute() -> None:
    world = World({"council": nothing_new})
    await world.pass_time([replace(FEED, interval=5.0)], 300)
    assert len(world.times("council")) == 60
    assert len(world.told) <= 8


async def test_a_local_file_is_looked_at_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_text("one\n")
    world = World({"posts": one_more})

    def grow() -> None:
        if 20 < world.now < 20.3:
            path.write_text("one\ntwo\n")

    await world.pass_time([Source("posts", "jsonl", str(path), 60.0)], 50, grow)
    first, second = world.times("posts")
    assert (first, 20 < second < 20.7) == (0.0, True)


async def test_an_endless_file_leaves_the_others_their_turn(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_text("one\n")
    world = World(
        {"posts": lambda at: Look((), Bookmark(position=at + 1), more=at < 500), "council": one_more}
    )
    await world.pass_time([Source("posts", "jsonl", str(path), 60.0), FEED], 30)
    assert len(world.times("posts")) == 501
    assert world.times("council") == [1.0]


async def test_changed_sources_are_taken_up_and_the_rest_left_alone() -> None:
    world = World({"council": one_more, "power": one_more, "news": one_more})
    watched = Schedule(world.doors())
    watched.start([FEED, replace(FEED, name="power")])
    changed = await watched.change([FEED, replace(FEED, name="news")])
    assert changed == ("news", "power")
    assert [health.name for health in watched.health] == ["council", "news"]
    await watched.stop()


STREAM = Source("town", "jetstream", "wss://stream.example/subscribe", 60.0, keywords=("flood",))
SEARCH = Source("flood-search", "bluesky", "https://bsky.app/search?q=flood", 60.0)


async def test_what_is_pushed_is_taken_in_one_after_the_other_and_taken_up_where_it_broke_off() -> None:
    world = World({})
    await world.pass_time([STREAM], 60.0)
    assert world.stored["town"].position == world.pushed > 30
    assert len(world.times("town")) >= 4
    assert {"live"} <= set(world.states("town"))


async def test_a_full_disk_holds_what_is_pushed_back_and_loses_none_of_it() -> None:
    world = World({})

    def at_noon() -> None:
        world.room = not 5.0 <= world.now < 25.0

    await world.pass_time([STREAM], 60.0, at_noon)
    assert world.stored["town"].position == world.pushed
    assert "the disk is full." in {error for _, _, error in world.told}


async def test_a_search_is_never_asked_by_itself() -> None:
    world = World({"flood-search": one_more})
    await world.pass_time([SEARCH], 3600.0)
    assert world.times("flood-search") == []
    assert set(world.states("flood-search")) == {"by hand"}


async def test_a_search_is_asked_when_somebody_opens_it_but_once_a_minute() -> None:
    world = World({"flood-search": one_more})
    schedule = Schedule(world.doors())
    schedule.start([SEARCH])
    assert (await schedule.open("flood-search")).new == 1
    world.now = 59.0
    with pytest.raises(SourceError, match="open it again in 1 s"):
        await schedule.open("flood-search")
    world.now = 60.0
    assert (await schedule.open("flood-search")).new == 1
    assert set(world.states("flood-search")) == {"by hand"}
    await schedule.stop()


async def test_a_server_that_asks_for_an_hour_is_not_dead_in_it() -> None:
    def answer(position: int) -> Look:
        if position:
            raise SourceError("says we ask too often.", retry_after=3600.0, status=429)
        return one_more(position)

    world = World({"council": answer})
    await world.pass_time([FEED], 3000)
    assert world.states("council")[-1] == "live"


async def test_a_host_that_is_left_alone_for_long_is_obeyed_by_all_its_sources() -> None:
    def answer(position: int) -> Look:
        if position:
            raise SourceError("is being left alone for another 3500 s.", retry_after=3500.0)
        return one_more(position)

    world = World({"council": answer})
    await world.pass_time([FEED], 3000)
    assert world.states("council")[-1] == "live"


async def test_more_is_fetched_after_the_pause_that_its_server_asks_for() -> None:
    world = World({"council": lambda at: Look((), Bookmark(position=at + 1), more=True, next_after=30.0)})
    await world.pass_time([FEED], 70)
    assert world.times("council") == [1.0, 31.0, 61.0]


async def test_what_failed_beside_an_answer_is_written_down(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    trouble = "the look beside the stream failed: it answered 500. It is made again."
    world = World({"council": lambda at: Look((), Bookmark(position=at + 1), trouble=trouble)})
    await world.pass_time([FEED], 200)
    assert world.told[-1] == ("council", "live", trouble)
    assert caplog.messages.count(f"source council: {trouble}") == 1


async def test_why_items_were_refused_is_logged_once_in_few_words_and_without_secrets(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    many = [Refusal(f"{number}", "it has no text") for number in range(40)]
    secret = Refusal("https://ana:hunter2@council.example/1?token=hunter2", "password=hunter2 " + "x" * 5000)
    refusals = (secret, *many)
    world = World({"council": lambda at: Look((), Bookmark(position=at), refusals)})
    await world.pass_time([FEED], 1000)
    (line,) = [message for message in caplog.messages if "refused" in message]
    assert line.startswith("source council: 41 items refused: https://council.example/1")
    assert "hunter2" not in line
    assert line.endswith("0: it has no text; 1: it has no text; and 38 more")
    assert len(line) < 500


async def test_a_source_that_is_always_wrong_in_another_way_writes_a_line_a_minute(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)

    def wrong(position: int) -> Look:
        return Look((), Bookmark(position=position + 1), (Refusal(f"item {position}", "it has no text"),))

    world = World({"council": wrong})
    await world.pass_time([replace(FEED, interval=5.0)], 300)
    assert 3 <= sum("refused" in message for message in caplog.messages) <= 6
