"""What the composer and its pages say: answers of the service and rows in, values of widgets out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Literal

import msgspec

from console.desk.rows import age, clock, counted, moment, who
from console.model import Event, Mention
from console.work import PUBLIC, Claim, Delivery, Draft, Pause, Subject, incident_in, text_mark
from feeds.channel import Channel
from widgets.composer import Address, Remark
from widgets.line import flat

TYPES = 12.0
"""Seconds after the last key for which somebody counts as typing."""
LEVELS = {"block": ("stop", "bad"), "warn": ("warn", "soon"), "inform": ("note", "")}
"""What is said for each level of the guard, and its style; in this order."""
QUOTED = 60
"""Characters of an earlier answer that are shown."""
NOBODY = frozenset({"dry-run"})
"""Kinds of channels on which nobody hears anything."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the guard found."""

    rule: str
    level: Literal["inform", "warn", "block"]
    says: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """All that the service says of a draft (`draft`, `draft_save`, `draft_check`)."""

    draft: Draft
    subject: Subject
    claim: Claim
    channel: Channel
    choices: tuple[Channel, ...]
    findings: tuple[Found, ...]
    length: int
    parts: tuple[str, ...]
    over: int
    second: str
    stands: str
    changed: bool
    news: str = ""
    """How it stands by now, where the words were begun before."""
    change: int = -1
    """The number of the change that says so; -1 where the draft tells of none."""

    @property
    def to_warn(self) -> tuple[Found, ...]:
        """What may be said all the same, with a reason."""
        return tuple(one for one in self.findings if one.level == "warn")


