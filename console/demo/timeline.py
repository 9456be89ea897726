"""When the story happens on the real clock, so that a time named in a text is the time on the wall."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

MINUTE = 60.0
LEAD = 60 * MINUTE
"""Seconds of the story that have already happened when the desk opens."""
LENGTH = 240 * MINUTE
"""Seconds of the whole story."""
PACE = 15.0
"""Story seconds in a real second at `--speed 1`: what is left after the lead lasts twelve minutes."""

_FROM_NOW = re.compile(r"\{([-+]\d+)\}")
_MOMENT = re.compile(r"\{@([\d.]+)\}")


def anchored(text: str, at: float) -> str:
    """Turn marks of minutes from now on, `{+20}` and `{-5}`, into minutes of the story, `{@135}`.

    Whoever passes a line on later still means the time that its writer meant.
    """
    return _FROM_NOW.sub(lambda mark: f"{{@{at / MINUTE + float(mark[1]):.2f}}}", text)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Lays the story over the real clock: the lead as it was, the rest `pace` times as fast."""

    start: datetime
    """The real moment at which the desk opens: `LEAD` in the story."""
    pace: float = PACE
    zone: tzinfo | None = None
    """The zone of times named in texts; None for the machine's own."""

    def when(self, at: float) -> datetime:
        """The real moment of a second of the story."""
        ahead = at - LEAD
        return self.start + timedelta(seconds=ahead if ahead < 0 else ahead / self.pace)

    def clock(self, at: float) -> str:
        """That moment as a clock on the wall shows it."""
        return self.when(at).astimezone(self.zone).strftime("%H:%M")

    def tell(self, text: str) -> str:
        """Fill the marks of a text: `{@135}` becomes the clock at that minute of the story."""
        return _MOMENT.sub(lambda mark: self.clock(float(mark[1]) * MINUTE), text)
