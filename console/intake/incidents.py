"""Incidents: mentions of one place and one topic close in time, gathered on a board that lives in memory."""

from __future__ import annotations

import re
import unicodedata
from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from console.intake.rules import Rules
from console.intake.ruling import IncidentNow
from console.model import NO_PLACE, NO_TOPIC, Reason

MAX_WAITING = 200
"""Mentions of one place and topic that wait for their incident to open."""
MAX_SUBJECTS = 20_000
"""Pairs of place and topic that are waited for."""
MAX_VOICES = 10_000
"""Voices of one incident that are told apart; past that the count means "at least"."""

Subject = tuple[str, str]
"""A place (empty for none) and a topic."""
_VOICES = re.compile(r"\d+ voices\Z")
COVERED_BY = "official warning covers "
OFFICIAL = "official alert: "
"""How the reason of an alert's own points begins."""
_BEFORE_RESTART = "before the restart"
_NOT_TYPEABLE = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Heard:
    """A mention as the board takes it."""

    key: str
    place: str
    topic: str
    voice: str
    """Who said it; empty for a mere repost, which is no further voice."""
    at: datetime
    points: int
    """Of its own, without what an official warning adds."""
    reasons: tuple[Reason, ...]
    hazard: str = ""
    """The official alert that this mention is, while that drives; empty for what people say."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a mention came to stand: its incident now, and who joins with it because it opened one."""

    incident: IncidentNow | None = None
    adopted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cover:
    """A living official alert: the places and the topic for which it raises what people say."""

    messages: frozenset[str]
    places: frozenset[str]
    topic: str
    ends_at: datetime


@dataclass(slots=True)
class _Open:
    key: str
    place: str
    topic: str
    opened_at: datetime
    last_at: datetime
    heard_at: datetime
    """The desk's own time of the last mention; posts replayed from the past are heard now."""
    previous: str | None
    voices: set[str] = field(default_factory=set)
    more_voices: int = 0
    """Voices known from before a restart that cannot be told apart any more."""
    worst: int | None = None
    worst_reasons: tuple[Reason, ...] = ()
    alerts: dict[str, tuple[int, tuple[Reason, ...]]] = field(default_factory=dict)


