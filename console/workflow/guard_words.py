"""How our own words read: their tone, how hard they are, and what a screen reader makes of them.

Tone is VADER's, as everywhere in the desk (`console.intake.mood`), on our own words only: what is quoted
from the post that is answered, and words that tell what happened, are left out. Reading ease is the
Flesch-Kincaid grade (Kincaid, Fishburne, Rogers and Chissom 1975, Navy Research Branch Report 8-75), made for
English prose: of other languages nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from console.intake.language import guess, is_english
from console.workflow.guard_letters import Reading
from console.workflow.guard_rules import Hit

FEWEST_WORDS = 20
"""Words below which a grade says more of chance than of the text."""
MOST_SCORED = 4000
"""Characters whose tone is looked at, as many as the mood looks at."""
LOUD_LETTERS = 15
"""Capitals in a row of words from which it is shouting; `DO NOT TRAVEL` and rows of acronyms stay below."""
LONG_TAG = 18
"""Letters of a hashtag without a capital that is hard to read whatever words it is made of."""

_ASIDE = re.compile(r"(?:https?://|www\.)\S+|[@#][\w.@-]+|^>.*$", re.MULTILINE)
_QUOTED = re.compile('["\u201c\u201e\u00ab]([^"\u201c\u201d\u00bb\n]{4,1000})["\u201d\u201c\u00bb]')
_SENTENCE = re.compile(r"[.!?\u2026]+(?=\s|\Z)|\n{2,}|\n(?=[ \t]{0,8}[-*\u2022])")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_VOWELS = re.compile("[aeiouy\u00e0-\u00ff]+")
_SILENT = re.compile(r"(?:[^laeiouy]e|[^dt]ed|[^cghsxz]es)\Z")
_LOUD = re.compile(r"(?<![^\W_])(?!\d)[^\W_a-z]{2,}(?:[^\w\n]{1,3}(?!\d)[^\W_a-z]{2,}(?![^\W_]))+")
_TAG = re.compile(r"(?<![\w&/#])#([^\W_]\w{0,99})")
_SHORTEST_PART = 3
"""Letters of the shortest word that a hashtag is parted into."""


def tone(text: str, quotes: str, lang: str, limit: float, facts: tuple[str, ...]) -> Iterator[Hit]:
    """The whole text, where our own words in it score at or below the limit."""
    own = _own_words(text, quotes)[:MOST_SCORED]
    if not own.strip():
        return
    if facts:
        own = _either(facts).sub("thing", own)
    from console.intake import mood  # its lexicon is loaded only where tone is asked for

    scored = mood.tone(own, lang)
    if scored is not None and scored <= limit:
        yield Hit(0, 0, f"{scored:+.1f}")


def reading_ease(text: str, lang: str, limit: float) -> Iterator[Hit]:
    """The longest sentence, where the whole text is above a school grade."""
    if not is_english(lang or guess(text)):
        return
    prose = _ASIDE.sub(lambda found: " " * len(found[0]), text)
    sentences: list[tuple[int, int, list[str]]] = []
    start = 0
    for end in [*(found.end() for found in _SENTENCE.finditer(prose)), len(prose)]:
        words = _WORD.findall(prose, start, end)
        if words:
            sentences.append((start, end, words))
        start = end
    count = sum([len(words) for _, _, words in sentences])
    if count < FEWEST_WORDS:
        return
    syllables = sum([_syllables(word.lower()) for _, _, words in sentences for word in words])
    grade = 0.39 * count / len(sentences) + 11.8 * syllables / count - 15.59
    if grade > limit:
        start, end, words = max(sentences, key=lambda sentence: len(sentence[2]))
        start += len(prose[start:end]) - len(prose[start:end].lstrip())
        yield Hit(start, end, f"grade {grade:.0f}, its longest sentence has {len(words)} words")


def shouting(reading: Reading) -> Iterator[Hit]:
    """Rows of words in capitals; a screen reader may spell them, and everyone hears a shout."""
    for found in _LOUD.finditer(reading.plain):
        if sum(map(str.isupper, found[0])) >= LOUD_LETTERS:
            yield Hit(*reading.given(*found.span()))


def hashtags(reading: Reading, tag_words: tuple[str, ...]) -> Iterator[Hit]:
    """Hashtags of several words that no capital parts; with the spelling to use where the words are known."""
    for found in _TAG.finditer(reading.plain):
        tag = found[1]
        if "_" in tag or not (tag.islower() or tag.isupper()):
            continue
        parts = _parts(tag.lower(), frozenset(tag_words))
        if len(parts) > 1:
            yield Hit(*reading.given(*found.span()), "#" + "".join(map(str.capitalize, parts)))
        elif not parts and len(tag) >= LONG_TAG:
            yield Hit(*reading.given(*found.span()), "#OneCapitalAWord")


def _own_words(text: str, quotes: str) -> str:
    """Without what others said: lines behind `>`, and what stands in quotation marks and in their post."""
    said = quotes.casefold()
    own = _QUOTED.sub(lambda found: " " if found[1].strip().casefold() in said else found[0], text)
    return _ASIDE.sub(" ", own)


@lru_cache(8)
def _either(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)


@lru_cache(4096)
def _syllables(word: str) -> int:
    """Groups of vowels, without a silent ending; a guess that is right for about nine words in ten."""
    count = len(_VOWELS.findall(word))
    if count > 1 and _SILENT.search(word):
        count -= 1
    return max(count, 1)


@lru_cache(256)
def _parts(tag: str, known: frozenset[str]) -> tuple[str, ...]:
    """A hashtag as known words, as few as it takes; none where it is not made of them alone."""
    best: list[tuple[str, ...] | None] = [(), *([None] * len(tag))]
    for end in range(_SHORTEST_PART, len(tag) + 1):
        for start in range(max(0, end - 14), end - _SHORTEST_PART + 1):
            before = best[start]
            if before is not None and tag[start:end] in known:
                now = best[end]
                if now is None or len(before) + 1 < len(now):
                    best[end] = (*before, tag[start:end])
    return best[-1] or ()
