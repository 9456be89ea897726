"""An invented town in which nothing happens, as a desk hears it: the ground that surges must stand out from.

Two hundred subjects, a few loud and most silent (Zipf), with a daily and weekly rhythm; people answer each
other (a fifth of what is said draws an answer within ten minutes), repeat each other, and some never stop.
Hours differ by a third for no reason. All is drawn from a seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import ceil, exp
from random import Random

from console.intake.surges import Surges
from console.surge import Surge

START = datetime(2026, 3, 2, tzinfo=UTC).timestamp()
"""A Monday; on its 28th day the clocks change in Europe."""
HOUR, DAY = 3600.0, 86400.0
SUBJECTS = 200
AN_HOUR = 40.0
"""Voices of the whole town in a mean hour, those who answer included."""
ANSWERED = 0.2
ANSWERS = 1 / (1 - ANSWERED)
TIMES = 4.0
LOUD_EVERY = 300.0
"""Seconds between two posts of those who never stop."""


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """One mention, as intake hands it to the memory of surges."""

    at: float
    place: str
    topic: str
    voice: str
    text: str
    source: str
    comes_at: float = 0.0
    """When the desk gets it; 0 at once."""


@dataclass(frozen=True, slots=True)
class Town:
    """Its subjects, how loud each is, and what was said."""

    subjects: tuple[tuple[str, str], ...]
    rates: tuple[float, ...]
    said: tuple[Said, ...]

    def usual(self, number: int, at: float) -> float:
        """Voices an hour that are to be expected of a subject."""
        return self.rates[number] * rhythm(at)


def rhythm(at: float, zone: float = 1.0) -> float:
    """How loud the town is at a time, 1 in the mean: little by night, most towards evening."""
    hour, day = (at / HOUR + zone) % 24, int((at - START) // DAY) % 7
    shape = 0.12 + 0.75 * exp(-(((hour - 9) / 3) ** 2)) + 1.3 * exp(-(((hour - 18.5) / 3.5) ** 2))
    return shape * 1.6 * (0.7 if day >= 5 else 1.0)


def town(seed: int, days: int, *, clocks_change: int = 10**6) -> Town:
    """A quiet town of so many days; from day `clocks_change` on it lives an hour of UTC earlier."""
    draw = Random(seed)
    subjects = _subjects(draw)
    weights = [1 / rank**0.9 for rank in range(1, SUBJECTS + 1)]
    rates = [AN_HOUR * weight / sum(weights) for weight in weights]
    said: list[Said] = []
    for (place, topic), rate in zip(subjects, rates, strict=True):
        source = draw.choice(("board", "board", "board", "radio"))
        for hour in range(24 * days):
            at = START + hour * HOUR
            loud = rhythm(at + HOUR / 2, 2.0 if hour >= 24 * clocks_change else 1.0)
            for _ in range(_poisson(draw, rate / ANSWERS * loud * draw.gammavariate(9, 1 / 9))):
                said += _talk(draw, len(said), place, topic, source, at + draw.random() * HOUR)
    loudest = replace(Said(0, *subjects[0], "never stops", "", "board"))
    for number in range(int(days * DAY / LOUD_EVERY)):
        said.append(replace(loudest, at=START + number * LOUD_EVERY, text=f"loud{number}"))
    return Town(subjects, tuple(rates), tuple(_interrupted(draw, said, days)))


def _subjects(draw: Random) -> tuple[tuple[str, str], ...]:
    found: dict[tuple[str, str], None] = {}
    while len(found) < SUBJECTS:
        place = "" if draw.random() < 0.15 else f"Place {draw.randrange(60)}"
        found[place, f"topic{draw.randrange(30 if not place else 12)}"] = None
    return tuple(found)


def _talk(draw: Random, number: int, place: str, topic: str, source: str, at: float) -> Iterator[Said]:
    """Something said, what is answered, and who repeats it."""
    answers = 0
    while True:
        text = f"said{number}.{answers}"
        yield Said(at, place, topic, f"voice{draw.randrange(20_000)}", text, source)
        if draw.random() < 0.1:
            for _ in range(draw.randrange(2, 40)):
                again = at + draw.random() * HOUR / 2
                yield Said(again, place, topic, f"voice{draw.randrange(20_000)}", text, source)
        if draw.random() >= ANSWERED:
            return
        answers += 1
        at += draw.random() * 600


def _interrupted(draw: Random, said: list[Said], days: int) -> Iterator[Said]:
    """Once a week each source falls silent for five hours; one brings all of it later, the other loses it."""
    gaps = [START + (7 * week + draw.random() * 6) * DAY for week in range(days // 7 + 1)]
    for one in sorted(said):
        gap = next((gap for gap in gaps if gap <= one.at < gap + 5 * HOUR), None)
        if gap is None:
            yield one
        elif one.source == "radio":
            yield replace(one, comes_at=gap + 5 * HOUR)


def _poisson(draw: Random, mean: float) -> int:
    left, count = exp(-mean), 0
    product = draw.random()
    while product > left:
        product *= draw.random()
        count += 1
    return count


@dataclass(frozen=True, slots=True)
class Planted:
    """A surge that was put into the town."""

    subject: tuple[str, str]
    at: float
    usual: float
    """Voices an hour without it."""
    enough: float
    """When so many voices had spoken as it has at least."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How planted surges look: four times the usual of their hour."""

    minutes: float
    """In which all is said."""
    fewest: int = 12
    """Voices at least."""
    hours: tuple[float, float] = (0.0, 22.0)
    """Of the day (UTC) between which they begin."""
    swells: float = 1.0
    """Power by which it grows: 1 is as loud from the start, 0.5 grows steadily."""
    reposts: int = 0
    """Of each thing that is said, by others."""


