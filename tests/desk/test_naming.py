"""Names that no list has, on the desk: a count that moves nothing, a page, keys that another key confirms."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot

from console.desk import naming
from console.desk.names_page import NamesPage
from console.intake.place_list import read_places
from console.model import FoundPlace, Place, Unlisted
from console.service.serve import Service
from console.settings import Settings
from console.store.writer import Store, Taken
from tests.desk.answering import at_the_desk, settings_with, shows, types, until
from tests.desk.test_wall import arrive, line_with
from tests.desk.town import Town, rest, text_of, wall_of
from tests.desk.working import kim
from tests.hostile import SMALL, forbidden
from tests.store.making import START
from tests.store.making import Desk as StoredDesk
from tests.store.saying import STREET, named_by
from tests.store.saying import naming as says

ALDER = Unlisted(
    "alderstreet",
    STREET,
    mentions=7,
    voices=5,
    near=2,
    first_seen=START - timedelta(hours=2),
    last_seen=START - timedelta(minutes=3),
    example=12,
    text="water over the kerb at Alder St",
)


class TestWords:
    def test_a_count_is_said_where_there_is_one(self) -> None:
        assert naming.to_add(0) == ""
        assert naming.to_add(1) == "1 name to add (: places)"
        assert naming.to_add(7) == "7 names to add (: places)"

    def test_a_mention_says_what_it_names_that_no_list_has(self) -> None:
        found = [FoundPlace(name, 0, 3, name, listed=False) for name in ("Alder St", "Elder\nRd")]
        assert naming.named([FoundPlace("Mill St", 0, 7, "Mill Street"), *found]) == (
            "names Alder St, Elder Rd (not on the list)"
        )
        assert naming.named([FoundPlace("Mill St", 0, 7, "Mill Street")]) == ""
        many = [FoundPlace(f"{number}th St", 0, 3, f"{number}th St", listed=False) for number in range(40)]
        assert naming.named(many).endswith("4th St and 35 more (not on the list)")

    def test_the_page_says_all_that_is_known(self) -> None:
        told = "\n".join(one.text for one in naming.page(ALDER, START, None))
        assert '"Alder St" is not on the list: add?' in told
        assert "7 mentions, 2 of them at a place of the list; 5 independent voices within a day" in told
        assert "for example mention 12:" in told
        bare = "\n".join(one.text for one in naming.page(Unlisted("x", "X St"), START, None))
        assert "not kept any more" in bare

    def test_rows_stay_where_they_were_first_listed(self) -> None:
        other = replace(ALDER, key="elderroad", name="Elder Rd", voices=40)
        listed = naming.rows([other, ALDER], {"alderstreet": 0, "elderroad": 1}, START)
        assert [row.where for row in listed] == [STREET, "Elder Rd"]


def note(town: Town, mentions: Sequence[Taken]) -> None:
    with closing(StoredDesk(town.paths, clock=town.clock).open()) as store:
        store.take(mentions)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path).settle()


async def opens(pilot: Pilot[int]) -> None:
    """The page of names, by the palette."""
    await pilot.press("colon")
    await types(pilot, "places to add")
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, NamesPage))
    await rest(pilot)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_the_count_comes_without_moving_a_row(town: Town, size: tuple[int, int]) -> None:
    async with town.desk().run_test(size=size) as pilot:
        await rest(pilot)
        await pilot.press("j")
        await rest(pilot)
        before = text_of(pilot).split("\n")
        assert "to add" not in "\n".join(before)
        note(town, named_by(3))
        arrive(pilot)
        await rest(pilot)
        after = text_of(pilot).split("\n")
        assert "1 name to add" in line_with(pilot, "INCIDENTS")
        for words in ("INCIDENTS", "MILL STREET", "NO PLACE", "Ctrl+Q"):
            assert [words in one for one in before] == [words in one for one in after], "a row moved"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_page_lists_counts_voices_age_and_an_example(town: Town, size: tuple[int, int]) -> None:
    note(town, named_by(4))
    town.clock.go(minutes=6)
    async with town.desk(theme="terminal").run_test(size=size) as pilot:
        await opens(pilot)
        row = line_with(pilot, "4 mentions")
        assert STREET in row
        assert "4 voices" in row
        assert "6m" in row
        assert "water over" in row
        screen = text_of(pilot)
        assert f'"{STREET}" is not on the list: add?' in screen
        assert "a add" in screen
        assert "x refuse" in screen


async def test_names_that_come_later_stand_below_and_the_selection_stays(town: Town) -> None:
    note(town, named_by(3))
    async with town.desk().run_test(size=(80, 24)) as pilot:
        await opens(pilot)
        note(town, named_by(9, "Elder Rd", first=500))
        page = pilot.app.screen
        assert isinstance(page, NamesPage)
        page._watching.due()
        page._look()
        await rest(pilot)
        lines = text_of(pilot).split("\n")
        assert [STREET in lines[1], "Elder Rd" in lines[2]] == [True, True]
        assert page._chosen == STREET


async def test_hostile_names_and_texts_are_shown_clean(town: Town) -> None:
    with closing(StoredDesk(town.paths, clock=town.clock).open()) as store:
        hostile(store)
    async with town.desk().run_test(size=(80, 24)) as pilot:
        await opens(pilot)
        for _ in range(len(SMALL)):
            await pilot.press("j")
            assert not forbidden(text_of(pilot))


def hostile(store: Store) -> None:
    """Names as if nothing had cleaned them."""
    for number, text in enumerate(SMALL.values()):
        bare = text.encode("utf-8", "replace").decode().replace("\0", "")
        store.take([says(f"h{number}", "x St", text=f"x St {bare}")])
        store.connection.execute(
            "INSERT INTO unlisted VALUES (?, ?, 3, 3, 0, 1, 0, 0, ?, 'open', '', NULL)",
            (str(number), bare, number),
        )


async def test_the_detail_of_a_mention_tells_what_it_names(town: Town) -> None:
    note(town, named_by(1))
    async with town.desk().run_test(size=(120, 40)) as pilot:
        await pilot.press("tab", "g", "enter")
        await rest(pilot)
        assert f"names {STREET} (not on the list)" in " ".join(text_of(pilot).split())


async def test_without_a_service_the_page_says_so(town: Town) -> None:
    note(town, named_by(3))
    async with town.desk().run_test(size=(80, 24)) as pilot:
        await opens(pilot)
        await pilot.press("a", "s")
        await shows(pilot, "service")
        assert STREET in text_of(pilot)


def listed(settings: Settings) -> tuple[Place, ...]:
    assert settings.desk.places is not None
    return read_places(settings.desk.places).places


async def heard(service: Service, *names: str) -> None:
    """Three voices name each."""
    for number, name in enumerate(names, 1):
        await service.write(partial(service.store.take, named_by(3, name, first=number * 1000)))


def test_a_name_is_added_by_another_key_and_u_takes_it_back(tmp_path: Path) -> None:
    settings = settings_with(tmp_path)
    before = listed(settings)

    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await heard(service, STREET)
        await shows(pilot, "1 name to add")
        await opens(pilot)
        await pilot.press("a")
        await shows(pilot, f'Add "{STREET}" to the list?')
        await pilot.press("enter")
        await shows(pilot, "Nothing was done.")
        assert listed(settings) == before
        await pilot.press("a", "s")
        await shows(pilot, f"Added {STREET}: 3 mentions named it")
        assert listed(settings) == (*before, Place(STREET))
        assert "no name to add" in text_of(pilot)
        await pilot.press("u")
        await shows(pilot, f"Undone: place added, {STREET}.")
        assert listed(settings) == before
        await shows(pilot, "is not on the list: add?")

    at_the_desk(settings, evening)


def test_in_an_area_as_another_spelling_or_never(tmp_path: Path) -> None:
    settings = settings_with(tmp_path)

    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await heard(service, "Alder St", "Elder Rd", "Olm Ln")
        await shows(pilot, "3 names to add")
        await opens(pilot)
        await pilot.press("a", "w")
        await types(pilot, "Riverton")
        await pilot.press("enter")
        await shows(pilot, 'Add "Alder St" in Riverton?')
        await pilot.press("s")
        await shows(pilot, "Added Alder St")
        await pilot.press("e")
        await types(pilot, "oak")
        await pilot.press("enter")
        await shows(pilot, 'Is "Elder Rd" another spelling of oak?')
        await pilot.press("s")
        await shows(pilot, "No place of the list is called")
        await pilot.press("e")
        await types(pilot, "oak school")
        await pilot.press("enter", "s")
        await shows(pilot, "Elder Rd is Oak School from now on")
        await pilot.press("x")
        await shows(pilot, 'Never propose "Olm Ln" again?')
        await pilot.press("s")
        await shows(pilot, "proposed no more")
        places = {place.name: place for place in listed(settings)}
        assert places["Alder St"].area == "Riverton"
        assert "Elder Rd" in places["Oak School"].aliases
        assert "Olm Ln" not in places
        await pilot.press("escape")
        await until(pilot, lambda: "to add" not in text_of(pilot))
        await pilot.press("u")
        await shows(pilot, "Undone: place refused, Olm Ln.")
        await shows(pilot, "1 name to add")

    at_the_desk(settings, evening)


def test_an_observer_sees_the_names_and_has_no_keys_for_them(tmp_path: Path) -> None:
    settings = settings_with(tmp_path, '[roles]\nrespond = ["nobody"]\n')
    before = listed(settings)

    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await heard(service, STREET)
        await shows(pilot, "1 name to add")
        await until(pilot, lambda: wall_of(pilot)._lifeline.observes)
        await opens(pilot)
        line = text_of(pilot).split("\n")[-1]
        assert not any(word in line for word in ("add", "refuse", "spelling", "undo"))
        await pilot.press("a", "s", "x", "s", "e", "u")
        await rest(pilot)
        assert f'"{STREET}" is not on the list: add?' in text_of(pilot)
        assert listed(settings) == before

    at_the_desk(settings, evening)


def test_what_a_colleague_decided_while_one_was_asked_is_said(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await heard(service, STREET)
        await shows(pilot, "1 name to add")
        await opens(pilot)
        await pilot.press("x")
        await shows(pilot, "Never propose")
        await kim(service, "refuse_place", name=STREET)
        await pilot.press("s")
        await shows(pilot, "was refused already, by kim")

    at_the_desk(settings_with(tmp_path), evening)
