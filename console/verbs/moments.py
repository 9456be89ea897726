"""Times as they are typed behind a verb: how long from now, or when by the desk's clock."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from console.settings import Settings

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_SPAN = re.compile(r"(\d{1,3})\s*([mhd])")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def moment(words: str, now: datetime, settings: Settings) -> datetime:
    """The moment that `30m`, `2h`, `1d` or `18:00` stands for; a time that is past means tomorrow.

    Raises:
        UsageError: for what is no time.
    """
    from console.service.promising import zone_of

    given = words.strip().lower()
    if match := _SPAN.fullmatch(given):
        return now + int(match[1]) * UNITS[match[2]]
    if match := _CLOCK.fullmatch(given):
        local = now.astimezone(zone_of(settings))
        # Set and moved on the clock of the wall: a day on which clocks change is no exception.
        at = local.replace(hour=int(match[1]), minute=int(match[2]), second=0, microsecond=0)
        return at if at > local else at + timedelta(days=1)
    raise click.UsageError(f'"{words}" is no time; write it like 30m, 2h, 1d or 18:00')
