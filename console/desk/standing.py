"""What the status line and the page of sources say: service, sources, age of data. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, tzinfo

from console.desk.private import waiting
from console.desk.rows import age, clock, moment
from console.model import ServiceState, SourceHealth, SourceState, TierCounts, Unread
from console.words import age as duration
from console.work import Pause
from widgets.status_line import Status

ORDER: tuple[SourceState, ...] = ("live", "quiet", "late", "waiting", "by hand")
WORST: tuple[SourceState, ...] = ("dead", "silent", "late", "waiting", "quiet", "live", "by hand")
STOPPED: tuple[SourceState, ...] = ("dead", "silent")
"""States that are said aloud: nothing comes from there any more."""
NAME_MOST = 18
"""Characters of a source's name on the status line, so that beside a banner there is room for its state."""
START_IT = "type: watchfloor serve"
"""What to do without a service; the desk finds it again by itself."""


def status(
    desk: str,
    *,
    now: datetime,
    zone: tzinfo | None,
    linked: bool,
    lost_at: datetime | None,
    service: ServiceState | None,
    sources: Sequence[SourceHealth],
    counts: TierCounts | None,
    newest_at: datetime | None = None,
    trouble: str = "",
    inbox: Unread | None = None,
    exercise: bool = False,
    pause: Pause | None = None,
    dot: str = "·",
    link: tuple[str, ...] = (),
) -> Status:
    """The status line.

    Args:
        desk: The desk's name.
        now: The present.
        zone: Of the clock on the wall.
        linked: Whether the service answers.
        lost_at: When it stopped answering, as far as this desk knows.
        service: What it last wrote of itself; None when nothing could be read.
        sources: How each source does.
        counts: Open incidents; None when unknown.
        newest_at: When the newest mention was seen.
        trouble: What this desk itself cannot do just now, as a sentence.
        inbox: What waits in the restricted inbox; None for whoever may not read it.
        exercise: Whether everything is practice.
        pause: That nothing is said any more.
        dot: Parts two facts.
        link: How much is drawn for the link to this terminal, and how much that takes; longest first.
    """
    since = lost_at or (service and service.stopped_at)
    newest = newest_data(sources, newest_at)
    return Status(
        desk=desk,
        clock=f"{now.astimezone(zone):%H:%M}",
        live=linked,
        service="LIVE"
        if linked
        else f"NO SERVICE since {clock(since, now, zone)}"
        if since
        else "NO SERVICE",
        banner=trouble
        or (service.trouble if linked and service else "")
        or ("" if linked else _known(newest, now, dot)),
        speech=speech(exercise, pause),
        on_shift=on_shift(service.on_shift if service else ()),
        sources=summary(sources),
        dead=dead(sources, now),
        age=f"data {age(newest, now)}" if newest else "",
        link=link,
        inbox=waiting(inbox),
        inbox_urgent=bool(inbox and inbox.act_now),
        counts=((1, counts.act_now), (2, counts.soon), (3, counts.watch)) if counts else (),
    )


def speech(exercise: bool, pause: Pause | None) -> tuple[tuple[str, bool], ...]:
    """What keeps the desk from being heard, each with whether that is trouble."""
    practice = (("EXERCISE", False),) if exercise else ()
    return (*practice, (f"PAUSED by {pause.by}", True)) if pause else practice


def newest_data(sources: Sequence[SourceHealth], newest_at: datetime | None) -> datetime | None:
    """When something last came in: an answer of a source, new or not, or a mention by any other way."""
    moments = (newest_at, *(source.last_answer_at for source in sources))
    return max((moment for moment in moments if moment), default=None)


def on_shift(names: Sequence[str]) -> str:
    """Who is here."""
    return f"on shift {' '.join(names)}" if names else ""


def summary(sources: Sequence[SourceHealth]) -> str:
    """`6 live 1 quiet`; states nobody is in are left out."""
    if not sources:
        return "no sources"
    tally = Counter(source.state for source in sources)
    return " ".join(f"{tally[state]} {state}" for state in ORDER if tally[state])


def dead(sources: Sequence[SourceHealth], now: datetime) -> str:
    """`power feed DEAD 14m`: the one that stopped last, and how many more."""
    gone = [source for source in sources if source.state in STOPPED]
    if not gone:
        return ""

    def stopped_at(source: SourceHealth) -> float:
        at = last_sign(source)
        return at.timestamp() if at else 0.0

    first = max(gone, key=lambda source: (source.state == "dead", stopped_at(source)))
    at = last_sign(first)
    silence = age(at, now) if at else "never answered"
    name = first.name if len(first.name) <= NAME_MOST else f"{first.name[: NAME_MOST - 3]}..."
    return f"{name} {state_word(first)} {silence}" + (f" +{len(gone) - 1}" if len(gone) > 1 else "")


def last_sign(source: SourceHealth) -> datetime | None:
    """When a source last gave what it gives no more: an answer, or where it answers, something new."""
    return source.last_item_at if source.state == "silent" else source.last_answer_at


def state_word(source: SourceHealth) -> str:
    """The state, in capitals where a source has stopped."""
    return source.state.upper() if source.state in STOPPED else source.state


def sources_page(
    sources: Sequence[SourceHealth], now: datetime, zone: tzinfo | None
) -> tuple[tuple[str, str], ...]:
    """Each source by its name and how it does, to be read; those in trouble first."""
    if not sources:
        none = "No source is named in the settings. `watchfloor config init` writes a file with examples."
        return (("", none),)
    return tuple(
        (source.name, _source(source, now, zone))
        for source in sorted(sources, key=lambda source: (WORST.index(source.state), source.name))
    )


def _source(source: SourceHealth, now: datetime, zone: tzinfo | None) -> str:
    state = state_word(source)
    parts = [
        f"{state}, last answer {moment(source.last_answer_at, now, zone)}"
        if source.last_answer_at
        else f"{state}, never answered",
        f"last new item {moment(source.last_item_at, now, zone)}" if source.last_item_at else "no item yet",
        f"{source.kind}, {source.trust}, {source.items} taken in, {source.refused} refused",
    ]
    if source.last_error:
        parts.insert(1, f"{source.last_error.rstrip('.')} ({moment(source.last_error_at, now, zone)})")
    if source.rhythm:
        parts.insert(-1, f"usually something new within {duration(source.rhythm)}")
    if source.remaining is not None:
        parts.append(calls_left(source, now, zone))
    if source.note:
        parts.insert(1, source.note.rstrip("."))
    return "; ".join(parts)


def calls_left(source: SourceHealth, now: datetime, zone: tzinfo | None) -> str:
    """`273 of 300 calls left, anew at 18:45`: what the server still grants."""
    of = f" of {source.budget}" if source.budget else ""
    anew = f", anew at {clock(source.reset_at, now, zone)}" if source.reset_at else ""
    return f"{source.remaining}{of} calls left{anew}"


def _known(newest: datetime | None, now: datetime, dot: str) -> str:
    known = f"data {age(newest, now)}" if newest else "nothing known yet"
    return f"{START_IT} {dot} {known}"
