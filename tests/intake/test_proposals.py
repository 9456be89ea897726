"""Names that no list has: one name whatever its spelling, independent voices, what is worth adding."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from console.intake.listing import Listing, ListingError, above, adding, changed, naming
from console.intake.proposals import (
    LEAST_VOICES,
    MOST_OF_ONE,
    Said,
    counted,
    name_key,
    named_in,
    ranked,
    spelled,
    street_level,
    worth_adding,
)
from console.model import FoundPlace, Place, Unlisted
from tests.hostile import SMALL, forbidden

AT = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)


def said(
    number: int, name: str = "Alder St", *, hours: float = 0, voice: str = "", near: bool = False
) -> Said:
    """What somebody says so many hours after the first."""
    at = AT.timestamp() + hours * 3600
    return Said(name, number, voice or f"voice{number}", at, at, near)


def found(name: str, *, text: str = "", listed: bool = False) -> FoundPlace:
    return FoundPlace(text or name, 0, len(text or name), name, listed)


class TestSpelling:
    @pytest.mark.parametrize(
        "other",
        ["alder street", "ALDER ST", "Alder Str.", "Alder St's", "#AlderSt", "1200 Alder St", "Älder Street"],
    )
    def test_of_one_name(self, other: str) -> None:
        assert name_key(other) == name_key("Alder St")

    @pytest.mark.parametrize("tag", ["#alderst", "#ALDERSTREET", "alderstreet", "AlderStreet", "alderst"])
    def test_of_one_name_written_together_in_a_hashtag(self, tag: str) -> None:
        assert name_key(tag) == name_key("Alder St")

    def test_of_one_crossing_whichever_road_comes_first(self) -> None:
        assert name_key("5th and Main") == name_key("Main & 5th") == name_key("Main at 5th")

    def test_of_saints_and_streets(self) -> None:
        assert name_key("St Anne's") == name_key("Saint Anne's")
        assert name_key("St Anne St") == name_key("Saint Anne Street") != name_key("Anne St")

    @pytest.mark.parametrize(
        ("one", "other"),
        [("Alder St", "Alder Ave"), ("Alder St", "Elder St"), ("Forest", "Fore St"), ("I-10", "I-45")],
    )
    def test_of_two_names(self, one: str, other: str) -> None:
        assert name_key(one) != name_key(other)

    def test_is_shown_as_a_list_would_have_it(self) -> None:
        assert spelled("#AlderStreet") == spelled("AlderStreet") == "Alder Street"
        assert spelled("McAlder") == "McAlder"
        assert spelled("1200 Alder St.") == "Alder St"
        assert spelled("1960 Rd") == "1960 Rd"

    @pytest.mark.parametrize("text", SMALL.values(), ids=SMALL.keys())
    def test_of_hostile_names_is_clean_and_bounded(self, text: str) -> None:
        assert not forbidden(spelled(text))
        assert len(spelled(text)) <= 100
        assert len(name_key(text)) <= 1000

    @pytest.mark.parametrize("nothing", ["", "#", "...", "\u200b", "'"])
    def test_of_what_is_no_name_is_empty(self, nothing: str) -> None:
        assert name_key(nothing) == ""


class TestInOnePost:
    def test_only_what_no_list_has_counts_once(self) -> None:
        places = (found("Riverton", listed=True), found("Alder St"), found("alder street"))
        assert named_in(places) == {"alderstreet": "Alder St"}

    def test_a_hashtag_is_told_by_how_it_was_written(self) -> None:
        assert list(named_in([found("alderst", text="#alderst")])) == ["alderstreet"]

    def test_a_list_of_all_streets_counts_for_few(self) -> None:
        assert len(named_in(found(f"{number}th St") for number in range(1, 500))) == MOST_OF_ONE


class TestCounting:
    def test_voices_are_independent_and_of_one_day(self) -> None:
        told = [
            said(9, hours=30),
            said(8, hours=29, voice="kim"),
            said(7, hours=28, voice="kim"),
            said(6, hours=27)._replace(voice=""),
            said(1, "Alder Street", near=True),
        ]
        name = counted("alderstreet", told)
        assert name is not None
        assert (name.mentions, name.voices, name.near) == (5, 2, 1)
        assert (name.first_seen, name.last_seen) == (AT, AT + timedelta(hours=30))
        assert name.example == 1

    def test_the_name_is_written_as_most_write_it_and_out_where_anybody_does(self) -> None:
        told = [said(1, "alderst"), said(2, "ALDER ST"), said(3, "Alder St"), said(4, "Alder St")]
        told += [said(5, "alder st"), said(6, "Alder Street")]
        name = counted("alderstreet", told)
        assert name is not None
        assert name.name == "Alder St"

    def test_nobody_is_nothing(self) -> None:
        assert counted("x", ()) is None


class TestWorth:
    def test_it_takes_three_voices(self) -> None:
        assert not worth_adding("Alder St", 9, LEAST_VOICES - 1, 9)
        assert worth_adding("Alder St", 9, LEAST_VOICES, 0)

    @pytest.mark.parametrize("name", ["Texas", "TX", "Canada", "Canadas", "U.S"])
    def test_countries_and_states_are_no_place_of_a_desk(self, name: str) -> None:
        assert not worth_adding(name, 40, 40, 40)
        assert named_in([found(name)]) == {}

    def test_a_city_of_the_world_is_one_where_it_is_heard_from_the_desks_area(self) -> None:
        assert not worth_adding("Toronto", 20, 20, 3)
        assert worth_adding("Toronto", 20, 20, 6)

    def test_a_street_is_one_whatever_it_is_named_after(self) -> None:
        assert worth_adding("Toronto St", 20, 20, 0)
        assert worth_adding("Texas Ave", 20, 20, 0)


class TestRanking:
    def test_what_is_near_and_a_street_comes_before_what_more_people_say(self) -> None:
        far = Unlisted("far", "Farland", mentions=40, voices=40, near=4)
        street = Unlisted("street", "Alder St", mentions=4, voices=4)
        near = Unlisted("near", "Alder St", mentions=3, voices=3, near=2)
        assert ranked([far, street, near]) == (near, street, far)

    @pytest.mark.parametrize(
        "name",
        [
            "Alder St",
            "Alder Ave",
            "I-10",
            "Highway 6",
            "Cane Creek",
            "Oak School",
            "Lake Olm",
            "5th and Main",
        ],
    )
    def test_these_are_within_a_town(self, name: str) -> None:
        assert street_level(name)

    @pytest.mark.parametrize("name", ["Farland", "New Farland", "Great Olmia"])
    def test_these_need_not_be(self, name: str) -> None:
        assert not street_level(name)


class TestTheList:
    RIVERTON = Place("Riverton")
    MILL = Place("Mill Street", ("Mill Lane",), "Riverton")
    LIST = (RIVERTON, MILL)

    def test_a_name_comes_last_and_goes_again(self) -> None:
        made = adding(self.LIST, "Alder St", "Riverton")
        after = changed(self.LIST, made)
        assert after == (*self.LIST, Place("Alder St", (), "Riverton"))
        assert changed(after, made.back) == self.LIST

    def test_another_spelling_comes_to_its_place_and_goes_again(self) -> None:
        made = naming(self.LIST, "The Mill Rd", "mill st")
        after = changed(self.LIST, made)
        assert after == (self.RIVERTON, Place("Mill Street", ("Mill Lane", "The Mill Rd"), "Riverton"))
        assert changed(after, made.back) == self.LIST

    @pytest.mark.parametrize("name", ["Mill St", "mill ln", "RIVERTON"])
    def test_what_it_has_in_any_spelling_is_not_added(self, name: str) -> None:
        with pytest.raises(ListingError, match="on the list already"):
            adding(self.LIST, name)

    def test_an_unknown_place_is_asked_back(self) -> None:
        with pytest.raises(ListingError, match='Did you mean "Mill Street"'):
            naming(self.LIST, "Alder St", "Mil Street")

    def test_what_was_changed_since_is_left(self) -> None:
        with pytest.raises(ListingError, match="not listed as it was left"):
            changed(self.LIST, Listing(Place("Mill Street"), None))

    def test_areas_above_never_go_round(self) -> None:
        round_ = (Place("A", (), "B"), Place("B", (), "A"))
        assert list(above(round_, Place("Alder St", (), "A"))) == ["A", "B"]

    def test_a_country_of_names_is_looked_through_at_once(self) -> None:
        many = tuple(Place(f"Long Street {number}", ("Other",)) for number in range(200_000))
        with pytest.raises(ListingError):
            adding(many, "long st 199999")


@pytest.mark.parametrize("name", ["Gas Leak Oak Avenue", "Trapped Oak Road", "House Fire Elm Street"])
def test_a_name_that_begins_with_what_happened_is_not_proposed(name: str) -> None:
    assert not worth_adding(name, 40, 40, 40)
