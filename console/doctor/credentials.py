"""Secrets of the sources: which files others could read, who needs one, and which ones nobody uses.

Those of channels are examined beside everything else that speaking needs (`console.doctor.channels`).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from console.credentials import (
    LOOSE,
    VARIABLE,
    CredentialError,
    check_file,
    directory_of,
    find_secret,
    variable_of,
    wanted_by,
)
from console.doctor.finding import Finding, note, ok, problem
from console.paths import DataPaths
from console.settings import Settings
from feeds.source import Source

AREA = "credentials"


def examine_credentials(settings: Settings, paths: DataPaths, env: Mapping[str, str]) -> Iterator[Finding]:
    """Look at the secret of every source without showing any, and at the sessions that are kept."""
    for source in settings.sources:
        yield from _source(source, settings, paths, env)
    yield from _unused(settings, env)
    yield from _sessions(paths)


def _source(
    source: Source, settings: Settings, paths: DataPaths, env: Mapping[str, str]
) -> Iterator[Finding]:
    wanted, directory = wanted_by(source), directory_of(settings)
    try:
        if directory is not None and is_the_services(directory / source.name, paths):
            yield ok(AREA, f"{source.name} has {directory / source.name}, for the service alone")
            return
        found = find_secret(source.name, settings, env)
    except CredentialError as error:
        yield problem(AREA, f"{source.name}: {error.what}", error.mend)
        return
    if found is not None:
        yield ok(AREA, f"{source.name} has its secret from {found.place}")
        if not wanted:
            text = f"{source.name} signs in nowhere that asks for it, and sends its secret all the same"
            yield note(AREA, text, f"Take {found.place} away if the source does without.")
    elif wanted:
        place = directory / source.name if directory else Path("credentials") / source.name
        yield note(
            AREA,
            f"{source.name} needs {wanted}, and none is to be found from here",
            f"Put it into {place} alone on a line, mode 0600, owned by the service's user.",
        )


def is_the_services(path: Path, paths: DataPaths) -> bool:
    """Whether a file is the service's and not ours to read; raises `CredentialError` where it is loose."""
    try:
        status, service = os.stat(path), paths.root.stat().st_uid
    except OSError:
        return False
    check_file(path, status, loose=LOOSE, owners={0, os.geteuid(), service})
    return status.st_uid != os.geteuid() != 0


def _unused(settings: Settings, env: Mapping[str, str]) -> Iterator[Finding]:
    """Secrets of sources and channels that there are not: forgotten ones, or a name mistyped."""
    names = {source.name for source in settings.sources} | {channel.name for channel in settings.channels}
    directory = directory_of(settings)
    try:
        files = sorted(os.listdir(directory)) if directory else []
    except FileNotFoundError:
        files = []
    except PermissionError:
        yield note(AREA, f"this user may not look into {directory}", "Run doctor as the service's user.")
        files = []
    for name in files:
        if name not in names:
            yield note(
                AREA,
                f"no source or channel is called {name}, as {directory}/{name} is",
                "Rename it or remove it.",
            )
    variables = {variable_of(name) for name in names}
    for variable in sorted(env):
        if variable.startswith(VARIABLE) and variable not in variables:
            yield note(
                AREA, f"no source or channel has a name that {variable} stands for", "Rename it or unset it."
            )


def _sessions(paths: DataPaths) -> Iterator[Finding]:
    try:
        kept = [paths.sessions, *sorted(paths.sessions.iterdir())]
    except OSError:
        return  # none yet, or for the service alone, as they should be
    for path in kept:
        mode, wanted = path.stat().st_mode, 0o700 if path is paths.sessions else 0o600
        if mode & LOOSE:
            text = f"{path} is open to others (mode {stat.S_IMODE(mode):04o})"
            yield problem(AREA, text, f"Run `chmod {wanted:o} {path}`.")
