"""What the tables of the shell show of each noun."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from console.model import NO_PLACE, TIER_WORDS, Incident, Mention, PrivatePost, SourceHealth
from console.output import Column
from console.words import age_of, clock

TIER_STYLES = {1: "bold red", 2: "yellow", 3: ""}
SOURCE_STYLES = {"dead": "bold red", "silent": "bold red", "late": "yellow"}


def mention_columns(now: datetime, zone: tzinfo | None) -> Sequence[Column[Mention]]:
    """When, how urgent, where, what about, who, and what was said."""
    return (
        Column("when", lambda row: clock(row.at, now, zone), right=True),
        Column("tier", lambda row: TIER_WORDS[row.tier], style=lambda row: TIER_STYLES[row.tier]),
        Column("place", lambda row: row.place or NO_PLACE, most=20, spare=2),
        Column("topic", lambda row: row.topic, most=12, spare=3),
        Column("source", lambda row: row.source, most=16, spare=4),
        Column("author", lambda row: row.author, most=18, spare=1),
        Column("mood", lambda row: "-" if row.mood is None else f"{row.mood:+.2f}", right=True, spare=5),
        Column("text", _said),
    )


def _said(row: Mention) -> str:
    """The text, behind everything that changes how it is to be read."""
    marks = []
    if row.status and row.status != "Actual":
        marks.append(row.status.upper())
    if row.deleted_at:
        marks.append("deleted")
    if row.hazard and row.hazard != "live":
        marks.append(row.hazard)
    if row.repeats:
        marks.append(f"x{row.repeats + 1}")
    return f"[{', '.join(marks)}] {row.text}" if marks else row.text


def private_columns(now: datetime, zone: tzinfo | None) -> Sequence[Column[PrivatePost]]:
    """Which, when, how urgent, where, who, whether somebody read it, and what was said."""
    return (
        Column("id", lambda row: str(row.id), right=True),
        Column("when", lambda row: clock(row.at, now, zone), right=True),
        Column("tier", lambda row: TIER_WORDS[row.tier], style=lambda row: TIER_STYLES[row.tier]),
        Column("place", lambda row: row.place or NO_PLACE, most=20, spare=2),
        Column("topic", lambda row: row.topic, most=12, spare=4),
        Column("source", lambda row: row.source, most=16, spare=3),
        Column("author", lambda row: row.author, most=18, spare=1),
        Column("read", lambda row: row.read_by or "unread", most=12),
        Column("text", _said_in_private),
    )


def _said_in_private(row: PrivatePost) -> str:
    marks = [word for word, so in (("deleted", row.deleted_at), ("edited", row.edited_at)) if so]
    return f"[{', '.join(marks)}] {row.text}" if marks else row.text


def incident_columns(now: datetime, zone: tzinfo | None) -> Sequence[Column[Incident]]:
    """Where, what about, how urgent and why, how many speak of it, and since when."""
    return (
        Column("place", lambda row: row.place or NO_PLACE),
        Column("topic", lambda row: row.topic, most=14),
        Column("tier", _standing, style=lambda row: "" if row.closed_at else TIER_STYLES[row.tier]),
        Column("voices", lambda row: str(row.voices), right=True),
        Column("mentions", lambda row: str(row.mentions), right=True, spare=3),
        Column("mood", _mood, right=True, spare=5),
        Column("opened", lambda row: clock(row.opened_at, now, zone), right=True, spare=4),
        Column("last", lambda row: age_of(row.last_at, now), right=True),
        Column("incident", lambda row: row.key, most=32, spare=2),
        Column("why", lambda row: ", ".join(f"{reason.text} {reason.points:+g}" for reason in row.reasons)),
    )


def _standing(row: Incident) -> str:
    return TIER_WORDS[row.tier] if row.state == "open" else row.state


def _mood(row: Incident) -> str:
    return f"{row.mood_sum / row.mood_count:+.2f}" if row.mood_count else "-"


def source_columns(now: datetime) -> Sequence[Column[SourceHealth]]:
    """Which, how it is, and since when nothing came."""
    return (
        Column("source", lambda row: row.name, most=20),
        Column("kind", lambda row: row.kind, spare=2),
        Column("trust", lambda row: row.trust, spare=3),
        Column("state", _state, style=lambda row: SOURCE_STYLES.get(row.state, "")),
        Column("answer", lambda row: age_of(row.last_answer_at, now, "never"), right=True),
        Column("new", lambda row: age_of(row.last_item_at, now, "never"), right=True),
        Column("taken", lambda row: str(row.items), right=True, spare=4),
        Column("refused", lambda row: str(row.refused), right=True, spare=1),
        Column("note", _note, wraps=True),
    )


def _state(row: SourceHealth) -> str:
    return row.state.upper() if row.state in ("dead", "silent") else row.state


def _note(row: SourceHealth) -> str:
    trouble = row.last_error if row.state in ("late", "dead", "waiting") else ""
    of = f" of {row.budget}" if row.budget else ""
    left = "" if row.remaining is None else f" ({row.remaining}{of} calls left)"
    return f"{trouble or row.note or row.address}{left}"
