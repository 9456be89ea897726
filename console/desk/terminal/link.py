"""The link to this terminal as the rest of the desk sees it: what it bears, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from console.desk.terminal.ladder import Rung
from console.settings import Wish

ROUND: tuple[Wish, ...] = ("auto", "lean", "trickle", "full")
"""The order of the key: the way to a thin picture must not lead over a full one."""
HINTS: dict[Wish, str] = {
    "auto": "Link: decided by what the line bears",
    "full": "Link: full, whatever the line bears",
    "lean": "Link: lean, whatever the line bears. One list over the other, sixteen colours, gathered news",
    "trickle": "Link: trickle, whatever the line bears. One list at a time, news every 15 s, act now at once",
}


class Line(Protocol):
    """What sends over a link, and knows it."""

    @property
    def rung(self) -> Rung:
        """How much is shown."""

    @property
    def bytes_a_minute(self) -> int:
        """What was sent in the last minute."""

    def hold(self, wish: Wish) -> None:
        """Fix the rung, or let the link decide."""

    def repaint(self) -> None:
        """Draw everything again."""


class Link:
    """The link; without a line, as in a test, it bears what it is wished to.

    Args:
        wish: A rung, or `auto`.
        theme: The operator's; a thin link keeps the terminal's own colours whatever it is.
    """

    def __init__(self, wish: Wish = "auto", theme: str = "terminal") -> None:
        self.wish: Wish = wish
        self.theme = theme
        self.changed: Callable[[], None] = lambda: None
        """Called when rung or theme changed."""
        self._line: Line | None = None

    def take(self, line: Line) -> None:
        """This is the line, from now on."""
        self._line = line
        line.hold(self.wish)

    @property
    def rung(self) -> Rung:
        """How much is shown."""
        if self._line is not None:
            return self._line.rung
        return "full" if self.wish == "auto" else self.wish

    def repaint(self) -> None:
        """Draw everything again, for the screen was garbled."""
        if self._line is not None:
            self._line.repaint()

    def next(self) -> str:
        """Wish for the next rung, round and round; what that means, as a sentence."""
        self.wish = ROUND[(ROUND.index(self.wish) + 1) % len(ROUND)]
        if self._line is not None:
            self._line.hold(self.wish)
        else:
            self.changed()
        return f"{HINTS[self.wish]}; now {self.rung}." if self.wish == "auto" else f"{HINTS[self.wish]}."

    def named(self) -> tuple[str, ...]:
        """`lean fixed` and shorter: the rung, and whether it is fixed."""
        return (f"{self.rung} fixed" if self.wish != "auto" else self.rung, self.rung)

    def told(self) -> tuple[str, ...]:
        """`lean 0.4 kB/min` and shorter: what the last minute took as well."""
        fixed, _ = self.named()
        if self._line is None:
            return self.named()
        took = f"{self._line.bytes_a_minute / 1000:.1f} kB/min"
        return (f"{fixed} {took}", f"{self.rung} {took}", self.rung)
