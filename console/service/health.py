"""How a source is doing, from ages alone. Pure: the ages are seconds on a clock that nobody sets.

| state   | means                                                                                     |
|---------|-------------------------------------------------------------------------------------------|
| waiting | not looked at yet                                                                         |
| by hand | looked at only when somebody opens it                                                     |
| live    | answers, and brought something new within three intervals (at least ten minutes)          |
| quiet   | answers, but brings nothing new                                                           |
| silent  | answers, but brings nothing new for far longer than its rhythm (`console.service.rhythm`) |
| late    | no answer for two intervals (at least one minute), or failed without ever having answered |
| dead    | no answer for five intervals (at least five minutes)                                      |

One lost packet is not worth a word on the wall, so late begins at the second missed answer. Looks jitter by a
tenth, and a whole request may take 20 s: five missed ones are no accident any more, and five minutes keep
a source that is asked every few seconds from being called dead while its server restarts. A pause that the
server asked for stretches the interval: who obeys is not late. A source that answers and is silent may be a
feed that nobody fills any more: the wall must not take that for a quiet evening, and no restart makes it one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from console.model import SourceHealth, SourceState
from console.service.rhythm import Rhythm, heard, remembered
from console.words import age
from feeds.source import Look, Source

UNKNOWN = Rhythm()
GONE: frozenset[SourceState] = frozenset({"dead", "silent"})
"""States of a source that has stopped."""
NOTED_FOR = 86_400.0
"""Seconds that what was missed stays in sight."""
OWN_ORDER = frozenset({"mastodon", "bluesky", "open311", "jetstream", "jsonl"})
"""Kinds that take up where they left off; what they cannot fetch any more they say by themselves."""
SENT_ONCE = frozenset({"webhook"})
"""Kinds whose posts are sent to us, and fetched from nowhere."""
LATE, LATE_AT_LEAST = 2, 60.0
DEAD, DEAD_AT_LEAST = 5, 300.0
QUIET, QUIET_AT_LEAST = 3, 600.0


def state_of(
    interval: float,
    *,
    since_answer: float | None,
    since_item: float | None,
    since_trying: float | None,
    silent_after: float = math.inf,
) -> SourceState:
    """Name the state of a source.

    `interval` is what is expected between two answers; `since_answer` and `since_item` are None where there
    never was one; `since_trying` is the age of the first look of an unanswered source, None before it;
    `silent_after` is how long without anything new is too long for its rhythm.
    """
    if since_answer is None:
        if since_trying is None:
            return "waiting"
        return "dead" if since_trying >= max(DEAD * interval, DEAD_AT_LEAST) else "late"
    if since_answer >= max(DEAD * interval, DEAD_AT_LEAST):
        return "dead"
    if since_answer >= max(LATE * interval, LATE_AT_LEAST):
        return "late"
    if since_item is not None and since_item >= silent_after:
        return "silent"
    if since_item is None or since_item >= max(QUIET * interval, QUIET_AT_LEAST):
        return "quiet"
    return "live"


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is known of a source's answers. `*_at` are for people, the bare floats monotonic seconds."""

    health: SourceHealth
    expected: float
    """Seconds until the next answer: the interval, or the longer pause that the server asked for."""
    answered: float | None = None
    brought: float | None = None
    tried: float | None = None
    began: float = -math.inf
    """When this service began to watch it."""
    rhythm: Rhythm = UNKNOWN
    heard_since: float = -math.inf
    """Since when it has been heard without a pause: a gap that began earlier says nothing of its rhythm."""
    silent: bool = False
    """Whether it fell silent: then it stays so until something new comes."""
    away_since: float | None = None
    """Last sign of life of a source that is dead or silent; None while it is neither."""
    behind_since: float | None = None
    """Last sign of life before an absence, its own or ours, whose posts are still being fetched."""
    fetched: int = 0
    """Posts of that absence so far."""
    noted: float | None = None
    """When `health.note` was written."""

    def at(self, monotonic: float) -> Pulse:
        """The same pulse, its state as it is by now."""

        def since(moment: float | None) -> float | None:
            return None if moment is None else monotonic - moment

        if self.health.state == "by hand":
            return self
        state = state_of(
            self.expected,
            since_answer=since(self.answered),
            since_item=since(self.brought),
            since_trying=since(self.tried),
            silent_after=self.rhythm.silent_after(self.health.interval),
        )
        if self.silent and state in ("live", "quiet"):
            state = "silent"
        if self.tried is None and monotonic - self.began < DEAD_AT_LEAST and state not in ("live", "quiet"):
            return self  # before the first look after a restart: it was we who were away
        pulse = self
        if self.noted is not None and monotonic - self.noted >= NOTED_FOR:
            pulse = replace(pulse, noted=None, health=replace(pulse.health, note=""))
        if state in GONE and pulse.away_since is None:
            sign = self.answered if state == "dead" else self.brought
            pulse = replace(pulse, away_since=monotonic if sign is None else sign)
        if state == "silent":
            pulse = replace(pulse, silent=True)
        if state == pulse.health.state:
            return pulse
        return replace(pulse, health=replace(pulse.health, state=state))


