"""Every error that is expected, and the exit code it means. The one place where they meet the shell."""

from __future__ import annotations

import os
import traceback
from dataclasses import dataclass
from pathlib import Path

import click

FAILED, SENSELESS, NO_SERVICE = 1, 2, 3

EXIT_CODES = {
    "console.credentials.CredentialError": FAILED,
    "console.filters.FilterError": SENSELESS,
    "console.settings.SettingsError": SENSELESS,
    "console.intake.place_list.PlaceListError": FAILED,
    "console.intake.rules.RulesError": SENSELESS,
    "console.sources_entry.EntryError": FAILED,
    "console.service.client.NoService": NO_SERVICE,
    "console.service.client.Refused": FAILED,
    "console.service.lock.AlreadyRuns": FAILED,
    "console.replay.ReplayStopped": FAILED,
    "console.store.connect.StoreError": FAILED,
    "console.workflow.templates.TemplatesError": SENSELESS,
    "feeds.source.SourceError": FAILED,
}
"""Exceptions by full name, so that naming one imports nothing. Their messages are sentences already."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the shell is told."""

    sentence: str
    exit_code: int


def as_refusal(error: Exception) -> Refusal:
    """Say what an exception means to whoever typed the command; of a group, what its first one means."""
    if isinstance(error, ExceptionGroup):
        return as_refusal(error.exceptions[0])
    if isinstance(error, click.ClickException):
        return Refusal(error.format_message(), error.exit_code)
    for kind in type(error).__mro__:
        code = EXIT_CODES.get(f"{kind.__module__}.{kind.__qualname__}")
        if code is not None:
            return Refusal(str(error), code)
    if isinstance(error, OSError):
        return Refusal(_of_the_system(error), FAILED)
    return Refusal(_fault(error), FAILED)


def _of_the_system(error: OSError) -> str:
    reason = (error.strerror or str(error) or type(error).__name__).lower()
    return f"{error.filename}: {reason}" if error.filename else reason


def _fault(error: Exception) -> str:
    """A bug of ours: name the place, never the values; the whole of it only when asked for."""
    if os.environ.get("WATCHFLOOR_TRACEBACK"):
        return "".join(traceback.format_exception(error))
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    return (
        f"stopped on a fault of its own ({type(error).__name__} at {place}); what was stored is safe. "
        "WATCHFLOOR_TRACEBACK=1 shows all of it, for a bug report."
    )
