"""A house's number with its street is told from other numbers, and makes danger more urgent."""

from __future__ import annotations

import pytest

from console.intake.addresses import house_of
from console.intake.phrases import Words
from console.intake.rules import load_rules
from console.intake.urgency import weigh


def house(text: str) -> str:
    words = Words(text)
    found = house_of(words)
    return words.quote(*found) if found else ""


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("trapped at 12 Mill Street, hurry", "12 Mill Street"),
        ("TRAPPED ON ROOF AT 1200 OAK RIDGE DR", "1200 OAK RIDGE DR"),
        ("1200 oak ridge dr water rising", "1200 oak ridge dr"),
        ("45 St. James Rd", "45 St. James Rd"),
        ("flat 3, 7 Alder Close", "7 Alder Close"),
        ("at 221b Alder Street", "221b Alder Street"),
        ("ring 555 1234 Main St", ""),
        ("bus 22 Elm Road", ""),
        ("won \u00a320 Mill Street", ""),
        ("a 4 lane highway", ""),
        ("12 year old boy, Mill Street", ""),
        ("the 12 year old on Mill Street", ""),
        ("a 5 hour long drive", ""),
        ("4400 block of Haskins Ave", ""),
        ("at 5 Road", ""),
        ("12 people in a row", ""),
        ("2 people trapped, Main St underpass", ""),
        ("1,300 Alder Street residents", ""),
        ("2018, Mill Street", ""),
        ("5 cars on Mill Street", ""),
        ("a 4 hour close", ""),
        ("123456 Mill Street", ""),
        ("", ""),
    ],
)
def test_an_address_is_a_number_and_the_street_that_follows_it(text: str, address: str) -> None:
    assert house(text) == address


def reasons(text: str) -> list[str]:
    return [reason.text for reason in weigh(Words(text), load_rules())]


def test_an_address_adds_to_danger_and_to_nothing_else() -> None:
    assert reasons("trapped at 12 Mill Street") == [
        'trapped or stranded "trapped"',
        'gives an address "12 Mill Street"',
    ]
    assert reasons("a pothole at 12 Mill Street") == ['a service is down "pothole"']
    assert reasons("nobody is trapped at 12 Mill Street") == []


def test_a_thousand_streets_without_a_number_take_no_time() -> None:
    assert house("very long Mill Street " * 400) == ""
