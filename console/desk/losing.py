"""When a colleague has taken over what one holds, or a claim has ended: who, and why. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from console.work import Claim, Deed

TOLD = ("taken over", "claim ended")
"""What the log calls the ways to lose a claim without giving it back."""


def changed(before: Mapping[str, Claim], after: Mapping[str, Claim], me: int) -> tuple[str, ...]:
    """Subjects of which one may have lost a claim: what one held, and what others hold anew."""
    lost = [name for name, claim in before.items() if claim.uid == me and _holder(after, name) != me]
    won = [
        name
        for name, claim in after.items()
        if claim.uid != me and (name not in before or before[name].epoch != claim.epoch)
    ]
    return tuple(dict.fromkeys((*lost, *won)))


def words(what: str, me: str, events: Iterable[Deed]) -> str:
    """A sentence for whoever lost a claim; empty where nobody took it and it did not end by itself.

    Args:
        what: How the subject is called.
        me: The operator's name, as the log has it.
        events: What the log tells of the subject, the newest first.
    """
    last = next((one for one in events if one.kind in (*TOLD, "released", "claimed")), None)
    if last is None or last.kind not in TOLD:
        return ""
    data = msgspec.json.decode(last.data)
    if last.kind == "taken over" and data.get("from") == me:
        return f"{last.actor} took over {what}: {data.get('reason', '')}. What you typed is kept."
    if last.kind == "claim ended" and data.get("of") == me:
        return f"Your claim on {what} ended: {data.get('why', '')}. What you typed is kept; c takes it again."
    return ""


def _holder(claims: Mapping[str, Claim], name: str) -> int | None:
    return claims[name].uid if name in claims else None
