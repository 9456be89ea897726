"""One budget of requests a host, shared by every source that asks it: our own manners and what it granted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MOST_HOSTS = 1000
"""Hosts remembered before those asked longest ago are forgotten: an index may name ever new ones."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How often a host is asked when it says nothing of it."""

    rate: float = 1.0
    """Requests a second in the long run: Mastodon's 300 in 5 minutes, the tightest documented limit."""
    burst: float = 60.0
    """Requests that may follow each other at once after a quiet while."""
    patience: float = 5.0
    """Seconds that a request waits for its turn; one that would wait longer is told to come again."""
    reserve: float = 0.1
    """Part of what a host granted that is kept for what cannot wait: the live edge, a look before
    an answer."""
    reserve_least: int = 3


@dataclass(slots=True)
class _Host:
    tokens: float
    at: float
    remaining: int | None = None
    limit: int = 0
    reset: float = 0.0
    """On the monotonic clock."""


class Budgets:
    """What may be asked of each host now. `clock` is monotonic, in seconds."""

    def __init__(self, *, clock: Callable[[], float], manners: Manners | None = None) -> None:
        self._clock = clock
        self._manners = manners or Manners()
        self._hosts: dict[str, _Host] = {}

    @property
    def patience(self) -> float:
        """Seconds that a request waits for its turn."""
        return self._manners.patience

    def spend(self, host: str, *, urgent: bool = False) -> float:
        """Take one request out of the budget of `host`.

        Returns:
            Seconds to wait before asking: at most `Manners.patience` when the request was taken out, more
            when it was not and the caller shall come again then.
        """
        now, manners = self._clock(), self._manners
        known = self._of(host)
        known.tokens = min(manners.burst, known.tokens + (now - known.at) * manners.rate)
        known.at = now
        if known.remaining is not None:
            if now >= known.reset:
                known.remaining = None
            elif known.remaining <= (0 if urgent else self._kept(known)):
                return max(known.reset - now, manners.patience + 1)
        wait = 0.0 if urgent else max(0.0, (1 - known.tokens) / manners.rate)
        if wait <= manners.patience:
            known.tokens -= 1
            if known.remaining is not None:
                known.remaining -= 1
        return wait

    def told(self, host: str, *, remaining: int | None, limit: int | None, reset_in: float) -> None:
        """Note what the host's headers said: calls left of how many, and seconds until it counts anew."""
        if remaining is None or reset_in <= 0:
            return
        known = self._of(host)
        known.remaining, known.limit, known.reset = remaining, limit or 0, self._clock() + reset_in

    def _of(self, host: str) -> _Host:
        if host not in self._hosts:
            if len(self._hosts) >= MOST_HOSTS:
                newest = sorted(self._hosts.items(), key=lambda item: item[1].at)[-MOST_HOSTS // 2 :]
                self._hosts = dict(newest)
            self._hosts[host] = _Host(self._manners.burst, self._clock())
        return self._hosts[host]

    def _kept(self, known: _Host) -> int:
        # A host that grants only a handful is asked until half of them are gone.
        kept = max(self._manners.reserve_least, int(known.limit * self._manners.reserve))
        return min(kept, known.limit // 2) if known.limit else 0
