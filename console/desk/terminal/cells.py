"""A screen as cells: what stands in each, and how it looks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from rich.cells import get_character_cell_size, split_graphemes
from rich.color import ColorSystem
from rich.segment import Segment

from console.desk.terminal.pen import PLAIN, Look, look_of, on_blanks
from console.intake.clean import guard

Cell = tuple[str, Look]
"""A character with what combines with it; empty in the right half of a wide one."""
Row = list[Cell]
BLANK: Cell = (" ", PLAIN)
LONGEST = 24
"""Code points of one cell; the longest emoji in use have fourteen."""
_SIMPLE = re.compile(
    "[ -~\xa1-\xac\xae-\u02ff\u0370-\u0377\u0391-\u03ce\u0410-\u044f\u2010-\u2027\u2190-\u21ff\u2500-\u259f]*"
)
"""Texts in which every character takes one cell: nearly everything that the desk itself says."""


def blank_row(width: int) -> Row:
    """A row as an erased screen has it."""
    return [BLANK] * width


def cells_of(segments: Iterable[Segment], colours: ColorSystem | None, *, thin: bool) -> Row:
    """Painted text as cells; nothing in them acts on a terminal, whatever was painted."""
    cells: Row = []
    for text, style, control in segments:
        if control:
            continue
        if not text.isprintable():
            text = guard(text).replace("\n", " ")
        look = look_of(style, colours, thin=thin)
        simple = _simple(text, look)
        if simple is None:
            _add(cells, text, look)
        else:
            cells += simple
    return cells


@lru_cache(512)
def _simple(text: str, look: Look) -> Row | None:
    """The cells of a text in which every character takes one; None for any other."""
    if not text.isascii() and not _SIMPLE.fullmatch(text):
        return None
    blank = (" ", on_blanks(look))
    return [blank if character == " " else (character, look) for character in text]


def _add(cells: Row, text: str, look: Look) -> None:
    for start, end, width in split_graphemes(text)[0]:
        character = text[start : min(end, start + LONGEST)]
        if width:
            cells.append((character, on_blanks(look) if character == " " else look))
            cells += [("", look)] * (width - 1)
        elif cells:
            base = next(at for at in range(len(cells) - 1, -1, -1) if cells[at][0])
            below, its = cells[base]
            cells[base] = ((below + character)[:LONGEST], look if below == " " else its)


@lru_cache(4096)
def reach(character: str) -> int:
    """Cells that a terminal may take for it which knows none of its parts to belong together."""
    return sum(map(get_character_cell_size, character))


@lru_cache(4096)
def certain(character: str) -> bool:
    """Whether every terminal moves its cursor one cell on after this one.

    Wide characters, emoji and everything that combines are not: there terminals differ by their age.
    """
    return len(character) == 1 and get_character_cell_size(character) == 1 and character < "\u2e80"
