import time

import pytest

from console.intake.places import PlaceIndex
from console.model import Place

TOWN = PlaceIndex(
    [
        Place("Riverton"),
        Place("Mill Street", ("the old mill road",), "Old Town"),
        Place("Old Town", (), "Riverton"),
        Place("North Mill Street", (), "Old Town"),
        Place("St John's Wood"),
        Place("Hope"),
        Place("Reading"),
        Place("Mobile"),
        Place("Battle"),
        Place("HafenCity", ("Hafen City Hamburg",)),
        Place("Oak School", ("Oak Elementary",)),
        Place("Bücherplatz"),
        Place("渋谷"),
        Place("Ring A", (), "Ring B"),
        Place("Ring B", (), "Ring A"),
    ]
)


def names(text: str) -> list[str]:
    return [place.name for place in TOWN.find(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("water on Mill Street now", ["Mill Street"]),
        ("water on mill st. now", ["Mill Street"]),
        ("MILL STREET'S flooded", ["Mill Street"]),
        ("Mill Street\u2019s flooded", ["Mill Street"]),
        ("#MillStreet", ["Mill Street"]),
        ("#millstreet and #mill_street", ["Mill Street", "Mill Street"]),
        ("the crossing at North Mill St", ["North Mill Street"]),
        ("The Old Mill Rd is closed", ["Mill Street"]),
        ("st johns wood, St. John's Wood", ["St John's Wood", "St John's Wood"]),
        ("Hafen City, #HafenCity, hafencity", ["HafenCity", "HafenCity", "HafenCity"]),
        ("am Bucherplatz / am BÜCHERPLATZ", ["Bücherplatz", "Bücherplatz"]),
        ("今渋谷にいる", ["渋谷"]),
        ("oak elementary is open", ["Oak School"]),
        ("millstream streets", []),
        ("see @mill_street https://x.example/mill-street", []),
        ("mill. Street", ["Mill Street"]),
    ],
)
def test_names_are_found_as_people_write_them(text: str, found: list[str]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I hope you are well", []),
        ("Hope you are well", []),
        ("All safe. Hope you are too", []),
        ("\u201cHope dies last\u201d", []),
        ("#hope #reading", []),
        ("we are stuck in Hope", ["Hope"]),
        ("IN HOPE WE TRUST", []),
        ("hope street is under water", ["Hope"]),
        ("Hope Street is under water", ["Hope"]),
        ("flooding near Reading tonight", ["Reading"]),
        ("reading the news on my mobile", []),
        ("Reading the news", []),
        ("trains from Reading to Battle", ["Reading", "Battle"]),
        ("Bob Hope was funny", []),
        ("a battle for mobile phones", []),
    ],
)
def test_names_that_are_words_need_to_be_meant(text: str, found: list[str]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "help at Mi\u200bll Str\u202eeet please",
        "\ufeffhelp at \u2066Mill\u2069 Street",
        "\x1b[31mhelp at Mill Street\x1b[0m",
        "ﬁre at Ｍill Street",
        "help 👨\u200d👩\u200d👧 at Mill Street",
        "he\u0301lp at Mill Street",
    ],
)
def test_offsets_point_into_the_text_as_given(text: str) -> None:
    (place,) = TOWN.find(text)
    assert place.name == "Mill Street"
    assert text[place.start : place.end] == place.text
    assert place.text[0] in "MＭ"
    assert place.text[-1] == "t"


def test_a_text_is_filed_under_the_deepest_place() -> None:
    found = TOWN.find("Riverton: flooding in the Old Town, worst on Mill Street")
    assert [place.name for place in found] == ["Riverton", "Old Town", "Mill Street"]
    assert TOWN.choose(found) == "Mill Street"
    assert TOWN.choose(()) == ""


def test_areas_are_climbed_once_round() -> None:
    assert TOWN.within("Mill Street") == ("Old Town", "Riverton")
    assert TOWN.within("Riverton") == ()
    assert TOWN.within("Ring A") == ("Ring B",)
    assert TOWN.area_of("mill street") == "Old Town"


def test_an_alias_takes_no_name_away() -> None:
    index = PlaceIndex([Place("Harbour", ("Mill Street",)), Place("Mill Street")])
    assert [place.name for place in index.find("on Mill Street")] == ["Mill Street"]


def test_two_hundred_thousand_names_are_found_as_quickly_as_a_few() -> None:
    many = PlaceIndex(Place(f"{a} {b} Street") for a in _made("a", 500) for b in _made("b", 400))
    text = f"{' '.join(f'word{n}' for n in range(20))} axq bxd street {'and so on ' * 5}"
    few = PlaceIndex([Place("axq bxd Street")])
    many.find(text)
    assert _time(many, text) < 10 * _time(few, text) + 1e-4


def _made(first: str, count: int) -> list[str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return [f"{first}{letters[n // 26 % 26]}{letters[n % 26]}" for n in range(count)]


def _time(index: PlaceIndex, text: str) -> float:
    times = []
    for _ in range(30):
        began = time.perf_counter()
        index.find(text)
        times.append(time.perf_counter() - began)
    return min(times)
