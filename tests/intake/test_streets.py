"""Names that tell by their words what they are."""

from __future__ import annotations

import pytest

from console.intake.candidate import Candidate, Text
from console.intake.crossings import crossings
from console.intake.gazetteer import gazetteer
from console.intake.phrases import Words
from console.intake.signs import Signs
from console.intake.streets import addressed, begun, ended, numbered

SIGNS = Signs(gazetteer())


def read(text: str) -> tuple[Words, Text]:
    words = Words(text)
    return words, Text(words, SIGNS.of(words))


def told(words: Words, found: list[Candidate]) -> set[str]:
    return {words.text[slice(*one.span(words))] for one in found}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("on Alder Street", "Alder Street"),
        ("on alder street", "alder street"),
        ("on ALDER STREET", "ALDER STREET"),
        ("on Alder St.", "Alder St"),
        ("at 12 Alder Street", "12 Alder Street"),
        ("at 12 Alder Street N", "12 Alder Street N"),
        ("the 300 block of Alder Street", "300 block of Alder Street"),
        ("along 5th Avenue", "5th Avenue"),
        ("the Tarford River", "Tarford River"),
        ("Kestrel High School", "Kestrel High School"),
        ("Umoja Estate Phase 4", "Umoja Estate Phase 4"),
        ("San Vicente Golf Course Road", "San Vicente Golf Course Road"),
        ("Kestrel General", "Kestrel General"),
        ("in Alder Pines", "Alder Pines"),
        ("on Kestrel Salai", "Kestrel Salai"),
        ("pellets to pickering gardens", "pickering gardens"),
    ],
)
def test_a_name_that_ends_in_what_it_is(text: str, name: str) -> None:
    words, post = read(text)
    assert name in told(words, ended(post))


@pytest.mark.parametrize(
    "text",
    [
        "Street",
        "the street",
        "every road",
        "the nearest hospital",
        "Street Street",
        "#Street",
        "Major General",
    ],
)
def test_an_ending_alone_names_nothing(text: str) -> None:
    words, post = read(text)
    assert told(words, ended(post)) <= {"Street Street"}


@pytest.mark.parametrize(
    "text",
    [
        "i need a new hard drive",
        "a vicious circle",
        "on death row",
        "at a pizza place",
        "the dog park",
        "the wedding place",
        "supreme court",
        "by the car wash",
        "knives and forks",
        "fire outside toy factory",
        "the air inlet",
        "Sam and Kim Lee are in pickering gardens",
    ],
)
def test_things_in_small_letters_are_no_names(text: str) -> None:
    words, post = read(text)
    assert told(words, ended(post)) == set()


def test_two_streets_in_a_row_are_two() -> None:
    words, post = read("Ash Tree Road Birch Tree Lane")
    assert {"Ash Tree Road", "Birch Tree Lane"} <= told(words, ended(post))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("on I-10 now", "I-10"),
        ("on I10 now", "I10"),
        ("US 290 is shut", "US 290"),
        ("Highway 6 is shut", "Highway 6"),
        ("the A660 is shut", "A660"),
        ("county road 12", "county road 12"),
        ("past exit 53", "exit 53"),
        ("the 610 loop", "610 loop"),
        ("at 5th", "5th"),
    ],
)
def test_roads_and_exits_with_numbers(text: str, name: str) -> None:
    words, post = read(text)
    assert name in told(words, numbered(post))


@pytest.mark.parametrize("text", ["M7.5 quake", "12 people", "at 12:30", "2026", "I-", "x10", "a1234567"])
def test_magnitudes_times_and_counts_are_no_roads(text: str) -> None:
    words, post = read(text)
    assert told(words, numbered(post)) == set()


