"""What a document is whose kind nobody knows yet; runs in the parser's child like any other parser.

Contents decide, not the name or the declared type: servers call feeds `text/html` and pages `text/xml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin
from xml.etree.ElementTree import Element

from feeds import rss
from feeds.elements import children, name_of, namespace_of, read_xml, text_at
from feeds.html import tags_of
from feeds.json_text import list_of, object_of, read_json, text_of
from feeds.jsonl import post_from_json
from feeds.source import Document, Parsed

WHAT = "anything"
"""`Document.what` of a document that is to be sniffed at."""
PAGE, DISCOVERY = "page", "discovery"
"""What a document may be beside a kind: HTML, and Open311's list of endpoints."""
MOST_LINKS = 20
LONGEST_PAGE = 512 * 1024
"""Bytes of a page that are looked through for links."""
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/cap+xml")
_FEED_PATH = re.compile(
    r"(?:/(?:feed|rss|atom)/?|[./](?:rss|atom)(?:\.xml)?|/feed\.(?:xml|json))$", re.IGNORECASE
)
_CHARSET = re.compile(rb"charset=[\"']?([\w-]{2,20})", re.IGNORECASE)


def parse(document: Document) -> Parsed:
    """Name what a document is in `Parsed.what`; `links` are what it points to, the likeliest first.

    Raises:
        ValueError: when it is nothing that a source could be.
    """
    body = document.body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if body[:1] in (b"{", b"["):
        return _json(body)
    if body[:1] == b"<":
        return _xml(body, document)
    raise ValueError("it is neither a feed nor a page")


def _json(body: bytes) -> Parsed:
    try:
        given = read_json(body)
    except ValueError:
        post_from_json(body.partition(b"\n")[0], "", "")
        return Parsed(what="jsonl")
    if isinstance(given, list):
        return Parsed(what=_kind_of_rows(object_of(given[0]) if given else {}))
    given = object_of(given)
    if endpoints := _endpoints(map(object_of, list_of(given.get("endpoints")))):
        return Parsed(what=DISCOVERY, links=endpoints)
    if "jsonfeed.org" in text_of(given.get("version")) or isinstance(given.get("items"), list):
        return Parsed(what="rss")
    if "features" in given:
        return Parsed(what=_kind_of_features(given))
    post_from_json(body.partition(b"\n")[0], "", "")
    return Parsed(what="jsonl")


def _kind_of_rows(row: dict[str, object]) -> str:
    if "service_request_id" in row or {"service_code", "service_name"} <= row.keys():
        return "open311"
    raise ValueError("it is a JSON list of nothing that is known here")


def _kind_of_features(given: dict[str, object]) -> str:
    """GeoJSON of the weather service or of the seismologists, also when nothing is going on."""
    first = object_of(next(iter(list_of(given["features"])), {}))
    about = object_of(first.get("properties"))
    if {"messageType", "severity"} <= about.keys() or "api.weather.gov" in str(given.get("@context", "")):
        return "nws"
    if {"mag", "place"} <= about.keys() or "USGS" in text_of(object_of(given.get("metadata")).get("title")):
        return "usgs"
    raise ValueError("it is GeoJSON, but neither of the weather service's nor of USGS's kind")


def _xml(body: bytes, document: Document) -> Parsed:
    try:
        root = read_xml(body)
    except ValueError:
        return _broken(body, document)
    name = name_of(root)
    if name == "html":
        return _page(body, document)
    if name == "discovery":
        found = (entry for entry in root.iter() if name_of(entry) == "endpoint")
        return Parsed(what=DISCOVERY, links=_endpoints(map(_fields, found)))
    if name in ("services", "service_requests"):
        return Parsed(what="open311")
    if name in ("rss", "feed", "RDF"):
        return Parsed(what=_kind_of_feed(root, body[:4096]))
    if any(name_of(part) == "alert" for part in root.iter()):
        return Parsed(what="cap")
    raise ValueError(f"it is XML, but of no kind that is known here: <{name[:40]}>")


def _broken(body: bytes, document: Document) -> Parsed:
    """Tag soup: a page, or a feed that only a patient parser reads."""
    if re.search(rb"<(?:html|head|body|!doctype html)\b", body[:4096], re.IGNORECASE):
        return _page(body, document)
    if not rss.parse(document).posts:
        raise ValueError("it is not well-formed, and no feed")
    return Parsed(what="rss")


def _kind_of_feed(root: Element, head: bytes) -> str:
    """What a feed carries; an empty one is known by the vocabulary that it declares."""
    spaces = {namespace_of(part) for part in root.iter()}
    if b"xmlns:gdacs" in head or any("gdacs.org" in space for space in spaces):
        return "gdacs"
    linked = any(
        part.get("type") == "application/cap+xml"
        or (part.get("href") or part.text or "").endswith((".cap", ".cap.xml"))
        for part in root.iter()
        if name_of(part) == "link"
    )
    declared = b"emergency:cap" in head or any("emergency:cap" in space for space in spaces)
    return "cap" if linked or declared else "rss"


def _fields(element: Element) -> dict[str, object]:
    return {name: text_at(element, name) for name in ("specification", "url", "type")} | {
        "formats": [format_.text for part in children(element, "formats") for format_ in part]
    }


def _endpoints(entries: Iterator[dict[str, object]]) -> tuple[str, ...]:
    """Endpoints of GeoReport v2, those in production first (Open311, service discovery)."""
    v2 = [entry for entry in entries if "georeport_v2" in text_of(entry.get("specification")).lower()]
    v2.sort(key=lambda entry: text_of(entry.get("type")) != "production")
    return tuple(url for entry in v2[:MOST_LINKS] if (url := text_of(entry.get("url"))))


def _page(body: bytes, document: Document) -> Parsed:
    """A page, and the feeds that it advertises; failing that, those that it merely links to."""
    named = _CHARSET.search(body[:2048]) or _CHARSET.search(document.content_type.encode())
    try:
        text = body[:LONGEST_PAGE].decode(named[1].decode() if named else "utf-8", "replace")
    except LookupError:
        text = body[:LONGEST_PAGE].decode("utf-8", "replace")
    base, told, linked = document.address, [], []
    for tag, given in tags_of(text):
        target = given.get("href", "")
        if tag == "base" and target:
            base = urljoin(document.address, target)
        elif tag == "link" and "alternate" in given.get("rel", "").lower().split():
            if given.get("type", "").partition(";")[0].strip().lower() in FEED_TYPES:
                told.append(target)
        elif tag == "a" and _FEED_PATH.search(target.partition("?")[0]):
            linked.append(target)
    found = (urldefrag(_joined(base, target))[0] for target in (*told, *linked))
    web = dict.fromkeys(address for address in found if address.startswith(("http://", "https://")))
    return Parsed(what=PAGE, links=tuple(web)[:MOST_LINKS])


def _joined(base: str, target: str) -> str:
    try:
        return urljoin(base, target.strip())
    except ValueError:
        return ""
