"""One change of a place list: a name put in, or another spelling given to a place that is there; and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from console.intake.phrases import fold
from console.intake.proposals import name_key
from console.judgement import Place


class ListingError(ValueError):
    """A change that a list does not take; the message is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A place as it was listed before, None for not at all, and as it is after."""

    before: Place | None
    after: Place | None

    @property
    def back(self) -> Listing:
        """The change that undoes this one."""
        return Listing(self.after, self.before)


def adding(places: Sequence[Place], name: str, area: str = "") -> Listing:
    """Put a name into the list.

    Raises:
        ListingError: A place of the list is called that already.
    """
    _require_new(places, name)
    return Listing(None, Place(name, (), area))


def naming(places: Sequence[Place], name: str, of: str) -> Listing:
    """Make a name another spelling of a listed place.

    Raises:
        ListingError: There is no such place, or a name of the list is that already.
    """
    _require_new(places, name)
    wanted = _named(places, of)
    if wanted is None:
        close = get_close_matches(of, [place.name for place in places], n=1)
        meant = f'Did you mean "{close[0]}"?' if close else "`watchfloor places list` shows those there are."
        raise ListingError(f'No place of the list is called "{of}", so nothing was changed. {meant}')
    return Listing(wanted, replace(wanted, aliases=(*wanted.aliases, name)))


def changed(places: Sequence[Place], listing: Listing) -> tuple[Place, ...]:
    """The list after a change; what is new comes last.

    Raises:
        ListingError: The place is not listed as the change found it.
    """
    if listing.before is None:
        return (*places, listing.after) if listing.after else tuple(places)
    if listing.before not in places:
        raise ListingError(
            f'"{listing.before.name}" is not listed as it was left, so the list was not changed. Look at it: '
            "`watchfloor places list`."
        )
    turned = (listing.after if place == listing.before else place for place in places)
    return tuple(place for place in turned if place is not None)


def above(places: Iterable[Place], place: Place) -> Iterator[str]:
    """The areas in which a place lies by a list, the nearest first."""
    return _climb({**_areas(places), place.name.casefold(): place.area}, place.name)


def choosing(places: Iterable[Place]) -> Callable[[Iterable[str]], str]:
    """Tells of listed places that a text names the one to file it at, as `PlaceIndex.choose` does."""
    areas = _areas(places)
    return lambda names: max(names, key=lambda name: len(list(_climb(areas, name))), default="")


def _areas(places: Iterable[Place]) -> dict[str, str]:
    return {one.name.casefold(): one.area for one in places}


def _climb(areas: Mapping[str, str], name: str) -> Iterator[str]:
    area, passed = areas.get(name.casefold(), ""), {name.casefold()}
    while area and area.casefold() not in passed:
        yield area
        passed.add(area.casefold())
        area = areas.get(area.casefold(), "")


def _require_new(places: Sequence[Place], name: str) -> None:
    known = _named(places, name)
    if known is not None:
        raise ListingError(
            f'"{name}" is on the list already, as "{known.name}". Nothing was changed, and nothing is to do.'
        )


def _named(places: Sequence[Place], name: str) -> Place | None:
    """The place of a list that is called so, in any spelling."""
    wanted, longest = name_key(name), max(fold(name), key=len, default="")

    def same(spelling: str) -> bool:
        # To fold a whole country's names takes seconds: only those that hold the longest word are.
        return (not spelling.isascii() or longest in spelling.lower()) and name_key(spelling) == wanted

    by_name = next((place for place in places if same(place.name)), None)
    return by_name or next((place for place in places if any(map(same, place.aliases))), None)
