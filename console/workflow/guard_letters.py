"""The letters of a text as a reader sees them: plain, and as a skeleton, with the way back to what was given.

After UTS #39 (Unicode Security Mechanisms): compatibility forms are resolved (NFKC), what cannot be seen is
taken out, accents fall, and what looks like a Latin letter becomes one. These copies are for looking only;
what is stored and sent is the text as it was written.
"""

# ruff: noqa: RUF001 (letters that look alike are what this is about)

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from unicodedata import category, normalize

_INVISIBLE = (
    "\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufe00-\ufe0f\ufff9-\ufffb\U000e0000-\U000e01ef"
)
_UNSEEN = re.compile(f"[{_INVISIBLE}]+")
_UNSEEN_ONE = re.compile(f"[{_INVISIBLE}]")
_EMOJI = "\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff"
_RIGHTFUL = re.compile(
    "\U0001f3f4[\U000e0020-\U000e007f]+"  # the flags of England, Scotland, Wales
    f"|(?<=[{_EMOJI}#*0-9])[\ufe0e\ufe0f]\u200d?|(?<=[{_EMOJI}])\u200d"  # emoji in colour, and joined ones
    "|(?<=[\u0600-\u109f\u1780-\u17ff])[\u200c\u200d]"  # scripts that shape their letters by joiners
)
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_MARKS_OF_DIRECTION = re.compile("[\u061c\u200e\u200f\u2066-\u2069]")
_FANCY = re.compile(
    "[\u24b6-\u24e9\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff\U0001f130-\U0001f149\U0001f150-\U0001f169"
    "\U0001f170-\U0001f189]+(?:[ \u3000]?[\u24b6-\u24e9\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff"
    "\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189])*"
)
_LIKE_LATIN = "\u0370-\u03ff\u0400-\u052f\u0531-\u0587\u13a0-\u13f5"
_MIXED = re.compile(f"(?<![^\\W\\d_])(?=[^\\W\\d_]*[A-Za-z])(?=[^\\W\\d_]*[{_LIKE_LATIN}])[^\\W\\d_]{{2,}}")
_MEASURE = re.compile("[\u03a9\u03bc\u03b1-\u03b3][A-Za-z]{1,2}|[kMGm][\u03a9]")
"""Units and rays in Greek letters: `kΩ`, `μm`."""

_LOOK_ALIKES = (
    "АA ВB ЕE ЅS ІI ЈJ КK МM НH ОO РP СC ТT УY ХX ҮY аa еe оo рp сc уy хx кk мm тt вb нh іi јj ѕs ԁd "
    "ԛq ԝw һh ӏl гr пn ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX αa εe ιi κk νv οo ρp τt υu χx ωw ηn "
    "γy σo ϲc ϳj օo սu ոn հh ցg ԼL ՕO ıi ɑa ɡg ɩi łl øo đd ħh ŀl ƒf ɪi ʟl ʀr ɴn ʏy ᴀa ʙb ᴄc ᴅd ᴇe ꜰf "
    "ɢg ʜh ᴊj ᴋk ᴍm ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ᴢz ØO ŁL ĐD"
)
_LATIN = {pair[0]: pair[1] for pair in _LOOK_ALIKES.split()}
_SQUARED = range(0x1F150, 0x1F18A)
"""Letters in circles and squares that Unicode gives no plain form of."""
_AS_LETTERS = str.maketrans("013457|", "oieasti")
_SIGNS = re.compile(r"(?<=[A-Za-z])@(?=[A-Za-z])|\$(?=[A-Za-z])")
_TALL = re.compile(r"(?<=[a-z])[I1|]++|(?<!1)1++(?=[a-z])|(?<!\|)\|++(?=[A-Za-z])")
_TALL_THERE = re.compile(r"[a-z][I1]|1[a-z]|\|")
_WORD = re.compile(r"[^\W_]+")
_TOKEN = re.compile(r"\S+")
_SIGN_WITHIN = re.compile(r"[^\W_](?:[^\w\s]|_){1,3}[^\W_]")
_SPACED = re.compile(r"(?<![^\W_])[^\W_](?:[\W_]{1,3}[^\W_](?![^\W_])){2,}")
LONGEST_FORM = 4
"""Letters that one character may stand for; a few stand for a whole sentence, which hides no word of ours."""
LONGEST_TOKEN = 80
"""Characters without a space in which a word is looked for whose letters are parted by signs."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a skeleton, and where it stands there; `at` where its letters do not stand together."""

    text: str
    start: int
    end: int
    at: tuple[int, ...] = ()


@lru_cache(4096)
def _plain(character: str) -> str:
    if ord(character) in _SQUARED:
        place = (ord(character) - _SQUARED.start) % 0x20
        return chr(ord("A") + place) if place < 26 else ""
    if character.isdecimal():
        return str(int(character))
    if _UNSEEN_ONE.match(character):
        return ""
    plain = normalize("NFKC", character)
    return plain if len(plain) <= LONGEST_FORM else character


