"""A service of one's own: started with the first desk where none runs, ended with the last one."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

from console.paths import DataPaths
from console.service.client import NoService, ServiceClient
from console.settings import Settings

READY_WITHIN = 30.0
"""Seconds until a new service must answer; a large database is checked first."""
LOOK_EVERY = 0.02
_started: list[subprocess.Popen[bytes]] = []
"""Services that this process started. They outlive it; while it lives, it collects those that end."""


def ensure_service(settings: Settings) -> ServiceClient:
    """Connect as a desk to the service of these settings, starting one that ends with the last desk.

    Two desks that start at once each start a service; one of them gets the lock, the other says so and ends,
    and both desks find the one that is left.

    Raises:
        NoService: when none runs and none could be started; the message carries the reason that it gave.
    """
    paths = DataPaths(settings.desk.data)
    try:
        return _greeted(paths)
    except NoService:
        if paths.socket.exists() and not os.access(paths.socket, os.W_OK):
            raise
    with tempfile.TemporaryFile() as said:
        child = _start(settings, said)
        _started.append(child)
        patience = time.monotonic() + READY_WITHIN
        ended_at = 0.0
        while time.monotonic() < patience:
            try:
                return _greeted(paths)
            except NoService:
                time.sleep(LOOK_EVERY)
            if child.poll() is not None:
                # It may have lost a race to another desk's service, which needs a moment more.
                ended_at = ended_at or time.monotonic()
                if time.monotonic() - ended_at > (5.0 if _lost_race(said) else 0.2):
                    break
        raise NoService(_why(said, paths))


def _greeted(paths: DataPaths) -> ServiceClient:
    client = ServiceClient.connect(paths)
    try:
        client.hello()
    except BaseException:
        client.close()
        raise
    return client


def _start(settings: Settings, said: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start `watchfloor serve --until-idle` in a session of its own, so that no terminal can end it."""
    named = ["--config", str(settings.path)] if settings.path else []
    environment = {**os.environ, "WATCHFLOOR_DATA": str(settings.desk.data.absolute())}
    return subprocess.Popen(
        [sys.executable, "-m", "console", *named, "serve", "--until-idle"],
        # Where the packages lie: importable whether installed or run from their tree, and never the
        # operator's own directory, which the service would otherwise keep busy.
        cwd=Path(__file__).parents[2],
        env=environment,
        # The kernel closes it with the desk, so that the service learns of its end however that comes.
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=said,
        start_new_session=True,
    )


def _said(said: IO[bytes]) -> str:
    # Read by position: the child writes through the same open file and must not be moved about.
    return os.pread(said.fileno(), 4000, 0).decode("utf-8", "replace").strip()


def _lost_race(said: IO[bytes]) -> bool:
    return "already runs" in _said(said)


def _why(said: IO[bytes], paths: DataPaths) -> str:
    words = _said(said).removeprefix("watchfloor: ")
    reason = f"the service could not be started: {words}" if words else "the service did not start in time"
    return f"{reason}\nWhat was stored is safe; {paths.log} may say more"
