"""The yardstick: the barest Textual app with four panels of fixed text and stock settings."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static


class BareApp(App[None]):
    """Four static panels; nothing is read, nothing is watched."""

    CSS = "Static { height: 1fr; width: 1fr; }"

    def compose(self) -> ComposeResult:
        """Two above, two below."""
        with Horizontal():
            yield Static("first panel")
            yield Static("second panel")
        with Horizontal():
            yield Static("third panel")
            yield Static("fourth panel ready")


if __name__ == "__main__":
    BareApp().run()
