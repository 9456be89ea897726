"""The desk on two terminals at once: drawn by our driver on one, and as Textual draws on the other."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import textual.screen
from rich.color import ColorSystem
from rich.console import RenderableType
from textual import events
from textual._compositor import CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.driver import Driver
from textual.geometry import Size
from textual.keys import _character_to_key
from textual.screen import Screen

import console.desk.app
from console.desk.app import Desk
from console.desk.terminal import sender as sending
from console.desk.terminal.driver import ThinDriver
from console.desk.terminal.ladder import Rung
from console.desk.terminal.outlet import Outlet
from console.desk.terminal.pacing import Pacer
from console.desk.terminal.sender import QUESTION
from console.desk.wall import Wall
from tests.desk.terminal.emulator import Emulator, difference

ROOMS = (1, 8, 60, 300, 2000)
"""Bytes that the link has room for, from time to time."""
STEP = 0.006
"""Seconds that the desk gets after a step: some of what it does is drawn then, and some only later."""
REST = 0.12
"""Seconds after which it has drawn everything."""

PATIENCE = 10.0
"""Seconds that the desk may take to draw its whole screen, on a busy machine."""


class Gusts(Pacer):
    """A link that has room by chance."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance
        self.calm = False
        """Whether there is room for everything."""

    def room(self, now: float) -> int:
        return 1 << 20 if self.calm else self._chance.choice((0, *ROOMS))

    @property
    def piece(self) -> int:
        return 1 << 20

    def send(self, size: int, now: float, *, more: bool) -> bool:
        return super().send(size, now, more=more or not self.calm)


class Wire(Outlet):
    """The way out to a terminal in memory."""

    def __init__(self, terminal: Emulator) -> None:
        self._terminal = terminal
        self._waiting = bytearray()
        self.sent: list[bytes] = []
        self.asked = 0
        """Questions that were not answered yet."""

    def write(self, data: bytes) -> None:
        self.sent.append(data)
        text = data.decode()
        self.asked += text.count(QUESTION)
        self._terminal.feed(text.replace(QUESTION, ""))

    def last_minute(self) -> int:
        return sum(map(len, self.sent))


class MemoryDriver(ThinDriver):
    """Ours, all of it but the reading of keys and the modes of a real terminal."""

    is_headless = True

    def __init__(self, app: Desk, terminal: Emulator, pacer: Gusts, *, repeats: bool) -> None:
        self.wire = Wire(terminal)
        self.gusts = pacer
        self._repeats = repeats
        self._terminal = terminal
        super().__init__(app, mouse=False, size=(terminal.columns, terminal.lines))
        self.sender._picture.resize(terminal.columns, terminal.lines)

    def start_application_mode(self) -> None:
        self.sender._outlet, self.sender._pacer = self.wire, self.gusts
        self.sender._tried = True
        self.sender._picture.repeats = self._repeats
        size = Size(*self._get_terminal_size())
        self.send_message(events.Resize(size, size))
        self.sender._later()

    def stop_application_mode(self) -> None:
        for timer in (self.sender._soon, self.sender._looking):
            if timer is not None:
                timer.cancel()

    def close(self) -> None:
        self.sender._outlet = None

    def _get_terminal_size(self) -> tuple[int, int]:
        return self._terminal.columns, self._terminal.lines

    def resized(self) -> None:
        """Take note of another size, as on SIGWINCH."""
        self._size = self._get_terminal_size()
        self.sender._picture.forget()
        self.sender._later()
        size = Size(*self._size)
        self.send_message(events.Resize(size, size))

    def breathe(self) -> None:
        """Answer what the terminal was asked, and go on sending."""
        if self.wire.asked:
            answers, self.wire.asked = self.wire.asked, 0
            for _ in range(answers):
                self.sender.heard(0)
        self.sender._send()

    def catch_up(self) -> None:
        """Send everything that is to be sent."""
        self.gusts.calm = True
        while self.sender._picture.dirty:
            self.sender._send()
        self.gusts.calm = False


class StockDriver(Driver):
    """Writes what Textual's own drivers write."""

    def __init__(self, app: Desk, terminal: Emulator) -> None:
        super().__init__(app)
        self._terminal = terminal
        self.sent: list[bytes] = []

    def write(self, data: str) -> None:
        self.sent.append(data.encode())
        self._terminal.feed(data)

    def start_application_mode(self) -> None: ...

    def stop_application_mode(self) -> None: ...

    def disable_input(self) -> None: ...


