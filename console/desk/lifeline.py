"""What ties the desk to the service: it says hello, notices when nobody answers, and comes back by itself."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from console.model import Unread
from console.paths import DataPaths

if TYPE_CHECKING:
    from console.service.client import ServiceClient

CHECK = 2.0
"""Seconds between two questions whether the service is there."""
PATIENCE = 6.0
"""Seconds without an answer after which the wall stops calling the service live: one that hangs fetches
nothing, and a wall that says LIVE meanwhile is worse than one that cries wolf for a moment."""


class Lifeline:
    """A connection that is looked after. Its `check` blocks until there is an answer: call it in a thread.

    Args:
        paths: Where the socket lies.
        client: A connection that is open already, or None.
        clock: The present.
    """

    def __init__(self, paths: DataPaths, client: ServiceClient | None, clock: Callable[[], datetime]) -> None:
        self._paths = paths
        self._client = client
        self._clock = clock
        self._greeted = False
        self.alive = client is not None
        self.lost_at: datetime | None = None
        """When it was found gone; None while it is there, and when it never was."""
        self.inbox: Unread | None = None
        """What waits in the restricted inbox, as last told; None for whoever may not read it."""
        self.you = ""
        """The operator's name, as the service knows it; empty until it has said."""
        self.role = ""
        """What the operator may do; empty until the service has said."""
        self._session = secrets.token_hex(16)
        self._hand: ServiceClient | None = None
        self._working = threading.Lock()
        self._works = False
        """Whether anything was ever done in this terminal's name."""

    @property
    def observes(self) -> bool:
        """Whether the operator may only look."""
        return self.role == "observe"

    def check(self) -> bool:
        """Whether the service answers now; connects and says hello where needed."""
        from console.service.client import NoService, Refused, ServiceClient

        try:
            if self._client is None:
                self._client = ServiceClient.connect(self._paths)
            self._client.patience(PATIENCE)
            if self._greeted:
                told = self._client.ask("status").get("inbox")
                self.inbox = Unread(**told) if told is not None else None
            else:
                hello = self._client.hello()
                self.you, self.role = hello["you"], hello["role"]
                self._greeted = True
            self._show_life()
        except NoService:
            self._lose()
            return False
        except Refused:
            pass  # a service that refuses is there, and says why to whoever asks it for something
        self.alive, self.lost_at = True, None
        return True

    def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        """Put a question that may take its time, and block until it is answered.

        It has a connection of its own: a source that is slow must not look like a service that hangs.

        Raises:
            NoService: when none answers.
            Refused: when it refuses.
        """
        from console.service.client import ServiceClient

        with ServiceClient.connect(self._paths) as client:
            return client.ask(do, **fields)

    def work(self, do: str, **fields: Any) -> dict[str, Any]:
        """Have something done in the name of this terminal, and block until it is: claims are bound to it.

        Nothing is asked twice: whoever was not answered looks at the database for what came of it.

        Raises:
            NoService: when none answers.
            Refused: when it refuses.
        """
        from console.service.client import NoService, ServiceClient

        with self._working:
            self._works = True
            if self._hand is None:
                hand = ServiceClient.connect(self._paths)
                try:
                    hand.hello(self._session)
                except BaseException:
                    hand.close()
                    raise
                self._hand = hand
            try:
                return self._hand.ask(do, **fields)
            except NoService:
                self._drop_hand()
                raise

    def close(self) -> None:
        """Say goodbye by hanging up."""
        if self._client is not None:
            self._client.close()
            self._client = None
        self._drop_hand()

    def _show_life(self) -> None:
        """A terminal that asks nothing for long counts as frozen, and loses what it holds."""
        if self._works and not self._working.locked():
            self.work("status")

    def _drop_hand(self) -> None:
        if self._hand is not None:
            self._hand.close()
            self._hand = None

    def _lose(self) -> None:
        if self.alive:
            self.lost_at = self._clock()
        self.alive = self._greeted = False
        self.close()
