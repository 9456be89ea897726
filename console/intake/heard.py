"""What the board of incidents hears: mentions and official alerts, as far as they matter to it.

What is made for every post is a struct, here and elsewhere in intake: a named tuple takes four times as long
to make, a frozen dataclass ten times. None of them can hold itself, so none bothers the collector (`gc`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from console.intake.ruling import IncidentNow
from console.judgement import Reason

Subject = tuple[str, str]
"""A place (empty for none) and a topic."""
Weighed = tuple[float, tuple[Reason, ...]]
"""Points, and the reasons that they are the sum of."""


class Heard(Struct, frozen=True, gc=False):
    """A mention as the board takes it."""

    key: str
    place: str
    topic: str
    voice: str
    """Who said it; empty for a mere repost, which is no further voice."""
    at: datetime
    points: float
    """Of its own, without what an official warning adds."""
    reasons: tuple[Reason, ...]
    hazard: str = ""
    """The official alert that this mention is, while that drives; empty for what people say."""


class Placed(Struct, frozen=True, gc=False):
    """Where a mention came to stand: its incident now, and who joins with it because it opened one."""

    incident: IncidentNow | None = None
    adopted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cover:
    """A living official alert: the places and the topic for which it raises what people say."""

    messages: frozenset[str]
    places: frozenset[str]
    topic: str
    ends_at: datetime

    def over(self, place: str, above: tuple[str, ...], topic: str) -> str:
        """The place of the alert, itself or an area above, in which something on its topic lies."""
        if self.topic != topic:
            return ""
        return next((name for name in (place, *above) if name in self.places), "")
