import pytest

from console.intake.gazetteer import gazetteer
from console.intake.phrases import Words
from console.intake.tags import town_in_tags


def town(text: str) -> str:
    words = Words(text)
    found = town_in_tags(words, gazetteer())
    return text[slice(*found.span(words))] if found is not None else ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("#HoustonFlood", "Houston"),
        ("#houstonflood", "houston"),
        ("stay safe #ChennaiFloods", "Chennai"),
        ("#PrayForHouston", "Houston"),
        ("#prayforhouston tonight", "houston"),
        ("#good #HoustonStrong", "Houston"),
        ("#MumbaiRains", "Mumbai"),
        ("#CapeTownWater", "CapeTown"),
    ],
)
def test_a_town_before_or_after_what_such_tags_are_made_of(text: str, name: str) -> None:
    assert town(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "no tag, Houston flood",
        "#flood",
        "#Houston",
        "#ItalyEarthquake",
        "#CaliforniaFires",
        "#flashflood",
        "#" + "flood" * 500,
        "#prayfor",
        "#",
    ],
)
def test_a_country_a_state_or_a_word_in_a_tag_is_no_town(text: str) -> None:
    assert town(text) == ""
