"""Two place lists made into one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from console.model import Place


@dataclass(frozen=True, slots=True)
class Merged:
    """A place list after another was taken in, and what that changed."""

    places: tuple[Place, ...]
    new: int
    changed: int


def merge(present: Iterable[Place], arriving: Iterable[Place]) -> Merged:
    """Take places in: by name, capitals aside, other spellings are gathered and a newer area wins."""
    merged = {place.name.casefold(): place for place in present}
    new = changed = 0
    for place in arriving:
        key = place.name.casefold()
        known = merged.get(key)
        if known is None:
            merged[key] = place
            new += 1
            continue
        aliases = tuple(dict.fromkeys((*known.aliases, *place.aliases)))
        together = Place(known.name, aliases, place.area or known.area)
        changed += together != known
        merged[key] = together
    return Merged(tuple(merged.values()), new, changed)