class Board:
    """The open incidents, the mentions that wait for one, and the official alerts in force."""

    def __init__(self, rules: Rules, *, window: float, voices: int) -> None:
        self._rules = rules
        self._window = timedelta(seconds=window)
        self._needed = max(1, voices)
        self._open: dict[Subject, _Open] = {}
        self._waiting: OrderedDict[Subject, list[Heard]] = OrderedDict()
        self._latest: dict[Subject, str] = {}
        self._names: dict[str, Subject] = {}
        self._closed: deque[IncidentNow] = deque(maxlen=MAX_SUBJECTS)
        self._covers: list[Cover] = []

    def add(self, heard: Heard, above: tuple[str, ...], *, now: datetime) -> Placed:
        """Take a mention in. `above` are the areas its place lies in, nearest first."""
        subject = (heard.place, heard.topic)
        incident = self._open.get(subject)
        if incident is not None and heard.at - incident.last_at > self._window:
            self._close(subject, above)
            incident = None
        if incident is not None:
            if incident.opened_at - heard.at > self._window:
                return Placed()  # It was said long before; it belongs to no incident of now.
            self._join(incident, heard, now)
            return Placed(self._standing(incident, above))
        if subject == ("", NO_TOPIC) and not heard.hazard:
            return Placed()
        waiting = self._wait(subject, heard)
        if not self._opens(waiting, heard):
            return Placed()
        incident = self._begin(subject, waiting, now)
        del self._waiting[subject]
        return Placed(
            self._standing(incident, above), tuple(one.key for one in waiting if one.key != heard.key)
        )

    def again(self, heard: Heard, above: tuple[str, ...], *, now: datetime) -> Placed:
        """Weigh a mention that was counted before, after an edit: it may worsen its incident or open one."""
        incident = self._open.get((heard.place, heard.topic))
        if incident is None:
            tier = self._rules.tier(heard.points)
            return self.add(heard, above, now=now) if tier == 1 or heard.hazard else Placed()
        self._join(incident, heard, now)
        return Placed(self._standing(incident, above))

    def cover(self, cover: Cover) -> None:
        """Let an official alert count from now on, in the place of any earlier message of its danger."""
        self.uncover(cover.messages)
        self._covers.append(cover)

    def uncover(self, messages: Iterable[str]) -> None:
        """Let an official alert count no more."""
        gone = frozenset(messages)
        self._covers = [cover for cover in self._covers if gone.isdisjoint(cover.messages)]
        for incident in self._open.values():
            for name in [name for name in incident.alerts if name in gone]:
                del incident.alerts[name]

    def covering(self, place: str, above: tuple[str, ...], topic: str) -> str:
        """The covered place, itself or an area above, for which an alert on this topic is in force."""
        for cover in self._covers:
            if cover.topic == topic:
                for name in (place, *above):
                    if name in cover.places:
                        return name
        return ""

    def without(self, messages: Iterable[str], key: str, above: tuple[str, ...]) -> IncidentNow | None:
        """Take an alert back and give its incident as it stands then; None where that is not open."""
        self.uncover(messages)
        subject = self._names.get(key)
        incident = self._open.get(subject) if subject is not None else None
        if incident is None or incident.key != key:
            return None
        incident.alerts.pop(_BEFORE_RESTART, None)
        return self._standing(incident, above)

    def expire(self, now: datetime) -> tuple[IncidentNow, ...]:
        """Close what nobody has spoken of for the window; gives every incident closed since the last call."""
        for cover in self._covers:
            if now >= cover.ends_at:
                self.uncover(cover.messages)
        for subject, incident in list(self._open.items()):
            if now - max(incident.heard_at, incident.last_at) > self._window and not (
                incident.alerts.keys() - {_BEFORE_RESTART}
            ):
                self._close(subject, ())
        gone = tuple(self._closed)
        self._closed.clear()
        return gone

    def restore(self, incident: IncidentNow, heard: Iterable[Heard]) -> None:
        """Put a stored incident back after a restart, with the mentions of it that are remembered."""
        subject = (incident.place, incident.topic)
        base, count = _numbered(incident.key)
        for name in (base, *(f"{base}.{number}" for number in range(2, count)), incident.key):
            self._names.setdefault(name, subject)  # Those before it are taken as well, known or not.
        self._latest[subject] = incident.key
        if incident.state == "closed":
            return
        own = tuple(reason for reason in incident.reasons if not _added(reason))
        points = sum(reason.points for reason in own)
        voices = {one.voice for one in heard if one.voice}
        restored = self._open[subject] = _Open(
            incident.key,
            *subject,
            incident.opened_at,
            incident.last_at,
            incident.last_at,
            incident.previous,
            voices,
            max(0, incident.voices - len(voices)),
        )
        if any(reason.text.startswith(OFFICIAL) for reason in own):
            restored.alerts[_BEFORE_RESTART] = (points, own)
        else:
            restored.worst, restored.worst_reasons = points, own

    def restore_waiting(self, heard: Heard) -> None:
        """Put a mention that had no incident back among those that wait."""
        if (heard.place, heard.topic) != ("", NO_TOPIC) and (heard.place, heard.topic) not in self._open:
            self._wait((heard.place, heard.topic), heard)

    def _wait(self, subject: Subject, heard: Heard) -> list[Heard]:
        waiting = self._waiting.setdefault(subject, [])
        waiting.append(heard)
        oldest = heard.at - self._window
        if len(waiting) > MAX_WAITING or waiting[0].at < oldest:
            waiting[:] = [one for one in waiting if one.at >= oldest][-MAX_WAITING:]
        self._waiting.move_to_end(subject)
        if len(self._waiting) > MAX_SUBJECTS:
            self._waiting.popitem(last=False)
        return waiting

    def _opens(self, waiting: list[Heard], heard: Heard) -> bool:
        if heard.hazard or self._rules.tier(heard.points) == 1:
            return True
        return len({one.voice for one in waiting if one.voice}) >= self._needed

    def _begin(self, subject: Subject, waiting: list[Heard], now: datetime) -> _Open:
        previous = self._latest.get(subject)
        incident = _Open(
            self._name(subject, previous),
            *subject,
            min(one.at for one in waiting),
            max(one.at for one in waiting),
            now,
            previous,
        )
        self._open[subject] = incident
        self._latest[subject] = incident.key
        for one in waiting:
            self._join(incident, one, now)
        return incident

    def _name(self, subject: Subject, previous: str | None) -> str:
        base, count = _numbered(previous) if previous is not None else (_base(subject), 0)
        name = base if not count else f"{base}.{count + 1}"
        while name in self._names:
            count += 1
            name = f"{base}.{count + 1}"
        self._names[name] = subject
        return name

    def _join(self, incident: _Open, heard: Heard, now: datetime) -> None:
        if heard.voice and len(incident.voices) < MAX_VOICES:
            incident.voices.add(heard.voice)
        incident.opened_at = min(incident.opened_at, heard.at)
        incident.last_at = max(incident.last_at, heard.at)
        incident.heard_at = max(incident.heard_at, now)
        if heard.hazard:
            incident.alerts.pop(_BEFORE_RESTART, None)
            incident.alerts[heard.hazard] = (heard.points, heard.reasons)
        elif incident.worst is None or heard.points > incident.worst:
            incident.worst, incident.worst_reasons = heard.points, heard.reasons

    def _standing(self, incident: _Open, above: tuple[str, ...]) -> IncidentNow:
        rules = self._rules
        points, reasons = incident.worst or 0, incident.worst_reasons
        covered = self.covering(incident.place, above, incident.topic) if self._covers else ""
        if covered:
            points += rules.covers
            reasons = (*reasons, Reason(COVERED_BY + covered, rules.covers))
        for alert_points, alert_reasons in incident.alerts.values():
            if alert_points >= points:
                points, reasons = alert_points, alert_reasons
        voices = len(incident.voices) + incident.more_voices
        bonus = rules.voices_points(voices)
        if bonus:
            points += bonus
            reasons = (*reasons, Reason(f"{voices} voices", bonus))
        return IncidentNow(
            incident.key,
            incident.place,
            incident.topic,
            rules.tier(points),
            points,
            reasons,
            voices,
            bool(covered or incident.alerts),
            "open",
            incident.opened_at,
            incident.last_at,
            incident.previous,
        )

    def _close(self, subject: Subject, above: tuple[str, ...]) -> None:
        standing = self._standing(self._open.pop(subject), above)
        self._closed.append(closed(standing))


def closed(standing: IncidentNow) -> IncidentNow:
    """The same incident, closed."""
    return IncidentNow(
        standing.key,
        standing.place,
        standing.topic,
        standing.tier,
        standing.points,
        standing.reasons,
        standing.voices,
        False,
        "closed",
        standing.opened_at,
        standing.last_at,
        standing.previous,
    )


def slug(name: str) -> str:
    """A name as it can be typed: `Mill Street` is `mill-street`, `Žižkov` is `zizkov`."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return _NOT_TYPEABLE.sub("-", plain).strip("-")[:60] or "place"


def _base(subject: Subject) -> str:
    return f"{slug(subject[0] or NO_PLACE)}.{slug(subject[1])}"


def _numbered(key: str) -> tuple[str, int]:
    """Part a key into its base and its number; the first of its kind is number 1 without saying so."""
    base, _, number = key.rpartition(".")
    return (base, int(number)) if "." in base and number.isdecimal() else (key, 1)


def _added(reason: Reason) -> bool:
    return _VOICES.match(reason.text) is not None or reason.text.startswith(COVERED_BY)
