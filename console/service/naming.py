"""Names that no list has, added to the place list or refused by people; and both taken back.

The list is written within the transaction that notes the decision, last of all: a list that cannot be written
changes nothing. Posts are judged by it once the service has read it again, as after `places import`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from console.intake.listing import Listing, ListingError, above, adding, changed, choosing, naming
from console.intake.place_list import MAX_NAME, PlaceListError, as_csv, in_own_form, put_list, read_places
from console.intake.proposals import bare, name_key
from console.model import NameState, Place, Unlisted
from console.service.claiming import line
from console.service.operators import operator_of
from console.service.socket import Connection, RequestError
from console.settings import SettingsError
from console.store import items, placing, unlisted
from console.store.change import Change
from console.store.items import Act
from console.store.unfiling import Unlisting, unfile
from console.work import Operator, Refusal

if TYPE_CHECKING:
    from console.service.serve import Service

Answer = dict[str, Any]
MakesListing = Callable[[str, Sequence[Place]], Listing]
"""Makes the change of a list that puts a name into it; raises ListingError where that makes no sense."""
NAME = "place:"
"""How the log names a name that was decided about, among what an act changed."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A place list that is about to be written."""

    path: Path
    stamp: tuple[int, int]
    """What the file was when it was read."""
    listing: Listing
    data: bytes
    """The list with it, as it is written."""
    keep: bool
    """Whether the list says more than that, so that a copy is kept of it."""
    place: str
    """What the name is listed as."""
    above: frozenset[str] = frozenset()
    """The areas that this lies in."""


@dataclass(frozen=True, slots=True)
class Back:
    """A change of the list that is about to be undone."""

    of: str
    """Among what the act changed."""
    why: str
    """Why it cannot be; empty where it can."""
    made: _Made | None = None
    unlisting: Unlisting | None = None


