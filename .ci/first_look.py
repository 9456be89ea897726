"""Run the README's first line in a real terminal: wait for the demo's wall, leave it, expect a clean end."""

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from readme import command

PATIENCE = 420.0
"""Seconds for the virtual environment, the install and the first screen."""
SEEN = b"INCIDENTS"
CTRL_Q = b"\x11"


def read(fd: int, seconds: float) -> bytes | None:
    """What the terminal showed within `seconds`; None once the program has gone."""
    if not select.select([fd], [], [], seconds)[0]:
        return b""
    try:
        return os.read(fd, 65536) or None
    except OSError:
        return None


def main() -> int:
    """0 when the wall was seen and the program ended with 0."""
    pid, fd = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        os.environ["TERM"] = "xterm-256color"
        os.execvp("bash", ["bash", "-c", command("first line")])
    shown, left, end = b"", False, time.monotonic() + PATIENCE
    while time.monotonic() < end:
        chunk = read(fd, 0.5)
        if chunk is None:
            break
        shown += chunk
        if SEEN in shown and not left:
            time.sleep(2)
            os.write(fd, CTRL_Q)
            left, end = True, time.monotonic() + 30
    else:
        os.kill(pid, 15)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if left and status == 0:
        print("first line of the README: the wall came up, Ctrl+Q left it, exit 0")
        return 0
    sys.stdout.write(shown[-4000:].decode("utf-8", "replace").replace("\x1b", "?"))
    print(f"\nfirst line of the README: wall {'seen' if left else 'NOT seen'}, exit {status}")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
