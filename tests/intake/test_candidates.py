"""What may be a place: spans to be weighed. Nothing is decided by them."""

from __future__ import annotations

import pytest

from console.intake.candidates import MAX_CANDIDATES, candidates
from console.intake.gazetteer import gazetteer
from console.intake.phrases import Words
from console.intake.signs import Signs

SIGNS = Signs(gazetteer())


def spans(text: str, *placed: str) -> list[str]:
    words = Words(text)
    found = candidates(words, gazetteer(), SIGNS, placed)
    assert all(0 <= one.first < one.after <= len(words.keys) for one in found)
    return [text[slice(*one.span(words))] for one in found]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("water in Houston now", "Houston"),
        ("Houston's mayor", "Houston"),
        ("Houston\u2019s mayor", "Houston"),
        ("HOUSTON'S MAYOR", "HOUSTON"),
        ("in the U.S. now", "U.S."),
        ("New York is dark", "New York"),
        ("new york is dark", "new york"),
        ("near Dunmorrow Green", "Dunmorrow Green"),
        ("Ravensworth, Dunmorrow", "Dunmorrow"),
        ("#Houston", "Houston"),
        ("#NewYork is dark", "NewYork"),
        ("#newyork is dark", "newyork"),
        ("#AlderStreet", "AlderStreet"),
        ("at 12 Alder Street N", "12 Alder Street N"),
        ("St Louis", "St Louis"),
        ("Crawfern blocked both ways", "Crawfern"),
        ("Jackthorn Vane is underwater, Elmgrave Tor shut", "Elmgrave Tor"),
        ("Masonby, Fryston, Westgrove: no way through", "Masonby"),
        ("12 Alder Street, Dunmorrow TX 77708", "Dunmorrow"),
        ("outside St Fintan's tonight", "St Fintan's"),
        ("Dunmorrow TX closed", "Dunmorrow"),
    ],
)
def test_a_span_is_what_people_would_mark(text: str, span: str) -> None:
    assert span in spans(text)


@pytest.mark.parametrize(
    "text",
    ["", "a", "#", " closed", "so it is", "water is rising", "12", "@houston", "http://houston.example"],
)
def test_nothing_may_be_a_place_in_what_names_none(text: str) -> None:
    assert spans(text) == []


def test_the_longest_name_of_several_words_is_taken() -> None:
    found = spans("we drove to New York Mills today")
    assert found.count("New York Mills") >= 1


def test_a_name_ends_at_a_sign_that_parts_sentences() -> None:
    assert "New York" not in spans("it is New! York is old")
    assert "Alder Street" not in spans("near Alder; Street is closed")


def test_a_name_before_what_became_of_it_is_given_once() -> None:
    assert spans("Houston flooded").count("Houston") == 1
    assert spans("in Dunmorrow closed").count("Dunmorrow") == 1
    assert spans("Alder Street closed").count("Alder Street") == 1

    assert spans("Crawfern, Closed Today").count("Crawfern") == 1
    assert "Houston TX" not in spans("Houston TX closed")
    assert spans(" closed in TX") == ["TX", "TX"]


@pytest.mark.parametrize(
    "text",
    [
        "Kim Kardashian between shows",
        "Ed Sheeran gone",
        "Best Buy closed",
        "Planned Parenthood closed",
        "Governor Abbott flooded",
        "so Sheriff Lopez flooded",
        "Uncle Bob underwater",
    ],
)
def test_people_and_firms_are_no_places_by_what_became_of_them(text: str) -> None:
    assert not any(len(span.split()) > 1 for span in spans(text))


def test_a_tag_of_an_unknown_name_may_be_a_place_only_where_it_was_one() -> None:
    assert spans("#dunmorrow") == []
    assert spans("#dunmorrow", "dunmorrow") == ["dunmorrow"]
    assert spans("Dunmorrow needs help", "dunmorrow") == ["Dunmorrow"]


def test_words_of_a_tag_are_of_no_name_outside_it() -> None:
    assert spans("New #York") == ["York"]
    assert "Alder Street" not in " ".join(spans("#Alder Street"))


@pytest.mark.parametrize(
    "text", ["Houston ", "in Aaa, Bbb, ", "I-10 at ", "#Houston ", "Alder Street and Birch Lane "]
)
def test_candidates_of_one_text_are_bounded(text: str) -> None:
    assert len(spans(text * 2000)) <= MAX_CANDIDATES
