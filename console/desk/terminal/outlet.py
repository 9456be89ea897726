"""The way out to the terminal, which takes what the terminal takes and never waits for it."""

from __future__ import annotations

import contextlib
import os
import select
import termios
import time
from collections import deque

MINUTE = 60.0


class Outlet:
    """A terminal opened once more, so that writing to it does not block, whoever else shares it.

    Args:
        fileno: Of the terminal. Where it cannot be opened again, it is used itself, and given back as it was.
    """

    def __init__(self, fileno: int) -> None:
        self._shared = False
        try:
            self._fd = os.open(os.ttyname(fileno), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError:
            # After `su` the terminal belongs to somebody else.
            self._fd, self._shared = fileno, True
            os.set_blocking(fileno, False)
        self._waiting = bytearray()
        self.gone = False
        """Whether there is no terminal any more."""
        self._minute: deque[tuple[float, int]] = deque()

    def fileno(self) -> int:
        """For whoever waits until it takes more."""
        return self._fd

    @property
    def full(self) -> bool:
        """Whether something waits because the terminal takes no more."""
        return bool(self._waiting)

    def write(self, data: bytes) -> None:
        """Send, or keep what cannot be sent now."""
        self._minute.append((time.monotonic(), len(data)))
        self._waiting += data
        self.drain()

    def drain(self) -> None:
        """Send as much as goes now. A terminal that is gone takes everything: the hangup ends the desk."""
        while self._waiting:
            try:
                taken = os.write(self._fd, self._waiting)
            except BlockingIOError:
                return
            except OSError:
                self.gone = True
                self._waiting.clear()
                return
            del self._waiting[:taken]

    def finish(self, seconds: float) -> None:
        """Send the rest within so many seconds, and throw away what the terminal has not taken then."""
        until = time.monotonic() + seconds
        self.drain()
        while self._waiting and (left := until - time.monotonic()) > 0:
            select.select([], [self._fd], [], left)
            self.drain()
        if self._waiting:
            with contextlib.suppress(termios.error):
                termios.tcflush(self._fd, termios.TCOFLUSH)
            self.drain()
            self._waiting.clear()

    def close(self) -> None:
        """Let go of the terminal."""
        if self._shared:
            os.set_blocking(self._fd, True)
        else:
            os.close(self._fd)

    def last_minute(self) -> int:
        """Bytes written in the last minute."""
        oldest = time.monotonic() - MINUTE
        while self._minute and self._minute[0][0] < oldest:
            self._minute.popleft()
        return sum(size for _, size in self._minute)
