"""A desk with a service of its own on which people answer: what the tests of the answering verbs share."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from tests.cli.shell import Ran, Shell, fill

SAYS = [
    "Water on Mill Street",
    "The bridge is shut",
    "No light in Oak Road",
    "Ice on Hill Lane",
    "A tree is down",
]
"""Mention 1, 2, ... of the desk, each in an incident `radio.0`, `radio.1`, ..."""


@contextmanager
def serving(shell: Shell) -> Iterator[Shell]:
    """A service for as long as the block runs."""
    with subprocess.Popen(
        [*shell.command, "serve"], env=shell.environment, cwd=shell.home, stderr=subprocess.PIPE
    ) as service:
        try:
            patience = time.monotonic() + 30
            while shell.run("status").code:
                assert service.poll() is None, service.stderr and service.stderr.read()
                assert time.monotonic() < patience
                time.sleep(0.1)
            yield shell
        finally:
            service.send_signal(signal.SIGTERM)
            assert service.wait(20) == 0


@contextmanager
def answering(shell: Shell, settings: str) -> Iterator[Shell]:
    """A desk with some mentions, and a service by these settings."""
    shell.settings(settings)
    fill(shell.paths, SAYS)
    with serving(shell):
        yield shell


def second_operator(shell: Shell, uid: int) -> Shell | None:
    """The same desk for another account of this machine, in the service's group; None where we may not be it.

    It keeps the right to read (capabilities(7)), for the Python that runs the tests may lie in root's home.
    """
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0 or setpriv is None:
        return None
    reads = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
    theirs = replace(shell, humbly=(setpriv, f"--reuid={uid}", "--regid=0", "--clear-groups", *reads))
    done = subprocess.run([*theirs.humbly, *theirs.command, "--version"], env=shell.environment, check=False)
    return None if done.returncode else theirs


def said(ran: Ran) -> dict[str, Any]:
    """The one JSON object that a run printed."""
    assert ran.code == 0, ran
    (line,) = ran.out.splitlines()
    found = json.loads(line)
    assert isinstance(found, dict)
    return found


def delivered(shell: Shell, number: int) -> dict[str, Any]:
    """One delivery as it stands."""
    return said(shell.run("outbox", "show", str(number), "--json"))
