"""The text that is being written: plain, without highlighting, and cheap on a slow line.

Textual sends the whole area again for every key; here only the cells that differ are sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from rich.segment import Segment
from textual.events import Key, Paste
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, Selection

from widgets.in_order import obeyed


class Writing(TextArea):
    """A text area for prose.

    Args:
        clean: Makes pasted text harmless.
        most: Characters that it takes.
    """

    DEFAULT_CSS = """
    Writing, Writing:focus {
        border: none; padding: 0 1 0 3; height: 1fr; background: $background; overflow-y: scroll;
        scrollbar-size: 0 0;
        & .text-area--cursor { text-style: reverse; background: $background; color: $foreground; }
        & .text-area--selection { text-style: underline; background: $background; color: $foreground; }
    }
    """

    @dataclass
    class TooMuch(Message):
        """A paste or a key would make it longer than it may be, so it was not put in."""

        had: int
        wanted: int

    def __init__(self, *, clean: Callable[[str], str], most: int, id: str | None = None) -> None:
        super().__init__(id=id, compact=True, highlight_cursor_line=False, tab_behavior="focus")
        self.cursor_blink = False  # blinking sends bytes
        self.match_cursor_bracket = False
        self._clean = clean
        self._most = most
        self._shown: list[list[tuple[str, object]]] = []
        """The cells of every line as they were sent last."""
        self._comparing = False

    async def _on_key(self, event: Key) -> None:
        if not await obeyed(self, event):
            await super()._on_key(event)

    async def _on_paste(self, event: Paste) -> None:
        event.prevent_default()  # else the text goes in as it came, too
        event.stop()
        self.put_in(event.text)

    def put_in(self, text: str) -> None:
        """Put a text where the cursor is, in place of what is selected."""
        text = self._clean(text)
        kept = len(self.text) - len(self.selected_text)
        if kept + len(text) > self._most:
            self.post_message(self.TooMuch(kept, len(text)))
        elif result := self._replace_via_keyboard(text, *self.selection):
            self.move_cursor(result.end_location)

    def mark(self, start: int, end: int) -> None:
        """Select what stands between two offsets of the text: the next key replaces it."""
        before, marked = self.text[:start], self.text[start:end]
        row, column = before.count("\n"), start - (before.rfind("\n") + 1)
        self.selection = Selection((row, column), (row, column + len(marked)))

    def edit(self, edit: Edit) -> Any:
        """Make a change, unless the text would become too long by it."""
        if edit.text and len(self.text) + len(edit.text) > self._most + len(self.selected_text):
            self.post_message(self.TooMuch(len(self.text), len(edit.text)))
            edit = Edit("", edit.to_location, edit.to_location, edit.maintain_selection_offset)
        return super().edit(edit)

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Draw again; where nothing but the text changed, only the cells that differ."""
        if layout or recompose or not repaint or not self.is_mounted or not self._shown:
            self._shown = []
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        if not self._comparing:
            self._comparing = True
            self.call_next(self._send_what_differs)
        return self

    def render_lines(self, crop: Region) -> list[Strip]:
        """Lines for the compositor; what they hold is remembered as sent."""
        strips = super().render_lines(crop)
        if not self._shown:
            self._shown = self._cells()
        return strips

    def _send_what_differs(self) -> None:
        self._comparing = False
        before, after = self._shown, self._cells()
        if len(before) != len(after):
            self._shown = []
            super().refresh()
            return
        self._shown = after
        for y, (old, new) in enumerate(zip(before, after, strict=True)):
            if old != new:
                first, last = _span(old, new)
                super().refresh(Region(first, y, last - first, 1))

    def _cells(self) -> list[list[tuple[str, object]]]:
        return [
            [(piece.text, piece.style) for segment in self.render_line(y) for piece in _single(segment)]
            for y in range(self.size.height)
        ]


def _single(segment: Segment) -> list[Segment]:
    """A segment as one a cell; a character of two cells, and what joins it, counts as it lies."""
    pieces: list[Segment] = []
    for character in segment.text:
        width = Segment(character).cell_length
        if not width and pieces:
            pieces[-1] = Segment(pieces[-1].text + character, segment.style)
            continue
        pieces.append(Segment(character, segment.style))
        pieces += [Segment("", segment.style)] * (width - 1)
    return pieces


def _span(old: list[tuple[str, object]], new: list[tuple[str, object]]) -> tuple[int, int]:
    """From which to which cell two lines differ, wide characters whole."""
    width = max(len(old), len(new))
    if len(old) != len(new):
        return 0, width
    first = next(x for x in range(width) if old[x] != new[x])
    last = next(x for x in range(width, 0, -1) if old[x - 1] != new[x - 1])
    while first and ("" in (old[first][0], new[first][0])):
        first -= 1
    while last < width and ("" in (old[last][0], new[last][0])):
        last += 1
    return first, last
