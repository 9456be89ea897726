"""Mood: guarded vaderSentiment, a trend for the gauges and never a judgement of what matters.

VADER's own lexicon and rules give every number (Hutto & Gilbert, ICWSM 2014). Around them stand guards
against what goes wrong on a public stream, each measured with vaderSentiment 3.3.2: runs of emoji (5,000
take 70 s), curly apostrophes (`don\u2019t like` scores +0.36), place names (`Hope Street is closed` +0.44),
words of handles and links, other languages (German `die` is -0.60), calls for help (`We need help urgently`
+0.57), and praise that may be meant as its opposite, which has no mood. Words for floods, outages and
rescues are added (`mood_words`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from functools import lru_cache
from itertools import compress
from string import punctuation

from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    C_INCR,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
    normalize,
)

from console.intake.language import guess, is_english
from console.intake.mood_words import ASKED, EMOJI, LABELS, LEXICON, NEED, PLEAS, PLEASE
from console.intake.sarcasm import HOOKS, sounds_sarcastic
from console.judgement import FoundPlace

MAX_WORDS = 160
"""Words that are scored, so that no text takes more than 5 ms; posts are rarely half as long."""
MAX_CHARACTERS = 4000
"""Characters that are looked at for those words."""
UNSURE = "unsure: sounds sarcastic"
"""What is said of a text whose praise may be meant as its opposite; it has no mood."""
MAX_EMOJI = 8
"""Emoji that are scored: more of them do not mean more."""

# Each alternative begins with a letter and no group: the search then skips what none begins with, and takes
# half as long. So the look at RT's left edge comes after its R.
_NOISE = re.compile(r"https?://\S+|www\.\S+|@[\w.@-]+|R(?<=\bR)T\b")
_CURLY = (("\u2019", "'"), ("\u2018", "'"), ("\u02bc", "'"), ("\u201c", '"'), ("\u201d", '"'))
_EMOTICON = 2
"""Characters left within punctuation up to which VADER takes the whole for an emoticon: `:D`, `8-)`."""
_BEFORE, _AFTER = 3, 2
"""VADER's rules look at three words before a word and two after it."""
_IN_CRISES = LABELS.keys() | PLEAS.keys()
_EVERYDAY = frozenset(("bad", "death", "right"))
_TURNING = frozenset((*NEGATE, "no", *(word for word in BOOSTER_DICT if " " not in word)))
"""What turns or strengthens one of the three words after it, as an `n't` does."""
_PHRASED = frozenset(
    max((word for word in phrase.split() if word not in _EVERYDAY), key=len)
    for phrase in (*BOOSTER_DICT, *SPECIAL_CASES)
    if " " in phrase
)
"""The rarest word of each phrase that has a worth of its own: `kiss of death`, `kind of`."""
_RULED = _TURNING | _PHRASED | {"but"}
_NEGATE = frozenset(NEGATE)


class _Vader(SentimentIntensityAnalyzer):  # type: ignore[misc]  # it has no types
    """VADER as it is, but for what it looks for beside each word that tells something, and seldom finds."""

    @staticmethod
    def _negation_check(valence: float, words: list[str], before: int, at: int) -> float:
        word = words[at - before - 1].lower()
        stressed = before == 2 and words[at - 1].lower() in ("so", "this")
        if stressed or word in _NEGATE or "n't" in word:
            return float(SentimentIntensityAnalyzer._negation_check(valence, words, before, at))
        return valence

    @staticmethod
    def _special_idioms_check(valence: float, words: list[str], at: int) -> float:
        if _PHRASED.isdisjoint(map(str.lower, words)):
            return valence
        return float(SentimentIntensityAnalyzer._special_idioms_check(valence, words, at))


class _Window:
    """What VADER's rules need to see of a text: the words near one word, and whether capitals stand out."""

    __slots__ = ("is_cap_diff", "words_and_emoticons")

    def __init__(self, words: list[str], is_cap_diff: bool) -> None:
        self.words_and_emoticons = words
        self.is_cap_diff = is_cap_diff


