"""`watchfloor demo`: the real service and the real desk on a throw-away directory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from console.demo.stagehand import ENDING, SETTINGS_FILE
from console.paths import DataPaths
from console.service.client import NoService
from console.settings import Settings, load


def run(speed: float, seed: int, linked: Callable[[Settings], Settings] = lambda settings: settings) -> int:
    """Open the desk on the invented evening; nothing of it is kept.

    Args:
        speed: 1 plays the evening in twelve minutes, 2 in six.
        seed: The same seed gives the same evening.
        linked: Gives settings with the link that the command line named.

    Returns:
        What the desk returned: 0 when it was left, 1 when it failed, 2 without a terminal.

    Raises:
        NoService: when the service could not be started, or the evening not be written.
    """
    from console.desk.app import refusal, run_desk
    from console.service.launch import ensure_service

    if reason := refusal(os.environ, sys.stdin, sys.stdout, sys.stderr):
        print(reason, file=sys.stderr)
        return 2
    with curtain(speed, seed) as settings:
        return run_desk(linked(settings), DataPaths(settings.desk.data), ensure_service(settings))


@contextmanager
def curtain(speed: float, seed: int) -> Iterator[Settings]:
    """Let the evening play while the block runs; gives the settings of its desk.

    When the block ends, or this process does in any way, the service is stopped and everything removed.

    Raises:
        NoService: when there is no room for the evening's files.
    """
    stagehand = subprocess.Popen(
        [sys.executable, "-m", "console.demo.stagehand", str(speed), str(seed)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # Ctrl+C and a lost terminal are for the desk alone.
        start_new_session=True,
    )
    with stagehand:
        assert stagehand.stdin is not None
        assert stagehand.stdout is not None
        try:
            root = stagehand.stdout.readline().rstrip("\n")
            if not root:
                raise NoService(
                    "the demo needs a directory for its files; nothing of yours was touched. "
                    "Make room, or name another directory in TMPDIR"
                )
            # The operator's own data directory is none of the demo's business.
            env = {name: value for name, value in os.environ.items() if name != "WATCHFLOOR_DATA"}
            yield load(Path(root) / SETTINGS_FILE, env)
        finally:
            stagehand.stdin.close()
            stagehand.wait(ENDING + 5)
