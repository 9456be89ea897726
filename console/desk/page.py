"""A page over the wall: text to be read or copied by the terminal's own means, left with Esc."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import BindingType

from console.desk.closing import Closes
from console.desk.keys import bindings, hints
from widgets.glyphs import Glyphs
from widgets.heading import Heading, Title
from widgets.key_line import KeyLine
from widgets.line import Line, fit, flat, wrap
from widgets.reading import Reading

NAMES = 16
"""Cells that the names beside texts may take."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text, wrapped to the right of its label."""

    text: str
    label: str = ""
    strong: bool = False


Paragraphs = tuple[Paragraph, ...]


def paragraphs(lines: Iterable[str]) -> Paragraphs:
    """Each line of text as a paragraph without a label."""
    return tuple(Paragraph(line) for line in lines)


def sentence(said: str) -> str:
    """Begin and end as a sentence does what the service puts into the middle of a line."""
    return f"{said[:1].upper()}{said[1:]}{'' if said.endswith('.') else '.'}"


def labelled(told: Iterable[tuple[str, str]]) -> Paragraphs:
    """Each text beside its name, all texts from the same column on."""
    told = tuple(told)
    width = min(NAMES, max((cell_len(name) for name, _ in told), default=0))
    return tuple(Paragraph(text, fit(flat(name), width) + "  " * bool(width)) for name, text in told)


class PageText(Reading[Paragraphs]):
    """Paragraphs from the left edge on, so that selecting them brings no marks along."""

    def text(self, width: int) -> Sequence[Line]:
        """All paragraphs, wrapped."""
        return [line for paragraph in self.value for line in _wrapped(paragraph, width)]


def _wrapped(paragraph: Paragraph, width: int) -> list[Line]:
    indent = cell_len(paragraph.label)
    style = "strong" if paragraph.strong else ""
    pieces = [paragraph.text[start:end] for start, end in wrap(paragraph.text, width - indent)]
    heads = [paragraph.label, *[" " * indent] * (len(pieces) - 1)]
    return [((head, "strong"), (piece, style)) for head, piece in zip(heads, pieces, strict=True)]


class Page(Closes[None], inherit_bindings=False):
    """A title, a text, the keys that leave it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("page")

    def __init__(self, title: str, text: Paragraphs, glyphs: Glyphs) -> None:
        super().__init__()
        self._title_words = title
        self._glyphs = glyphs
        self._text = PageText(text, glyphs=glyphs)
        """There before it is shown: keys that were typed ahead of the page work on it."""

    def compose(self) -> ComposeResult:
        """Title, text, keys."""
        yield Heading(Title(((self._title_words, "strong"),), focused=True), glyphs=self._glyphs)
        yield self._text
        yield KeyLine(hints("page", self._glyphs), glyphs=self._glyphs)

    def action_down(self) -> None:
        """One line on."""
        self._text.move(1)

    def action_up(self) -> None:
        """One line back."""
        self._text.move(-1)

    def action_page_down(self) -> None:
        """One screen on."""
        self._text.turn(1)

    def action_page_up(self) -> None:
        """One screen back."""
        self._text.turn(-1)

    def action_first(self) -> None:
        """To the start."""
        self._text.to_first()

    def action_last(self) -> None:
        """To the end."""
        self._text.to_last()

    def action_back(self) -> None:
        """Back to the wall."""
        self.dismiss()
