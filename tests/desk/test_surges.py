"""Surges on the wall: a fact in a row, a line that rings nothing and moves nothing, a section, a page."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from console.desk import surging
from console.surge import Listened, Surge, Surges, Term, known_words, voices_words
from tests.desk.test_wall import arrive, bells, line_with
from tests.desk.town import MILL, Town, rest, said, text_of
from tests.hostile import SMALL, forbidden
from tests.store.making import START
from tests.store.making import Desk as StoredDesk

FLOOD = Surge(
    place="Mill Street",
    topic="flood",
    voices=38,
    span=3600.0,
    usual=4.1,
    half_day=4.1,
    yesterday=2.0,
    week_ago=None,
    hours=12,
    days=3,
    terms=(Term("pump", 14, 2, 900), Term("basement", 9, 20, 900)),
    most=38,
    told=38,
    began_at=START,
    told_at=START,
    heard_at=START,
)
KNOWN = Listened(12, 3, START)


def note(town: Town, *told: Surge, known: Listened = KNOWN) -> None:
    """Have the store note surges, as the service does."""
    with closing(StoredDesk(town.paths, clock=town.clock).open()) as store:
        store.surged(told, known)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    town = Town(tmp_path).settle()
    note(town)
    return town


def later(town: Town, surge: Surge = FLOOD, *, minutes: float = 2) -> Surge:
    """The same surge, told so many minutes on."""
    at = town.clock.go(minutes=minutes)
    return replace(surge, began_at=at, told_at=at, heard_at=at)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_surge_stands_in_its_row_its_detail_and_on_one_line(
    town: Town, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with bells(monkeypatch) as rung:
        async with town.desk().run_test(size=size) as pilot:
            await rest(pilot)
            before = text_of(pilot).split("\n")
            note(town, later(town))
            arrive(pilot)
            await rest(pilot)
            after = text_of(pilot).split("\n")
            assert ("surge x9" if size[0] == 80 else " x9 ") in line_with(pilot, "31 voices ")
            notice = line_with(pilot, "18:02 surge x9: Mill Street, flood: 38 voices in 1 h, usually 4")
            assert notice.endswith("Esc")
            assert "surge x9" in line_with(pilot, "Mill Street · flood")
            await pilot.press("shift+tab", "G")
            await rest(pilot)
            detail = " ".join(text_of(pilot).split())
            assert "words that rose, with the voices that use them: pump 14, basement 9" in detail
    assert rung == []
    heads = ("INCIDENTS", "MILL STREET", "NO PLACE", "Ctrl+Q")
    for words in heads:
        assert [words in one for one in before] == [words in one for one in after], "a row moved"


async def test_the_line_goes_by_esc_and_does_not_come_back(town: Town) -> None:
    async with town.desk().run_test(size=(80, 24)) as pilot:
        note(town, later(town))
        arrive(pilot)
        assert "38 voices" in line_with(pilot, "surge x9:")
        await pilot.press("j")
        assert line_with(pilot, "surge x9:")
        await pilot.press("escape")
        assert not line_with(pilot, "surge x9:")
        town.take(said(31, "more rain"))
        arrive(pilot)
        assert not line_with(pilot, "surge x9:")
        note(town, replace(later(town), voices=80, told=80))
        arrive(pilot)
        assert "80 voices" in line_with(pilot, "surge x20:")


async def test_a_call_for_help_goes_before_it(town: Town) -> None:
    async with town.desk().run_test(size=(80, 24)) as pilot:
        town.take(said(31, "help us", 1, points=9, incident=MILL))
        arrive(pilot)
        note(town, later(town))
        arrive(pilot)
        assert not line_with(pilot, "surge x9:")
        assert line_with(pilot, "act now: Main Road: help us") or "act now" in text_of(pilot)
        await pilot.press("escape")
        assert line_with(pilot, "surge x9:")
        await pilot.press("escape")
        assert not line_with(pilot, "surge x9:")


async def test_it_goes_from_the_wall_once_it_is_over(town: Town) -> None:
    async with town.desk().run_test(size=(80, 24)) as pilot:
        surge = later(town)
        note(town, surge)
        arrive(pilot)
        await rest(pilot)
        assert "surge x9" in text_of(pilot)
        note(town, replace(surge, voices=2, ended_at=town.clock.go(minutes=40), heard_at=town.clock.now))
        arrive(pilot)
        await rest(pilot)
        assert "surge" not in text_of(pilot)


async def test_one_that_goes_on_when_the_desk_opens_is_seen_and_not_announced(town: Town) -> None:
    note(town, later(town))
    async with town.desk().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        assert "surge x9" in line_with(pilot, "flood ")
        assert not line_with(pilot, "surge x9:")


async def test_the_page_tells_all_of_it(town: Town) -> None:
    note(town, later(town), later(town, replace(FLOOD, place="", topic="power", voices=12, usual=0.2)))
    async with town.desk().run_test(size=(80, 24)) as pilot:
        await choose(pilot, "surges")
        page = " ".join(text_of(pilot).split())
    for words in (
        "surge x9 Mill Street, flood: 38 voices in the last hour, usually 4;",
        "no place, power: 12 voices in the last hour, usually none",
        "4.1 by 12 of the 12 hours before, 2.0 at this hour yesterday",
        "the past is thin: 3 of the past 7 days are known",
        "pump 14, basement 9",
        "compared with 12 of the past 12 hours and this hour on 3 of the past 7 days",
    ):
        assert words in page, page


async def test_a_desk_that_does_not_know_yet_says_so(town: Town) -> None:
    note(town, known=Listened(2, 0, START))
    async with town.desk().run_test(size=(80, 24)) as pilot:
        await choose(pilot, "surges")
        page = " ".join(text_of(pilot).split())
    assert "Surges are not known yet: of the past, 2 of the past 12 hours are known, and it takes 6" in page


async def choose(pilot: Pilot[int], name: str) -> None:
    """By the palette, as there is no key for it."""
    await pilot.press("colon", *name, "enter")
    await rest(pilot)


async def test_hostile_words_do_not_reach_the_screen(town: Town) -> None:
    """As if nothing had cleaned them."""
    at = town.clock.go(minutes=1)
    hostile = [
        replace(FLOOD, place=text, topic=f"{text} {number}", terms=(Term(text, 9, 0, 9),), told_at=at)
        for number, text in enumerate(SMALL.values())
    ]
    async with town.desk().run_test(size=(80, 24)) as pilot:
        for surge in hostile:
            note(town, replace(surge, told_at=town.clock.go(seconds=1)))
            arrive(pilot)
            assert forbidden(text_of(pilot).replace("\n", "")) == []
        await choose(pilot, "surges")
        for _ in range(20):
            assert forbidden(text_of(pilot).replace("\n", "")) == []
            await pilot.press("pagedown")


def test_only_the_newest_are_said_and_the_largest_of_them_first() -> None:
    now = START + timedelta(minutes=5)
    small = replace(FLOOD, place="", topic="power", voices=9, told_at=now)
    heard = surging.hear(surging.Heard(START), (FLOOD, small), now, None)
    assert "no place, power" in heard.text
    large = replace(FLOOD, told_at=now)
    heard = surging.hear(surging.Heard(START), (small, large), now, None)
    assert "Mill Street" in heard.text
    assert heard.text.endswith("+1 more")


@pytest.mark.parametrize(
    ("surge", "words"),
    [
        (FLOOD, "38 voices in the last hour, usually 4"),
        (replace(FLOOD, span=1200.0, usual=0.2), "38 voices in the last 20 min, usually none"),
        (replace(FLOOD, ended_at=START, voices=1, most=60), "60 voices in 60 min, usually 4"),
    ],
)
def test_it_is_put_into_words(surge: Surge, words: str) -> None:
    assert voices_words(surge) == words


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (Listened(), "not known yet: no service has looked for surges so far"),
        (Listened(9, 0, START), "compared with 9 of the past 12 hours and no other day yet"),
    ],
)
def test_what_is_known_is_put_into_words(known: Listened, words: str) -> None:
    assert known_words(known) == words


def test_an_incident_has_its_own_surge_and_no_other() -> None:
    place = replace(FLOOD, topic="")
    assert surging.of(Surges((place, FLOOD)), "mill street", "flood") == FLOOD
    assert surging.of(Surges((place,)), "Mill Street", "flood") is None
