"""Letters in another dress: look-alikes of other scripts and ornamental letters, as they are read.

A call for help in mathematical bold, or a street with one Cyrillic letter, says the same to every reader.
Only a word that mixes scripts is taken for one in disguise: in a wholly Cyrillic one the letters are its own.
Signs and words are read letter by letter, so that everything stays where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import normalize

_FOREIGN = "\u0370-\u052f\u0531-\u0587"
_SMALL = "\u0251\u0261\u0262\u026a\u0274\u0280\u028f\u0299\u029c\u029f\u1d00-\u1d22\ua730\ua731\ua7af"
_SIGNS = "\u24b6-\u24e9\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189"
MASKED = re.compile(
    f"[{_FOREIGN}{_SMALL}\u2100-\u218f\u2460-\u24b5{_SIGNS}\u24ea-\u24ff\uff00-\uffef\U0001d400-\U0001d7ff]"
)
"""Where a text may hold such letters."""
_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u043a\u043c\u0442\u04bb\u0501\u051b"
    "\u051d\u0475\u04af\u04cf\u0451\u0457"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405\u04ae"
    "\u050c\u051a\u051c\u0474\u04c0\u0401\u0407"
    "\u03bf\u03b1\u03bd\u03c1\u03b9\u03ba\u03c4\u03c5\u03f2\u03f3"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03f9\u037f"
    "\u0585\u0570\u057d\u0578\u0555\u054d",
    "aeopcyxijskmthdqwvyl\u00eb\u00efABEKMHOPCTYXIJSYGQWVI\u00cb\u00cfoavpiktucjABEZHIKMNOPTYXCJohunOU",
)
"""Cyrillic, Greek and Armenian letters that look as Latin ones do (some of Unicode's confusables, UTS 39)."""
_SMALL_CAPITALS = str.maketrans(
    "\u1d00\u0299\u1d04\u1d05\u1d07\ua730\u0262\u029c\u026a\u1d0a\u1d0b\u029f\u1d0d\u0274\u1d0f\u1d18"
    "\ua7af\u0280\ua731\u1d1b\u1d1c\u1d20\u1d21\u028f\u1d22\u0261\u0251"
    "\u0493\u01eb",
    "abcdefghijklmnopqrstuvwyzgafq",
)
"""Phonetic letters written for small capitals, and the two that stand among them where a font has none."""
_ALPHABETS = {0x24B6: 0x41, 0x24D0: 0x61, 0x1F130: 0x41, 0x1F150: 0x41, 0x1F170: 0x41}
"""Where each alphabet of letters in circles or squares begins, and the letter that it begins with."""
_SIGN_LETTERS = {first + at: letter + at for first, letter in _ALPHABETS.items() for at in range(26)}
_SPELT = re.compile(f"[{_SIGNS}][{_SIGNS}]+")
"""Such signs spell a word only where they stand together: one alone is a parking sign or a list's letter."""
_ORNAMENT = re.compile("[\u2102-\u2138\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff]")
"""Letters and digits of other widths and styles."""
_SMALL_CAPITAL = re.compile(f"[{_SMALL}]")
_LATIN = re.compile("[A-Za-z]")
_ALL_LATIN = re.compile("[\0-\x7f\u00c0-\u024f\u02bc\u1e00-\u1eff\u2019]*")
_INFLECTED = rf"[^{_FOREIGN}]*[^\W_{_FOREIGN}]['\u2019\u02bc]?[{_FOREIGN}]{{1,3}}"
"""A Latin name with an ending of another language: `SMS` as a Russian writes it in the plural."""
_SYMBOL = "\u03b1\u03b9\u03ba\u03bd\u03c1\u03c4\u03c5"
_CODE = rf"#?[A-Z0-9]*(?:[{_SYMBOL}][A-Z0-9]*){{1,2}}"
"""What science writes with small Greek letters: `NF\u03baB`."""
_RIGHTFUL = re.compile(f"{_INFLECTED}|{_CODE}")


def unmask(text: str) -> str:
    """A text in the letters that it is read as, whatever its language: for comparing, not for reading."""
    if text.isascii() or not MASKED.search(text):
        return text
    plain = normalize("NFKC", unmask_signs(text))
    if _SMALL_CAPITAL.search(plain):
        plain = plain.translate(_SMALL_CAPITALS)
    return plain.translate(_LOOKALIKES)


def unmask_signs(text: str) -> str:
    """A text whose words are spelt in letters and not in signs around letters; as long as before."""
    return _SPELT.sub(lambda found: found[0].translate(_SIGN_LETTERS), text)


def unmask_word(word: str) -> str:
    """A word in plain letters, if it is written in ornamental ones or with look-alikes among Latin ones.

    It stays as long as it is. What an underscore parts in a hashtag is read as words of their own.
    """
    if "_" in word:
        return "_".join(map(unmask_word, word.split("_")))
    return _read(word)[1]


def disguised(words: Iterable[str]) -> list[str]:
    """The words in which letters of another script stand for Latin ones, where they have no right to."""
    return [word for word in words if not word.isascii() and any(map(_is_disguised, word.split("_")))]


def _is_disguised(word: str) -> bool:
    plain, read = _read(word)
    return plain != read and _RIGHTFUL.fullmatch(plain) is None


def _read(word: str) -> tuple[str, str]:
    """A word without its ornaments, and then also in Latin letters alone, if it can be read so."""
    plain = _ORNAMENT.sub(lambda found: normalize("NFKC", found[0]), unmask_signs(word))
    if _SMALL_CAPITAL.search(plain):
        plain = plain.translate(_SMALL_CAPITALS)
    if plain.isascii() or not _LATIN.search(plain):
        return plain, plain
    read = plain.translate(_LOOKALIKES)
    return plain, read if _ALL_LATIN.fullmatch(read) else plain
