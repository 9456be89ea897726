"""What the detail panel says of the selected mention or incident. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from console.desk.naming import named
from console.desk.rows import age, clock, counted, gone, loud, mean_mood, moment, who
from console.model import (
    HUMANITARIAN_WORDS,
    NO_PLACE,
    NO_TOPIC,
    TIER_WORDS,
    HazardPart,
    Incident,
    Mention,
    MentionDetail,
    Reason,
)
from widgets.item_detail import Item, Section, Why
from widgets.line import signed

QUOTED = re.compile(r'"([^"]+)"')
"""Reasons quote the words that they rest on."""
GONE_WORDS = {
    "deleted": "Deleted by its author or its server; kept here as it was said.",
    "expired": "This warning has expired: its time is over, and nothing has renewed it.",
    "cancelled": "This warning was cancelled by those who gave it.",
}


def mention_item(detail: MentionDetail, now: datetime, zone: tzinfo | None, languages: Sequence[str]) -> Item:
    """A mention in full.

    Args:
        detail: The mention and all that hangs on it.
        now: The present.
        zone: Of the clock on the wall.
        languages: Read at this desk; the first one that an alert speaks is shown first.
    """
    mention = detail.mention
    status = loud(mention)
    return Item(
        tier=mention.tier,
        word=TIER_WORDS[mention.tier],
        title=(mention.place or NO_PLACE, mention.topic or NO_TOPIC),
        loud=f"{status}: this is not a real alert. Nobody has to act on it." if status else "",
        gone=GONE_WORDS.get(gone(mention), ""),
        official=mention.official,
        why=whys(detail.reasons),
        total=mention.points,
        byline=_byline(mention, now, zone),
        text=mention.text,
        marks=marks(mention.text, (*(found.text for found in detail.places), *quoted(detail.reasons))),
        facts=_facts(detail, languages),
        sections=(*_hazard_parts(detail.parts, now, zone, languages), *_history(detail, now, zone)),
    )


def incident_item(incident: Incident, said: Mention | None, now: datetime, zone: tzinfo | None) -> Item:
    """An incident in full; its mentions are in the stream.

    Args:
        incident: What is open, or was.
        said: Its weightiest mention, to be read at once; None when there is none to be read.
        now: The present.
        zone: Of the clock on the wall.
    """
    over = incident.state == "closed"
    counts = (
        counted(incident.mentions, "mention"),
        counted(incident.voices, "independent voice"),
        f"opened {clock(incident.opened_at, now, zone)}",
        f"last word {moment(incident.last_at, now, zone)}",
    )
    facts = [
        *(counts if said else ()),
        f"mean mood {mean_mood(incident)} of {incident.mood_count}"
        if incident.mood_count
        else "mood unknown",
        f"continues {incident.previous}" if incident.previous else "",
        "an official warning covers it" if incident.official else "no official warning covers it",
        f"key {incident.key}",
    ]
    return Item(
        tier=3 if over else incident.tier,
        word="closed" if over else TIER_WORDS[incident.tier],
        title=(incident.place or NO_PLACE, incident.topic, f"open {age(incident.opened_at, now)}"),
        gone=f"Closed {moment(incident.closed_at, now, zone)}: nobody spoke of it any more." if over else "",
        why=whys(incident.reasons),
        total=incident.points,
        byline=_byline(said, now, zone) if said else counts,
        text=said.text if said else "",
        marks=marks(said.text, (said.place, *quoted(incident.reasons))) if said else (),
        facts=tuple(fact for fact in facts if fact),
    )


def whys(reasons: Iterable[Reason]) -> tuple[Why, ...]:
    """Reasons as they are drawn, the weightiest first."""
    return tuple(
        Why(reason.text, reason.points) for reason in sorted(reasons, key=lambda reason: -reason.points)
    )


def quoted(reasons: Iterable[Reason]) -> list[str]:
    """The words that reasons quote."""
    return [word for reason in reasons for word in QUOTED.findall(reason.text)]


def marks(text: str, words: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Where in the text the words stand that mattered; in order and apart."""
    folded = text.casefold()
    same_length = len(folded) == len(text)
    spans = set()
    for word in words:
        start = _where(folded, word.casefold()) if same_length else _where(text, word)
        if start >= 0 and word:
            spans.add((start, start + len(word)))
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return tuple(apart)


def _where(text: str, word: str) -> int:
    """Where a word stands by itself, else where its letters do (`Mill` in `#MillStreet`); -1 for nowhere."""
    inside = at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
            return at
        at = text.find(word, at + 1)
    return inside


def _byline(mention: Mention, now: datetime, zone: tzinfo | None) -> tuple[str, ...]:
    name = mention.author_name if mention.author_name and mention.author_name != who(mention) else ""
    parts = (who(mention), name, mention.source, moment(mention.at, now, zone))
    return tuple(part for part in parts if part)


def _facts(detail: MentionDetail, languages: Sequence[str]) -> tuple[str, ...]:
    mention = detail.mention
    mood = (
        f"mood {signed(mention.mood)}"
        if mention.mood is not None
        else f"mood unknown: {mention.mood_note or 'not scored'}"
    )
    language = mention.lang or "unknown"
    parts = (
        f"{counted(mention.voices, 'voice')}, {counted(mention.repeats, 'repeat')}"
        if mention.repeats
        else "said once",
        mood,
        f"about {HUMANITARIAN_WORDS[mention.humanitarian]}"
        if mention.humanitarian in HUMANITARIAN_WORDS
        else "",
        f"language {language}" if language.split("-")[0] not in languages else "",
        f"incident {mention.incident}" if mention.incident else "no incident: too few speak of it",
        named(detail.places),
        *detail.notes,
        mention.url or "no link",
    )
    return tuple(part for part in parts if part)


def _hazard_parts(
    parts: Sequence[HazardPart], now: datetime, zone: tzinfo | None, languages: Sequence[str]
) -> Iterable[Section]:
    """One section per language of an alert, those read at this desk first."""

    def rank(part: HazardPart) -> int:
        spoken = part.language.split("-")[0].lower()
        return languages.index(spoken) if spoken in languages else len(languages)

    for part in sorted(parts, key=rank):
        expires = f"until {moment(part.expires, now, zone).split(',')[0]}" if part.expires else "no end given"
        known = [word or "unknown" for word in (part.severity, part.urgency, part.certainty)]
        paragraphs = (
            f"severity {known[0]}, urgency {known[1]}, certainty {known[2]}, {expires}",
            f"where: {', '.join(part.areas) or 'not said'}",
            part.headline,
            part.description,
            f"what to do: {part.instruction}" if part.instruction else "",
        )
        yield Section(
            f"{part.event} ({part.language or 'language not said'})",
            tuple(paragraph for paragraph in paragraphs if paragraph),
        )


def _history(detail: MentionDetail, now: datetime, zone: tzinfo | None) -> Iterable[Section]:
    for revision in detail.revisions:
        yield Section(f"Earlier text, until {moment(revision.at, now, zone)}", (revision.text,))
    if detail.repeats:
        yield Section(
            "Said again by",
            tuple(
                f"{who(repeat)} {moment(repeat.at, now, zone)}: {repeat.text}" for repeat in detail.repeats
            ),
        )
