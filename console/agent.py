"""Who we say we are to servers."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from console.settings import Settings


def user_agent(settings: Settings) -> str:
    """Name and version, and with `desk.contact` where to complain: the same for every request."""
    try:
        number = version("watchfloor")
    except PackageNotFoundError:
        number = "0"
    contact = settings.desk.contact
    return f"watchfloor/{number}" + (f" (+{contact})" if contact else "")
