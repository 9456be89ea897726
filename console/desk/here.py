"""What every part of the screen needs to know of this desk: settings, marks, clock and zone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from console.desk.terminal.link import Link
from console.settings import Settings
from widgets.glyphs import UNICODE, Glyphs


def utc_now() -> datetime:
    """The present."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Here:
    """One desk on one terminal."""

    settings: Settings
    glyphs: Glyphs
    now: Callable[[], datetime]
    link: Link

    @classmethod
    def of(cls, settings: Settings, glyphs: Glyphs = UNICODE, now: Callable[[], datetime] = utc_now) -> Here:
        """A desk whose link is as its settings wish."""
        return cls(settings, glyphs, now, Link(settings.desk.link, settings.desk.theme))

    @property
    def zone(self) -> tzinfo | None:
        """Of the clock on the wall; None for the machine's own."""
        name = self.settings.desk.time_zone
        if not name:
            return None
        from zoneinfo import ZoneInfo  # most desks live in the zone of their machine

        return ZoneInfo(name)

    @property
    def languages(self) -> tuple[str, ...]:
        """Read by the operators."""
        return self.settings.desk.languages
