"""The top line: whose desk, whether it lives, who is here, how the sources do, what is open.

Run this module to see it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.geometry import Size

from widgets.line import Line, cut, flat, length
from widgets.painted import Picture

SPEECH = 20
"""Cells that each word about speaking may take."""
BANNER_LEAST = 12
"""Cells of a banner below which it says nothing any more."""


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
    speech: tuple[tuple[str, bool], ...] = ()
    """What stands between the desk and the public: `EXERCISE`, `PAUSED by kim`; each with whether that is
    trouble."""
    on_shift: str = ""
    sources: str = ""
    """`6 live 1 quiet`"""
    dead: str = ""
    """`power feed DEAD 14m`"""
    age: str = ""
    """Age of the newest answer of any source: `data 2m`."""
    link: tuple[str, ...] = ()
    """How much is drawn for the link to this terminal, the longest way to say it first: `lean 0.4 kB/min`."""
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
            *(
                (f"  {cut(flat(text), SPEECH, more)}", "bad" if bad else "official")
                for text, bad in status.speech
            ),
            *self._inbox(width),
        )
        if status.banner:
            trouble = self._trouble(width - length(left) - length(counts))
            if width < 80 and length(trouble) < length(self._trouble(width)):
                counts = ()
                trouble = self._trouble(width - length(left))
            room = width - length(left) - length(trouble) - length(counts) - 2
            said = next((said for said in status.link if len(said) <= room and not self._full), "")
            link: Line = ((f"  {said}", "quiet"),) if said else ()
            return (self._joined(left, (*trouble, *link), counts, width),)
        room = width - length(left) - length(counts)
        middle: list[tuple[str, str]] = []
        # By worth, each kept only if it still fits; shown in the order in which they are read.
        wanted = [
            (status.dead, "bad", 2),
            (status.sources, "", 1),
            (status.age, "quiet", 3),
            (status.on_shift, "", 0),
        ]
        links = [(f"link {said}" if width >= 100 else said, "quiet", 4) for said in status.link]
        at = len(wanted) if self._full else 1
        wanted[at:at] = links
        kept: list[tuple[int, str, str]] = []
        for text, style, place in wanted:
            text = cut(flat(text), 40, more)
            if text and length(((text, ""),)) + 2 <= room and place not in [taken for taken, _, _ in kept]:
                kept.append((place, f"  {text}", style))
                room -= length(((text, ""),)) + 2
        if room >= len("sources ") and status.sources:
            kept = [
                (place, f"  sources{text[1:]}" if place == 1 else text, style) for place, text, style in kept
            ]
        middle = [(text, style) for _, text, style in sorted(kept)]
        return (self._joined(left, tuple(middle), counts, width),)

    @property
    def _full(self) -> bool:
        return any(said.startswith("full") for said in self.value.link)

    def _trouble(self, room: int) -> Line:
        """The banner, and before it the source that has stopped.

        A banner may stand for days: it must not hide a source meanwhile. Without a service no source is
        asked, so what to do about that comes first.
        """
        status, more = self.value, self.glyphs.more
        banner = ((f"  {flat(status.banner)}", "soon" if status.live else "bad"),)
        dead: Line = ((f"  {cut(flat(status.dead), 40, more)}", "bad"),) if status.dead else ()
        least = BANNER_LEAST + 2 if status.live else length(banner)
        if room - length(dead) < min(least, length(banner)):
            dead = ()
        return (*dead, (cut(banner[0][0], room - length(dead), more), banner[0][1]))

    def _named(self, width: int) -> bool:
        """Trouble needs the room of the name on a narrow line, and two of them on a wider one."""
        return not self.value.banner or width >= (120 if self.value.dead else 100)

    def _inbox(self, width: int) -> Line:
        status = self.value
        if not status.inbox:
            return ()
        least = 120 if status.banner and status.dead else 80
        told = status.inbox if width >= least else status.inbox.partition(" (")[0]
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
