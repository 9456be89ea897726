"""Where a desk's files lie inside its data directory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DataPaths:
    """The files of one desk."""

    root: Path

    @property
    def database(self) -> Path:
        """The SQLite cache; only the service writes it."""
        return self.root / "desk.db"

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
