"""Disasters from GDACS, whose RSS needs eyes of its own: feedparser loses half of its elements.

The alert level is a model's estimate of how much humanitarian help may be needed. It is no warning to
residents, and the hazard says so in its note.
"""

from __future__ import annotations

from datetime import datetime
from xml.etree.ElementTree import Element

from feeds.elements import name_of, namespace_of, raw_of, read_xml, text_at
from feeds.html import to_text
from feeds.post import Area, Hazard, Info, Post
from feeds.source import Document, Parsed, Refusal
from feeds.times import parse_time

SENDER = "gdacs.org"
NOTE = "A model's estimate of humanitarian impact, not a warning to residents."
EVENTS = {
    "EQ": "Earthquake",
    "TC": "Tropical cyclone",
    "FL": "Flood",
    "VO": "Volcano",
    "DR": "Drought",
    "TS": "Tsunami",
    "WF": "Wildfire",
}
SEVERITIES = {"green": "Minor", "orange": "Moderate", "red": "Severe"}
"""The alert level as a CAP severity; never Extreme, because it is an estimate from afar."""


def parse(document: Document) -> Parsed:
    """Read the items of GDACS' RSS.

    Raises:
        ValueError: when it is not well-formed, or no RSS.
    """
    root = read_xml(document.body)
    if name_of(root) != "rss":
        raise ValueError(f"it is not the RSS of GDACS, but <{name_of(root)[:40]}>")
    posts, refusals = [], []
    items = [element for element in root.iter() if name_of(element) == "item"]
    for number, item in enumerate(items, start=1):
        try:
            posts.append(_post(item, document.source, document.lang))
        except ValueError as error:
            refusals.append(Refusal(text_at(item, "guid")[:100] or f"item {number}", str(error)))
    return Parsed(tuple(reversed(posts)), tuple(refusals))


def _post(item: Element, source: str, lang: str) -> Post:
    event_type, event_id = text_at(item, "eventtype"), text_at(item, "eventid")
    thread = f"{event_type}{event_id}" if event_type and event_id else text_at(item, "guid")
    if not thread:
        raise ValueError("it has no event number and no guid")
    notes: list[str] = []
    started, published = _time(item, "fromdate", notes), _time(item, "pubDate", notes)
    sent = _time(item, "datemodified", notes) or published or started
    if sent is None:
        raise ValueError("it has no readable date")
    title, description = to_text(text_at(item, "title")), to_text(text_at(item, "description"))
    country = text_at(item, "country")
    over = text_at(item, "iscurrent").lower() == "false"
    info = Info(
        event=EVENTS.get(event_type or thread[:2], event_type or "Disaster"),
        language="en",
        categories=("Met" if event_type in ("TC", "FL", "DR") else "Geo",),
        severity=SEVERITIES.get(text_at(item, "alertlevel").lower(), "Unknown"),
        effective=published,
        onset=started,
        sender_name="GDACS",
        headline=title,
        description=description,
        web=text_at(item, "link"),
        parameters=_parameters(item),
        areas=(_area(item, country),),
    )
    hazard = Hazard(
        identifier=".".join(
            part for part in (thread, text_at(item, "episodeid"), text_at(item, "version")) if part
        ),
        sender=SENDER,
        sent=sent,
        msg_type="Alert" if text_at(item, "episodeid") in ("", "1") else "Update",
        note=NOTE,
        infos=(info,),
        ends=_time(item, "todate", notes) if over else None,
        thread=thread,
    )
    return Post(
        source=source,
        id=thread,
        text="\n".join(dict.fromkeys(part for part in (title, description) if part)) or thread,
        created_at=published or started or sent,
        updated_at=sent,
        author=SENDER,
        author_name="GDACS",
        lang=lang or "en",
        url=text_at(item, "link"),
        places_hint=tuple(dict.fromkeys(name.strip() for name in country.split(",") if name.strip())),
        topic_hint=info.event,
        hazard=hazard,
        notes=tuple(notes),
        raw=raw_of(item),
    )


def _parameters(item: Element) -> tuple[tuple[str, str], ...]:
    """Every gdacs element as name and text; `severity` and its like carry unit and value besides."""
    pairs = []
    for element in item:
        if "gdacs" not in namespace_of(element) or len(element):
            continue
        name, text = name_of(element), (element.text or "").strip()
        if text:
            pairs.append((name, text))
        pairs += [(f"{name} {attribute}", value) for attribute, value in element.attrib.items() if value]
    return tuple(pairs)


def _area(item: Element, country: str) -> Area:
    point = text_at(item, "point").split()
    box = text_at(item, "bbox").split()
    polygon = ""
    if len(box) == 4:
        west, east, south, north = box
        polygon = f"{south},{west} {south},{east} {north},{east} {north},{west} {south},{west}"
    return Area(
        name=country,
        polygons=(polygon,) if polygon else (),
        circles=(f"{point[0]},{point[1]} 0",) if len(point) == 2 else (),
    )


def _time(item: Element, name: str, notes: list[str]) -> datetime | None:
    given = text_at(item, name)
    when = parse_time(given) if given else None
    if given and when is None:
        notes.append(f"its {name} cannot be read as a time: {given[:40]!r}")
    return when
