"""Chooses the set of marks: the settings' word first, else what the terminal's encoding can carry."""

from __future__ import annotations

import codecs

from widgets.glyphs import ASCII, UNICODE, Glyphs


def choose(setting: str, encoding: str | None) -> Glyphs:
    """The marks to draw with.

    Args:
        setting: `auto`, `unicode` or `ascii`.
        encoding: Of the stream that the screen is written to; None where that is unknown.
    """
    if setting == "ascii" or not is_utf8(encoding):
        return ASCII
    return UNICODE


def is_utf8(encoding: str | None) -> bool:
    """Whether an encoding carries every character."""
    try:
        return codecs.lookup(encoding or "ascii").name == "utf-8"
    except LookupError:
        return False
