"""What people do to deliveries: `take_back`, `look_again`, `settle`, `pause`, `resume`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from console.service import tickets
from console.service.claiming import found, held, line, number
from console.service.operators import operator_of
from console.service.outcomes import reopen
from console.service.promising import heard, zone_of
from console.service.socket import Connection
from console.store import drafts, outbox
from console.store.change import Change
from console.work import Delivery, DeliveryState, Operator, Pause, Refusal, Subject
from console.workflow.gate import paused

if TYPE_CHECKING:
    from console.service.serve import Service

Answer = dict[str, Any]


async def take_back(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Take back what has not left yet: held, queued, or waiting for a person."""
    who, id_ = operator_of(service, connection), number(request, "delivery")

    def back(change: Change) -> Answer:
        one = _own(change, id_, who)
        if one.state not in ("held", "queued", "waiting"):
            raise Refusal(f"It is {one.state} already and cannot be taken back.")
        parts = _thread(change, one)
        if any(part.doubted and part.state not in ("refused", "confirmed") for part in parts):
            raise Refusal("It may have been said by an earlier try. Look at the account; then settle it (x).")
        for part in parts:
            if part.state in ("held", "queued", "waiting"):
                outbox.write(
                    change.connection, replace(part, state="taken back", settled_at=change.now, next_at=None)
                )
        reopen(change, one)
        tickets.settled(change, replace(one, state="taken back", author=who.name))
        change.log(who.name, "taken back", one.subject, {"delivery": id_})
        return {}

    return await service.work(back)


async def look_again(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Let what waits for a person go on: it is held anew, and passes the gate like any other."""
    who, id_ = operator_of(service, connection), number(request, "delivery")

    def again(change: Change) -> Answer:
        one = _own(change, id_, who)
        if one.state != "waiting":
            raise Refusal(f"It is {one.state}, and does not wait for anybody.")
        subject = found(change, one.subject)
        claim = held(change, subject, who, number(request, "epoch")) if one.claim else None
        if _approved_otherwise(change, one, subject):
            raise Refusal(
                "The post has changed since somebody approved this answer. Take it back (u), read the post, "
                "and ask again."
            )
        hold = timedelta(seconds=service.settings.answers.hold)
        after = replace(
            one,
            state="held",
            says="",
            held_until=change.now + hold,
            next_at=None,
            attempts=0,
            original=subject.original.mark if subject.original else "",
            claim=claim.subject if claim else "",
            epoch=claim.epoch if claim else 0,
        )
        outbox.write(change.connection, after)
        tickets.let_go(change, one, who.name)
        change.log(who.name, "looked at again", one.subject, {"delivery": id_, "says": one.says})
        return {"held": service.settings.answers.hold}

    answer = await service.work(again)
    service.outbox.stir()
    return answer


async def settle(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Say of a delivery in doubt, by a person's own look, whether it was said."""
    who, id_, why = (
        operator_of(service, connection),
        number(request, "delivery"),
        line(request, "reason"),
    )
    said = request.get("said") is True

    def decide(change: Change) -> Answer:
        one = _own(change, id_, who)
        if one.state != "unknown" and not (one.doubted and one.state in ("queued", "waiting")):
            raise Refusal(f"It is {one.state}; only what is unknown is settled by hand.")
        word = "It was said" if said else "It was not said"
        after = replace(
            one,
            state="confirmed" if said else "refused",
            says=f"{word}: {who.name} looked." + (f" {why}" if why else ""),
            url=(url := line(request, "url", 2000) or one.url),
            # Where it stands is all that the next part of a thread needs to follow it.
            names=one.names or ((url,) if said and url else ()),
            settled_at=change.now,
            next_at=None,
        )
        outbox.write(change.connection, after)
        if said:
            heard(change, after, zone_of(service.settings))
        else:
            reopen(change, after)
        tickets.settled(change, after)
        change.log(who.name, "settled by hand", one.subject, {"delivery": id_, "said": said, "reason": why})
        return {}

    answer = await service.work(decide)
    service.outbox.stir()
    return answer


async def pause(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Stop everything at the gate, whoever says it, but for the channels that are named."""
    who, reason = operator_of(service, connection), line(request, "reason")
    allow = request.get("allow", [])
    names = {channel.name for channel in service.speaking.channels}

    def stop(change: Change) -> Answer:
        if not who.may("respond"):
            raise Refusal("Your role is to observe: nothing was paused. Tell a colleague at once.")
        if len(reason) < 3:
            raise Refusal("Give a reason: everybody at the desk will read it.")
        chosen = tuple(name for name in names if isinstance(allow, list) and name in allow)
        before = outbox.pause(change.connection)
        if before is not None and not who.may("approve"):
            if not set(chosen) <= set(before.allow):
                raise Refusal(f"{before.by} paused everything: {before.reason}. You may only pause more.")
            now = replace(before, allow=chosen)
        else:
            now = Pause(reason, who.name, change.now, chosen)
        outbox.write_pause(change.connection, now)
        for one in outbox.unsettled(change.connection):
            # Those on their way as well: what is let go later is looked at again, one by one.
            if one.state in ("held", "queued") and one.channel not in chosen:
                stopped: DeliveryState = "unknown" if one.doubted else "waiting"
                after = replace(one, state=stopped, says=paused(now), next_at=None)
                outbox.write(change.connection, after)
                tickets.settled(change, after)
        change.log(who.name, "paused", "", {"reason": reason, "allow": list(chosen)})
        return {"pause": msgspec.to_builtins(now)}

    return await service.work(stop)


async def resume(service: Service, connection: Connection, _request: Mapping[str, Any]) -> Answer:
    """Let the desk speak again; what was stopped meanwhile waits to be looked at, one by one."""
    who = operator_of(service, connection)

    def go_on(change: Change) -> Answer:
        before = outbox.pause(change.connection)
        if before is None:
            raise Refusal("Nothing is paused.")
        if not who.may("respond"):
            raise Refusal("Your role is to observe: the pause stands.")
        if not who.may("approve") and who.name != before.by:
            raise Refusal("Whoever paused it, or somebody with the role `approve` or `lead`, ends a pause.")
        outbox.write_pause(change.connection, None)
        waiting = sum(one.state == "waiting" for one in outbox.unsettled(change.connection))
        change.log(who.name, "resumed", "", {"waiting": waiting})
        return {"waiting": waiting}

    return await service.work(go_on)


def _approved_otherwise(change: Change, one: Delivery, subject: Subject) -> bool:
    """Whether a second person agreed to it as an answer to another wording of the post."""
    if one.draft is None or subject.original is None or subject.original.mark == one.original:
        return False
    return bool(drafts.approvals(change.connection, one.draft, one.version))


def _own(change: Change, id_: int, who: Operator) -> Delivery:
    one = outbox.read(change.connection, id_)
    if one is None:
        raise Refusal("There is no such delivery.")
    if not who.may("respond"):
        raise Refusal("Your role is to observe: nothing was changed.")
    return one


def _thread(change: Change, one: Delivery) -> list[Delivery]:
    return list(outbox.of_draft(change.connection, one.draft)) if one.draft is not None else [one]
