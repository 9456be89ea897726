"""Local verbs on one subject or many: planned, done in one transaction, told in one line, taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from console.service import naming, teaching
from console.service.claiming import CLAIM, found, number
from console.service.operators import operator_of
from console.service.socket import Connection, RequestError
from console.store import claims, handed, items, placing
from console.store.change import Change
from console.work import Deed, Item, Operator, Refusal, Subject, incident_in, mention_in
from console.workflow import claims as rules
from console.workflow.items import edit, restored

if TYPE_CHECKING:
    from console.service.serve import Service

MOST = 500
"""Subjects of one request."""
NAMED = 3
"""Reasons that one sentence tells; the answer to a preview has all."""
Answer = dict[str, Any]
Verb = Callable[[Change, Subject, Item], Item]
NOTE = "note:"
"""How the log names a note among what an act changed; what is neither that nor a claim is an item."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a verb would do."""

    edits: tuple[tuple[Item, Item], ...]
    skipped: tuple[tuple[str, str], ...]
    """Subjects that are left alone, each with why."""

    @property
    def answer(self) -> Answer:
        """How many are done, and which are not."""
        return {
            "count": len(self.edits),
            "skipped": [{"subject": name, "why": why} for name, why in self.skipped],
        }


def several(request: Mapping[str, Any]) -> tuple[str, ...]:
    """The subjects that a request names: `subjects`, or one `subject`."""
    given = request.get("subjects", [request.get("subject")])
    if not isinstance(given, list) or not 0 < len(given) <= MOST:
        raise RequestError(
            f'say which, {MOST} at most: {{"subjects": ["incident:mill-street.flood", "mention:12"]}}'
        )
    for name in given:
        if not isinstance(name, str) or not name.startswith(("incident:", "mention:")) or len(name) > 300:
            raise RequestError('a subject is "incident:KEY" or "mention:NUMBER"')
    return tuple(dict.fromkeys(given))


def plan(change: Change, who: Operator, names: Sequence[str], verb: Verb, *, sets: bool = True) -> Plan:
    """What a verb would do to each subject; what a colleague holds, and what refuses, is left alone.

    A verb that sets nothing on a subject (`sets`) is never done already.

    Raises:
        Refusal: for those who only observe.
    """
    if not who.may("respond"):
        raise Refusal("Your role is to observe: nothing was changed.")
    edits: dict[str, tuple[Item, Item]] = {}
    skipped = []
    for name in names:
        try:
            subject = found(change, name)
            leave_to_holder(change, subject, who)
            before = items.read(change.connection, subject.name)
            after = verb(change, subject, before)
            if sets and after == before:
                raise Refusal("It is so already.")
            edits[subject.name] = (before, replace(after, by=who.name, at=change.now))
        except Refusal as refusal:
            skipped.append((name, str(refusal)))
    return Plan(tuple(edits.values()), tuple(skipped))


def leave_to_holder(change: Change, subject: Subject, who: Operator) -> None:
    """See that no colleague holds a subject; raises Refusal with who does."""
    for name in subject.covered_by:
        claim = claims.read(change.connection, name)
        if claim.held and claim.uid != who.uid:
            raise Refusal(f"{rules.held_by(claim, change.now)}. Ask {claim.name}, or take it over (c).")


def require_some(planned: Plan) -> None:
    """See that there is anything to do; raises Refusal with what stands in the way."""
    if planned.edits:
        return
    reasons = [f"{name}: {why}" for name, why in planned.skipped[:NAMED]]
    more = len(planned.skipped) - NAMED
    raise Refusal("Nothing was changed. " + " ".join(reasons) + (f" And {more} more." if more > 0 else ""))


def do(
    change: Change, who: Operator, kind: str, planned: Plan, data: Mapping[str, Any] | None = None
) -> Answer:
    """Do what was planned, and tell it in one line."""
    require_some(planned)
    done = placing.set_items(change, planned.edits)
    names = [after.subject for _, after in planned.edits]
    told = {**(data or {}), "subjects": names, "edits": [edit(*one) for one in done]}
    return planned.answer | {"event": items.act(change, who.name, who.uid, kind, names, told)}


