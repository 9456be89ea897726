"""What becomes of something that was just sent, told on one line until it is settled."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from console.desk.answering import thread_words
from console.desk.here import Here
from console.desk.watching import Watching
from console.work import UNSETTLED, Delivery

EVERY = 1.0
"""Seconds between two looks; the countdown of the hold needs no finer ones."""
Say = Callable[[str, bool], None]
"""Puts a sentence on the notice line; with True it is an error."""


class Following:
    """The parts of one answer on their way. Call `tick` every `EVERY` seconds.

    Args:
        here: The desk.
        watching: The database.
        say: How it is told.
    """

    def __init__(self, here: Here, watching: Watching, say: Say) -> None:
        self._here, self._watching, self._say = here, watching, say
        self._ids: tuple[int, ...] = ()
        self._told = ""
        self._now: tuple[Delivery, ...] = ()

    def follow(self, ids: Iterable[int]) -> None:
        """Tell of these from now on."""
        self._ids, self._told, self._now = tuple(ids), "", ()
        self.tick()

    @property
    def held(self) -> int | None:
        """A delivery that can still be taken back; None when none can. Its thread goes with it."""
        return next((one.id for one in self._now if one.state in ("held", "queued", "waiting")), None)

    def tick(self) -> None:
        """Look, and tell what is new."""
        if not self._ids:
            return
        found = self._watching.ask(lambda reader: [reader.delivery(id_) for id_ in self._ids])
        self._now = tuple(one for one in found or () if one is not None)
        if not self._now:
            return
        words = self._words(self._here.now())
        if words != self._told:
            self._told = words
            self._say(words, any(one.state in ("refused", "unknown", "waiting") for one in self._now))
        if all(one.state not in UNSETTLED for one in self._now):
            self._ids, self._now = (), ()

    def _words(self, now: datetime) -> str:
        return thread_words(self._now, now, self._here.zone)
