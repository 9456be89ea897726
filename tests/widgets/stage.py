"""A bare app around a widget or several, and what it shows as text."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import App, ComposeResult
from textual.filter import LineFilter
from textual.widget import Widget

from console.desk.guard import Guard


class Stage(App[None]):
    """Widgets one below the other, behind the guard, as on the desk."""

    CSS = "Screen { layout: vertical; overflow: hidden; }"

    def __init__(self, *widgets: Widget) -> None:
        super().__init__()
        self.theme = "ansi-dark"
        self.widgets = widgets
        self.heard: list[object] = []

    def compose(self) -> ComposeResult:
        yield from self.widgets

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), Guard()]

    def lines(self) -> list[str]:
        """The screen as text, through the guard."""
        size = self.size
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips(size)]
