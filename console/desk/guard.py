"""The one way by which text reaches the terminal: whatever could still act on it is deleted here.

Text is cleaned when it enters the house. This filter stands at the other door, so that a widget, an input or
a library's own message cannot send a control byte, whatever it was given.
"""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from console.intake.clean import guard


class Guard(LineFilter):
    """Deletes control, bidi and surrogate characters and live links from every line that is drawn.

    Args:
        encoding: Of the terminal. Where it is not UTF-8, what it cannot carry becomes as many `?` as it has
            cells, for the escapes written otherwise would break the layout.
    """

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__()
        self._narrow = "" if encoding == "utf-8" else encoding

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """The same segments with nothing in them that acts."""
        return [self._safe(segment) for segment in segments]

    def _safe(self, segment: Segment) -> Segment:
        text, style, _control = segment
        if style is not None and style.link is not None:
            style = without_link(style)
        if not (text.isascii() and text.isprintable()):
            text = guard(text).replace("\n", " ")
            if self._narrow:
                text = "".join(_carried(character, self._narrow) for character in text)
        return Segment(text, style)


@lru_cache(256)
def without_link(style: Style) -> Style:
    """The style without its link, which a terminal would make clickable."""
    return style.update_link(None)


@lru_cache(4096)
def _carried(character: str, encoding: str) -> str:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return "?" * cell_len(character)
    return character
