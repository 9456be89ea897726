"""A text that is too long for one message, as a thread: cut where a reader would pause.

Nothing is lost or added but the white space at a cut and the numbers. A cut never falls inside an address, a
mention, a number ("14.30", "020 7946 0018") or a grapheme.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from unicodedata import category

Fits = Callable[[str], bool]
"""Tells whether a text fits one message. What fits must fit when it is cut shorter, too."""

MOST_DIGITS = 3
"""A thread of a thousand parts is a document."""
_SHOWN = 40
"""Characters of a word that an error shows."""

_GLUE = "\u00a0\u2007\u202f"
"""Spaces that exist to hold together what stands on both sides (UAX 14, class GL)."""
_SPACE = re.compile(rf"[^\S{_GLUE}]+")
_CJK_MARKS = "\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f\uff61\u300c-\u300f\uff08\uff09"
_WHOLE = re.compile(
    rf"(?:https?://|www\.)[^\s{_CJK_MARKS}]+"
    r"|@\w[\w.-]*(?:@\w[\w.-]*)?"
    rf"|\+?\(?\d(?:[\d).,:'/-]|(?<=[\d)])[ {_GLUE}](?=\(?\d))*",
    re.IGNORECASE,
)
"""What is never cut: addresses, mentions, and numbers with whatever groups their digits."""

# Ends that are nothing else need no space behind them; a full stop needs one, and a look at what it ends.
_STOP = re.compile(
    "(?P<plain>[\u3002\uff01\uff1f\uff61]+[\u300d\u300f\uff09\"'\u201d\u2019)]*"
    "|[!?\u2026\u061f\u06d4\u0964\u0965\u1362\u104b]+[\"'\u201d\u2019\u00bb)\\]]*(?=\\s))"
    "|(?P<stop>\\.+)[\"'\u201d\u2019\u00bb)\\]]*(?=\\s)"
)
_PAUSE = re.compile("[\uff0c\u3001\uff1b\uff1a]|[,;:\u060c\u061b\u2013\u2014](?=\\s)|\\)(?=\\s)")
_WORD_BEFORE = re.compile(r"[^\s(\[\"'\u201c\u2018]*\Z")
_ABBREVIATED = re.compile(
    r"(?:\w|\d\d?|(?:\w\.)+\w"  # an initial, an ordinal or a list's number, e.g p.m U.S
    r"|st|mt|ft|dr|mrs?|ms|mx|prof|rev|hon|sgt|capt|col|gen|lt|cllr|sen|rep|gov|pres"
    r"|rd|ave?|blvd|ln|hwy|rte|apt|bldg|jct|nos?|nr|vs|etc|approx|dept|est|min|max|tel|ext|jr|sr|inc|ltd|co|pp?"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|mon|tues?|wed|thu|thurs?|fri|sat|sun"
    r"|bzw|usw|ca|str|hr|frl|zzgl|sra|srta|dra|av|avda|mme|mlle|env|bd|sig|dott|dhr|mevr)\Z",
    re.IGNORECASE,
)
_UNSPACED = re.compile(
    "[\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Han and kana, between which any line may break. Thai, Khmer and Burmese clusters are cut at spaces only."""
_OPENING = frozenset("\u300c\u300e\uff08")
_BEFORE_PLACE = re.compile(
    f"(?P<sign>[\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f\uff61\u300d\u300f\uff09])|{_UNSPACED.pattern}"
)
_NEVER_FIRST = frozenset(
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶー々\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f\uff61\u300d\u300f\uff09\"'\u201d\u2019)"
)
"""Small kana, marks and closing signs that no line of Japanese begins with (JIS X 4051)."""
_JOINS = frozenset("\u200d\u200c")


class _Pause(IntEnum):
    """How well a text may be cut at a place, the best first."""

    PARAGRAPH = 0
    SENTENCE = 1
    CLAUSE = 2
    WORD = 3


@dataclass(frozen=True, slots=True)
class _Cut:
    """A place to cut: a part ends at `end`, the next begins at `start`."""

    end: int
    start: int
    pause: _Pause


def split(text: str, fits: Fits, numbered: bool = True) -> tuple[str, ...]:
    """Cut a text into parts that fit, each but the only one with ` 1/3` behind it where `numbered`.

    Raises `ValueError`, with a sentence for the operator, where a single word does not fit.
    """
    if fits(text):
        return (text,)
    text = text.strip()
    if fits(text):
        return (text,)
    cuts = _cuts(text)
    if not numbered:
        return tuple(_parts(text, cuts, fits, total=""))
    for digits in range(1, MOST_DIGITS + 1):
        # The total is not known before the parts are: they are measured with one of as many digits.
        parts = tuple(_parts(text, cuts, fits, total="9" * digits))
        if len(parts) < 10**digits:
            return tuple(f"{part} {number}/{len(parts)}" for number, part in enumerate(parts, 1))
    raise ValueError(f"the text makes more than {10**MOST_DIGITS - 1} messages; shorten it, or link to it")


