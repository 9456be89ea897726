"""Names that tell by their words what they are."""

from __future__ import annotations

import pytest

from console.intake.candidate import Candidate, Text
from console.intake.gazetteer import gazetteer
from console.intake.phrases import Words
from console.intake.signs import Signs
from console.intake.streets import begun, crossings, ended, numbered

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
    ],
)
def test_a_name_that_ends_in_what_it_is(text: str, name: str) -> None:
    words, post = read(text)
    assert name in told(words, ended(post))


@pytest.mark.parametrize(
    "text", ["Street", "the street", "every road", "the nearest hospital", "Street Street", "#Street"]
)
def test_an_ending_alone_names_nothing(text: str) -> None:
    words, post = read(text)
    assert told(words, ended(post)) <= {"Street Street"}


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
    assert told(words, list(begun(post))) == {"Lake Kestrel", "Mount Alder"}


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
    assert name in told(words, list(crossings(post, ended(post) + numbered(post), [])))


@pytest.mark.parametrize("text", ["Fire at 12 Alder Street", "Alder Street, Birch Lane"])
def test_an_address_and_a_list_are_no_crossing(text: str) -> None:
    words, post = read(text)
    assert told(words, list(crossings(post, ended(post) + numbered(post), []))) == set()


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
