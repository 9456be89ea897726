"""How much a desk draws for its link: what changes with the rung, and what never does."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from textual.pilot import Pilot

from console.desk.display import GATHERED
from console.desk.terminal.link import Link
from tests.desk.town import MILL, Town, later, rest, said, text_of, wall_of


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path).settle()


class Line:
    """A line that bears what the test says."""

    def __init__(self) -> None:
        self.rung = "full"
        self.bytes_a_minute = 2_130
        self.repainted = 0

    def hold(self, wish: str) -> None:
        self.rung = "full" if wish == "auto" else wish

    def repaint(self) -> None:
        self.repainted += 1


def side_by_side(pilot: Pilot[int]) -> bool:
    return any("INCIDENTS" in line and "MENTIONS" in line for line in text_of(pilot).split("\n"))


async def test_a_key_goes_round_the_rungs_and_says_what_each_means(town: Town) -> None:
    async with town.desk().run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        told = []
        for _ in range(4):
            await pilot.press("B")
            await rest(pilot)
            told.append(next(line for line in text_of(pilot).split("\n") if " Link: " in line).split(".")[0])
    assert told == [
        " Link: lean, whatever the line bears",
        " Link: trickle, whatever the line bears",
        " Link: full, whatever the line bears",
        " Link: decided by what the line bears; now full",
    ]


async def test_two_lists_stand_side_by_side_only_where_the_link_is_full(town: Town) -> None:
    async with town.desk(link="full").run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        assert side_by_side(pilot)
    async with town.desk(link="lean").run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        assert not side_by_side(pilot)
        assert "INCIDENTS" in text_of(pilot)
        assert "MENTIONS" in text_of(pilot)


async def test_a_trickle_shows_one_panel_and_tab_goes_round_them(town: Town) -> None:
    async with town.desk(link="trickle").run_test(size=(120, 40)) as pilot:
        seen = []
        for _ in range(4):
            await rest(pilot)
            screen = text_of(pilot)
            seen.append([name for name in ("INCIDENTS", "MENTIONS", "nobody holds it") if name in screen])
            await pilot.press("tab")
    assert seen == [["INCIDENTS"], ["MENTIONS"], ["nobody holds it"], ["INCIDENTS"]]


async def test_a_thin_link_keeps_the_terminal_s_own_colours_until_it_is_full_again(town: Town) -> None:
    async with town.desk(link="lean", theme="dark").run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        assert pilot.app.theme == "terminal"
        wall_of(pilot).action_theme_light()
        await rest(pilot)
        assert pilot.app.theme == "terminal"
        assert "The link is lean: the terminal's own colours stay until it is full." in text_of(pilot)
        for _ in range(2):
            await pilot.press("B")  # trickle, full
        await rest(pilot)
        assert pilot.app.theme == "light"


async def test_on_a_thin_link_the_detail_follows_only_a_cursor_that_rests(town: Town) -> None:
    async with town.desk(link="lean").run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        assert "▲ act now · Mill Street" in text_of(pilot)
        await pilot.press("j")
        await rest(pilot)
        assert "▲ act now · Mill Street" in text_of(pilot)
        await pilot.pause(1.2)
        assert "▲ act now · Mill Street" not in text_of(pilot)


async def test_news_is_gathered_on_a_trickle_but_a_call_for_help_comes_at_once(town: Town) -> None:
    async with town.desk(link="trickle").run_test(size=(80, 24)) as pilot:
        wall = wall_of(pilot)
        await rest(pilot)
        await pilot.pause(0.5)
        begun = time.monotonic()
        before = wall._seen.newest
        town.take(said(31, "thanks again"))
        await pilot.pause(1.5)
        assert wall._seen.newest == before
        town.take(said(32, "we are trapped on the roof", 1, points=9, place="Mill Street", incident=MILL))
        await pilot.pause(0.7)
        assert "we are trapped on the roof" in text_of(pilot)
        assert time.monotonic() - begun < GATHERED["trickle"]


async def test_the_status_line_says_what_the_link_costs_once_a_minute(town: Town) -> None:
    desk = town.desk()
    async with desk.run_test(size=(120, 40)) as pilot:
        line = Line()
        desk._here.link.take(line)  # type: ignore[arg-type]
        await rest(pilot)
        wall = wall_of(pilot)
        wall._tick()
        told = [wall._status.value.link]
        line.bytes_a_minute = 9_000
        wall._look()
        told.append(wall._status.value.link)
        town.clock.now = later(1)
        wall._tick()
        told.append(wall._status.value.link)
        assert [longest for longest, *_ in told] == ["full 2.1 kB/min", "full 2.1 kB/min", "full 9.0 kB/min"]
        await pilot.press("ctrl+l")
        assert line.repainted == 1


def test_a_link_without_a_line_bears_what_it_is_wished_to() -> None:
    assert Link().rung == "full"
    assert Link("lean").rung == "lean"
    assert Link("lean").told() == ("lean fixed", "lean")


async def test_a_question_is_spelled_out_where_no_detail_is_shown(town: Town) -> None:
    async with town.desk(link="trickle").run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        said = "Hand Mill Street flood over to the water department? s does it, any other key does not."
        wall_of(pilot)._say(said)
        await rest(pilot)
        assert said in " ".join(text_of(pilot).split())
        await pilot.press("j")
        await rest(pilot)
        assert "any other key" not in text_of(pilot)
        assert wall_of(pilot)._notice.size.height == 1


async def test_a_call_for_help_is_shown_over_whatever_page_is_open(town: Town) -> None:
    async with town.desk(link="trickle").run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await pilot.press("question_mark")
        await rest(pilot)
        for number, words in ((31, "we are trapped on the roof"), (32, "my father can not breathe")):
            town.take(said(number, words, 1, points=9, place="Mill Street", incident=MILL))
            await pilot.pause(0.7)
            assert words in text_of(pilot).split("\n")[0]
        assert "KEYS" in text_of(pilot)
        await pilot.press("escape")
        await rest(pilot)
        assert "my father can not breathe" in text_of(pilot)


async def test_on_a_trickle_a_view_that_is_asked_for_is_shown(town: Town) -> None:
    async with town.desk(link="trickle").run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await pilot.press("2")
        await rest(pilot)
        assert "polling stations" in text_of(pilot)
