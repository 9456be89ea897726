"""The service as it is, but in a hurry: `python -m tests.service.hurried serve`, for tests that kill it.

Every pause that it makes of itself is a tenth: before a host that failed is asked again, before a doubtful
post is looked for, before a claim whose terminal is gone ends. All shrink alike, so that what comes before
what stays as it is. Nothing else of it differs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from console.paths import DataPaths
from console.settings import Settings
from tests.service.at_work import ROOT, Served

HURRY = 10.0
"""How much shorter its pauses are."""
DEADLINE = 20.0 / HURRY
"""Seconds that it gives a server to answer."""


class Hurried(Served):
    """A child process in a hurry; `unhurried` makes it `watchfloor serve` itself.

    What it says to standard error goes to a file: a killed one leaves nobody to read a pipe.
    """

    def __init__(self, settings: Settings, *, unhurried: bool = False) -> None:
        self.settings = settings
        self.paths = DataPaths(settings.desk.data)
        module = "console" if unhurried else "tests.service.hurried"
        command = [sys.executable, "-m", module, "--config", str(settings.path), "serve"]
        assert settings.path is not None
        self.errors = Path(settings.path).with_name("errors")
        with self.errors.open("ab") as errors:
            self.process = subprocess.Popen(command, cwd=ROOT, stderr=errors, env=os.environ)

    def said(self) -> str:
        """What it, and those before it, wrote to standard error."""
        return self.errors.read_text()

    def end(self) -> int:
        """Ask it to end, and wait."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(60)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(60)


def hurry() -> None:
    """Shrink the pauses, before those modules are loaded that take them over by name."""
    from console.workflow import claims, gate
    from feeds import backoff, receipts

    backoff.FIRST_PAUSE /= HURRY
    receipts.SETTLED /= HURRY
    claims.GRACE /= HURRY
    gate.READ_BACK = tuple(pause / HURRY for pause in gate.READ_BACK)  # type: ignore[assignment]
    gate.TRIES = tuple(pause / HURRY for pause in gate.TRIES)  # type: ignore[assignment]

    from feeds import http, speak_mastodon

    speak_mastodon.SECOND_TRY /= HURRY
    limits = http.Limits(deadline=DEADLINE)
    http.Limits = lambda: limits  # type: ignore[misc,assignment]


def main() -> int:
    """Run the program in a hurry."""
    hurry()
    from console.cli import main as program

    return program()


if __name__ == "__main__":
    sys.exit(main())
