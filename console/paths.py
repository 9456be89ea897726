"""Where a desk's files lie: settings and data directory (XDG base directories), and what is inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SETTINGS_NAME = "watchfloor/settings.toml"


def settings_places(env: Mapping[str, str]) -> tuple[Path, ...]:
    """Where a settings file is looked for, the operator's own first, then those of the machine."""
    roots = [_home(env, "XDG_CONFIG_HOME", ".config")]
    roots += [Path(root) for root in (env.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")]
    return tuple(root / SETTINGS_NAME for root in roots if root.is_absolute())


def default_data(env: Mapping[str, str]) -> Path:
    """The data directory where the settings name none."""
    return _home(env, "XDG_DATA_HOME", ".local/share") / "watchfloor"


def default_state(env: Mapping[str, str]) -> Path:
    """Where a desk keeps what its operator typed and the service does not have yet."""
    return _home(env, "XDG_STATE_HOME", ".local/state") / "watchfloor"


def _home(env: Mapping[str, str], variable: str, usual: str) -> Path:
    """One XDG directory; a relative one is ignored, as the specification asks."""
    named = Path(env.get(variable, ""))
    return named if named.is_absolute() else Path(env.get("HOME") or Path.home()) / usual


@dataclass(frozen=True, slots=True)
class DataPaths:
    """The files of one desk."""

    root: Path

    @property
    def database(self) -> Path:
        """The SQLite cache; only the service writes it."""
        return self.root / "desk.db"

    @property
    def inbox(self) -> Path:
        """Private posts, for the service alone (mode 0600); it shows them to whom the settings name."""
        return self.root / "inbox.db"

    @property
    def anchors(self) -> Path:
        """The log's head, hour by hour, for `watchfloor log verify`."""
        return self.root / "anchors"

    @property
    def sessions(self) -> Path:
        """What sources signed in with, a file each (0600 in a directory of 0700), for the service alone."""
        return self.root / "sessions"

    @property
    def socket(self) -> Path:
        """Where the service listens for desks and verbs."""
        return self.root / "service.sock"

    @property
    def lock(self) -> Path:
        """Held by the one service of the desk for as long as it runs."""
        return self.root / "service.lock"

    @property
    def backups(self) -> Path:
        """Hourly copies of the database."""
        return self.root / "backups"

    @property
    def log(self) -> Path:
        """What went wrong, for whoever runs the machine (mode 0600)."""
        return self.root / "service.log"
