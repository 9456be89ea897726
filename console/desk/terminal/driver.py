"""Textual's driver for a terminal at the far end of any link: sends differences, paced by what was seen.

Three things of Textual's own driver are left out on purpose: reports of focus and of every key as a sequence
of its own, which cost the way back more than the key, and the questions after synchronised output and resizes
in band, which small differences do not need.
"""

from __future__ import annotations

import curses
import os
import re
import selectors
import sys
import termios
from codecs import getincrementaldecoder
from collections.abc import Iterator
from typing import Any

from rich.color import ColorSystem
from textual import events
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from console.desk.terminal.cells import Row, cells_of
from console.desk.terminal.hearing import Ear
from console.desk.terminal.keyboard import Keyboard
from console.desk.terminal.outlet import Outlet
from console.desk.terminal.sender import Sender

_UNWANTED = re.compile(r"\x1b(\[\?1004[hl]|\[[<>]\d*u|\[\?(2026|2048)\$p|\]22;)")


class ThinDriver(LinuxDriver):
    """Draws on the terminal through a sender, and reads its keys."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        keeps_ground, may_repeat = _terminfo()
        encoding = getattr(sys.__stderr__, "encoding", None) or "utf-8"
        self.sender = Sender(
            self._loop,
            super()._get_terminal_size(),
            keeps_ground=keeps_ground,
            may_repeat=may_repeat,
            encoding=encoding,
        )
        self.sender.typing_at = self._typing_at

    def draw(self, update: CompositorUpdate, width: int, height: int, colours: ColorSystem | None) -> None:
        """Take what the compositor drew."""
        self.sender.draw(width, height, _drawn(update, colours, thin=self.sender.rung != "full"))

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        self.sender.open(Outlet(self.fileno))
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._writer_thread is not None:
            self._writer_thread.stop()
            self._writer_thread = None
        if self.attrs_before is not None:
            now = termios.tcgetattr(self.fileno)
            now[1] &= ~termios.OPOST  # a line feed goes straight down, for one byte
            termios.tcsetattr(self.fileno, termios.TCSANOW, now)
        self.sender.begin()

    def stop_application_mode(self) -> None:
        """Give the terminal back."""
        self.sender.leave()
        super().stop_application_mode()

    def _sigcont_application(self, *_: object) -> None:
        """Go on after a stop; one that nobody asked for, as a login session's end, changed no mode."""
        if self._auto_restart and self._must_signal_resume:
            self.resume_application_mode()
        else:
            self._loop.call_soon_threadsafe(self.sender.repaint)

    def close(self) -> None:
        """Send the last bytes, and let go."""
        super().close()
        self.sender.close()

    def write(self, data: str) -> None:
        """Send what is no picture, and nothing that is left out on purpose."""
        if not _UNWANTED.match(data):
            self.sender.say(data)

    def flush(self) -> None:
        """Nothing to do: whatever can be sent is."""

    def _get_terminal_size(self) -> tuple[int, int]:
        """The size now; it is asked for when it may have changed."""
        size = super()._get_terminal_size()
        self.sender.resized(size)
        return size

    def _typing_at(self) -> tuple[int, int] | None:
        screens = self._app.screen_stack
        place = getattr(screens[-1].focused, "cursor_screen_offset", None) if screens else None
        return None if place is None else (place.y, place.x)

    def run_input_thread(self) -> None:
        """Read what the terminal sends, as Textual's own driver does, and take its answers out of it."""
        ear, parser = Ear(), Keyboard(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(0.1):
                    text, columns = ear.take(decode(os.read(self.fileno, 4096)))
                    for column in columns:
                        self.sender.heard(column)
                    if text:
                        for event in parser.feed(text):
                            self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)

    def process_message(self, message: Message) -> None:
        """Keep the terminal's answers to ourselves. Runs in the thread that reads the keys."""
        if isinstance(message, events.CursorPosition):
            self.sender.heard(message.x)
        else:
            super().process_message(message)


def _drawn(
    update: CompositorUpdate, colours: ColorSystem | None, *, thin: bool
) -> Iterator[tuple[int, int, Row]]:
    """(row, column, cells) of everything that the compositor drew."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            segments = [segment for strip in strips for segment in strip]
            yield y, update.region.x, cells_of(segments, colours, thin=thin)
    elif isinstance(update, ChopsUpdate):
        for y, x1, x2 in update.spans:
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and x < x2 and end > x1:
                    # From its beginning, as Textual draws: what changed before the span has no other update.
                    yield y, x, cells_of(strip.crop(0, min(end, x2) - x), colours, thin=thin)


def _terminfo() -> tuple[bool, bool]:
    """Whether terminfo says that this terminal erases in the colour of the ground, and that it repeats."""
    try:
        curses.setupterm(fd=sys.__stdin__.fileno() if sys.__stdin__ else 0)
        return curses.tigetflag("bce") == 1, curses.tigetstr("rep") is not None
    except curses.error:
        return False, False
