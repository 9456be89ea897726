"""A person works the wall by keys; the database under it is real."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from console.desk.page import Page
from console.desk.watching import Watching
from tests.desk.test_rows import SOURCE
from tests.desk.town import MILL, Town, rest, said, text_of, wall_of
from tests.store.making import START
from widgets.glyphs import UNICODE


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path).settle()


def arrive(pilot: Pilot[int]) -> None:
    """Look at once instead of in a second."""
    wall_of(pilot)._look()


def line_with(pilot: Pilot[int], words: str) -> str:
    return next((line for line in text_of(pilot).split("\n") if words in line), "")


def selected_mention(pilot: Pilot[int]) -> int:
    row = wall_of(pilot)._stream.list.selected
    assert row is not None
    return row.key


@contextmanager
def bells(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    rung: list[int] = []
    monkeypatch.setattr("console.desk.app.Desk.bell", lambda _desk: rung.append(1))
    yield rung


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 20)])
async def test_the_first_picture_holds_real_rows_in_every_layout(town: Town, size: tuple[int, int]) -> None:
    async with town.desk().run_test(size=size) as pilot:
        await rest(pilot)
        screen = text_of(pilot)
    assert "Riverton" in screen or "NO SERVICE" in screen
    assert "MILL STREET" in screen
    assert "▲ act now  flood" in screen
    assert "NO PLACE" in screen
    assert "Ctrl+Q quit" in screen
    assert "? keys" in screen
    assert ("water in the basement" in screen) == (size[0] >= 80)


async def test_the_columns_are_named_wherever_there_is_room_for_them(town: Town) -> None:
    async with town.desk().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        assert line_with(pilot, "INCIDENTS").endswith(" mood  age  new")
        place = line_with(pilot, "INCIDENTS").index("mood") + len("mood")
        assert line_with(pilot, "● soon     road")[place - 5 : place] == "-0.40"
        await pilot.resize_terminal(60, 20)
        await rest(pilot)
        assert "mood" not in line_with(pilot, "INCIDENTS")


async def test_below_eighty_columns_tab_goes_round_the_panels(town: Town) -> None:
    async with town.desk().run_test(size=(60, 20)) as pilot:
        seen = []
        for _ in range(4):
            await rest(pilot)
            screen = text_of(pilot)
            seen.append(next(name for name in ("▸ INCIDENTS", "▸ MENTIONS", "▸ ▲") if name in screen))
            await pilot.press("tab")
    assert seen == ["▸ INCIDENTS", "▸ MENTIONS", "▸ ▲", "▸ INCIDENTS"]


async def test_too_small_a_terminal_gets_a_sentence_and_the_wall_when_it_grows(town: Town) -> None:
    async with town.desk().run_test(size=(39, 11)) as pilot:
        assert "too small" in text_of(pilot)
        await pilot.resize_terminal(80, 24)
        await rest(pilot)
        assert "MILL STREET" in text_of(pilot)
        await pilot.resize_terminal(39, 11)
        await rest(pilot)
        assert "too small" in text_of(pilot)
        assert "MILL STREET" not in text_of(pilot)


async def test_nothing_moves_under_the_cursor_until_the_rows_are_let_in(town: Town) -> None:
    async with town.desk().run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "j", "j")
        before, chosen = text_of(pilot).split("\n")[8:14], selected_mention(pilot)
        town.take(said(31, "more rain"), said(32, "help us", 1, points=9, incident=MILL))
        arrive(pilot)
        await rest(pilot)
        assert text_of(pilot).split("\n")[9:14] == before[1:]
        assert "2 new (1 act now) ." in text_of(pilot)

        await pilot.press("full_stop")
        await rest(pilot)
        assert "new" not in line_with(pilot, "MENTIONS")
        assert "help us" in text_of(pilot)
        assert selected_mention(pilot) == chosen


async def test_who_chose_no_row_gets_the_newest_and_the_worst_on_top(town: Town) -> None:
    async with town.desk().run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "j", "g")
        town.take(said(31, "more rain"), said(32, "help us", 1, points=9, incident=MILL))
        arrive(pilot)
        await rest(pilot)
        assert selected_mention(pilot) == 30
        await pilot.press("full_stop")
        await rest(pilot)
        assert line_with(pilot, "help us").startswith("▸")
        assert line_with(pilot, "▲ act now  flood").startswith("▹")


async def test_a_shown_incident_counts_up_where_it_stands(town: Town) -> None:
    async with town.desk().run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "k")
        assert not line_with(pilot, "flood").endswith("+1")
        town.take(said(31, "the water rises", incident=MILL, place="Mill Street", topic="flood"))
        arrive(pilot)
        await rest(pilot)
        assert line_with(pilot, "▲ act now  flood").endswith("+1")
        await pilot.press("full_stop")
        await rest(pilot)
        assert not line_with(pilot, "▲ act now  flood").endswith("+1")


async def test_a_tier_one_arrival_takes_one_line_and_rings_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bells(monkeypatch) as rung:
        async with town.desk().run_test(size=(80, 24)) as pilot:
            await pilot.press("j")
            await rest(pilot)
            rows = text_of(pilot).split("\n")
            town.take(said(31, "my mother can't get out", 1, points=9, place="Oak School"))
            arrive(pilot)
            await rest(pilot)
            after = text_of(pilot).split("\n")
            assert "▲ act now: Oak School: my mother can't get out" in text_of(pilot)
            assert [
                new for old, new in zip(rows, after, strict=True) if old != new and "act now" not in new
            ] == []
            town.take(said(32, "we are on the roof", 1, points=9, place="Mill Street"))
            arrive(pilot)
            await rest(pilot)
            assert "▲ 2 act now: Mill Street: we are on the roof" in text_of(pilot)
            await pilot.press("escape")
            assert "─ MOOD ─" in text_of(pilot)
    assert rung == [1]


async def test_a_call_for_help_stays_on_its_line_through_other_words_until_it_is_let_in(town: Town) -> None:
    async with town.desk().run_test(size=(80, 24)) as pilot:
        town.take(said(31, "my mother can't get out", 1, points=9))
        arrive(pilot)
        await pilot.press("y")
        assert "Asked " in text_of(pilot)
        await pilot.press("j")
        assert "▲ act now: Main Road: my mother can't get out" in text_of(pilot)
        await pilot.press("full_stop")
        assert "─ MOOD ─" in text_of(pilot)


async def test_the_past_of_every_source_is_let_in_before_anything_waits(town: Town) -> None:
    town.hear_of(replace(SOURCE, state="waiting"))
    async with town.desk().run_test(size=(80, 24)) as pilot:
        town.take(said(31, "said before the desk opened"))
        arrive(pilot)
        assert "said before the desk opened" in text_of(pilot)
        town.hear_of(replace(SOURCE, state="live"))
        town.take(said(32, "more of the past"))
        arrive(pilot)
        town.take(said(33, "said just now"))
        arrive(pilot)
        assert "said just now" not in text_of(pilot)
        assert "1 new ." in text_of(pilot)


async def test_a_desk_that_asked_for_silence_gets_no_bell(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bells(monkeypatch) as rung:
        async with town.desk(bell=False).run_test(size=(80, 24)) as pilot:
            town.take(said(31, "help", 1, points=9))
            arrive(pilot)
            await rest(pilot)
            assert "act now: " in text_of(pilot)
    assert rung == []


async def test_enter_goes_from_an_incident_to_its_mentions_to_one_in_full_and_esc_back(town: Town) -> None:
    async with town.desk().run_test(size=(80, 24)) as pilot:
        await pilot.press("j")
        await rest(pilot)
        assert "● soon · Main Road · road" in text_of(pilot)
        await pilot.press("enter")
        await rest(pilot)
        assert "only incident:main-road.road  Esc clears" in text_of(pilot)
        assert "thanks to the crews" not in text_of(pilot)
        await pilot.press("j", "enter")
        await rest(pilot)
        assert wall_of(pilot).where == "detail"
        assert "a pothole as deep as a bath" in text_of(pilot)
        await pilot.press("escape")
        assert wall_of(pilot).where == "mentions"
        await pilot.press("escape")
        await rest(pilot)
        assert wall_of(pilot).where == "incidents"
        assert "thanks to the crews" in text_of(pilot)


async def test_a_filter_is_typed_shown_and_cleared_and_the_selection_stays(town: Town) -> None:
    async with town.desk().run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "j", "j", "slash", *"tier:soon", "enter")
        await rest(pilot)
        assert "only tier:soon  Esc clears" in text_of(pilot)
        assert "bus 7 diverted" in text_of(pilot)
        assert "thanks to the crews" not in text_of(pilot)
        chosen = selected_mention(pilot)
        await pilot.press("escape")
        await rest(pilot)
        assert "thanks to the crews" in text_of(pilot)
        assert selected_mention(pilot) == chosen


async def test_a_filter_that_makes_no_sense_is_answered_with_the_nearest_that_does(town: Town) -> None:
    async with town.desk().run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"plase:x", "enter")
        await rest(pilot)
        assert 'there is no "plase:"' in text_of(pilot)
        assert wall_of(pilot).where == "typing"
        await pilot.press("escape")
        assert wall_of(pilot).where == "mentions"


async def test_letters_are_typed_and_not_obeyed_while_a_filter_is_written(town: Town) -> None:
    async with town.desk().run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"jkgy", "question_mark")
        line = wall_of(pilot)._stream.line
        assert line is not None
        assert line.text == "jkgy?"


async def test_digits_show_the_saved_views(town: Town) -> None:
    async with town.desk().run_test(size=(80, 24)) as pilot:
        await pilot.press("2")
        await rest(pilot)
        assert "[2 election]" in text_of(pilot)
        assert "polling stations unchanged" in text_of(pilot)
        assert "thanks" not in text_of(pilot)
        await pilot.press("9")
        await rest(pilot)
        assert "There is no view 9" in text_of(pilot)
        await pilot.press("1")
        await rest(pilot)
        assert "thanks" in text_of(pilot)


async def test_y_copies_the_link_and_says_honestly_what_it_did(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TMUX", "STY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    async with town.desk().run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "j", "j")
        await rest(pilot)
        await pilot.press("y")
        await rest(pilot)
        assert pilot.app.clipboard == "https://board.example/28"
        assert "it gives no answer" in text_of(pilot)
        await pilot.press("Y")
        await pilot.pause()
        assert text_of(pilot).split("\n")[1:3] == ["bus 7 diverted", "https://board.example/28"]
        await pilot.press("escape")
        assert wall_of(pilot) is pilot.app.screen


async def test_help_lists_the_keys_that_work_here_and_the_palette_does_what_is_chosen(town: Town) -> None:
    async with town.desk().run_test(size=(80, 40)) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        assert "Keys in the incidents" in text_of(pilot)
        await pilot.press("escape", "colon", *"light", "enter")
        await pilot.pause()
        assert pilot.app.theme == "light"
        await pilot.press("colon", *"doctor", "enter")
        await rest(pilot)
        assert "Type in a shell: watchfloor doctor" in text_of(pilot)


async def test_without_a_service_the_desk_says_so_and_goes_on_reading(town: Town) -> None:
    async with town.desk().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        assert "NO SERVICE" in text_of(pilot)
        assert "type: watchfloor serve" in text_of(pilot)
        town.take(said(31, "news from elsewhere"))
        await pilot.press("tab")
        arrive(pilot)
        await rest(pilot)
        assert "1 new ." in text_of(pilot)


async def test_a_desk_without_a_database_waits_for_one(tmp_path: Path) -> None:
    town = Town(tmp_path)
    async with town.desk().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        assert "No database yet" in text_of(pilot)
        town.settle()
        watching: Watching = wall_of(pilot)._watching
        watching._tried_at = float("-inf")
        wall_of(pilot)._poll()
        await rest(pilot)
        assert "water in the basement" in text_of(pilot)
        assert "No database yet" not in text_of(pilot)


async def test_a_wall_that_fills_shows_what_comes_until_it_is_full_or_used(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.take(said(1, "the first word"))
    async with town.desk().run_test(size=(80, 24)) as pilot:
        town.take(said(2, "the second word"))
        arrive(pilot)
        await rest(pilot)
        assert "the second word" in text_of(pilot)
        await pilot.press("tab")
        town.take(said(3, "the third word"))
        arrive(pilot)
        await rest(pilot)
        assert "the third word" not in text_of(pilot)
        assert "1 new ." in text_of(pilot)


async def test_the_minute_s_tick_moves_the_clock(town: Town) -> None:
    async with town.desk().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        assert "18:00" in text_of(pilot).split("\n")[0]
        town.clock.go(minutes=3)
        wall_of(pilot)._tick()
        await rest(pilot)
        assert "18:03" in text_of(pilot).split("\n")[0]


async def test_ctrl_c_ends_nothing_and_ctrl_q_leaves(town: Town) -> None:
    desk = town.desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+c")
        await rest(pilot)
        assert "Ctrl+Q leaves the desk" in text_of(pilot)
        await pilot.press("slash", "ctrl+q")
        await pilot.pause()
    assert desk.return_value == 0


async def test_a_gauge_that_lived_on_a_source_that_stopped_says_so(town: Town) -> None:
    async with town.desk().run_test(size=(120, 40)) as pilot:
        arrive(pilot)
        await rest(pilot)
        assert "without" not in text_of(pilot)
        stopped = replace(SOURCE, name="town", state="silent", last_item_at=START, last_answer_at=START)
        town.hear_of(stopped)
        arrive(pilot)
        await pilot.press("j")
        await rest(pilot)
        assert "without town" in text_of(pilot)


async def test_keys_typed_ahead_close_each_page_once_and_never_the_wall(town: Town) -> None:
    async with town.desk().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        for keys in (["colon", *"sour", "enter", "enter"], ["colon", "enter", "colon", "escape", "escape"]):
            for key in keys:
                pilot.app.simulate_key(key)
            await rest(pilot)
            await pilot.press("escape", "escape")
            await rest(pilot)
            assert pilot.app.screen is wall_of(pilot)


async def test_a_page_closes_itself_and_not_what_opened_above_it(town: Town) -> None:
    async with town.desk().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        wall_of(pilot).action_sources()
        await rest(pilot)
        below = pilot.app.screen
        pilot.app.push_screen(Page("ABOVE", (), UNICODE))
        await rest(pilot)
        below.dismiss()
        below.dismiss()
        await rest(pilot)
        assert pilot.app.screen is wall_of(pilot)


async def test_keys_typed_ahead_of_a_page_work_on_it(town: Town) -> None:
    async with town.desk().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        for key in (
            "question_mark",
            "j",
            "G",
            "g",
            "escape",
            "colon",
            "down",
            "up",
            "escape",
            "question_mark",
            "G",
        ):
            pilot.app.simulate_key(key)
        await rest(pilot)
        assert pilot.app._exception is None
        assert isinstance(pilot.app.screen, Page)
