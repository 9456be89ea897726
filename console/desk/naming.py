"""What the desk says of names that no list has: a count, a row, what is known of one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from console.desk.page import Paragraph, Paragraphs
from console.desk.rows import age, counted, moment
from console.desk.work_page import WorkRow
from console.model import FoundPlace, Unlisted
from widgets.line import flat

INDENT = "   "
MOST_NAMED = 5
"""Names of one mention that the detail tells."""


def to_add(count: int) -> str:
    """`2 names to add (: places)`, with where they are; empty for none."""
    return f"{counted(count, 'name')} to add (: places)" if count else ""


def named(places: Iterable[FoundPlace]) -> str:
    """`names Alder St (not on the list)`: what a mention names and no list has; empty for nothing."""
    names = list(dict.fromkeys(flat(one.name) for one in places if not one.listed))
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"names {', '.join(names[:MOST_NAMED])}{more} (not on the list)" if names else ""


def rows(names: Sequence[Unlisted], numbers: Mapping[str, int], now: datetime) -> tuple[WorkRow, ...]:
    """The names in the order in which they were first listed here, by number, so that none moves."""
    return tuple(
        WorkRow(
            key=numbers[one.key],
            state=counted(one.voices, "voice"),
            urgent=False,
            age=age(one.last_seen, now) if one.last_seen else "",
            who=counted(one.mentions, "mention"),
            where=flat(one.name),
            text=flat(one.text),
        )
        for one in sorted(names, key=lambda one: numbers[one.key])
    )


def page(name: Unlisted, now: datetime, zone: tzinfo | None) -> Paragraphs:
    """All that is known of one name, and what its example says."""
    near = f", {name.near} of them at a place of the list" if name.near else ""
    heard = (
        f"{counted(name.mentions, 'mention')}{near}",
        f"{counted(name.voices, 'independent voice')} within a day",
        f"first {moment(name.first_seen, now, zone)}" if name.first_seen else "",
        f"last {moment(name.last_seen, now, zone)}" if name.last_seen else "",
    )
    example = f"for example mention {name.example}:" if name.text else "what was said is not kept any more"
    return (
        Paragraph(f'"{flat(name.name)}" is not on the list: add?', strong=True),
        Paragraph("; ".join(filter(None, heard))),
        Paragraph(example),
        *(Paragraph(line, INDENT) for line in name.text.split("\n") if name.text),
    )


def added(told: Mapping[str, Any]) -> str:
    """What was done, from the service's answer."""
    name, place = told["name"], told["place"]
    what = f"Added {name}" if place == name else f"{name} is {place} from now on"
    return f"{what}: {counted(told['filed'], 'mention')} named it; {told['list']}. u undoes it."
