"""The whole examination, in the order in which it is read."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from console.doctor.channels import examine_channels
from console.doctor.credentials import examine_credentials
from console.doctor.database import examine_clock, examine_database, examine_library
from console.doctor.files import examine_files
from console.doctor.finding import Finding, ok, problem
from console.doctor.service import examine_service, examine_sources
from console.doctor.terminal import Terminal, ancestors_of, examine_terminal
from console.paths import DataPaths
from console.settings import Settings, SettingsError, load


def examine(config: Path | None, env: Mapping[str, str], now: datetime) -> Iterator[Finding]:
    """Examine this machine for the desk that the settings describe; nothing is changed."""
    yield from examine_terminal(_terminal(env))
    yield from examine_library()
    try:
        settings = load(config, env)
        yield ok("settings", str(settings.path or "none: the defaults"))
    except SettingsError as error:
        for mistake in error.mistakes:
            yield problem("settings", str(mistake), "Mend it; `watchfloor config validate` checks again.")
        # Without them it is not known where the desk lies; to look elsewhere would mislead.
        return
    yield from _desk(settings, env, now)


def _desk(settings: Settings, env: Mapping[str, str], now: datetime) -> Iterator[Finding]:
    """Everything about the data directory; what cannot even be looked at is a finding too."""
    paths = DataPaths(settings.desk.data)
    looks: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        ("files", lambda: examine_files(paths, settings.path, settings.store.keep_free)),
        ("credentials", lambda: examine_credentials(settings, paths, env)),
        ("answers", lambda: examine_channels(settings, paths, env)),
        ("database", lambda: examine_database(paths, settings.store.backups, now)),
        ("service", lambda: examine_service(paths, now)),
        ("sources", lambda: examine_sources(paths, len(settings.sources), now)),
        ("clock", lambda: examine_clock(paths, now)),
    )
    for area, look in looks:
        try:
            yield from look()
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            yield problem(
                area,
                f"{where}{(error.strerror or str(error)).lower()}",
                "See who owns it; an operator must be in the service's group.",
            )


def _terminal(env: Mapping[str, str]) -> Terminal:
    size = os.get_terminal_size(sys.stdout.fileno()) if sys.stdout.isatty() else None
    return Terminal(
        env,
        encoding=sys.stdout.encoding or "",
        size=(size.columns, size.lines) if size else None,
        ancestors=ancestors_of(os.getpid()),
    )
