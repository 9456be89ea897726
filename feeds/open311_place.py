"""Which times of a city have been read and which are still to be: pure, and kept as one line of text.

Requests are published late, some by a day, so a round begins a day before the last one was begun; what is
seen twice is known by its id. A round may take several looks: each reads what is new first, then goes on
where the last one stopped, and only a finished round moves `read_to`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from feeds.source import SourceError

OVERLAP = timedelta(days=1)
"""How late a request may be published and is still seen."""
LONGEST = timedelta(days=7)
"""Of one window: no deep paging even in a busy city; the specification allows 90 days."""
SHORTEST = timedelta(hours=1)
"""A window that is not halved any more; also what is read first, in whatever order a server pages."""
FULL = 1000
"""Requests that an answer holds at most (GeoReport v2, GET Service Requests)."""
TRIES = 5
"""Failures of one page, while others answer, after which its window is taken for the cause and halved."""
REFUSED = range(400, 500)
MOST_LEFT = 50
"""Windows remembered; the oldest beyond them are taken as one, and partly read twice."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time that is still to be read, both ends included."""

    first: datetime
    last: datetime
    page: int = 1
    """The first one that has not been read."""
    tries: int = 0
    """How often that page failed."""

    def halves(self) -> tuple[Window, ...]:
        """Both halves, the newer first; none where it is too short to be halved."""
        if self.last - self.first <= SHORTEST:
            return ()
        middle = self.first + (self.last - self.first) / 2
        return Window(middle, self.last), Window(self.first, middle)


@dataclass(frozen=True, slots=True)
class Place:
    """How far a city has been read."""

    read_to: datetime
    """Everything requested up to then was taken in. It never falls."""
    begun: datetime
    """When the round began that is under way; what is published late is late by that clock."""
    edge: datetime
    """Up to when windows have been opened, read or not."""
    left: tuple[Window, ...] = ()
    """Still to be read, the newest first."""
    followed: bool = True
    """The server says what became of single requests; if not, that has been said."""

    @property
    def behind(self) -> bool:
        """Whether anything is left that was never read, and not only what is looked through again."""
        return any(window.last > self.read_to for window in self.left)

    def then(self, left: tuple[Window, ...], *, followed: bool) -> Place:
        """After a look that leaves this to be read."""
        if left:
            return replace(self, left=left, followed=followed)
        return Place(self.begun, self.begun, self.begun, followed=followed)

    def text(self) -> str:
        """As a bookmark keeps it: a time where nothing is left."""
        if self == Place(self.read_to, self.read_to, self.read_to):
            return self.read_to.isoformat(timespec="seconds")
        return msgspec.json.encode(self).decode()


def begin(cursor: str, now: datetime) -> Place:
    """What a look is to read, from what the last one left; the last day where there was none."""
    before = _place_of(cursor)
    if before is None:
        return Place(now - OVERLAP, now, now, _opened(now - OVERLAP, now))
    # A clock that ran ahead and was set right must not stop the reading until that time has come.
    read_to, begun, edge = (min(time, now) for time in (before.read_to, before.begun, before.edge))
    # Apart, so that what was never read is read before what is only looked through again.
    opened = (
        _opened(edge, now) if before.left else _opened(read_to - OVERLAP, min(read_to, now - SHORTEST), now)
    )
    return Place(
        read_to,
        begun if before.left else now,
        now,
        _bounded((*opened, *before.left)),
        before.followed,
    )


def next_window(left: tuple[Window, ...]) -> tuple[Window, tuple[Window, ...]]:
    """What to read next, no longer than a window may be, and what is left beside it."""
    head, rest = left[0], left[1:]
    cut = head.last - LONGEST
    if head.first >= cut:
        return head, rest
    return Window(cut, head.last), (Window(head.first, cut), *rest)


def after_failure(window: Window, error: SourceError, rows: int) -> tuple[Window, ...] | None:
    """What is left of a window whose page failed after `rows` requests; None where it is to be given up."""
    if error.lasting and error.status in REFUSED:
        if window.page == 1:
            return None
        # Many a server refuses the page after its last, some also one that is too deep for them.
        return (window.halves() or None) if rows >= FULL else ()
    if not error.lasting and (error.status == 429 or window.tries + 1 < TRIES):
        return (replace(window, tries=min(window.tries + 1, TRIES)),)
    if halves := window.halves():
        return halves
    return None if error.lasting or error.status else (window,)


def _opened(*times: datetime) -> tuple[Window, ...]:
    """Windows between times in their order, the last hour apart: many servers page from the oldest on."""
    cuts = sorted({*times[:-1], max(times[0], times[-1] - SHORTEST), times[-1]})
    return tuple(Window(first, last) for first, last in reversed(list(pairwise(cuts))))


def _bounded(left: tuple[Window, ...]) -> tuple[Window, ...]:
    kept, oldest = left[: MOST_LEFT - 1], left[MOST_LEFT - 1 :]
    if len(oldest) < 2:
        return left
    return (*kept, Window(min(one.first for one in oldest), max(one.last for one in oldest)))


def _place_of(cursor: str) -> Place | None:
    try:
        if cursor.startswith("{"):
            return msgspec.json.decode(cursor, type=Place)
        read_to = datetime.fromisoformat(cursor)
    except ValueError:
        return None
    return Place(read_to, read_to, read_to)
