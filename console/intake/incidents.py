"""Incidents: mentions of one place and one topic close in time, gathered on a board that lives in memory."""

from __future__ import annotations

import re
from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter

from msgspec import structs

from console.intake.assess import without_words
from console.intake.heard import Cover, Heard, Placed, Subject, Weighed
from console.intake.incident_keys import base_key, numbered
from console.intake.rules import Rules
from console.intake.ruling import IncidentNow
from console.judgement import NO_TOPIC, Reason, total

MAX_WAITING = 200
"""Mentions of one place and topic that wait for their incident to open."""
MAX_SUBJECTS = 20_000
"""Pairs of place and topic that are waited for."""
MAX_VOICES = 10_000
"""Voices of one incident that are told apart; past that the count means "at least"."""

_VOICES = re.compile(r"\d+ voices\Z")
COVERED_BY = "official warning covers "
GIVEN_BACK = "under a warning single words take nothing off"
OFFICIAL = "official alert: "
"""How the reason of an alert's own points begins."""


@dataclass(slots=True, eq=False)
class _Open:
    key: str
    place: str
    topic: str
    opened_at: datetime
    last_at: datetime
    heard_at: datetime
    """The desk's own time of the last mention; posts replayed from the past are heard now."""
    previous: str | None
    above: tuple[str, ...]
    """The areas its place lies in, nearest first."""
    voices: set[str] = field(default_factory=set)
    more_voices: int = 0
    """Voices known from before a restart that cannot be told apart any more."""
    worst: dict[bool, Weighed] = field(default_factory=dict)
    """The worst mention that speaks of danger or need (True), and the worst of the rest: a warning raises
    them by different measure."""
    alerts: dict[str, Weighed] = field(default_factory=dict)

    def hear(self, weighed: Weighed, rules: Rules) -> None:
        """Keep a mention's points and reasons where they are the worst of their kind."""
        worst = self.worst
        if len(worst) == 2 and weighed[0] <= worst[True][0] and weighed[0] <= worst[False][0]:
            return  # Of whichever kind it is, which takes long to tell.
        danger = rules.speak_of_danger(weighed[1])
        if danger not in worst or weighed[0] > worst[danger][0]:
            worst[danger] = weighed


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
        self._talk: dict[str, Subject] = {}
        """What each place spoke of last that has a name."""
        self._stored: dict[Subject, IncidentNow] = {}
        """Incidents as they stood before a restart, to be told anew where they stand otherwise now."""

    def add(self, heard: Heard, above: tuple[str, ...], *, now: datetime) -> Placed:
        """Take a mention in. `above` are the areas its place lies in, nearest first."""
        heard = self._filed(heard)
        subject = (heard.place, heard.topic)
        incident = self._open.get(subject)
        if incident is not None and heard.at - incident.last_at > self._window:
            self._close(subject)
            incident = None
        if incident is not None:
            # With the clock set back nobody can tell what was said before what; a call must not stay outside.
            if incident.opened_at - heard.at > self._window and incident.opened_at <= now:
                return Placed()  # It was said long before; it belongs to no incident of now.
            self._join(incident, heard, now)
            return Placed(self._standing(incident))
        if subject == ("", NO_TOPIC) and not heard.hazard:
            return Placed()
        waiting = self._wait(subject, heard)
        if not self._opens(waiting, heard, above):
            return Placed()
        incident = self._begin(subject, above, waiting, now)
        del self._waiting[subject]
        return Placed(self._standing(incident), tuple(one.key for one in waiting if one.key != heard.key))

    def again(self, heard: Heard, above: tuple[str, ...], *, now: datetime) -> Placed:
        """Weigh a mention that was counted before, after an edit: it may worsen its incident or open one."""
        heard = self._filed(heard)
        incident = self._open.get((heard.place, heard.topic))
        urgent = self._urgent(heard, above)
        if urgent:
            self.wait_no_more(heard.key)  # Where it waits is not where it is a call for help.
        if incident is None:
            return self.add(heard, above, now=now) if urgent else Placed()
        self._join(incident, heard, now)
        return Placed(self._standing(incident))

    def cover(self, cover: Cover) -> tuple[IncidentNow, ...]:
        """Let an official alert count from now on, in the place of any earlier message of its danger.

        Gives the incidents that it touches, or touches no more, as they stand with that.
        """
        gone, touched = self._drop(cover.messages)
        self._covers.append(cover)
        return self._standings(touched, (*gone, cover))

    def uncover(self, messages: Iterable[str]) -> tuple[IncidentNow, ...]:
        """Let an official alert count no more; gives the incidents that it touched as they stand without."""
        gone, touched = self._drop(frozenset(messages))
        return self._standings(touched, gone)

    def covering(self, place: str, above: tuple[str, ...], topic: str) -> str:
        """The covered place, itself or an area above, for which an alert on this topic is in force."""
        for cover in self._covers:
            if name := cover.over(place, above, topic):
                return name
        return ""

    def covered(self, points: float, place: str, reasons: tuple[Reason, ...]) -> Weighed:
        """Weigh what is said where a warning covers `place`: that raises danger and need, the rest less.

        What speaks of neither never comes to tier 1 by it.
        """
        if not place:
            return points, reasons
        taken_off = round(without_words(reasons) - points, 1)
        if taken_off > 0:
            points, reasons = points + taken_off, (*reasons, Reason(GIVEN_BACK, taken_off))
        bonus: float = self._rules.covers
        if not self._rules.speak_of_danger(reasons):
            bonus = self._rules.short_of_tier_1(points, bonus)
        if not bonus:
            return points, reasons
        return round(points + bonus, 1), (*reasons, Reason(COVERED_BY + place, bonus))

    def may_lift(self, points: float, place: str, reasons: tuple[Reason, ...]) -> bool:
        """Tell whether an alert for `place` would make this one to act on now, if any alert is in force."""
        return bool(self._covers) and self._rules.tier(self.covered(points, place, reasons)[0]) == 1

    def expire(self, now: datetime) -> tuple[IncidentNow, ...]:
        """Close what nobody has spoken of for the window, and let go of alerts whose end has passed.

        Gives all that closed since the last call, and those that stand otherwise without such an alert.
        """
        touched: dict[str, IncidentNow] = {}
        for subject, stored in self._stored.items():
            incident = self._open.get(subject)
            if incident is not None and (standing := self._standing(incident)) != stored:
                touched[standing.key] = standing
        self._stored.clear()
        for cover in [cover for cover in self._covers if now >= cover.ends_at]:
            touched |= {standing.key: standing for standing in self.uncover(cover.messages)}
        for subject, incident in list(self._open.items()):
            if now - max(incident.heard_at, incident.last_at) > self._window and not incident.alerts:
                self._close(subject)
        touched |= {standing.key: standing for standing in self._closed}
        self._closed.clear()
        return tuple(touched.values())

    def restore(self, incident: IncidentNow, heard: Iterable[Heard], above: tuple[str, ...] = ()) -> None:
        """Put a stored incident back after a restart, with the mentions of it that are remembered.

        Alerts that drive it come back by `restore_alert`.
        """
        subject = (incident.place, incident.topic)
        base, count = numbered(incident.key)
        for name in (base, *(f"{base}.{number}" for number in range(2, count)), incident.key):
            self._names.setdefault(name, subject)  # Those before it are taken as well, known or not.
        self._latest[subject] = incident.key
        if incident.state == "closed":
            return
        people = list(heard)
        voices = {one.voice for one in people if one.voice and one.topic == incident.topic}
        restored = self._open[subject] = _Open(
            incident.key,
            *subject,
            incident.opened_at,
            incident.last_at,
            incident.last_at,
            incident.previous,
            above,
            voices,
            max(0, incident.voices - len(voices)),
        )
        # Its worst mention may be older than what is remembered; its reasons still stand.
        own = tuple(reason for reason in incident.reasons if not _added(reason))
        if own and not any(reason.text.startswith(OFFICIAL) for reason in own):
            restored.hear((total(own), own), self._rules)
        for one in people:
            restored.hear((one.points, one.reasons), self._rules)
        self._stored[subject] = incident
        self._note_talk(restored)

    def restore_alert(self, key: str, hazard: str, weighed: Weighed) -> None:
        """Let an alert in force drive its incident again after a restart."""
        subject = self._names.get(key)
        incident = self._open.get(subject) if subject is not None else None
        if incident is not None and incident.key == key:
            incident.alerts[hazard] = weighed

    def restore_waiting(self, heard: Heard) -> None:
        """Put a mention that had no incident back among those that wait."""
        if (heard.place, heard.topic) != ("", NO_TOPIC) and (heard.place, heard.topic) not in self._open:
            self._wait((heard.place, heard.topic), heard)

    def wait_no_more(self, key: str) -> None:
        """Let a mention wait for no incident, whatever it waited for."""
        for subject, waiting in list(self._waiting.items()):
            rest = [one for one in waiting if one.key != key]
            if not rest:
                del self._waiting[subject]
            elif len(rest) < len(waiting):
                self._waiting[subject] = rest

    def _drop(self, messages: frozenset[str]) -> tuple[list[Cover], list[_Open]]:
        """Take an alert out of force: its covers, and the incidents that it drove."""
        gone = [cover for cover in self._covers if not messages.isdisjoint(cover.messages)]
        self._covers = [cover for cover in self._covers if cover not in gone]
        driven = [one for one in self._open.values() if not messages.isdisjoint(one.alerts)]
        for incident in driven:
            for name in messages & incident.alerts.keys():
                del incident.alerts[name]
        return gone, driven

    def _standings(self, touched: list[_Open], covers: Iterable[Cover]) -> tuple[IncidentNow, ...]:
        covers = tuple(covers)
        for one in self._open.values():
            if one not in touched and any(cover.over(one.place, one.above, one.topic) for cover in covers):
                touched.append(one)
        return tuple(map(self._standing, touched))

    def _filed(self, heard: Heard) -> Heard:
        """File a mention that names no topic under what its place talks of; a witness of that it is not."""
        if heard.topic != NO_TOPIC or heard.hazard:
            return heard
        subject = self._talk.get(heard.place)
        if subject not in self._open:
            return heard
        return structs.replace(heard, topic=subject[1], voice="")

    def _note_talk(self, incident: _Open) -> None:
        if not incident.place or incident.topic == NO_TOPIC:
            return
        before = self._open.get(self._talk.get(incident.place, ("", NO_TOPIC)))
        if before is None or before.last_at <= incident.last_at:
            self._talk[incident.place] = (incident.place, incident.topic)

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

    def _opens(self, waiting: list[Heard], heard: Heard, above: tuple[str, ...]) -> bool:
        if self._urgent(heard, above):
            return True
        if heard.topic == NO_TOPIC and max([one.points for one in waiting]) < self._rules.soon:
            return False  # Three people who name a place speak of three things.
        return len({one.voice for one in waiting if one.voice}) >= self._needed

    def _urgent(self, heard: Heard, above: tuple[str, ...]) -> bool:
        """Tell whether a mention opens an incident by itself: an alert, or one to act on now."""
        place = self.covering(heard.place, above, heard.topic)
        points, _ = self.covered(heard.points, place, heard.reasons)
        return bool(heard.hazard) or self._rules.tier(points) == 1

    def _begin(self, subject: Subject, above: tuple[str, ...], waiting: list[Heard], now: datetime) -> _Open:
        previous = self._latest.get(subject)
        incident = _Open(
            self._name(subject, previous),
            *subject,
            min(one.at for one in waiting),
            max(one.at for one in waiting),
            now,
            previous,
            above,
        )
        self._open[subject] = incident
        self._latest[subject] = incident.key
        for one in waiting:
            self._join(incident, one, now)
        return incident

    def _name(self, subject: Subject, previous: str | None) -> str:
        base, count = numbered(previous) if previous is not None else (base_key(subject), 0)
        name = base if not count else f"{base}.{count + 1}"
        while name in self._names:
            count += 1
            name = f"{base}.{count + 1}"
        self._names[name] = subject
        return name

    def _join(self, incident: _Open, heard: Heard, now: datetime) -> None:
        if heard.voice and len(incident.voices) < MAX_VOICES:
            incident.voices.add(heard.voice)
        if heard.at < incident.opened_at:
            incident.opened_at = heard.at
        if heard.at > incident.last_at:
            incident.last_at = heard.at
        if now > incident.heard_at:
            incident.heard_at = now
        self._note_talk(incident)
        if heard.hazard:
            incident.alerts[heard.hazard] = (heard.points, heard.reasons)
        else:
            incident.hear((heard.points, heard.reasons), self._rules)

    def _standing(self, incident: _Open) -> IncidentNow:
        rules = self._rules
        place = self.covering(incident.place, incident.above, incident.topic)
        said: Iterable[Weighed] = incident.worst.values()
        if place:
            said = [self.covered(points, place, reasons) for points, reasons in said]
        points, reasons = max([*incident.alerts.values(), *said], key=itemgetter(0), default=(0, ()))
        voices = len(incident.voices) + incident.more_voices
        # However many speak of it, it takes one that is to be acted on now to make the whole that.
        bonus = rules.short_of_tier_1(points, rules.voices_points(voices))
        if bonus:
            points = round(points + bonus, 1)
            reasons = (*reasons, Reason(f"{voices} voices", bonus))
        return IncidentNow(
            incident.key,
            incident.place,
            incident.topic,
            rules.tier(points),
            points,
            reasons,
            voices,
            bool(place or incident.alerts),
            "open",
            incident.opened_at,
            incident.last_at,
            incident.previous,
        )

    def _close(self, subject: Subject) -> None:
        standing = self._standing(self._open.pop(subject))
        self._closed.append(closed(standing))


def closed(standing: IncidentNow) -> IncidentNow:
    """The same incident, closed."""
    return standing._replace(official=False, state="closed")


def _added(reason: Reason) -> bool:
    return _VOICES.match(reason.text) is not None or reason.text.startswith((COVERED_BY, GIVEN_BACK))
