"""The restricted inbox on the wall, and asking a source again: a real desk over a real service."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from textual.pilot import Pilot

from console.desk.app import Desk
from console.desk.here import Here
from console.desk.lifeline import Lifeline
from console.desk.private import inbox_page, unread_ids, waiting
from console.model import PrivatePost, Reason, Unread
from console.paths import DataPaths
from console.service.client import ServiceClient
from console.service.serve import Service
from console.settings import Settings
from feeds.post import Post
from feeds.source import Parsed, Source
from tests.desk.town import text_of, wall_of
from tests.service.at_work import following, write_settings
from tests.service.in_process import ME, SOMEBODY_ELSE, read_by, serving
from widgets.status_line import Status, StatusLine

NOW = datetime.now(UTC) - timedelta(minutes=5)
CANARY = "canary7f3a"
HELP = f"We are trapped on Mill Street, the house is on fire, please help, code {CANARY}"
Evening = Callable[[Service, Pilot[int]], Awaitable[None]]


def direct(number: int, text: str = HELP) -> Post:
    uri = f"https://masto.example/{number}"
    return Post(
        "masto", uri, text, created_at=NOW, author="ana@masto.example", names=(uri,), audience="direct"
    )


def said(text: str = "Water on Mill Street") -> Post:
    uri = "https://masto.example/said"
    return Post("posts", uri, text, created_at=NOW, author="bo@masto.example", names=(uri,))


def at_the_desk(settings: Settings, posts: Sequence[Post], evening: Evening) -> None:
    """Open a desk over a service that has taken these posts in."""

    async def run() -> None:
        async with serving(settings) as service:
            await service.take(posts, trust="public")
            paths = DataPaths(settings.desk.data)
            client = await asyncio.to_thread(ServiceClient.connect, paths)
            here = Here.of(settings)
            desk = Desk(here, paths, Lifeline(paths, client, here.now))
            async with desk.run_test(size=(120, 30)) as pilot:
                await evening(service, pilot)

    asyncio.run(run())


async def shows(pilot: Pilot[int], text: str) -> str:
    """Wait until the screen shows a text, and give all of it."""
    for _ in range(200):
        await pilot.pause(0.05)
        if text in (screen := text_of(pilot)):
            return screen
    raise AssertionError(f"{text!r} never came:\n{text_of(pilot)}")


def test_whoever_may_read_it_is_told_reads_it_and_is_told_no_more(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        screen = await shows(pilot, "inbox 2 (1 act now)")
        assert "1 act now: sent to the desk in private" in screen
        assert CANARY not in screen
        await pilot.press("I")
        page = await shows(pilot, CANARY)
        assert page.index("act now") < page.index("the library, please?")
        assert "direct from ana@masto.example (masto)" in page
        await pilot.press("escape")
        for _ in range(100):
            await pilot.pause(0.05)
            if "inbox" not in text_of(pilot).splitlines()[0]:
                break
        assert "inbox" not in text_of(pilot).splitlines()[0]
        assert {post.read_by for post in service.store.inbox.posts()} == {ME}

    settings = read_by(write_settings(tmp_path), ME)
    at_the_desk(settings, [direct(1), direct(2, "the library, please?")], evening)


def test_others_are_told_plainly_that_it_is_not_theirs(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        for _ in range(3):
            await pilot.pause(1.0)
            assert "inbox" not in text_of(pilot).splitlines()[0]
        await pilot.press("I")
        page = await shows(pilot, "not yours to read")
        assert CANARY not in page
        assert [post.read_at for post in service.store.inbox.posts()] == [None]

    settings = read_by(write_settings(tmp_path), SOMEBODY_ELSE)
    at_the_desk(settings, [direct(1)], evening)


def answer(service: Service, post: Post) -> list[Sequence[str]]:
    """Let the source say this of what it is asked about; gives what it was asked for."""
    asked: list[Sequence[str]] = []

    async def say(_source: Source, names: Sequence[str]) -> Parsed:
        asked.append(names)
        return Parsed((post,))

    service.ask_about = say
    return asked


def with_source(tmp_path: Path) -> Settings:
    (tmp_path / "posts.jsonl").touch()
    return write_settings(tmp_path, [following(tmp_path / "posts.jsonl")])


def test_a_mention_that_is_opened_is_asked_about_and_only_a_change_is_said(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        asked = answer(service, said())
        await shows(pilot, "Water on Mill Street")
        await pilot.press("tab", "enter")
        for _ in range(100):
            await pilot.pause(0.02)
            if asked:
                break
        await pilot.pause(0.3)
        assert asked == [("https://masto.example/said",)]
        assert wall_of(pilot)._notice.value.text == ""
        await pilot.press("R")
        await shows(pilot, "posts still shows it as it stands here.")
        answer(service, replace(said(""), state="deleted"))
        await pilot.press("escape", "escape", "enter")
        await shows(pilot, "posts says that it was deleted.")
        await shows(pilot, "Deleted by its author")

    at_the_desk(with_source(tmp_path), [said()], evening)


def test_nothing_is_asked_where_no_mention_is_selected(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        asked = answer(service, said())
        await pilot.press("tab", "R")
        await shows(pilot, "Select a mention first")
        assert asked == []

    at_the_desk(with_source(tmp_path), [], evening)


def private(id_: int, **more: object) -> PrivatePost:
    values = {
        "id": id_, "source": "masto", "native_id": str(id_), "audience": "direct", "at": NOW, "seen_at": NOW,
        "author": "ana", "author_name": "", "text": f"word {id_}\nand more", "lang": "en", "url": "",
        "points": 1, "tier": 3, "topic": "", "place": "", "reasons": (Reason("said so", 1),),
        "edited_at": None, "deleted_at": None, "read_at": None, "read_by": "",
    }  # fmt: skip
    return PrivatePost(**values | more)  # type: ignore[arg-type]


def test_what_is_unread_and_urgent_stands_first() -> None:
    posts = [private(4, read_at=NOW, read_by="bo", tier=1), private(3), private(2, tier=1), private(1)]
    told = inbox_page(posts, NOW, UTC)
    heads = [paragraph.text.split()[0] for paragraph in told if paragraph.strong]
    assert heads == ["2", "3", "1", "4"]
    assert "read by bo" in next(paragraph.text for paragraph in told if paragraph.text.startswith("4 "))
    assert unread_ids(posts) == (3, 2, 1)
    assert [paragraph.text for paragraph in inbox_page([], NOW, UTC)] == [
        "Nobody has written to the desk in private."
    ]


def test_the_status_line_counts_only_while_there_is_something_to_count() -> None:
    assert waiting(None) == waiting(Unread()) == ""
    assert waiting(Unread(2)) == "inbox 2"
    assert waiting(Unread(2, 1)) == "inbox 2 (1 act now)"


def test_trouble_does_not_hide_what_waits() -> None:
    from textual.geometry import Size

    line = StatusLine(Status("Riverton", "18:42", True, "LIVE", banner="the disk is full", inbox="inbox 1"))
    (drawn,) = line.lines(Size(80, 1))
    assert "inbox 1" in "".join(text for text, _ in drawn)
    assert "the disk is full" in "".join(text for text, _ in drawn)
