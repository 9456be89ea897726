"""A desk on a given data directory, without a service: `python -m tests.bench.desk_only DIRECTORY`.

The environment says the rest, as for any desk: WATCHFLOOR_LINK=lean, WATCHFLOOR_THEME=dark.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from console.desk.app import run_desk
from console.paths import DataPaths
from console.settings_file import read_settings

if __name__ == "__main__":
    raise SystemExit(run_desk(read_settings(None, os.environ), DataPaths(Path(sys.argv[1])), None))