@lru_cache(4096)
def _bare(character: str) -> str:
    """One plain character as the Latin letter that it looks like, in its case; else folded."""
    seen = _LATIN.get(character)
    if seen is not None:
        return seen
    if character.isascii():
        return character
    parts = normalize("NFKD", character)
    if len(parts) > 2 * LONGEST_FORM:
        return character
    base = "".join(part for part in parts if category(part) not in ("Mn", "Me"))
    return "".join(_LATIN.get(part, part if part.isascii() else part.casefold()) for part in base)


def _mapped(text: str, by: dict[str, str]) -> tuple[str, list[int] | None]:
    """Every character replaced, and for each one of the outcome the place that it came from."""
    parts = [by[character] for character in text]
    if all([len(part) == 1 for part in parts]):
        return "".join(parts), None
    return "".join(parts), [at for at, part in enumerate(parts) for _ in part]


class Reading:
    """One text, read: as given, plain, and as a skeleton. Each copy is made when it is first asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._simple = text.isascii() and _UNSEEN_ONE.search(text) is None

    @cached_property
    def _plain(self) -> tuple[str, list[int] | None]:
        if self._simple:
            return self.text, None
        return _mapped(self.text, {character: _plain(character) for character in set(self.text)})

    @property
    def plain(self) -> str:
        """NFKC letter by letter, without what cannot be seen, digits as 0 to 9; case and accents stay."""
        return self._plain[0]

    @cached_property
    def _bare(self) -> tuple[str, list[int] | None]:
        plain = self.plain
        if plain.isascii():
            return plain, None
        return _mapped(plain, {character: _bare(character) for character in set(plain)})

    @cached_property
    def skeletons(self) -> tuple[str, ...]:
        """What the text looks like in small Latin letters; two where a stroke may be an i or an l."""
        bare = self._bare[0]
        if "@" in bare or "$" in bare:
            bare = _SIGNS.sub(lambda sign: "a" if sign[0] == "@" else "s", bare)
        first = bare.translate(_AS_LETTERS).lower()
        if not _TALL_THERE.search(bare):
            return (first,)
        return first, _TALL.sub(lambda tall: "l" * len(tall[0]), bare).translate(_AS_LETTERS).lower()

    @cached_property
    def words(self) -> tuple[tuple[Word, ...], ...]:
        """The words of each skeleton, then one by one those whose letters were set apart."""
        rows: list[tuple[Word, ...]] = []
        for skeleton in self.skeletons:
            rows.append(tuple(Word(found[0], *found.span()) for found in _WORD.finditer(skeleton)))
        return tuple(rows)

    @cached_property
    def parted(self) -> tuple[Word, ...]:
        """Words whose letters are kept apart by signs (`sec-ret`) or by spaces (`s e c r e t`)."""
        return tuple(word for skeleton in self.skeletons for word in _parted(skeleton))

    def given(self, start: int, end: int) -> tuple[int, int]:
        """A span of the plain copy as a span of the text as given."""
        return _back(self._plain[1], start, end)

    def seen(self, start: int, end: int) -> tuple[int, int]:
        """A span of a skeleton as a span of the plain copy."""
        return _back(self._bare[1], start, end)

    def invisible(self) -> list[tuple[int, int]]:
        """Spans of the text as given that nobody can see and no script or emoji has a use for."""
        if self._simple:
            return []
        text = _RIGHTFUL.sub(lambda found: "." * len(found[0]), self.text)
        if _RIGHT_TO_LEFT.search(text):
            text = _MARKS_OF_DIRECTION.sub(".", text)
        return [found.span() for found in _UNSEEN.finditer(text)]

    def fancy(self) -> list[tuple[int, int]]:
        """Spans of the text as given in letters made for formulas and signs, not for words."""
        if self._simple:
            return []
        return [found.span() for found in _FANCY.finditer(self.text) if found.end() - found.start() > 1]

    def mixed(self) -> list[tuple[int, int]]:
        """Spans of the plain copy: words of Latin letters and of others that look like Latin ones."""
        if self.plain.isascii():
            return []
        return [found.span() for found in _MIXED.finditer(self.plain) if not _MEASURE.fullmatch(found[0])]


def _back(at: list[int] | None, start: int, end: int) -> tuple[int, int]:
    return (start, end) if at is None or end <= start else (at[start], at[end - 1] + 1)


def _parted(skeleton: str) -> list[Word]:
    found: list[Word] = []
    for run in _SPACED.finditer(skeleton):
        at = tuple(place for place in range(*run.span()) if skeleton[place].isalnum())
        found.append(Word("".join([skeleton[place] for place in at]), *run.span(), at))
    for token in _TOKEN.finditer(skeleton):
        if token.end() - token.start() <= LONGEST_TOKEN and _SIGN_WITHIN.search(token[0]):
            letters = "".join(filter(str.isalnum, token[0]))
            start = token.start() + token[0].index(letters[0])
            found.append(Word(letters, start, token.start() + token[0].rindex(letters[-1]) + 1))
    return found
