"""Mentions that were taken in while a name was listed, filed as they would be without it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from console.intake.proposals import name_key, named_in
from console.model import FoundPlace
from console.store import unlisted
from console.store.change import Change
from console.store.connect import Connection, Row
from console.store.rows import found_from_json, storable, to_json
from console.store.search import facet
from console.store.taking import Batch

CHUNK = 500
"""Mentions looked at in one transaction, some 50 ms."""
_SINCE = """
SELECT id, place, found FROM mention
WHERE id > ? AND id >= (SELECT id FROM mention WHERE seen_at >= ? ORDER BY seen_at, id LIMIT 1)
  AND (place = ? OR instr(found, ?)) ORDER BY id LIMIT ?
"""
_EDITED = """
SELECT m.id, m.place, m.found FROM mention_text CROSS JOIN mention AS m ON m.id = mention_text.rowid
WHERE mention_text MATCH ? AND m.place = ? AND m.seen_at < ? AND m.edited_at >= ?
"""


@dataclass(frozen=True, slots=True)
class Unlisting:
    """A name that is listed no more."""

    key: str
    place: str
    """As which it was listed."""
    gone: bool
    """Whether that is no place of the list any more, or only has another spelling less."""
    choose: Callable[[Iterable[str]], str]
    """Of listed places that a text names the one to file it at, by the list as it is now; empty for none."""
    since: float
    """Unix time at which it was listed."""


def unfile(change: Change, unlisting: Unlisting, after: int = 0) -> int | None:
    """File some mentions as they would be without a name; gives after which id there may be more."""
    work, names = Batch(change.connection, change.now, 0), {}
    rows = _since(change.connection, unlisting, after)
    more = int(rows[-1][0]) if len(rows) == CHUNK else None
    for id_, filed_at, found in (rows + _edited(change.connection, unlisting)) if not after else rows:
        before = found_from_json(found)
        place, told = _without(unlisting, filed_at, before)
        if (place, told) != (filed_at, before):
            work.file(id_, place, to_json(told))
            names[id_] = named_in(told)
    work.store()
    unlisted.hear(change.connection, names)
    return more


def _since(connection: Connection, unlisting: Unlisting, after: int) -> list[Row]:
    place = storable(unlisting.place)
    return connection.execute(_SINCE, (after, unlisting.since, place, to_json(place), CHUNK)).fetchall()


def _edited(connection: Connection, unlisting: Unlisting) -> list[Row]:
    """Mentions that are older, and were judged anew since."""
    place, since = storable(unlisting.place), unlisting.since
    asked = f"facets : {facet('place', place)}", place, since, since
    return connection.execute(_EDITED, asked).fetchall()


def _without(
    unlisting: Unlisting, filed_at: str, found: tuple[FoundPlace, ...]
) -> tuple[str, tuple[FoundPlace, ...]]:
    """Where a mention is filed without a name, and the places that it names then."""
    told = tuple(
        one._replace(name=one.text, listed=False) if _is_meant(unlisting, one) else one for one in found
    )
    listed = [one.name for one in told if one.listed]
    stays = not unlisting.gone and (told == found or filed_at in listed)
    if filed_at != unlisting.place or stays:
        return filed_at, told
    return unlisting.choose(listed), told


def _is_meant(unlisting: Unlisting, found: FoundPlace) -> bool:
    if not found.listed or found.name != unlisting.place:
        return False
    return unlisting.gone or name_key(found.text) == unlisting.key
