"""Which department an incident goes to."""

from __future__ import annotations

from console.settings import Route
from console.workflow.routes import choices, nowhere

ANY = Route("desk", "mail")
ROADS = Route("roads", "mail", topics=("Road",))
NORTH = Route("north", "mail", places=("North",))
ROADS_NORTH = Route("roads-north", "mail", topics=("road",), places=("North",))
MILL = Route("mill", "mail", topics=("road",), places=("Mill Street",))
WATER = Route("water", "mail", topics=("water",))


def names(
    *routes: Route, place: str = "Mill Street", above: tuple[str, ...] = ("North", "Town")
) -> list[str]:
    return [choice.route.name for choice in choices(routes, place, "road", above) if choice.fits]


def test_the_most_exact_route_comes_first() -> None:
    assert names(ANY, NORTH, ROADS, ROADS_NORTH, MILL, WATER) == [
        "mill",
        "roads-north",
        "roads",
        "north",
        "desk",
    ]


def test_of_two_areas_around_a_place_the_nearer_one_counts() -> None:
    town = Route("town", "mail", places=("Town",))
    assert names(town, NORTH) == ["north", "town"]


def test_the_order_of_the_settings_decides_between_equals() -> None:
    other = Route("other", "mail", topics=("road",))
    assert names(ROADS, other) == ["roads", "other"]
    assert names(other, ROADS) == ["other", "roads"]


def test_a_reason_says_what_fits_and_what_a_route_is_for_that_does_not() -> None:
    found = choices((WATER, ROADS_NORTH, MILL), "mill street", "ROAD", ("North",))
    assert [choice.reason for choice in found] == [
        "for ROAD, at mill street",
        "for ROAD, in North",
        "for water, anywhere",
    ]
    assert not found[-1].fits


def test_an_incident_without_a_place_fits_no_route_that_names_one() -> None:
    assert names(MILL, ROADS, place="", above=()) == ["roads"]


def test_where_nothing_fits_a_sentence_says_so_and_all_are_offered() -> None:
    found = choices((WATER,), "Mill Street", "road")
    assert [(choice.route.name, choice.fits) for choice in found] == [("water", False)]
    assert "No route of the settings is for road at Mill Street" in nowhere("Mill Street", "road", (WATER,))
    assert "Nothing was sent" in nowhere("", "road", (WATER,))
    assert "add [routes.NAME]" in nowhere("", "road", ())
