"""The Textual application around the wall, and the way in and out of it."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.console import RenderableType
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.binding import BindingType
from textual.events import Key
from textual.filter import LineFilter, NoColor
from textual.screen import Screen

from console.desk.crash import record
from console.desk.glyphs import choose, is_utf8
from console.desk.guard import Guard
from console.desk.here import Here, utc_now
from console.desk.keys import leave_binding
from console.desk.lifeline import Lifeline
from console.desk.terminal.driver import ThinDriver
from console.desk.themes import THEMES
from console.desk.wall import Wall
from console.desk.watching import Watching
from console.intake.clean import guard
from console.paths import DataPaths
from console.settings import Settings
from widgets.notice_line import NoticeLine

if TYPE_CHECKING:
    from console.service.client import ServiceClient
    from widgets.filter_line import FilterLine

GRACE = 3.0
"""Seconds that a desk whose terminal is gone may take to end; then it is ended."""


class Desk(App[int], inherit_bindings=False):
    """The desk of one operator."""

    TITLE = "watchfloor"
    CSS_PATH = "wall.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [leave_binding()]

    def __init__(self, here: Here, paths: DataPaths, lifeline: Lifeline, *, encoding: str = "utf-8") -> None:
        super().__init__(driver_class=ThinDriver)
        self._guard = Guard(encoding)
        self._here = here
        self._paths = paths
        self._lifeline = lifeline
        self._watching = Watching(paths)
        self.last_words = ""
        """A sentence to print once the terminal is restored."""
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        self._fit_link()

    def on_mount(self) -> None:
        """End cleanly when told to, and collect garbage again once the first picture is drawn."""
        loop = asyncio.get_running_loop()
        self._here.link.changed = self._link_changed
        if isinstance(self._driver, ThinDriver):
            sender = self._driver.sender
            sender.first, sender.rung_changed = self._first_rows, self._later_fit
            self._here.link.take(sender)
            self._link_changed()
        if not self.is_headless:
            for number in (signal.SIGHUP, signal.SIGTERM):
                loop.add_signal_handler(number, self._told_to_end, number)
        self.call_after_refresh(self._drawn)

    def get_default_screen(self) -> Wall:
        """Begin with the wall: a blank screen under it would be styled and drawn for nothing."""
        return Wall(self._here, self._watching, self._lifeline)

    def _fit_link(self) -> None:
        """Use the operator's theme where the link is full, and the terminal's own colours elsewhere."""
        link = self._here.link
        self.theme = link.theme if link.rung == "full" and not self.no_color else "terminal"

    def _later_fit(self) -> None:
        self.call_later(self._link_changed)

    def _link_changed(self) -> None:
        """Draw as much as the link bears now."""
        self._fit_link()
        for screen in self.screen_stack:
            if isinstance(screen, Wall):
                screen.fit_link()
        self.screen.refresh(repaint=True, layout=True)

    def _first_rows(self) -> Iterable[int]:
        """Rows that go before all others: a call for help, then what the operator works at."""
        if not self.screen_stack:
            return
        calls = [line for line in self.screen.query(NoticeLine) if line.value.urgent]
        for widget in (*calls, self.focused):
            if widget is not None:
                yield from range(widget.region.y, widget.region.bottom)

    def _drawn(self) -> None:
        gc.freeze()
        gc.enable()

    def on_unmount(self) -> None:
        """Let go of database and service."""
        self._watching.close()
        self._lifeline.close()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Everything drawn goes through the guard, last; NO_COLOR takes all colour away, not only hue."""
        others = [NoColor()] if self.no_color else super().get_line_filters()
        return [*others, self._guard]

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Give the driver cells instead of bytes, which it would only have to take apart again."""
        driver = self._driver
        if not isinstance(driver, ThinDriver) or not isinstance(renderable, CompositorUpdate):
            super()._display(screen, renderable)
            return
        if self._running and not self._closed and not self._batch_count:
            driver.draw(renderable, *screen.outer_size, self.console._color_system)
        self.post_display_hook()

    @property
    def _background_screens(self) -> list[Screen[Any]]:
        """None: every page covers the whole wall, so what changes behind it must not have it drawn again."""
        return []

    async def on_key(self, event: Key) -> None:
        """Give keys that were pressed ahead of a line to type in to that line, and obey none of them.

        On a slow link the whole of `/basement` arrives at once, before the line is there to take it.
        """
        lines = cast("Iterable[FilterLine]", self.screen.query("FilterLine"))
        line = next((one for one in lines if not one._pruning), None)  # one that was left is there a while
        take = line.press if line is not None else getattr(self.screen, "take_key", None)
        if take is not None and await take(event):
            event.stop()
            event.prevent_default()

    def action_leave(self) -> None:
        """Leave the desk."""
        self.exit(0)

    def _told_to_end(self, number: int) -> None:
        if number == signal.SIGHUP:
            # The terminal is gone, so a write to it may never return.
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, GRACE)
        self.exit(0)

    def _fatal_error(self) -> None:
        """Replace Textual's crash screen, which prints the values of local variables."""
        error = sys.exc_info()[1] or self._exception
        if error is not None:
            self.last_words = record(error, self._paths.log, self._here.now())
        self._close_messages_no_wait()

    def panic(self, *renderables: Any) -> None:
        """End because a part of Textual gave up, its input thread for one."""
        error = next((item for item in renderables if isinstance(item, BaseException)), None)
        self.last_words = record(
            error or RuntimeError("the terminal could not be read"), self._paths.log, self._here.now()
        )
        self._close_messages_no_wait()


def refusal(env: Mapping[str, str], stdin: Any, stdout: Any, stderr: Any) -> str:
    """Why no full screen can be shown here, as a sentence; empty where it can."""
    instead = "The same is there as lines: watchfloor incidents, watchfloor mentions, watchfloor status."
    if not (stdin.isatty() and stdout.isatty() and stderr.isatty()):
        return f"The desk needs a terminal for its full screen, and this is none. {instead}"
    if env.get("TERM", "dumb") in ("", "dumb", "unknown"):
        return f"This terminal (TERM={env.get('TERM', '')}) cannot show a full screen. {instead}"
    return ""


def run_desk(
    settings: Settings,
    paths: DataPaths,
    client: ServiceClient | None,
    *,
    now: Callable[[], datetime] = utc_now,
) -> int:
    """Show the desk until its operator leaves.

    Args:
        settings: The desk's settings.
        paths: Where its files lie.
        client: A connection to the service, or None when none answers; the desk then looks for it by itself.
        now: The present; the demo has a clock of its own.

    Returns:
        0 when it was left, 1 when it failed, 2 when there is no terminal to show it on.
    """
    if reason := refusal(os.environ, sys.stdin, sys.stdout, sys.stderr):
        print(guard(reason), file=sys.stderr)
        return 2
    if os.environ.get("NO_COLOR") == "":
        del os.environ["NO_COLOR"]  # no-color.org: set but empty means nothing; Textual takes it for set
    for name in ("COLUMNS", "LINES"):
        os.environ.pop(name, None)  # a shell that exports them would hold the screen to the size at its start
    encoding = "utf-8" if is_utf8(sys.stderr.encoding) else sys.stderr.encoding or "ascii"
    here = Here.of(settings, choose(settings.desk.glyphs, encoding), now)
    gc.disable()  # until the first picture: what is made on the way to it stays
    desk = Desk(here, paths, Lifeline(paths, client, now), encoding=encoding)
    code = desk.run(mouse=False)
    gc.enable()
    if desk.last_words:
        print(guard(desk.last_words), file=sys.stderr)
        return 1
    return code or 0
