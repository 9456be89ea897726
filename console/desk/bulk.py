"""What a verb would do to all that is marked, before it does it; and what it did. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from console.desk.rows import counted
from console.work import incident_in

NAMED = 2
"""Reasons why something is left alone that one line has room for."""


def many(subjects: int, of: int = 0) -> str:
    """`12 of 14`, or only `12` where that is all."""
    return f"{subjects} of {of}" if of > subjects else f"{subjects}"


def preview(doing: str, told: Mapping[str, Any]) -> str:
    """`12 of 14 will be snoozed. Left alone: kim holds it for 4 min (2).`, from the answer to a preview."""
    skipped = told["skipped"]
    return f"{many(told['count'], told['count'] + len(skipped))} will be {doing}.{left_alone(skipped)}"


def done(doing: str, told: Mapping[str, Any], name: str) -> str:
    """`Snoozed: 12 of 14. u undoes it.`; one alone is called by its name."""
    skipped = told.get("skipped", [])
    what = name if told["count"] == 1 and not skipped else many(told["count"], told["count"] + len(skipped))
    learned = told.get("learned", "")
    more = f" {learned[:1].upper()}{learned[1:]}." if learned else ""
    return f"{doing[:1].upper()}{doing[1:]}: {what}.{left_alone(skipped)} u undoes it.{more}"


def left_alone(skipped: list[Mapping[str, str]]) -> str:
    """Why some are left alone, each reason once."""
    if not skipped:
        return ""
    reasons = Counter(one["why"].rstrip(".") for one in skipped).most_common()
    told = [f"{why} ({number})" if number > 1 else why for why, number in reasons[:NAMED]]
    more = sum(number for _, number in reasons[NAMED:])
    return f" Left alone: {'; '.join(told)}{f'; {more} more' if more else ''}."


def called(subjects: tuple[str, ...]) -> str:
    """`3 incidents and 2 mentions`."""
    incidents = sum(incident_in(one) is not None for one in subjects)
    parts = [
        counted(number, noun)
        for number, noun in ((incidents, "incident"), (len(subjects) - incidents, "mention"))
        if number
    ]
    return " and ".join(parts)
