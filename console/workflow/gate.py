"""The last gate: whether something goes out now. Pure; asked inside the transaction that lets it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from console.work import PUBLIC, Claim, Delivery, DeliveryState, Original, Pause
from console.workflow.answers import Finding

LATE = 900.0
"""Seconds after its time at which nothing goes out by itself any more: a person looks at it again."""
READ_BACK = (20.0, 60.0, 180.0, 600.0, 600.0, 600.0)
"""Seconds between a doubtful answer and the looks at the account; after the last a person is asked. Some may
fall into a time in which the server is left alone."""
TRIES = (5.0, 15.0, 60.0, 180.0)
"""Seconds between tries of what was certainly not said; after the last one a person is asked."""


@dataclass(frozen=True, slots=True)
class Now:
    """All that decides at the last moment."""

    at: datetime
    pause: Pause | None
    may_speak: bool
    """The one who has it said still has a role that may."""
    claims: Sequence[Claim]
    """As they stand: the one it was written under first, then those that are nearer to its subject by now."""
    original: Original | None
    others: int
    """Other live answers to the same subject in the same round, this thread's own parts left out."""
    findings: Sequence[Finding]
    reasons: frozenset[str]
    """Rules that may warn: a reason was given."""
    before: DeliveryState | None
    """How the part before stands; None for a first part."""
    before_named: bool
    """Whether it is known where the part before stands, so that this one can answer it."""
    same_channel: bool
    """The channel is still the one that it was written for."""
    approved: bool
    """Approved in this version, or approval is not asked for."""
    news: str = ""
    """How it stands by now, where the words tell of an earlier change; empty where they do not."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a delivery: the state it goes to, and why, as a sentence."""

    state: DeliveryState
    says: str = ""


GO = Verdict("sending")


def gate(delivery: Delivery, now: Now) -> Verdict:
    """Decide whether it goes out (`sending`), keeps its place (`queued`), or waits for a person."""
    if delivery.state != "queued":
        return Verdict(delivery.state, delivery.says)
    if now.before is not None and now.before != "confirmed":
        return _after(now.before)
    if now.before is not None and not now.before_named:
        return Verdict("waiting", "It is not known where the part before stands, so this cannot follow it.")
    if now.pause is not None and delivery.channel not in now.pause.allow:
        return Verdict("unknown" if delivery.doubted else "waiting", paused(now.pause))
    if why := _late(delivery, now) or _void(delivery, now):
        if delivery.doubted:
            return Verdict("unknown", f"{why} It may have been said before: look, and settle it by hand (x).")
        return Verdict("waiting", f"{why} Nothing was sent.")
    return GO


def _after(before: DeliveryState) -> Verdict:
    if before in ("refused", "taken back"):
        return Verdict("waiting", "The part before was not said, so this one would stand alone.")
    return Verdict("queued", "The part before is not confirmed yet.")


def _late(delivery: Delivery, now: Now) -> str:
    due = delivery.held_until or delivery.made_at
    minutes = int((now.at - due).total_seconds() // 60)
    if minutes * 60 < LATE:
        return ""
    return f"It was to go out {minutes} min ago. Look whether it still holds."


def _void(delivery: Delivery, now: Now) -> str:
    """Why it may not be said any more, though once it might."""
    original = now.original
    if not now.same_channel:
        return f"The channel {delivery.channel} is another one than when this was written."
    if not now.may_speak:
        return f"{delivery.author} may not speak for this desk any more."
    if not now.approved:
        return "It is not approved in this version."
    for claim in now.claims:
        if is_stale(delivery, claim):
            return f"{claim.name or 'Somebody'} took the subject over."
    if now.others:
        return "Somebody has answered it meanwhile."
    if now.news:
        return now.news
    if delivery.purpose in PUBLIC and original is not None:
        if original.deleted:
            return f"{original.who} has deleted the post."
        if original.mark != delivery.original:
            return f"{original.who} has changed the post."
    for finding in now.findings:
        if finding.level == "block" or (finding.level == "warn" and finding.rule not in now.reasons):
            return f"The guard: {finding.says}"
    return ""


def is_stale(delivery: Delivery, claim: Claim) -> bool:
    """Whether somebody else has held the subject since this was written, or holds what covers it now."""
    if claim.held and claim.uid != delivery.uid:
        return True
    if claim.subject.casefold() != delivery.claim.casefold() or claim.epoch == delivery.epoch:
        return False
    # One epoch further and the same person: they gave it back and took it again, with nobody between.
    return not (claim.uid == delivery.uid and claim.epoch == delivery.epoch + 1)


def paused(pause: Pause) -> str:
    """What is said of a delivery that a pause stopped."""
    return f"{pause.by} paused everything: {pause.reason}. Look at it again when that is over."


def wait_after(schedule: Sequence[float], attempt: int) -> float | None:
    """Seconds until the next attempt, the first being 0; None when there is none left."""
    return schedule[attempt] if attempt < len(schedule) else None
