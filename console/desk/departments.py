"""What is shown of departments and of reporters, from the answers of the service. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from console.desk.choosing import Choice
from console.desk.rows import counted

WORDS, OWN_WORDS, BY_HAND, SHEET = "words", "own", "hand", "sheet"
"""What a row of the ledger is: words to tell, words of one's own, one to be told by hand, the whole of it."""
STATES = {
    "due": "is owed an answer",
    "told": "knows how it stands",
    "on its way": "an answer is on its way",
    "drafted": "an answer is being written",
    "by hand": "only a person reaches them",
    "gone": "deleted what they wrote",
    "not told": "is not told",
}
OWED = ("due", "drafted", "on its way", "by hand", "told", "gone", "not told")
"""In this order the ledger counts."""


def route_choices(told: Mapping[str, Any]) -> tuple[Choice, ...]:
    """The departments, the most fitting first, each with the words that it would get."""
    return tuple(_route(route, told) for route in told["routes"])


def _route(route: Mapping[str, Any], told: Mapping[str, Any]) -> Choice:
    to = f" to {route['to']}" if route["to"] else ""
    ticket = route["ticket"]
    lines = (
        told["says"],
        route["reason"],
        f"phone {route['phone']}" if route["phone"] else "no phone number is known",
        route["warns"],
        f"on call: {', then '.join(route['ladder'])}" if route["ladder"] else "",
        _asked_before(ticket) if ticket else "",
        "",
        f"WORDS by {route['channel']} ({route['kind']}){to}",
        told["title"],
        told["text"],
    )
    about = (route["reason"], f"phone {route['phone']}" if route["phone"] else "", _short(ticket))
    return Choice(
        key=route["name"],
        label=route["name"] + ("" if route["fits"] else " (does not fit)"),
        about=" - ".join(part for part in about if part),
        text="\n".join(line for number, line in enumerate(lines) if line or number == 6),
    )


def _short(ticket: Mapping[str, Any] | None) -> str:
    return f"has it: {ticket['state']}" if ticket else ""


def _asked_before(ticket: Mapping[str, Any]) -> str:
    number = f" number {ticket['number']}" if ticket["number"] else ""
    return f"{ticket['by']} asked them already{number}; it is {ticket['state']} there."


def is_closed(route: Mapping[str, Any]) -> bool:
    """Whether the department has had it, and has closed it."""
    return bool(route["ticket"]) and route["ticket"]["state"] == "closed"


def question(route: Mapping[str, Any], name: str) -> str:
    """What is asked before it goes out."""
    again = " again, they had closed it," if is_closed(route) else ""
    warns = f" {route['warns']}" if route["warns"] else ""
    return f"Hand {name}{again} to {route['name']} by {route['channel']}?{warns}"


def ledger_words(told: Mapping[str, Any]) -> str:
    """`3 owed an answer, 5 told`: how the ledger stands, in a line."""
    tally = Counter(one["state"] for one in told["reporters"])
    return ", ".join(f"{tally[state]} {state}" for state in OWED if tally[state]) or "nobody reported it"


def ledger_choices(told: Mapping[str, Any]) -> tuple[Choice, ...]:
    """The words there are, then one's own, then who reported, then each to be told by hand."""
    proposals = [one for one in told["proposals"] if one["kind"] == "words"]
    words = tuple(
        Choice(f"{WORDS}:{one['text']}", "Tell them", one["text"], f"{one['text']}\n\nwhy: {one['why']}")
        for one in proposals
    )
    own = Choice(OWN_WORDS, "Words of your own", "type what everybody is told who has not been", _help(told))
    sheet = Choice(SHEET, "Who reported it", ledger_words(told), "\n".join(_sheet(told)))
    by_hand = tuple(
        Choice(
            f"{BY_HAND}:{one['subject']}",
            f"{one['author'] or one['source']} by hand",
            one["says"],
            f"{one['says']}\nEnter notes that you have told them yourself.",
        )
        for one in told["reporters"]
        if one["state"] == "by hand"
    )
    return (sheet, *words, own, *by_hand)


def _help(told: Mapping[str, Any]) -> str:
    status = f"It stands at: {told['status']}. " if told["status"] else ""
    return (
        f"{status}Everybody who is owed an answer gets these words as a draft of their own. Each "
        "draft passes guard, approval and hold like any other; nothing is sent by this."
    )


def _sheet(told: Mapping[str, Any]) -> Iterable[str]:
    for one in told["proposals"]:
        if one["kind"] == "reopen":
            yield f"STILL BROKEN? {one['why']} X opens the incident again, e escalates it again."
    for one in told["reporters"]:
        name = one["author"] or f"somebody on {one['source']}"
        says = f": {one['says']}" if one["says"] else ""
        posts = f", {counted(one['reports'], 'post')}" if one["reports"] > 1 else ""
        yield f"{name} ({one['source']}{posts}) {STATES[one['state']]}{says}"


def others_words(told: Mapping[str, Any]) -> str:
    """Who gets none of it, and why."""
    counts = (
        (len(told["skipped"]), "are being answered or gone"),
        (len(told["by_hand"]), "only by hand"),
        (told["told"], "know already"),
        (told["not_told"], "are not told"),
    )
    said = ", ".join(f"{number} {words}" for number, words in counts if number)
    return f"The others: {said}." if said else ""
