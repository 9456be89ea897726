import random

import pytest

from console.intake.assess import GENTLE, assess, without_words
from console.intake.phrases import Words
from console.intake.places import PlaceIndex
from console.intake.rules import load_rules
from console.intake.urgency import weigh
from console.intake.weights import CLASSES, load_weights
from console.model import Place, Reason, Tier, total
from tests.hostile import SMALL

RULES = load_rules()
WEIGHTS = load_weights()


def reasons(text: str) -> tuple[Reason, ...]:
    return assess(Words(text), RULES, WEIGHTS)[0]


def points(text: str) -> float:
    return total(reasons(text))


def tier(text: str) -> Tier:
    return RULES.tier(points(text))


CALLS = [
    "stuck under the collapsed wall, we can hear a man shouting, need rescue at 12 Harbour Lane now",
    "our neighbours are trapped in the cellar and it is filling up",
    "no insulin left and the pharmacy is closed, my son is diabetic, please help",
    "My wife is in labour and the road is cut off, we need an ambulance",
    "smoke in the stairwell, we can't get out, fifth floor",
    "they have no food and no drinking water since Tuesday, forty families at the mosque, please help us",
    "SOS old people on a roof behind the mill",
    "please rescue us we are surrounded by water, two adults and a baby",
    "anybody with a boat? three kids stranded at the farm, water rising",
    "People injured under the stage, send ambulances",
    "can't breathe, fumes everywhere in the tunnel, help",
    "HELP!! wall fell on my brother, he is bleeding, send an ambulance to Oak School",
    "we are in the attic with our grandmother and the water keeps rising pls send a boat",
    "we can't get out, the door is blocked and the kitchen is on fire",
    "necesitamos ayuda, mi madre está atrapada en la casa",
    "ayuda por favor, estamos en el techo con dos niños",
    "auxilio, hay heridos y no podemos salir",
    "aidez-nous, il y a de l'eau partout dans la maison",
    "au secours, ma mère est bloquée au deuxième étage",
    "à l'aide, on est coincés sur le toit",
    "bitte Hilfe, wir sitzen im Keller fest",
    "wir brauchen Hilfe, Wasser im Haus und meine Mutter kann nicht laufen",
    "Hilfe bitte, zwei Verletzte unter dem Gerüst",
    "aiuto, siamo intrappolati in ascensore",
]


@pytest.mark.parametrize("text", CALLS)
def test_a_call_for_help_is_acted_on_now(text: str) -> None:
    assert tier(text) == 1


@pytest.mark.parametrize(
    "text",
    [
        "HELP TRAPPED ON ROOF AT 1200 OAK RIDGE DR",
        "SOS 3 adults 2 kids 1200 Oak Ridge Dr",
        "family of 5 stuck in attic, 1200 Oak Ridge",
        "child fell in the river by Mill bridge",
        "woman screaming for help from the water at Pier 4",
        "we can't get out, smoke everywhere, 4th floor, Elm Court",
        "he isn't breathing, outside the bakery on Elm",
        "my dad is having a heart attack, 14 Mill Street",
    ],
)
def test_a_short_or_second_hand_call_is_one_too(text: str) -> None:
    assert tier(text) == 1


@pytest.mark.parametrize(
    "text",
    [
        "people trapped in the lobby, water rising",
        "emergency training centre on fire, people trapped",
        "I can't wake him up",
        "She's choking",
        "my baby is not moving",
        "i need police",
        "I need an epipen",
        "someone call an ambulance",
        "we need rescue now",
        "my wife is bleeding out",
    ],
)
def test_no_other_word_hides_what_is_at_stake(text: str) -> None:
    assert tier(text) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Kids under the age of 12 eat free, my kids love it",
        "Please come to our bake sale at 12 Mill Street on Saturday",
        "Send an invoice to 22 Park Avenue",
        "Need a doctor who takes new patients near 44 Queen Street",
        "We went in the sea with the kids today",
        "My landlord is not responding to emails",
        "Active shooter policy meeting at the school",
        "went overboard with the Christmas lights",
        "Someone knocking on my door selling broadband",
        "No-one trapped at 12 Mill Street",
        "I don't need police",
        "112 not out",
    ],
)
def test_everyday_talk_is_watched(text: str) -> None:
    assert tier(text) == 3


@pytest.mark.parametrize(
    "text",
    [
        "how is the lad from the bike?",
        "Number 9 has four cars and a boat outside my window. Is there a rule on boats?",
        "the lift is out of order for the fourth day, kids have to take the stairs",
        "a huge branch is hanging by a thread over the bus stop on Linden Road",
        "bad smell from the drains and nobody answers the phone",
    ],
)
def test_words_of_a_call_lead_no_other_matter_to_tier_1(text: str) -> None:
    assert tier(text) > 1


