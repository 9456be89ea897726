"""Earthquakes from the USGS summary feeds (GeoJSON)."""

from __future__ import annotations

from typing import Any

import msgspec

from feeds.json_text import list_of, object_of, read_json, text_of
from feeds.post import Area, Hazard, Info, Post
from feeds.source import Document, Parsed, Refusal
from feeds.times import from_milliseconds

SENDER = "earthquake.usgs.gov"
SIGNIFICANT = 600
"""`sig` from which the USGS itself lists an earthquake as significant."""
_PAGER = {"green": "Minor", "yellow": "Moderate", "orange": "Severe", "red": "Extreme"}
"""The PAGER colour, an estimate of losses, as a CAP severity."""


def parse(document: Document) -> Parsed:
    """Read a feature collection; explosions and quarry blasts are refused by name.

    Raises:
        ValueError: when it is no GeoJSON.
    """
    bundle = object_of(read_json(document.body))
    features = bundle.get("features") if "features" in bundle else [bundle]
    if bundle.get("type") not in ("FeatureCollection", "Feature") or not isinstance(features, list):
        raise ValueError("it is not the GeoJSON of an earthquake feed")
    posts, refusals = [], []
    for number, feature in enumerate(features, start=1):
        given = object_of(feature)
        try:
            posts.append(_post(given, document.source, document.lang))
        except ValueError as error:
            refusals.append(Refusal(text_of(given.get("id"))[:100] or f"item {number}", str(error)))
    return Parsed(tuple(reversed(posts)), tuple(refusals))


def _post(feature: dict[str, Any], source: str, lang: str) -> Post:
    given = object_of(feature.get("properties"))
    event = text_of(feature.get("id")).strip()[:100]
    if not event:
        raise ValueError("it has no id")
    what = text_of(given.get("type")) or "earthquake"
    if what != "earthquake":
        raise ValueError(f"it is of type {what[:40]!r}, not an earthquake")
    happened = from_milliseconds(given.get("time"))
    updated = from_milliseconds(given.get("updated")) or happened
    if happened is None or updated is None:
        raise ValueError("it has no readable time")
    gone = given.get("status") == "deleted"
    place = text_of(given.get("place"))[:200]
    title = (
        text_of(given.get("title"))[:300]
        or f"M {text_of(given.get('mag')) or '?'} - {place or 'unknown place'}"
    )
    lines = [title, *_details(feature, given)]
    others = [other for other in text_of(given.get("ids")).split(",") if other and other != event]
    hazard = Hazard(
        identifier=event,
        sender=SENDER,
        sent=updated,
        msg_type="Cancel" if gone else "Alert" if updated == happened else "Update",
        note="Withdrawn by the USGS." if gone else "",
        incidents=" ".join(others[:20]),
        infos=(_info(feature, given, title, "\n".join(lines[1:])),),
        thread=event,
    )
    return Post(
        source=source,
        id=event,
        text="\n".join(lines),
        created_at=happened,
        updated_at=updated,
        author=SENDER,
        author_name="U.S. Geological Survey",
        lang=lang or "en",
        url=text_of(given.get("url"))[:2048],
        places_hint=(place,) if place else (),
        topic_hint="earthquake",
        state="deleted" if gone else "live",
        hazard=hazard,
        raw=msgspec.json.encode(feature),
    )


def _info(feature: dict[str, Any], given: dict[str, Any], headline: str, description: str) -> Info:
    point = _point(feature)
    names = ("mag", "magType", "felt", "cdi", "mmi", "alert", "status", "tsunami", "sig", "ids", "detail")
    return Info(
        event="Earthquake",
        language="en-US",
        categories=("Geo",),
        urgency="Past",
        severity=_severity(given),
        certainty="Observed" if given.get("status") == "reviewed" else "Likely",
        onset=from_milliseconds(given.get("time")),
        sender_name="U.S. Geological Survey",
        headline=headline,
        description=description,
        web=text_of(given.get("url"))[:2048],
        parameters=tuple((name, value) for name in names if (value := text_of(given.get(name)))),
        areas=(
            Area(
                name=text_of(given.get("place"))[:200],
                circles=(f"{point[1]:g},{point[0]:g} 0",) if len(point) >= 2 else (),
            ),
        ),
    )


def _severity(given: dict[str, Any]) -> str:
    if alert := _PAGER.get(text_of(given.get("alert"))):
        return alert
    weight = given.get("sig")
    return "Moderate" if isinstance(weight, int | float) and weight >= SIGNIFICANT else "Minor"


def _details(feature: dict[str, Any], given: dict[str, Any]) -> list[str]:
    point = _point(feature)
    felt = given.get("felt")
    lines = []
    if len(point) >= 3:
        lines.append(f"Depth {point[2]:.0f} km.")
    if isinstance(felt, int) and felt > 0:
        lines.append(f"Felt by {felt} who reported it.")
    if given.get("tsunami") == 1:
        lines.append("Large and under the sea: tsunami.gov says whether there is a tsunami warning.")
    if given.get("status") == "automatic":
        lines.append("Preliminary: no person has reviewed it yet; magnitude and place may change.")
    return lines


def _point(feature: dict[str, Any]) -> list[float]:
    """Longitude, latitude and depth in kilometres, as many of them as there are."""
    numbers = list_of(object_of(feature.get("geometry")).get("coordinates"))[:3]
    return [float(number) for number in numbers if isinstance(number, int | float)]
