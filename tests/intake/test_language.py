import pytest

from console.intake.language import guess, is_english


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("The water is rising and we are stuck", "en"),
        ("Die Straße ist gesperrt und das Wasser steigt", "de"),
        ("¿Dónde está el refugio? Por favor ayuda", "es"),
        ("Il y a de l'eau dans la cave et nous sommes bloqués", "fr"),
        ("A água está subindo e não temos como sair", "pt"),
        ("Non c'è acqua e la strada è chiusa, dove siamo?", "it"),
        ("Het water stijgt en wij kunnen niet weg", "nl"),
        ("Su basti ve yol kapali, lutfen yardim", "tr"),
        ("Вода поднимается", "ru"),
        ("Вода піднімається", "uk"),
        ("水が上がっています", "ja"),
        ("河水上涨", "zh"),
        ("물이 차오르고 있어요", "ko"),
        ("الماء يرتفع", "ar"),
        ("Το νερό ανεβαίνει", "el"),
        ("पानी बढ़ रहा है", "hi"),
        ("Flood warning for 東京", "en"),
        ("", ""),
        ("Mill Street", ""),
        ("4 4 4 !!", ""),
    ],
)
def test_the_language_of_a_post(text: str, lang: str) -> None:
    assert guess(text) == lang if lang else guess(text) in ("", "en")


def test_one_foreign_word_makes_no_foreign_post() -> None:
    assert guess("The La Paz hotel is on fire and people are at Los Altos") == "en"


@pytest.mark.parametrize(
    ("tag", "english"), [("en", True), ("en-GB", True), ("EN_us", True), ("eng", False), ("de", False)]
)
def test_english_of_any_country(tag: str, english: bool) -> None:
    assert is_english(tag) is english
