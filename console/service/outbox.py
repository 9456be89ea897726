"""The outbox at work: lets go of what was held long enough, sends it, and reads back what is in doubt.

Each thing is written down before it is done, so that a service that is killed at any moment knows, when it is
back, what may have been said. Nothing is sent again to be sure.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import TYPE_CHECKING

from console.service import bearing, tickets
from console.service.claiming import found
from console.service.operators import role_of
from console.service.outcomes import SERVICE, doubt, queue, settle, when_restarted
from console.service.promising import zone_of
from console.service.socket import RequestError
from console.store import claims, drafts, outbox, subjects
from console.store.change import Change
from console.work import PUBLIC, Delivery, Operator, Refusal, Subject, identity, mention_in
from console.workflow import answers
from console.workflow.gate import TRIES, Now, Verdict
from console.workflow.gate import gate as decide
from feeds.channel import Channel, Message, Receipt
from feeds.source import SourceError

if TYPE_CHECKING:
    from console.service.serve import Service

log = logging.getLogger(__name__)
Speak = Callable[[Channel, Message], Awaitable[Receipt]]
LOOK_AGAIN_WITHIN = 5.0
"""Seconds that the source of the original has to say whether it still stands; then what is known decides."""
MOST_WAIT = 30.0
"""Seconds between two looks at the outbox when nothing stirs it."""
LONGEST_SEND = 120.0
"""Seconds after which a channel that does not return at all counts as doubtful."""


class Outbox:
    """What is to be said, on its way.

    Args:
        service: Whose outbox it is.
        send: Says a message on a channel.
        read_back: Looks whether a message was said.
    """

    def __init__(self, service: Service, send: Speak, read_back: Speak) -> None:
        self._service = service
        self._send, self._read_back = send, read_back
        self._stirred = asyncio.Event()
        self._busy: dict[str, asyncio.Task[None]] = {}
        """One task a channel at most, so that what was said first is there first."""

    def stir(self) -> None:
        """Look again now."""
        self._stirred.set()

    async def run(self) -> None:
        """Work until cancelled; what is under way then is read back by the next service."""
        await self._write_down(when_restarted)
        try:
            while True:
                self._stirred.clear()
                wait = await self._turn()
                try:
                    async with asyncio.timeout(wait):
                        await self._stirred.wait()
                except TimeoutError:
                    pass
        finally:
            tasks = list(self._busy.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _turn(self) -> float:
        """Begin whatever is due; seconds until something else is."""
        try:
            waiting = await self._service.work(lambda change: outbox.unsettled(change.connection))
        except RequestError as error:
            log.warning("the outbox could not be read: %s", error)
            return MOST_WAIT
        now, wait = self._service.clock(), MOST_WAIT
        for delivery in waiting:
            if delivery.state == "sending" and delivery.channel not in self._busy:
                # Its answer was never written down.
                await self._service.work(partial(doubt, id_=delivery.id))
                wait = 0.0
            due = due_of(delivery)
            if due is None or delivery.channel in self._busy:
                continue
            left = (due - now).total_seconds()
            if left > 0:
                wait = min(wait, left)
            else:
                self._begin(delivery)
        return max(0.05, wait)

    def _begin(self, delivery: Delivery) -> None:
        task = asyncio.create_task(self._work(delivery))
        self._busy[delivery.channel] = task

        def done(_: asyncio.Task[None]) -> None:
            self._busy.pop(delivery.channel, None)
            self.stir()

        task.add_done_callback(done)

    async def _work(self, delivery: Delivery) -> None:
        try:
            if delivery.state == "unknown":
                await self._look_back(delivery)
            elif delivery.state == "held":
                await self._service.work(lambda change: queue(change, delivery.id))
            else:
                await self._say(delivery)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("delivery %d", delivery.id)
            await asyncio.sleep(1.0)

    async def _say(self, delivery: Delivery) -> None:
        await self._look_at_original(delivery)
        ready = await self._service.work(lambda change: self.gate(change, delivery.id))
        if ready is None:
            return
        sent, channel = ready
        receipt = await self._bounded(self._send, channel, sent.message)
        await self._write_down(partial(settle, id_=sent.id, receipt=receipt, zone=self._zone))

    async def _write_down(self, work: Callable[[Change], None]) -> None:
        """Write down what a channel answered, however long the disk refuses: nobody else knows it."""
        for wait in (0.5, 1.0, 2.0, 5.0, *([10.0] * 6)):
            try:
                return await self._service.work(work)
            except RequestError as error:
                log.warning("what became of a delivery could not be written down yet: %s", error)
                await asyncio.sleep(wait)
        await self._service.work(work)

    async def _look_back(self, delivery: Delivery) -> None:
        try:
            channel = self._service.speaking.channel(delivery.channel)
            if delivery.spoken_as not in ("", identity(channel)):
                raise Refusal(f"{channel.name} is another channel than it was said on. Look there by hand.")
        except Refusal as refusal:
            receipt = Receipt("unknown", str(refusal))
        else:
            receipt = await self._bounded(self._read_back, channel, delivery.message)
        await self._write_down(
            partial(settle, id_=delivery.id, receipt=receipt, looked=True, zone=self._zone)
        )

    @property
    def _zone(self) -> tzinfo:
        return zone_of(self._service.settings)

    async def _bounded(self, ask: Speak, channel: Channel, message: Message) -> Receipt:
        try:
            async with asyncio.timeout(LONGEST_SEND):
                return await ask(channel, message)
        except TimeoutError:
            return Receipt("unknown", f"{channel.name} did not answer within {LONGEST_SEND:.0f} s.")
        except Exception:
            # The one place where a fault of ours could lead to a second post: what was not understood
            # is in doubt, never said again.
            log.exception("channel %s", channel.name)
            return Receipt("unknown", f"{channel.name}: a fault of the desk's own; its log says where.")

    async def _look_at_original(self, delivery: Delivery) -> None:
        """Ask the source once more whether the original stands; what it says is taken in before the gate."""
        id_ = mention_in(delivery.subject)
        if id_ is None or delivery.part > 1 or delivery.purpose not in PUBLIC:
            return
        subject = await self._service.work(lambda change: subjects.read(change.connection, delivery.subject))
        source = next(
            (one for one in self._service.settings.sources if subject and one.name == subject.source), None
        )
        if subject is None or source is None:
            return
        try:
            async with asyncio.timeout(LOOK_AGAIN_WITHIN):
                said = await self._service.ask_about(source, subject.names)
                await self._service.take(said.posts, trust=source.trust)
        except (TimeoutError, SourceError):
            pass  # What is known of it decides; a source that is slow must not silence the desk.
        except Exception as error:
            log.warning("the original of delivery %d could not be looked at: %s", delivery.id, error)

    def gate(self, change: Change, id_: int) -> tuple[Delivery, Channel] | None:
        """The last gate, in one transaction with the note that it is being sent."""
        before = outbox.read(change.connection, id_)
        if before is None or before.state != "queued":
            return None
        try:
            subject = found(change, before.subject)
            channel = self._service.speaking.channel(before.channel)
            verdict = decide(before, self._now(change, before, subject, channel))
        except Refusal as refusal:
            verdict = Verdict("waiting", str(refusal))
        if verdict.state != "sending":
            if verdict != Verdict(before.state, before.says):
                again = change.now + timedelta(seconds=TRIES[0]) if verdict.state == "queued" else None
                after = replace(before, state=verdict.state, says=verdict.says, next_at=again)
                outbox.write(change.connection, after)
                if verdict.state != before.state:
                    tickets.settled(change, after)
                    change.log(
                        SERVICE, "held at the gate", before.subject, {"delivery": id_, "says": verdict.says}
                    )
            return None
        sent = replace(
            before,
            state="sending",
            says="",
            sent_at=before.sent_at or change.now,
            attempts=before.attempts + 1,
            message=_whole(change, before),
            spoken_as=identity(channel),
        )
        outbox.write(change.connection, sent)
        change.log(before.author, "sending", before.subject, {"delivery": id_, "attempt": sent.attempts})
        return sent, channel

    def _now(self, change: Change, delivery: Delivery, subject: Subject, channel: Channel) -> Now:
        role = role_of(delivery.uid, self._service.settings, self._service.accounts)
        before = outbox.read(change.connection, delivery.after) if delivery.after else None
        draft = drafts.read(change.connection, delivery.draft) if delivery.draft else None
        findings = (
            *self._service.speaking.findings_in(delivery.message, channel, role),
            *bearing.unborne(change, delivery.purpose, delivery.draft, delivery.message.text),
        )
        author = Operator(delivery.uid, delivery.author, role, "")
        agreed = True
        if draft is not None:
            tier = min(subject.tier, subject.judged_tier)
            facts = answers.Facts(findings, (), 0, tier, delivery.round, "", subject.original)
            approvals = drafts.approvals(change.connection, draft.id, delivery.version)
            agreed = not answers.needs_second(draft, author, facts, self._service.speaking.policy) or any(
                one.uid not in draft.authors for one in approvals
            )
        return Now(
            at=change.now,
            pause=outbox.pause(change.connection),
            # Notes and alerts are the service's own word: they go on when whoever escalated is off the desk.
            may_speak=author.may("respond") or delivery.purpose in ("note", "alert"),
            claims=[claims.read(change.connection, name) for name in _covering(delivery, subject)],
            original=subject.original,
            others=self._others(change, delivery),
            findings=findings,
            # What the service itself sends to a department has no author who could give reasons.
            reasons=frozenset(rule for rule, _ in draft.reasons)
            if draft
            else frozenset(finding.rule for finding in findings),
            before=before.state if before else None,
            before_named=bool(before and before.names),
            same_channel=delivery.spoken_as in ("", identity(channel)),
            approved=agreed,
            news=bearing.outdated(change, delivery.purpose, delivery.draft, delivery.subject),
        )

    def _others(self, change: Change, delivery: Delivery) -> int:
        """Answers that make this one a double: to the same post, or of the same news to the same reporter."""
        if delivery.purpose not in ("reply", "told"):
            return 0
        return outbox.others(change.connection, delivery) + tickets.told_already(
            change, delivery, self._service.speaking.network
        )


def _covering(delivery: Delivery, subject: Subject) -> tuple[str, ...]:
    """Whose claims count: the one it was written under, and any that is nearer to its subject by now."""
    if not delivery.claim or delivery.claim == subject.name:
        return (delivery.claim,) if delivery.claim else ()
    return tuple(dict.fromkeys((delivery.claim, *subject.covered_by)))


def due_of(delivery: Delivery) -> datetime | None:
    """When something is to be done about it; None while it waits for a person."""
    if delivery.state == "held":
        return delivery.held_until
    if delivery.state == "queued":
        return delivery.next_at or delivery.made_at
    return delivery.next_at if delivery.state == "unknown" else None


def _whole(change: Change, delivery: Delivery) -> Message:
    """The message as it stays from now on: its time, and what it answers, are fixed at the first try."""
    if delivery.sent_at is not None:
        return delivery.message
    message = replace(delivery.message, at=change.now)
    before = outbox.read(change.connection, delivery.after) if delivery.after else None
    return replace(message, reply_to=before.names) if before is not None else message
