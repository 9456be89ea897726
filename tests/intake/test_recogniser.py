"""What a recogniser remembers, and how it chooses; what it finds is in test_reading_places."""

from __future__ import annotations

from console.intake.candidate import Candidate
from console.intake.candidates import candidates
from console.intake.gazetteer import gazetteer
from console.intake.phrases import Words
from console.intake.recogniser import (
    LONGEST_NAME,
    MAX_NAMES,
    Memory,
    Recogniser,
    Weights,
    chosen,
    roads_in,
    shipped_weights,
    slots_of,
)
from console.intake.signs import LONGEST_WORD, MAX_WORDS, TAGGED, Signs

SIGNS = Signs(gazetteer())


def note(memory: Memory, *texts: str) -> None:
    for text in texts:
        words = Words(text)
        memory.note_all(words, candidates(words, gazetteer(), SIGNS, memory.placed))


def test_a_name_after_in_or_near_is_a_place_elsewhere_too() -> None:
    memory = Memory()
    note(memory, "we are in Dunmorrow", "still in Dunmorrow")
    assert "dunmorrow" in memory.placed
    assert "elsewhere" not in memory.placed
    assert memory.of("elsewhere") == ("", "")


def test_a_name_after_hurricane_is_a_storms() -> None:
    memory = Memory()
    note(memory, "Hurricane Florence is coming", "Hurricane Florence grows")
    assert memory.of("florence")[1] != ""
    assert "florence" not in memory.placed
    note(memory, "#HurricaneDunmorrow")
    assert memory.of("dunmorrow")[1] != ""


def test_a_memory_lets_go_of_what_came_once() -> None:
    memory = Memory()
    note(memory, "in Dunmorrow", "in Dunmorrow")
    one = Words("in Aa")
    for number in range(MAX_NAMES + 10):
        memory.note_all(one, [Candidate(1, 2, f"name {number}", "N1T")])
    assert len(memory._names) < MAX_NAMES
    assert "dunmorrow" in memory.placed


def test_of_overlapping_readings_the_better_is_chosen() -> None:
    street, city, far = (
        Candidate(1, 3, "alder street", "RrT"),
        Candidate(1, 2, "alder", "Sg"),
        Candidate(5, 6, "x", "Sg"),
    )
    scored = [(1.0, city), (2.0, street), (0.5, far)]
    assert chosen(scored) == [street, far]
    assert chosen([]) == []


def test_what_overlaps_a_place_of_the_desks_list_is_not_recognised() -> None:
    words = Words("In Houston, on Tarford Road")

    def names(*listed: tuple[int, int, str]) -> list[str]:
        return [one.name for one in Recogniser().find(words, listed)]

    assert names() == ["houston", "tarford road"]
    assert names((1, 2, "Houston")) == ["tarford road"]
    assert names((4, 5, "Road")) == ["houston"]
    assert names((0, 9, "all of it")) == []


def test_what_is_found_stands_in_the_order_of_the_text() -> None:
    words = Words("In Houston, on Tarford Road and in Chicago and near Kestrel Bridge")
    found = Recogniser().find(words)
    assert [one.first for one in found] == sorted(one.first for one in found)
    assert len(found) == 4


def test_a_town_in_a_tag_is_told_beside_a_street_but_not_beside_another_town() -> None:
    def names(text: str) -> list[str]:
        words = Words(text)
        return [text[slice(*one.span(words))] for one in Recogniser().find(words)]

    assert names("water on Alder Street #HoustonFlood") == ["Alder Street", "Houston"]
    assert names("#HoustonFlood water on Alder Street") == ["Houston", "Alder Street"]
    assert names("water in Dallas #HoustonFlood") == ["Dallas"]


def test_beside_a_street_a_first_name_in_a_tag_is_no_town() -> None:
    words = Words("#TaylorStrong #PrayForTyler #AustinNews run on Oak Road")
    assert [one.name for one in Recogniser().find(words)] == ["oak road"]


def test_without_weights_nothing_is_a_place() -> None:
    assert Recogniser(Weights({}, {})).find(Words("in Houston on Tarford Road")) == []


def test_a_reading_has_a_value_for_every_slot_that_it_is_weighed_by() -> None:
    words = Words("Fire in Houston, TX on Alder Street at 5th and Main #Houston")
    memory, weights = Memory(), shipped_weights()
    found = candidates(words, gazetteer(), SIGNS, memory.placed)
    assert roads_in(found) == "r"
    for one in found:
        slots = slots_of(words, one, gazetteer(), memory, "r")
        assert len(slots) == len(weights.tables[one.form[0]])
        assert all(isinstance(value, str) for value in slots)


def test_signs_of_words_are_those_of_their_case_and_forgotten_before_they_are_too_many() -> None:
    signs = Signs(gazetteer())
    big, small = signs.of(Words("Houston houston"))
    assert big != small
    (tagged,) = signs.of(Words("#Houston"))
    assert tagged == big | TAGGED
    for start in range(0, 3 * MAX_WORDS, 1000):
        signs.of(Words(" ".join(f"w{number}" for number in range(start, start + 1000))))
    assert len(signs._known) <= MAX_WORDS + 1000
    assert signs.of(Words("Houston houston")) == [big, small]


def test_no_memory_is_filled_by_words_without_end() -> None:
    signs, memory = Signs(gazetteer()), Memory()
    for letter in "abcdefgh":
        text = (
            f"in {letter.upper()}{letter * 5000}, #{letter * 5000} #Hurricane{letter.upper()}{letter * 5000}"
        )
        words = Words(text)
        memory.note_all(words, candidates(words, gazetteer(), signs, memory.placed))
    assert max(map(len, signs._known)) <= LONGEST_WORD
    assert all(len(name) <= LONGEST_NAME for name in memory._names)


def test_tags_of_storms_that_never_were_are_let_go_as_well() -> None:
    memory = Memory()
    for start in range(0, MAX_NAMES + 2000, 500):
        spelled = (
            f"{number:08b}".replace("0", "ab").replace("1", "cd") for number in range(start, start + 500)
        )
        words = Words(" ".join(f"#Storm{name.title()}" for name in spelled))
        memory.note_all(words, [])
    assert 0 < len(memory._names) <= MAX_NAMES
