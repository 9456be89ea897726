"""Lists that hold still: which rows the operator has let in, and in what order. Pure.

Nothing moves under the cursor: values in a row change where they stand, an incident that closes stays and
says so, and what is new waits until it is let in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from console.model import Incident


@dataclass(frozen=True, slots=True)
class Held:
    """The incidents that were let in, in the order they had then."""

    incidents: tuple[Incident, ...] = ()


@dataclass(frozen=True, slots=True)
class Arranged:
    """What to show now."""

    rows: tuple[tuple[Incident, int], ...]
    """Each incident as it is now, and by how many mentions it grew since it was let in."""
    waiting: int
    """Open incidents that are not in the list yet."""
    act_now: int = 0
    """How many of these are to be acted on now."""


def arrange(held: Held, current: Sequence[Incident]) -> Arranged:
    """Today's values in the order that was let in.

    Args:
        held: What was let in.
        current: The open incidents as they are now.
    """
    now = {incident.key: incident for incident in current}
    rows = tuple(
        (
            now.get(old.key) or _closed(old),
            max(0, now[old.key].mentions - old.mentions) if old.key in now else 0,
        )
        for old in held.incidents
    )
    known = {incident.key for incident in held.incidents}
    newcomers = [incident for incident in current if incident.key not in known]
    return Arranged(rows, len(newcomers), sum(incident.tier == 1 for incident in newcomers))


def _closed(incident: Incident) -> Incident:
    return incident if incident.state == "closed" else replace(incident, state="closed")
