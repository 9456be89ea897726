"""Alerts of api.weather.gov as GeoJSON: CAP in other clothes, with traps in the names.

`messageType` is CAP's `msgType`, `response` its `responseType`; `expires` ends the message and `ends` the
event; positions are longitude first; `geometry` is often null, and then zones and codes say where.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from feeds.cap_alert import post_of
from feeds.json_text import list_of, object_of, read_json, text_of, texts_of
from feeds.post import Area, Hazard, Info, Post, hazard_key
from feeds.source import Document, Parsed, Refusal
from feeds.times import parse_time


def parse(document: Document) -> Parsed:
    """Read a collection of alerts, or a single one.

    Raises:
        ValueError: when it is no such document; an error report of the server gives its own words.
    """
    bundle = object_of(read_json(document.body))
    if "features" in bundle:
        features = bundle["features"]
    elif "@graph" in bundle:
        features = [{"properties": item} for item in list_of(bundle["@graph"])]
    else:
        features = [bundle] if "properties" in bundle else None
    if not isinstance(features, list):
        said = text_of(bundle.get("detail")) or text_of(bundle.get("title"))
        raise ValueError(
            f"the server answered: {said[:200]}" if said else "it is not the GeoJSON of NWS alerts"
        )
    posts, refusals = [], []
    for number, feature in enumerate(features, start=1):
        given = object_of(object_of(feature).get("properties"))
        try:
            posts.append(_post(object_of(feature), given, document))
        except ValueError as error:
            refusals.append(Refusal(text_of(given.get("id"))[:100] or f"item {number}", str(error)))
    return Parsed(tuple(reversed(posts)), tuple(refusals))


def _post(feature: dict[str, Any], given: dict[str, Any], document: Document) -> Post:
    notes: list[str] = []
    identifier, sender = text_of(given.get("id")), text_of(given.get("sender"))
    sent = _time(given, "sent")
    if not identifier or sent is None:
        raise ValueError("it has no id, or does not say when it was sent")
    if not sender:
        sender = "w-nws.webmaster@noaa.gov"
        notes.append("it names no sender; taken as the National Weather Service")
    hazard = Hazard(
        identifier=identifier,
        sender=sender,
        sent=sent,
        status=text_of(given.get("status")) or "Draft",
        msg_type=text_of(given.get("messageType")) or "Alert",
        scope=text_of(given.get("scope")) or "Public",
        codes=texts_of(given.get("code")),
        references=_references(given.get("references"), notes),
        infos=(_info(feature, given),),
        ends=_time(given, "ends"),
    )
    url = text_of(given.get("@id")) or text_of(feature.get("id"))
    raw = msgspec.json.encode(feature)
    return post_of(hazard, source=document.source, lang=document.lang, url=url, notes=notes, raw=raw)


def _info(feature: dict[str, Any], given: dict[str, Any]) -> Info:
    codes = [
        (name, code) for name, values in object_of(given.get("geocode")).items() for code in texts_of(values)
    ]
    codes += [("affectedZone", zone) for zone in texts_of(given.get("affectedZones"))]
    parameters = [
        (name, value)
        for name, values in object_of(given.get("parameters")).items()
        for value in texts_of(values)
    ]
    event_codes = [
        (name, code)
        for name, values in object_of(given.get("eventCode")).items()
        for code in texts_of(values)
    ]
    return Info(
        event=text_of(given.get("event")),
        language=text_of(given.get("language")) or "en-US",
        categories=texts_of(given.get("category")),
        responses=texts_of(given.get("response")),
        urgency=text_of(given.get("urgency")) or "Unknown",
        severity=text_of(given.get("severity")) or "Unknown",
        certainty=text_of(given.get("certainty")) or "Unknown",
        event_codes=tuple(event_codes),
        effective=_time(given, "effective"),
        onset=_time(given, "onset"),
        expires=_time(given, "expires"),
        sender_name=text_of(given.get("senderName")),
        headline=text_of(given.get("headline")),
        description=text_of(given.get("description")),
        instruction=text_of(given.get("instruction")),
        web=text_of(given.get("web")),
        parameters=tuple(parameters),
        areas=(
            Area(
                name=text_of(given.get("areaDesc")),
                polygons=_polygons(object_of(feature.get("geometry"))),
                geocodes=tuple(codes),
            ),
        ),
    )


def _time(given: dict[str, Any], name: str) -> datetime | None:
    value = given.get(name)
    if value is None or value == "":
        return None
    when = parse_time(text_of(value))
    if when is None:
        raise ValueError(f"its {name} is not a time: {text_of(value)[:40]!r}")
    return when


def _references(given: object, notes: list[str]) -> tuple[str, ...]:
    keys = []
    for reference in map(object_of, list_of(given)):
        when = parse_time(text_of(reference.get("sent")))
        identifier = text_of(reference.get("identifier"))
        if identifier and when is not None:
            keys.append(hazard_key(text_of(reference.get("sender")), identifier, when))
        else:
            notes.append("one of its references cannot be read")
    return tuple(dict.fromkeys(keys))


def _polygons(geometry: dict[str, Any]) -> tuple[str, ...]:
    """Outer rings in CAP's spelling: `lat,lon lat,lon ...`, where GeoJSON has longitude first."""
    coordinates = list_of(geometry.get("coordinates"))
    shapes = coordinates if geometry.get("type") == "MultiPolygon" else [coordinates]
    rings = [list_of(shape[0]) for shape in shapes if isinstance(shape, list) and shape]
    spelled = (
        " ".join(f"{point[1]},{point[0]}" for point in ring if isinstance(point, list) and len(point) >= 2)
        for ring in rings
    )
    return tuple(ring for ring in spelled if ring)
