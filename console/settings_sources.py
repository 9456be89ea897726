"""What a `[sources.NAME]` may say: which keys each kind knows, and what must hold between them.

Nothing here looks at the network. What an address means on a platform is asked of the same pure function that
the source itself goes by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from console import settings_fields as fields
from feeds.source import Kind, Source, Trust

DAY = 86_400.0
EVERY = ("kind", "address", "trust", "lang", "rhythm")
"""Keys that every kind has."""
READERS: dict[str, fields.Reader] = {
    "kind": fields.one_of(Kind),
    "address": fields.address,
    "interval": fields.duration(1.0, 7 * DAY),
    "trust": fields.one_of(Trust),
    "lang": fields.language,
    "rhythm": fields.duration(60.0, 90 * DAY, zero=True),
    "account": fields.handle,
    "stream": fields.of_type(bool),
    "keywords": fields.words,
    "accounts": fields.dids,
    "jurisdiction": fields.text,
    "services": fields.words,
}

Mistaken = tuple[str, str, str]
"""A key (empty for the section as a whole), what is wrong, and what would be right."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a source of one kind may say."""

    interval: float
    """Seconds between two looks where the settings name none (protocols: etiquette of pollers)."""
    keys: tuple[str, ...] = ("interval",)
    """Beyond those of every kind."""
    address: fields.Reader = fields.address


SHAPES: dict[Kind, Shape] = {
    "rss": Shape(300.0),
    "cap": Shape(120.0),
    "nws": Shape(120.0),
    "usgs": Shape(60.0),
    "gdacs": Shape(300.0),
    "jsonl": Shape(300.0),
    "mastodon": Shape(60.0, ("interval", "stream"), fields.web_address),
    "bluesky": Shape(120.0, ("interval", "account"), fields.web_address),
    "jetstream": Shape(60.0, ("accounts", "keywords"), fields.stream_address),
    "open311": Shape(300.0, ("interval", "jurisdiction", "services"), fields.web_address),
    "webhook": Shape(300.0, (), fields.local_address),
}
OF_NOTIFICATIONS = 30.0
"""Seconds between two looks at what is said to the desk's own account."""


def kind_of(table: Mapping[str, Any]) -> Kind | None:
    """The kind that a section names; None where it names none that there is."""
    named = table.get("kind")
    return next((kind for kind in get_args(Kind) if kind == named), None)


def readers_of(kind: Kind | None) -> dict[str, fields.Reader]:
    """A reader for every key; those that mean nothing to the kind refuse whatever stands there."""
    if kind is None:
        return {**READERS, "address": _any_address}
    shape = SHAPES[kind]
    known = {key: READERS[key] for key in (*EVERY, *shape.keys)} | {"address": shape.address}
    return {key: known.get(key) or _meaningless(key, kind) for key in READERS}


def _any_address(value: Any, base: Path) -> str:
    """What could be an address of some kind, where it is not known which was meant."""
    streams = isinstance(value, str) and value.lower().startswith(("ws://", "wss://"))
    return fields.stream_address(value, base) if streams else fields.address(value, base)


def keys_of(kind: Kind | None) -> tuple[str, ...]:
    """The keys that a kind knows, all of them where it is not known."""
    return (*EVERY, *SHAPES[kind].keys) if kind else tuple(READERS)


def _meaningless(key: str, kind: Kind) -> fields.Reader:
    if key == "interval":
        hint = "its posts come by themselves; `rhythm` says how soon one is due"
    else:
        hint = f"it is for {' and '.join(other for other, shape in SHAPES.items() if key in shape.keys)}"

    def refuse(_value: Any, _base: Path) -> None:
        raise fields.Wrong(f"means nothing for a source of kind {kind}", hint)

    return refuse


def mistakes_of(kind: Kind, values: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[Mistaken]:
    """What does not fit together; `given` are all keys that stand there, `values` those that make sense."""
    if kind == "jetstream" and not {"accounts", "keywords"} & given.keys():
        yield (
            "",
            "would take in every post of the network",
            'add accounts = ["did:plc:..."] or keywords = ["Riverton"]',
        )
    reading = ADDRESSES.get(kind)
    if reading is None or not {"address", *given} & {"address", "account"} <= values.keys():
        return
    try:
        reading(values)
    except ValueError as error:
        what, _, hint = str(error).partition("; ")
        yield "address", what, hint


def source_of(name: str, kind: Kind, values: Mapping[str, Any]) -> Source:
    """The source that a section without mistakes describes."""
    return Source(**{"name": name, "interval": interval_of(kind, values["address"]), **values})


def interval_of(kind: Kind, address: str) -> float:
    """Seconds between two looks where the settings name none."""
    signed = kind in ("mastodon", "bluesky") and urlsplit(address).path.startswith("/notifications")
    return OF_NOTIFICATIONS if signed else SHAPES[kind].interval


def _mastodon(values: Mapping[str, Any]) -> None:
    from feeds.mastodon import timeline_of

    if values.get("stream") and not timeline_of(values["address"]).stream:
        raise ValueError("has no stream; set stream = false")
    timeline_of(values["address"])


def _bluesky(values: Mapping[str, Any]) -> None:
    from feeds.bluesky import view_of

    view_of(values["address"], values.get("account", ""))


ADDRESSES: dict[Kind, Callable[[Mapping[str, Any]], None]] = {"mastodon": _mastodon, "bluesky": _bluesky}
"""Kinds whose addresses mean something to their platform; each raises ValueError with the forms there are."""
