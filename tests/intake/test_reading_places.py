"""Which places a post names: the desk's listed ones, and those that no list has."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from console.intake.naming import MANY_PLACES, Read, read
from console.intake.phrases import Words
from console.intake.pipeline import Judge
from console.intake.places import PlaceIndex
from console.intake.recogniser import Recogniser, Weights
from console.intake.rules import load_rules
from console.judgement import FoundPlace, Place
from feeds.post import Post

NOW = datetime(2026, 3, 1, 18, tzinfo=UTC)
LISTED = PlaceIndex(
    [Place("Mill Street", (), "Riverton"), Place("Riverton"), Place("Hope"), Place("Reading")]
)


def names(text: str, *before: str) -> list[str]:
    """What a recogniser finds that has read other posts before."""
    reader = Recogniser()
    for earlier in before:
        reader.find(Words(earlier))
    words = Words(text)
    return [text[slice(*one.span(words))] for one in reader.find(words)]


def seen(text: str, places: PlaceIndex = LISTED) -> Read:
    return read(text, places, Recogniser())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Water is rising on Beechnut St, stay away", ["Beechnut St"]),
        ("Tree down on Tarford Road near the school", ["Tarford Road"]),
        ("Stuck on Alder Ave N with a flat tyre", ["Alder Ave N"]),
        ("Crash at 5th and Main, two hurt", ["5th and Main"]),
        ("Accident at Alder St & Birch Ave", ["Alder St & Birch Ave"]),
        ("Water main broke at Alder Street and Birch Lane", ["Alder Street and Birch Lane"]),
        ("I-10 at Beltway 8 is under water", ["I-10 at Beltway 8"]),
        ("Stalled truck on I-45 at exit 53", ["I-45 at exit 53"]),
        ("exit 12 is closed", ["exit 12"]),
        ("M62 eastbound closed at J26", ["M62", "J26"]),
        ("FM 1960 is flooded", ["FM 1960"]),
        ("County Road 12 is under water", ["County Road 12"]),
        ("Flooding on Highway 6 tonight", ["Highway 6"]),
        ("A pole fell at 12 Tarford Road", ["12 Tarford Road"]),
        ("Fire at 4410 Alder Creek Drive, send engines", ["4410 Alder Creek Drive"]),
        ("Gas leak on the 300 block of Alder Street", ["300 block of Alder Street"]),
        ("Brays Bayou is over its banks", ["Brays Bayou"]),
        ("Take no water from the Tarford River", ["Tarford River"]),
        ("Lake Kestrel is full", ["Lake Kestrel"]),
        ("The water under Kestrel Bridge is high", ["Kestrel Bridge"]),
        ("Smoke over Millbrook Elementary School", ["Millbrook Elementary School"]),
        ("Trains stop at Kestrel Station", ["Kestrel Station"]),
        ("Meet at Alder Park at noon", ["Alder Park"]),
    ],
)
def test_streets_crossings_roads_waters_and_buildings_are_named_by_their_words(
    text: str, found: list[str]
) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#HoustonFlood please send boats", ["Houston"]),
        ("#houstonflood please send boats", ["houston"]),
        ("#ChennaiFloods stay safe", ["Chennai"]),
        ("#PrayForHouston tonight", ["Houston"]),
        ("#AlderStreet is blocked", ["AlderStreet"]),
    ],
)
def test_a_hashtag_run_together_gives_the_place_in_it(text: str, found: list[str]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Houston's east side is dark", ["Houston"]),
        ("No power in Houston\u2019s suburbs", ["Houston"]),
        ("Roads closed in Austin, TX", ["Austin", "TX"]),
        ("Flooding in Mobile, Alabama", ["Mobile", "Alabama"]),
        ("flooding in new york", ["new york"]),
        ("Fire in Springfield, Illinois and in Peoria", ["Springfield", "Illinois", "Peoria"]),
    ],
)
def test_cities_and_states_are_found_with_possessives_abbreviations_and_small_letters(
    text: str, found: list[str]
) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Hope everyone is safe",
        "I hope you are fine",
        "Reading about the flood makes me sad",
        "Mobile phones do not work here",
        "My mobile is dead",
        "Mr Austin said no",
        "the nearest hospital is full",
        "evacuation center is full",
        "first street on the left",
        "5th of May was warm",
        "Church service at 10",
        "Thanks to everyone who came",
        "Paris Hilton gave money",
        "The Houston Chronicle says so",
        "The Houston Texans won",
        "Dallas Morning News reports damage",
    ],
)
def test_words_people_and_common_nouns_are_no_places(text: str) -> None:
    assert names(text) == []


def test_a_storm_called_after_a_city_is_the_storm_from_then_on() -> None:
    assert names("I am in Florence") == ["Florence"]
    before = (
        "Hurricane Florence is coming",
        "Hurricane Florence turns north",
        "#HurricaneFlorence is strong",
    )
    assert names("Florence is near the coast", *before) == []


def test_what_is_listed_wins_over_what_is_recognised() -> None:
    found = seen("Fire at 12 Mill Street, Riverton and on Tarford Road").found
    assert [(one.text, one.name, one.listed) for one in found] == [
        ("Mill Street", "Mill Street", True),
        ("Riverton", "Riverton", True),
        ("Tarford Road", "Tarford Road", False),
    ]


def test_an_ambiguous_listed_name_counts_where_it_is_meant() -> None:
    assert [one.name for one in seen("People in Hope need water").listed] == ["Hope"]
    assert [one.name for one in seen("Power is out in Reading").listed] == ["Reading"]
    assert seen("Hope so").listed == ()
    assert seen("Reading this makes me sad").listed == ()


@pytest.mark.parametrize(
    "text",
    [
        "Tree\u200b down on Tar\u00adford Road, and at Mill\u200b Street",
        "caf\u0065\u0301 on Tarford Road is shut, so is Mill Street",
        "\U0001f6a8\U0001f6a8 Tarford Road \U0001f30a Mill Street",
        "\tTarford Road\r\nMill Street\x00",
        "a\u0301\u0301\u0301\u0301\u0301\u0301\u0301 on Tarford Road, on Mill Street",
    ],
)
def test_offsets_point_into_the_text_as_given(text: str) -> None:
    found = seen(text)
    assert [text[one.start : one.end] for one in found.found] == [one.text for one in found.found]
    assert [found.text[one.start : one.end] for one in found.found_clean] == [
        one.text for one in found.found_clean
    ]
    assert "Mill Street" in [one.name for one in found.listed]
    assert "Tarford Road" in [one.name for one in found.found_clean]


@pytest.mark.parametrize(
    ("text", "stand"),
    [
        ("Tree down on Tar\u200bford Road", ["Tar\u200bford Road"]),
        (
            "Trapped at Tar\u200bford Road. Not on Tarford Road\r\n",
            ["Tar\u200bford Road", "Tarford Road"],
        ),
        ("#Tarford Road\u200b is shut. Tree down on Tarford\u00ad Road", ["Tarford\u00ad Road"]),
    ],
)
def test_a_recognised_place_is_found_in_the_text_as_given_whatever_is_hidden_in_it(
    text: str, stand: list[str]
) -> None:
    found = seen(text).found
    assert [text[one.start : one.end] for one in found] == [one.text for one in found] == stand
    assert {one.name for one in found} == {"Tarford Road"}


def test_no_more_places_are_told_than_anybody_reads() -> None:
    streets = [
        f"{name}{end} Road" for name in ("Al", "Bel", "Kes", "Tar", "Wes") for end in "abdefgilmoprstu"
    ]
    assert len(seen(", ".join(f"on {street}" for street in streets)).found) == MANY_PLACES


def test_a_listed_place_after_many_recognised_ones_still_files_the_call() -> None:
    streets = [
        f"{name}{end} Road" for name in ("Al", "Bel", "Kes", "Tar", "Wes") for end in "abdefgilmoprstu"
    ]
    text = f"Reports from {', '.join(f'on {one}' for one in streets)}. We are trapped at Mill Street"
    for given in (text, f"\u200b{text}"):
        made = Judge(LISTED, load_rules(), window=3600, voices=3).judge(
            Post("replay", "1", given, NOW), now=NOW
        )
        assert made.place == "Mill Street"
        assert len(made.places) == MANY_PLACES
        assert made.places[-1].name == "Mill Street"


def test_the_deepest_of_more_listed_places_than_are_told_files_the_call() -> None:
    streets = [Place(f"Road {number}") for number in range(MANY_PLACES + 5)]
    places = PlaceIndex([*streets, Place("Riverton"), Place("Alder Court", (), "Riverton")])
    text = f"{', '.join(one.name for one in streets)} are shut, we are trapped at Alder Court"
    made = Judge(places, load_rules(), window=3600, voices=3).judge(Post("replay", "1", text, NOW), now=NOW)
    assert made.place == "Alder Court"
    assert len(made.places) == MANY_PLACES


def test_an_unlisted_place_never_files_a_mention() -> None:
    judge = Judge(LISTED, load_rules(), window=3600, voices=3)
    made = judge.judge(Post("replay", "1", "Flooding in Houston on Tarford Road", NOW), now=NOW)
    assert [(one.name, one.listed) for one in made.places] == [("Houston", False), ("Tarford Road", False)]
    assert made.place == ""
    made = judge.judge(Post("replay", "2", "Flooding in Houston and on Mill Street", NOW), now=NOW)
    assert made.place == "Mill Street"


def test_a_private_post_leaves_no_memory_of_its_names() -> None:
    judge = Judge(LISTED, load_rules(), window=3600, voices=3)
    names_known = judge._recogniser._memory._names
    ruling = judge.weigh_alone(Post("inbox", "1", "Help, I am in Dunmorrow on Tarford Road", NOW), now=NOW)
    assert "Tarford Road" in [one.name for one in ruling.judgement.places]
    assert names_known == {}
    judge.take(Post("replay", "2", "Flood in Dunmorrow on Tarford Road", NOW), now=NOW)
    assert {"dunmorrow", "tarfordroad"} <= names_known.keys()


def test_a_private_post_leaves_none_of_its_words_and_forms() -> None:
    judge = Judge(LISTED, load_rules(), window=3600, voices=3)
    reader = judge._recogniser

    def sizes() -> list[int]:
        return [len(reader._signs._known), len(reader._weights.base), len(reader._memory._names)]

    before = sizes()
    text = "Wexmoor A661 flooded, Dunmorrow Gantry 27, we sit on the Quelling Way by Exit 14B, Alder Arcade"
    judge.weigh_alone(Post("inbox", "1", text, NOW), now=NOW)
    assert sizes() == before
    judge.take(Post("replay", "2", text, NOW), now=NOW)
    assert sizes() > before


def test_the_word_before_a_number_is_kept_only_where_it_tells_something() -> None:
    reader = Recogniser(Weights({}, {}))
    for number in range(50):
        reader.find(Words(f"Word{'abcdefghij'[number % 10]}{'klmno'[number // 10]} A660 is flooded"))
    reader.find(Words("Crash on Highway 6"))
    assert {form for form, _ in reader._weights.base if form[0] == "K"} == {"KcU", "KhThighway"}


def test_posts_read_before_a_restart_are_known_again() -> None:
    reader = Recogniser()
    for number in range(5):
        reader.recall(Words(f"Hurricane Florence gets nearer, {number}"))
    assert reader.find(Words("Florence is near the coast")) == []


def test_the_same_post_is_read_the_same_by_every_new_recogniser() -> None:
    text = "Crash at 5th and Main in Houston, near Brays Bayou and Kestrel Bridge"
    assert len({tuple(names(text)) for _ in range(3)}) == 1
    assert isinstance(seen(text).found[0], FoundPlace)
