"""One line to type a filter or the name of a verb into. Run this module to see it alone."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.events import Key
from textual.geometry import Size
from textual.message import Message
from textual.widgets import Input

from widgets.glyphs import UNICODE, Glyphs
from widgets.in_order import OrderedInput
from widgets.line import Line, fit
from widgets.painted import Picture


class Label(Picture[str]):
    """What is asked for, before the text that is typed."""

    DEFAULT_CSS = "Label { height: 1; }"

    def on_mount(self) -> None:
        """Be as wide as the words."""
        self.styles.width = cell_len(self.value) + 2

    def lines(self, size: Size) -> tuple[Line, ...]:
        """One line."""
        return (((fit(f" {self.value}", size.width, self.glyphs.more), "strong"),),)


class FilterLine(Horizontal):
    """A label and an input; the cursor does not blink, for blinking sends bytes."""

    @dataclass
    class Submitted(Message):
        """Enter was pressed."""

        text: str

    @dataclass
    class Changed(Message):
        """The text is another one."""

        text: str

    DEFAULT_CSS = """
    FilterLine {
        height: 1;
        & > Input, & > Input:focus {
            border: none; padding: 0; height: 1; width: 1fr; background: $background;
        }
    }
    """

    def __init__(
        self, label: str, hint: str = "", value: str = "", *, glyphs: Glyphs = UNICODE, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._label = Label(label, glyphs=glyphs)
        self._input = OrderedInput(value, placeholder=hint, compact=True, select_on_focus=False)
        self._input.cursor_blink = False

    def compose(self) -> ComposeResult:
        """Label, then input."""
        yield self._label
        yield self._input

    @property
    def text(self) -> str:
        """What is typed."""
        return self._input.value

    def focus_input(self) -> None:
        """Give the keys to the input."""
        self._input.focus()

    async def press(self, event: Key) -> bool:
        """Take a key that was pressed before the input had the keys; False for one it has no use for."""
        key = event.key
        if event.character is not None and event.is_printable:
            self._input.insert_text_at_cursor(event.character)
        elif key == "enter" and not self._input.has_focus:
            await self._input.action_submit()
        elif key == "backspace" and not self._input.has_focus:
            self._input.action_delete_left()
        else:
            return False
        return True

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Submitted(event.value))

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))


if __name__ == "__main__":
    from widgets.alone import show_alone

    show_alone(FilterLine("filter", "words place: source: tier: topic: since:"))
