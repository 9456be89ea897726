"""A list to choose one thing from, with what is selected shown in full below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from console.desk.closing import Closes
from console.desk.keys import bindings, hints
from console.desk.page import PageText, Paragraphs, paragraphs
from widgets.composer import Rule
from widgets.glyphs import Glyphs
from widgets.heading import Heading, Title
from widgets.key_line import KeyLine
from widgets.line import Line, cut, fit
from widgets.row_list import RowList
from widgets.window import Listed


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose."""

    key: str
    label: str
    about: str
    """A few words beside it."""
    text: str
    """The whole of it."""
    selectable: bool = True


class ChoiceList(RowList[Choice]):
    """Label, then a few words."""

    def draw(self, row: Choice, width: int) -> Line:
        """One choice."""
        label = min(34, width // 2)
        return (
            (fit(row.label, label, self.glyphs.more), "strong"),
            (cut(f"  {row.about}", width - label, self.glyphs.more), "quiet"),
        )


class Chooser(Closes[str | None], inherit_bindings=False):
    """The list above, the selected text below; Enter takes it, Esc goes back."""

    AUTO_FOCUS = ""
    DEFAULT_CSS = "Chooser { layout: vertical; overflow: hidden; & PageText { height: 1fr; } }"
    BINDINGS: ClassVar[list[BindingType]] = bindings("choice")

    def __init__(self, title: str, choices: Sequence[Choice], glyphs: Glyphs, empty: str) -> None:
        super().__init__()
        self._choices = {choice.key: choice for choice in choices}
        self._title_words, self._glyphs = title, glyphs
        self._list = ChoiceList(glyphs=glyphs, empty=empty)
        self._text = PageText((), glyphs=glyphs)

    def compose(self) -> ComposeResult:
        """Title, list, text, keys."""
        yield Heading(Title(((self._title_words, "strong"),), focused=True), glyphs=self._glyphs)
        yield self._list
        yield Rule(None, glyphs=self._glyphs)
        yield self._text
        yield KeyLine(hints("choice", self._glyphs), glyphs=self._glyphs)

    def on_mount(self) -> None:
        """List everything."""
        self._list.show(Listed(tuple(self._choices.values())))
        self._list.to_first()
        self._list.focus()
        self._read()

    @on(RowList.Selected)
    def _read(self) -> None:
        row = self._list.selected
        told: Paragraphs = paragraphs(row.text.split("\n")) if row else ()
        self._text.begin(told)

    def action_down(self) -> None:
        """One row down."""
        self._list.move(1)

    def action_up(self) -> None:
        """One row up."""
        self._list.move(-1)

    def action_page_down(self) -> None:
        """One screen down."""
        self._list.turn(1)

    def action_page_up(self) -> None:
        """One screen up."""
        self._list.turn(-1)

    def action_first(self) -> None:
        """To the first row."""
        self._list.to_first()

    def action_last(self) -> None:
        """To the last row."""
        self._list.to_last()

    def action_choose(self) -> None:
        """Take the selected row."""
        row = self._list.selected
        self.dismiss(row.key if row else None)

    def action_back(self) -> None:
        """Back, with nothing chosen."""
        self.dismiss(None)
