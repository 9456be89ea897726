"""How long a host is left alone: its own wishes first, else a jittered, growing pause after failures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

FIRST_PAUSE = 5.0
"""Seconds after a first failure; api.weather.gov suggests five."""
LONGEST_PAUSE = 900.0
"""Seconds between two tries at a host that stays away."""
LONGEST_WISH = 86_400.0
"""Seconds that a server's Retry-After is obeyed at most: a day. Longer ones are mistakes."""
MOST_HOSTS = 1000
"""Hosts remembered before those whose pause is over are forgotten: an index may name ever new ones."""


@dataclass(frozen=True, slots=True)
class _Standing:
    failures: int = 0
    until: float = 0.0


class Backoff:
    """The standing of each host: how often it failed in a row, and until when it is left alone.

    `clock` is monotonic, in seconds; `chance` gives numbers in [0, 1).
    """

    def __init__(self, *, clock: Callable[[], float], chance: Callable[[], float]) -> None:
        self._clock = clock
        self._chance = chance
        self._hosts: dict[str, _Standing] = {}

    def wait(self, host: str) -> float:
        """Seconds for which `host` is still to be left alone; 0 when it may be asked."""
        standing = self._hosts.get(host)
        return max(0.0, standing.until - self._clock()) if standing else 0.0

    def failed(self, host: str, *, wish: float = 0.0) -> float:
        """Note a failure and answer the pause in seconds: the server's own `wish`, or ours.

        Ours doubles with each failure in a row, up to `LONGEST_PAUSE`, and half of it is left to
        chance, so that desks that failed together do not come back together.
        """
        failures = self._hosts.get(host, _Standing()).failures + 1
        if len(self._hosts) >= MOST_HOSTS:
            self._hosts = {name: one for name, one in self._hosts.items() if one.until > self._clock()}
        full: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures - 1, 16))
        pause = max(full / 2 + full / 2 * self._chance(), min(wish, LONGEST_WISH))
        self._hosts[host] = _Standing(failures, self._clock() + pause)
        return pause

    def answered(self, host: str, *, wish: float = 0.0) -> None:
        """Note an answer; `wish` is the pause in seconds that an exhausted budget asks for."""
        if wish > 0:
            self._hosts[host] = _Standing(0, self._clock() + min(wish, LONGEST_WISH))
        else:
            self._hosts.pop(host, None)
