"""What each verb makes of what is set on a subject, and how that is taken back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from console.work import Item, Operator, Pledge, Refusal, Snooze

MOST_TAGS = 20
LONGEST_SNOOZE = timedelta(days=30)
SIGNATURE = ("by", "at")
"""Who set something last, and when: no part of what is set."""
Values = Mapping[str, Any]
"""A value as JSON has it."""


def tag(item: Item, tags: tuple[str, ...]) -> Item:
    """Add tags."""
    now = tuple(dict.fromkeys((*item.tags, *tags)))
    if len(now) > MOST_TAGS:
        raise Refusal(f"It would have more than {MOST_TAGS} tags.")
    return replace(item, tags=now)


def untag(item: Item, tags: tuple[str, ...]) -> Item:
    """Take tags away; all of them where none is named."""
    return replace(item, tags=tuple(one for one in item.tags if tags and one not in tags))


def snooze(
    item: Item,
    on: Literal["time", "report", "status"],
    until: datetime | None,
    who: Operator,
    now: datetime,
    tier: int = 0,
) -> Item:
    """Put it away, as bad as it is shown now, until something happens."""
    if on == "time" and until is None:
        raise Refusal("Say until when.")
    if until is not None and not now < until <= now + LONGEST_SNOOZE:
        raise Refusal("That time is past, or more than 30 days ahead.")
    return replace(item, snooze=Snooze(on, until, who.name, now, tier))


def wake(item: Item) -> Item:
    """Bring it back."""
    if item.snooze is None:
        raise Refusal("It is not put away.")
    return replace(item, snooze=None)


def due(item: Item, now: datetime) -> bool:
    """Whether what was put away is to come back by the time it is."""
    return item.snooze is not None and item.snooze.until is not None and item.snooze.until <= now


def correct(item: Item, given: Values) -> Item:
    """Set tier, mood or topic by hand, or with None let intake decide again."""
    for name in ("mood", "topic"):
        if name in given and not item.subject.startswith("mention:"):
            raise Refusal(f"The {name} of an incident is that of its mentions; set theirs.")
    return replace(item, **given)


def close(item: Item, tier: int, shown: str, now: datetime) -> Item:
    """Close an incident, as bad as it is now by what is said in it."""
    _is_incident(item)
    if shown == "closed":
        raise Refusal("It is closed already.")
    return replace(item, state="closed", state_at=now, state_tier=tier)


def reopen(item: Item, own: str, shown: str, now: datetime) -> Item:
    """Open an incident again; one that only a hand had closed goes on as if it had not."""
    _is_incident(item)
    if shown == "open":
        raise Refusal("It is open.")
    if own == "open":
        return replace(item, state=None, state_at=None, state_tier=0)
    return replace(item, state="open", state_at=now, state_tier=0)


def merge(item: Item, into: str, now: datetime) -> Item:
    """Let an incident be part of another one."""
    _is_incident(item)
    if item.subject.casefold() == f"incident:{into}".casefold():
        raise Refusal("It is the one that the others are merged into.")
    return replace(item, merged=into, merged_at=now)


def place(item: Item, incident: str, repeat_of: int | None) -> Item:
    """Put a mention into an incident, or with the empty key into none."""
    if not item.subject.startswith("mention:"):
        raise Refusal("Only mentions are split off or detached.")
    if repeat_of is not None:
        raise Refusal(f"It is a repeat, and goes where mention:{repeat_of} goes.")
    return replace(item, placed=incident)


def promise(item: Item, due_at: datetime, words: str, who: Operator, now: datetime) -> Item:
    """Note something that was promised elsewhere: on the phone, in a meeting."""
    if due_at <= now:
        raise Refusal("That time is past.")
    return pledged(item, Pledge(0, due_at, words, who.name, now))


def pledged(item: Item, pledge: Pledge) -> Item:
    """Add a promise."""
    number = max((one.id for one in item.pledges), default=0) + 1
    return replace(item, pledges=(*item.pledges, replace(pledge, id=number)))


def kept(item: Item, number: int, who: Operator, now: datetime) -> Item:
    """Note that a promise was kept; the nearest one where none is named."""
    nearest = next((one for one in item.unkept if number in (0, one.id)), None)
    if nearest is None:
        raise Refusal("There is no such promise that is still to be kept.")
    done = replace(nearest, kept_at=now, kept_by=who.name)
    return replace(item, pledges=tuple(done if one is nearest else one for one in item.pledges))


def values(value: object) -> dict[str, Any]:
    """Anything of ours as JSON has it."""
    decoded: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(value))
    return decoded


def edit(before: Item, after: Item) -> dict[str, Any]:
    """What the log keeps of a change so that it can be taken back: what changed, before and after."""
    was, now = values(before), values(after)
    names = [name for name in was if was[name] != now[name] and name not in SIGNATURE]
    return {
        "on": after.subject,
        "before": {name: was[name] for name in names},
        "after": {name: now[name] for name in names},
    }


def restored(now: Item, was: Values, became: Values) -> Item | None:
    """The item with these values as they were; None where one of them has changed since."""
    stands = values(now)
    if any(stands[name] != value for name, value in became.items()):
        return None
    return msgspec.convert(stands | dict(was), Item)


def _is_incident(item: Item) -> None:
    if not item.subject.startswith("incident:"):
        raise Refusal("That is for incidents; this is a mention.")
    if item.merged:
        raise Refusal(f"It was merged into {item.merged}; work there.")
