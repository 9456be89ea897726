"""How ages, times and sizes are said in few cells, in lists and on the wall alike."""

from __future__ import annotations

from datetime import datetime, tzinfo

_AGES = ((60.0, 1.0, "s"), (3600.0, 60.0, "m"), (86400.0 * 2, 3600.0, "h"), (86400.0 * 999, 86400.0, "d"))


def age(seconds: float) -> str:
    """Say how long ago in at most four cells: `now`, `40s`, `12m`, `3h`, `41d`; a time ahead is `now`."""
    if seconds < 1:
        return "now"
    for below, unit, letter in _AGES:
        if seconds < below:
            return f"{int(seconds / unit)}{letter}"
    return "old"


def age_of(moment: datetime | None, now: datetime, never: str = "-") -> str:
    """Say how long ago a moment was; `never` where it never came."""
    return never if moment is None else age((now - moment).total_seconds())


def clock(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Say when: `18:42` today, `3 Mar 18:42` this year, `2025-03-01` before. None is the machine's zone."""
    local, today = moment.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if local.year == today.year:
        return f"{local.day} {local:%b %H:%M}"
    return f"{local:%Y-%m-%d}"


def bytes_of(count: float) -> str:
    """Say a size in decimal units, as the settings do."""
    for unit in ("B", "KB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 10 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"
