"""What every verb starts from: the settings that were named, and the doors that they lead to."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from console.model import MentionFilter
    from console.paths import DataPaths
    from console.service.client import ServiceClient
    from console.settings import Settings, Wish
    from console.store.reader import Reader


LINKS = ("auto", "full", "lean", "trickle")
"""What `--link` takes: the words of `console.settings.Wish`, which would bring the settings along."""


class Call:
    """One command line under way. Nothing is read or opened before a verb asks for it."""

    def __init__(self, config: Path | None, link: Wish | None = None) -> None:
        self.config = config
        """What `--config` named."""
        self.link = link
        """What `--link` named."""

    @cached_property
    def settings(self) -> Settings:
        """The settings, checked; raises `SettingsError`."""
        from console.settings import load

        return self.linked(load(self.config))

    def linked(self, settings: Settings) -> Settings:
        """Settings with the link that the command line named."""
        if self.link is None:
            return settings
        return replace(settings, desk=replace(settings.desk, link=self.link))

    @property
    def paths(self) -> DataPaths:
        """Where the desk's files lie."""
        from console.paths import DataPaths

        return DataPaths(self.settings.desk.data)

    @cached_property
    def zone(self) -> tzinfo | None:
        """The zone that times are shown in; None is the machine's own."""
        from zoneinfo import ZoneInfo

        name = self.settings.desk.time_zone
        return ZoneInfo(name) if name else None

    def filter(self, text: str, now: datetime) -> MentionFilter:
        """Read a filter line in the desk's time zone; raises `FilterError`."""
        from console.filters import parse_filter

        return parse_filter(text, now, self.zone)

    def reader(self) -> Reader:
        """Open the desk's database read-only; raises `StoreError`."""
        from console.store.reader import Reader

        return Reader(self.paths.database)

    def service(self) -> ServiceClient:
        """Reach the running service; raises `NoService`."""
        from console.service.client import ServiceClient

        return ServiceClient.connect(self.paths)


pass_call = click.make_pass_decorator(Call)


def version() -> str:
    """The version that is installed."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("watchfloor")
    except PackageNotFoundError:
        return "(not installed: run from its source tree)"
