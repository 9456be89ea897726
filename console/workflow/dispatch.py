"""What is said to departments and to people on call: ready texts from what is known. Pure.

Nobody's name or handle is in them: a department gets the public address of a post, not its author.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from console.model import TIER_WORDS
from console.settings import Route
from console.work import Ticket

QUOTED = 3
"""Posts that a report quotes."""
NOTED = 10
"""Posts that a note quotes."""
LONGEST_QUOTE = 200
IN_PUBLIC = frozenset({"mastodon", "bluesky"})
"""Kinds of channel that all may read: no department and nobody on call is told there."""
NO_NOTES = frozenset({"open311", "clipboard"})
"""Kinds of channel on which a note would be another case, or needs a person (Open311 defines no updates)."""


@dataclass(frozen=True, slots=True)
class Matter:
    """An incident as a department needs it."""

    key: str
    place: str
    topic: str
    tier: int
    voices: int
    mentions: int
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Quote:
    """A public post about it."""

    text: str
    url: str = ""
    tier: int = 3


def title_of(matter: Matter) -> str:
    """The subject of a mail, the name of a request: `[act now] flood at Mill Street (mill-street.flood)`."""
    return f"[{TIER_WORDS[matter.tier]}] {matter.topic} at {matter.place or 'no known place'} ({matter.key})"


def report_of(matter: Matter, quotes: Sequence[Quote]) -> str:
    """The ready text of a report; whoever escalates may change it."""
    voices = "1 person has" if matter.voices == 1 else f"{matter.voices} people have"
    posts = "1 post" if matter.mentions == 1 else f"{matter.mentions} posts"
    example = " For example:" if quotes else " None of them can be quoted."
    lines = [
        f"{matter.topic.capitalize()} at {matter.place or 'an unknown place'}: {TIER_WORDS[matter.tier]}.",
        f"{voices} reported it in public since {matter.opened_at:%d %b %H:%M} UTC ({posts}).{example}"
        if matter.mentions
        else "Nobody's report of it stands any more as it was written: ask the desk before you act.",
        *(_quoted(quote) for quote in quotes[:QUOTED]),
        "Please tell us the case number, and when it is done.",
    ]
    return "\n".join(lines)


def note_of(matter: Matter, ticket: Ticket, quotes: Sequence[Quote]) -> str:
    """What goes on to a department of the reports that came since."""
    count = "1 further report" if len(quotes) == 1 else f"{len(quotes)} further reports"
    case = f"your case {ticket.number}" if ticket.number else "what we told you"
    more = [f"and {len(quotes) - NOTED} more at our desk."] if len(quotes) > NOTED else []
    return "\n".join(
        [f"{count} on {matter.key} ({case}):", *(_quoted(quote) for quote in quotes[:NOTED]), *more]
    )


def alert_of(matter: Matter, ticket: Ticket, route: Route, step: int) -> str:
    """What wakes whoever is on call: what it is, and how it is acknowledged."""
    where = f" Department: {route.phone}." if route.phone else ""
    case = f" as number {ticket.number}" if ticket.number else ""
    trouble = f" {ticket.says}" if ticket.state == "refused" else ""
    return (
        f"{title_of(matter)}. {ticket.by} escalated it to {ticket.route}{case}.{trouble} Acknowledge at the "
        f"desk (ticket {ticket.id}); step {step} of {len(route.ladder)}.{where}"
    )


def fields_of(
    matter: Matter, route: Route | None, link: str, number: str = ""
) -> tuple[tuple[str, str], ...]:
    """What a department's own system sorts by (`feeds.channel.Message.fields`)."""
    fields = {
        "incident": matter.key,
        "place": matter.place,
        "topic": matter.topic,
        "tier": TIER_WORDS[matter.tier],
        "service_code": route.service if route else "",
        "ticket": number,
        "link": link,
    }
    return tuple((name, value) for name, value in fields.items() if value)


def _quoted(quote: Quote) -> str:
    text = " ".join(quote.text.split())
    short = text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"
    return f'- "{short}" {quote.url}'.rstrip()
