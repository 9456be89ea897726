"""The filter line: `flood place:"Mill Street" tier:now since:2h` to a `MentionFilter`, and back."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

from console.model import MentionFilter

TIERS = {"now": 1, "soon": 2, "watch": 3}
"""The short words of the three tiers; the digits are understood too."""
MOST_CHARS = 500
"""Beyond this a filter line is a paste gone wrong."""

_PART = re.compile(
    r"""(?P<key>[^\W\d]+):(?!//)(?P<value>"[^"]*"?|[^\s"]*)|"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+)"""
)
_AGO = re.compile(r"(\d{1,5})([mhdw])")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class FilterError(ValueError):
    """A filter that makes no sense; the message names the part and the nearest that would."""


def parse_filter(text: str, now: datetime, zone: tzinfo | None = None) -> MentionFilter:
    """Read a filter line; the empty line is everything.

    Args:
        text: bare words, "quoted phrases", and `place: source: tier: topic: since: incident:`.
        now: an aware time that `since:2h` counts back from.
        zone: the zone in which `since:18:00` and dates are meant; None is the machine's own.

    Raises:
        FilterError: with a sentence for whoever typed it.
    """
    if len(text) > MOST_CHARS:
        raise FilterError(f"a filter has at most {MOST_CHARS} characters")
    words: list[str] = []
    values: dict[str, Any] = {}
    local = now.astimezone(zone)
    for part in _PART.finditer(text):
        key = part["key"]
        if key is None:
            words.append(" ".join((part["phrase"] or part["word"] or "").split()))
            continue
        key = key.casefold()
        if key not in _KEYS:
            raise FilterError(
                f'there is no "{key}:"; {_nearest(key)} (in quotes it is searched for as it is)'
            )
        if key in values:
            raise FilterError(f'"{key}:" is there twice; a filter takes one')
        values[key] = _KEYS[key](" ".join(part["value"].strip('"').split()), local)
    return MentionFilter(words=tuple(filter(None, words)), **values)


def describe(wanted: MentionFilter, zone: tzinfo | None = None) -> str:
    """Write a filter as the line that gives it back (times to the minute, in the zone)."""
    parts = [_quoted(word, always=bool(re.match(r"[^\W\d]+:", word))) for word in wanted.words]
    for key in ("place", "source", "topic", "incident"):
        value = getattr(wanted, key)
        if value:
            parts.append(f"{key}:{_quoted(value)}")
    if wanted.tier:
        parts.append(f"tier:{next(word for word, tier in TIERS.items() if tier == wanted.tier)}")
    if wanted.since:
        parts.append(f"since:{wanted.since.astimezone(zone):%Y-%m-%dT%H:%M}")
    return " ".join(parts)


def _quoted(value: str, *, always: bool = False) -> str:
    return f'"{value}"' if always or " " in value else value


def _nearest(key: str) -> str:
    close = difflib.get_close_matches(key, _KEYS, n=1)
    return f'did you mean "{close[0]}:"?' if close else "known: " + " ".join(f"{name}:" for name in _KEYS)


def _name(key: str) -> Callable[[str, datetime], str]:
    def read(value: str, _now: datetime) -> str:
        if not value:
            raise FilterError(f'"{key}:" wants a name right behind it; quote one with spaces')
        return value

    return read


def _tier(value: str, _now: datetime) -> int:
    word = value.casefold()
    if word in ("1", "2", "3"):
        return int(word)
    if word not in TIERS:
        close = difflib.get_close_matches(word, TIERS, n=1)
        meant = f'did you mean "{close[0]}"?' if close else "write 1, 2, 3, now, soon or watch"
        raise FilterError(f'there is no tier "{value}"; {meant}')
    return TIERS[word]


def _since(value: str, now: datetime) -> datetime:
    """Read an age, a time of day (the last one that was), a day or a moment; `now` is local."""
    word = value.casefold()
    try:
        return _moment(word, now).astimezone(UTC)
    except (ValueError, OverflowError):
        raise FilterError(
            f'"since:{value}" is not a time; write 90m, 2h, 3d, 18:00, today, yesterday or 2026-03-01'
        ) from None


def _moment(word: str, now: datetime) -> datetime:
    midnight = datetime.combine(now.date(), time(), now.tzinfo)
    if word == "today":
        return midnight
    if word == "yesterday":
        return midnight - timedelta(days=1)
    ago = _AGO.fullmatch(word)
    if ago:
        return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    clock = _CLOCK.fullmatch(word)
    if clock:
        today = midnight.replace(hour=int(clock[1]), minute=int(clock[2]))
        return today if today <= now else today - timedelta(days=1)
    moment = datetime.fromisoformat(word.upper())
    return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)


_KEYS: dict[str, Callable[[str, datetime], Any]] = {
    "place": _name("place"),
    "source": _name("source"),
    "tier": _tier,
    "topic": _name("topic"),
    "since": _since,
    "incident": _name("incident"),
}
