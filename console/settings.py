"""The desk's settings: TOML and environment in, one frozen `Settings` out, every mistake named at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from console.settings_intake import IntakeSettings
from console.workflow.clocks import Clocks
from feeds.channel import Channel
from feeds.source import Source

MINUTE = 60.0
HOUR = 60 * MINUTE
DAY = 24 * HOUR
PLACES_BESIDE = "places.csv"
"""The place list where the settings name none: the file of this name beside them, if there is one."""


Wish = Literal["auto", "full", "lean", "trickle"]
"""How much a desk draws: what the link to its terminal bears, or always the same."""


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
    link: Wish = "auto"
    exercise: bool = False
    """Everything is practice: another database, and no channel that anybody hears."""


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
class Role:
    """One key of `[roles]`: who does a kind of work here."""

    name: str
    members: tuple[str, ...]
    """Accounts of this machine, or `@` and a group."""


@dataclass(frozen=True, slots=True)
class InboxSettings:
    """`[inbox]`: who may read what was meant for the desk's account alone."""

    roles: tuple[str, ...] = ()
    """Nobody where none is named."""


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """`[answers]`: what must be so before anything is said."""

    hold: float = 10.0
    """Seconds in which what was sent can be taken back."""
    second_tiers: tuple[int, ...] = ()
    """Tiers whose answers a second person approves."""
    second_channels: tuple[str, ...] = ()
    second_roles: tuple[str, ...] = ()
    second_guard: Literal["inform", "warn", "never"] = "never"
    """The mildest finding of the guard that asks for a second person."""
    late_after: float = 15 * MINUTE
    """Seconds after which an approval comes too late to let the words go out by themselves."""
    guard: Path | None = None
    """The desk's own rules for the guard, on top of those that come with the program."""
    replies: Path | None = None
    """A directory of canned replies, on top of those that come with the program."""


@dataclass(frozen=True, slots=True)
class Route:
    """`[routes.NAME]`: which department gets what."""

    name: str
    channel: str
    topics: tuple[str, ...] = ()
    """Only these; all where none is named."""
    places: tuple[str, ...] = ()
    to: str = ""
    """Who hears, where that is not the channel's own `to`."""
    service: str = ""
    """Open311: the service code."""
    phone: str = ""
    """Shown to the operator, for when nothing else works."""
    ladder: tuple[str, ...] = ()
    """Channels of those on call, asked one after the other until somebody acknowledges."""
    ack: float = 15 * MINUTE
    """Seconds that each step has."""


@dataclass(frozen=True, slots=True)
class View:
    """A saved view: a tab over the mention stream."""

    name: str
    filter: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the settings say, checked."""

    desk: DeskSettings = DeskSettings()
    intake: IntakeSettings = field(default_factory=IntakeSettings)
    store: StoreSettings = StoreSettings()
    network: NetworkSettings = NetworkSettings()
    sources: tuple[Source, ...] = ()
    views: tuple[View, ...] = ()
    roles: tuple[Role, ...] = ()
    inbox: InboxSettings = InboxSettings()
    answers: AnswerSettings = AnswerSettings()
    channels: tuple[Channel, ...] = ()
    routes: tuple[Route, ...] = ()
    clocks: Clocks = field(default_factory=Clocks)
    path: Path | None = field(default=None, compare=False)
    """The file that was read; None for the defaults."""

    @property
    def place_list(self) -> Path | None:
        """The place list to write: the one that is named, else the one that lies beside the file, or will.

        None where there is no file either.
        """
        return self.desk.places or (self.path.with_name(PLACES_BESIDE) if self.path else None)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in a settings file, and what to do about it."""

    file: Path
    key: str
    """Dotted, as in `sources.council.kind`; empty where the file as a whole is wrong."""
    message: str
    hint: str = ""
    line: int = 0
    """Counted from 1; 0 where it is not known."""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else f"{self.file}"
        what = f"{self.key}: {self.message}" if self.key else self.message
        return f"{where}  {what}" + (f"; {self.hint}" if self.hint else "")


class SettingsError(Exception):
    """The settings make no sense; every mistake found is named, a line each."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


def find(env: Mapping[str, str] = os.environ) -> Path | None:
    """Find the settings file: `WATCHFLOOR_CONFIG`, else the first of the XDG places that has one."""
    named = env.get("WATCHFLOOR_CONFIG")
    if named:
        return Path(named)
    from console.paths import settings_places

    return next((place for place in settings_places(env) if os.path.lexists(place)), None)


def load(path: Path | None = None, env: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings file, or take the defaults where there is none.

    Raises:
        SettingsError: with every mistake in the file and in the environment.
    """
    from console.settings_file import read_settings

    return read_settings(path or find(env), env)