class TwiceDrawn(Desk):
    """A desk that draws everything a second time as it would be drawn without us."""

    CSS_PATH = str(Path(console.desk.app.__file__).with_name("wall.tcss"))

    def __init__(self, desk: Desk, size: tuple[int, int], chance: random.Random, *, repeats: bool) -> None:
        super().__init__(desk._here, desk._paths, desk._lifeline)
        self.ours, self.stock = Emulator(*size), Emulator(*size)
        self.fits = False
        """Whether all of the windows was drawn since their size changed."""
        self.pacer = Gusts(chance)
        self.repeats = repeats
        self.console._color_system = ColorSystem.TRUECOLOR

    def _build_driver(self, *_: Any, **__: Any) -> Driver:
        self.stock_driver = StockDriver(self, self.stock)
        self.thin_driver = self._driver = MemoryDriver(self, self.ours, self.pacer, repeats=self.repeats)
        return self.thin_driver

    def action_leave(self) -> None:
        """Stay: there is more to be tried."""

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        if not isinstance(renderable, CompositorUpdate):
            return
        if isinstance(renderable, LayoutUpdate):
            self.fits = self.fits or renderable.region.size == self.thin_driver._size
        self._driver = self.stock_driver
        try:
            App._display(self, screen, renderable)
        finally:
            self._driver = self.thin_driver


class Beside:
    """What a test does at that desk, and whether both terminals show the same after it."""

    def __init__(self, desk: TwiceDrawn) -> None:
        self.desk = desk
        self.driver = desk.thin_driver

    def press(self, key: str, character: str | None = None) -> None:
        """Press a key."""
        self.driver.process_message(events.Key(key, character))

    def type(self, text: str) -> None:
        """Type a text."""
        for character in text:
            self.press(_character_to_key(character), character)

    async def resize(self, columns: int, rows: int) -> None:
        """Drag the corner of both windows, and wait until the desk fits them: before, stock lags behind."""
        for terminal in (self.desk.ours, self.desk.stock):
            terminal.reach(columns, rows)
        self.desk.fits = self.driver._size == (columns, rows)
        self.driver.resized()
        await self._drawn_anew()

    def look(self) -> None:
        """Have the desk look for what is new now, and not at its next turn."""
        wall = next(screen for screen in self.desk.screen_stack if isinstance(screen, Wall))
        self.desk.call_later(wall._look)

    @property
    def sent(self) -> bytes:
        """All that our driver sent, but its questions."""
        return b"".join(self.driver.wire.sent).replace(QUESTION.encode(), b"")

    @property
    def sent_by_stock(self) -> bytes:
        """All that Textual's own would have sent."""
        return b"".join(self.desk.stock_driver.sent)

    async def hold(self, rung: Rung) -> None:
        """Fix the rung, and wait until everything was drawn on it."""
        self.desk.fits = False
        self.driver.sender.hold(rung)
        self.desk.screen.refresh(layout=True)
        await self._drawn_anew()

    async def _drawn_anew(self) -> None:
        for _ in range(int(PATIENCE / STEP)):
            if self.desk.fits:
                return
            await self.settle(STEP)
        raise AssertionError("the desk never drew its whole screen") from self.desk._exception

    async def settle(self, seconds: float = REST) -> None:
        """Let the desk work, with the link having room now and then."""
        until = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < until:
            await asyncio.sleep(STEP / 2)
            self.driver.breathe()

    async def shows(self, text: str) -> None:
        """Wait until the desk shows a text."""
        for _ in range(int(PATIENCE / STEP)):
            await self.settle(STEP)
            if any(text in line for line in self.desk.stock.display):
                return
        raise AssertionError(f"{text!r} never came")

    async def obeyed(self) -> None:
        """Wait until every key has done what it does."""
        for _ in range(int(PATIENCE / STEP)):
            await self.settle(STEP)
            screen = self.desk.screen
            pumps = (self.desk, screen, *screen.walk_children())
            if all(pump.message_queue_size == 0 for pump in pumps):
                return
        raise AssertionError("the desk never came to rest")

    def difference(self) -> str:
        """Where the two differ once everything was sent; empty where they do not."""
        self.driver.catch_up()
        return difference(self.desk.ours, self.desk.stock, thin=self.driver.sender.rung != "full")


@asynccontextmanager
async def beside(
    one: Desk,
    *,
    rung: Rung = "full",
    size: tuple[int, int] = (80, 24),
    chance: random.Random | None = None,
    repeats: bool = True,
) -> AsyncIterator[Beside]:
    """A desk drawn twice, once it stands.

    Args:
        one: The desk that is drawn so.
        rung: How much of it is drawn.
        size: Columns and rows.
        chance: Tells when the link has room, and how much.
        repeats: Whether the terminal is known to repeat a character when told to.
    """
    desk = TwiceDrawn(one, size, chance or random.Random(6), repeats=repeats)
    with _signals_kept():
        async with desk.run_test(size=size):
            both = Beside(desk)
            await both.hold(rung)
            yield both
            await both.obeyed()


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Textual's driver wants to be told of a stop, and has to hear nothing of it after the test."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTSTP, signal.SIGCONT)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


@pytest.fixture
def fast_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw as often as there is something to draw, so that many steps are drawn in little time."""
    monkeypatch.setattr(textual.screen, "UPDATE_PERIOD", 0.002)
    monkeypatch.setattr(sending, "SETTLE", dict.fromkeys(sending.SETTLE, 0.0))
    monkeypatch.setattr(sending, "FRAME", dict.fromkeys(sending.FRAME, 0.0))
