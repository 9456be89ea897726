"""Opens the desk on a data directory, as `watchfloor` does; run by the tests in a terminal of its own."""

from __future__ import annotations

import sys
from pathlib import Path

from console.desk.app import run_desk
from console.paths import DataPaths
from console.settings import DeskSettings, Settings

if __name__ == "__main__":
    data = Path(sys.argv[1])
    sys.exit(run_desk(Settings(desk=DeskSettings(name="Riverton", data=data)), DataPaths(data), None))
