"""CAP documents: a single alert, alerts in an EDXL envelope, and Atom or RSS that holds or links to them."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from feeds.cap_alert import post_of, read_alert, read_area, read_info, with_entry_words
from feeds.elements import children, name_of, namespace_of, raw_of, read_xml, text_at
from feeds.html import to_text
from feeds.post import Hazard, Post
from feeds.source import Document, Parsed, Refusal
from feeds.times import parse_time

INDEXES = frozenset({"feed", "rss", "RDF"})
MOST_LINKS = 2000
"""Links of one index that are followed at all; the whole United States on a bad day has about 1,000."""


def parse(document: Document) -> Parsed:
    """Read every alert of a document, and the links to those that it only lists.

    A post made from an index entry has the entry's link as `url`; it stands in for the linked alert
    when that cannot be had.

    Raises:
        ValueError: when it is not well-formed, or nothing that carries alerts.
    """
    root = read_xml(document.body)
    if name_of(root) in INDEXES:
        return _Index(root, document).read()
    alerts = _alerts(root)
    if not alerts:
        raise ValueError(f"it is neither a CAP alert nor an index of them, but <{name_of(root)[:40]}>")
    posts, refusals = [], []
    for alert in alerts:
        try:
            raw = document.body if alert is root else raw_of(alert)
            posts.append(_post(alert, raw, document, _web(document.address)))
        except ValueError as error:
            refusals.append(Refusal(text_at(alert, "identifier")[:100] or "an alert", str(error)))
    return Parsed(tuple(posts), tuple(refusals))


def _alerts(element: Element) -> list[Element]:
    """The alerts in an element, itself included; some senders forget the namespace."""
    return [
        found
        for found in element.iter()
        if name_of(found) == "alert" and ("cap" in namespace_of(found) or not namespace_of(found))
    ]


def _post(alert: Element, raw: bytes, document: Document, url: str) -> Post:
    hazard, notes = read_alert(alert)
    return post_of(hazard, source=document.source, lang=document.lang, url=url, notes=notes, raw=raw)


class _Index:
    """An Atom or RSS document whose entries hold, describe or link to alerts."""

    def __init__(self, root: Element, document: Document) -> None:
        self._root, self._document, self._address = root, document, document.address
        self._posts: list[Post] = []
        self._links: dict[str, None] = {}
        self._refusals: list[Refusal] = []

    def read(self) -> Parsed:
        channel = next(iter(children(self._root, "channel")), self._root)
        own = {self._address, *(_target(link, self._address) for link in children(channel, "link"))}
        entries = [found for found in self._root.iter() if name_of(found) in ("entry", "item")]
        for number, entry in enumerate(entries, start=1):
            label = (text_at(entry, "id") or text_at(entry, "guid") or text_at(entry, "title"))[:100]
            try:
                self._take(entry, own)
            except ValueError as error:
                self._refusals.append(Refusal(label or f"item {number}", str(error)))
        return Parsed(tuple(self._posts), tuple(self._refusals), tuple(self._links))

    def _take(self, entry: Element, own: set[str]) -> None:
        link = _link(entry, self._address)
        if alerts := _alerts(entry):
            for alert in alerts:
                self._posts.append(_post(alert, raw_of(alert), self._document, link))
            return
        described = any("cap" in namespace_of(part) for part in entry)
        if link in own:
            raise ValueError("it points back to the index, so there is no alert to read")
        if not link and not described:
            raise ValueError("it has neither an alert nor a link to one")
        if link and len(self._links) < MOST_LINKS:
            self._links[link] = None
        if described:
            self._posts.append(self._stand_in(entry, link))

    def _stand_in(self, entry: Element, link: str) -> Post:
        """The post that an entry's own CAP fields make, as api.weather.gov's Atom has them."""
        notes = ["taken from an index entry; the full alert says more"]
        author = next(iter(children(entry, "author")), entry)
        sent = parse_time(
            text_at(entry, "sent")
            or text_at(entry, "updated")
            or text_at(entry, "published")
            or text_at(entry, "effective")
            or text_at(entry, "pubDate")
        )
        if sent is None:
            raise ValueError("it does not say when it was sent, or not in a readable way")
        info = with_entry_words(
            read_info(entry, notes),
            headline=to_text(text_at(entry, "title")),
            description=to_text(text_at(entry, "summary") or text_at(entry, "description")),
            area=read_area(entry),
        )
        hazard = Hazard(
            identifier=text_at(entry, "identifier") or text_at(entry, "id") or text_at(entry, "guid") or link,
            sender=text_at(author, "name") or text_at(entry, "sender") or self._document.source,
            sent=sent,
            status=text_at(entry, "status") or "Draft",
            msg_type=text_at(entry, "msgType") or "Alert",
            infos=(replace(info, sender_name=info.sender_name or text_at(author, "name")),),
        )
        return post_of(
            hazard,
            source=self._document.source,
            lang=self._document.lang,
            url=link,
            notes=notes,
            raw=raw_of(entry),
        )


def _link(entry: Element, address: str) -> str:
    """The address of an entry's alert: the link that says it is CAP, else one that is not a web page."""
    best, best_rank = "", 0
    for link in (*children(entry, "link"), *children(entry, "enclosure")):
        kind, relation = link.get("type", "").lower(), link.get("rel", "alternate")
        target = _target(link, address)
        if "cap+xml" in kind:
            rank = 3
        elif kind in ("application/xml", "text/xml") or (not kind and relation == "alternate"):
            rank = 2
        else:
            rank = 1 if relation == "alternate" and "html" in kind else 0
        if target and rank > best_rank:
            best, best_rank = target, rank
    return best


def _target(link: Element, address: str) -> str:
    given = (link.get("href") or link.get("url") or link.text or "").strip()
    try:
        return _web(urljoin(address, given)) if given else ""
    except ValueError:
        return ""


def _web(address: str) -> str:
    try:
        return address if urlsplit(address).scheme in ("http", "https") else ""
    except ValueError:
        return ""