def _parts(text: str, cuts: list[_Cut], fits: Fits, total: str) -> Iterator[str]:
    """Take as much as fits, part after part, with its number among so many measured behind each."""
    start, ahead, part = 0, cuts, 1
    while ahead:
        suffix = f" {part}/{total}" if total else ""
        cut = _best(text, start, ahead, fits, suffix)
        yield text[start : cut.end]
        start, part = cut.start, part + 1
        ahead = ahead[bisect_left(ahead, cut.end + 1, key=lambda later: later.end) :]


def _best(text: str, start: int, ahead: list[_Cut], fits: Fits, suffix: str) -> _Cut:
    """The cut with the greatest pause among those that leave the message at least half full."""

    def too_long(cut: _Cut) -> bool:
        return not fits(text[start : cut.end] + suffix)

    # Measuring is the dear part, so that no more is measured than twice what fits.
    reach = 8
    while reach < len(ahead) and not too_long(ahead[reach]):
        reach *= 2
    fitting = ahead[: bisect_left(ahead, True, hi=min(reach, len(ahead)), key=too_long)]
    if not fitting:
        word = text[start : ahead[0].end]
        shown = word if len(word) <= _SHOWN else word[:_SHOWN] + "…"
        raise ValueError(f'"{shown}" does not fit one message and cannot be cut; shorten it')
    longest = fitting[-1]
    if longest.end == len(text):
        return longest
    half = start + (longest.end - start) / 2
    return min(
        (cut for cut in reversed(fitting) if cut.end >= half),
        key=lambda cut: cut.pause,
    )


def _cuts(text: str) -> list[_Cut]:
    """Every place where a text may be cut, in order; the last is its end."""
    whole = bytearray(len(text) + 1)
    for match in _WHOLE.finditer(text):
        inside = range(match.start() + 1, match.end())
        whole[inside.start : inside.stop] = b"\1" * len(inside)
    pauses = _pauses(text)
    found = [
        _Cut(gap.start(), gap.end(), _at_gap(gap[0], pauses.get(gap.start(), _Pause.WORD)))
        for gap in _SPACE.finditer(text)
        if not whole[gap.start()] and _begins_grapheme(text, gap.end())
    ]
    found += [
        _Cut(place, place, pauses.get(place, _Pause.WORD))
        for place in _unspaced_places(text)
        if not whole[place]
    ]
    found.sort(key=lambda cut: cut.end)
    return [*found, _Cut(len(text), len(text), _Pause.PARAGRAPH)]


def _at_gap(gap: str, pause: _Pause) -> _Pause:
    """What white space says beside the signs before it: a blank line, or a line's end."""
    lines = gap.count("\n")
    return _Pause.PARAGRAPH if lines > 1 else min(pause, _Pause.SENTENCE) if lines else pause


def _pauses(text: str) -> dict[int, _Pause]:
    """Where sentences and clauses end: the place behind their last sign."""
    pauses = dict.fromkeys((match.end() for match in _PAUSE.finditer(text)), _Pause.CLAUSE)
    for match in _STOP.finditer(text):
        if match["plain"] or _ends_sentence(text, match.start("stop"), match.end()):
            pauses[match.end()] = _Pause.SENTENCE
    return pauses


def _ends_sentence(text: str, stop: int, end: int) -> bool:
    """Tell a full stop that ends a sentence from one of an abbreviation, an initial or an ordinal."""
    before = _WORD_BEFORE.search(text, max(0, stop - _SHOWN), stop)
    if before and _ABBREVIATED.match(before[0]):
        return False
    return not text[end:].lstrip()[:1].islower()


def _unspaced_places(text: str) -> Iterator[int]:
    """Places between characters of scripts without spaces, and behind the signs of such a script."""
    for match in _BEFORE_PLACE.finditer(text):
        place, after = match.end(), text[match.end() : match.end() + 1]
        if not after or after.isspace() or after in _NEVER_FIRST or not _begins_grapheme(text, place):
            continue
        if match["sign"] or _UNSPACED.match(after) or after in _OPENING:
            yield place


def _begins_grapheme(text: str, place: int) -> bool:
    """Tell whether no mark or joiner at this place belongs to what is before it (UAX 29, GB9)."""
    after = text[place : place + 1]
    return not after or (category(after)[0] != "M" and after not in _JOINS and not _is_modifier(after))


def _is_modifier(character: str) -> bool:
    """Tell a skin tone, which belongs to the picture before it."""
    return "\U0001f3fb" <= character <= "\U0001f3ff"
