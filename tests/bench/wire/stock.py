"""The desk behind Textual's own driver: `python -m tests.bench.wire.stock`, with `watchfloor`'s options."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from console.cli import main
from console.desk import app


class StockDesk(app.Desk):
    """A desk that leaves everything between the compositor and the terminal to Textual."""

    CSS_PATH = str(Path(app.__file__).with_name("wall.tcss"))
    _display = App._display
    _background_screens = App._background_screens

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.driver_class = LinuxDriver


if __name__ == "__main__":
    with patch.object(app, "Desk", StockDesk):
        sys.exit(main())
