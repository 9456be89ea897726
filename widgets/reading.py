"""Text to be read, wrapped to the width and scrolled by lines: the ground of the detail and of pages."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TypeVar

from textual.geometry import Size

from widgets.glyphs import UNICODE, Glyphs
from widgets.line import Line
from widgets.painted import Picture

V = TypeVar("V")


class Reading(Picture[V], can_focus=True):
    """A picture that may be longer than its panel."""

    DEFAULT_CSS = "Reading { height: 1fr; overflow: hidden; }"

    def __init__(self, value: V, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:
        super().__init__(value, glyphs=glyphs, id=id)
        self._top = 0

    @abstractmethod
    def text(self, width: int) -> Sequence[Line]:
        """The whole of it, in lines of at most `width` cells."""

    def lines(self, size: Size) -> Sequence[Line]:
        """The part in sight; where more follows, the last line says how much."""
        text, height = self.text(size.width), size.height
        self._top = max(0, min(self._top, len(text) - height))
        hidden = len(text) - self._top - height
        shown = list(text[self._top : self._top + height])
        if hidden > 0 and shown:
            shown[-1] = ((f"{self.glyphs.more} {hidden + 1} more lines", "quiet"),)
        return shown

    def move(self, rows: int) -> None:
        """Scroll by so many lines; it stops at either end."""
        self._top = max(0, self._top + rows)
        self.redraw()

    def turn(self, pages: int) -> None:
        """Scroll by so many screens, one line of overlap and one for the count kept."""
        self.move(pages * max(1, self.size.height - 2))

    def to_first(self) -> None:
        """Scroll to the start."""
        self._top = 0
        self.redraw()

    def to_last(self) -> None:
        """Scroll to the end."""
        self._top = len(self.text(self.size.width))
        self.redraw()

    def begin(self, value: V) -> None:
        """Show something else, from its start."""
        if value != self.value:
            self._top = 0
            self.show(value)
