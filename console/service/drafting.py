"""Drafts as requests: `draft`, `draft_save`, `draft_check`, `draft_drop`, `submit`, `approve`, `send_back`.

Everything that decides is read in the transaction that acts on it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, get_args

import msgspec

from console.intake.clean import clean, clean_line
from console.service import bearing
from console.service.claiming import deciding, found, held, line, named, number
from console.service.operators import operator_of
from console.service.socket import Connection, RequestError
from console.service.speech import Speaking
from console.store import claims, drafts, outbox
from console.store.change import Change
from console.work import Approval, Claim, Delivery, Draft, Operator, Refusal, Subject, identity
from console.workflow import answers
from feeds.channel import Channel, Message
from feeds.post import Audience

if TYPE_CHECKING:
    from console.service.serve import Service

LONGEST = 8000
"""Characters of a draft."""
SHORT = {"title": 200, "warning": 200, "lang": 35, "audience": 20, "to": 200}
Answer = dict[str, Any]


async def draft(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Open the draft on a subject and channel: the one that is there, whoever began it, or a new one."""
    who, name = operator_of(service, connection), named(request)
    speaking = service.speaking
    asked = line(request, "channel")
    purpose = request.get("purpose", "reply")
    if purpose not in ("reply", "told", "update"):
        raise RequestError("purpose is reply, told or update")

    def open_(change: Change) -> Answer:
        subject = found(change, name)
        claim = held(change, subject, who, number(request, "epoch"))
        channel = speaking.channel_for(subject, asked)
        living = drafts.living(change.connection, subject.name, channel.name)
        if living is None:
            living = drafts.add(change.connection, begun(subject, channel, who, purpose, change.now))
            change.log(who.name, "draft begun", subject.name, {"channel": channel.name, "draft": living.id})
        return _shown(service, change, living, subject, who, claim)

    return await service.work(open_)


def begun(subject: Subject, channel: Channel, who: Operator, purpose: Any, now: datetime) -> Draft:
    """A draft in which nothing has been typed yet: what it inherits from the post, and whom it may reach."""
    original = subject.original
    audience: Audience = channel.audience
    if original is not None:
        audience = min(audience, original.audience, key=answers.WIDTH.index)
        if audience == "signed in":
            audience = "public"  # what one says oneself may be read by all; the label is the author's own
    first = subject.text.split("\n", 1)[0] if subject.text.startswith("CW: ") else ""
    return Draft(
        id=0,
        subject=subject.name,
        # Whatever is said to a post answers it, and is counted as an answer.
        purpose=("told" if purpose == "told" else "reply") if original is not None else "update",
        channel=channel.name,
        warning=first.removeprefix("CW: ")[:200],
        lang=subject.lang or channel.lang,
        audience=audience,
        author=who.name,
        authors=(),
        original=original.mark if original else "",
        opened_at=now,
        saved_at=now,
    )


