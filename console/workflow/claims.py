"""Who may take, keep and lose a claim. Pure.

First wins. Every new holder raises the epoch, and whatever is done under an older one is refused, so that a
frozen terminal that wakes up cannot say what somebody else has said meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from console.work import Claim, Operator, Refusal

GRACE = 30.0
"""Seconds from a closed socket to a free claim: a desk that reconnects within them keeps it."""
LEASE = 120.0
"""Seconds without a sign of life after which a connected terminal, frozen, loses its claims."""
SHELL_LEASE = 1800.0
"""The same for a claim made by a command line, which has no terminal that stays: each verb renews it."""
LEAST_REASON = 3
"""Characters of a reason."""


def take(
    claim: Claim, who: Operator, now: datetime, *, reason: str = "", around: Iterable[Claim] = ()
) -> Claim:
    """Take a claim, or take it over with a reason.

    Args:
        claim: As it stands.
        who: Wants it.
        now: The present.
        reason: Why it is to be taken from whoever holds it.
        around: Claims that cover the subject as well: the incident that a mention belongs to.

    Raises:
        Refusal: when somebody else holds it and no reason is given, or the role does not allow it.
    """
    if not who.may("respond"):
        raise Refusal("Your role is to observe: nothing was taken. Ask a lead for the role `respond`.")
    others = [one for one in (claim, *around) if one.held and one.uid != who.uid]
    if others and len(reason.strip()) < LEAST_REASON:
        raise Refusal(f"{held_by(others[0], now)}. To take it over, give a reason; they are told.")
    if claim.uid == who.uid and claim.session == who.session:
        return replace(claim, leaving=None)
    return Claim(claim.subject, claim.epoch + 1, who.uid, who.name, who.session, now)


def release(claim: Claim, who: Operator, epoch: int) -> Claim:
    """Give a claim back.

    Raises:
        Refusal: when it is not this one's to give.
    """
    require(claim, who, epoch)
    return freed(claim)


def freed(claim: Claim) -> Claim:
    """The claim with nobody holding it; its epoch stays, so that the next holder has a higher one."""
    return Claim(claim.subject, claim.epoch)


def require(claim: Claim, who: Operator, epoch: int) -> None:
    """See that an operator holds a claim under this very epoch.

    Raises:
        Refusal: with who holds it now, and that what was typed is not lost.
    """
    if claim.uid == who.uid and claim.epoch == epoch:
        return
    if claim.held and claim.uid != who.uid:
        raise Refusal(
            f"{claim.name} holds it now, so nothing was done. What you typed stays with you; take it over "
            "with a reason (c)."
        )
    if claim.held:
        raise Refusal(
            "You took it again in another terminal, so nothing was done here. What you typed is kept; go on "
            "there, or take it again here."
        )
    raise Refusal("Your claim has ended, so nothing was done. What you typed is kept; take it again with c.")


def held_by(claim: Claim, now: datetime) -> str:
    """`kim holds it for 4 min`, with what is known of the terminal."""
    minutes = int((now - claim.since).total_seconds() // 60) if claim.since else 0
    gone = " (terminal gone)" if claim.leaving else ""
    return f"{claim.name}{gone} holds it for {minutes} min"
