"""What the shell's tables show of people's work: claims, drafts, deliveries, channels, canned replies."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, tzinfo
from typing import Any, Self

from console.output import Column
from console.verbs.subjects import typed
from console.words import age_of, clock
from console.work import Claim, Delivery, DeliveryState, Draft, Purpose
from console.workflow.templates import Template
from feeds.channel import ChannelKind

TYPING = 15.0
"""Seconds for which somebody counts as typing; a composer says so every few."""
STATE_STYLES: dict[DeliveryState, str] = {"unknown": "bold red", "waiting": "yellow", "refused": "red"}
SPEAK_STYLES = {"LIVE": "bold red", "EXERCISE": "yellow"}


def claim_columns(now: datetime, zone: tzinfo | None) -> Sequence[Column[Claim]]:
    """Who, what, since when, and what is known of the terminal."""

    def terminal(row: Claim) -> str:
        if row.leaving is not None:
            return f"gone {age_of(row.leaving, now)}"
        if row.typing is not None and (now - row.typing).total_seconds() < TYPING:
            return "typing"
        return "shell" if row.session.endswith(".shell") else "here"

    return (
        Column("who", lambda row: f"{row.name} (you)" if row.uid == os.geteuid() else row.name, most=20),
        Column("since", lambda row: clock(row.since, now, zone) if row.since else "?", right=True),
        Column("for", lambda row: age_of(row.since, now), right=True, spare=2),
        Column("terminal", terminal, spare=1),
        Column("subject", lambda row: typed(row.subject), most=60),
    )


def draft_columns(now: datetime, zone: tzinfo | None) -> Sequence[Column[Draft]]:
    """Which, how it stands, about what, who typed last and when, and the text."""
    return (
        Column("id", lambda row: str(row.id), right=True),
        Column(
            "state",
            lambda row: "waits for a second person" if row.state == "asked" else row.state,
            most=26,
            style=lambda row: "yellow" if row.state == "asked" else "",
        ),
        Column("subject", lambda row: typed(row.subject), most=32),
        Column("channel", lambda row: row.channel, most=16, spare=3),
        Column("who", lambda row: row.author, most=16, spare=2),
        Column(
            "saved", lambda row: clock(row.saved_at, now, zone) if row.saved_at else "?", right=True, spare=1
        ),
        Column("text", lambda row: row.text or "(nothing yet)"),
    )


@dataclass(frozen=True, slots=True)
class Said:
    """A delivery as lists show it: one level deep, so that a spreadsheet can hold it."""

    id: int
    state: DeliveryState
    says: str
    subject: str
    purpose: Purpose
    channel: str
    author: str
    text: str
    title: str
    warning: str
    lang: str
    audience: str
    draft: int | None
    version: int
    part: int
    parts: int
    held_until: datetime | None
    next_at: datetime | None
    made_at: datetime
    sent_at: datetime | None
    settled_at: datetime | None
    attempts: int
    names: tuple[str, ...]
    url: str
    ticket: str

    @classmethod
    def of(cls, one: Delivery) -> Self:
        """The delivery without what only the service needs."""
        message = one.message
        words = {"text", "title", "warning", "lang", "audience"}
        values: dict[str, Any] = {
            field.name: getattr(message if field.name in words else one, field.name) for field in fields(cls)
        }
        return cls(**values)


def delivery_columns(now: datetime, zone: tzinfo | None) -> Sequence[Column[Said]]:
    """Which, what became of it, where, about what, who had it said, and the words."""
    return (
        Column("id", lambda row: str(row.id), right=True),
        Column("state", lambda row: row.state, style=lambda row: STATE_STYLES.get(row.state, "")),
        Column("channel", lambda row: row.channel, most=16, spare=3),
        Column("subject", lambda row: typed(row.subject), most=28, spare=1),
        Column("who", lambda row: row.author, most=16, spare=2),
        Column("made", lambda row: clock(row.made_at, now, zone), right=True, spare=4),
        Column("text", lambda row: f"[{row.says}] {row.text}" if row.says else row.text, wraps=True),
    )


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A channel as the settings have it, and what is known of its secret; never the secret."""

    name: str
    kind: ChannelKind
    speaks: str
    """`LIVE`, `EXERCISE`, `dry run`, `by hand`."""
    account: str
    address: str
    limit: int
    counting: str
    audience: str
    secret: str
    """`has it`, `lacks it`, `not needed`, or what is wrong with it."""


CHANNEL_COLUMNS: Sequence[Column[ChannelRow]] = (
    Column("channel", lambda row: row.name, most=20),
    Column("kind", lambda row: row.kind, spare=1),
    Column("speaks", lambda row: row.speaks, style=lambda row: SPEAK_STYLES.get(row.speaks, "")),
    Column("account", lambda row: row.account or "-", most=32),
    Column("limit", lambda row: f"{row.limit} {row.counting}" if row.limit else "none", right=True, spare=2),
    Column("secret", lambda row: row.secret, wraps=True),
)


TEMPLATE_COLUMNS: Sequence[Column[Template]] = (
    Column("name", lambda row: row.name, most=24),
    Column("kind", lambda row: row.kind, spare=3),
    Column("lang", lambda row: row.lang or "any", spare=2),
    Column("topics", lambda row: ", ".join(row.topics) or "any", spare=1),
    Column("slots", lambda row: ", ".join(slot.name for slot in row.slots) or "-", most=40, spare=4),
    Column("title", lambda row: row.title),
)
