"""One CAP alert, of version 1.0, 1.1 or 1.2, from its XML element into a hazard: every field is kept.

What is missing or odd is mended with a note, so that a sloppy warning is still a warning; only an alert
that cannot be told from others (no identifier, sender or time) is refused.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from xml.etree.ElementTree import Element

from feeds.elements import children, name_of, namespace_of, text_at, texts_at
from feeds.html import looks_like_html, to_text
from feeds.post import Area, Hazard, Info, Post, Resource, hazard_key
from feeds.times import has_offset, parse_time

LONGEST_FIELD = 16 * 1024
"""Characters of one text of an alert; longer ones are cut with a note."""
MOST_HINTS = 200
"""Place names taken from the areas of one alert."""
STATUSES = ("Actual", "Exercise", "System", "Test", "Draft")
MESSAGE_TYPES = ("Alert", "Update", "Cancel", "Ack", "Error")
SCOPES = ("Public", "Restricted", "Private")


def read_alert(alert: Element) -> tuple[Hazard, list[str]]:
    """Read an `alert` element; the hazard, and a sentence for each thing that was mended.

    Raises:
        ValueError: when it lacks what names it: identifier, sender, time sent.
    """
    notes: list[str] = []
    identifier, sender = text_at(alert, "identifier"), text_at(alert, "sender")
    missing = [name for name, value in (("identifier", identifier), ("sender", sender)) if not value]
    if missing:
        raise ValueError(f"the alert has no {' and no '.join(missing)}")
    sent = _time(alert, "sent", notes)
    if sent is None:
        raise ValueError("the alert does not say when it was sent, or not in a readable way")
    oldest = "cap/1.0" in namespace_of(alert)
    hazard = Hazard(
        identifier=identifier,
        sender=sender,
        sent=sent,
        status=_word(alert, "status", STATUSES, "Draft", notes),
        msg_type=_word(alert, "msgType", MESSAGE_TYPES, "Alert", notes),
        # In CAP 1.0 everything is public; later versions must say so.
        scope=_word(alert, "scope", SCOPES, "Public" if oldest else "Restricted", notes),
        source=text_at(alert, "source"),
        restriction=text_at(alert, "restriction"),
        addresses=text_at(alert, "addresses"),
        codes=texts_at(alert, "code"),
        note=text_at(alert, "note"),
        references=_references(text_at(alert, "references"), notes),
        incidents=text_at(alert, "incidents"),
        infos=tuple(read_info(info, notes) for info in children(alert, "info")),
    )
    if hazard.msg_type in ("Update", "Cancel") and not hazard.references:
        notes.append(f"it is an {hazard.msg_type}, but names no earlier alert".replace("an C", "a C"))
    return hazard, notes


def read_info(info: Element, notes: list[str]) -> Info:
    """Read an `info` element, or an index entry that carries the same fields."""
    return Info(
        event=text_at(info, "event"),
        language=text_at(info, "language") or "en-US",
        categories=texts_at(info, "category"),
        responses=texts_at(info, "responseType"),
        urgency=text_at(info, "urgency") or "Unknown",
        severity=text_at(info, "severity") or "Unknown",
        certainty=_certainty(text_at(info, "certainty")),
        audience=text_at(info, "audience"),
        event_codes=_pairs(info, "eventCode"),
        effective=_time(info, "effective", notes),
        onset=_time(info, "onset", notes),
        expires=_time(info, "expires", notes),
        sender_name=text_at(info, "senderName"),
        headline=_prose(info, "headline", notes),
        description=_prose(info, "description", notes),
        instruction=_prose(info, "instruction", notes),
        web=text_at(info, "web"),
        contact=text_at(info, "contact"),
        parameters=_pairs(info, "parameter"),
        areas=tuple(read_area(area) for area in children(info, "area")),
        resources=tuple(_resource(resource) for resource in children(info, "resource")),
    )


def read_area(area: Element) -> Area:
    """Read an `area` element, or an index entry that carries the same fields."""
    return Area(
        name=text_at(area, "areaDesc"),
        polygons=texts_at(area, "polygon"),
        circles=texts_at(area, "circle"),
        geocodes=_pairs(area, "geocode"),
        altitude=text_at(area, "altitude"),
        ceiling=text_at(area, "ceiling"),
    )


def post_of(hazard: Hazard, *, source: str, lang: str, url: str, notes: list[str], raw: bytes) -> Post:
    """Make the post that carries a hazard: its words in `lang` where it has them, else its first ones."""
    info = _in_language(hazard.infos, lang)
    parts = (info.headline or info.event, info.description, info.instruction)
    text = "\n".join(dict.fromkeys(part for part in parts if part)) or hazard.note
    names = (name.strip() for area in info.areas for name in area.name.split(";"))
    return Post(
        source=source,
        id=hazard.key,
        text=text or f"{hazard.msg_type} without words from {hazard.sender}",
        created_at=hazard.sent,
        author=hazard.sender,
        author_name=info.sender_name or hazard.source or hazard.sender,
        lang=info.language,
        url=url or info.web,
        places_hint=tuple(dict.fromkeys(name for name in names if name))[:MOST_HINTS],
        topic_hint=info.event,
        hazard=hazard,
        notes=tuple(dict.fromkeys(notes)),
        raw=raw,
    )


def _in_language(infos: tuple[Info, ...], lang: str) -> Info:
    wanted = lang.partition("-")[0].lower()
    for info in infos:
        if wanted and info.language.partition("-")[0].lower() == wanted:
            return info
    return infos[0] if infos else Info(event="")


def _time(element: Element, name: str, notes: list[str]) -> datetime | None:
    given = text_at(element, name)
    if not given:
        return None
    when = parse_time(given)
    if when is None:
        notes.append(f"its {name} cannot be read as a time: {given[:40]!r}")
    elif not has_offset(given):
        notes.append(f"its {name} gives no offset and was taken as UTC")
    return when


def _word(element: Element, name: str, known: tuple[str, ...], default: str, notes: list[str]) -> str:
    """One of CAP's fixed words in its own spelling; an unknown one is kept, and drives nothing."""
    given = text_at(element, name)
    for word in known:
        if given.lower() == word.lower():
            return word
    if not given:
        notes.append(f"it gives no {name}; taken as {default}")
        return default
    notes.append(f"its {name} is {given[:40]!r}, which CAP does not know")
    return given[:40]