@lru_cache(1)
def _vader() -> SentimentIntensityAnalyzer:
    """VADER as it is, made when the first text is scored: it reads its lexicon from disk."""
    return _Vader()


@lru_cache(1)
def _of_crises() -> SentimentIntensityAnalyzer:
    """VADER with the words and emoji that it lacks for floods, outages and calls for help."""
    analyzer = copy(_vader())
    analyzer.lexicon = analyzer.lexicon | LEXICON
    analyzer.emojis = analyzer.emojis | EMOJI
    return analyzer


def score(
    text: str, lang: str, places: Sequence[FoundPlace] = (), *, guessed: bool = False
) -> tuple[float | None, str]:
    """Score a clean text from -1 to 1, or say why not (`not scored: de`, `unsure: sounds sarcastic`).

    `places` are those found in this very text; their names do not colour the mood. An empty `lang` is
    guessed, unless it was `guessed` before, and in vain.
    """
    if lang != "en" and (unread := _unread(text, lang if lang or guessed else guess(text))):
        return None, unread
    analyzer = _of_crises()
    words, spelled = _words(_bare(text, places), analyzer)
    if not HOOKS.isdisjoint(words) and sounds_sarcastic(words, spelled):
        return None, UNSURE
    return _sum(analyzer, words, spelled, in_crises=True), ""


def tone(text: str, lang: str) -> float | None:
    """Score words of our own, as VADER does: who tells of a flood has not spoken badly."""
    return None if _unread(text, lang or guess(text)) else compound(_bare(text, ()))


def _unread(text: str, lang: str) -> str:
    if is_english(lang or _unknown(text)):
        return ""
    return f"not scored: {lang or 'language unknown'}"


def compound(text: str) -> float:
    """VADER's compound score of the first `MAX_WORDS` words.

    The same number as `polarity_scores(text)["compound"]`, at a fraction of its cost: a word that is not in
    the lexicon scores 0 without being looked at, and the rules see a word's neighbours, not the whole text.
    """
    return _sum(_vader(), *_words(text, _vader()))


def _words(text: str, analyzer: SentimentIntensityAnalyzer) -> tuple[list[str], str]:
    """The words that are scored, in small letters, and the text that they were parted from."""
    text = text[:MAX_CHARACTERS]
    if not text.isascii():
        text = _emoji_in_words(text, analyzer.emojis)
    words = _split(text.lower().split())
    if len(words) > MAX_WORDS:
        words = words[:MAX_WORDS]
        text = " ".join(_split(text.split()[:MAX_WORDS]))
    return words, text


def _sum(
    analyzer: SentimentIntensityAnalyzer, words: list[str], text: str, *, in_crises: bool = False
) -> float:
    lexicon: dict[str, float] = analyzer.lexicon
    telling = list(compress(range(len(words)), map(lexicon.__contains__, words)))
    if not telling:
        return 0.0
    calm = "'" not in text and _RULED.isdisjoint(words)
    scores = _scores(analyzer, words, text, telling, calm=calm, in_crises=in_crises)
    if not calm and "but" in words:
        of_all = [0.0] * len(words)
        for at, value in zip(telling, scores, strict=True):
            of_all[at] = value
        scores = analyzer._but_check(words, of_all)
    total = sum(scores)
    if total and ("!" in text or "?" in text):
        emphasis = analyzer._punctuation_emphasis(text)
        total += emphasis if total > 0 else -emphasis
    return float(round(normalize(total), 4))


