"""One line of a picture: parts of plain text with the name of a style, cut and padded by terminal cells."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len, chop_cells, set_cell_size

Part = tuple[str, str]
"""A text, never read as markup, and the name of the style it is painted in (`""` for the plain one)."""
Line = tuple[Part, ...]


def signed(value: float) -> str:
    """`-0.31`, `+0.20`; what rounds to nothing is `+0.00`, never `-0.00`."""
    return f"{round(value, 2) or 0.0:+.2f}"


def flat(text: str, most: int = 400) -> str:
    """The start of a text on one line: runs of whitespace become single spaces.

    Args:
        text: Any text.
        most: Characters looked at; no list row shows more.
    """
    return " ".join(text[:most].split())


def cut(text: str, width: int, more: str = "…") -> str:
    """The text if it fits into `width` cells, else its start with `more` at the end."""
    if cell_len(text) <= width:
        return text
    if width <= 0:
        return ""
    return set_cell_size(text, width - 1).rstrip() + more


def fit(text: str, width: int, more: str = "…") -> str:
    """The text in exactly `width` cells: cut, or padded on the right."""
    short = cut(text, width, more)
    return short + " " * (width - cell_len(short))


def right(text: str, width: int, more: str = "…") -> str:
    """The text in exactly `width` cells: cut, or padded on the left."""
    short = cut(text, width, more)
    return " " * (width - cell_len(short)) + short


def length(line: Iterable[Part]) -> int:
    """Cells that a line takes."""
    return sum(cell_len(text) for text, _ in line)


def spread(left: Line, tail: Line, width: int) -> Line:
    """`left` at the left edge, `tail` at the right edge; where both do not fit, the tail is dropped."""
    room = width - length(left) - length(tail)
    return (*left, (" " * room, ""), *tail) if tail and room >= 1 else left


def wrap(text: str, width: int) -> list[tuple[int, int]]:
    """Where to break a text so that every line fits into `width` cells.

    Returns:
        Start and end offset of every line, the blank or line feed at the break left out. Words longer than
        a line are broken where the line is full.
    """
    breaks: list[tuple[int, int]] = []
    offset = 0
    for paragraph in text.split("\n"):
        breaks += [(offset + start, offset + end) for start, end in _wrap_paragraph(paragraph, max(width, 2))]
        offset += len(paragraph) + 1
    return breaks


def _wrap_paragraph(text: str, width: int) -> list[tuple[int, int]]:
    lines: list[tuple[int, int]] = []
    start = end = used = 0
    for word_start, word_end in _words(text):
        gap = word_start - end if end > start else 0
        size = cell_len(text[word_start:word_end])
        if end > start and used + gap + size > width:
            lines.append((start, end))
            start, used, gap = word_start, 0, 0
        elif end == start:
            start = word_start
        if size > width:
            pieces = chop_cells(text[word_start:word_end], width)
            for piece in pieces[:-1]:
                lines.append((word_start, word_start + len(piece)))
                word_start += len(piece)
            start, size = word_start, cell_len(pieces[-1])
        end = word_end
        used += gap + size
    lines.append((start, end))
    return lines


def _words(text: str) -> Iterable[tuple[int, int]]:
    start = None
    for index, character in enumerate(text):
        if character == " ":
            if start is not None:
                yield start, index
            start = None
        elif start is None:
            start = index
    if start is not None:
        yield start, len(text)


def styled(text: str, start: int, end: int, marks: Iterable[tuple[int, int]], style: str) -> Line:
    """A piece of a text as a line, with the marked stretches of the whole text in another style.

    Args:
        text: The whole text.
        start: Where the piece starts in it.
        end: Where it ends.
        marks: Stretches (start, end) of the whole text, in order and apart.
        style: Name of the style of what is marked.
    """
    parts: list[Part] = []
    at = start
    for first, last in marks:
        first, last = max(first, at), min(last, end)
        if first >= last:
            continue
        parts += [(text[at:first], ""), (text[first:last], style)]
        at = last
    parts.append((text[at:end], ""))
    return tuple(part for part in parts if part[0])
