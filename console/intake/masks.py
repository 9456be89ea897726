"""Letters in another dress: look-alikes of other scripts and ornamental letters, as they are read.

A call for help in mathematical bold, or a street with one Cyrillic letter, says the same to every reader.
Only a word that mixes scripts is taken for one in disguise: in a wholly Cyrillic one the letters are its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import normalize

MASKED = re.compile("[\u0370-\u052f\u2100-\u218f\u2460-\u24ff\uff00-\uffef\U0001d400-\U0001d7ff]")
"""Where a text may hold such letters."""
_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u043a\u043c\u0442\u0410\u0412\u0415"
    "\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406\u0408\u0405\u03bf\u03b1\u03bd\u03c1\u03b9\u03ba\u03c4"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7",
    "aeopcyxijskmtABEKMHOPCTXIJSoavpiktABEZHIKMNOPTYX",
)
"""Cyrillic and Greek letters that look as Latin ones do (a part of Unicode's confusables, UTS 39)."""
_ORNAMENT = re.compile("[\u2102-\u2138\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff]")
"""Letters and digits of other widths and styles."""
_LATIN = re.compile("[A-Za-z]")


def unmask(text: str) -> str:
    """A text in the letters that it is read as, whatever its language: for comparing, not for reading."""
    if text.isascii() or not MASKED.search(text):
        return text
    return normalize("NFKC", text).translate(_LOOKALIKES)


def unmask_word(word: str) -> str:
    """A word in plain letters, if it is written in ornamental ones or with look-alikes among Latin ones."""
    plain = _ORNAMENT.sub(lambda found: normalize("NFKC", found[0]), word)
    if plain.isascii() or not _LATIN.search(plain):
        return plain
    read = plain.translate(_LOOKALIKES)
    return read if read.isascii() else plain


def disguised(pieces: Iterable[str]) -> list[str]:
    """The words in which letters of another script stand for Latin ones."""
    return [
        piece
        for piece in pieces
        if not piece.isascii() and _LATIN.search(piece) and piece.translate(_LOOKALIKES).isascii()
    ]
