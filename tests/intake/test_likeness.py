"""Pairs made to mislead: what must fold under the first, and what must not. All of it is invented."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from console.intake.clean import clean
from console.intake.phrases import Words
from console.intake.repeats import Repeats

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FLOOD = "The lower end of the old harbour road is under water and cars are stuck by the church"
FIRE = "At least 4 dead as fire sweeps through flats in Northfield, mayor says"
BRIDGE = "Bridge over the Alder has collapsed after two days of rain, drivers told to turn around"
TITLE = "Northfield Residents Return Home Stunned By Scope Of Flood Damage"


def folds(first: str, then: str) -> bool:
    memory = Repeats()
    memory.see("first", Words(clean(first)), author="ana", at=NOON)
    return memory.see("then", Words(clean(then)), author="bo", at=NOON).head == "first"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (FLOOD, f"RT @ana: {FLOOD}"),
        (FLOOD, f"RT @bo: RT @ana: {FLOOD}"),
        (FLOOD, f"RT ana_k: {FLOOD}"),
        (FLOOD, f"MT @ana: {FLOOD}"),
        (FLOOD, f'"{FLOOD}" via @bo'),
        (FLOOD, f"{FLOOD} via Channel 9"),
        (FLOOD, f"{FLOOD} (via @northfieldnews)"),
        (FLOOD, f"{FLOOD} #news #flood #northfield"),
        (FLOOD, f"#flood #news {FLOOD}"),
        (FLOOD, f"BREAKING: {FLOOD}"),
        (FLOOD, f"JUST IN: {FLOOD}"),
        (FLOOD, f"Top story: {FLOOD}"),
        (FLOOD, f"{FLOOD[:64]}…"),
        (FLOOD, f"{FLOOD[:70]}..."),
        (FLOOD, f"RT @ana: {FLOOD[:66]}… https://t.example/x1"),
        (FLOOD, f"{FLOOD} https://news.example/en/7731"),
        (f"{FLOOD} https://news.example/en/7731", f"{FLOOD} https://noticias.example/es/7731"),
        (FLOOD, f"{FLOOD} bit.ly/3xYz9"),
        (FLOOD, f"{FLOOD} pic.twitter.com/abc123"),
        (FLOOD, f"😱😱 {FLOOD} 🌊🌊"),
        (FLOOD, FLOOD.upper()),
        (FLOOD, FLOOD.replace("o", "\u043e")),
        (FLOOD, FLOOD.replace("water", "w\u0430t\u0435r")),
        (FLOOD, FLOOD.replace("cars", "c\u200bars")),
        (FLOOD, FLOOD.replace("harbour", "har\u00adbour")),
        (FLOOD, "".join(chr(ord(c) + 0x1D3BF) if "A" <= c <= "Z" else c for c in FLOOD)),
        (FLOOD, FLOOD.replace("stuck", "caught")),
        (FLOOD, FLOOD.replace("church", "chruch")),
        (FLOOD, FLOOD.replace(" and ", " &amp; ")),
        (FLOOD, f"{FLOOD}. Please share"),
        (FLOOD, f"omg {FLOOD}"),
        (FIRE, FIRE.replace("4", "four")),
        (FIRE, FIRE.replace("in Northfield", "in #Northfield")),
        (FIRE, f"{FIRE} - Northfield Daily News"),
        (FIRE, f"{FIRE} | Channel Nine"),
        (FIRE, f"Channel Nine News: {FIRE}"),
        (FIRE, FIRE.replace("dead", "killed")),
        (TITLE, TITLE.upper()),
        (TITLE, f"{TITLE} #NorthfieldFlood #news"),
        (TITLE, TITLE.replace("Northfield", "#Northfield")),
        (f"{TITLE}: The first families came back on Monday to find", TITLE),
        (f"{BRIDGE}. Two of them had driven past the barrier", BRIDGE),
        (BRIDGE, BRIDGE.replace("days", "dyas")),
        (BRIDGE, BRIDGE.replace("drivers told", "driver told")),
        (BRIDGE, BRIDGE[: -len("ound")]),
        (FIRE, FIRE.replace("fire sweeps", "fire sweeping")),
        (FIRE.replace("mayor", "Alder's mayor"), FIRE.replace("mayor", "Alders mayor")),
        (BRIDGE, f"RT @road_desk: {BRIDGE} {BRIDGE[:0]}🚧"),
    ],
)
def test_a_copy_folds(first: str, then: str) -> None:
    assert folds(first, then)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (
            "Water in the cellar at 14 Mill Street since five",
            "Water in the cellar at 16 Mill Street since five",
        ),
        ("Fire crews at 8 Oak Road, smoke from the roof", "Fire crews at 80 Oak Road, smoke from the roof"),
        (FIRE, FIRE.replace("4", "9")),
        (FIRE, FIRE.replace("At least 4", "Dozens")),
        (FIRE, FIRE.replace("4 dead", "4 injured")),
        (FIRE, f"UPDATE: {FIRE}, 12 hurt"),
        (
            "2 dead and 7 hurt after wall falls at the market",
            "7 dead and 2 hurt after wall falls at the market",
        ),
        (BRIDGE, f"{BRIDGE} - now 4 dead"),
        (BRIDGE, f"{BRIDGE} - four dead"),
        (BRIDGE, f"{BRIDGE}. Now 4 dead"),
        (BRIDGE, f"{BRIDGE}, several dead"),
        (BRIDGE, BRIDGE.replace("has collapsed", "has not collapsed")),
        (BRIDGE, BRIDGE.replace("has collapsed", "hasn't collapsed")),
        (BRIDGE, f"It is false: {BRIDGE}"),
        (BRIDGE, f"HOAX: {BRIDGE}"),
        (f"It is not true that {BRIDGE}", BRIDGE),
        (
            "Harbour Road is closed between the church and the mill",
            "Harbour Road is reopened between the church and the mill",
        ),
        (
            "Harbour Road closed by the church because of deep water",
            "Harbour Road reopened by the church, no more deep water",
        ),
        (
            "Harbour Road by the church blocked by a fallen tree",
            "Harbour Road by the church blocked by a fallen tree, now cleared",
        ),
        (
            "No power in Oakdale since the storm came through",
            "No power in Elmwood since the storm came through",
        ),
        (
            "no power in oakdale since the storm came through",
            "no power in elmwood since the storm came through",
        ),
        (
            "oakdale has been without power and light since the storm came through last week",
            "elmwood has been without power and light since the storm came through last week",
        ),
        (
            "Flooding reported across Riverside this morning, roads are impassable",
            "Flooding reported across Parkside this morning, roads are impassable",
        ),
        (
            "#Oakdale has been without power since the storm came through here",
            "#Elmwood has been without power since the storm came through here",
        ),
        (
            "Power has been out since the storm came through in #Oakdale",
            "Power has been out since the storm came through in #Elmwood",
        ),
        ("Power is out, lines are down #Oakdale", "Power is out, lines are down #Elmwood"),
        (
            "Tree down over both lanes and traffic backed up for miles #OakStreet",
            "Tree down over both lanes and traffic backed up for miles #ElmStreet",
        ),
        (
            "Two cars have crashed on I-10 at the exit for the stadium",
            "Two cars have crashed on I-45 at the exit for the stadium",
        ),
        ("Shelter opens at 5 pm in the gym on Oak Street", "Shelter opens at 7 pm in the gym on Oak Street"),
        (
            "Water will be turned off this morning on the whole of Oak Street",
            "Water will be turned off this evening on the whole of Oak Street",
        ),
        (
            "Council meeting on the flood wall is on Monday at the town hall",
            "Council meeting on the flood wall is on Tuesday at the town hall",
        ),
        (
            "Smoke over the north end of the valley, wind is rising",
            "Smoke over the south end of the valley, wind is rising",
        ),
        (
            "Left lane of the ring road is blocked behind the tunnel",
            "Right lane of the ring road is blocked behind the tunnel",
        ),
        (
            "River is rising fast below the old mill tonight",
            "River is falling fast below the old mill tonight",
        ),
        (
            "Tsunami watch issued for the whole of the east coast",
            "Tsunami warning issued for the whole of the east coast",
        ),
        (
            "Evacuation is voluntary for all of the lower town",
            "Evacuation is mandatory for all of the lower town",
        ),
        (FLOOD, f"{FLOOD}. We are in one of them"),
        (FLOOD, f"{FLOOD} my mother is there"),
        (FLOOD, f"{FLOOD} HELP"),
        (FLOOD, f"{FLOOD} send rescue"),
        (FLOOD, f"{FLOOD} 🆘"),
        (FLOOD, f"{FLOOD} #help #sos"),
        (FLOOD, f"RT @ana: {FLOOD} - two children inside"),
        (FLOOD, f"{FLOOD}. The power went off too and the phones do not work"),
        (FLOOD, f"{FLOOD} again"),
        (FLOOD, f"{FLOOD}, also on Mill Street"),
        (FLOOD, f"{FLOOD} and in Southfield"),
        (FLOOD, FLOOD.replace("church", "station")),
        (FLOOD, FLOOD.replace("lower", "upper")),
        (FLOOD, FLOOD.replace("harbour", "quarry")),
        (FLOOD, FLOOD.replace("cars are", "a bus is")),
        (FLOOD, FLOOD.replace("under water", "on fire")),
        (TITLE, TITLE.replace("Northfield", "Southfield")),
        (TITLE, TITLE.replace("Flood", "Fire")),
        ("Man pulled alive from the rubble of the mill", "Woman pulled alive from the rubble of the mill"),
        (
            "Boy missing since the market on Sunday, last seen",
            "Boy found since the market on Sunday, last seen",
        ),
        (
            ".@ana_k is on her way to Northfield to look at the damage",
            ".@bo_l is on her way to Northfield to look at the damage",
        ),
        ("Power is back on in all of the lower town", "Power is out in all of the lower town"),
        (
            "Gym on Oak Street takes people in for the night",
            "Gym on Oak Street takes people in for the night, full",
        ),
        ("Please donate to the people of the lower town", "Please pray for the people of the lower town"),
        ("Power out here", "Power out here too"),
        ("Mayor says water is safe to drink in the town", "Mayor says water is unsafe to drink in the town"),
    ],
)
def test_another_report_does_not_fold(first: str, then: str) -> None:
    assert not folds(first, then)


CALLS = (
    "Trapped in our house on {} Street, water rising, please send help",
    "trapped in our house by the {} street mill, water rising, please send help",
    "water rising, we are trapped on the roof of the house in {}",
    "Smoke everywhere, {} is trapped in the cellar, please send help",
    "{} and family are on the roof with water rising, please send a boat",
)
NAMES = (
    ("Grand", "Grant"),
    ("Church", "Churchill"),
    ("Park", "Parker"),
    ("Harris", "Harrison"),
    ("Marsh", "Marshall"),
    ("Salem", "Males"),
    ("Oakland", "Oakley"),
    ("Alder", "Alderney"),
    ("Alderney", "Alder"),
    ("Johnson", "Johnston"),
    ("Martin", "Martina"),
    ("Royal", "Royale"),
)


@pytest.mark.parametrize("case", [str, str.lower, str.upper, str.title])
@pytest.mark.parametrize("names", NAMES, ids="-".join)
@pytest.mark.parametrize("call", CALLS)
def test_two_names_of_one_stem_are_two(call: str, names: tuple[str, str], case: Callable[[str], str]) -> None:
    one, other = (case(call.format(name)) for name in names)
    assert not folds(one, other)


@pytest.mark.parametrize("names", [("Robert", "Roberts"), ("Brian", "Brain"), ("Rose", "Rise")], ids="-".join)
@pytest.mark.parametrize("call", CALLS[:3])
def test_where_a_place_stands_no_word_is_a_form_of_another(call: str, names: tuple[str, str]) -> None:
    one, other = (call.format(name) for name in names)
    assert not folds(one, other)
    assert not folds(one.lower(), other.lower())
