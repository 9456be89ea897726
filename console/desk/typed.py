"""What operators type after a verb's key: until when, which tags, how good the mood, what was said. Pure.

Every function raises `ValueError` with a sentence that says how to write it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo

UNITS = {"m": 60, "h": 3600, "d": 86400}
SNOOZES = "30m, 1h, 2h, 17:00, report, status, or off"
TOPICS = "one word like roads, power, noise, other; or auto"
TICKETS = "ack WHO, number 4411, status WORD: notes, or bounced WHY"
MOODS = {"good": 0.5, "neutral": 0.0, "bad": -0.5}
INTAKE_DECIDES = ("auto", "intake", "-")
"""What lets intake decide again."""

_SPAN = re.compile(r"(\d{1,3})\s*([mhd])")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_NUMBER = re.compile(r"(?:number\s+|#)(\S.*)|(\d\S*)")


def snoozed(text: str, now: datetime, zone: tzinfo | None) -> tuple[str, datetime | None] | None:
    """Read for what, and until when at the latest, something is put away; None for `off`.

    A span or a time of day alone brings it back then; `report` or `status` as soon as one comes, and with a
    time (`report 2h`) then at the latest.
    """
    words = text.strip().lower()
    if words == "off":
        return None
    on = next((word for word in ("report", "status") if words.startswith(word)), "time")
    rest = words.removeprefix(on).strip() if on != "time" else words
    return on, _until(rest, now, zone) if rest or on == "time" else None


def _until(words: str, now: datetime, zone: tzinfo | None) -> datetime:
    if match := _SPAN.fullmatch(words):
        return now + timedelta(seconds=int(match[1]) * UNITS[match[2]])
    if match := _TIME.fullmatch(words):
        local = now.astimezone(zone)
        # Fields are set on the wall clock, so that a day on which the clocks change is no exception.
        at = local.replace(hour=int(match[1]), minute=int(match[2]), second=0, microsecond=0)
        return at if at > local else at + timedelta(days=1)
    raise ValueError(f'"{words}" is no time. Write {SNOOZES}.')


def tags(text: str) -> tuple[str, tuple[str, ...]]:
    """Read tags: the verb (`tag`, or `untag` for words behind a minus) and the words."""
    words = tuple(word for word in re.split(r"[,\s]+", text.strip()) if word.strip("-"))
    away = [word for word in words if word.startswith("-")]
    if not words:
        raise ValueError("Write one tag or several; -word takes one away.")
    if away and len(away) != len(words):
        raise ValueError("Add tags, or take tags away, one at a time: each is one step that u undoes.")
    return "untag" if away else "tag", tuple(word.lstrip("-") for word in words)


def mood(text: str) -> float | None:
    """Read a mood from -1 to 1; None lets intake decide again."""
    words = text.strip().lower()
    if words in INTAKE_DECIDES:
        return None
    if words in MOODS:
        return MOODS[words]
    try:
        value = float(words)
    except ValueError:
        value = 2.0
    if not -1 <= value <= 1:
        raise ValueError(f'"{words}" is no mood. Write a number from -1 to 1, good, neutral, bad, or auto.')
    return value


def topic(text: str) -> str | None:
    """Read a topic; None lets intake decide again. The service knows which there are."""
    name = " ".join(text.split()).lower()
    if name in INTAKE_DECIDES:
        return None
    if not name:
        raise ValueError(f"Write {TOPICS}.")
    return name


STATUSES = ("open", "closed", "refused")
"""Words of a department's that need no `status` before them."""


def ticket(text: str) -> tuple[str, Mapping[str, str]]:
    """Read what a department said: the request (`acknowledge` or `ticket`), and its fields."""
    words = " ".join(text.split())
    verb, _, rest = words.partition(" ")
    if verb.lower() in ("", "ack"):
        return "acknowledge", {"who": rest} if rest else {}
    if verb.lower() == "bounced" and rest:
        return "ticket", {"bounced": rest}
    if verb.lower().rstrip(":") in STATUSES:
        verb, rest = "status", words
    if verb.lower() == "status" and rest:
        status, _, notes = rest.partition(":")
        return "ticket", {"status": status.strip(), **({"notes": notes.strip()} if notes.strip() else {})}
    if match := _NUMBER.fullmatch(words):
        return "ticket", {"number": match[1] or match[2]}
    raise ValueError(f'"{words}" says nothing of a ticket. Write {TICKETS}.')
