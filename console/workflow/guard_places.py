"""House numbers with their street: where somebody lives, told from where the public goes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.workflow.guard_letters import Reading
from console.workflow.guard_rules import Allowed, Hit

_HOUSE = (
    r"(?<![\w\u00a3$\u20ac#./:\u2013-])(?:(?:[Ff]lat|[Aa]pt\.?|[Aa]partment|[Uu]nit)\s\w{1,4},?\s)?"
    r"\d{1,4}[A-Za-z]?"
)
_NUMBER = _HOUSE + ",?[ ]"
_ROADS = (
    "Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Close|Court|Crescent|Way|Place|Terrace|Gardens|Grove|Hill|"
    "Row|Walk|Mews|Square|Boulevard|Blvd|Parade|Green|View|Rise"
)
_AFTER_ROAD = (
    r"\b(?![ ](?:closures?|closed|works?|users?|signs?|accidents?|lights?|bus|buses|services?|bridge|"
    r"junction|roundabout|car park|traffic)\b)"
)
_NO_NAME = (
    "the|a|an|this|that|our|your|my|main|side|busy|wet|open|closed|per|more|new|other|mile|major|minor|local|"
    "whole|of|on|in|at|and|or|to"
)
_GERMAN = r"(?:stra(?:\u00df|ss)e|str\.|weg|gasse|allee|platz|ufer|damm)"
_CAPITAL, _SMALL = r"[A-Z\u00c0-\u00dd]", r"[a-z\u00df-\u00ff-]"
_STREETS = (
    re.compile(rf"{_NUMBER}(?:[A-Z][a-z'\u2019-]{{1,20}}[ ]){{1,3}}(?:{_ROADS}){_AFTER_ROAD}"),
    re.compile(
        rf"{_NUMBER}(?!(?:{_NO_NAME})[ ])[a-z'\u2019-]{{2,20}}[ ](?:street|road|avenue|crescent|terrace)"
        rf"{_AFTER_ROAD}"
    ),
    re.compile(
        rf"\b(?:{_CAPITAL}{_SMALL}{{2,30}}(?:{_GERMAN}|straat|laan|gracht|kade|plein)"
        rf"|{_CAPITAL}{_SMALL}{{1,20}}[ ](?i:{_GERMAN}))"
        r"[ ]\d{1,4}(?:[ ]?[a-g])?\b(?![ ]?(?:Uhr|uhr|h\b|:\d|\.\d|Prozent|Meter|Minuten|km|uur))"
    ),
    re.compile(
        rf"{_HOUSE}(?:\s?(?:bis|ter))?,?\s(?:rue|avenue|boulevard|impasse|chemin|all\u00e9e|quai)\s"
        rf"(?:(?:de|du|des|la|le|les)\s|[dl]['\u2019]){{0,2}}{_CAPITAL}\w{{1,30}}"
    ),
    re.compile(
        rf"\b(?:Calle|Avenida|Avda\.?|Via|Viale|Corso)[ ]{_CAPITAL}[^\W\d_]{{1,30}}"
        r"(?:[ ][^\W\d_]{1,20}){0,3},?[ ](?:n[.\u00ba\u00b0][ ]?)?\d{1,4}\b(?![:.]\d)"
    ),
)
_OTHER_NUMBER = re.compile(
    r"(?:\b(?:route|highway|exit|junction|bus|buses|line|tram|service)|\d\w?\s?(?:to|-|\u2013))\s?\Z",
    re.IGNORECASE,
)
"""Before a number that is a road's or a line's own, or the end of a row of houses."""
_YEAR_BEFORE = re.compile(r"\b(?:in|of|since|until|for|by|during|from)\s\Z", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d[ ]")
_BESIDE = re.compile(r"\b(?:near|next to|opposite|behind|beside|by|past)\s(?:\w+\s){0,2}\Z")
_NEAR = 60
"""Characters on either side, within the sentence, in which a public place may be named."""
_STOP = re.compile(r"[!?\n]|\.(?=\s)")


def addresses(reading: Reading, allowed: Allowed) -> Iterator[Hit]:
    """House numbers with a street that are neither on the list nor beside the name of a public place."""
    plain = reading.plain
    own = tuple(address.casefold() for address in allowed.addresses)
    for street in _STREETS:
        for found in street.finditer(plain):
            start, end = found.span()
            before = plain[max(0, start - _NEAR) : start]
            if found[0][0].isdigit() and _OTHER_NUMBER.search(before[-12:]):
                continue
            if _YEAR.match(found[0]) and _YEAR_BEFORE.search(before[-8:]):
                continue
            if found[0].casefold().startswith(own):
                continue
            near = f"{_STOP.split(before)[-1]} {_STOP.split(plain[end : end + _NEAR])[0]}".casefold()
            if not any([_named(place, near) for place in allowed.public_places]):
                yield Hit(*reading.given(start, end))


def _named(place: str, near: str) -> bool:
    """Whether the place itself is named here; near to one, somebody may live."""
    at = near.find(place.casefold())
    return at >= 0 and not near[at - 1 : at].isalpha() and not _BESIDE.search(near[:at])
