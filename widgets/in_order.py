"""Keys that edit, obeyed in the order in which they were pressed.

Textual gives a letter to the widget at once, and sends a bound key (Backspace, Home) round by the app,
where it arrives behind the letters that followed it. On a slow line a whole burst comes at once, and other
words would stand there than were typed.
"""

from __future__ import annotations

from textual.events import Key
from textual.widget import Widget
from textual.widgets import Input


async def obeyed(widget: Widget, event: Key) -> bool:
    """Do at once what a widget has bound to a key; False where it has nothing bound to it."""
    for binding in widget._bindings.key_to_bindings.get(event.key, ()):
        event.stop()
        event.prevent_default()
        await widget.run_action(binding.action)
        return True
    return False


class OrderedInput(Input):
    """A line to type into that obeys its keys in their order."""

    async def _on_key(self, event: Key) -> None:
        if not await obeyed(self, event):
            await super()._on_key(event)
