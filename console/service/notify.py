"""Telling systemd how the service is (sd_notify(3)); silent where nobody asked."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping


def notify(state: str, env: Mapping[str, str] = os.environ) -> None:
    """Send one state (`READY=1`, `WATCHDOG=1`, `STOPPING=1`) to whoever NOTIFY_SOCKET names."""
    address = env.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.connect(address)
            sender.sendall(state.encode())
    except OSError:
        # The manager is gone or deaf; the desk is not to suffer for it.
        return


def watchdog_interval(env: Mapping[str, str] = os.environ) -> float:
    """Seconds between two signs of life, half of what the manager allows; 0 when it wants none."""
    try:
        microseconds = int(env.get("WATCHDOG_USEC", "0"))
        meant_for = int(env.get("WATCHDOG_PID", os.getpid()))
    except ValueError:
        return 0.0
    return microseconds / 2e6 if meant_for == os.getpid() else 0.0
