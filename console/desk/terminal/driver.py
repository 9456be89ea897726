"""Textual's driver for a terminal at the far end of any link: sends differences, paced by what was seen.

Three things of Textual's own driver are left out on purpose: reports of focus and of every key as a sequence
of its own, which cost the way back more than the key, and the questions after synchronised output and resizes
in band, which small differences do not need.
"""

from __future__ import annotations

import asyncio
import curses
import os
import re
import selectors
import sys
import termios
import threading
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rich.color import ColorSystem
from textual import events
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from console.desk.terminal.cells import Row, cells_of
from console.desk.terminal.hearing import Ear
from console.desk.terminal.ladder import Ladder, Rung
from console.desk.terminal.outlet import Outlet
from console.desk.terminal.pacing import Pacer
from console.desk.terminal.screen import TerminalScreen
from console.settings import Wish

QUESTION = "\x1b[6n"
"""Where is the cursor? (DSR, ECMA-48 8.3.35)"""
_TRIAL = "\x1b[H─\x1b[2b"
"""A line's piece, repeated twice (REP): the answer to the question after it tells whether it was.

A blank would not do: tmux repeats no character of more than one byte.
"""
_UNWANTED = re.compile(r"\x1b(\[\?1004[hl]|\[[<>]\d*u|\[\?(2026|2048)\$p|\]22;)")
_RESTORE, _PREPARE = "\x1b[r\x1b[m", "\x1b[?25l\x1b[?7l"
FRAME = {"full": 1 / 60, "lean": 1 / 12, "trickle": 1 / 4}
"""Seconds between two pictures: what changes in between is sent as one."""
SETTLE = {"full": 0.002, "lean": 0.03, "trickle": 0.1}
"""Seconds that a picture waits for the parts that are drawn with it."""
RESIZING = 0.5
"""Seconds at most that nothing is sent after a resize, until the desk is drawn in the new size."""
DEAF_PAUSE = 0.1
FAREWELL, GUESSED_TRIP = 2.0, 0.5
"""Seconds that the last words to the terminal and its last answers may take, the second before any came."""


