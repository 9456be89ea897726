"""A page over the wall that lists what waits: rows above, what is selected in full below, kept up to date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult

from console.desk.asking import Asking
from console.desk.following import EVERY, Following
from console.desk.here import Here
from console.desk.lifeline import Lifeline
from console.desk.page import PageText, Paragraphs
from console.desk.watching import Watching
from widgets.composer import Rule
from widgets.heading import Heading, Title
from widgets.line import Line, cut, fit, right
from widgets.row_list import RowList
from widgets.window import Listed


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One thing that waits."""

    key: int
    state: str
    urgent: bool
    """A person has to do something about it."""
    age: str
    who: str
    where: str
    text: str
    selectable: bool = True


class WorkList(RowList[WorkRow]):
    """State in words, age, who, where, and the beginning of the text."""

    def draw(self, row: WorkRow, width: int) -> Line:
        """One row."""
        more = self.glyphs.more
        wide = width >= 100
        columns = (
            (fit(row.state, 12, more), "soon" if row.urgent else ""),
            (right(row.age, 5, more), "quiet"),
            (f"  {fit(row.who, 12 if wide else 8, more)}", ""),
            (f"  {fit(row.where, 20 if wide else 12, more)}", "quiet"),
        )
        used = 12 + 5 + (14 if wide else 10) + (22 if wide else 14)
        return (*columns, (cut(f"  {row.text}", width - used, more), ""))


class WorkPage(Asking, inherit_bindings=False):
    """The list, the text, the notice, the keys."""

    DEFAULT_CSS = "WorkPage { & WorkList { height: 2; } & PageText { height: 1fr; } }"

    def __init__(self, here: Here, watching: Watching, lifeline: Lifeline, title: str, empty: str) -> None:
        super().__init__(here, lifeline, title)
        self._watching = watching
        self._list = WorkList(glyphs=here.glyphs, empty=empty)
        self._text = PageText((), glyphs=here.glyphs)
        self._following = Following(here, watching, lambda text, error: self._say(text, error=error))

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield Heading(Title(((self._title_words, "strong"),), focused=True), glyphs=self._here.glyphs)
        yield self._list
        yield Rule(None, glyphs=self._here.glyphs)
        yield self._text
        yield self._notice
        yield self._keys

    def on_mount(self) -> None:
        """List what there is, and look again every second."""
        self._look()
        self._list.to_first()
        self._give_keys()
        self._show_keys()
        self.set_interval(EVERY, self._look)

    def _rows(self) -> Sequence[WorkRow] | None:
        """What there is now; None when the database does not answer."""
        raise NotImplementedError

    def _read(self, key: int) -> Paragraphs:
        """What is selected, in full."""
        raise NotImplementedError

    def _look(self) -> None:
        rows = self._rows()
        if rows is not None:
            self._list.show(Listed(tuple(rows)))
            needed = min(max(2, len(rows)), max(2, self.size.height * 2 // 5))
            if needed != self._list.size.height:
                self._list.styles.height = needed
        self._show_selected()
        if not self._is_asking:
            self._following.tick()

    @on(RowList.Selected)
    def _selected(self) -> None:
        self._text.to_first()
        self._show_selected()

    def _show_selected(self) -> None:
        row = self._list.selected
        self._text.show(self._read(row.key) if row else ())

    def _give_keys(self) -> None:
        self._list.focus()

    @property
    def _key(self) -> int | None:
        row = self._list.selected
        return row.key if row else None

    @work(group="do", exclusive=True, exit_on_error=False, description="take back what was not sent yet")
    async def _take_back(self, delivery: int) -> None:
        if await self._ask_service("take_back", delivery=delivery) is not None:
            self._say("Taken back: nothing was sent, and the draft is open again.")
        self._look()

    def action_down(self) -> None:
        """One row down."""
        self._hush()
        self._list.move(1)

    def action_up(self) -> None:
        """One row up."""
        self._hush()
        self._list.move(-1)

    def action_page_down(self) -> None:
        """On in the text below."""
        self._text.turn(1)

    def action_page_up(self) -> None:
        """Back in the text below."""
        self._text.turn(-1)

    def action_first(self) -> None:
        """To the first row."""
        self._list.to_first()

    def action_last(self) -> None:
        """To the last row."""
        self._list.to_last()

    def action_back(self) -> None:
        """Out of a line, or back to the wall."""
        if not self._leave_line(None):
            self.dismiss(None)
