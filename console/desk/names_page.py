"""The page of names that no list has: what people call a place, to be added to the list or refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from textual import work
from textual.binding import BindingType

from console.command import Where
from console.desk import naming
from console.desk.asks import CONFIRM
from console.desk.here import Here
from console.desk.keys import bindings
from console.desk.lifeline import Lifeline
from console.desk.page import Paragraphs
from console.desk.watching import Watching
from console.desk.work_page import WorkList, WorkPage, WorkRow
from console.model import Unlisted
from widgets.line import Line, cut, fit, flat, right

EMPTY = "no name to add: three voices within a day make one"
LEFT = "Nothing was done."


class NameList(WorkList):
    """Name, mentions, voices, age, and the beginning of what one of them says."""

    def draw(self, row: WorkRow, width: int) -> Line:
        """One name."""
        more = self.glyphs.more
        name = 34 if width >= 100 else 22
        told = f"{right(row.who, 13, more)}{right(row.state, 11, more)}{right(row.age, 6, more)}"
        return (
            (fit(row.where, name, more), "strong"),
            (told, ""),
            (cut(f"  {row.text}", max(width - name - len(told), 0), more), "quiet"),
        )


class NamesPage(WorkPage, inherit_bindings=False):
    """Names that wait for somebody to decide about them."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("names")

    def __init__(self, here: Here, watching: Watching, lifeline: Lifeline) -> None:
        super().__init__(here, watching, lifeline, "NAMES THAT ARE NOT ON THE LIST", EMPTY)
        self._list = NameList(glyphs=here.glyphs, empty=EMPTY)
        self._numbers: dict[str, int] = {}
        """In which order the names were first listed here; what comes later comes below."""
        self._names: dict[int, Unlisted] = {}

    @property
    def where(self) -> Where:
        """This page."""
        return "names"

    def _rows(self) -> Sequence[WorkRow] | None:
        found = self._watching.ask(lambda reader: reader.unlisted())
        if found is None:
            return None
        for name in found:
            self._numbers.setdefault(name.key, len(self._numbers))
        self._names = {self._numbers[name.key]: name for name in found}
        return naming.rows(found, self._numbers, self._here.now())

    def _read(self, key: int) -> Paragraphs:
        name = self._names.get(key)
        return naming.page(name, self._here.now(), self._here.zone) if name else ()

    @property
    def _chosen(self) -> str:
        """What is selected; empty for nothing."""
        name = self._names.get(self._key) if self._key is not None else None
        return name.name if name else ""

    def action_add_place(self) -> None:
        """Put it on the list, once another key says so; or ask first in which area it lies."""
        if name := self._chosen:
            question = f'Add "{flat(name)}" to the list?  {CONFIRM} adds it, w asks in which area'
            keys: dict[str, Callable[[], object]] = {
                CONFIRM: partial(self._add, name),
                "w": partial(self._add_within, name),
            }
            self._ask_key(f"{question}, any other key leaves it.", keys)

    def action_alias_place(self) -> None:
        """Make it another spelling of a listed place."""
        if name := self._chosen:
            self._ask_line("spelling of", "a place of the list; Esc leaves it", partial(self._spell, name))

    def action_refuse_place(self) -> None:
        """See that it is proposed no more, once another key says so."""
        if name := self._chosen:
            self._confirm(f'Never propose "{flat(name)}" again?', partial(self._refuse, name))

    def action_undo(self) -> None:
        """Take back what one did last."""
        self._undo()

    def _add_within(self, name: str) -> None:
        self._ask_line("area", "that it lies in; Esc leaves it", partial(self._lie, name))

    def _lie(self, name: str, area: str | None) -> None:
        if not area:
            self._say(LEFT)
            return
        self._confirm(f'Add "{flat(name)}" in {flat(area)}?', partial(self._add, name, area=area))

    def _spell(self, name: str, of: str | None) -> None:
        if not of:
            self._say(LEFT)
            return
        question = f'Is "{flat(name)}" another spelling of {flat(of)}?'
        self._confirm(question, partial(self._add, name, **{"as": of}))

    @work(group="do", exclusive=True, exit_on_error=False, description="add a name to the place list")
    async def _add(self, name: str, **fields: Any) -> None:
        told = await self._ask_service("add_place", name=name, **fields)
        if told is not None:
            self._say(naming.added(told))
        self._look()

    @work(group="do", exclusive=True, exit_on_error=False, description="refuse a name")
    async def _refuse(self, name: str) -> None:
        if await self._ask_service("refuse_place", name=name) is not None:
            self._say(f'"{flat(name)}" is proposed no more. u undoes it.')
        self._look()

    @work(group="do", exclusive=True, exit_on_error=False, description="undo what was done last")
    async def _undo(self) -> None:
        told = await self._ask_service("undo")
        if told is not None:
            what = ", ".join(one.partition(":")[2] for one in told["subjects"][:2])
            self._say(f"Undone: {told['what']}, {flat(what)}.")
        self._look()
