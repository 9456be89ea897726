"""The secrets of one source, as questions: nothing that is shown, stored or logged ever holds one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def _nothing() -> str:
    return ""


def _forget(_session: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Keys:
    """What a source signs in with. Ask when it is needed and let go of the answer."""

    secret: Callable[[], str] = _nothing
    """The token, app password or signing key; empty where there is none."""
    session: Callable[[], str] = _nothing
    """What `keep` was last given, also after a restart; empty where nothing is kept."""
    keep: Callable[[str], None] = _forget
    """Keep a session (a secret too) where only the service can read it."""


NO_KEYS = Keys()
"""For a source that signs in nowhere."""