def answer_of(told: Mapping[str, Any]) -> Answer:
    """The answer that the service sent."""
    return msgspec.convert(told, Answer)


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of a subject beside its draft, read from the database."""

    mention: Mention | None = None
    """The original; None for an incident."""
    quoted: str = ""
    """What was said that tells best why an incident stands where it does."""
    claims: tuple[Claim, ...] = ()
    said: tuple[Delivery, ...] = ()
    """All that was said about it or is about to be, the newest first."""
    pause: Pause | None = None
    on_shift: tuple[str, ...] = ()
    sent_back: Event | None = None
    """That whoever was to approve the draft gave it back, and why; None once somebody was asked again."""


def mode_of(channel: Channel, *, exercise: bool) -> tuple[str, str, bool]:
    """LIVE or not, what that means, and whether anybody hears it."""
    if exercise:
        return "EXERCISE", "nothing is sent", False
    if channel.kind in NOBODY:
        return "DRY RUN", "nothing is sent", False
    if channel.kind == "clipboard":
        return "BY HAND", "you post it yourself", True
    return "LIVE", "everybody reads it" if channel.audience == "public" else channel.audience, True


def account_of(channel: Channel, desk: str) -> str:
    """Who speaks on a channel, as a person would name them."""
    return channel.account or desk


def address(
    answer: Answer, around: Around, *, desk: str, exercise: bool, now: datetime, zone: tzinfo | None
) -> Address:
    """The two lines above an answer."""
    mode, meaning, heard = mode_of(answer.channel, exercise=exercise)
    changed, state = original_state(answer, around)
    return Address(
        verb="REPLY" if answer.subject.original is not None else "UPDATE",
        account=account_of(answer.channel, desk),
        channel=answer.channel.name,
        mode=mode,
        meaning=meaning,
        heard=heard,
        to=addressee(answer.subject, around, now, zone),
        state=state,
        changed=changed,
    )


def addressee(subject: Subject, around: Around, now: datetime, zone: tzinfo | None) -> str:
    """To whom an answer goes: who said what is answered and when, or that it goes to all."""
    if around.mention is not None:
        return to_mention(around.mention, now, zone)
    return f"to everybody, about {subject.topic} in {subject.place or 'no place'}"


def to_mention(said: Mention, now: datetime, zone: tzinfo | None) -> str:
    """Who said what is answered, where, and when."""
    return f"to {who(said)} ({said.source}) {moment(said.at, now, zone)}"


def promises(text: str, now: datetime, zone: tzinfo | None) -> tuple[str, ...]:
    """What a text promises, in words for whoever writes it."""
    from console.workflow.promises import find_promises, reminder

    here = zone or now.astimezone().tzinfo
    assert here is not None
    return tuple(reminder(one, now) for one in find_promises(text, now, here))


def original_state(answer: Answer, around: Around) -> tuple[bool, str]:
    """Whether the original is not what the writer read any more, and words for it."""
    said = around.mention
    if said is None:
        return False, ""
    if said.deleted_at is not None:
        return True, "DELETED by its author"
    if text_mark(said.text) != answer.draft.original:
        return True, "EDITED: read it, then Esc a"
    return False, "unchanged since you opened it"


def remarks(
    answer: Answer, around: Around, promises: Iterable[str], me: int, now: datetime, zone: tzinfo | None
) -> tuple[Remark, ...]:
    """What there is to know before an answer goes out, the weightiest first."""
    told = [*_stops(answer, around, me, now), *_sent_back(around, now, zone), *_found(answer, "block")]
    if answer.second:
        told.append(
            Remark(f"needs a second person: {answer.second}{_colleagues(answer, around)}", style="strong")
        )
    told += [*_found(answer, "warn"), *_found(answer, "inform")]
    told += [Remark(f"{number}/{len(answer.parts)} ends: {_end(part)}") for number, part in _cuts(answer)]
    told += [Remark(words, "promise") for words in promises]
    told += _earlier(answer, around, now, zone)
    told += _manner(answer.draft)
    return tuple(told)


def _sent_back(around: Around, now: datetime, zone: tzinfo | None) -> Iterable[Remark]:
    if (event := around.sent_back) is not None:
        reason = msgspec.json.decode(event.data, type=dict[str, Any]).get("reason", "")
        yield Remark(f"by {event.actor} {clock(event.at, now, zone)}: {reason}", "sent back", "soon")


def _found(answer: Answer, level: str) -> Iterable[Remark]:
    word, style = LEVELS[level]
    given = dict(answer.draft.reasons)
    for found in answer.findings:
        if found.level == level:
            reason = given.get(found.rule, "")
            why = f" Your reason: {reason}" if reason else ""
            yield Remark(found.says + why, word, "" if reason else style)


def _stops(answer: Answer, around: Around, me: int, now: datetime) -> Iterable[Remark]:
    for claim in around.claims:
        if claim.name and claim.uid != me and claim.subject in answer.subject.covered_by:
            what = (
                "the incident"
                if incident_in(claim.subject) and claim.subject != answer.subject.name
                else "it"
            )
            typing = ", typing" if is_typing(claim, now) else ""
            yield Remark(f"{claim.name} holds {what}{typing}", style="soon")
    if around.pause is not None:
        yield Remark(f"{paused_words(around.pause)}; what you send waits until that is over", style="bad")
    if answer.news:
        yield Remark(f"{answer.news} Change the words, then Esc a", "stop", "bad")
    if answer.over > 0:
        yield Remark(f"{answer.over} too long, and cannot be split there", "stop", "bad")


def is_typing(claim: Claim, now: datetime) -> bool:
    """Whether the holder of a claim typed just now."""
    return claim.typing is not None and (now - claim.typing).total_seconds() < TYPES


def _colleagues(answer: Answer, around: Around) -> str:
    names = [name for name in around.on_shift if name != answer.draft.author]
    if not names:
        return " - nobody else is on shift"
    return f" - {' and '.join(names)} {'is' if len(names) == 1 else 'are'} on shift"


def _cuts(answer: Answer) -> Iterable[tuple[int, str]]:
    return list(enumerate(answer.parts, 1))[:-1]


def _end(part: str) -> str:
    return f'"...{flat(part[-QUOTED:])}"'


def _earlier(answer: Answer, around: Around, now: datetime, zone: tzinfo | None) -> Iterable[Remark]:
    public = [one for one in around.said if one.purpose in PUBLIC and one.part == 1]
    for one in public:
        if one.state in ("refused", "taken back"):
            continue
        when = clock(one.made_at, now, zone)
        # What is already out there is the more reason to stop, unless this is meant to follow it.
        style = "soon" if one.round >= answer.draft.round else ""
        text = flat(one.message.text, QUOTED)
        yield Remark(f'{one.author} {when}, {one.state}: "{text}"', "answered", style)


def _manner(draft: Draft) -> Iterable[Remark]:
    """What the answer took over from the original."""
    facts = (
        f'content warning "{draft.warning}"' if draft.warning else "",
        f"audience {draft.audience}" if draft.audience != "public" else "",
        f"language {draft.lang}" if draft.lang else "",
    )
    if any(facts):
        yield Remark(", ".join(fact for fact in facts if fact))


def held_words(claim: Claim, now: datetime, zone: tzinfo | None) -> str:
    """Who holds something, since when, and whether they type."""
    since = f" since {clock(claim.since, now, zone)}, {age(claim.since, now)}" if claim.since else ""
    typing = ", typing just now" if is_typing(claim, now) else ""
    gone = " (terminal gone)" if claim.leaving else ""
    return f"{claim.name}{gone} holds it{since}{typing}"


def paused_words(pause: Pause) -> str:
    """That nothing goes out, who said so, and why."""
    allowed = f" (but on {', '.join(pause.allow)})" if pause.allow else ""
    return f"PAUSED by {pause.by}: {pause.reason}{allowed}"


def delivery_words(one: Delivery, now: datetime, zone: tzinfo | None) -> str:
    """The state of a delivery, what is known of it, and what to press."""
    part = f"part {one.part} of {one.parts} " if one.parts > 1 else ""
    return part + _state_words(one, now, zone)


def _state_words(one: Delivery, now: datetime, zone: tzinfo | None) -> str:
    at = clock(one.settled_at, now, zone) if one.settled_at else ""
    says = f": {one.says}" if one.says else ""
    if one.state == "held":
        left = (one.held_until - now).total_seconds() if one.held_until else 0.0
        return f"held {max(0, round(left))} s, u takes it back"
    if one.state == "unknown":
        again = max(0, round((one.next_at - now).total_seconds())) if one.next_at else None
        then = f"reading again in {again} s; " if again is not None else ""
        return f"UNKNOWN{says} {then}x on the page O settles it by hand"
    if one.state == "waiting":
        return f"waits for a person{says} l on the page O looks again"
    if one.state == "confirmed":
        return f"confirmed {at}{says}"
    if one.state == "taken back":
        return "taken back: nothing was sent, and the draft is open again"
    return f"{one.state}{says}"


def thread_words(said: Sequence[Delivery], now: datetime, zone: tzinfo | None) -> str:
    """All parts of one answer in a line: the first that is not confirmed, else the last."""
    ordered = sorted(said, key=lambda one: one.part)
    telling = next((one for one in ordered if one.state != "confirmed"), ordered[-1])
    if len(ordered) > 1 and telling.state in ("held", "taken back"):
        return f"{counted(len(ordered), 'part')} {_state_words(telling, now, zone)}"
    return delivery_words(telling, now, zone)
