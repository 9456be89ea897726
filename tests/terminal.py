"""A real terminal for tests and benches: a pty, the bytes that reached it, and the screen they make."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

import pyte

UNREAD_BY_PYTE = re.compile(r"\x1b\[[>=<][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1b\[\?[0-9;]*[su]")
"""Queries that pyte would print as text instead of swallowing."""

QUESTION = b"\x1b[6n"
"""Where is the cursor? (DSR, ECMA-48 8.3.35)"""


class Screen(pyte.Screen):
    """A screen that also repeats the last character when told to (REP, ECMA-48 8.3.103), as xterm does."""

    last = " "

    def draw(self, data: str) -> None:
        """Put text where the cursor is."""
        self.last = data[-1:] or self.last
        super().draw(data)

    def repeat(self, times: int = 1, **_: object) -> None:
        """Put the last character there again."""
        self.draw(self.last * (times or 1))


class Stream(pyte.Stream):
    """Reads REP as well."""

    csi = {  # noqa: RUF012
        **pyte.Stream.csi,
        "b": "repeat",
    }
    events = pyte.Stream.events | {"repeat"}


class Terminal:
    """One program in a pty of a given size. Use it as a context manager: the program is ended after."""

    at_once = 65536
    """Bytes that are read at a time."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
        emulate: bool = True,
        answers: bool = True,
    ) -> None:
        self.received = bytearray()
        """Everything the program wrote, byte for byte."""
        self.answers = answers
        """Whether it tells where its cursor is, as nearly every terminal does."""
        self.started = time.monotonic()
        self._emulate = emulate
        """Whether to keep the screen; a stopwatch leaves it, for the emulator costs more than the program."""
        self._screen = Screen(columns, rows)
        self._stream = Stream(self._screen)
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._status: int | None = None
        self._question = b""
        """The end of what arrived, which may be the beginning of a question."""
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            # A size in the environment would win over that of the terminal, whatever becomes of it.
            inherited = {
                name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")
            }
            given = {**inherited, "TERM": "xterm-256color", **(env or {})}
            os.execvpe(command[0], list(command), given)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is None:
            self.kill(signal.SIGKILL)
            self.wait(5)
        os.close(self._fd)

    def read(self, seconds: float) -> bytes:
        """What arrives next within `seconds`; empty when nothing does, or when the program has gone."""
        if not select.select([self._fd], [], [], max(0.0, seconds))[0]:
            return b""
        try:
            chunk = os.read(self._fd, self.at_once)
        except OSError:
            return b""
        self.received += chunk
        self._answer(chunk)
        if self._emulate:
            self._stream.feed(UNREAD_BY_PYTE.sub("", self._decoder.decode(chunk)))
        return chunk

    def _answer(self, chunk: bytes) -> None:
        """Say where the cursor is as often as asked: the program paces itself by that."""
        text = self._question + chunk
        asked = text.count(QUESTION)
        self._question = text[text.rfind(QUESTION) + len(QUESTION) if asked else 0 :][-len(QUESTION) + 1 :]
        if asked and self.answers:
            os.write(self._fd, b"\x1b[1;1R" * asked)

    def settle(self, quiet: float = 0.3, at_most: float = 10.0) -> bytes:
        """Read until nothing arrives for `quiet` seconds."""
        start, end = len(self.received), time.monotonic() + at_most
        while time.monotonic() < end and self.read(quiet):
            pass
        return bytes(self.received[start:])

    def wait_for(self, text: str, at_most: float = 15.0) -> float:
        """Seconds until the screen shows `text`; raises AssertionError with the screen when it never does."""
        begun = time.monotonic()
        while text not in self.text():
            if time.monotonic() - begun > at_most:
                raise AssertionError(f"{text!r} was not shown within {at_most} s. The screen:\n{self.text()}")
            self.read(0.05)
        return time.monotonic() - begun

    def wait_until(self, true: Callable[[str], bool], at_most: float = 15.0) -> None:
        """Read until something is true of the screen; AssertionError with the screen if it never is."""
        end = time.monotonic() + at_most
        while not true(self.text()):
            if time.monotonic() > end:
                raise AssertionError(f"It did not come true within {at_most} s. The screen:\n{self.text()}")
            self.read(0.05)

    def wait_for_bytes(self, mark: bytes, at_most: float = 60.0) -> float:
        """Seconds from the program's start until `mark` had arrived; AssertionError if it never did."""
        while mark not in self.received:
            if time.monotonic() - self.started > at_most:
                raise AssertionError(f"{mark!r} did not arrive within {at_most} s")
            self.read(0.01)
        return time.monotonic() - self.started

    def type(self, keys: str) -> None:
        """Press keys, as the bytes a terminal sends for them."""
        os.write(self._fd, keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        """Change the window, as a person dragging its corner does."""
        self._screen.resize(rows, columns)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)

    def text(self) -> str:
        """The screen as a person sees it, without colours."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def kill(self, number: int) -> None:
        """Send the program a signal."""
        os.kill(self.pid, number)

    def wait(self, at_most: float = 10.0) -> int | None:
        """The program's exit code (negative for a signal), or None when it is still there."""
        end = time.monotonic() + at_most
        while self._status is None and time.monotonic() < end:
            self.read(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
        while self.read(0.05):
            pass
        return self._status
