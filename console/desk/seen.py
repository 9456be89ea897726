"""One look at the database: what the wall shows outside its stream, in one frozen value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from console.desk.rows import age, gone, mood
from console.desk.standing import STOPPED, last_sign
from console.model import Incident, Mention, MentionFilter, ServiceState, SourceHealth, TierCounts, Waiting
from console.surge import Surges
from console.work import Pause, WorkNow
from widgets.mood_gauge import Mood

if TYPE_CHECKING:
    from console.store.reader import Reader

NOTHING_WAITS = Waiting(0, 0, None)
NOBODY_WORKS = WorkNow()
NO_SURGES = Surges()
GOOD_PART = 1 / 3
"""Share of a gauge's mentions, in the two hours before a source stopped, that it cannot do without."""
WEIGHED = 20
"""Mentions of an incident among which the weightiest is looked for, the newest first."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read at one moment."""

    newest: int = 0
    """Id of the newest mention."""
    newest_at: datetime | None = None
    """When the newest mention was seen."""
    incidents: tuple[Incident, ...] = ()
    waiting: Waiting = NOTHING_WAITS
    """Mentions that the filter lets through and the operator has not let in."""
    unheard: Waiting = NOTHING_WAITS
    """Mentions of any kind that the alarm has not looked at."""
    sources: tuple[SourceHealth, ...] = ()
    service: ServiceState | None = None
    counts: TierCounts | None = None
    pause: Pause | None = None
    """That nothing is said any more."""
    work: WorkNow = NOBODY_WORKS
    """Who does what."""
    surges: Surges = NO_SURGES
    """Of what far more people speak than usual."""
    to_add: int = 0
    """Names that people use and the place list does not have."""

    @property
    def settled(self) -> bool:
        """Whether every source was looked at, so that what comes now is new and not the past of one more."""
        return all(source.state != "waiting" for source in self.sources)


def look(reader: Reader, wanted: MentionFilter, *, let_in: int, heard: int) -> Seen:
    """Read everything once.

    Args:
        reader: The database.
        wanted: The filter over the stream.
        let_in: Id of the newest mention that the operator let in.
        heard: Id of the newest mention that the alarm looked at.
    """
    newest = reader.mentions(limit=1)
    return Seen(
        newest=reader.newest_id(),
        newest_at=newest[0].seen_at if newest else None,
        incidents=reader.incidents(),
        waiting=reader.waiting(wanted, let_in),
        unheard=reader.waiting(MentionFilter(), heard),
        sources=reader.sources(),
        service=reader.service(),
        counts=reader.tier_counts(),
        pause=reader.pause(),
        work=reader.work(),
        surges=reader.surges(),
        to_add=reader.to_add(),
    )


def moods_of(
    reader: Reader, places: Sequence[str], sources: Sequence[SourceHealth], now: datetime
) -> tuple[Mood, ...]:
    """A gauge for each place; one that lived in good part on a source that has stopped says so."""
    stopped = [source for source in sources if source.state in STOPPED]
    return tuple(
        mood(reader.gauge(place, now), now, _without(reader, place, stopped, now)) for place in places
    )


def _without(reader: Reader, place: str, stopped: Sequence[SourceHealth], now: datetime) -> str:
    for source in stopped:
        last = source.last_item_at
        if last is not None and reader.leaning(place, source.name, last) >= GOOD_PART:
            return f"{source.name} {age(last_sign(source), now)}"
    return ""


def weightiest(reader: Reader, incident: Incident) -> Mention | None:
    """What was said that says best why an incident stands where it does; None when all of it is gone.

    Of two that weigh the same the earlier one, so that what is being read stays as more of it arrives.
    """
    of_its_tier = reader.mentions(MentionFilter(incident=incident.key, tier=incident.tier), limit=WEIGHED)
    said = of_its_tier or reader.mentions(MentionFilter(incident=incident.key), limit=WEIGHED)
    return max((one for one in said if not gone(one)), key=lambda one: (one.points, -one.id), default=None)
