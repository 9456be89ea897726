"""What becomes of a delivery, written down: by the end of its hold, a receipt, a doubt, a refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, tzinfo

from console.service import tickets
from console.service.promising import heard
from console.store import drafts, outbox
from console.store.change import Change
from console.work import Delivery
from console.workflow.receipts import is_in_doubt, settled, without_number
from feeds.channel import Receipt

SERVICE = "service"
"""The actor, in the log, of what no person did."""


def queue(change: Change, id_: int) -> None:
    """The time in which it could be taken back is over."""
    one = outbox.read(change.connection, id_)
    if one is not None and one.state == "held":
        outbox.write(change.connection, replace(one, state="queued"))


def when_restarted(change: Change) -> None:
    """What another service was sending when it ended may have been said."""
    for one in outbox.unsettled(change.connection):
        if one.state == "sending":
            doubt(change, one.id)


def doubt(change: Change, id_: int) -> None:
    """It was being sent, and nobody knows any more what came of it."""
    one = outbox.read(change.connection, id_)
    if one is None or one.state != "sending":
        return
    says = "The service ended while it was being sent; the account is read back."
    after = replace(one, state="unknown", says=says, next_at=change.now, attempts=0, doubted=True)
    outbox.write(change.connection, after)
    change.log(SERVICE, "unknown", one.subject, {"delivery": one.id, "says": says})


def settle(change: Change, id_: int, receipt: Receipt, *, looked: bool = False, zone: tzinfo = UTC) -> None:
    """Write down what a channel answered; `zone` is that of the times which the words may promise."""
    one = outbox.read(change.connection, id_)
    if one is None or one.state not in (("unknown",) if looked else ("sending",)):
        return  # A person has settled it meanwhile.
    after = settled(one, receipt, change.now, looked=looked)
    outbox.write(change.connection, after)
    if after.state == "refused":
        reopen(change, after)
    if after.state == "confirmed":
        heard(change, after, zone)
    if after.state != one.state:
        tickets.settled(change, after)
        data = {"delivery": id_, "says": after.says, "url": after.url, "names": list(after.names)}
        change.log(SERVICE, after.state, one.subject, data)


def reopen(change: Change, delivery: Delivery) -> None:
    """Let words be mended that were refused or taken back; of a thread that was said in part, those left."""
    draft = drafts.read(change.connection, delivery.draft) if delivery.draft else None
    if draft is None or draft.state != "sent":
        return
    parts = outbox.of_draft(change.connection, draft.id)
    said = [one for one in parts if one.state in ("confirmed", "sending", "unknown") or is_in_doubt(one)]
    for one in parts:
        if one.state in ("held", "queued", "waiting") and not is_in_doubt(one):
            outbox.write(
                change.connection, replace(one, state="taken back", settled_at=change.now, next_at=None)
            )
    other = drafts.living(change.connection, draft.subject, draft.channel)
    if other is not None and not other.text.strip():
        drafts.write(change.connection, replace(other, state="dropped"))
        other = None
    if other is not None:
        return  # The words of this one stay where they are: in what was to be said.
    if not said:
        drafts.write(change.connection, replace(draft, state="open"))
        return
    left = [without_number(one.message.text, one) for one in parts if one not in said]
    rest = replace(
        draft,
        text="\n".join(left),
        state="open",
        version=1,
        round=outbox.rounds(change.connection, draft.subject),
        saved_at=change.now,
        asked_at=None,
    )
    drafts.add(change.connection, rest)
