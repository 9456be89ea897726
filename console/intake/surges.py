"""Surges: a place and topic of which far more voices speak in the last hour than usual.

Counted are independent voices: an author counts once an hour, a text once an hour whoever repeats it, a mere
repost not at all; and by when it was said, not by when it came. What is usual is told by the past half day
and by the same hour (of UTC, which no summer time moves) of the past seven days, whichever is more. Voices
must be `FEWEST`, three times the usual, rarer than chance by either (`console.intake.rarity`), and half as
many again as at the same hour yesterday and a week ago.

Three sorts of subject are watched: a place and topic; a topic of which no place is known; a place, whatever
the topic. A place is judged by what the surges within it leave over, so that one happening is told once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from console.intake.heard import Subject
from console.intake.phrases import fold
from console.intake.rarity import lumps
from console.intake.risen import WORDS, Sample, risen
from console.intake.usual import KEPT_HOURS, TIMES, Past, Usual
from console.surge import LEAST_PAST, Listened, Surge, Term

HOUR = 3600.0
SPANS = (1.0, 1 / 3)
"""Hours in which voices are counted: the last one, and its last third for what begins fast in a loud place.
"""
FEWEST = 8
"""Voices below which nothing is a surge: few enough for one street, more than one family."""
FEWEST_WIDE = 12
"""The same for all topics of a place together, so that one topic of it has its say before."""
HALF_DAY = 12
DAYS = 7
ALWAYS_HEARD = 3.0
"""Voices an hour from which on a desk that heard nothing at all did not listen (chance of silence: 5 %)."""
LASTS = timedelta(days=1)
"""After which a surge is what is usual now."""
AGAIN = timedelta(minutes=20)
"""Before which a surge that doubles is not told again: what grows fast would be told at every step."""
MEMORY = timedelta(hours=KEPT_HOURS)
"""How far back anything is compared."""
MOST_SUBJECTS = 6_000
MOST_SOURCES = 1_000
TIDIED = 10_000
"""Voices between two looks for what is not needed any more, while all is counted in anew."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody heard, as the store gives it back after a restart."""

    place: str
    topic: str
    voice: str
    text: str
    """`post_key` of the first post of this text."""
    source: str
    at: float
    """Unix time."""
    words: Sequence[str] = ()
    """Folded; none where they are not needed any more."""


