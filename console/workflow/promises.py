"""Promises in our own words: "next update by 17:00" becomes a time that somebody has to keep.

A promise is a deadline ("by 5 pm", "within two hours") in a sentence that says what we will do. What reads
like one but cannot be settled is returned all the same, as unsure and with the reason: a clock started for
nothing costs a look, a promise forgotten costs trust. English only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from console.words import age, clock
from console.workflow.promise_times import Found, resolve, times_in

MAX_READ = 8000
"""Characters of a text that are read."""
NO_PLEDGE = "nothing in the sentence says that we will do it"
DENIED = "the sentence says no"

_DAYS = (
    r"(?:mon|tue|wed|thu|fri|sat|sun|today|tomorrow|tonight|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
)
_SENTENCE_END = re.compile(
    rf"[!?\n]|(?<![ap]\.m)\.(?=\s+[A-Z\"'(]|\s*\Z)|(?<=[ap]\.m)\.(?=\s+(?!(?i:{_DAYS}))[A-Z]|\s*\Z)"
)
_PLEDGE = re.compile(
    r"\b(?:updates?|(?:we|i)(?:['\u2019]ll|\s+(?:will|shall|aim|plan|expect|hope|intend|promise|are\s+going))"
    r"|will\s+(?:post|reply|answer|tell|come\s+back|write|update|share|report|confirm|call|visit|inspect)"
    r"|will\s+be\s+(?:fixed|mended|repaired|open|reopened|back|clear|cleared|ready|restored|done|there|here)"
    r"|back\s+to\s+you|let\s+you\s+know|hear\s+(?:back|from\s+us)|more\s+(?:news|information|details))\b",
    re.IGNORECASE,
)
"""Words that make a deadline ours."""
_PAST = re.compile(
    r"\b(?:last|latest|previous|earlier)\s+updated?\b|\bupdated\b"
    r"|\b(?:was|were|had|issued|posted|reported|began|started|happened)\s+(?:\w+\s+)?\Z",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:not|never|cannot|no)\b(?!\s+later)|n['\u2019]t\b", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|@[\w.-]+", re.IGNORECASE)
_DEADLINES = ("by", "before", "within", "no later than")
"""What makes a deadline even where nothing says whose it is."""
_NOT_YET = ("from", "since", "after", "until", "till", "to", "between")
"""What bounds something else: a closure, a visit, a shift."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise: when it is due, and the words it came from."""

    due: datetime
    """Aware, in the desk's zone. Where unsure, the earliest moment that can be meant."""
    words: str
    start: int
    end: int
    """Offsets of the words in the text."""
    unsure: str = ""
    """Why a person has to look; empty where it is plain."""


def find_promises(text: str, now: datetime, zone: tzinfo) -> tuple[Promise, ...]:
    """Every promise of a text, in order, as of `now`. A clock time that is past means tomorrow."""
    text = _ADDRESS.sub(lambda match: "_" * len(match[0]), text[:MAX_READ])
    promises = []
    for start, end in _sentences(text):
        pledged = _PLEDGE.search(text, start, end) is not None
        for found in times_in(text, start, end):
            if promise := _promise(found, text, start, pledged, now, zone):
                promises.append(promise)
    return tuple(promises)


def reminder(promise: Promise, now: datetime) -> str:
    """Words for the composer, about one promise in what is being typed."""
    when = clock(promise.due, now, promise.due.tzinfo)
    if promise.unsure:
        return f'"{promise.words}": {promise.unsure}. Is it {when}? Write day and time in full, or leave it.'
    away = age((promise.due - now).total_seconds())
    return f'You promise {when} ("{promise.words}", in {away}). Its clock starts when this is sent.'


def _promise(
    found: Found, text: str, start: int, pledged: bool, now: datetime, zone: tzinfo
) -> Promise | None:
    """Judge one time by the sentence it stands in; None where it is nobody's promise."""
    before = text[start : found.start]
    if found.preposition in _NOT_YET or _PAST.search(before):
        return None
    if not pledged and found.preposition not in _DEADLINES:
        return None
    when = resolve(found, now, zone)
    if when is None:
        return None
    doubt = DENIED if _DENIED.search(before) else when.unsure if pledged else NO_PLEDGE
    words = text[found.start : found.end]
    return Promise(when.due, " ".join(words.split()), found.start, found.end, doubt)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends; "by 6 p.m. Tue" is no end of one."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        yield start, match.end()
        start = match.end()
    yield start, len(text)
