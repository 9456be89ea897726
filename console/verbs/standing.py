"""How service and desk are doing, in one value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any, Self

from console.model import ServiceState, TierCounts, Unread
from console.words import age_of, clock
from console.work import Pause

if TYPE_CHECKING:
    from console.store.reader import Reader


@dataclass(frozen=True, slots=True)
class Standing:
    """What `watchfloor status` says; the names of the fields are those of its JSON."""

    service: ServiceState
    incidents: TierCounts
    mentions: int
    sources: dict[str, int]
    """How many sources are in each state."""
    inbox: Unread | None = None
    """What waits in the restricted inbox; None for whoever may not read it."""
    exercise: bool = False
    """Whether nobody hears what is said."""
    pause: Pause | None = None
    """What stops everything at the gate, where something does."""

    @classmethod
    def of(cls, answer: Mapping[str, Any], reader: Reader, *, exercise: bool) -> Self:
        """Put it together from the service's own answer and the desk's database."""
        service = ServiceState(
            since=datetime.fromisoformat(answer["since"]),
            stopped_at=None,
            pid=answer["pid"],
            on_shift=tuple(answer["on_shift"]),
            trouble=answer["trouble"],
        )
        states = Counter(source["state"] for source in answer["sources"])
        inbox = Unread(**answer["inbox"]) if "inbox" in answer else None
        counts, total = reader.tier_counts(), reader.total()
        return cls(service, counts, total, dict(sorted(states.items())), inbox, exercise, reader.pause())


def standing_lines(standing: Standing, now: datetime, zone: tzinfo | None) -> Iterator[tuple[str, str]]:
    """Say it to a person."""
    service, incidents, pause = standing.service, standing.incidents, standing.pause
    if standing.exercise:
        yield "EXERCISE", "a desk and a database of its own; nobody hears what is said"
    if pause is not None:
        but = f", but for {', '.join(pause.allow)}" if pause.allow else ""
        yield (
            "PAUSED",
            f"nothing goes out{but}, by {pause.by} since {clock(pause.at, now, zone)}: {pause.reason}",
        )
    since = clock(service.since, now, zone) if service.since else "?"
    yield "service", f"running since {since} ({age_of(service.since, now)}), process {service.pid}"
    if service.trouble:
        yield "trouble", service.trouble
    yield "on shift", ", ".join(service.on_shift) or "nobody"
    yield "incidents", f"{incidents.act_now} act now, {incidents.soon} soon, {incidents.watch} watch"
    if standing.inbox is not None:
        yield "inbox", f"{standing.inbox.unread} unread, {standing.inbox.act_now} of them act now"
    yield "mentions", str(standing.mentions)
    yield "sources", ", ".join(f"{count} {state}" for state, count in standing.sources.items()) or "none"
