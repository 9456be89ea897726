"""The process behind the demo: it plays the evening into files, and clears up when the desk has gone.

It is a process of its own because it must outlive the desk, whichever way that ends. Its standard input is
the desk's hold on it: when that closes, after Ctrl+Q as after kill -9, the demo is over.
"""

from __future__ import annotations

import select
import shutil
import sys
import tempfile
import time
from collections import deque
from datetime import UTC, datetime
from pathlib import Path

from console.demo.evening import evening
from console.demo.stage import Stage
from console.demo.timeline import LEAD, PACE, Timeline
from console.demo.town import settings_text
from console.paths import DataPaths
from console.service.client import NoService, Refused, ServiceClient

SETTINGS_FILE = "watchfloor.toml"
SHORTEST_PAUSE = 0.2
"""Seconds between two looks at what is due; what falls due within one appears together."""
ENDING = 10.0
"""Seconds that the service gets to end."""


def play(root: Path, speed: float, seed: int) -> None:
    """Play the evening into `root`, saying its path once the lead is there, until standard input closes."""
    timeline = Timeline(datetime.now(UTC), PACE * speed)
    stage = Stage(root, timeline)
    (root / SETTINGS_FILE).write_text(settings_text(root / "data"), "utf-8")
    left = deque(evening(seed))
    began = time.monotonic()
    stage.show_until(LEAD, left)
    print(root, flush=True)
    pause: float | None = 0.0
    while not _let_go(pause):
        at = LEAD + (time.monotonic() - began) * timeline.pace
        stage.show_until(at, left)
        pause = max(SHORTEST_PAUSE, (left[0].at - at) / timeline.pace) if left else None


def clear_up(root: Path) -> None:
    """End the service that watched `root`, then remove everything."""
    paths = DataPaths(root / "data")
    deadline = time.monotonic() + ENDING
    while time.monotonic() < deadline:
        try:
            with ServiceClient.connect(paths) as client:
                client.ask("stop")
        except (NoService, Refused):
            break
        time.sleep(0.05)
    # A service that is just writing its last words can put a file back.
    while root.exists() and time.monotonic() < deadline:
        shutil.rmtree(root, ignore_errors=True)
        time.sleep(0.05)


def _let_go(within: float | None) -> bool:
    """Whether the desk let go of us within so many seconds (None: wait for it)."""
    return bool(select.select([sys.stdin], [], [], within)[0])


def main(speed: str, seed: str) -> None:
    """Play and clear up."""
    try:
        root = Path(tempfile.mkdtemp(prefix="watchfloor-demo-"))
        try:
            play(root, float(speed), int(seed))
        finally:
            clear_up(root)
    except OSError as error:
        sys.exit(f"watchfloor: the evening of the demo cannot be written: {error.strerror or error}")


if __name__ == "__main__":
    main(*sys.argv[1:])
