"""What a channel's answer makes of a delivery. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from console.work import Delivery
from console.workflow.gate import READ_BACK, TRIES, wait_after
from feeds.channel import Receipt


def settled(one: Delivery, receipt: Receipt, now: datetime, *, looked: bool) -> Delivery:
    """What a receipt makes of a delivery."""
    if receipt.outcome == "confirmed":
        return replace(
            one,
            state="confirmed",
            says=receipt.says,
            settled_at=now,
            next_at=None,
            names=receipt.names,
            url=receipt.url,
            ticket=receipt.ticket,
        )
    if receipt.outcome == "refused" and one.doubted:
        says = f"{receipt.says} An earlier try may have said it: look at the account, and settle it (x)."
        return replace(one, state="unknown", says=says, next_at=None)
    if receipt.outcome == "refused":
        return replace(one, state="refused", says=receipt.says, settled_at=now, next_at=None)
    if receipt.outcome == "later":
        # Where the far side, or the wish to leave it alone, names a time, that is no try: the gate ends it.
        wait = TRIES[0] if receipt.retry_after else wait_after(TRIES, 0 if looked else one.attempts - 1)
        if wait is None and one.doubted:
            return replace(one, state="unknown", says=receipt.says, next_at=None)
        if wait is None:
            says = f"{receipt.says} Nothing was said. Look at it again, or take it back."
            return replace(one, state="waiting", says=says, next_at=None)
        at = now + timedelta(seconds=max(wait, receipt.retry_after))
        return replace(one, state="queued", says=receipt.says, next_at=at)
    # `attempts` counts from here on how often it was read back.
    looks = one.attempts + 1 if looked else 0
    wait = wait_after(READ_BACK, looks)
    at_next = now + timedelta(seconds=max(wait, receipt.retry_after)) if wait is not None else None
    return replace(one, state="unknown", says=receipt.says, next_at=at_next, attempts=looks, doubted=True)


def is_in_doubt(one: Delivery) -> bool:
    """Whether it may have been said by an earlier try, and nobody has settled that."""
    return one.doubted and one.state not in ("refused", "taken back")


def without_number(text: str, one: Delivery) -> str:
    """A part of a thread without the ` 2/3` behind it."""
    return text.removesuffix(f" {one.part}/{one.parts}") if one.parts > 1 else text
