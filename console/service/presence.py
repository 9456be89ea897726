"""Who is on shift: the people whose desks are connected, known by their uid alone."""

from __future__ import annotations

import asyncio
import pwd
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from console.intake.clean import clean_line

LONGEST_NAME = 32


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is at the other end of a connection, as the kernel says (SO_PEERCRED, unix(7))."""

    pid: int
    uid: int
    gid: int

    @property
    def name(self) -> str:
        """The account's name; `uid 1234` where the machine knows none."""
        try:
            account = pwd.getpwuid(self.uid).pw_name
        except KeyError:
            account = f"uid {self.uid}"
        return clean_line(account, max_chars=LONGEST_NAME)


class Presence:
    """The desks that are connected now, and how long it has been since anyone wanted anything."""

    def __init__(
        self,
        *,
        changed: Callable[[], None] = lambda: None,
        left: Callable[[int], None] = lambda _connection: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._changed = changed
        self._left = left
        self._clock = clock
        self._desks: dict[int, Peer] = {}
        self._stirred = clock()
        self._turned = asyncio.Event()
        """Set by whatever `until_idle` waits for."""
        self.visited = False
        """Whether anyone was ever here, or whoever started the service has gone."""

    def arrive(self, connection: int, peer: Peer) -> None:
        """Count a connection as a desk for as long as it is open."""
        self._desks[connection] = peer
        self.stir()
        self._changed()

    def leave(self, connection: int) -> None:
        """Forget a connection, a desk's or not: one that never said hello was somebody as well."""
        self.visited = True
        self.stir()
        self._left(connection)
        if self._desks.pop(connection, None) is not None:
            self._changed()

    def starter_left(self) -> None:
        """Note that the desk that started the service has gone, be it before it ever connected."""
        self.visited = True
        self.stir()

    def stir(self) -> None:
        """Note that somebody wanted something just now."""
        self._stirred = self._clock()
        self._turned.set()

    async def until_idle(self, *, idle_for: float, first_within: float) -> None:
        """Wait until no desk has been here for `idle_for` seconds, or none came within `first_within`."""
        while True:
            self._turned.clear()
            left = (idle_for if self.visited else first_within) - self.idle_for
            if left <= 0:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(None if self._desks else left):
                    await self._turned.wait()

    @property
    def on_shift(self) -> tuple[str, ...]:
        """The names of those with a desk open, each once, in order of the alphabet."""
        return tuple(sorted({peer.name for peer in self._desks.values()}))

    @property
    def idle_for(self) -> float:
        """Seconds since the last desk left or the last request came; 0 while a desk is open."""
        return 0.0 if self._desks else self._clock() - self._stirred