async def undo(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Take back one's own last local act, or the one that `event` names: all of it, or nothing."""
    who, seq = operator_of(service, connection), number(request, "event", 0)

    def wanted(change: Change, seq: int) -> items.Act:
        if not who.may("respond"):
            raise Refusal("Your role is to observe: nothing was undone.")
        act = items.to_undo(change.connection, who.uid, max(0, seq))
        while act is not None and seq <= 0 and _moot(change, act):
            act = items.to_undo(change.connection, who.uid, before=act.seq)
        if act is None:
            raise Refusal("There is nothing of yours to undo.")
        if act.uid != who.uid:
            raise Refusal(f"{act.actor} did that; each undoes only their own.")
        if act.undone:
            raise Refusal("That was undone already.")
        return act

    meant = await service.work(partial(wanted, seq=seq))
    unlisting = await naming.unlisting(service, meant)

    def back(change: Change) -> Answer:
        act = wanted(change, meant.seq)
        data = msgspec.json.decode(act.data)
        names = list(dict.fromkeys(one["on"].removeprefix(CLAIM) for one in data["edits"]))
        names = data.get("subjects", names)
        for name in names:
            if (subject := _there(change, name)) is not None:
                leave_to_holder(change, subject, who)
        of_names = [one for one in data["edits"] if one["on"].startswith(naming.NAME)]
        lists: Answer = {}
        for one in of_names:
            lists |= naming.take_back(change, one, unlisting)
        others = [one for one in data["edits"] if one not in of_names]
        learned = teaching.learn(service, change, _take_back(change, who, act, others))
        told = {"undoes": act.seq, "what": act.kind, "subjects": names}
        change.log(who.name, "undone", act.subject, told)
        items.mark_undone(change, act)
        done = {"undone": act.seq, "what": act.kind, "count": len(names), "subjects": names}
        return done | learned | lists

    return await naming.taken_in(service, await teaching.taught(service, await service.work(back)))


def _moot(change: Change, act: items.Act) -> bool:
    """Whether it was about a claim that is not as it was left: there is nothing to take back of that."""
    edits = msgspec.json.decode(act.data)["edits"]
    return all(one["on"].startswith(CLAIM) and not _as_left(change, one) for one in edits)


def _as_left(change: Change, edit: Mapping[str, Any]) -> bool:
    now = claims.read(change.connection, edit["on"].removeprefix(CLAIM))
    return bool({"uid": now.uid, "epoch": now.epoch} == edit["after"])


def _there(change: Change, name: str) -> Subject | None:
    try:
        return found(change, name)
    except Refusal:
        return None


def _take_back(
    change: Change, who: Operator, act: items.Act, edits: Sequence[Mapping[str, Any]]
) -> list[tuple[Item, Item]]:
    """Take back every edit of an act; gives the items as they were and as they are."""
    back: list[tuple[Item, Item]] = []
    for one in reversed(edits):
        name, was, became = one["on"], one["before"], one["after"]
        if name.startswith(CLAIM):
            if not _as_left(change, one):
                raise Refusal(_changed(change, name.removeprefix(CLAIM), act))
            _give_back(change, who, name.removeprefix(CLAIM))
        elif name.startswith(NOTE):
            items.let_note_stand(change.connection, int(name.removeprefix(NOTE)), was["stands"])
        else:
            now = items.read(change.connection, name)
            before = restored(now, was, became)
            if before is None:
                raise Refusal(_changed(change, name, act, became.keys()))
            if now.made and not before.made and (why := _in_use(change, now.subject)):
                raise Refusal(why)
            back.append((now, replace(before, by=who.name, at=change.now)))
    placing.set_items(change, back)
    return back


def _give_back(change: Change, who: Operator, name: str) -> None:
    """Undo a claim by releasing it, and a release by claiming again: an epoch never comes back."""
    now = claims.read(change.connection, name)
    if now.held:
        after = rules.release(now, who, now.epoch)
    else:
        subject = found(change, name)
        around = [claims.read(change.connection, one) for one in subject.covered_by if one != name]
        after = rules.take(now, who, change.now, around=around)
    claims.write(change.connection, after)


def _in_use(change: Change, subject: str) -> str:
    """Why an incident made by hand cannot go again; empty where it can."""
    detail = items.detail(change.connection, subject)
    rest = replace(detail.item, made=False)
    held = claims.read(change.connection, subject).held
    handed_on = handed.at_work(change.connection, incident_in(subject) or "")
    if detail.notes or detail.merged or not rest.empty or held or handed_on:
        return f"{subject} is being worked on by now, so the split was not undone. Merge it back instead (m)."
    return ""


def _who_changed(change: Change, name: str, seq: int, names: AbstractSet[str]) -> Deed | None:
    """The line of the log that set one of these values anew, or else the last that tells of the subject."""
    later = items.events(change.connection, name, after=seq)
    for deed in later:
        edits = msgspec.json.decode(deed.data).get("edits", ()) if deed.act else ()
        if any(one["on"] == name and not names.isdisjoint(one["after"]) for one in edits):
            return deed
    return later[0] if later else None


def _changed(change: Change, name: str, act: items.Act, names: AbstractSet[str] = frozenset()) -> str:
    since = _who_changed(change, name, act.seq, names)
    who = f"{since.actor}: {since.kind}, {since.at:%H:%M} UTC" if since else "it is not as you left it"
    what = "Mention " + name.partition(":")[2] if mention_in(name) is not None else name.partition(":")[2]
    return (
        f"{what} has changed since ({who}), so nothing of your `{act.kind}` was undone; what is there now is "
        "safe. Look at it, and set it as it should be."
    )
