"""Words for the public that a ticket's status proposes. A person sends them, or does not.

They are canned replies (`passed-on`, `ticket-taken`, ...), so that a desk can have its own and in its own
languages. What no status bears is never proposed: a ticket that is closed is not a thing that is fixed, and
what we sent has not been received until the department took it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from console.workflow.reporters import hear
from console.workflow.slots import Filled
from console.workflow.templates import Template, Templates, fill

TicketState = Literal["sent", "taken", "working", "closed", "declined"]
"""`sent`: the message arrived, nobody there has said anything. `taken`: they have a case for it."""
REPLY_FOR: dict[TicketState, str] = {
    "sent": "passed-on",
    "taken": "ticket-taken",
    "working": "ticket-working",
    "closed": "ticket-closed",
    "declined": "ticket-declined",
}
"""Which canned reply each state proposes; one for another language is named `ticket-closed-de`."""
WHY: dict[TicketState, str] = {
    "sent": "It arrived there; nobody has taken it yet.",
    "taken": "The department took it.",
    "working": "The department says that it is working on it.",
    "closed": "The department closed it. That does not say that it is fixed: look, or ask who reported it.",
    "declined": "The department will not do it. Find who will before you answer.",
}
_STATE_OF: dict[str, TicketState] = {
    **dict.fromkeys(("new", "submitted", "sent"), "sent"),
    **dict.fromkeys(("open", "acknowledged", "received", "accepted", "assigned", "planned"), "taken"),
    **dict.fromkeys(("scheduled", "on hold"), "taken"),
    **dict.fromkeys(("in progress", "in process", "started", "working"), "working"),
    **dict.fromkeys(("closed", "completed", "complete", "resolved", "fixed", "done", "archived"), "closed"),
    **dict.fromkeys(("declined", "rejected", "refused", "invalid", "not ours", "transferred"), "declined"),
}
"""Words of others for a status (Open311 knows only `open` and `closed`; cities add to that)."""

_FIXED = (
    r"fixed|mended|repaired|solved|resolved|restored|behoben|repariert|gelöst|arreglad[oa]|reparad[oa]|resuelt[oa]"
    r"|réparée?|réglée?|résolue?|consertad[oa]|resolvid[oa]|riparat[oa]|risolt[oa]|gerepareerd|opgelost|hersteld"
)
_TAKEN = (
    r"received|accepted|taken\s+(?:it|on)|working\s+on|erhalten|angenommen|recibid[oa]|aceptad[oa]|reçue?|acceptée?"
    r"|recebid[oa]|aceit[oa]|ricevut[oa]|accettat[oa]|ontvangen"
)
_NOT_BORNE: dict[TicketState, re.Pattern[str]] = {
    "sent": re.compile(rf"\b(?:{_FIXED}|{_TAKEN})\b", re.IGNORECASE),
    **dict.fromkeys(
        ("taken", "working", "closed", "declined"), re.compile(rf"\b(?:{_FIXED})\b", re.IGNORECASE)
    ),
}
"""What may not be said of a state, in a sentence that is not a question."""
_STATEMENT = re.compile(r"[^.!?\n]+(?:[.!\n]|$)")


@dataclass(frozen=True, slots=True)
class Ticket:
    """How a ticket stands, as far as words for the public need it."""

    state: TicketState
    department: str = ""
    number: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Words that may be sent, with the slots that a person still has to fill."""

    template: str
    filled: Filled
    lang: str
    why: str
    """What is known, for the operator."""


def state_of(status: str) -> TicketState | None:
    """Read the status that a department's system gives; None for a word that nobody here knows."""
    return _STATE_OF.get(" ".join(re.split(r"[\s_-]+", status.strip().lower())))


def propose(ticket: Ticket, templates: Templates, lang: str = "") -> Proposal | None:
    """The words for the public that a ticket's state bears; None where the desk has none that it does."""
    name = REPLY_FOR[ticket.state]
    fitting = (
        template
        for template in templates.ranked(lang=lang)
        if (template.name == name or template.name.startswith(f"{name}-"))
        and is_borne(ticket.state, template.text)
    )
    chosen: Template | None = next(fitting, None)
    if chosen is None:
        return None
    values = {"who": ticket.department, "ticket": ticket.number, "place": ticket.place}
    return Proposal(chosen.name, fill(chosen, values), chosen.lang, WHY[ticket.state])


def is_borne(state: TicketState, text: str) -> bool:
    """Tell whether a state bears what a text says: `closed` bears no "fixed", `sent` no "received"."""
    return not any(_NOT_BORNE[state].search(said[0]) for said in _STATEMENT.finditer(text))


def proposes_reopening(state: TicketState, answer: str) -> str:
    """The words of a reporter that speak for opening a closed ticket again; empty where there are none."""
    heard = hear(answer)
    return heard.words if state in ("closed", "declined") and heard.verdict == "still" else ""
