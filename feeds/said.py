"""What a far side says, short and printable, to be quoted in a sentence. Pure."""

from __future__ import annotations

LONGEST = 200
"""Characters: a line or two on a narrow terminal."""


def said(words: str | bytes, secret: str = "") -> str:
    """The words of a server as one printable line, without a secret that it repeats.

    Empty where there are none, or where they are a page for a browser.
    """
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    if secret:
        text = text.replace(secret, "[secret]")
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if line.startswith("<"):
        return ""
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def quoted(words: str | bytes, secret: str = "") -> str:
    """The same after a colon and in quotes, to be put behind what somebody did; or nothing."""
    line = said(words, secret).rstrip(".")
    return f': "{line}"' if line else ""
