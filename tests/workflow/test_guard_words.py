from pathlib import Path

import pytest

from console.workflow.guard import Speech
from tests.workflow.asking import GUARD, found, own


def test_harsh_words_of_our_own_are_told() -> None:
    text = "That is a ridiculous, pathetic complaint and we hate such awful whining."
    (finding,) = GUARD.check(Speech(text))
    assert (finding.rule, finding.level, finding.start, finding.end) == ("tone", "inform", 0, 0)
    assert "mood -0." in finding.says


@pytest.mark.parametrize(
    "text",
    [
        "Severe flood warning: danger to life. Two people died and three are injured. Evacuate now.",
        "Fire on Mill Street, one dead. Avoid the area, the smoke is dangerous.",
        "We are sorry about the power cut and the failed pump. The crew is on its way.",
    ],
)
def test_bad_news_is_not_a_bad_tone(text: str) -> None:
    assert "tone" not in found(text)


def test_the_tone_of_whom_we_quote_is_not_ours() -> None:
    theirs = "This is ridiculous, pathetic, awful and I hate it"
    assert "tone" not in found(f'You wrote "{theirs}". We will look into it today.', quotes=theirs)
    assert "tone" not in found(f"> {theirs}\nWe will look into it today.", quotes=theirs)
    assert "tone" in found(f"{theirs}. We will look into it today.")
    assert "tone" in found(f'"{theirs}" is what we think.')


def test_tone_is_not_guessed_in_a_language_that_the_lexicon_does_not_know() -> None:
    assert "tone" not in found("Das ist die dumme, furchtbare und die hässliche Wahrheit", lang="de")


HARD = (
    "Residents in the aforementioned localities are respectfully requested to facilitate the implementation "
    "of precautionary evacuation arrangements notwithstanding the anticipated discontinuation of "
    "meteorological deterioration subsequent to the conclusion of the operational period."
)


def test_a_hard_text_is_told_with_its_grade_and_its_longest_sentence() -> None:
    (finding,) = [one for one in GUARD.check(Speech(f"Please read. {HARD}")) if one.rule == "reading"]
    assert "grade 2" in finding.says
    assert "31 words" in finding.says
    assert f"Please read. {HARD}"[finding.start : finding.end] == HARD


def test_reading_ease_says_nothing_of_plain_short_or_foreign_text() -> None:
    plain = (
        "The road is shut. Please use the bridge by the school. We will tell you when it opens. "
        "If you need help to get out, call us and we will come to you as soon as we can."
    )
    german = (
        "Die Bewohnerinnen und Bewohner der Überschwemmungsgebiete werden gebeten, unverzüglich die "
        "Sicherheitsvorkehrungen der Katastrophenschutzbehörden zu beachten und die Unterführungen zu meiden."
    )
    assert "reading" not in found(plain)
    assert "reading" not in found("Precautionary evacuation recommended immediately.")
    assert "reading" not in found(german)
    assert "reading" not in found(HARD, lang="de")


def test_an_image_without_a_description_needs_a_reason() -> None:
    (finding,) = GUARD.check(Speech("The bridge.", images_without_description=2))
    assert (finding.rule, finding.level) == ("image", "warn")
    assert finding.says.startswith("2 images without a description")
    assert "image" not in found("The bridge.", images_without_description=0)


def test_shouting_is_told_and_acronyms_are_not() -> None:
    assert found("Now: PLEASE EVACUATE IMMEDIATELY. Thanks")["shouting"] == ["PLEASE EVACUATE IMMEDIATELY"]
    for text in ("DO NOT TRAVEL today", "BBC, NHS and RNLI", "The A40 and M25, SW1A 1AA", "OK", "UNESCO"):
        assert "shouting" not in found(text), text


def test_hashtags_of_several_words_need_capitals() -> None:
    (finding,) = GUARD.check(Speech("Stay safe #floodwarning"))
    assert finding.rule == "hashtag"
    assert "Write #FloodWarning." in finding.says
    assert found("#ROADCLOSURES #averylongtagwithoutcapitals")["hashtag"] == [
        "#ROADCLOSURES",
        "#averylongtagwithoutcapitals",
    ]
    for text in (
        "#FloodWarning",
        "#flood",
        "#community",
        "#4411",
        "#road_works",
        "page.example/#floodwarning",
        "#GreenHill",
    ):
        assert "hashtag" not in found(text), text


def test_fancy_letters_are_told() -> None:
    for letters in ("\U0001d4d7\U0001d4ee\U0001d4fc", "\uff26\uff4c\uff4f\uff4f\uff44", "\u24bb\u24c1\u24c4"):
        assert found(f"{letters} now")["fancy"] == [letters]
    assert found("50 m², ½ open, ① and Nº 5, 🏴, 20℃") == {}


def test_words_of_two_scripts_are_told() -> None:
    assert found("the b\u0430nk opens")["look-alike"] == ["b\u0430nk"]
    for text in (
        "5 k\u03a9, 10 \u00b5m and 3 \u03bcm",
        "\u03b2-carotene",
        "банк bank",
        "東京Tower",
        "e-мост",
    ):
        assert "look-alike" not in found(text), text


def test_what_cannot_be_seen_is_told() -> None:
    for unseen in ("\u200b", "\u202e", "\u2060\u2060", "\x00", "\u00ad", "\U000e0041"):
        assert found(f"pay{unseen}ment")["invisible"] == [unseen]
    for text in (
        "family 👨‍👩‍👧, ❤️, 1️⃣, 🤷🏽‍♀️ and 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "می\u200cخواهم",
        "\u05e9\u05dc\u05d5\u05dd\u200f!",
        "क्\u200dष",
        "one\n\ttwo\r\n",
    ):
        assert "invisible" not in found(text), text


def test_a_desk_may_judge_more_or_less_strictly(tmp_path: Path) -> None:
    guard = own(
        tmp_path,
        """
        [rules.reading]
        limit = 5
        level = "warn"
        [rules.shouting]
        level = "off"
        """,
    )
    text = (
        "PLEASE EVACUATE IMMEDIATELY. The council decided to close the road until the water is lower and "
        "nobody is in danger in the houses along the river."
    )
    assert set(found(text)) == {"shouting"}
    (finding,) = guard.check(Speech(text))
    assert (finding.rule, finding.level) == ("reading", "warn")
