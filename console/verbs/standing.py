"""How service and desk are doing, in one value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any, Self

from console.model import ServiceState, TierCounts, Unread
from console.words import age_of, clock

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

    @classmethod
    def of(cls, answer: Mapping[str, Any], reader: Reader) -> Self:
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
        return cls(service, reader.tier_counts(), reader.total(), dict(sorted(states.items())), inbox)


def standing_lines(standing: Standing, now: datetime, zone: tzinfo | None) -> Iterator[tuple[str, str]]:
    """Say it to a person."""
    service, incidents = standing.service, standing.incidents
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
