"""Shows one widget alone on the screen, for whoever works on it: arrows move, Tab changes focus, q ends."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget

from widgets.reading import Reading
from widgets.row_list import RowList


class Alone(App[None]):
    """One widget, a few keys."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)"),
        Binding("up,k", "move(-1)"),
        Binding("q", "quit"),
    ]

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.theme = "ansi-dark"
        self._widget = widget

    def compose(self) -> ComposeResult:
        """The widget and nothing else."""
        yield self._widget

    def action_move(self, rows: int) -> None:
        """Move the cursor, or scroll."""
        if isinstance(self._widget, RowList | Reading):
            self._widget.move(rows)


def show_alone(widget: Widget) -> None:
    """Run an app of this one widget until q."""
    Alone(widget).run(mouse=False)
