"""A desk that writes down how it is doing: `python -m tests.bench.slow_desk SETTINGS DIARY WISH`.

WISH is a rung of the ladder, `auto`, or `stock` for Textual's own driver. The diary is a file with one JSON
object for every quarter of a second: the longest time that the event loop was held up in it, and what the
driver knows of the link.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any, TextIO

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from console.desk import app
from console.desk.terminal.driver import ThinDriver
from console.paths import DataPaths
from console.service.client import NoService, ServiceClient
from console.settings import load

BEAT = 0.05
"""Seconds between two looks at the clock."""
BEATS_A_LINE = 5


async def keep_diary(driver: object, diary: TextIO) -> None:
    """Write a line every few beats, until the desk ends."""
    while True:
        held = 0.0
        for _ in range(BEATS_A_LINE):
            before = time.monotonic()
            await asyncio.sleep(BEAT)
            held = max(held, time.monotonic() - before - BEAT)
        line: dict[str, Any] = {"at": time.monotonic(), "held": held}
        if isinstance(driver, ThinDriver):
            pacer = driver.sender._pacer
            line |= {"rate": pacer.rate, "trip": pacer.trip, "deaf": pacer.deaf, "rung": driver.sender.rung}
            line |= {"sent": pacer._sent, "unseen": pacer._sent - pacer._seen}
        diary.write(json.dumps(line) + "\n")
        diary.flush()


class Stock(LinuxDriver):
    """Textual's own, which knows nothing of its link and is told nothing of it."""

    def hold(self, wish: str) -> None: ...

    def repaint(self) -> None: ...

    rung, bytes_a_minute = "full", 0


def main() -> int:
    """Open the desk on a service's data."""
    wish = sys.argv[3]
    settings = load(Path(sys.argv[1]), {} if wish == "stock" else {"WATCHFLOOR_LINK": wish})
    diary = Path(sys.argv[2])
    paths = DataPaths(settings.desk.data)
    try:
        client = ServiceClient.connect(paths)
    except NoService:
        client = None
    mounted = app.Desk.on_mount

    def on_mount(desk: app.Desk) -> None:
        mounted(desk)
        desk.diary = asyncio.create_task(keep_diary(desk._driver, diary.open("a")))  # type: ignore[attr-defined]

    app.Desk.on_mount = on_mount  # type: ignore[method-assign, assignment]
    if wish == "stock":
        setattr(app, "ThinDriver", Stock)  # noqa: B010
        app.Desk._display = App._display  # type: ignore[method-assign]
    return app.run_desk(settings, paths, client)


if __name__ == "__main__":
    raise SystemExit(main())
