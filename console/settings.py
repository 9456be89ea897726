"""The desk's settings: TOML and environment in, one frozen `Settings` out, every mistake named at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from feeds.source import Source

MINUTE = 60.0
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """`[desk]`: who we are, where things lie, how the screen looks."""

    name: str = "watchfloor"
    data: Path = Path()
    """Directory of the database, the socket, the lock and the backups."""
    contact: str = ""
    """Mail or web address put into the User-Agent, so that a server's owner can reach us."""
    time_zone: str = ""
    """IANA name; empty for the machine's own."""
    languages: tuple[str, ...] = ("en",)
    """Read by the operators; the first one that an alert speaks is shown."""
    places: Path | None = None
    """The place list, CSV: name, aliases (`;` between them), area."""
    rules: Path | None = None
    """The urgency and topic tables; None for those that come with the program."""
    theme: Literal["terminal", "dark", "light"] = "terminal"
    glyphs: Literal["auto", "unicode", "ascii"] = "auto"
    bell: bool = True


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """`[intake]`: when mentions become incidents."""

    window: float = 6 * HOUR
    """Seconds without a new mention after which an incident closes."""
    voices: int = 3
    """Independent authors that open an incident by themselves."""


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """`[store]`: how long things are kept."""

    keep: float = 90 * DAY
    """Seconds that mentions of closed incidents are kept; 0 keeps everything."""
    keep_free: int = 500_000_000
    """Bytes of free disk below which intake stops, so that the desk can go on."""
    backups: int = 24
    """Hourly copies that are kept; 0 makes none."""


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """`[network]`: what the one HTTP client may reach."""

    allow: tuple[str, ...] = ()
    """Hosts or addresses (`intranet.example`, `127.0.0.1:8080`, `10.1.2.0/24`) that may lie in private
    address space; everything else that resolves there is refused."""


@dataclass(frozen=True, slots=True)
class View:
    """A saved view: a tab over the mention stream."""

    name: str
    filter: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the settings say, checked."""

    desk: DeskSettings = DeskSettings()
    intake: IntakeSettings = IntakeSettings()
    store: StoreSettings = StoreSettings()
    network: NetworkSettings = NetworkSettings()
    sources: tuple[Source, ...] = ()
    views: tuple[View, ...] = ()
    path: Path | None = field(default=None, compare=False)
    """The file that was read; None for the defaults."""