async def add_place(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Put a name on the place list, in an `area`, or `as` another spelling of a place that is there."""
    area, of = line(request, "area", MAX_NAME).strip(), line(request, "as", MAX_NAME).strip()
    if area and of:
        raise RequestError("another spelling lies where its place does: say area or as, not both")

    def listing(name: str, places: Sequence[Place]) -> Listing:
        return naming(places, name, of) if of else adding(places, name, area)

    return await _decide(service, connection, request, "added", listing)


async def refuse_place(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Propose a name no more, however many say it."""
    return await _decide(service, connection, request, "refused")


async def _decide(
    service: Service,
    connection: Connection,
    request: Mapping[str, Any],
    state: NameState,
    listing: MakesListing | None = None,
) -> Answer:
    who, typed = operator_of(service, connection), bare(line(request, "name", MAX_NAME))
    key = name_key(typed)
    if not key:
        raise RequestError('say which name: {"name": "Mill Street"}')

    def known(change: Change) -> tuple[Unlisted | None, str]:
        if not who.may("respond"):
            raise Refusal("Your role is to observe: no name was decided about.")
        before = unlisted.read(change.connection, key)
        # Typed without capitals, it is meant as people write it.
        name = before.name if before is not None and typed == typed.lower() else typed
        if before is not None and before.state == state:
            raise Refusal(f'"{name}" was {state} already, by {before.by}. Nothing was changed.')
        return before, name

    made = None
    if listing is not None:
        # A list of a whole country takes seconds to read: intake and all others go on meanwhile.
        _, name = await service.work(known)
        made = await service.aside(partial(_made, service, partial(listing, name)))

    def do(change: Change) -> Answer:
        before, name = known(change)
        edit: Answer = {
            "on": f"{NAME}{key}",
            "before": {"state": before.state if before else "", "by": before.by if before else ""},
            "after": {"state": state, "by": who.name},
        }
        unlisted.decide(change, key, name, state, who.name)
        if made is None:
            return _told(change, who, "place refused", name, edit)
        filed = placing.list_name(change, key, made.place, made.above)
        edit |= {"listing": made.listing, "filed": filed}
        answer = _told(change, who, "place added", name, edit)
        kept = _write_made(made)
        return answer | {"place": made.place, "filed": len(filed), "relist": True, "kept": kept}

    return await taken_in(service, await service.work(do))


def _made(service: Service, listing: Callable[[Sequence[Place]], Listing]) -> _Made:
    """Read the list and change it, not yet in its file; raises RequestError where that makes no sense."""
    try:
        path = _list_file(service)
        stamp, places = _stamp(path), _read(path)
        chosen = listing(places)
        assert chosen.after is not None
        after = changed(places, chosen)
        wider = frozenset(above(after, chosen.after))
        return _Made(
            path, stamp, chosen, as_csv(after), not in_own_form(path, places), chosen.after.name, wider
        )
    except (Refusal, ListingError) as error:
        raise RequestError(str(error)) from None


def _told(change: Change, who: Operator, kind: str, name: str, edit: Answer) -> Answer:
    subjects = [f"{NAME}{name}"]
    data = {"subjects": subjects, "edits": [msgspec.to_builtins(edit)]}
    event = items.act(change, who.name, who.uid, kind, subjects, data)
    return {"name": name, "event": event}


async def unlisting(service: Service, act: Act) -> Back | None:
    """Get ready, while all others go on, to undo an act that changed the list; None where it did not."""
    edits = msgspec.json.decode(act.data)["edits"]
    edit = next((one for one in edits if "listing" in one), None)
    if edit is None:
        return None
    return await service.aside(partial(_back, service, edit, act.at))


def _back(service: Service, edit: Mapping[str, Any], since: float) -> Back:
    listing = msgspec.convert(edit["listing"], Listing).back
    assert listing.before is not None
    try:
        path = _list_file(service)
        stamp, places = _stamp(path), _read(path)
        after = changed(places, listing)
    except (Refusal, ListingError) as error:
        return Back(edit["on"], str(error))
    made = _Made(path, stamp, listing, as_csv(after), not in_own_form(path, places), listing.before.name)
    key, choose = edit["on"].removeprefix(NAME), choosing(after)
    return Back(edit["on"], "", made, Unlisting(key, made.place, listing.after is None, choose, since))


def take_back(change: Change, edit: Mapping[str, Any], back: Back | None) -> Answer:
    """Undo one decision; gives what is to be done after it (`taken_in`).

    Raises:
        Refusal: Somebody has decided otherwise since, or the list is not as it was left.
    """
    key, was, became = edit["on"].removeprefix(NAME), edit["before"], edit["after"]
    now = unlisted.read(change.connection, key)
    if now is not None and now.state != became["state"]:
        raise Refusal(f'"{now.name}" was decided about anew since, by {now.by}. Nothing was undone.')
    name = now.name if now else key
    unlisted.decide(change, key, name, was["state"], was["by"])
    if back is None or back.of != edit["on"]:
        return {}
    if back.made is None or back.unlisting is None:
        raise Refusal(back.why)
    placing.unlist_name(change, key, back.made.place, [(id_, place) for id_, place in edit["filed"]])
    unfile(change, back.unlisting)
    kept = _write_made(back.made)
    return {"relist": True, "unlisting": back.unlisting, "kept": kept}


async def taken_in(service: Service, answer: Answer) -> Answer:
    """Have posts judged by the list as it is now where an act changed it, and say whether they are."""
    gone, refiled = answer.pop("unlisting", None), answer.get("filed") != 0
    if not answer.pop("relist", False):
        return answer
    try:
        await service.reload(refiled=refiled)
        told = "posts are judged by it from now on"
    except (SettingsError, OSError, ValueError) as error:
        why = " ".join(str(error).split()).rstrip(".")
        told = f"the list is written, but posts are judged by the old one: {why}"
    # What was too much for one transaction, and what came in while the list was read.
    after: int | None = 0 if gone is not None else None
    while after is not None:
        after = await service.work(partial(unfile, unlisting=gone, after=after))
    if answer.get("kept"):
        told += f"; the list as it was is kept beside it as {answer['kept']}"
    return answer | {"list": told}


def _list_file(service: Service) -> Path:
    path = service.settings.place_list
    if path is None:
        raise Refusal(
            "This desk has no settings file, so there is nowhere to keep a place list. Nothing was changed; "
            "`watchfloor config init` writes one."
        )
    return path


def _stamp(path: Path) -> tuple[int, int]:
    """What changes with a file that somebody writes; the same for one that is not there."""
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return status.st_mtime_ns, status.st_ino


def _read(path: Path) -> tuple[Place, ...]:
    try:
        return read_places(path).places if path.exists() else ()
    except PlaceListError as error:
        raise Refusal(f"{error} Nothing was changed; mend the list first.") from None


def _write_made(made: _Made) -> str:
    """Write a list as it was made ready, and as `_write` does; raises Refusal where it is another by now."""
    if _stamp(made.path) != made.stamp:
        raise Refusal("The place list was changed by somebody just now. Nothing was done; do it again.")
    return _write(made.path, made.data, keep=made.keep)


def _write(path: Path, data: bytes, *, keep: bool) -> str:
    """Write the list; tells what the earlier one was kept as, empty where nothing of it is lost.

    Raises:
        Refusal: It cannot be written; the earlier one is there, whole.
    """
    try:
        kept = put_list(path, data, keep=keep)
    except OSError as error:
        raise Refusal(
            f"The place list {path} cannot be written by the service ({error.strerror or error}). Nothing "
            "was changed. Let the service's user write it and its directory, or add the name with "
            "`watchfloor places import FILE` as somebody who may."
        ) from None
    return kept.name if kept else ""
