"""What an official message says for itself: its areas, its topic, what it covers, and why it is urgent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from console.intake import hazards, language
from console.intake.clean import clean, clean_line
from console.intake.heard import Cover
from console.intake.incidents import OFFICIAL
from console.intake.phrases import Words
from console.intake.rules import Rules
from console.intake.topics import topic_of
from console.judgement import Reason
from feeds.post import Hazard


def areas_of(hazard: Hazard) -> str:
    """The areas that a message names, a line each."""
    return clean("\n".join(area.name for info in hazard.infos for area in info.areas))


def topic_of_alert(hazard: Hazard, rules: Rules) -> str:
    """What a message is about by its events, else by its headlines; those in English where there are any."""
    spoken = [info for info in hazard.infos if language.is_english(info.language)] or list(hazard.infos)
    events = topic_of(Words(clean(" . ".join(info.event for info in spoken))), rules)
    if events in rules.topics:
        return events
    return topic_of(Words(clean(" . ".join(info.headline for info in spoken))), rules)


def cover_of(hazard: Hazard, messages: Iterable[str], places: Iterable[str], topic: str) -> Cover:
    """What a message covers until it ends; `messages` are the keys of all that tell of the same danger."""
    return Cover(frozenset(messages), frozenset(places) - {""}, topic, hazards.ends_at(hazard)[0])


def reasons_of(hazard: Hazard, rules: Rules, languages: Sequence[str], now: datetime) -> tuple[Reason, ...]:
    """Why a message counts as it does now, in the first of these languages that it has."""
    info = hazards.pick_info(hazard, languages)
    event = clean_line(info.event) if info is not None else ""
    severity = hazards.severity(hazard)
    if hazards.is_test(hazard):
        return (Reason(f"{clean_line(hazard.status).upper()}: this is not real", 0),)
    if hazard.msg_type in ("Cancel", "Error"):
        return (Reason("taken back by its sender", 0),)
    end, _ = hazards.ends_at(hazard)
    if now >= end:
        return (Reason(f"over since {end:%Y-%m-%d %H:%M} UTC", 0),)
    if info is not None and all("AllClear" in one.responses for one in hazard.infos):
        return (Reason("all clear", 0),)
    return (Reason(f"{OFFICIAL}{event or 'no event named'}, {severity}", rules.official[severity]),)
