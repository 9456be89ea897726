"""What goes on beside sources and requests."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from console.paths import DataPaths
from console.service.presence import Peer, Presence
from console.service.serve import Service
from console.service.tables import read_tables
from console.service.upkeep import back_up_hourly
from console.settings import StoreSettings
from console.store.backups import backups
from console.store.writer import Store
from tests.service.at_work import write_settings

DESK = Peer(1, 1000, 1000)


async def test_without_room_for_a_copy_none_is_made_and_the_service_says_so(tmp_path: Path) -> None:
    settings = write_settings(tmp_path)
    full = Service(replace(settings, store=StoreSettings(keep_free=10**18)))
    paths = DataPaths(settings.desk.data)
    Store.open(paths, settings=settings.store, clock=full.clock).close()
    await back_up_hourly(full)
    assert backups(paths) == ()
    assert "No backup is made" in full.of_backups
    assert "There is none yet." in full.of_backups
    assert full.unsaid.is_set()

    roomy = Service(replace(settings, store=StoreSettings(keep_free=0)))
    await back_up_hourly(roomy)
    assert len(backups(paths)) == 1
    assert roomy.of_backups == ""


async def idle_after(presence: Presence, *, idle_for: float = 0.2, first_within: float = 5.0) -> float:
    began = time.monotonic()
    async with asyncio.timeout(10):
        await presence.until_idle(idle_for=idle_for, first_within=first_within)
    return time.monotonic() - began


async def test_a_desk_that_comes_and_goes_at_once_is_not_waited_for() -> None:
    presence = Presence()
    asyncio.get_running_loop().call_later(0.05, presence.arrive, 1, DESK)
    asyncio.get_running_loop().call_later(0.06, presence.leave, 1)
    assert 0.25 <= await idle_after(presence) < 4


@pytest.mark.parametrize("how", ["it hung up before it said hello", "it ended before it connected"])
async def test_a_desk_that_never_said_hello_is_not_waited_for(how: str) -> None:
    presence = Presence()
    if "hung up" in how:
        asyncio.get_running_loop().call_later(0.05, presence.leave, 1)
    else:
        asyncio.get_running_loop().call_later(0.05, presence.starter_left)
    assert 0.25 <= await idle_after(presence) < 4


async def test_the_first_desk_is_waited_for_and_an_open_one_holds_the_service() -> None:
    assert await idle_after(Presence(), first_within=0.3) >= 0.3
    presence = Presence()
    presence.arrive(1, DESK)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await presence.until_idle(idle_for=0.1, first_within=0.1)


def test_rules_that_cannot_be_used_are_told_once(tmp_path: Path) -> None:
    settings = write_settings(tmp_path)
    rules = tmp_path / "rules.toml"
    settings = replace(settings, desk=replace(settings.desk, rules=rules))
    assert read_tables(settings).problems == (
        f"The rules {rules} cannot be read: No such file or directory. "
        "The program's own rules are used until that is mended.",
    )
    rules.write_text("[tiers]\nsoon = 9\n[colours]\n")
    (problem,) = read_tables(settings).problems
    assert problem.count(str(rules)) == 2, "once for each mistake"
    assert ".." not in problem
