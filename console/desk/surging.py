"""What the desk says of surges: a fact in a row, one line, a section, a page. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from console.desk.rows import age, clock, moment
from console.model import NO_PLACE
from console.surge import Surge, Surges, known_words, terms_words, usual_words, voices_words
from widgets.incident_list import Fact
from widgets.item_detail import Item, Section

ALL_TOPICS = "all topics"
HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Heard:
    """What of surges was said on the notice line, and what stands there."""

    until: datetime | None = None
    """When the newest of them was told; None before the first look, which only takes note."""
    text: str = ""
    subjects: tuple[tuple[str, str], ...] = ()
    """Of which it speaks: once none of them goes on, it stands no more."""

    def put_away(self) -> Heard:
        """The same, said and read."""
        return Heard(self.until)


def hear(heard: Heard, told: Sequence[Surge], now: datetime, zone: tzinfo | None) -> Heard:
    """Take note of surges told since the last look, and let the largest of them be said."""
    newest = max((surge.told_at for surge in told), default=heard.until or now)
    if heard.until is None:
        return Heard(newest)
    new = [surge for surge in told if surge.ended_at is None and surge.told_at > heard.until]
    until = max(newest, heard.until)
    if new:
        largest = max(new, key=lambda surge: surge.voices)
        more = f" +{len(new) - 1} more" if len(new) > 1 else ""
        text = f"{clock(largest.told_at, now, zone)} {line(largest)}{more}"
        return Heard(until, text, tuple(map(subject, new)))
    going = {subject(surge) for surge in told if surge.ended_at is None}
    return replace(heard, until=until) if going.intersection(heard.subjects) else Heard(until)


def subject(surge: Surge) -> tuple[str, str]:
    """What it is of."""
    return surge.place, surge.topic


def times(surge: Surge) -> str:
    """In a word: `surge x9`."""
    return f"surge x{surge.times:.0f}"


def line(surge: Surge) -> str:
    """On a line: `surge x9: Mill Street, flood: 38 voices in 1 h, usually 4: pump, basement`."""
    span = "1 h" if surge.span == HOUR else f"{surge.span / 60:.0f} min"
    terms = ", ".join(term.text for term in surge.terms)
    said = f"{surge.voices} voices in {span}, {usual_words(surge.usual)}"
    return ": ".join(filter(None, (times(surge), _name(surge), said, terms)))


def of(surges: Surges, place: str, topic: str) -> Surge | None:
    """The surge of an incident's own place and topic that goes on."""
    wanted = place.casefold(), topic.casefold()
    return next((one for one in surges.told if (one.place.casefold(), one.topic.casefold()) == wanted), None)


def facts(surge: Surge | None) -> tuple[Fact, ...]:
    """What a row says of it."""
    return (Fact(times(surge), "strong", f"x{surge.times:.0f}"),) if surge is not None else ()


def with_surge(item: Item, surge: Surge | None, now: datetime, zone: tzinfo | None) -> Item:
    """An incident with its surge: in its title that there is one, below all that is known of it."""
    if surge is None:
        return item
    section = Section("Surge", tuple(_paragraphs(surge, now, zone)))
    return replace(item, title=(*item.title, times(surge)), sections=(section, *item.sections))


def page(surges: Surges, now: datetime, zone: tzinfo | None) -> Iterator[tuple[str, str]]:
    """Every surge that goes on by its name, and how much there is to tell them by."""
    at = surges.listened.at
    since = f", {age(at, now)} ago" if at else ""
    for surge in surges.told:
        name = times(surge)
        yield name, f"{_name(surge)}: {'; '.join(_paragraphs(surge, now, zone))}"
    yield "" if surges.told else "none", f"Surges are {known_words(surges.listened)}{since}."


def _name(surge: Surge) -> str:
    return f"{surge.place or NO_PLACE}, {surge.topic or ALL_TOPICS}"


def _past(surge: Surge) -> Iterator[str]:
    """What the desk compared it with."""
    yield f"{surge.half_day:.1f} by {surge.hours} of the 12 hours before"
    if surge.yesterday is not None:
        yield f"{surge.yesterday:.1f} at this hour yesterday"
    if surge.week_ago is not None:
        yield f"{surge.week_ago:.1f} a week ago"
    if surge.days < 7:
        yield f"the past is thin: {surge.days} of the past 7 days are known"


def _paragraphs(surge: Surge, now: datetime, zone: tzinfo | None) -> Iterator[str]:
    yield f"{voices_words(surge)}; counted {moment(surge.heard_at, now, zone)}"
    told = "" if surge.told_at == surge.began_at else f", told again {clock(surge.told_at, now, zone)}"
    yield f"began {clock(surge.began_at, now, zone)}{told}"
    yield f"in such a span: {', '.join(_past(surge))}"
    if surge.terms:
        yield f"words that rose, with the voices that use them: {terms_words(surge)}"
