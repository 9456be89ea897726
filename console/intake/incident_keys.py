"""The keys of incidents: place and topic as they can be typed, numbered from the second of a kind on."""

from __future__ import annotations

import re
import unicodedata

from console.judgement import NO_PLACE

_NOT_TYPEABLE = re.compile(r"[\W_]+")


def slug(name: str) -> str:
    """A name as it can be typed: `Mill Street` is `mill-street`, `Žižkov` is `zizkov`."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return _NOT_TYPEABLE.sub("-", plain).strip("-")[:60] or "place"


def base_key(subject: tuple[str, str]) -> str:
    """The key of the first incident of a place (empty for none) and a topic."""
    return f"{slug(subject[0] or NO_PLACE)}.{slug(subject[1])}"


def numbered(key: str) -> tuple[str, int]:
    """Part a key into its base and its number; the first of its kind is number 1 without saying so."""
    base, _, number = key.rpartition(".")
    return (base, int(number)) if "." in base and number.isdecimal() else (key, 1)
