"""A cheap guess at the language of a post: its script, then its commonest words.

It is there to keep an English mood lexicon away from other languages, so it says nothing rather than guess
wildly: a text with too few telling words has no language.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from console.intake.phrases import Words, fold

_STOP_WORDS = {
    "en": "the a i an and is are was were be been to of in that this it for with you your we they have "
    "has had not but what all can from our out there will my me at on as by if so no do does did he "
    "she his her who when where how why just now more people please about after need help get got "
    "still any some would could should up or which than most over into off back one man also only "
    "go due see us",
    "es": "el la los las un una unos de del que y en es esta por para con se no lo al como mas pero sus "
    "le ya este si porque cuando muy sin sobre tambien me hasta hay donde quien desde todo nos "
    "estamos ayuda hoy",
    "fr": "le la les un une des du de et est en que qui dans pour pas sur au avec ce il elle sont plus "
    "par je nous vous ne se cette mais ou comme tout fait etre a ete aux ses leur chez ou aidez",
    "de": "der die das und ist nicht ein eine einen dem den des im in zu mit von auf fur sich es auch an "
    "er sie wir ihr aus bei nach wird sind noch wie uber zum zur hat war aber nur oder wenn kein "
    "bitte hilfe",
    "pt": "o a os as um uma de do da dos das que e em no na nos nas por para com nao se mais como mas foi "
    "ao ele ela tem seu sua ou ser quando muito ja esta tambem so pelo pela ate isso estamos ajuda",
    "it": "il lo la i gli le un una di del della dei che e in non per con si sono da come ma anche piu al "
    "alla nel nella dal questo questa ha ho essere stato dove siamo aiuto subito oggi",
    "nl": "de het een en van ik te dat die in is niet zijn op aan met voor er maar om dan ook als bij nog "
    "naar heeft wij jullie wat geen uit door worden deze waar wel hulp",
    "tr": "ve bir bu da de icin ile cok ne var yok gibi ama daha en kadar sonra olan olarak degil mi ben "
    "sen biz onlar su nasil neden yardim lutfen bize acil",
    "pl": "i w na z do nie sie to jest ze jak ale o po co tak za od dla przez przy juz tylko czy byc ma "
    "ten ta jego ich gdzie prosze pomocy jestesmy",
    "sv": "och att det som en ett pa ar av for med den till inte har de om jag vi du var men sa fran ut "
    "nar kan hjalp vid eller efter",
    "id": "yang dan di ini itu dengan untuk dari pada tidak ada akan kami kita saya mereka bisa sudah ke "
    "juga karena oleh atau tolong bantuan",
    "tl": "ang ng sa mga na ay at ko mo po ka ako siya kami kayo sila ito hindi may wala para dito lang "
    "naman nasa tulong",
    "ht": "ak nan yo pou ki se gen pa nou ou li mwen yon sa la te ap",
}
"""The commonest words of each language, folded as the tokenizer folds."""
_SCRIPTS = (
    ("ja", "\u3040-\u30ff"),
    ("ko", "\uac00-\ud7a3\u1100-\u11ff"),
    ("zh", "\u3400-\u9fff"),
    ("ar", "\u0600-\u06ff\u0750-\u077f"),
    ("he", "\u0590-\u05ff"),
    ("th", "\u0e00-\u0e7f"),
    ("hi", "\u0900-\u097f"),
    ("bn", "\u0980-\u09ff"),
    ("ta", "\u0b80-\u0bff"),
    ("si", "\u0d80-\u0dff"),
    ("my", "\u1000-\u109f"),
    ("am", "\u1200-\u137f"),
    ("ka", "\u10a0-\u10ff"),
    ("hy", "\u0530-\u058f"),
    ("el", "\u0370-\u03ff\u1f00-\u1fff"),
    ("ru", "\u0400-\u052f"),
)
_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")

_ENGLISH = frozenset(fold(_STOP_WORDS["en"]))
_LANGUAGES: dict[str, tuple[str, ...]] = {}
for _lang, _line in _STOP_WORDS.items():
    for _word in dict.fromkeys(fold(_line)):
        _LANGUAGES[_word] = (*_LANGUAGES.get(_word, ()), _lang)
STOP_WORDS = frozenset(_LANGUAGES)
"""The commonest words of all of them."""
_FOREIGN = frozenset(word for word, langs in _LANGUAGES.items() if langs != ("en",))
_TELLING = _FOREIGN - _ENGLISH


def guess(text: str) -> str:
    """Guess the language of a text as a BCP 47 tag; empty where nothing tells."""
    return guess_words(Words(text))


def guess_words(words: Words) -> str:
    """Guess the language of a text that was read already."""
    if not words.text.isascii() and _foreign_script().search(words.text):
        by_script = _by_script(words.text)
        if by_script:
            return by_script
    if _TELLING.isdisjoint(words.keys):
        return "" if _ENGLISH.isdisjoint(words.keys) else "en"
    keys = set(words.keys)
    if len(keys & _TELLING) < 2:
        return "" if _ENGLISH.isdisjoint(keys) else "en"
    foreign = keys & _FOREIGN
    english = len(keys & _ENGLISH)
    counts = Counter(lang for word in foreign for lang in _LANGUAGES[word])
    lang, most = max(counts.items(), key=lambda pair: (pair[1], pair[0]))
    return lang if most > english else "en"


@lru_cache(1)
def _foreign_script() -> re.Pattern[str]:
    """Letters of any script but Latin; made when the first text needs it, for the wide ranges take 3 ms."""
    return re.compile("[" + "".join(characters for _, characters in _SCRIPTS) + "]")


@lru_cache(1)
def _scripts() -> dict[str, re.Pattern[str]]:
    """The letters of each script, by the language that they are taken for."""
    return {lang: re.compile(f"[{characters}]") for lang, characters in _SCRIPTS}


def is_english(lang: str) -> bool:
    """Tell whether a tag is English of any country."""
    return lang[:2].lower() == "en" and lang[2:3] in ("", "-", "_")


def _by_script(text: str) -> str:
    """The language of the script that most letters are in, unless Latin letters outnumber it."""
    latin = len(_LATIN.findall(text))
    if len(_foreign_script().findall(text)) <= latin:
        return ""
    counts = {lang: len(script.findall(text)) for lang, script in _scripts().items()}
    lang = max(counts, key=lambda name: counts[name])
    if counts["ja"]:
        lang = "ja"  # Kana settles it, however many Chinese characters stand between.
    if counts[lang] <= latin:
        return ""
    return "uk" if lang == "ru" and _UKRAINIAN.search(text) else lang
