"""The council's news as an RSS 2.0 feed that grows through the evening."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import format_datetime
from xml.etree import ElementTree

from console.demo.evening import Item
from console.demo.timeline import Timeline

_SITE = "https://council.riverton.example"


def document(items: Sequence[Item], timeline: Timeline) -> bytes:
    """The feed as it stands when `items` have been published; the newest comes first."""
    rss = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(rss, "channel")
    _add(channel, "title", "Riverton Council news")
    _add(channel, "link", _SITE)
    _add(channel, "description", "News and notices of the town of Riverton")
    for item in reversed(items):
        entry = ElementTree.SubElement(channel, "item")
        _add(entry, "title", timeline.tell(item.title))
        _add(entry, "link", f"{_SITE}/news/{item.id}")
        _add(entry, "description", timeline.tell(item.text))
        _add(entry, "pubDate", format_datetime(timeline.when(item.at)))
        guid = ElementTree.SubElement(entry, "guid", isPermaLink="false")
        guid.text = f"riverton-{item.id}"
    ElementTree.indent(rss)
    xml: bytes = ElementTree.tostring(rss, encoding="utf-8", xml_declaration=True)
    return xml


def _add(parent: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, tag).text = text
