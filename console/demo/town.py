"""Riverton: a town that does not exist, and the settings of a desk that watches it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from console.model import Place

NAME = "Riverton"
PLACES = Path(__file__).with_name("places.csv")
"""The place list in the shape that a desk's own list has."""

SETTINGS = """\
[desk]
name = {name}
data = {data}
places = {places}
languages = ["en", "es"]

[store]
keep_free = "0 MB"
backups = 0

[sources.posts]
kind = "jsonl"
address = "posts.jsonl"
interval = "1s"
trust = "public"

[sources.requests]
kind = "jsonl"
address = "requests.jsonl"
interval = "3s"
trust = "public"
lang = "en"

[sources.council]
kind = "rss"
address = "council.xml"
interval = "3s"
trust = "official"
lang = "en"

[sources.alerts]
kind = "cap"
address = "alerts.xml"
interval = "1s"
trust = "official"

[sources.power-feed]
kind = "jsonl"
address = "power-feed.jsonl"
interval = "5s"
trust = "official"
lang = "en"

[views]
"act now" = "tier:1"
election = "topic:election"
"Mill Street" = 'place:"Mill Street"'
"""


def places() -> tuple[Place, ...]:
    """The streets, schools, bridges and villages that people of Riverton name."""
    with PLACES.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Place(row["name"], tuple(filter(None, row["aliases"].split(";"))), row["area"])
            for row in csv.DictReader(lines)
        )


def settings_text(data: Path) -> str:
    """The settings file of the demo's desk, with its database in `data`."""
    # A JSON string is a TOML string as well, whatever a directory is called.
    quoted = {"name": NAME, "data": str(data), "places": str(PLACES)}
    return SETTINGS.format(**{key: json.dumps(value) for key, value in quoted.items()})