def plant(
    quiet: Town, seed: int, shape: Shape, *, from_day: int, days: int
) -> tuple[list[Planted], list[Said]]:
    """Six surges a day, each in a subject of its own."""
    draw = Random(seed)
    planted: list[Planted] = []
    said: list[Said] = []
    for day in range(from_day, days):
        for number in draw.sample(range(SUBJECTS), 6):
            at = START + day * DAY + draw.uniform(*shape.hours) * HOUR
            usual, subject = quiet.usual(number, at), quiet.subjects[number]
            count = max(shape.fewest, ceil(TIMES * usual * shape.minutes / 60))
            moments = sorted(at + draw.random() ** shape.swells * shape.minutes * 60 for _ in range(count))
            name = f"{day}.{number}"
            for one, when in enumerate(moments):
                said += [
                    Said(when, *subject, f"witness{name}.{one}.{again}", f"seen{name}.{one}", "board")
                    for again in range(1 + shape.reposts)
                ]
            planted.append(Planted(subject, at, usual, moments[shape.fewest - 1]))
    return planted, said


def told(said: list[Said] | tuple[Said, ...], days: int, *, every: float = 60.0) -> list[Surge]:
    """What a desk tells of it all, looking each minute: that a surge begins, has doubled, is over."""
    surges, found = Surges(), []
    coming = sorted(said, key=lambda one: max(one.comes_at, one.at))
    at, number = START, 0
    while at < START + days * DAY:
        at += every
        while number < len(coming) and max(coming[number].comes_at, coming[number].at) <= at:
            one = coming[number]
            number += 1
            surges.hear(
                one.place,
                one.topic,
                voice=one.voice,
                text=one.text,
                source=one.source,
                at=one.at,
                words=WORDS,
            )
        now = datetime.fromtimestamp(at, UTC)
        found += [one for one in surges.rose(now) if one.told_at == now or one.ended_at is not None]
    return found


WORDS = ("something", "is", "said", "here")


def begun(surges: list[Surge]) -> list[Surge]:
    """Each surge once, as it was told first."""
    first: dict[tuple[str, str, datetime], Surge] = {}
    for one in surges:
        first.setdefault((one.place, one.topic, one.began_at), one)
    return list(first.values())
