"""Posts that nobody would write, to which a judge still owes an answer: soon, whole, and with reasons."""

from __future__ import annotations

import sys
from unicodedata import category

_NAMES = ("Mill", "Oak", "Bay", "River", "Hill", "Elm", "Ash", "King", "Queen")
STREETS = tuple(f"{name} Street" for name in _NAMES)
"""Names of a place list."""
HOMOGLYPH = "Flood in H\u043euston, help at M\u0456ll Street "
"""Two names with a Cyrillic letter each."""
_BLOCK = 0x80
_EACH = 4


def every_script() -> str:
    """A few characters of each block of Unicode, assigned ones."""
    kept = []
    for start in range(_BLOCK // 4, sys.maxunicode - _BLOCK, _BLOCK):
        block = map(chr, range(start, start + _BLOCK))
        kept += [one for one in block if category(one) not in ("Cn", "Cs", "Co")][:_EACH]
    return "".join(kept)


_SCRIPTS = every_script()

_REPEATED = {
    "one hashtag": "#flood ",
    "a town's hashtag": "#HoustonFlood ",
    "hashtags run together": "#houstonflood",
    "hashtags of two letters": "#Aa",
    "hashtags with underscores": "#a_b",
    "code": "def f(x):\n    return x[0] if x else {'a': [1, 2, 3]}\n",
    "a table": "| Street | No | 12 |\n|---|---|---|\n",
    "a listed street": f"{STREETS[0]} ",
    "all listed streets": ", ".join(STREETS) + ", ",
    "all listed streets in lines": "\n".join(STREETS) + "\n",
    "an unlisted street": "Tarford Street ",
    "homoglyphs": HOMOGLYPH,
    "zero-width spaces": "Ho\u200buston Mill\u200b Street ",
    "zero-width spaces alone": "\u200b",
    "joiners": "a\u200d",
    "full stops": ".",
    "commas": ",",
    "hyphens": "Aa-",
    "capitals": "A",
    "single capitals": "A ",
    "a city in capitals": "HOUSTON ",
    "capitalised words": "Aaa ",
    "digits": "1",
    "numbers": "12 ",
    "and": "and ",
    "St": "St ",
    "a road and a number": "I-10 ",
    "crossings without an end": "I-10 at ",
    "crossings of numbers": "5th and ",
    "crossings of names": "Aa and Bb & ",
    "slashes": "Aa St/",
    "lakes": "Lake ",
    "roads": "Road ",
    "blocks": "300 block of ",
    "exits": "exit 53 ",
    "a name of several words": "New York ",
    "the beginning of many names": "San ",
    "lists of names": "in Aaa, Bbb, ",
    "short forms": "U.S. ",
    "magnitudes": "M7.5 ",
    "brackets": "[{(",
    "quotes": "'",
    "possessives": "a's ",
    "handles": "@a ",
    "at signs": "@",
    "links": "https://t.example/abcdef ",
    "the beginnings of links": "http://",
    "reposts": "RT @a: ",
    "emoji": "\U0001f62d",
    "line breaks": "\n",
    "words on lines": "a\n",
    "accents": "a" + "\u0301" * 20,
    "Thai": "\u0e01",
    "Chinese": "\u6c34",
    "Arabic": "\u0645\u0627\u0621 ",
    "a dotted capital I": "\u0130",
    "a ligature of many letters": "\ufdfa ",
    "escape sequences": "\x00\x1b[31m",
    "surrogates": "\ud800",
    "overrides": "\u202e",
    "calls": "help us ",
    "pleas": "please help please ",
    "negations": "never so this good ",
    "exclamations": "good!? ",
}
LONG = 60_000
"""Characters of a long one; a source's longest post is a few thousand."""

BAD = {
    "nothing": "",
    "one letter": "a",
    "one sign": "#",
    "one space": " ",
    "ten thousand hashtags": " ".join(f"#Tag{number}" for number in range(10_000)),
    "every script": _SCRIPTS,
    "every script in words": " ".join(_SCRIPTS),
    "nested brackets": "(" * 4000 + ")" * 4000,
    "one long tag": "#" + "AaBb" * 4000,
    **{f"{name}, again and again": text * (LONG // len(text)) for name, text in _REPEATED.items()},
}
"""What it is -> the text."""
