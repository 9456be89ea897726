"""What every widget here has in common: named styles, glyphs, and values painted line by line.

A picture is given a frozen value and draws it; when a new value changes one line, that line alone is sent.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from widgets.glyphs import UNICODE, Glyphs
from widgets.line import Line

V = TypeVar("V")

TIER_STYLES = {1: "act-now", 2: "soon", 3: "watch"}
"""The style in which each tier is painted; mark and word say the same."""


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Ink:
    """A named style: one of the theme's colours (empty for the plain one) and how the letters look."""

    colour: Literal["", "error", "warning", "secondary"] = ""
    look: Style = PLAIN


INKS = {
    "": Ink(),
    "quiet": Ink(look=Style(dim=True)),
    "strong": Ink(look=Style(bold=True)),
    "act-now": Ink("error", Style(bold=True)),
    "soon": Ink("warning"),
    "watch": Ink(),
    "official": Ink("secondary", Style(bold=True)),
    "bad": Ink("error", Style(bold=True)),
    "loud": Ink(look=Style(bold=True, reverse=True)),
    "marked": Ink(look=Style(underline=True)),
}
"""Every style there is. None says anything by its colour that mark, word or place does not say too.

They are no component classes: each of those is matched against the whole style sheet for every widget
and every class that changes, which took a third of the time to the first picture.
"""


class Painted(Widget):
    """A widget that paints plain text in named styles, never markup, in the colours of the running theme."""

    DEFAULT_CSS = "Painted { scrollbar-size: 0 0; }"

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self.glyphs = glyphs
        self._inks: dict[str, Style] = {}

    def ink(self, name: str) -> Style:
        """A named style in the colours of now."""
        style = self._inks.get(name)
        if style is None:
            ink = INKS[name]
            style = self.rich_style + ink.look
            colour = getattr(self.app.current_theme, ink.colour) if ink.colour else None
            if colour:
                style += Style(color=Color.parse(colour).rich_color)
            self._inks[name] = style
        return style

    def paint(self, line: Line, width: int) -> Strip:
        """A line in exactly `width` cells."""
        segments = [Segment(text, self.ink(style)) for text, style in line]
        return Strip(segments).adjust_cell_length(width, self.ink(""))

    def blank(self, width: int) -> Strip:
        """A line with nothing on it."""
        return Strip.blank(width, self.ink(""))

    def notify_style_update(self) -> None:
        """Forget the old colours."""
        self._inks.clear()
        super().notify_style_update()


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
        return strips[y] if y < len(strips) else self.blank(self.size.width)

    def notify_style_update(self) -> None:
        """Forget what was painted in the old colours."""
        self._strips = None
        super().notify_style_update()

    def _all_strips(self) -> list[Strip]:
        width, height = self.size
        if self._strips is None or len(self._strips) != height or self._strips_width != width:
            drawn = [self.paint(line, width) for line in self.lines(self.size)[:height]]
            blank = self.blank(width)
            self._strips_width = width
            self._strips = drawn + [blank] * (height - len(drawn))
        return self._strips