class ThinDriver(LinuxDriver):
    """Draws on the terminal and reads its keys; nothing here ever waits for the terminal."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self.wish: Wish = "auto"
        self.first: Callable[[], Iterable[int]] = tuple
        """Tells the rows that go before all others where there is not room for all."""
        self.rung_changed: Callable[[], None] = lambda: None
        self._encoding = getattr(sys.__stderr__, "encoding", None) or "utf-8"
        keeps_ground, self._may_repeat = _terminfo()
        self._picture = TerminalScreen(*self._get_terminal_size(), keeps_ground=keeps_ground)
        self._pacer = Pacer(time.monotonic())
        self._ladder = Ladder()
        self._outlet: Outlet | None = None
        self._soon: asyncio.TimerHandle | None = None
        self._looking: asyncio.TimerHandle | None = None
        self._sent_at = 0.0
        self._draining = False
        self._over_at = self._held_until = 0.0
        self._tried = False
        """Whether the terminal has answered the first question."""
        self._awaited = 0
        self._counting = threading.Lock()

    # What the desk sees of the link

    @property
    def rung(self) -> Rung:
        """How much is shown: what the operator fixed, or what the link bears."""
        return self._ladder.rung if self.wish == "auto" else self.wish

    @property
    def bytes_a_minute(self) -> int:
        """What was sent in the last minute."""
        return self._outlet.last_minute() if self._outlet else 0

    def hold(self, wish: Wish) -> None:
        """Fix the rung, or let the link decide again."""
        before, self.wish = self.rung, wish
        if self.rung != before:
            self.rung_changed()

    def repaint(self) -> None:
        """Draw everything again: the screen was garbled, or may have been."""
        self._say(_PREPARE)
        self._picture.forget()
        self._later()

    def draw(self, update: CompositorUpdate, width: int, height: int, colours: ColorSystem | None) -> None:
        """Take what the compositor drew; it is sent as soon as the link has room for it."""
        if (width, height) != (self._picture.width, self._picture.height):
            self._picture.resize(width, height)
            self._held_until = 0.0
            if self._soon is not None:
                self._soon.cancel()
                self._soon = None
        thin = self.rung != "full"
        for y, x, cells in _drawn(update, colours, thin=thin):
            self._picture.put(y, x, cells)
        self._later()

    # Coming and going

    def start_application_mode(self) -> None:
        """Take the terminal over, and ask it for the first time where its cursor is."""
        self._outlet = Outlet(self.fileno)
        self._pacer, self._awaited = Pacer(time.monotonic()), 0
        self._over_at = 0.0
        self._picture.forget()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._writer_thread is not None:
            self._writer_thread.stop()
            self._writer_thread = None
        if self.attrs_before is not None:
            now = termios.tcgetattr(self.fileno)
            now[1] &= ~termios.OPOST  # a line feed goes straight down, for one byte
            termios.tcsetattr(self.fileno, termios.TCSANOW, now)
        self._picture.repeats, self._tried = False, False
        self._say(_TRIAL)
        self._ask()
        self._later()

    def stop_application_mode(self) -> None:
        """Give the terminal back once it has answered: a shell would take its answers for keys."""
        for timer in (self._soon, self._looking):
            if timer is not None:
                timer.cancel()
        self._soon = self._looking = None
        self._say(_RESTORE)
        self._hear_out()
        super().stop_application_mode()

    def close(self) -> None:
        """Send the last bytes, and let go."""
        super().close()
        if self._outlet is not None:
            self._stop_draining()
            self._outlet.finish(max(self._over_at - time.monotonic(), 0.1))
            self._outlet.close()
            self._outlet = None

    def _hear_out(self) -> None:
        begun = time.monotonic()
        self._over_at = begun + FAREWELL
        if self._outlet is None or self._pacer.deaf:
            return
        self._stop_draining()
        self._outlet.finish(FAREWELL)
        until = begun + (GUESSED_TRIP if self._pacer.trip is None else FAREWELL)
        while self._awaited > 0 and time.monotonic() < until and not self._outlet.gone:
            time.sleep(0.005)

    def _get_terminal_size(self) -> tuple[int, int]:
        """The size now. It is asked for when it changes, and then the terminal has moved what it showed."""
        size = super()._get_terminal_size()
        if getattr(self, "_outlet", None) is not None:
            self._picture.forget()
            if size != (self._picture.width, self._picture.height):
                self._held_until = time.monotonic() + RESIZING
            self._loop.call_soon_threadsafe(self._later)
        return size

    # Writing

    def write(self, data: str) -> None:
        """Send what is no picture: a mode, the bell, the clipboard."""
        if not _UNWANTED.match(data):
            self._say(data)

    def flush(self) -> None:
        """Nothing to do: whatever can be sent is."""

    def _say(self, data: str) -> None:
        if self._outlet is not None:
            self._put(data, time.monotonic(), more=False)
            self._await_room()

    def _ask(self) -> None:
        self._pacer.ask(time.monotonic())
        self._write(b"", question=True)

    def _put(self, data: str, now: float, *, more: bool) -> None:
        sent = data.encode(self._encoding, "replace")
        asked = self._pacer.send(len(sent), now, more=more)
        self._write(sent, question=asked and not self._over_at)

    def _write(self, data: bytes, *, question: bool) -> None:
        """Send bytes and a question in one, for over SSH another write is another packet with its headers."""
        if question:
            with self._counting:
                self._awaited += 1
            data += QUESTION.encode()
        if self._outlet is not None:
            self._outlet.write(data)
        if question:
            self._watch()

    def _later(self) -> None:
        """Send the picture in a moment, and no sooner than a frame after the last."""
        if self._soon is None and self._outlet is not None and not self._over_at:
            # A whole new picture is drawn in several steps; a part of it is not.
            settle = SETTLE[self.rung] if self._picture.known else FRAME[self.rung]
            now = time.monotonic()
            wait = max(settle, self._sent_at + FRAME[self.rung] - now, self._held_until - now)
            self._soon = self._loop.call_later(wait, self._send)

    def _send(self) -> None:
        """Send as much of the picture as there is room for."""
        self._soon = None
        if time.monotonic() < self._held_until:
            self._later()
            return
        while self._outlet is not None and not self._outlet.full and self._picture.dirty:
            now = time.monotonic()
            room = self._pacer.room(now)
            if room <= 0:
                if self._pacer.deaf:
                    self._soon = self._loop.call_later(DEAF_PAUSE, self._send)
                break
            piece = self._picture.take(min(room, self._pacer.piece), self.first)
            self._sent_at = now
            more = self._picture.dirty
            typing_at = getattr(self._app.focused, "cursor_screen_offset", None)
            if typing_at is not None and not more and self.rung == "full":
                # Input methods and screen readers look there.
                piece += self._picture.park(typing_at.y, typing_at.x)
            self._put(piece, now, more=more)
        self._await_room()

    def _await_room(self) -> None:
        """Go on when the kernel takes more."""
        if self._outlet is not None and self._outlet.full and not self._draining:
            self._draining = True
            self._loop.add_writer(self._outlet.fileno(), self._drain)

    def _drain(self) -> None:
        if self._outlet is not None:
            self._outlet.drain()
            if not self._outlet.full:
                self._stop_draining()
                self._later()

    def _stop_draining(self) -> None:
        if self._draining and self._outlet is not None:
            self._loop.remove_writer(self._outlet.fileno())
            self._draining = False

    # Hearing

    def run_input_thread(self) -> None:
        """Read what the terminal sends, as Textual's own driver does, and take its answers out of it."""
        ear, parser = Ear(), XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(0.1):
                    text, columns = ear.take(decode(os.read(self.fileno, 4096)))
                    for column in columns:
                        self._heard(column)
                    if text:
                        for event in parser.feed(text):
                            self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)

    def process_message(self, message: Message) -> None:
        """Keep the terminal's answers to ourselves. Runs in the thread that reads the keys."""
        if isinstance(message, events.CursorPosition):
            self._heard(message.x)
        else:
            super().process_message(message)

    def _heard(self, column: int) -> None:
        with self._counting:
            self._awaited -= 1
        self._loop.call_soon_threadsafe(self._answered, time.monotonic(), column)

    def _answered(self, at: float, column: int) -> None:
        if not self._tried:
            self._tried = True
            # A terminal that tells a column where the cursor cannot be is taken at terminfo's word.
            self._picture.repeats = column == 3 if column in (1, 3) else self._may_repeat
        self._pacer.answer(at)
        self._step()
        self._watch()
        self._send_now()

    def _send_now(self) -> None:
        if self._picture.dirty:
            self._later()

    def _watch(self) -> None:
        """Look again when an answer may have become late; a look that comes too early sees to the next."""
        if self._looking is None:
            wait = self._pacer.due(time.monotonic())
            self._looking = None if wait is None else self._loop.call_later(wait + 0.01, self._look)

    def _look(self) -> None:
        self._looking = None
        again = self._pacer.look(time.monotonic())
        if again and self._outlet is not None and not self._outlet.full and not self._over_at:
            self._ask()
        self._step()
        self._watch()
        self._send_now()

    def _step(self) -> None:
        before = self.rung
        pacer = self._pacer
        self._ladder = self._ladder.step(pacer.rate, pacer.trip, time.monotonic(), deaf=pacer.deaf)
        if self.rung != before:
            self.rung_changed()


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
