"""What `[answers]`, a `[channels.NAME]` and a `[routes.NAME]` may say. Nothing here looks at the network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from msgspec import Meta

from console import settings_fields as fields
from feeds.channel import Channel, ChannelKind, Counting
from feeds.post import Audience

HOUR = 3600.0
KINDS: tuple[ChannelKind, ...] = get_args(ChannelKind)
_MAILBOX = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


def mailbox(value: Any, base: Path) -> str:
    """Read a mail address without a name around it (RFC 5322, addr-spec, the part of it that is in use)."""
    line = fields.text(value, base)
    if not _MAILBOX.fullmatch(line):
        raise fields.Wrong(f'"{line}" is not a mail address', 'write it like "roads@riverton.example"')
    return line


def relay(value: Any, base: Path) -> str:
    """Read where mail is handed over: `smtp://host:port` (STARTTLS) or `smtps://host:port`."""
    line = fields.text(value, base)
    try:
        parts = urlsplit(line)
        port_given = parts.port
    except ValueError:
        parts, port_given = urlsplit(""), None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.username or parts.path.strip("/"):
        raise fields.Wrong("is not a mail relay", 'write it like "smtp://mail.riverton.example:587"')
    return line if port_given else f"{line.rstrip('/')}:{587 if parts.scheme == 'smtp' else 465}"


def _anybody(value: Any, base: Path) -> str:
    return fields.text(value, base)


def _tiers(value: Any, _base: Path) -> tuple[int, ...]:
    return tuple(fields.convert(value, list[Annotated[int, Meta(ge=1, le=3)]]))


def _list(value: Any, base: Path) -> tuple[str, ...]:
    return tuple(fields.text(one, base) for one in fields.convert(value, list[str]))


ANSWERS: dict[str, fields.Reader] = {
    "hold": fields.duration(1.0, 300.0, zero=True),
    "second_tiers": _tiers,
    "second_channels": _list,
    "second_roles": _list,
    "second_guard": fields.one_of(Literal["inform", "warn", "never"]),
    "late_after": fields.duration(60.0, 24 * HOUR),
    "guard": fields.path,
    "replies": fields.path,
}
ROUTE: dict[str, fields.Reader] = {
    "channel": fields.text,
    "topics": fields.words,
    "places": fields.words,
    "to": fields.text,
    "service": fields.text,
    "phone": fields.text,
    "ladder": _list,
    "ack": fields.duration(60.0, 24 * HOUR),
}
READERS: dict[str, fields.Reader] = {
    "kind": fields.one_of(ChannelKind),
    "address": fields.web_address,
    "account": _anybody,
    "to": _anybody,
    "audience": fields.one_of(Audience),
    "lang": fields.language,
    "counting": fields.one_of(Counting),
    "limit": fields.of_type(Annotated[int, Meta(ge=0, le=1_000_000)]),
    "jurisdiction": fields.text,
    "service": fields.text,
}


@dataclass(frozen=True, slots=True)
class Shape:
    """What a channel of one kind must and may say, and how long a message on it may be."""

    needs: tuple[str, ...]
    keys: tuple[str, ...]
    counting: Counting
    limit: int
    readers: tuple[tuple[str, fields.Reader], ...] = ()
    """Readers of its own for some of the keys."""


SHAPES: dict[ChannelKind, Shape] = {
    "dry-run": Shape((), ("counting", "limit", "audience", "account"), "graphemes", 500),
    "clipboard": Shape((), ("counting", "limit", "account"), "x", 280),
    "mastodon": Shape(("address", "account"), ("audience", "limit"), "mastodon", 500),
    "bluesky": Shape(("address", "account"), (), "bluesky", 300, (("account", fields.handle),)),
    "open311": Shape(("address",), ("jurisdiction", "service"), "characters", 4000),
    "mail": Shape(
        ("address", "account"),
        ("to",),
        "characters",
        0,
        (("address", relay), ("account", mailbox), ("to", mailbox)),
    ),
    "webhook": Shape(("address",), (), "characters", 0),
    "ntfy": Shape(("address",), (), "bytes", 4096),
    "pagerduty": Shape((), ("address",), "characters", 1024),
}
"""Limits: protocols, length limits and how to count."""
PAGERDUTY = "https://events.pagerduty.com/v2/enqueue"


def kind_of(table: Mapping[str, Any]) -> ChannelKind | None:
    """The kind that a section names; None where it names none that there is."""
    kind = table.get("kind")
    return next((one for one in KINDS if one == kind), None)


def readers_of(kind: ChannelKind | None) -> dict[str, fields.Reader]:
    """The keys that a section of this kind may have; all where the kind is unknown."""
    if kind is None:
        return READERS
    shape = SHAPES[kind]
    offered = {"kind", "lang", *shape.needs, *shape.keys}
    return {name: reader for name, reader in READERS.items() if name in offered} | dict(shape.readers)


def mistakes_of(kind: ChannelKind, given: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Key, what is wrong and what would be right, for what must hold between the keys."""
    for key in SHAPES[kind].needs:
        if key not in given:
            yield key, f"a channel of the kind {kind} needs it", f"add {key} = ..."


def channel_of(name: str, kind: ChannelKind, values: Mapping[str, Any]) -> Channel:
    """The channel that checked values make."""
    shape = SHAPES[kind]
    told: dict[str, Any] = {"counting": shape.counting, "limit": shape.limit, **values}
    if kind == "pagerduty":
        told.setdefault("address", PAGERDUTY)
    return Channel(**({"name": name} | told))


def channels_of(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The channels that a route names, each with its key."""
    if "channel" in values:
        yield "channel", values["channel"]
    for step in values.get("ladder", ()):
        yield "ladder", step


def rehearsed(channel: Channel) -> Channel:
    """The channel as an exercise has it: the same name and measure, and nobody who hears."""
    return replace(channel, kind="dry-run", address="")