async def draft_save(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Keep what was typed. `seen`: the original was read again, and what departments say up to `change`."""
    who, id_ = operator_of(service, connection), number(request, "draft")
    typed = _typed(request)
    reasons = _reasons(request)

    def save(change: Change) -> Answer:
        before, subject, claim = _opened(change, id_, who, request)
        if number(request, "version") not in (-1, before.version):
            raise Refusal(
                f"{before.author} has changed this draft meanwhile. Yours is still on your screen; read the "
                "other one first (it is kept as it is)."
            )
        seen = request.get("seen") is True
        after = answers.decide(
            answers.type_in(before, who, typed, change.now),
            who,
            change.now,
            original=subject.original.mark if seen and subject.original else None,
            round=outbox.rounds(change.connection, subject.name) if request.get("further") is True else None,
            reasons=reasons,
            read_again=seen and bearing.read_again(change, before, number(request, "change")),
        )
        if after != before:
            drafts.write(change.connection, after)
            claims.write(change.connection, replace(claim, typing=change.now))
        return _shown(service, change, after, subject, who, claim)

    return await service.work(save)


async def draft_check(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Say how a draft stands: what the guard finds, how long it is, who has to agree. Anybody may ask."""
    who, id_ = operator_of(service, connection), number(request, "draft")

    def look(change: Change) -> Answer:
        one = _read(change, id_)
        subject = found(change, one.subject)
        return _shown(service, change, one, subject, who, claims.read(change.connection, subject.name))

    return await service.work(look)


async def draft_drop(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Put a draft aside; its text stays in the database, and nobody else's act ever does this."""
    who, id_ = operator_of(service, connection), number(request, "draft")

    def drop(change: Change) -> Answer:
        before, subject, _ = _opened(change, id_, who, request)
        answers.may_drop(before, who)
        drafts.write(change.connection, replace(before, state="dropped"))
        change.log(who.name, "draft dropped", subject.name, {"draft": before.id})
        return {}

    return await service.work(drop)


async def submit(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Have a draft said: it is held for some seconds, or waits for a second person."""
    who, id_ = operator_of(service, connection), number(request, "draft")
    answers_settings = service.settings.answers

    def send(change: Change) -> Answer:
        one, subject, claim = _opened(change, id_, who, request)
        if number(request, "version") not in (-1, one.version):
            raise Refusal("The draft was changed meanwhile, so nothing was sent. Read it again.")
        facts = _facts(service, change, one, subject, who)
        answers.check(one, facts.told)
        policy = service.speaking.policy
        why = answers.needs_second(one, who, facts.told, policy)
        agreed = [a for a in drafts.approvals(change.connection, one.id, one.version) if a.uid != who.uid]
        if why and not agreed:
            drafts.write(change.connection, replace(one, state="asked", asked_at=change.now))
            change.log(who.name, "approval asked", subject.name, {"draft": one.id, "why": why})
            return {"asked": why}
        channel = service.speaking.channel(one.channel)
        made = _deliver(change, one, subject, claim, facts, who, answers_settings.hold, channel=channel)
        return {"deliveries": [delivery.id for delivery in made], "held": answers_settings.hold}

    answer = await service.work(send)
    service.outbox.stir()
    return answer


async def approve(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Agree to somebody else's draft, in the version that was read."""
    who, id_ = operator_of(service, connection), number(request, "draft")

    def agree(change: Change) -> Answer:
        one = _read(change, id_)
        subject = found(change, one.subject)
        answers.approve(one, who, number(request, "version"))
        author, claim = _author(change, one, subject)
        facts = _facts(service, change, one, subject, author)
        answers.check(one, facts.told)
        late = answers.too_late(one, service.speaking.policy, change.now)
        drafts.approve(change.connection, Approval(one.id, one.version, who.uid, who.name, change.now))
        change.log(
            who.name, "approved", subject.name, {"draft": one.id, "version": one.version, "late": late}
        )
        hold, channel = service.settings.answers.hold, service.speaking.channel(one.channel)
        made = _deliver(change, one, subject, claim, facts, author, hold, channel=channel, waits=late)
        return {"deliveries": [delivery.id for delivery in made], "late": late}

    answer = await service.work(agree)
    service.outbox.stir()
    return answer


async def send_back(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Give a draft that waits for approval back to its author, with a reason."""
    who, id_ = operator_of(service, connection), number(request, "draft")
    reason = line(request, "reason")

    def back(change: Change) -> Answer:
        one = _read(change, id_)
        if one.state != "asked":
            raise Refusal("This draft does not wait for approval (any more).")
        if not who.may("approve") and who.uid not in one.authors:
            raise Refusal("Only its author, or somebody who may approve, sends it back.")
        drafts.write(change.connection, replace(one, state="open", asked_at=None))
        change.log(who.name, "sent back", one.subject, {"draft": one.id, "reason": reason})
        return {}

    return await service.work(back)


@dataclass(frozen=True, slots=True)
class _Facts:
    told: answers.Facts
    parts: tuple[str, ...]


def _facts(
    service: Service,
    change: Change,
    one: Draft,
    subject: Subject,
    who: Operator,
    channel: Channel | None = None,
) -> _Facts:
    speaking: Speaking = service.speaking
    channel = channel or speaking.channel(one.channel)
    parts, over = speaking.parts(one, channel)
    said = outbox.of_subject(change.connection, subject.name)
    live = [delivery for delivery in said if delivery.purpose in ("reply", "told")]
    answered = f"{live[0].author} answered it at {live[0].made_at:%H:%M} UTC" if live else ""
    return _Facts(
        answers.Facts(
            findings=(
                *speaking.findings(one, subject, channel, who),
                *bearing.unborne(change, one.purpose, one.id, one.text),
            ),
            empty_slots=speaking.empty_slots(one.text),
            over=over,
            tier=min(subject.tier, subject.judged_tier),
            round=outbox.rounds(change.connection, subject.name) if one.purpose in ("reply", "told") else 0,
            answered=answered,
            original=subject.original,
            news=bearing.outdated(change, one.purpose, one.id, subject.name),
        ),
        parts,
    )


def _deliver(
    change: Change,
    one: Draft,
    subject: Subject,
    claim: Claim,
    facts: _Facts,
    who: Operator,
    hold: float,
    *,
    channel: Channel,
    waits: bool = False,
) -> Sequence[Delivery]:
    """Make the deliveries of a draft, one a part."""
    made: list[Delivery] = []
    for part, text in enumerate(facts.parts, start=1):
        message = Message(
            key=secrets.token_hex(16),
            at=change.now,
            text=text,
            title=one.title,
            warning=one.warning,
            lang=one.lang,
            audience=one.audience,
            reply_to=subject.names if part == 1 and subject.original is not None else (),
            to=one.to,
        )
        delivery = Delivery(
            id=0,
            draft=one.id,
            version=one.version,
            subject=subject.name,
            purpose=one.purpose,
            channel=one.channel,
            round=one.round,
            part=part,
            parts=len(facts.parts),
            after=made[-1].id if made else None,
            message=message,
            state="waiting" if waits else "held",
            says="It was approved late: look whether it still holds." if waits else "",
            uid=who.uid,
            author=who.name,
            claim=claim.subject,
            epoch=claim.epoch,
            original=one.original,
            held_until=change.now + timedelta(seconds=hold),
            next_at=None,
            made_at=change.now,
            spoken_as=identity(channel),
        )
        made.append(outbox.add(change.connection, delivery))
    drafts.write(change.connection, replace(one, state="sent"))
    said = {"draft": one.id, "channel": one.channel, "text": list(facts.parts), "reasons": dict(one.reasons)}
    change.log(who.name, "to be said", subject.name, {**said, "deliveries": [each.id for each in made]})
    return made


def _author(change: Change, one: Draft, subject: Subject) -> tuple[Operator, Claim]:
    """Who wrote last, and the claim that the words stand under; refused where somebody else has it now."""
    uid, claim = one.authors[-1] if one.authors else -1, deciding(change, subject)
    if claim.held and claim.uid != uid:
        raise Refusal(f"{claim.name} has taken the subject over, so this draft is not for you to send.")
    return Operator(uid, one.author, "respond", claim.session), claim


def _opened(
    change: Change, id_: int, who: Operator, request: Mapping[str, Any]
) -> tuple[Draft, Subject, Claim]:
    """A draft, its subject, and the claim under which it may be changed."""
    if not who.may("respond"):
        raise Refusal("Your role is to observe: nothing was changed.")
    one = _read(change, id_)
    subject = found(change, one.subject)
    return one, subject, held(change, subject, who, number(request, "epoch"))


def _read(change: Change, id_: int) -> Draft:
    one = drafts.read(change.connection, id_)
    if one is None:
        raise Refusal("There is no such draft.")
    return one


def _shown(
    service: Service, change: Change, one: Draft, subject: Subject, who: Operator, claim: Claim
) -> Answer:
    """All that a composer, or an approver, has to see of a draft."""
    try:
        channel, gone = service.speaking.channel(one.channel), ""
    except Refusal as refusal:
        # What was typed is kept all the same: the words can be taken to another channel.
        channel, gone = Channel(one.channel, "dry-run"), str(refusal)
    facts = _facts(service, change, one, subject, who, channel)
    try:
        answers.check(one, facts.told)
        stands = ""
    except Refusal as refusal:
        stands = str(refusal)
    return {
        "draft": msgspec.to_builtins(one),
        "subject": msgspec.to_builtins(subject),
        "claim": msgspec.to_builtins(claim),
        "channel": msgspec.to_builtins(channel),
        "findings": [msgspec.to_builtins(finding) for finding in facts.told.findings],
        "choices": [msgspec.to_builtins(choice) for choice in service.speaking.choices(subject)],
        "length": service.speaking.length(one, channel),
        "parts": list(facts.parts),
        "over": facts.told.over,
        "second": answers.needs_second(one, who, facts.told, service.speaking.policy),
        "stands": gone or stands,
        "news": facts.told.news,
        "change": bearing.newest(change, one),
        "changed": bool(subject.original and subject.original.mark != one.original),
    }


def _typed(request: Mapping[str, Any]) -> dict[str, str]:
    typed: dict[str, str] = {}
    for name in answers.TYPED:
        if name not in request:
            continue
        value = request[name]
        if not isinstance(value, str):
            raise RequestError(f"{name} must be text")
        if len(value) > (LONGEST if name == "text" else SHORT[name]):
            # Cut words could be sent before anybody saw that they were cut.
            most = LONGEST if name == "text" else SHORT[name]
            raise RequestError(f"the {name} has {len(value)} characters, {most} at most; nothing was saved")
        text = name == "text"
        typed[name] = (
            clean(value, max_chars=LONGEST, max_lines=LONGEST) if text else clean_line(value, SHORT[name])
        )
    if typed.get("audience", "public") not in get_args(Audience):
        raise RequestError("there is no such audience")
    return typed


def _reasons(request: Mapping[str, Any]) -> tuple[tuple[str, str], ...] | None:
    given = request.get("reasons")
    if given is None:
        return None
    if not isinstance(given, dict) or len(given) > 50:
        raise RequestError("reasons are rules of the guard, each with a text")
    return tuple(
        (clean_line(str(rule), max_chars=60), clean_line(str(why), max_chars=300))
        for rule, why in given.items()
        if str(why).strip()
    )
