"""A desk on a given data directory, without a service: `python -m tests.bench.desk_only DIRECTORY`."""

from __future__ import annotations

import sys
from pathlib import Path

from console.desk.app import run_desk
from console.paths import DataPaths
from console.settings import Settings

if __name__ == "__main__":
    raise SystemExit(run_desk(Settings(), DataPaths(Path(sys.argv[1])), None))
