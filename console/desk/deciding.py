"""What the pages of drafts and of the outbox say. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from difflib import SequenceMatcher

from console.desk import answering
from console.desk.answering import Answer, Around
from console.desk.page import Paragraph, Paragraphs
from console.desk.rows import age, clock, moment
from console.desk.work_page import WorkRow
from console.work import UNSETTLED, Delivery, Draft, Pause
from widgets.line import flat

INDENT = "   "
STATES = {"asked": "waits", "open": "open"}
BY_PERSON = ("unknown", "waiting")
"""States of a delivery about which a person has to do something."""


def draft_rows(drafts: Sequence[Draft], now: datetime) -> tuple[WorkRow, ...]:
    """Drafts that wait for a second person, the longest waiting first, then those that are being written."""
    asked = sorted((one for one in drafts if one.state == "asked"), key=lambda one: one.asked_at or now)
    others = [one for one in drafts if one.state != "asked" and one.text.strip()]
    return tuple(
        WorkRow(
            key=one.id,
            state=STATES.get(one.state, one.state),
            urgent=one.state == "asked",
            age=age(one.asked_at if one.state == "asked" else one.saved_at, now),
            who=one.author,
            where=one.channel,
            text=flat(one.text),
        )
        for one in (*asked, *others)
    )


def draft_page(
    answer: Answer, around: Around, desk: str, *, exercise: bool, now: datetime, zone: tzinfo | None
) -> Paragraphs:
    """All that whoever approves a draft has to see: original, words, difference, guard."""
    draft = answer.draft
    told = answering.address(answer, around, desk=desk, exercise=exercise, now=now, zone=zone)
    asked = (
        f", asked {moment(draft.asked_at, now, zone)}" if draft.state == "asked" else ", not asked for yet"
    )
    parts = [
        Paragraph(
            f"{told.verb} as {told.account} on {told.channel}: {told.mode}, {told.meaning}", strong=True
        ),
        Paragraph(told.to + (f": {told.state}" if told.changed else "")),
        *_indented(around.mention.text if around.mention else around.quoted),
        Paragraph(f"WORDS of {draft.author}{asked}", strong=True),
        *(line for part in answer.parts for line in _indented(part)),
    ]
    if (before := _said_before(draft, around.said)) is not None:
        when = clock(before.made_at, now, zone)
        parts.append(
            Paragraph(f"DIFFERENCE to what {before.author} said {when} ({before.state})", strong=True)
        )
        parts += _indented(difference(before.message.text, draft.text))
    parts.append(Paragraph("GUARD AND RULES", strong=True))
    parts += [
        Paragraph(remark.text, f"{INDENT}{remark.word}: " if remark.word else INDENT)
        for remark in answering.remarks(answer, around, (), -1, now, zone)
    ]
    if answer.stands:
        parts.append(Paragraph(answer.stands, f"{INDENT}in the way: "))
    return tuple(parts)


def _said_before(draft: Draft, said: Iterable[Delivery]) -> Delivery | None:
    was = (one for one in said if one.part == 1 and one.state not in ("taken back", "refused"))
    return next((one for one in was if one.message.text.strip() != draft.text.strip()), None)


def difference(before: str, after: str) -> str:
    """The later text with what went in `[-brackets-]` and what came in `{+braces+}`: it needs no colour."""
    old, new = before.split(), after.split()
    told: list[str] = []
    for what, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if what == "equal":
            told += new[c:d]
            continue
        told += [f"[-{' '.join(old[a:b])}-]"] if a < b else []
        told += [f"{{+{' '.join(new[c:d])}+}}"] if c < d else []
    return " ".join(told)


def delivery_rows(deliveries: Iterable[Delivery], now: datetime) -> tuple[WorkRow, ...]:
    """What is on its way, what a person has to do something about first; then what became of the rest."""

    def order(one: Delivery) -> tuple[bool, bool, int]:
        return one.state not in UNSETTLED, one.state not in BY_PERSON, -one.id

    return tuple(
        WorkRow(
            key=one.id,
            state=_state(one),
            urgent=one.state in BY_PERSON,
            age=age(one.settled_at or one.made_at, now),
            who=one.author,
            where=one.channel,
            text=(f"{one.part}/{one.parts} " if one.parts > 1 else "") + flat(one.message.text),
        )
        for one in sorted(deliveries, key=order)
    )


def _state(one: Delivery) -> str:
    return one.state.upper() if one.state == "unknown" else one.state


def delivery_page(one: Delivery, pause: Pause | None, now: datetime, zone: tzinfo | None) -> Paragraphs:
    """One delivery in full."""
    tried = (
        f"tried {one.attempts} times, first {moment(one.sent_at, now, zone)}" if one.sent_at else "not tried"
    )
    facts = (
        f"{one.purpose} on {one.channel} by {one.author}, about {one.subject}",
        f"made {moment(one.made_at, now, zone)}; {tried}",
        one.url,
        f"ticket {one.ticket}" if one.ticket else "",
        answering.paused_words(pause) if pause else "",
    )
    return (
        Paragraph(answering.delivery_words(one, now, zone), strong=True),
        *_indented(one.message.text),
        *(Paragraph(fact) for fact in facts if fact),
    )


def _indented(text: str) -> list[Paragraph]:
    return [Paragraph(line, INDENT) for line in text.split("\n")]
