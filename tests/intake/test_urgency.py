import pytest

from console.intake.phrases import Words
from console.intake.places import PlaceIndex
from console.intake.rules import load_rules
from console.intake.urgency import weigh
from console.model import Place, Tier, total

RULES = load_rules()


def points(text: str) -> float:
    return total(weigh(Words(text), RULES))


def tier(text: str) -> Tier:
    return RULES.tier(points(text))


@pytest.mark.parametrize(
    "text",
    [
        "Water is coming into the basement, my mother can't get out of her chair. 14 Mill Street.",
        "Water is coming into the basement, my mother can\u2019t get out of her chair",
        "HELP US we are trapped on the roof",
        "please send a boat, my grandmother is stuck in the attic",
        "Someone help! Man unconscious and not breathing at Oak School",
        "we're stranded with two kids and the water is rising, please help",
        "smell of gas in our building, an old man can't escape",
        "My father's breathing machine runs on a battery and the power is out. Who do I call about that?",
        "My father's breathing machine runs on a battery and it says three hours. Who do I call about that?",
        "mum is on oxygen and the electricity is off",
        "no power and my wife needs her dialysis machine tonight",
        "we are out of insulin",
        "no oxygen left for my grandmother",
        "Dad's ventilator is on its battery, power cut since six",
        "nobody came yet, we are trapped with two kids",
        "Help, people trapped on the roof",
        "people trapped on the roof of the school",
        "my nan cant breathe, ambulance not here yet",
        "We're trapped in a line of cars, fire on both sides, help us",
        "trapped in traffic on the hill, flames next to the car, help us",
        "My mother had a stroke 3 years ago and cannot walk, we are trapped, water rising",
        "he went back in and is trapped, send help",
    ],
)
def test_a_call_for_help_must_be_acted_on_now(text: str) -> None:
    assert tier(text) == 1


@pytest.mark.parametrize(
    "text",
    [
        "is the Oak School gym open or not??",
        "third car stuck, bus 7 diverted",
        "no power on the east side since six",
        "pothole on Main Road caused three accidents",
        "Is there a shelter for dogs anywhere?",
        "pothole again, an accident, traffic lights out, road closed. Does anyone know why?",
        "Is the power out on your side as well? ours is, right now, please tell",
    ],
)
def test_what_needs_an_answer_soon(text: str) -> None:
    assert tier(text) == 2


@pytest.mark.parametrize(
    "text",
    [
        "thanks to the crews out tonight",
        "Council: polling stations unchanged for Sunday",
        "Praying for everyone in the flood, stay safe",
        "Happy to help if anyone needs a hand tomorrow",
        "Please donate to the relief fund for the flood victims",
        "The great flood ten years ago, we were trapped for days",
        "drowning in emails lol",
        "Watching a movie about people trapped on a roof",
        "lovely evening by the river",
        "THIS IS A DRILL: people trapped in the town hall",
        "Nobody badly hurt, thank goodness",
        "no one was injured",
        "no injuries",
        "there are no reports of any injuries",
        "we are fine, nobody is trapped",
        "they say there is no smell of gas",
    ],
)
def test_what_only_sounds_like_need_is_watched(text: str) -> None:
    assert tier(text) == 3


def test_urgency_is_not_the_negative_of_mood() -> None:
    assert tier("I hate this awful, horrible, disgusting weather") == 3
    assert tier("love you all, please help, we are trapped") == 1


def test_reasons_quote_the_post_and_sum_to_its_points() -> None:
    reasons = weigh(Words("my mother can\u2019t  get out"), RULES)
    assert [(reason.text, reason.points) for reason in reasons] == [
        ('calls for help "can\u2019t get out"', 4),
        ('vulnerable people "my mother"', 1),
    ]


def test_what_is_denied_gives_no_reason() -> None:
    assert weigh(Words("Nobody badly hurt, no one was injured and no smell of gas"), RULES) == ()
    assert points("no. people trapped") == points("people trapped"), "a denial ends with its clause"
    assert points("no power") > 0, "a phrase that is a denial itself stands"


def test_without_danger_or_need_nothing_comes_to_tier_1() -> None:
    reasons = weigh(Words("is the road closed? pothole, sewage, an accident"), RULES)
    assert sum(reason.points for reason in reasons) == RULES.act_now - 1
    assert reasons[-1].text == "speaks of no danger and no need"
    assert not RULES.speak_of_danger(reasons)
    assert RULES.speak_of_danger(weigh(Words("people trapped"), RULES))


PLACES = PlaceIndex(
    Place(name) for name in ("Hilltop Road", "Oak School", "Fire Station", "Mill Street", "Gas Leak Lane")
)


def test_the_words_of_a_places_name_make_nothing_urgent() -> None:
    words = Words("quiet night in Gas Leak Lane")
    assert weigh(words, RULES, PLACES.matches(words)) == ()
    words = Words("Mill Street is flooded")
    assert weigh(words, RULES, PLACES.matches(words)) != ()


def test_a_group_counts_once() -> None:
    assert points("help us help us help us") == points("help us")


def test_a_question_needs_its_mark() -> None:
    (reason,) = weigh(Words("hm. where is the nearest shelter? bye"), RULES)
    assert reason.text == 'a question that needs an answer "where is the nearest shelter?"'
    assert points("is there a shelter. Really?") == 0
    assert points("is there a shelter near St. Mary's?") > 0
    assert points("is there water at the school?") > points("is there water at the school")
