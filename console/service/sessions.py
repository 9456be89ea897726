"""The names of terminals, by which claims and connections find each other."""

from __future__ import annotations

SHELL = "shell"
"""The session of what is typed as a command: it has no terminal that stays."""


def session_of(uid: int, given: object) -> str:
    """The name of a terminal's session: under its user's uid, so that nobody can take up another's."""
    said = given if isinstance(given, str) and given.isalnum() and 8 <= len(given) <= 64 else SHELL
    return f"{uid}.{said}"
