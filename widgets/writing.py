"""The text that is being written: plain, without highlighting, and no longer than it may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual.events import Key, Paste
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, Selection

from widgets.in_order import obeyed, pass_on


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

    async def _on_key(self, event: Key) -> None:
        if self.app.focused is self and await self.press(event):
            event.stop()
            event.prevent_default()
        else:
            await pass_on(self, event)

    async def press(self, event: Key) -> bool:
        """Take a key, perhaps pressed before the text had the keys; False for one it has no use for."""
        typed = "\n" if event.key == "enter" else event.character if event.is_printable else None
        if typed is None:
            return await obeyed(self, event)
        self._replace_via_keyboard(typed, *self.selection)
        return True

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
