"""Which department an incident goes to: the settings' routes, the most exact first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.settings import Route


@dataclass(frozen=True, slots=True)
class Choice:
    """A route for an incident, and why it is one."""

    route: Route
    fits: bool
    """Whether the settings mean it for this place and topic; the others can be chosen all the same."""
    reason: str


def choices(routes: Sequence[Route], place: str, topic: str, above: Sequence[str] = ()) -> tuple[Choice, ...]:
    """All routes for a place and topic: those that fit, the most exact first, then the rest.

    What a route names of the topic weighs more than what it names of the place: a department is for a topic,
    its districts are for places.

    Args:
        routes: As the settings have them; that order decides between equals.
        place: The incident's; empty for none.
        topic: The incident's.
        above: The areas in which the place lies, the nearest first.
    """
    judged = [(_exactness(route, place, topic, above), route) for route in routes]
    fitting = sorted((one for one in judged if one[0] is not None), key=lambda one: one[0] or (0, 0))
    return (
        *(Choice(route, True, _reason(route, place, topic, above)) for _, route in fitting),
        *(Choice(route, False, _unfit(route)) for exactness, route in judged if exactness is None),
    )


def nowhere(place: str, topic: str, routes: Sequence[Route]) -> str:
    """What is said where no route fits: what happened, and what to do."""
    what = f"No route of the settings is for {topic} at {place or 'no known place'}."
    if not routes:
        return f"{what} There is none at all: nothing was sent. Phone, and add [routes.NAME] to the settings."
    return f"{what} Nothing was sent. Choose one of the {len(routes)} yourself, or phone."


def _exactness(route: Route, place: str, topic: str, above: Sequence[str]) -> tuple[int, int] | None:
    """How far a route is from having been written for this very case; None where it is for another."""
    by_topic = 1 if not route.topics else 0 if _among(topic, route.topics) else None
    if not route.places:
        by_place: int | None = len(above) + 1
    else:
        nearest = (far for far, name in enumerate((place, *above)) if name and _among(name, route.places))
        by_place = next(nearest, None)
    return None if by_topic is None or by_place is None else (by_topic, by_place)


def _reason(route: Route, place: str, topic: str, above: Sequence[str]) -> str:
    about = f"for {topic}" if route.topics else "for any topic"
    if not route.places:
        return f"{about}, anywhere"
    if _among(place, route.places):
        return f"{about}, at {place}"
    return f"{about}, in {next(name for name in above if _among(name, route.places))}"


def _unfit(route: Route) -> str:
    about = f"for {', '.join(route.topics)}" if route.topics else "for any topic"
    return f"{about}, at {', '.join(route.places)}" if route.places else f"{about}, anywhere"


def _among(name: str, names: Sequence[str]) -> bool:
    return name.casefold() in {one.casefold() for one in names}
