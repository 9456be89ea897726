"""Service requests of a city (Open311 GeoReport v2), JSON and XML, into posts. Pure.

The specification's own JSON samples hold numbers with leading zeros, ids come as numbers or texts, and a
single request may stand where a list should: all is read as text, and what is no JSON is asked for as XML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import msgspec

from feeds.elements import children, name_of, raw_of, read_xml
from feeds.html import looks_like_html, to_text
from feeds.json_text import list_of, object_of, read_json, text_of
from feeds.post import Post
from feeds.source import Document, Parsed, Refusal
from feeds.times import parse_time

LONGEST = 4000
"""Characters of a description (GeoReport v2, POST Service Request)."""
FIELDS = (
    *("service_request_id", "status", "status_notes", "service_name", "service_code", "description"),
    *("agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime"),
    *("address", "address_id", "zipcode", "lat", "long", "media_url"),
)
"""What a request holds (GeoReport v2, GET Service Requests); anything else is not looked at."""
Fields = Mapping[str, str]


def endpoint_of(address: str) -> str:
    """The endpoint behind an address, be it given bare or as that of its requests.

    Raises:
        ValueError: when it is no web address.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https"):
        raise ValueError('is not an endpoint; write it like "https://city.example/open311/v2"')
    path = re.sub(r"/(?:requests|services)(?:\.(?:json|xml))?$", "", parts.path.rstrip("/"))
    return parts._replace(path=path, query="", fragment="").geturl()


def parse(document: Document) -> Parsed:
    """Read a list of requests, JSON or XML.

    Raises:
        ValueError: when it is no such list; a list of errors gives its own words.
    """
    posts, refusals, still_open = [], [], []
    for fields, raw in rows(document.body):
        id_ = fields.get("service_request_id", "")
        try:
            posts.append(_post(fields, raw, document))
        except ValueError as error:
            refusals.append(Refusal(id_[:100] or "a request without id", str(error)))
        else:
            if fields.get("status", "").casefold() != "closed":
                still_open.append(id_)
    posts.sort(key=lambda post: post.created_at.timestamp() if post.created_at else 0.0)
    return Parsed(
        tuple(posts),
        tuple(refusals),
        items=len(posts) + len(refusals),
        still_open=tuple(still_open),
    )


def rows(body: bytes) -> Iterator[tuple[Fields, bytes]]:
    """The requests of a list as their fields, all as text, and each with its bytes.

    Raises:
        ValueError: as `parse` does.
    """
    body = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    return _xml(body) if body.startswith(b"<") else _json(body)


def _json(body: bytes) -> Iterator[tuple[Fields, bytes]]:
    given = read_json(body)
    if isinstance(given, dict):
        inner = next((given[key] for key in ("service_requests", "requests") if key in given), given)
        given = inner if isinstance(inner, list) else [inner]
    rows = [object_of(row) for row in list_of(given)]
    if any("description" in row and "code" in row and len(row) <= 3 for row in rows):
        raise ValueError(_said([(text_of(row.get("code")), text_of(row.get("description"))) for row in rows]))
    if rows and not any("service_request_id" in row for row in rows):
        raise ValueError("it is no list of service requests")
    for row in rows:
        yield {name: text_of(row.get(name)).strip() for name in FIELDS}, msgspec.json.encode(row)


def _xml(body: bytes) -> Iterator[tuple[Fields, bytes]]:
    root = read_xml(body)
    if name_of(root) == "errors":
        errors = [{name_of(part): (part.text or "") for part in error} for error in children(root, "error")]
        raise ValueError(_said([(one.get("code", ""), one.get("description", "")) for one in errors]))
    if name_of(root) != "service_requests":
        raise ValueError("it is no list of service requests")
    for request in children(root, "request"):
        given = {name_of(part): (part.text or "").strip() for part in request}
        yield {name: given.get(name, "") for name in FIELDS}, raw_of(request)


def _said(errors: list[tuple[str, str]]) -> str:
    return "the server answered: " + "; ".join(
        f"{code} {' '.join(text.split())[:200]}" for code, text in errors[:3]
    )


def _post(fields: Fields, raw: bytes, document: Document) -> Post:
    id_ = fields.get("service_request_id", "")
    if not id_ or len(id_) > 200:
        raise ValueError("it has no id that can be used")
    notes = []
    for name in ("requested_datetime", "updated_datetime"):
        if fields.get(name) and parse_time(fields[name]) is None:
            notes.append(f"its {name} cannot be read as a time: {fields[name][:40]!r}")
    text = _text(fields)
    if not text:
        raise ValueError("it says neither what nor where")
    return Post(
        source=document.source,
        id=id_,
        text=text,
        created_at=parse_time(fields.get("requested_datetime", "")),
        updated_at=parse_time(fields.get("updated_datetime", "")),
        lang=document.lang,
        places_hint=(fields["address"],) if fields.get("address") else (),
        topic_hint=fields.get("service_name", ""),
        notes=tuple(notes),
        raw=raw,
    )


def _text(fields: Fields) -> str:
    """What, where, in whose words, and what became of it, a line each."""
    described = fields.get("description", "")[:LONGEST]
    if looks_like_html(described):
        described = to_text(described)
    status, said = fields.get("status", ""), fields.get("status_notes", "")[:LONGEST]
    lines = [
        fields.get("service_name", ""),
        described,
        f"at {fields['address']}" if fields.get("address") else "",
    ]
    if not any(lines):
        return ""
    if status:
        lines.append(f"status: {status}. {said}".strip().removesuffix(".") if said else f"status: {status}")
    if fields.get("media_url", "").startswith(("http://", "https://")):
        lines.append(f"[photo: {fields['media_url'][:500]}]")
    return "\n".join(line for line in lines if line)
