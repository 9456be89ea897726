"""Keys that edit, obeyed in the order in which they were pressed.

Textual gives a letter to the widget at once, and sends a bound key (Backspace, Home) round by the app,
where it arrives behind the letters that followed it. On a slow line a whole burst comes at once, and other
words would stand there than were typed. So a text does at once what is bound to its keys, and has whatever
it has no use for, Esc above all, obeyed at once by the place around it: what follows goes where that left the
keys, and never into a text that was left.
"""

from __future__ import annotations

from textual._callback import invoke
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


async def pass_on(widget: Widget, event: Key) -> None:
    """Have a key that is none for this widget obeyed now, as if it had come round by screen and app."""
    event.stop()
    event.prevent_default()
    app = widget.app
    key = event.copy()
    for place in (app.screen, app):
        if (on_key := getattr(place, "on_key", None)) is not None:
            await invoke(on_key, key)
        if key._stop_propagation:
            return
    await app._check_bindings(key.key)


class OrderedInput(Input):
    """A line to type into that obeys its keys in their order."""

    async def _on_key(self, event: Key) -> None:
        if self.app.focused is not self:
            await pass_on(self, event)
        elif not await obeyed(self, event):
            if event.is_printable:
                await super()._on_key(event)
            else:
                await pass_on(self, event)
