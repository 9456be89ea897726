"""Sends a picture over a link: what differs, no more than was seen to arrive, and what matters first."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable

from console.desk.terminal.cells import Row
from console.desk.terminal.ladder import Ladder, Rung
from console.desk.terminal.outlet import Outlet
from console.desk.terminal.pacing import Pacer
from console.desk.terminal.screen import TerminalScreen
from console.settings import Wish

QUESTION = "\x1b[6n"
"""Where is the cursor? (DSR, ECMA-48 8.3.35)"""
TRIAL = "\x1b[H─\x1b[2b"
"""A line's piece, repeated twice (REP): the answer to the question after it tells whether it was.

A blank would not do: tmux repeats no character of more than one byte.
"""
RESTORE, PREPARE = "\x1b[r\x1b[m", "\x1b[?25l\x1b[?7l"
FRAME = {"full": 1 / 60, "lean": 1 / 12, "trickle": 1 / 4}
"""Seconds between two pictures: what changes in between is sent as one."""
SETTLE = {"full": 0.002, "lean": 0.03, "trickle": 0.1}
"""Seconds that a picture waits for the parts that are drawn with it."""
RESIZING = 0.5
"""Seconds at most that nothing is sent after a resize, until the desk is drawn in the new size."""
DEAF_PAUSE = 0.1
FAREWELL, GUESSED_TRIP = 2.0, 0.5
"""Seconds that the last words to the terminal and its last answers may take, the second before any came."""


class Sender:
    """The one who writes to the terminal. Nothing here ever waits for it, but the farewell.

    Args:
        loop: Runs everything but `heard`.
        size: Columns and rows.
        keeps_ground: Whether the terminal erases in the colour of the ground.
        may_repeat: Whether terminfo says that it repeats a character when told to.
        encoding: Of the terminal.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        size: tuple[int, int],
        *,
        keeps_ground: bool = False,
        may_repeat: bool = False,
        encoding: str = "utf-8",
    ) -> None:
        self.wish: Wish = "auto"
        self.first: Callable[[], Iterable[int]] = tuple
        """Tells the rows that go before all others where there is not room for all."""
        self.typing_at: Callable[[], tuple[int, int] | None] = lambda: None
        """Tells the row and the column where somebody types."""
        self.rung_changed: Callable[[], None] = lambda: None
        self._loop = loop
        self._may_repeat, self._encoding = may_repeat, encoding
        self._picture = TerminalScreen(*size, keeps_ground=keeps_ground)
        self._pacer = Pacer(time.monotonic())
        self._ladder = Ladder()
        self._outlet: Outlet | None = None
        self._soon: asyncio.TimerHandle | None = None
        self._looking: asyncio.TimerHandle | None = None
        self._draining = False
        self._sent_at = self._held_until = 0.0
        self._over_at = 0.0
        """When the farewell is over; 0 before it began."""
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
        self.say(PREPARE)
        self._picture.forget()
        self._later()

    def draw(self, width: int, height: int, parts: Iterable[tuple[int, int, Row]]) -> None:
        """Take rows, each with its place, of a picture of this size; they go as soon as there is room."""
        if (width, height) != (self._picture.width, self._picture.height):
            self._picture.resize(width, height)
            self._held_until = 0.0
            if self._soon is not None:
                self._soon.cancel()
                self._soon = None
        for y, x, cells in parts:
            self._picture.put(y, x, cells)
        self._later()

    def resized(self, size: tuple[int, int]) -> None:
        """Take note that the terminal has moved what it showed. It may be told in a signal's handler."""
        if self._outlet is not None:
            self._picture.forget()
            if size != (self._picture.width, self._picture.height):
                self._held_until = time.monotonic() + RESIZING
            self._loop.call_soon_threadsafe(self._later)

    # Coming and going

    def open(self, outlet: Outlet) -> None:
        """Have a way to the terminal from now on; before `begin` it takes only what is said."""
        self.close()
        self._outlet = outlet
        self._pacer, self._awaited = Pacer(time.monotonic()), 0
        self._over_at = 0.0
        self._picture.forget()

    def begin(self) -> None:
        """Begin to draw, and ask the terminal for the first time where its cursor is."""
        self._picture.repeats, self._tried = False, False
        self.say(TRIAL)
        self._ask()
        self._later()

    def leave(self) -> None:
        """Draw no more, and wait until the terminal has answered: a shell would take its answers for keys."""
        for timer in (self._soon, self._looking):
            if timer is not None:
                timer.cancel()
        self._soon = self._looking = None
        self.say(RESTORE)
        begun = time.monotonic()
        self._over_at = begun + FAREWELL
        if self._outlet is None or self._pacer.deaf:
            return
        self._stop_draining()
        self._outlet.finish(FAREWELL)
        until = begun + (GUESSED_TRIP if self._pacer.trip is None else FAREWELL)
        while self._awaited > 0 and time.monotonic() < until and not self._outlet.gone:
            time.sleep(0.005)

    def close(self) -> None:
        """Send the last bytes, and let go of the terminal."""
        if self._outlet is not None:
            self._stop_draining()
            self._outlet.finish(max(self._over_at - time.monotonic(), 0.1))
            self._outlet.close()
            self._outlet = None

    # Writing

    def say(self, data: str) -> None:
        """Send what is no picture: a mode, the bell, the clipboard."""
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
            if not more and self.rung == "full" and (place := self.typing_at()) is not None:
                piece += self._picture.park(*place)  # input methods and screen readers look there
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

    def heard(self, column: int) -> None:
        """The terminal said in which column its cursor is. Told by the thread that reads the keys."""
        with self._counting:
            self._awaited = max(0, self._awaited - 1)
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
        if again and self._outlet is not None and not self._over_at:
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
