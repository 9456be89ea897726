"""The flood office's alerts of the evening, an Atom feed of CAP 1.2 documents (OASIS, July 2010)."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import msgspec

from console.demo.timeline import MINUTE, Timeline

ALERTS = Path(__file__).with_name("alerts.toml")
SENDER = "warnings@floods.arle.example"
_OFFICE = "Arle Flood Office"
_SITE = "https://floods.arle.example"
_ATOM = "http://www.w3.org/2005/Atom"
_CAP = "urn:oasis:names:tc:emergency:cap:1.2"
_SHAPE = "47.10,-31.20 47.10,-31.18 47.12,-31.18 47.12,-31.20 47.10,-31.20"
"""A square of open ocean: Riverton is nowhere, and a polygon has to be somewhere."""


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An alert in one language."""

    language: str
    event: str
    headline: str
    description: str
    instruction: str


class Bulletin(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"infos": "info"}):
    """One official message; `references` names earlier ones of this evening by id."""

    id: str
    at: float
    """Minute of the story."""
    until: float
    """Minute of the story at which it expires."""
    status: str
    msg_type: str
    severity: str
    urgency: str
    certainty: str
    areas: tuple[str, ...]
    infos: tuple[Wording, ...]
    references: tuple[str, ...] = ()


def bulletins() -> tuple[Bulletin, ...]:
    """Every message of the evening, oldest first."""
    read = msgspec.convert(tomllib.loads(ALERTS.read_text("utf-8"))["alert"], tuple[Bulletin, ...])
    return tuple(sorted(read, key=lambda bulletin: bulletin.at))


def document(names: Sequence[str], timeline: Timeline) -> bytes:
    """The office's Atom feed when the messages called `names` have been sent, each with its CAP document.

    Raises:
        KeyError: if the evening has no such message.
    """
    every = {bulletin.id: bulletin for bulletin in bulletins()}
    feed = ElementTree.Element("feed", xmlns=_ATOM)
    _add(feed, "title", f"{_OFFICE}: alerts")
    _add(feed, "id", f"{_SITE}/alerts")
    for bulletin in map(every.__getitem__, names):
        entry = ElementTree.SubElement(feed, "entry")
        _add(entry, "title", timeline.tell(bulletin.infos[0].headline))
        _add(entry, "id", f"{_SITE}/alerts/{_identifier(bulletin)}")
        ElementTree.SubElement(entry, "link", href=f"{_SITE}/alerts/{_identifier(bulletin)}")
        _add(entry, "updated", _moment(timeline, bulletin.at))
        content = ElementTree.SubElement(entry, "content", type="text/xml")
        content.append(_alert(bulletin, [every[name] for name in bulletin.references], timeline))
    ElementTree.indent(feed)
    xml: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return xml


def _alert(bulletin: Bulletin, earlier: Sequence[Bulletin], timeline: Timeline) -> ElementTree.Element:
    alert = ElementTree.Element("alert", xmlns=_CAP)
    _add(alert, "identifier", _identifier(bulletin))
    _add(alert, "sender", SENDER)
    _add(alert, "sent", _moment(timeline, bulletin.at))
    _add(alert, "status", bulletin.status)
    _add(alert, "msgType", bulletin.msg_type)
    _add(alert, "scope", "Public")
    if earlier:
        messages = (f"{SENDER},{_identifier(one)},{_moment(timeline, one.at)}" for one in earlier)
        _add(alert, "references", " ".join(messages))
    for wording in bulletin.infos:
        alert.append(_info(bulletin, wording, timeline))
    return alert


def _info(bulletin: Bulletin, wording: Wording, timeline: Timeline) -> ElementTree.Element:
    info = ElementTree.Element("info")
    _add(info, "language", wording.language)
    _add(info, "category", "Met")
    _add(info, "event", wording.event)
    _add(info, "responseType", "AllClear" if bulletin.msg_type == "Cancel" else "Prepare")
    _add(info, "urgency", bulletin.urgency)
    _add(info, "severity", bulletin.severity)
    _add(info, "certainty", bulletin.certainty)
    _add(info, "effective", _moment(timeline, bulletin.at))
    _add(info, "expires", _moment(timeline, bulletin.until))
    _add(info, "senderName", _OFFICE)
    _add(info, "headline", timeline.tell(wording.headline))
    _add(info, "description", timeline.tell(wording.description))
    _add(info, "instruction", timeline.tell(wording.instruction))
    for name in bulletin.areas:
        area = ElementTree.SubElement(info, "area")
        _add(area, "areaDesc", name)
        _add(area, "polygon", _SHAPE)
    return info


def _add(parent: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, tag).text = text


def _identifier(bulletin: Bulletin) -> str:
    return f"arle-{bulletin.id}"


def _moment(timeline: Timeline, minute: float) -> str:
    # CAP 1.2, 3.3.2: whole seconds, and an offset; `Z` is not allowed.
    return timeline.when(minute * MINUTE).astimezone(timeline.zone).isoformat(timespec="seconds")
