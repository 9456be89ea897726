"""What every widget here has in common: named styles, glyphs, and values painted line by line.

A picture is given a frozen value and draws it; when a new value changes one line, that line alone is sent.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from widgets.glyphs import UNICODE, Glyphs
from widgets.line import Line

V = TypeVar("V")

TIER_STYLES = {1: "act-now", 2: "soon", 3: "watch"}
"""The style in which each tier is painted; mark and word say the same."""


class Painted(Widget):
    """A widget that paints plain text in named styles, never markup.

    The styles take their colours from the running theme's own `error`, `warning` and `secondary`, so that
    a widget can be shown alone in any Textual app.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "painted--quiet",
        "painted--strong",
        "painted--act-now",
        "painted--soon",
        "painted--watch",
        "painted--official",
        "painted--bad",
        "painted--loud",
        "painted--marked",
    }
    DEFAULT_CSS = """
    Painted {
        scrollbar-size: 0 0;
        & > .painted--quiet { text-style: dim; }
        & > .painted--strong { text-style: bold; }
        & > .painted--act-now { color: $error; text-style: bold; }
        & > .painted--soon { color: $warning; }
        & > .painted--watch { color: $foreground; }
        & > .painted--official { color: $secondary; text-style: bold; }
        & > .painted--bad { color: $error; text-style: bold; }
        & > .painted--loud { text-style: bold reverse; }
        & > .painted--marked { text-style: underline; }
    }
    """

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self.glyphs = glyphs

    def paint(self, line: Line, width: int) -> Strip:
        """A line in exactly `width` cells."""
        segments = [
            Segment(text, self.get_component_rich_style(f"painted--{style}") if style else self.rich_style)
            for text, style in line
        ]
        return Strip(segments).adjust_cell_length(width, self.rich_style)


class Picture(Painted, Generic[V]):
    """A widget that draws one value; `show` gives it the next."""

    def __init__(self, value: V, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:
        super().__init__(glyphs=glyphs, id=id)
        self.value = value
        self._strips: list[Strip] | None = None
        self._strips_width = 0

    @abstractmethod
    def lines(self, size: Size) -> Sequence[Line]:
        """The value as lines that fit into a size; lines too many are left out."""

    def show(self, value: V) -> None:
        """Draw another value. What looks the same as before is not sent again."""
        if value != self.value:
            self.value = value
            self.redraw()

    def redraw(self) -> None:
        """Draw again what is to be shown, sending only the lines that differ."""
        before = self._strips
        self._strips = None
        if before is None or len(before) != self.size.height or not self.is_mounted:
            self.refresh()
            return
        for y, (old, new) in enumerate(zip(before, self._all_strips(), strict=True)):
            if old != new:
                self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """One line of the picture, or a blank one below its end."""
        strips = self._all_strips()
        return strips[y] if y < len(strips) else Strip.blank(self.size.width, self.rich_style)

    def notify_style_update(self) -> None:
        """Forget what was painted in the old colours."""
        self._strips = None
        super().notify_style_update()

    def _all_strips(self) -> list[Strip]:
        width, height = self.size
        if self._strips is None or len(self._strips) != height or self._strips_width != width:
            drawn = [self.paint(line, width) for line in self.lines(self.size)[:height]]
            blank = Strip.blank(width, self.rich_style)
            self._strips_width = width
            self._strips = drawn + [blank] * (height - len(drawn))
        return self._strips
