"""The top line: whose desk, whether it lives, who is here, how the sources do, what is open.

Run this module to see it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.geometry import Size

from widgets.line import Line, cut, flat, length
from widgets.painted import Picture


@dataclass(frozen=True, slots=True)
class Status:
    """What the line says."""

    desk: str
    clock: str = ""
    live: bool = False
    service: str = "NO SERVICE"
    """LIVE, or since when there is no service."""
    banner: str = ""
    """Without a service, or with one in trouble: what is known, how old it is, what to press or type."""
    on_shift: str = ""
    sources: str = ""
    """`6 live 1 quiet`"""
    dead: str = ""
    """`power feed DEAD 14m`"""
    age: str = ""
    """Age of the newest answer of any source: `data 2m`."""
    inbox: str = ""
    """What waits unread in private, for whoever may read it: `inbox 2 (1 act now)`. It goes last."""
    inbox_urgent: bool = False
    counts: tuple[tuple[int, int], ...] = ()
    """Open incidents: (tier, how many), worst first."""


class StatusLine(Picture[Status]):
    """One line. What matters least goes first when it does not fit."""

    DEFAULT_CSS = "StatusLine { height: 1; }"

    def lines(self, size: Size) -> Sequence[Line]:
        """Desk, service and clock at the left, what is open at the right, the rest as there is room."""
        status, more, width = self.value, self.glyphs.more, size.width
        counts = self._counts()
        name = f" {cut(flat(status.desk), 20 if width >= 100 else 10, more)} " if self._named(width) else ""
        left: Line = (
            (name, "strong"),
            (f" {status.service}", "strong" if status.live else "bad"),
            (f"  {status.clock}", ""),
            *self._inbox(width),
        )
        if status.banner and length(left) + len(status.banner) + length(counts) + 3 > width and width < 80:
            counts = ()
        room = width - length(left) - length(counts)
        if status.banner:
            banner = cut(status.banner, room - 2, more)
            return (
                self._joined(left, ((f"  {banner}", "bad" if not status.live else "soon"),), counts, width),
            )
        middle: list[tuple[str, str]] = []
        # By worth, each kept only if it still fits; shown in the order in which they are read.
        wanted = [
            (status.dead, "bad", 2),
            (status.sources, "", 1),
            (status.age, "quiet", 3),
            (status.on_shift, "", 0),
        ]
        kept: list[tuple[int, str, str]] = []
        for text, style, place in wanted:
            text = cut(flat(text), 40, more)
            if text and length(((text, ""),)) + 2 <= room:
                kept.append((place, f"  {text}", style))
                room -= length(((text, ""),)) + 2
        if room >= len("sources ") and status.sources:
            kept = [
                (place, f"  sources{text[1:]}" if place == 1 else text, style) for place, text, style in kept
            ]
        middle = [(text, style) for _, text, style in sorted(kept)]
        return (self._joined(left, tuple(middle), counts, width),)

    def _named(self, width: int) -> bool:
        """Trouble needs the room of the name on a narrow line."""
        return not self.value.banner or width >= 100

    def _inbox(self, width: int) -> Line:
        status = self.value
        if not status.inbox:
            return ()
        told = status.inbox if width >= 80 else status.inbox.partition(" (")[0]
        return ((f"  {flat(told)}", "act-now" if status.inbox_urgent else "soon"),)

    def _counts(self) -> Line:
        parts: list[tuple[str, str]] = []
        for tier, count in self.value.counts:
            style = {1: "act-now", 2: "soon"}.get(tier, "") if count else "quiet"
            parts.append((f" {self.glyphs.mark(tier)}{count}", style))
        return (*parts, (" ", "")) if parts else ()

    @staticmethod
    def _joined(left: Line, middle: Line, counts: Line, width: int) -> Line:
        gap = width - length(left) - length(middle) - length(counts)
        return (*left, *middle, (" " * max(gap, 0), ""), *counts)


if __name__ == "__main__":
    from widgets.alone import show_alone

    show_alone(
        StatusLine(
            Status(
                "Riverton desk",
                "18:42",
                True,
                "LIVE",
                on_shift="lee kim ana",
                sources="6 live 1 quiet",
                dead="power feed DEAD 14m",
                age="data <1m",
                counts=((1, 2), (2, 5), (3, 31)),
            )
        )
    )
