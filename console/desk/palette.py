"""The `:` palette: every verb, found by a word of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from console.commands import COMMANDS, Command, Where
from console.desk.closing import Closes
from console.desk.keys import bindings, names
from widgets.filter_line import FilterLine
from widgets.glyphs import Glyphs
from widgets.heading import Heading, Title
from widgets.line import Line, cut, fit
from widgets.row_list import RowList
from widgets.window import Listed


@dataclass(frozen=True, slots=True)
class VerbRow:
    """One verb as the palette lists it."""

    key: str
    keys: str
    label: str
    help: str
    selectable: bool = True


def found(words: str, where: Where, glyphs: Glyphs, *, observes: bool = False) -> tuple[VerbRow, ...]:
    """Verbs that hold every typed word, the ones valid here first; those of the shell say what to type.

    Whoever only observes is shown none that acts.
    """
    wanted = words.casefold().split()

    def holds(command: Command) -> bool:
        text = f"{command.name} {command.label} {command.help} {command.verb}".casefold()
        return all(word in text for word in wanted) and not (observes and command.acts)

    listed = [command for command in COMMANDS if holds(command) and command.name != "palette"]
    listed.sort(key=lambda command: _rank(command, where, wanted))
    return tuple(_row(command, where, glyphs) for command in listed)


def _rank(command: Command, where: Where, wanted: list[str]) -> tuple[bool, bool, bool]:
    named = all(word in f"{command.name} {command.label}".casefold() for word in wanted)
    return (command.where == ("shell",), where not in command.where, not named)


def _row(command: Command, where: Where, glyphs: Glyphs) -> VerbRow:
    if command.where == ("shell",):
        return VerbRow(command.name, "in a shell", f"watchfloor {command.verb}", command.help)
    here = "" if where in command.where else "Not here: "
    return VerbRow(command.name, command.key_words(dict(names(glyphs))), command.label, here + command.help)


class VerbList(RowList[VerbRow]):
    """Keys, name, and what it does."""

    def draw(self, row: VerbRow, width: int) -> Line:
        """One verb."""
        more = self.glyphs.more
        return (
            (fit(row.label, 22, more), "strong"),
            (fit(row.keys, 12, more), "quiet"),
            (cut(row.help, width - 34, more), ""),
        )


class Palette(Closes[str | None], inherit_bindings=False):
    """A line to type into above the verbs; Enter does the selected one."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("typing")

    def __init__(self, where: Where, glyphs: Glyphs, *, observes: bool = False) -> None:
        super().__init__()
        self._where, self._observes = where, observes
        self._glyphs = glyphs
        self._line = FilterLine(":", "a word of what you want to do", glyphs=glyphs)
        self._verbs = VerbList(glyphs=glyphs, empty="no verb has these words")

    def compose(self) -> ComposeResult:
        """Title, line, list."""
        title = (("ALL VERBS", "strong"), ("  Enter does the selected one, Esc goes back", "quiet"))
        yield Heading(Title(title, focused=True), glyphs=self._glyphs)
        yield self._line
        yield self._verbs

    def on_mount(self) -> None:
        """List everything and take the keys."""
        self._list("")
        self._line.focus_input()

    @on(FilterLine.Changed)
    def _typed(self, event: FilterLine.Changed) -> None:
        self._list(event.text)

    @on(FilterLine.Submitted)
    def _chosen(self) -> None:
        row = self._verbs.selected
        self.dismiss(row.key if row else None)

    def action_down(self) -> None:
        """One verb down."""
        self._verbs.move(1)

    def action_up(self) -> None:
        """One verb up."""
        self._verbs.move(-1)

    def action_back(self) -> None:
        """Back, with nothing done."""
        self.dismiss(None)

    def _list(self, words: str) -> None:
        self._verbs.show(Listed(found(words, self._where, self._glyphs, observes=self._observes)))
        self._verbs.to_first()