NOT_CALLS = [
    "Prayers for the people of the valley tonight, stay safe",
    "Thoughts and prayers with all who lost their homes",
    "Text RELIEF to donate ten dollars to the flood victims",
    "We are collecting blankets and donated food at the town hall for those in need",
    "Please donate food, water and medicine for the families in need",
    "Happy to help with a van and two strong arms, let me know if you need me",
    "Offering a spare room to anyone who was evacuated",
    "If you need help, call the hotline or visit the shelter at the college",
    "Make sure you have water, medicine and a torch in your emergency kit",
    "How to prepare for a flood: ten tips",
    "Remember the flood of 1999? We were trapped for two days and helicopters rescued us",
    "Ten years ago today the bridge collapsed and forty people were injured",
    "On this day in 1953 the sea came in and families were stranded on their roofs",
    "Thank you to everyone who rescued my mother last night",
    "BREAKING: death toll rises to 14, says the minister",
    "Officials say 200 people were rescued and moved to shelters",
    "The president pledged ten million in aid for the region",
    "Charity concert tonight, all proceeds go to the relief fund",
    "I'm dying of laughter, send help lol",
    "drowning in emails, send help lol",
    "This is a drill: people trapped in the east tunnel",
    "Need new shoes for the party on Saturday",
    "i need a coffee",
    "Watching a movie where they are stranded on an island",
    "Our volunteers delivered food and water to 300 families yesterday",
    "Avoid the area of the harbour, roads are closed",
    "Proud of the heroes who saved a child from the fire",
    "They say nobody is trapped and no one was hurt",
    "Forecast: heavy rain and a flash flood watch for Sunday",
    "I want a drink of water and my bed",
    "trapped in a meeting again, somebody rescue me lol",
]


@pytest.mark.parametrize("text", NOT_CALLS)
def test_what_only_sounds_like_a_call_is_watched(text: str) -> None:
    assert tier(text) == 3


@pytest.mark.parametrize("text", NOT_CALLS)
def test_a_call_counts_for_more_than_what_sounds_like_one(text: str) -> None:
    assert points(text) < min(map(points, CALLS))


def test_the_reasons_are_the_sum_to_a_tenth() -> None:
    shown = [f"{reason.points:+g}" for text in (*CALLS, *NOT_CALLS) for reason in reasons(text)]
    assert all(len(number.partition(".")[2]) <= 1 for number in shown)
    said = reasons("we need water, the bridge is damaged")
    assert total(said) == round(sum(float(f"{reason.points:+g}") for reason in said), 1)
    assert [reason.text.split(' "')[0] for reason in said if reason.text.startswith("words of")] == [
        "words of a need",
        "words of damage",
    ]


def test_where_all_speaks_against_a_need_one_reason_says_so() -> None:
    (only,) = reasons("the bridge is broken")
    assert only.text == 'words of damage "bridge"'
    assert -2 * GENTLE < only.points < 0


def test_rules_and_words_are_told_apart() -> None:
    for text in (*CALLS, *NOT_CALLS):
        assert without_words(reasons(text)) == total(weigh(Words(text), RULES))


def test_words_take_nothing_from_what_the_rules_found_and_lift_only_so_far() -> None:
    """On texts that nobody would write, put together from all the words there are."""
    pick = random.Random(5)
    known = sorted(WEIGHTS.words)
    pieces = [*CALLS, *NOT_CALLS, "bridge collapsed", "is the road open?", "tree down", "injured", "water"]
    for _ in range(2000):
        text = " ".join([pick.choice(pieces), *pick.choices(known, k=pick.randrange(30))])
        by_rules = total(weigh(Words(text), RULES))
        said = reasons(text)
        whole = total(said)
        assert whole >= (by_rules if by_rules > 0 else -2 * GENTLE)
        if by_rules < 0:
            assert RULES.tier(whole) == 3
        if RULES.tier(whole) == 1:
            assert by_rules >= RULES.act_now or (
                by_rules >= RULES.soon and RULES.speak_of_danger(weigh(Words(text), RULES))
            )


def test_words_alone_never_make_a_thing_to_act_on_now() -> None:
    best = sorted(WEIGHTS.words, key=lambda word: -(WEIGHTS.row(word) or (0,))[0])[:400]
    for word in best:
        text = f"{word} {word} {word}"
        if not RULES.speak_of_danger(weigh(Words(text), RULES)):
            assert tier(text) > 1


def test_the_words_of_a_places_name_say_nothing() -> None:
    words = Words("quiet night in Gas Leak Lane")
    places = PlaceIndex([Place("Gas Leak Lane")]).matches(words)
    named = assess(words, RULES, WEIGHTS, places)[0]
    assert not any('"gas"' in reason.text.casefold() or '"leak"' in reason.text for reason in named)


@pytest.mark.parametrize(
    ("text", "humanitarian"),
    [
        ("We need food, drinking water and blankets, please send help", "requests_or_urgent_needs"),
        ("Two dead and nine injured after the quake, hospital says", "injured_or_dead_people"),
        ("Five hikers still missing, relatives are searching", "missing_or_found_people"),
        (
            "Thousands evacuated, shelters open, residents flee their homes",
            "displaced_people_and_evacuations",
        ),
        ("Bridge damaged, homes destroyed and no power", "infrastructure_and_utility_damage"),
        ("Warning: stay away from the coast, tsunami alert", "caution_and_advice"),
        ("Volunteers deliver donations, rescue teams at work", "rescue_volunteering_or_donation_effort"),
        ("xyzzy", ""),
        ("", ""),
    ],
)
def test_what_a_post_of_a_disaster_is_about(text: str, humanitarian: str) -> None:
    assert assess(Words(text), RULES, WEIGHTS)[1] == humanitarian
    assert humanitarian in (*CLASSES, "")


@pytest.mark.parametrize("name", SMALL)
def test_hostile_text_is_judged(name: str) -> None:
    said = reasons(SMALL[name])
    assert all(len(reason.text) < 200 for reason in said)
