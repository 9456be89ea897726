"""What the rows of the wall say: values of the model in, values of the widgets out. Pure.

An age takes four cells at most; what is not known is said to be unknown, never left to look like nothing.
"""

from __future__ import annotations

from datetime import datetime, tzinfo

from console import words
from console.model import NO_PLACE, TIER_WORDS, Gauge, Incident, Mention
from widgets.incident_list import Fact, IncidentRow
from widgets.line import signed
from widgets.mention_stream import MentionRow
from widgets.mood_gauge import Mood

MINUTE, DAY = 60.0, 86400.0
STALE = 60 * MINUTE
"""Seconds after which the newest scored mention no longer tells the mood."""


def age(at: datetime | None, now: datetime) -> str:
    """How long ago, in at most four cells: `<1m`, `12m`, `3h`, `5d`; `?` when it is not known.

    Seconds are not counted: on a wall they would send bytes every second and tell nobody anything.
    """
    if at is None:
        return "?"
    seconds = (now - at).total_seconds()
    return words.age(seconds) if seconds >= MINUTE else "<1m"


def clock(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """When, in five cells: the time today, else day and month, else the year."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if abs((now - at).total_seconds()) < 300 * DAY:
        return f"{local:%d%b}"
    return f"{local:%Y}"


def moment(at: datetime | None, now: datetime, zone: tzinfo | None) -> str:
    """When and how long ago, for reading: `18:41, 2m ago`."""
    if at is None:
        return "at an unknown time"
    local = at.astimezone(zone)
    when = f"{local:%H:%M}" if local.date() == now.astimezone(zone).date() else f"{local:%d %b %Y %H:%M}"
    return f"{when}, {age(at, now)} ago"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 voice`, `31 voices`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def who(mention: Mention) -> str:
    """Who said it, in a word: an official name, a handle, or the source when nobody is named."""
    if mention.official:
        return mention.author_name or mention.author or mention.source
    if not mention.author:
        return mention.author_name or mention.source
    return mention.author if mention.author.startswith("@") else f"@{mention.author}"


def loud(mention: Mention) -> str:
    """The word to shout when an alert is not meant: TEST, EXERCISE; empty for what is."""
    return "" if mention.status in ("", "Actual") else mention.status.upper()


def gone(mention: Mention) -> str:
    """Why a mention should not be relied on any more, in a word; empty while it should."""
    if mention.deleted_at is not None:
        return "deleted"
    return mention.hazard if mention.hazard in ("expired", "cancelled") else ""


def mention_row(
    mention: Mention,
    now: datetime,
    zone: tzinfo | None,
    languages: tuple[str, ...],
    *,
    work: str = "",
    by_hand: str = "",
) -> MentionRow:
    """A mention as one line of the stream; `mood ?` where its praise may be meant as its opposite.

    Args:
        mention: What was said.
        now: The present.
        zone: Of the clock on the wall; None for the machine's own.
        languages: Read at this desk; another one is named at the right edge.
        work: What people do about it.
        by_hand: The mark behind a tier that a person has set.
    """
    language = mention.lang.split("-")[0]
    tail = (
        f"upd {mention.updates}" if mention.updates else "",
        "edited" if mention.edited_at and not mention.updates else "",
        language if language and language not in {known.split("-")[0] for known in languages} else "",
        f"x{mention.repeats + 1}" if mention.repeats else "",
        "mood ?" if mention.mood is None and mention.mood_note.startswith("unsure") else "",
    )
    return MentionRow(
        key=mention.id,
        clock=clock(mention.at, now, zone),
        tier=mention.tier,
        word=TIER_WORDS[mention.tier],
        author=who(mention),
        text=mention.text,
        tail=" ".join(part for part in tail if part),
        official=mention.official,
        loud=loud(mention),
        gone=gone(mention),
        work=work,
        by_hand=by_hand,
    )


def incident_row(
    incident: Incident, new: int, now: datetime, facts: tuple[Fact, ...] = (), by_hand: str = ""
) -> IncidentRow:
    """An incident as one line of the list.

    Args:
        incident: As it is now.
        new: Mentions that joined it since the list was last let go on.
        now: The present.
        facts: What people do about it.
        by_hand: The mark behind a tier that a person has set.
    """
    over = incident.state == "closed"
    before = (Fact(f"after {incident.previous}", "quiet"),) if incident.previous else ()
    return IncidentRow(
        key=incident.key,
        place=incident.place or NO_PLACE,
        tier=3 if over else incident.tier,
        word="closed" if over else TIER_WORDS[incident.tier],
        topic=incident.topic,
        voices=counted(incident.voices, "voice"),
        age=age(incident.opened_at, now),
        new=f"+{min(new, 999)}" if new > 0 else "",
        mood=mean_mood(incident),
        official=incident.official,
        facts=(*facts, *before),
        by_hand="" if over else by_hand,
    )


def mean_mood(incident: Incident) -> str:
    """The mean mood of an incident, signed; `mood ?` when nothing in it was scored."""
    return signed(incident.mood_sum / incident.mood_count) if incident.mood_count else "mood ?"


def mood(gauge: Gauge, now: datetime, without: str = "") -> Mood:
    """A gauge as it is drawn, with its age when it is too old to be believed.

    `without` names a source that it lived on and that has stopped, and for how long.
    """
    old = gauge.last_at is not None and (now - gauge.last_at).total_seconds() > STALE
    return Mood(
        name=gauge.place or "town",
        mean=gauge.mean,
        count=gauge.count,
        bars=gauge.bars,
        stale=age(gauge.last_at, now) if old else "",
        without=without,
    )
