"""How a host may be asked now, and what follows from what it answers: one standing for all who ask it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from feeds import headers as asked
from feeds.backoff import Backoff
from feeds.budget import Budgets
from feeds.headers import Budget
from feeds.source import SourceError

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Refusals that asking again later may cure."""
WORDS = {
    401: "wants a login; check whether the address is still public",
    403: "refuses us; some servers want a contact, set desk.contact in the settings",
    404: "does not know this address; check it in the settings",
    410: "says this address is gone for good; take the source out of the settings",
    429: "says we ask too often",
}


class Hosts:
    """The pauses and the budgets of the hosts that a client asks. `clock` tells the time, aware."""

    def __init__(self, backoff: Backoff, budgets: Budgets, clock: Callable[[], datetime]) -> None:
        self._backoff = backoff
        self._budgets = budgets
        self._clock = clock

    def must_be_free(self, host: str) -> None:
        """Raise a SourceError while a host, or a part of one, is left alone."""
        if (pause := self._backoff.wait(host)) > 0:
            raise SourceError(f"{host} is being left alone for another {pause:.0f} s.", retry_after=pause)

    async def turn(self, host: str, *, urgent: bool) -> None:
        """Take one request out of the budget of a host, and wait until it may be made.

        Raises:
            SourceError: when that is too long to wait, or the host is left alone.
        """
        self.must_be_free(host)
        wait = self._budgets.spend(host, urgent=urgent)
        if wait > self._budgets.patience:
            text = f"{host} grants us few more requests for now; it is asked again in {wait:.0f} s."
            raise SourceError(text, retry_after=wait)
        if wait > 0:
            await asyncio.sleep(wait)

    def granted(self, host: str, headers: Mapping[str, str]) -> Budget:
        """Note what the headers of an answer say of the host's own budget."""
        now = self._clock()
        budget = asked.budget(headers, now)
        reset_in = (budget.reset_at - now).total_seconds() if budget.reset_at else 0.0
        self._budgets.told(host, remaining=budget.remaining, limit=budget.limit, reset_in=reset_in)
        return budget

    def answered(self, host: str, *, wish: float = 0.0) -> None:
        """Note an answer of a host, or of a part of one; `wish` is the pause in seconds that it asks for."""
        self._backoff.answered(host, wish=wish)

    def refused(
        self, host: str, status: int, headers: Mapping[str, str], body: bytes = b"", *, part: str = ""
    ) -> SourceError:
        """Note a refusal, and give the sentence for it.

        `part` is what refuses where that need not speak for the whole host: a refusal that may pass and asks
        for no pause is then its own.
        """
        now = self._clock()
        wish = max(asked.retry_after(headers, now), self.granted(host, headers).pause(now))
        sentence = f"{host} {WORDS.get(status, f'answered with HTTP status {status}')}."
        if status not in PASSING:
            self._backoff.answered(host, wish=wish)
            return SourceError(sentence, retry_after=wish, lasting=True, status=status, body=body)
        if part and not wish and status != 429:
            pause = self.stumbled(part)
        else:
            pause = self._backoff.failed(host, wish=wish)
        return SourceError(sentence, retry_after=pause, status=status, body=body)

    def failed(self, host: str, words: str) -> SourceError:
        """Note that a host gave no answer, or none that can be used."""
        return SourceError(f"{host} {words}.", retry_after=self._backoff.failed(host))

    def stumbled(self, part: str) -> float:
        """Note a failure of a part of a host, once for all who meet with it at the same time.

        Returns:
            Seconds for which that part is left alone.
        """
        return self._backoff.wait(part) or self._backoff.failed(part)