class Surges:
    """What was heard of each place and topic in eight days, bounded, and the surges that go on."""

    def __init__(self) -> None:
        self._pasts: dict[Subject, Past] = {}
        self._going: dict[Subject, Surge] = {}
        """Those that were told and are not over."""
        self._desk = Past(0)
        """Everything, whatever it is about."""
        self._sources: dict[str, float] = {}
        """When each was heard first."""
        self._sample = Sample()
        self._touched: set[Subject] = set()
        self._latest = 0.0
        self._loud = 0.0
        """Voices an hour, in the hours in which any was heard."""
        self._since = 0.0
        """The hour in which the desk began to listen; 0 until it is asked first."""

    def hear(
        self, place: str, topic: str, *, voice: str, text: str, source: str, at: float, words: Sequence[str]
    ) -> None:
        """Count a mention in.

        Args:
            place: Under which it is filed; empty for none.
            topic: What it is about.
            voice: Who said it; empty for a mere repost, which is no voice.
            text: Key of the first post of its text.
            source: Where it came from.
            at: Unix time at which it was said.
            words: Folded, in order.
        """
        if not voice:
            return
        first = self._sources.get(source)
        if first is None:
            if len(self._sources) < MOST_SOURCES:
                self._sources[source] = at
        elif at < first:
            self._sources[source] = at
        if at > self._latest:
            self._latest = at
        hour = int(at // HOUR)
        lately = at > self._latest - HOUR
        said = (at, source, " ".join(words[:WORDS]))
        counts = False
        for subject in ((place, topic), (place, "")) if place else (("", topic),):
            past = self._pasts.get(subject) or self._new(subject, hour)
            counted = past.counted
            if abs(at - counted.get(voice, 0.0)) < HOUR or abs(at - counted.get(text, 0.0)) < HOUR:
                continue
            counted[voice] = counted[text] = at
            counts = True
            past.add(hour)
            if lately:
                past.recent.append(said)
                self._touched.add(subject)
        if counts:
            self._desk.add(hour)
            if words:
                self._sample.add(said[2])

    def remember(
        self, voices: Iterable[Voice], surges: Iterable[Surge], *, since: datetime, now: datetime
    ) -> None:
        """Count in what is stored, oldest first, and take up the surges that were told, oldest first.

        `since` is when the desk began to listen: of hours before that silence says nothing.
        """
        self._since = since.timestamp() // HOUR
        self._latest = now.timestamp()  # of what was said long ago only the number is kept
        for number, one in enumerate(voices):
            if number % TIDIED == 0:
                for past in self._pasts.values():
                    past.forget(one.at - HOUR)
            self.hear(
                one.place,
                one.topic,
                voice=one.voice,
                text=one.text,
                source=one.source,
                at=one.at,
                words=one.words,
            )
        for surge in surges:
            subject = (surge.place, surge.topic)
            past = self._pasts.get(subject) or self._new(subject, int(surge.told_at.timestamp() // HOUR))
            if surge.ended_at is None:
                self._going[subject] = surge
            elif surge.ended_at - surge.began_at < LASTS:
                past.leave_out(*_hours_of(surge, surge.ended_at), surge.most)

    def listened(self, now: datetime) -> Listened:
        """How much of the past is known to compare the last hour with."""
        hour = int((now.timestamp() - HOUR) // HOUR)
        self._measure(now.timestamp())
        return Listened(sum(map(self._listened, _half_day(hour))), len(self._days(hour)), now)

    def rose(self, now: datetime) -> tuple[Surge, ...]:
        """Tell what began, doubled, ended, or has another number of voices, since the last call."""
        at = now.timestamp()
        self._latest = min(self._latest, at)  # a clock that was set back must not make all the rest old
        self._measure(at)
        loud = {subject for subject in self._touched if len(self._pasts[subject].recent) >= FEWEST}
        self._touched.clear()
        told: list[Surge] = []
        fallen = self._fallen(now)
        # What is narrow first: it takes its voices out of what is wide.
        for subject in sorted(loud | self._going.keys(), key=lambda one: (not one[1], one)):
            self._pasts[subject].forget(at - HOUR)
            going = self._going.get(subject)
            surge = self._went_on(going, now) if going else self._began(subject, now)
            if surge is None:
                continue
            if going is None:
                surge = self._in_place_of(surge, fallen)
            told.append(surge)
            if surge.ended_at is None:
                self._going[subject] = surge
            else:
                del self._going[subject]
        return tuple(told)

    def _began(self, subject: Subject, now: datetime) -> Surge | None:
        since = int(now.timestamp() // HOUR) - HALF_DAY
        # A wave that follows another is told where it is not much smaller.
        fewest = max(FEWEST if subject[1] else FEWEST_WIDE, self._pasts[subject].most_since(since) // 2)
        hourly, _ = self._voices(subject, now, 1.0)
        if hourly < fewest or self._part_of_one(subject, hourly, now):
            return None
        usual = self._usual(self._pasts[subject], now)
        if not usual.known:
            return None
        for span in SPANS:
            voices, said = self._voices(subject, now, span)
            if voices >= fewest and usual.exceeded(voices, span, hourly):
                return self._told(subject, said, voices, span, usual, now)
        return None

    def _fallen(self, now: datetime) -> list[tuple[Surge, int]]:
        """Those that go on, each with how many voices fewer it has than when it was looked at last."""
        return [
            (surge, surge.voices - self._voices(subject, now, surge.span / HOUR)[0])
            for subject, surge in self._going.items()
        ]

    def _in_place_of(self, surge: Surge, fallen: Iterable[tuple[Surge, int]]) -> Surge:
        """A surge that begins; one that was told under another place goes on with when it was told.

        Half of its voices or more were heard by then, and that other one has lost as many at once: they were
        filed anew, because a place was put on the list or taken off it.
        """
        recent = self._pasts[surge.place, surge.topic].recent
        since = surge.heard_at.timestamp() - surge.span
        for other, lost in fallen:
            by_then = sum(since < at <= other.heard_at.timestamp() for at, _, _ in recent)
            alike = other.topic == surge.topic or "" in (other.topic, surge.topic)
            if other.place != surge.place and alike and 2 * min(lost, by_then) >= surge.voices:
                return replace(surge, told=other.told, began_at=other.began_at, told_at=other.told_at)
        return surge

    def _told(
        self, subject: Subject, said: list[str], voices: int, span: float, usual: Usual, now: datetime
    ) -> Surge:
        def each(heard: float | None) -> float | None:
            return None if heard is None else span * heard

        heard, hours = usual.half_day
        return Surge(
            *subject,
            voices,
            span * HOUR,
            usual.voices(span),
            span * heard / hours,
            each(usual.yesterday),
            each(usual.week_ago),
            hours,
            len(self._days(int((now.timestamp() - HOUR) // HOUR))),
            self._terms(subject, said),
            most=voices,
            told=voices,
            began_at=now,
            told_at=now,
            heard_at=now,
        )

    def _went_on(self, surge: Surge, now: datetime) -> Surge | None:
        """A surge that was told before, as it stands now; None where nothing turned."""
        subject, own = (surge.place, surge.topic), surge.span / HOUR
        voices, said = self._voices(subject, now, own)
        heard = replace(surge, voices=voices, most=max(voices, surge.most), heard_at=now)
        if now - surge.began_at >= LASTS:
            return replace(heard, ended_at=now)
        if voices >= 2 * surge.told and now - surge.told_at >= AGAIN:
            return replace(heard, told=voices, terms=self._terms(subject, said), told_at=now)
        half_way = (1.0 + TIMES) / 2 * surge.usual / own
        if any(self._voices(subject, now, span)[0] >= max(FEWEST / 2, half_way * span) for span in SPANS):
            return heard if voices != surge.voices else None
        self._pasts[subject].leave_out(*_hours_of(surge, now), heard.most)
        return replace(heard, ended_at=now)

    def _terms(self, subject: Subject, said: list[str]) -> tuple[Term, ...]:
        return risen(said, self._sample, frozenset(fold(" ".join(subject))))

    def _voices(self, subject: Subject, now: datetime, span: float) -> tuple[int, list[str]]:
        """How many voices the last so many hours had, and all that was said.

        Left out are sources that were just added, and of a place what surges of its topics account for.
        """
        until = now.timestamp()
        since, old = until - span * HOUR, until - (LEAST_PAST + 1) * HOUR
        sources = self._sources
        said = [
            words
            for at, source, words in self._pasts[subject].recent
            if since < at <= until and sources.get(source, 0.0) <= old
        ]
        place, topic = subject
        within = [one for one in self._going if one[0] == place and one[1]] if not topic else []
        return len(said) - sum(self._voices(one, now, span)[0] for one in within), said

    def _part_of_one(self, subject: Subject, voices: int, now: datetime) -> bool:
        """Whether it is the smaller part of a surge of its place that was told."""
        place, topic = subject
        wide = (place, "")
        return bool(topic) and wide in self._going and 2 * voices < len(self._voices(wide, now, 1.0)[1])

    def _usual(self, past: Past, now: datetime) -> Usual:
        hour = int((now.timestamp() - HOUR) // HOUR)  # in which the last hour began
        days = self._days(hour)

        # Of other days whatever went on then: what happens every day or week at this hour is usual.
        by_day = {day: [past.heard(one) for one in _same(hour, day)] for day in days}
        half_day = self._ordinary(past, _half_day(hour))
        return Usual(
            (sum(half_day), len(half_day)),
            (sum(map(sum, by_day.values())), 2 * len(by_day)),
            max(by_day.get(1, ()), default=None),
            max(by_day.get(DAYS, ()), default=None),
            self._lumps(past, hour),
            1.0 if days else self._rises(past, now),
        )

    def _lumps(self, past: Past, hour: int) -> float:
        """How lumpy its voices come: by how much its hours differ from the same hours of other days.

        The last day is left out: what begins slowly would excuse itself.
        """
        strayed = expected = 0.0
        for first in range(hour - 48, hour - 24):
            heard = self._ordinary(past, range(first, hour - 24 * DAYS, -24))
            if len(heard) > 1 and any(heard):
                mean = sum(heard) / len(heard)
                strayed += sum((one - mean) ** 2 for one in heard) * len(heard) / (len(heard) - 1)
                expected += sum(heard)
        return lumps(strayed, expected)

    def _rises(self, past: Past, now: datetime) -> float:
        """How much louder the rest of the desk is than in its half day: a first morning is no surge."""
        hour = int((now.timestamp() - HOUR) // HOUR)
        before = [self._desk.heard(one) - past.heard(one) for one in _half_day(hour) if self._listened(one)]
        if not before:
            return 1.0
        lately = sum(self._desk.heard(one) - past.heard(one) for one in (hour, hour + 1))
        hours = 1.0 + now.timestamp() / HOUR % 1.0
        return max(1.0, (lately / hours + 0.5) / (sum(before) / len(before) + 0.5))

    def _ordinary(self, past: Past, hours: Iterable[int]) -> list[int]:
        """Voices of those of the hours in which the desk listened and no surge went on."""
        return [past.heard(one) for one in hours if self._listened(one) and past.ordinary(one)]

    def _days(self, hour: int) -> tuple[int, ...]:
        """The days back, of the past seven, in whose same hour the desk listened."""
        return tuple(day for day in range(1, DAYS + 1) if all(map(self._listened, _same(hour, day))))

    def _listened(self, hour: int) -> bool:
        """Whether the desk listened in an hour, as far as what it heard can tell."""
        if self._desk.heard(hour):
            return True
        return self._loud < ALWAYS_HEARD and hour >= self._since

    def _measure(self, at: float) -> None:
        self._since = self._since or at // HOUR
        heard = [one for one in self._desk.hours if one]
        self._loud = sum(heard) / len(heard) if heard else 0.0

    def _new(self, subject: Subject, hour: int) -> Past:
        if len(self._pasts) >= MOST_SUBJECTS:
            # The tenth that nobody spoke of for longest, so that this is seldom to be done.
            quiet = sorted(self._pasts.keys() - self._going.keys(), key=lambda one: self._pasts[one].top)
            for gone in quiet[: MOST_SUBJECTS // 10]:
                del self._pasts[gone]
                self._touched.discard(gone)
        past = self._pasts[subject] = Past(hour)
        return past


def _half_day(hour: int) -> range:
    return range(hour - HALF_DAY, hour)


def _same(hour: int, day: int) -> tuple[int, int]:
    """The two hours that the last hour lay in, so many days ago."""
    return hour - 24 * day, hour + 1 - 24 * day


def _hours_of(surge: Surge, ended_at: datetime) -> tuple[int, int]:
    return int((surge.began_at.timestamp() - HOUR) // HOUR), int(ended_at.timestamp() // HOUR)