def _certainty(given: str) -> str:
    # CAP 1.0 had a "Very Likely", which later versions count as Likely.
    return "Likely" if given.lower() == "very likely" else given or "Unknown"


def _pairs(element: Element, name: str) -> tuple[tuple[str, str], ...]:
    """Name and value of each such child; several in one (NWS), or `name=value` as text (CAP 1.0)."""
    pairs: list[tuple[str, str]] = []
    for child in children(element, name):
        label = ""
        for part in child:
            if name_of(part) == "valueName":
                label = (part.text or "").strip()
            elif name_of(part) == "value":
                pairs.append((label, (part.text or "").strip()))
        if not len(child) and "=" in (child.text or ""):
            label, _, value = (child.text or "").partition("=")
            pairs.append((label.strip(), value.strip()))
    return tuple(pairs)


def _prose(element: Element, name: str, notes: list[str]) -> str:
    """A text for people: plain by the standard, but often with `<br>` and the like in it."""
    given = text_at(element, name)
    if len(given) > LONGEST_FIELD:
        notes.append(f"its {name} of {len(given)} characters was cut at {LONGEST_FIELD}")
        given = given[:LONGEST_FIELD]
    return to_text(given) if looks_like_html(given) else given


def _resource(resource: Element) -> Resource:
    embedded = text_at(resource, "derefUri")
    return Resource(
        description=text_at(resource, "resourceDesc"),
        mime_type=text_at(resource, "mimeType"),
        size=text_at(resource, "size"),
        uri=text_at(resource, "uri")
        or (f"embedded, {len(embedded)} characters of base64" if embedded else ""),
        digest=text_at(resource, "digest"),
    )


def _references(given: str, notes: list[str]) -> tuple[str, ...]:
    """The keys of the messages referred to: `sender,identifier,sent`, separated by spaces."""
    keys = []
    for reference in given.split():
        sender, _, rest = reference.partition(",")
        identifier, _, sent = rest.rpartition(",")
        when = parse_time(sent)
        if sender and identifier and when is not None:
            keys.append(hazard_key(sender, identifier, when))
        else:
            notes.append(f"one of its references cannot be read: {reference[:60]!r}")
    return tuple(dict.fromkeys(keys))


def with_entry_words(info: Info, *, headline: str, description: str, area: Area) -> Info:
    """An info that was read from an index entry, completed with the entry's own words."""
    return replace(
        info,
        event=info.event or headline,
        headline=info.headline or headline,
        description=info.description or description,
        areas=(area,) if area != Area("") else (),
    )
