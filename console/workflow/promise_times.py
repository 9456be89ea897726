"""The times that people write ("5 pm", "tomorrow by noon", "within two hours"), and the moments meant.

`times_in` finds them; `resolve` turns one into a moment in the desk's zone, across changes of the clock. A
time that can be read in two ways gives the earliest moment it can mean, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PART = r"morning|afternoon|evening|night"
_PART_ENDS = {"morning": time(12), "afternoon": time(18), "evening": time(22), "night": time(23, 59)}
"""When a part of the day is over, for want of a clock time."""
_DAY_ENDS = time(23, 59)
_FAR_AHEAD = timedelta(days=180)
"""A date further ahead than this is likelier one that is past."""

_COUNTS: dict[str, float] = {
    "half an": 0.5, "half a": 0.5, "a": 1, "an": 1, "the": 1, "one": 1, "two": 2, "a couple of": 2,
    "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
    "fifteen": 15, "twenty": 20, "twenty-four": 24, "thirty": 30, "forty-five": 45, "forty-eight": 48,
    "ninety": 90,
}  # fmt: skip
_SECONDS = {"m": 60.0, "h": 3600.0, "d": 86400.0, "w": 7 * 86400.0}
_ZONES = "UTC|GMT|Z|BST|IST|WES?T|CES?T|EES?T|MSK|[ECMP][SD]T|AK[SD]T|HST|A[CEW][SD]T|NZ[SD]T|JST|SAST"

_WORD = re.IGNORECASE
_ENTRY = re.compile(r"(?<![\w@#:.])(?=[A-Za-z\d])")
_PREP = re.compile(
    r"(no later than|by|before|within|in|every|at|around|about|on|from|since|after|until|till|to|between)\s+",
    _WORD,
)
_LENGTH = re.compile(
    r"(?:(?:the\s+)?next\s+|at most\s+|about\s+)?"
    r"(?:(?P<number>\d{1,4}(?:\.\d)?)|(?P<count>"
    + "|".join(sorted(_COUNTS, key=len, reverse=True))
    + r"))?[\s-]*(?P<working>(?:working|business)\s+)?(?P<unit>min(?:ute)?|h(?:ou)?r|day|week|h|m|d)s?\b"
    r"(?P<half>\s+and a half)?",
    _WORD,
)
_DAY = re.compile(
    rf"(?P<near>today|tonight|tomorrow)(?:\s+(?P<near_part>{_PART}))?\b|this\s+(?P<this>{_PART})\b"
    rf"|(?P<next>next\s+)?(?P<weekday>{'|'.join(_WEEKDAYS)})(?:s|nes|rs?|ur)?(?:day)?\b(?:\s+(?P<day_part>{_PART})\b)?"
    rf"|(?P<dom>\d\d?)(?:st|nd|rd|th)?\s+(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?(?:\s+(?P<year>20\d\d))?"
    rf"|(?P<month2>{'|'.join(_MONTHS)})[a-z]*\.?\s+(?P<dom2>\d\d?)(?:st|nd|rd|th)?(?![\w:.])(?:,?\s+(?P<year2>20\d\d))?",
    _WORD,
)
_CLOCK = re.compile(
    r"(?P<word>noon|midday|midnight|(?:the )?end of (?:the )?day)\b"
    r"|(?P<hour>[01]?\d|2[0-4])(?:(?P<sign>[:.h])(?P<minute>[0-5]\d))?"
    r"(?:\s*(?P<half>[ap])(?:\.\s?m\.|\.?m\b)|\s*(?P<marked>o['\u2019]clock|h(?:ou)?rs|h)\b)?(?![\w%/:\u20ac$-]|[.,]\d)",
    _WORD,
)
_ZONE = re.compile(rf"\s*\(?({_ZONES})\b\)?")
_BETWEEN = re.compile(r"(?:,?\s+)(?:(?:on|at|by|before|in|the|no later than)\s+)*", _WORD)
_ANOTHER_THING = re.compile(r"\s+(?!(?:and|or|but|if|at|with|as|when|we|i|you|the|please)\b)[^\W\d_]", _WORD)


@dataclass(slots=True)
class Found:
    """A time as it is written, piece by piece."""

    start: int
    end: int
    preposition: str = ""
    """In small letters; empty where it stands without one."""
    length: re.Match[str] | None = field(default=None, repr=False)
    day: re.Match[str] | None = field(default=None, repr=False)
    clock: re.Match[str] | None = field(default=None, repr=False)
    zone: str = ""


@dataclass(frozen=True, slots=True)
class When:
    """The moment that a written time stands for, and why that is in doubt."""

    due: datetime
    unsure: str = ""


def times_in(text: str, start: int, end: int) -> Iterator[Found]:
    """Every time that is written between two places of a text, in order."""
    done = start
    for entry in _ENTRY.finditer(text, start, end):
        if entry.start() >= done and (found := _read(text, entry.start(), end)):
            yield found
            done = found.end


def resolve(found: Found, now: datetime, zone: tzinfo) -> When | None:
    """The moment meant, as of `now`; None where there is no such day, or it is over."""
    if found.length:
        return _after(found.length, now, zone)
    here = UTC if found.zone in ("UTC", "GMT", "Z") else zone
    days, doubt = _days(found, now.astimezone(here).date())
    hours, unclear = _hours(found)
    moments = [moment for day in days for hour in hours if (moment := _moment(day, hour, now, here))]
    if not moments:
        return None
    ahead = [moment for moment in moments if moment.due > now]
    if not ahead and _is_today(found):
        again = [_moment(days[0] + timedelta(days=1), hour, now, here) for hour in hours]
        return When(min(moment.due for moment in again).astimezone(zone), "that time is past today")
    if not ahead:
        return None
    first = min(ahead, key=lambda moment: moment.due)
    due = first.due.astimezone(zone)
    if found.day and (found.day["month"] or found.day["month2"]) and due - now > _FAR_AHEAD:
        doubt = doubt or "that day is past this year"
    if found.zone and here is not UTC and due.tzname() != found.zone:
        doubt = doubt or f"{found.zone} is not the desk's own time ({due.tzname()})"
    return When(due, unclear or doubt or first.unsure)


def _read(text: str, start: int, end: int) -> Found | None:
    """Read a time that begins at a place; None where none does."""
    found, place = Found(start, start), start
    if prep := _PREP.match(text, place, end):
        found.preposition, place = " ".join(prep[1].lower().split()), prep.end()
    if found.preposition in ("within", "in", "every"):
        found.length = _LENGTH.match(text, place, end)
        if found.length and (found.length["number"] or found.length["count"] or "next" in found.length[0]):
            found.end = found.length.end()
            return found
        return None
    while piece := _piece(text, place, end, found):
        found.end = place = piece
        if not (between := _BETWEEN.match(text, place, end)):
            break
        place = between.end()
    if found.clock and found.clock["hour"] and not _is_a_time(text, found):
        return None
    return found if found.end > start else None


def _piece(text: str, place: int, end: int, found: Found) -> int:
    """Read a day or a clock time; gives where it ends, or 0."""
    if found.day is None and (day := _DAY.match(text, place, end)):
        found.day = day
        return day.end()
    if found.clock is None and (clock := _CLOCK.match(text, place, end)):
        found.clock = clock
        if zone := _ZONE.match(text, clock.end(), end):
            found.zone = zone[1]
        return zone.end() if zone else clock.end()
    return 0


def _is_a_time(text: str, found: Found) -> bool:
    """Tell `by 5` from `by 5 crews`, and `17:00` from a bare `17`."""
    clock = found.clock
    if clock is None or clock["half"] or clock["marked"] or clock["sign"] == ":":
        return True
    if not found.preposition or found.preposition in ("on", "about", "around"):
        return bool(found.day and found.day.start() < clock.start())
    return not _ANOTHER_THING.match(text, found.end)


def _is_today(found: Found) -> bool:
    return bool(found.day and (found.day["near"] or "").lower() in ("today", "tonight"))


def _after(length: re.Match[str], now: datetime, zone: tzinfo) -> When:
    """A length from now: hours as they pass, days by the calendar, so that the clock time stays the same."""
    count = float(length["number"] or _COUNTS.get((length["count"] or "a").lower(), 1))
    count += 0.5 if length["half"] else 0.0
    unit = length["unit"][0].lower()
    if unit in "mh" or count % 1:
        return When((now.astimezone(UTC) + timedelta(seconds=count * _SECONDS[unit])).astimezone(zone))
    local = now.astimezone(zone)
    day = local.date() + timedelta(days=count * (7 if unit == "w" else 1))
    moment = _moment(day, local.replace(tzinfo=None) - datetime.combine(local.date(), time()), now, zone)
    return When(
        moment.due.astimezone(zone), "working days are for a person to count" if length["working"] else ""
    )


def _days(found: Found, today: date) -> tuple[list[date], str]:
    """The days that may be meant, the nearest first, and what is in doubt about them."""
    day = found.day
    if day is None:
        return [today, today + timedelta(days=1), today + timedelta(days=2)], ""
    if day["near"] or day["this"]:
        return [today + timedelta(days=(day["near"] or "").lower() == "tomorrow")], ""
    if day["weekday"]:
        ahead = (_WEEKDAYS.index(day["weekday"].lower()) - today.weekday()) % 7
        doubt = '"next" may be this week or the week after' if day["next"] else ""
        return [today + timedelta(days=ahead), today + timedelta(days=ahead + 7)], doubt
    month = _MONTHS.index((day["month"] or day["month2"]).lower()) + 1
    given = day["year"] or day["year2"]
    years = [int(given)] if given else [today.year, today.year + 1]
    days = [_date(year, month, int(day["dom"] or day["dom2"])) for year in years]
    return [day for day in days if day], ""


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _hours(found: Found) -> tuple[list[timedelta], str]:
    """The clock times that may be meant, from the start of the day, and what is in doubt about them."""
    clock, day = found.clock, found.day
    part = (day["near_part"] or day["this"] or day["day_part"] or "").lower() if day else ""
    if day and (day["near"] or "").lower() == "tonight":
        part = part or "night"
    if clock is None:
        return [_since_midnight(_PART_ENDS.get(part, _DAY_ENDS))], "it names no clock time"
    if word := (clock["word"] or "").lower():
        if "end" in word:
            return [_since_midnight(_DAY_ENDS)], "it names no clock time"
        if word != "midnight":
            return [timedelta(hours=12)], ""
        if not day or part == "night":
            return [timedelta(hours=24)], ""
        return [timedelta(), timedelta(hours=24)], "midnight may begin that day or end it"
    hour, minutes = int(clock["hour"]), timedelta(minutes=int(clock["minute"] or 0))
    if clock["half"] and 1 <= hour <= 12:
        return [timedelta(hours=hour % 12 + (12 if clock["half"].lower() == "p" else 0)) + minutes], ""
    if not 1 <= hour <= 12 or clock["hour"][0] == "0":
        return [timedelta(hours=hour) + minutes], ""
    if hour == 12 and clock["minute"] and part != "night":
        return [timedelta(hours=12) + minutes], ""
    if part:
        late = part == "night" if hour == 12 else part != "morning"
        small_hours = part == "night" and hour < 5
        return [timedelta(hours=hour + (24 if small_hours else 12 * late)) + minutes], ""
    both = [timedelta(hours=hour) + minutes, timedelta(hours=hour + 12) + minutes]
    return both, "it may be morning or evening"


def _since_midnight(moment: time) -> timedelta:
    return timedelta(hours=moment.hour, minutes=moment.minute)


def _moment(day: date, hour: timedelta, now: datetime, zone: tzinfo) -> When:
    """The moment of a wall clock's time, in UTC: 24:00 is the next day's start, DST is looked up."""
    wall = datetime.combine(day, time()) + hour
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) != wall:
        return When(first, "the clocks go forward over that time")
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if first == second:
        return When(first)
    return When(first if first > now else second, "the clocks go back, and that time comes twice")
