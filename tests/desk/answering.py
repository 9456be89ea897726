"""A desk over a real service in the test's own loop, with something on it to answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from textual.pilot import Pilot

from console.desk.app import Desk
from console.desk.composing import Composer
from console.desk.glyphs import choose
from console.desk.here import Here
from console.desk.lifeline import Lifeline
from console.paths import DataPaths
from console.service.client import ServiceClient
from console.service.serve import Service
from console.settings import Settings, load
from console.work import Delivery, Draft
from feeds.post import Post
from tests.desk.town import text_of
from tests.service.at_work import write_settings
from tests.service.in_process import serving

NOW = datetime.now(UTC) - timedelta(minutes=2)
WATER = "Water is coming into the basement on Mill Street, my mother can't get out of her chair."
Evening = Callable[[Service, Pilot[int]], Awaitable[None]]


def said(text: str = WATER, number: int = 1) -> Post:
    """Somebody says something in public."""
    uri = f"https://masto.example/{number}"
    return Post("posts", uri, text, created_at=NOW, author="ana_r", names=(uri,))


def settings_with(home: Path, more: str = "") -> Settings:
    """A desk's settings and what a test adds to them."""
    settings = write_settings(home)
    assert settings.path is not None
    settings.path.write_text(settings.path.read_text() + more)
    return load(settings.path, {})


def desk_of(settings: Settings) -> Desk:
    """The app, which looks for the service by itself."""
    here = Here.of(settings, choose(settings.desk.glyphs, "utf-8"))
    paths = DataPaths(settings.desk.data)
    return Desk(here, paths, Lifeline(paths, None, here.now))


def at_the_desk(
    settings: Settings,
    evening: Evening,
    *,
    posts: Sequence[Post] = (),
    size: tuple[int, int] = (80, 24),
) -> None:
    """Open a desk over a service that has taken these posts in, on the mentions."""

    async def run() -> None:
        async with serving(settings) as service:
            await service.take(posts or [said()], trust="public")
            paths = DataPaths(settings.desk.data)
            await asyncio.to_thread(lambda: ServiceClient.connect(paths).close())
            async with desk_of(settings).run_test(size=size) as pilot:
                await shows(pilot, "LIVE")
                await pilot.press("tab")
                await evening(service, pilot)

    asyncio.run(run())


async def shows(pilot: Pilot[int], text: str, *, seconds: float = 8) -> str:
    """Wait until the screen shows a text, and give all of it."""
    for _ in range(int(seconds * 20)):
        await pilot.pause(0.05)
        if text in (screen := text_of(pilot)):
            return screen
    raise AssertionError(f"{text!r} never came:\n{text_of(pilot)}")


async def until(pilot: Pilot[int], true: Callable[[], object], *, seconds: float = 8) -> None:
    """Wait until something holds."""
    for _ in range(int(seconds * 20)):
        if true():
            return
        await pilot.pause(0.05)
    raise AssertionError(f"this never came true:\n{text_of(pilot)}")


def composer_of(pilot: Pilot[int]) -> Composer:
    """The composer on top."""
    screen = pilot.app.screen
    assert isinstance(screen, Composer), screen
    return screen


async def begins(pilot: Pilot[int]) -> None:
    """Open the composer on what is selected, and wait for its draft."""
    await pilot.press("r")
    await until(pilot, lambda: isinstance(pilot.app.screen, Composer))
    await until(pilot, lambda: composer_of(pilot)._answer is not None)


async def types(pilot: Pilot[int], text: str) -> None:
    """Type, key by key."""
    names = {" ": "space", "\n": "enter", ".": "full_stop", ",": "comma", "?": "question_mark"}
    await pilot.press(*(names.get(character, character) for character in text))


async def drafts_of(service: Service) -> tuple[Draft, ...]:
    """Every draft that can still be sent."""
    from console.store import drafts

    return await service.work(lambda change: drafts.all_living(change.connection))


async def deliveries_of(service: Service) -> tuple[Delivery, ...]:
    """Everything that was to be said."""
    from console.store import outbox

    return await service.work(lambda change: outbox.newest(change.connection))
