"""What the composer offers to choose from: canned replies and channels. Pure."""

from __future__ import annotations

from datetime import datetime, tzinfo

from console.desk.answering import Answer, account_of, mode_of
from console.desk.choosing import Choice
from console.workflow.slots import fill_slots
from console.workflow.templates import Template, Templates


def reply_choices(
    templates: Templates, answer: Answer, now: datetime, zone: tzinfo | None
) -> tuple[Choice, ...]:
    """The canned replies with what is known filled in, the likeliest for this subject first."""
    subject, channel = answer.subject, answer.channel
    ranked = templates.ranked(
        topic=subject.topic,
        lang=answer.draft.lang,
        channels=(channel.name, channel.kind),
        tier=subject.tier if subject.tier in (1, 2, 3) else None,  # type: ignore[arg-type]
    )
    known = {"place": subject.place, "topic": subject.topic, "issued": f"{now.astimezone(zone):%H:%M}"}
    return tuple(
        Choice(one.name, one.title or one.name, _about(one), fill_slots(one.text, known).text)
        for one in ranked
    )


def _about(one: Template) -> str:
    facts = (
        one.kind if one.kind != "reply" else "",
        one.lang,
        " ".join(one.topics),
        f"tier {' '.join(map(str, one.tiers))}" if one.tiers else "",
        " ".join(one.channels),
    )
    return ", ".join(fact for fact in facts if fact)


def channel_choices(answer: Answer, desk: str, *, exercise: bool) -> tuple[Choice, ...]:
    """The channels that can answer this, the most fitting first."""
    made = []
    for channel in answer.choices:
        mode, meaning, _ = mode_of(channel, exercise=exercise)
        here = ", chosen now" if channel.name == answer.channel.name else ""
        who = account_of(channel, desk)
        text = f"{who} speaks on {channel.name} ({channel.kind}).\n{mode}: {meaning}{here}."
        made.append(Choice(channel.name, channel.name, f"{mode} as {who}{here}", text))
    return tuple(made)


def first_slot(text: str) -> tuple[int, int] | None:
    """Where the first slot of a text stands that nobody filled; None when there is none."""
    span = next((span for span in fill_slots(text, {}).spans if not span.filled), None)
    return (span.start, span.end) if span else None
