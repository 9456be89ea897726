"""What our driver leaves on a terminal is what Textual's own would: text, colours, all of it, at any time.

The desk is drawn twice, see `beside`. WATCHFLOOR_TEST_STEPS sets how many random steps are taken in all.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from console.desk.terminal import painter as painting
from console.desk.terminal import pen
from console.desk.terminal.cells import Row
from console.desk.terminal.ladder import Rung
from console.desk.terminal.painter import Painter
from console.desk.terminal.scrolling import Scroll
from tests.desk.answering import desk_of, settings_with
from tests.desk.answering import said as said_in_public
from tests.desk.terminal.beside import STEP, beside
from tests.desk.terminal.steps import SESSION, WIDE, Steps
from tests.desk.town import Town, said
from tests.service.in_process import serving

pytestmark = pytest.mark.usefixtures("fast_frames")

STEPS = int(os.environ.get("WATCHFLOOR_TEST_STEPS", "2000"))
SEEDS = range(1, 9)


@pytest.mark.parametrize(
    ("theme", "rung", "sizes"),
    [
        ("terminal", "full", [(80, 24), (120, 40)]),
        ("dark", "full", [(120, 40), (60, 20)]),
        ("light", "full", [(200, 50)]),
        ("terminal", "lean", [(80, 24), (120, 40)]),
        ("terminal", "trickle", [(40, 12)]),
    ],
)
async def test_every_step_of_a_session_looks_as_it_would_without_us(
    town: Town, theme: str, rung: Rung, sizes: list[tuple[int, int]]
) -> None:
    async with beside(town.desk(theme=theme), rung=rung) as both:
        for size in sizes:
            await both.resize(*size)
            assert both.difference() == "", f"at {size}"
            for number, keys in enumerate(SESSION):
                for key in keys:
                    both.press(key, key if len(key) == 1 else None)
                await both.obeyed()
                assert both.difference() == "", f"at {size}, after {keys}, step {number}"
                if number % 8 == 0:
                    town.take(said(40, f"{size} {number} {WIDE[number % len(WIDE)]}", 1))
                    both.look()
                    await both.settle(2 * STEP)
                    assert both.difference() == "", f"at {size}, after the mention at step {number}"


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_happens_looks_as_it_would_without_us(town: Town, seed: int) -> None:
    chance = random.Random(seed)
    async with beside(town.desk(), chance=chance) as both:
        steps = Steps(both, town, chance)
        for number in range(STEPS // len(SEEDS)):
            wrong = await steps.step()
            last = "\n".join(steps.done[-12:])
            now = f"{both.driver.sender.rung}, {both.desk.theme}"
            assert not wrong, f"seed {seed}, step {number}, {now}: {wrong}\nafter\n{last}"
            assert both.desk._exception is None
        assert len(both.sent) < len(both.sent_by_stock) / 4


@pytest.mark.parametrize("rung", ["full", "lean"])
async def test_an_answer_that_is_written_over_a_service_looks_as_it_would_without_us(
    tmp_path: Path, rung: Rung
) -> None:
    settings = settings_with(tmp_path)
    async with serving(settings) as service:
        await service.take([said_in_public()], trust="public")
        async with beside(desk_of(settings), rung=rung) as both:
            await both.shows("LIVE")
            both.press("tab")
            await both.obeyed()
            both.press("r", "r")
            await both.shows("REPLY")
            assert both.difference() == ""
            for character in f"Crews are on their way 水 é👍🏽 {'to you ' * 40}":
                both.type(character)
                await both.settle(STEP)
                assert both.difference() == ""
            for key in ("tab", "down", "up", "shift+tab", "home", "end", "pageup", "escape", "escape"):
                both.press(key)
                await both.obeyed()
                assert both.difference() == "", key


def one_column_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step to the right within a row is one too long."""
    right = painting._along
    monkeypatch.setattr(painting, "_along", lambda cells: right(cells + 1 if cells > 0 else cells))


def one_row_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last row of a region that scrolls stays where it is."""
    scroll = Painter.scroll
    monkeypatch.setattr(Painter, "scroll", lambda painter, top, end, n: scroll(painter, top, end - 1, n))


def one_look_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was bold stays bold."""
    change = pen.change
    monkeypatch.setattr(painting, "change", lambda old, new: change(old, new).replace("[22;", "["))


def one_row_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a scroll brings in is taken for what was there."""
    monkeypatch.setattr(Scroll, "done", lambda scroll, shown: _moved(scroll, shown))


def one_cell_not_erased(monkeypatch: pytest.MonkeyPatch) -> None:
    """Erasing begins one cell late."""
    erase = Painter._erase
    monkeypatch.setattr(Painter, "_erase", lambda painter, y, x, row: erase(painter, y, x + 1, row))


def _moved(scroll: Scroll, shown: list[Row]) -> list[Row]:
    after = list(shown)
    for y in range(scroll.top, scroll.bottom + 1):
        after[y] = shown[min(max(y - scroll.rows, scroll.top), scroll.bottom)]
    return after


@pytest.mark.parametrize(
    "plant", [one_column_off, one_row_short, one_look_kept, one_row_forgotten, one_cell_not_erased]
)
async def test_the_comparison_notices_a_planted_mistake(
    town: Town, monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None]
) -> None:
    async with beside(town.desk(theme="dark"), size=(90, 40)) as both:
        await both.settle()
        assert both.difference() == ""
        plant(monkeypatch)
        for key in (
            "tab",
            *"jjjj",
            "enter",
            "escape",
            "G",
            "k",
            "g",
            *"jj",
            "question_mark",
            *"jjj",
            "escape",
        ):
            both.press(key, key if len(key) == 1 else None)
            await both.obeyed()
            if key == "j":
                town.take(said(40, f"one more {key}", 1))
                both.look()
                await both.settle(2 * STEP)
            if both.difference():
                return
        raise AssertionError("nothing was noticed")
