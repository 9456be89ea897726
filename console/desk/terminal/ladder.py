"""How much of a screen a link can bear: full, lean or trickle, from its rate and round trip."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

Rung = Literal["full", "lean", "trickle"]
RUNGS: tuple[Rung, ...] = get_args(Rung)

FULL_RATE, FULL_TRIP = 6000.0, 0.35
"""Bytes a second that a full screen needs at least, and seconds of a round trip that it bears at most."""
LEAN_RATE, LEAN_TRIP = 400.0, 3.0
BETTER = 1.5
"""Times that a link must be better than its next rung needs, before that is believed."""
WORSE_FOR, BETTER_FOR = 3.0, 30.0
"""Seconds for which a link must be worse, or better, before the rung changes."""


def fitting(rate: float | None, trip: float | None, *, deaf: bool = False, margin: float = 1.0) -> Rung:
    """The rung for a link; one that has not been measured, or cannot be, is taken for a thin one.

    Args:
        rate: Bytes a second; None while nothing came that could tell, and then the round trip alone counts.
        trip: Seconds of a round trip.
        deaf: Whether the terminal never answers.
        margin: Times that the link must be better than the rung needs.
    """
    if deaf or trip is None:
        return "lean"
    for rung, least, longest in (("full", FULL_RATE, FULL_TRIP), ("lean", LEAN_RATE, LEAN_TRIP)):
        if trip * margin <= longest and (rate is None or rate >= least * margin):
            return rung  # type: ignore[return-value]
    return "trickle"


@dataclass(frozen=True, slots=True)
class Ladder:
    """On which rung the screen stands, and since when the link has been asking for another.

    The first measurement counts at once; after it the link must hold out, so that no gust changes the screen.
    It may swing meanwhile between two rungs that are both worse, or both better.
    """

    rung: Rung = "lean"
    measured: bool = False
    other: Rung | None = None
    since: float = 0.0

    def step(self, rate: float | None, trip: float | None, now: float, *, deaf: bool = False) -> Ladder:
        """The ladder after another measurement at `now` (seconds)."""
        if trip is None and not deaf:
            return self
        fits = fitting(rate, trip, deaf=deaf)
        if not self.measured:
            return Ladder(fits, measured=True)
        if RUNGS.index(fits) < RUNGS.index(self.rung):
            fits = max(self.rung, fitting(rate, trip, deaf=deaf, margin=BETTER), key=_better)
        if fits == self.rung:
            return replace(self, other=None)
        worse = _better(fits) < _better(self.rung)
        if self.other is None or worse != (_better(self.other) < _better(self.rung)):
            return replace(self, other=fits, since=now)
        if now - self.since >= (WORSE_FOR if worse else BETTER_FOR):
            return Ladder(fits, measured=True)
        return replace(self, other=fits)


def _better(rung: Rung) -> int:
    return -RUNGS.index(rung)