def test_names_that_begin_with_what_they_are() -> None:
    words, post = read("Lake Kestrel and Mount Alder, at all Costs")
    assert told(words, list(begun(post, gazetteer()))) == {"Lake Kestrel", "Mount Alder"}
    words, post = read("Calle Alder and St Fintan's and Lake Kestrel's shore")
    assert told(words, list(begun(post, gazetteer()))) == {"Calle Alder", "St Fintan's", "Lake Kestrel"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("St. Louis's mayor", "St. Louis"),
        ("St Paul's streets", "St Paul"),
        ("Saint Laurent's bag", "Saint Laurent"),
        ("corner of St Mary's", "St Mary's"),
        ("in St John's tonight", "St John's"),
    ],
)
def test_a_church_keeps_its_possessive_and_a_town_does_not(text: str, name: str) -> None:
    words, post = read(text)
    assert told(words, list(begun(post, gazetteer()))) == {name}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Alder Street and Birch Lane", "Alder Street and Birch Lane"),
        ("Alder St & Birch Ave", "Alder St & Birch Ave"),
        ("Alder St/Birch Ave", "Alder St/Birch Ave"),
        ("Main and 5th", "Main and 5th"),
        ("I-10 at Beltway 8", "I-10 at Beltway 8"),
        ("Alder Rd at Birch Rd", "Alder Rd at Birch Rd"),
    ],
)
def test_two_roads_joined_are_one_place(text: str, name: str) -> None:
    words, post = read(text)
    assert name in told(words, crossings(post, ended(post) + numbered(post), []))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Fir Blvd & Chimney Rock flooded", "Fir Blvd & Chimney Rock"),
        ("at Chimney Rock & Fir Blvd now", "Chimney Rock & Fir Blvd"),
        ("lorry over at J5 of the M1", "J5 of the M1"),
        ("queues from exit 53 on I-45", "exit 53 on I-45"),
        ("I-45 exit 53 is shut", "I-45 exit 53"),
        ("crash at the corner of Oak Street and Elm", "Oak Street and Elm"),
        ("last seen 14th & Hazel at 7", "14th & Hazel"),
        ("last seen 14th & Hazel Beaumont TX", "14th & Hazel"),
        ("5th Ave & Hazel flooded", "5th Ave & Hazel"),
        ("610 loop & Hazel", "610 loop & Hazel"),
        ("crash at 5th and main", "5th and main"),
        ("2nd & broad flooded", "2nd & broad"),
    ],
)
def test_bare_names_and_exits_belong_to_a_crossing(text: str, name: str) -> None:
    words, post = read(text)
    assert name in told(words, crossings(post, ended(post) + numbered(post), []))


@pytest.mark.parametrize(
    "text",
    [
        "Fire at 12 Alder Street",
        "Alder Street, Birch Lane",
        "she is at 12 Alder Street and the water is rising",
        "Alder Creek at Birch Lane",
        "12 Alder Street and 14 Birch",
        "12 Alder Street & 14 Birch Lane",
        "Alder Street and Help us",
        "Alder Street @joe Birch",
        "Alder Street https://example.org/a Birch",
        "I-10 E @ Alder Road",
        "I was 3rd and happy",
        "3rd & smiling",
        "at 4th & long",
        "1st & only",
        "5th / final",
        "July 4th & Happy",
        "12 Mill Street & happy",
    ],
)
def test_an_address_a_list_and_a_water_are_no_crossing(text: str) -> None:
    words, post = read(text)
    assert told(words, crossings(post, ended(post) + numbered(post), [])) == set()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("trapped at 4019 Alderwood", {"4019 Alderwood"}),
        ("4019 Alderwood, Tarford: boat only", {"4019 Alderwood"}),
        ("4019 Alderwood Tarford", {"4019 Alderwood", "4019 Alderwood Tarford"}),
        ("4019 Alderwood Tarford TX", {"4019 Alderwood"}),
        ("1211 E Alderwood", {"1211 E Alderwood"}),
        ("4400 block of Alderwood", {"4400 block of Alderwood"}),
        ("2300 blk Alderwood", {"2300 blk Alderwood"}),
        ("at 6 Alderwood", set()),
        ("1,300 Alderwood", set()),
        ("it is 11 PM", set()),
        ("and 42 People Killed", set()),
        ("call 911 Help", set()),
        ("200 of them", set()),
        ("#Flood2019 Tarford", set()),
        ("room 4019", set()),
        ("left at 1830. Alderwood is under water", set()),
        ("waist deep at 4019\nAlderwood", set()),
        ("fire at 1800 https://example.org/a Alderwood", set()),
        ("fire at 1800 @joe Alderwood", set()),
        ("4019 Alderwood Help us", {"4019 Alderwood"}),
    ],
)
def test_a_house_number_and_the_bare_name_of_a_street(text: str, names: set[str]) -> None:
    words, post = read(text)
    assert told(words, list(addressed(post))) == names


def test_a_street_in_small_letters_may_stand_after_any_words() -> None:
    words, post = read("coming from the annex please use alder street")
    assert "alder street" in told(words, ended(post))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Gas Leak Oak Avenue", "Oak Avenue"),
        ("Help Me Mill Street", "Mill Street"),
        ("MAN TRAPPED ELM STREET", "ELM STREET"),
        ("House Fire Elm Street", "Elm Street"),
        ("Police on First Avenue", "First Avenue"),
    ],
)
def test_what_happens_is_no_part_of_the_name_behind_it(text: str, name: str) -> None:
    words, post = read(text)
    found = told(words, ended(post))
    assert name in found
    assert not any(one.lower().startswith(("gas", "help", "man trapped", "house fire")) for one in found)
