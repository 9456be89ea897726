"""When to look again: asks the database four times a second, looks at most once. No widgets here."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from console.paths import DataPaths

if TYPE_CHECKING:
    from console.store.reader import Reader

T = TypeVar("T")
POLL = 0.25
"""Seconds between two questions whether anything changed; each costs some 6 microseconds."""
GATHER = 1.0
"""Seconds in which all changes are shown together."""
RETRY = 1.0
"""Seconds between two attempts to open a database that is not there or not readable."""


class Watching:
    """The open database, or the reason why there is none.

    Args:
        paths: Where the desk's files lie.
        monotonic: Seconds on a clock that never goes back.
    """

    def __init__(self, paths: DataPaths, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._paths = paths
        self._monotonic = monotonic
        self._looked_at = float("-inf")
        self._tried_at = float("-inf")
        self._changed = True
        self.reader: Reader | None = None
        self.trouble = ""
        """Why nothing can be read, as a sentence; empty when all is well."""

    def due(self, gather: float = GATHER, urgent: Callable[[Reader], bool] | None = None) -> bool:
        """Whether it is time to look: something changed, and the last look is long enough ago.

        Args:
            gather: Seconds in which all changes are shown together.
            urgent: Whether what changed cannot wait so long.
        """
        now = self._monotonic()
        if self.reader is None:
            if now - self._tried_at < RETRY:
                return False
            self._open()
            self._changed = self.reader is not None
        elif self.ask(lambda reader: reader.changed()):
            self._changed = True
            if urgent is not None and now - self._looked_at < gather and self.ask(urgent):
                gather = 0.0
        if not self._changed or now - self._looked_at < gather:
            return False
        self.looked()
        return True

    def looked(self) -> None:
        """Take note that everything was read just now."""
        self._changed = False
        self._looked_at = self._monotonic()

    def ask(self, question: Callable[[Reader], T]) -> T | None:
        """Put a question to the database; None when it cannot answer, and then it is opened again later."""
        from console.store.connect import StoreError

        if self.reader is None:
            return None
        try:
            return question(self.reader)
        except StoreError as error:
            self.close()
            self._tried_at = self._monotonic()
            self.trouble = str(error)
            return None

    def close(self) -> None:
        """Let go of the database."""
        if self.reader is not None:
            self.reader.close()
            self.reader = None

    def _open(self) -> None:
        from console.store.connect import StoreError
        from console.store.reader import Reader

        self._tried_at = self._monotonic()
        if not self._paths.database.exists():
            self.trouble = "No database yet: the service makes one when it first runs."
            return
        try:
            self.reader = Reader(self._paths.database)
        except StoreError as error:
            self.trouble = str(error)
        else:
            self.trouble = ""
