import pytest

from console.intake.phrases import Words
from console.intake.rules import load_rules
from console.intake.urgency import topic_of, weigh
from console.model import Tier

RULES = load_rules()


def points(text: str) -> int:
    return sum(reason.points for reason in weigh(Words(text), RULES))


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


def test_a_group_counts_once() -> None:
    assert points("help us help us help us") == points("help us")


def test_a_question_needs_its_mark() -> None:
    assert points("is there water at the school?") > points("is there water at the school")


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Main Street is flooded, the river burst its banks", "flood"),
        ("#PowerOutage on the hill", "power"),
        ("power cut again", "power"),
        ("pothole on the main road", "roads"),
        ("where is my polling station", "election"),
        ("loud music all night", "noise"),
        ("the bins were not emptied", "waste"),
        ("rumour says the dam is gone", "rumour"),
        ("hello there", "other"),
        ("", "other"),
    ],
)
def test_topics(text: str, topic: str) -> None:
    assert topic_of(Words(text), RULES) == topic


def test_a_sources_hint_counts_where_the_table_has_it() -> None:
    assert topic_of(Words("hello"), RULES, "Noise") == "noise"
    assert topic_of(Words("hello"), RULES, "street-lights/7") == "other"