def first_pulse(source: Source, stored: SourceHealth | None, now: datetime, monotonic: float) -> Pulse:
    """Take up where the last service left off: what it noted, aged by the time since."""
    fresh = SourceHealth(
        name=source.name,
        kind=source.kind,
        address=source.address,
        trust=source.trust,
        state="waiting",
        interval=source.interval,
        last_answer_at=None,
        last_item_at=None,
        last_error="",
        last_error_at=None,
        next_at=None,
        items=0,
        refused=0,
        remaining=None,
        reset_at=None,
    )
    if source.by_hand:
        fresh = replace(fresh, state="by hand")
    if stored is None or stored.address != source.address:
        return Pulse(fresh, source.interval, rhythm=Rhythm(given=source.rhythm))
    health = replace(
        fresh,
        rhythm=stored.rhythm,
        note=stored.note,
        last_answer_at=stored.last_answer_at,
        last_item_at=stored.last_item_at,
        last_error=stored.last_error,
        last_error_at=stored.last_error_at,
        items=stored.items,
        refused=stored.refused,
    )

    def then(moment: datetime | None) -> float | None:
        return None if moment is None else monotonic - max(0.0, (now - moment).total_seconds())

    answer, item = then(stored.last_answer_at), then(stored.last_item_at)
    # A rhythm that the settings give is exact: it says by itself whether this is a silence.
    silent = stored.state == "silent" and not source.rhythm
    due = then(stored.next_at or stored.last_answer_at)
    unwatched = due is not None and monotonic - due >= max(DEAD * source.interval, DEAD_AT_LEAST)
    return Pulse(
        replace(health, state="silent") if silent else health,
        source.interval,
        answer,
        item,
        rhythm=remembered(stored.rhythm, source.rhythm),
        heard_since=monotonic if unwatched else -math.inf,
        silent=silent,
        away_since=answer if stored.state == "dead" else item if silent else None,
        behind_since=answer if unwatched and not source.by_hand else None,
        noted=monotonic if stored.note else None,
        began=monotonic,
    ).at(monotonic)


def answered(
    pulse: Pulse,
    found: Look,
    now: datetime,
    monotonic: float,
    *,
    new: int,
    refused: int,
    wait: float,
    overlaps: bool,
) -> Pulse:
    """Note an answer and what it brought.

    Args:
        pulse: What is known so far.
        found: The look that was answered.
        now: The present, for people.
        monotonic: The present, for reckoning.
        new: Posts in it that were new.
        refused: Items that were not taken in.
        wait: Seconds until the next look.
        overlaps: Whether it reaches back to what was known before, so that nothing can lie between.
    """
    rhythm, note = pulse.rhythm, pulse.health.note
    since = pulse.brought if pulse.away_since is None else None
    if new and since is not None and since >= pulse.heard_since:
        rhythm = heard(rhythm, monotonic - since)
    back = pulse.away_since is not None and (new > 0 or not pulse.silent)
    behind = pulse.away_since if back else pulse.behind_since
    fetched = new if back else pulse.fetched + new
    unfinished = found.more or bool(found.trouble)
    news = back or bool(found.missed) or (behind is not None and not unfinished)
    if news:
        gap = monotonic - behind if behind is not None else None
        note = _recovered(pulse.health.kind, found, now, gap, new=fetched, overlaps=overlaps)
    health = replace(
        pulse.health,
        last_answer_at=now,
        last_item_at=now if new else pulse.health.last_item_at,
        last_error=found.trouble,
        last_error_at=now if found.trouble else pulse.health.last_error_at,
        next_at=now + timedelta(seconds=wait),
        items=pulse.health.items + new,
        refused=pulse.health.refused + refused,
        rhythm=rhythm.expected,
        note=note,
    )
    if found.remaining is not None or health.reset_at is None or health.reset_at <= now:
        # A look that asked for nothing, as a stream's sign of life, leaves what was granted as it is.
        health = replace(health, remaining=found.remaining, budget=found.limit, reset_at=found.reset_at)
    return replace(
        pulse,
        health=health,
        rhythm=rhythm,
        heard_since=monotonic if back else pulse.heard_since,
        silent=pulse.silent and not new,
        away_since=None if back else pulse.away_since,
        behind_since=behind if unfinished else None,
        fetched=fetched if unfinished else 0,
        noted=monotonic if news else pulse.noted,
        expected=max(pulse.health.interval, found.next_after),
        answered=monotonic,
        brought=monotonic if new else pulse.brought,
        tried=pulse.tried if pulse.tried is not None else monotonic,
    ).at(monotonic)


def failed(
    pulse: Pulse, now: datetime, monotonic: float, *, error: str, wait: float, asked: float = 0.0
) -> Pulse:
    """Note a look that brought no answer, with the sentence that says why.

    `wait` is in seconds until the next look, and `asked` how many of them the server itself asked for.
    """
    health = replace(pulse.health, last_error=error, last_error_at=now, next_at=now + timedelta(seconds=wait))
    tried = pulse.tried if pulse.tried is not None else monotonic
    return replace(pulse, health=health, tried=tried, expected=max(pulse.expected, asked)).at(monotonic)


def stopped(health: SourceHealth) -> str:
    """What is known of a source that has stopped, for the log."""

    def when(moment: datetime | None) -> str:
        return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "never"

    known = [f"last answer {when(health.last_answer_at)}", f"last new item {when(health.last_item_at)}"]
    if health.rhythm:
        known.append(f"usually one within {age(health.rhythm)}")
    if health.last_error and health.state == "dead":
        known.append(health.last_error.rstrip("."))
    return "; ".join(known)


def _recovered(kind: str, found: Look, now: datetime, gap: float | None, *, new: int, overlaps: bool) -> str:
    """What a source that is back says of the time between: how long, how many items, whether all."""
    away = "a while" if gap is None else age(gap)
    brought = f"back at {now:%H:%M} UTC after {away} with {new} new item{'' if new == 1 else 's'}"
    if found.missed:
        return f"{brought}. {found.missed}"
    if found.more or found.trouble:
        return f"{brought}; more from that time is still being fetched"
    if kind in SENT_ONCE:
        return f"{brought}; what was sent meanwhile was not taken in: its senders must send it again"
    if kind in OWN_ORDER or overlaps:
        return f"{brought}; nothing was missed"
    return f"{brought}; what fell off the end of the feed meanwhile is not known"