def _scores(
    analyzer: SentimentIntensityAnalyzer,
    words: list[str],
    text: str,
    telling: list[int],
    *,
    calm: bool,
    in_crises: bool,
) -> list[float]:
    """What each of the words is worth that are in the lexicon (`telling`); no booster is.

    In a `calm` text they are all worth what the lexicon says, but for their capitals.
    """
    lexicon: dict[str, float] = analyzer.lexicon
    scores: list[float] = []
    tokens: list[str] = []
    """The words as written, parted only where one may be in capitals."""
    for at in telling:
        word = words[at]
        if in_crises and word in _IN_CRISES and (meant := _meant(words, at)) is not None:
            scores.append(meant)
            continue
        plain = words[at - 1] not in ("this", "least") and (calm or _is_plain(words, at, "'" in text))
        if not tokens and (not plain or word.upper() in text):
            tokens = text.split()
        if plain:
            value = lexicon[word]
            if tokens and tokens[at].isupper() and _stand_out(tokens):
                value += C_INCR if value > 0 else -C_INCR
            scores.append(value)
        elif word == "kind" and words[at + 1 : at + 2] == ["of"]:
            scores.append(0.0)
        else:
            first = max(at - _BEFORE, 0)
            near = _split(tokens[first : at + _AFTER + 1])
            window = _Window(near, any(map(str.isupper, near)) and _stand_out(tokens))
            scores = analyzer.sentiment_valence(0, window, near[at - first], at - first, scores)
    return scores


def _stand_out(tokens: list[str]) -> bool:
    """Tell whether capitals stand out: where all is in capitals, none do."""
    return 0 < sum(map(str.isupper, tokens)) < len(tokens)


def _is_plain(words: list[str], at: int, contracted: bool) -> bool:
    """Tell whether no word near one changes what the lexicon says of it."""
    first = at - _BEFORE if at > _BEFORE else 0
    near = words[first : at + _AFTER + 1]
    if not contracted and _RULED.isdisjoint(near):
        return True
    before = words[first:at]
    if not _TURNING.isdisjoint(before) or "n't" in " ".join(before):
        return False
    return words[at] != "no" and _PHRASED.isdisjoint(near)


def _meant(words: list[str], at: int) -> float | None:
    """What a word is worth in a name, or where somebody is in need; None where it means what it says."""
    word = words[at]
    if word in LABELS and not LABELS[word].isdisjoint(words[at + 1 : at + 3]):
        return 0.0
    if word in PLEAS:
        near = words[max(0, at - _BEFORE) : at + _BEFORE + 1]
        if not NEED.isdisjoint(near):
            return PLEAS[word]
        if not (ASKED if word in PLEASE else PLEASE).isdisjoint(near):
            return 0.0
    return None


def _split(tokens: list[str]) -> list[str]:
    """Words as VADER parts them: without the punctuation around, emoticons left whole."""
    return [
        word if word.isalnum() or len(bare := word.strip(punctuation)) <= _EMOTICON else bare
        for word in tokens
    ]


def _bare(text: str, places: Sequence[FoundPlace]) -> str:
    """Take out what is said about nobody's feelings."""
    for place in reversed(places):
        text = f"{text[: place.start]}there{text[place.end :]}"
    if "@" in text or "://" in text or "www." in text or "RT" in text:
        text = _NOISE.sub("", text)
    if not text.isascii():
        for curly, plain in _CURLY:  # Five times as quick as a table, which is asked for every letter.
            text = text.replace(curly, plain)
    return text


def _emoji_in_words(text: str, emojis: dict[str, str]) -> str:
    """Put VADER's description in the place of each of the first emoji, and nothing in that of the rest."""
    if emojis.keys().isdisjoint(text):
        return text
    spelled: list[str] = []
    count = end = 0
    for at in compress(range(len(text)), map(emojis.__contains__, text)):
        description = emojis[text[at]]
        count += description != ""
        spelled.append(text[end:at])
        if count <= MAX_EMOJI:
            spelled += (" ", description)
        end = at + 1
    return "".join((*spelled, text[end:]))


def _unknown(text: str) -> str:
    """A text without a telling word is read as English if it is in plain letters at all."""
    return "en" if text.isascii() and any(map(str.isalpha, text)) else ""
