"""Bytes out of cells: they make the screen that is wanted, on any terminal, and are never long-winded."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import groupby

import pytest
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from console.desk.terminal.cells import Row, blank_row, cells_of
from console.desk.terminal.painter import Painter, move
from console.desk.terminal.pen import PLAIN, change
from console.desk.terminal.screen import TerminalScreen
from tests.desk.terminal.emulator import Emulator, difference

WIDTH, HEIGHT = 40, 10
COLUMN = 2
"""Bytes of the column in an address: the one thing in which less can be more."""
STYLES = [
    Style.parse(words)
    for words in (
        *("", "", "bold", "dim", "bold dim", "italic red", "underline", "reverse", "strike blue", "red"),
        *("on blue", "white on blue", "bold white on blue", "#ff7a33 on #121212", "on #121212", "color(130)"),
    )
]
CERTAIN = ("a", "-" * 9, "─" * 7, "Z", "9", "·", "▲", "─", "é", "я", " ", " ", "  ", "      ")
WIDE = ("水", "가", "🌊")
CLUSTERS = ("e\u0301", "❤️", "👩\u200d🚒", "👍🏽", "h\u0301\u0316")


def painted(chance: random.Random, characters: Sequence[str]) -> list[Segment]:
    """A row of text in many looks, as wide as the screen."""
    segments: list[Segment] = []
    while (left := WIDTH - Segment.get_line_length(segments)) > 0:
        text = "".join(chance.choices(characters, k=chance.randint(1, 9)))
        segments += Segment.adjust_line_length([Segment(text, chance.choice(STYLES))], min(left, len(text)))
    return segments


def cells(segments: list[Segment]) -> Row:
    return cells_of(segments, ColorSystem.TRUECOLOR, thin=False)


def changed(
    chance: random.Random, old: list[list[Segment]], characters: Sequence[str]
) -> list[list[Segment]]:
    """Another screen, which has something in common with one: rows that stayed, moved, or differ in part."""
    new = list(old)
    if chance.random() < 0.6:
        by = chance.choice((-3, -1, 1, 1, 2))
        top, end = sorted(chance.sample(range(HEIGHT + 1), 2))
        for y in range(top, end):
            new[y] = old[min(max(y - by, 0), HEIGHT - 1)]
    for y in chance.sample(range(HEIGHT), chance.randint(0, 4)):
        new[y] = painted(chance, characters)
    for y in chance.sample(range(HEIGHT), chance.randint(0, 4)):
        at = chance.randrange(WIDTH)
        kept = Segment.adjust_line_length(new[y], at)
        new[y] = Segment.adjust_line_length([*kept, *painted(chance, characters)], WIDTH)
    return new


def as_told(screen: list[list[Segment]]) -> Emulator:
    """The same drawn by somebody who knows nothing of cells: every text at its place, in its style."""
    terminal = Emulator(WIDTH, HEIGHT)
    for y, row in enumerate(screen, 1):
        x = 1
        for segment in row:
            style = segment.style or Style.null()
            terminal.feed(
                f"\x1b[{y};{x}H\x1b[m{style.render(segment.text, color_system=ColorSystem.TRUECOLOR)}"
            )
            x += segment.cell_length
    return terminal


@pytest.mark.parametrize("keeps_ground", [True, False])
@pytest.mark.parametrize("characters", [CERTAIN, (*CERTAIN, *WIDE), (*CERTAIN, *WIDE, *CLUSTERS)])
def test_any_screen_turns_into_any_other_in_pieces_of_any_size(
    characters: Sequence[str], keeps_ground: bool
) -> None:
    for seed in range(15):
        chance = random.Random(seed)
        ours, screen = Emulator(WIDTH, HEIGHT), TerminalScreen(WIDTH, HEIGHT, keeps_ground=keeps_ground)
        screen.repeats = chance.random() < 0.5
        wanted = [painted(chance, characters) for _ in range(HEIGHT)]
        for turn in range(4):
            for y, row in enumerate(wanted):
                screen.put(y, 0, cells(row))
            room = chance.choice((1, 30, 200, 100_000))
            for _ in range(1000):
                if not screen.dirty:
                    break
                ours.feed(screen.take(room, lambda: range(5, 7)))
            assert difference(ours, as_told(wanted)) == "", f"seed {seed}, turn {turn}"
            wanted = changed(chance, wanted, characters)


def test_nothing_is_longer_than_writing_the_row_again() -> None:
    for seed in range(300):
        chance = random.Random(seed)
        old = [painted(chance, CERTAIN) for _ in range(HEIGHT)]
        new = changed(chance, old, CERTAIN)
        for y in range(HEIGHT):
            painter = Painter()
            painter.row(y, cells(old[y]), cells(new[y]))
            longest = COLUMN + _written_plainly(y, cells(new[y]))
            assert len(painter.written.encode()) <= longest, f"seed {seed}, row {y}"
            if cells(old[y]) == cells(new[y]):
                assert painter.written == ""


def _written_plainly(y: int, row: Row) -> int:
    """Bytes of going to the row and writing all of it, run by run."""
    text, look = f"\x1b[{y + 1}H", None
    for its, run in groupby(row, key=lambda cell: cell[1]):
        text += change(look, its) + "".join(character for character, _ in run)
        look = its
    return len(text.encode())


def test_a_blank_row_is_erased_and_not_written() -> None:
    painter = Painter(y=3, x=0, look=PLAIN)
    painter.row(3, cells([Segment("x" * WIDTH)]), blank_row(WIDTH))
    assert painter.written == "\x1b[K"


def test_a_ground_is_erased_in_its_colour_only_where_the_terminal_does_that() -> None:
    blue = cells([Segment(" " * WIDTH, Style.parse("on blue"))])
    sizes = []
    for keeps_ground in (True, False):
        painter = Painter(keeps_ground)
        painter.row(0, blank_row(WIDTH), blue)
        sizes.append(len(painter.written))
    assert sizes[0] < 15 < WIDTH < sizes[1]


@pytest.mark.parametrize(
    ("start", "end", "sequence"),
    [
        ((3, 5), (3, 5), ""),
        ((3, 5), (3, 0), "\r"),
        ((3, 5), (3, 6), "\x1b[C"),
        ((3, 5), (3, 4), "\b"),
        ((3, 5), (4, 0), "\r\n"),
        ((3, 5), (4, 5), "\n"),
        ((3, 5), (2, 5), "\x1b[A"),
        ((3, None), (3, 7), "\x1b[8G"),
        ((None, None), (0, 0), "\x1b[H"),
        ((None, None), (4, 0), "\x1b[5H"),
        ((3, 5), (9, 7), "\x1b[10;8H"),
    ],
)
def test_the_shortest_way_is_taken(
    start: tuple[int | None, int | None], end: tuple[int, int], sequence: str
) -> None:
    assert move(start, *end) == sequence


def test_every_way_leads_to_its_end() -> None:
    chance = random.Random(4)
    terminal, at = Emulator(WIDTH, HEIGHT), (0, 0)
    for _ in range(2000):
        end = chance.randrange(HEIGHT), chance.randrange(WIDTH)
        known = chance.choice([at, (at[0], None), (None, None)])
        terminal.feed(move(known, *end))
        assert (terminal.cursor.y, terminal.cursor.x) == end, f"{known} to {end}"
        at = end


def test_after_a_character_of_doubtful_width_the_next_is_put_in_its_place_even_on_an_old_terminal() -> None:
    for doubtful in (*WIDE, *CLUSTERS):
        old = Emulator(WIDTH, 1, old=True)
        painter = Painter()
        painter.row(
            0, blank_row(WIDTH), cells(Segment.adjust_line_length([Segment(f"a{doubtful}b|cd")], WIDTH))
        )
        old.feed(painter.written)
        row = "".join(seen.character or "_" for seen in old.row(0))
        assert "|cd" in row, doubtful
        at = 3 if doubtful in ("e\u0301", "h\u0301\u0316") else 4
        assert [seen.character for seen in old.row(0)][at : at + 3] == ["|", "c", "d"], doubtful
