"""Which terminals are alive: what a claim's lease is measured by. Seconds are the monotonic clock's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from console.service.sessions import SHELL
from console.workflow.claims import GRACE, LEASE, SHELL_LEASE


@dataclass(slots=True)
class _Terminal:
    connections: set[int] = field(default_factory=set)
    seen: float = 0.0
    """When it last asked something."""
    left: float | None = None
    """When its last connection closed; None while one is open."""


class Leases:
    """The terminals that hold claims, or might."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._terminals: dict[str, _Terminal] = {}

    def arrive(self, session: str, connection: int) -> bool:
        """A terminal is connected; says whether it had been gone."""
        if session.endswith(f".{SHELL}"):
            return False  # a command line has no terminal that stays
        terminal = self._terminals.setdefault(session, _Terminal())
        back = terminal.left is not None
        terminal.connections.add(connection)
        terminal.seen, terminal.left = self._clock(), None
        return back

    def leave(self, connection: int) -> str:
        """A connection closed; gives the session that it was the last of, if any."""
        for session, terminal in self._terminals.items():
            if connection in terminal.connections:
                terminal.connections.discard(connection)
                if not terminal.connections:
                    terminal.left = self._clock()
                    return session
        return ""

    def beat(self, session: str) -> None:
        """A terminal asked something."""
        if (terminal := self._terminals.get(session)) is not None:
            terminal.seen = self._clock()
        elif session.endswith(f".{SHELL}"):
            self._terminals[session] = _Terminal(seen=self._clock())

    def remember(self, sessions: Iterable[str]) -> None:
        """Terminals that held something when another service ended: they have the grace to come back."""
        for session in sessions:
            gone = None if session.endswith(f".{SHELL}") else self._clock()
            self._terminals.setdefault(session, _Terminal(seen=self._clock(), left=gone))

    def over(self) -> dict[str, str]:
        """The sessions whose claims have to end, each with why, until `ended` says that they have."""
        now, ended = self._clock(), {}
        for session, terminal in self._terminals.items():
            if terminal.left is not None and now - terminal.left > GRACE:
                ended[session] = "the terminal is gone"
            elif terminal.connections and now - terminal.seen > LEASE:
                ended[session] = "no sign of life from the terminal"
            elif session.endswith(f".{SHELL}") and now - terminal.seen > SHELL_LEASE:
                ended[session] = "nothing was typed for long"
        return ended

    def ended(self, session: str) -> None:
        """The claims of a terminal have ended, and that is written down."""
        terminal = self._terminals[session]
        if terminal.connections:
            # It may wake up again; until then there is nothing more to end.
            terminal.seen = self._clock()
        else:
            del self._terminals[session]
