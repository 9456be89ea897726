"""Filing a service request (GeoReport v2, POST Service Request): the form, and what a city answers. Pure.

A city gives nothing that would make a repeat harmless. So the description ends with a mark made of the
message's key, and whoever must know whether a request was filed looks for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from feeds.channel import Channel, Message
from feeds.elements import children, name_of, read_xml
from feeds.json_text import list_of, object_of, read_json, text_of
from feeds.mark import mark_of
from feeds.open311 import LONGEST

ASKED = ("address_id", "media_url")
"""Fields that a form may have beside the rest. Names, mails and phones of people are never sent."""


@dataclass(frozen=True, slots=True)
class Filed:
    """What a city says to a request that it took: a number, a token for a number to come, or neither."""

    id: str = ""
    token: str = ""
    notice: str = ""


class Errors(ValueError):
    """A city's list of errors, in its own words."""


def form_of(channel: Channel, message: Message, api_key: str = "") -> dict[str, str]:
    """The form for a message.

    Raises:
        ValueError: when no city could take it, as a clause.
    """
    fields = {name: value.strip() for name, value in message.fields if value.strip()}
    form = {name: value for name, value in fields.items() if name in ASKED or name.startswith("attribute[")}
    form["service_code"] = fields.get("service_code") or channel.service
    if not form["service_code"]:
        raise ValueError("neither the message nor the channel says which service it is for (service_code)")
    where = _where(fields)
    if not where and "address_id" not in form:
        raise ValueError("it does not say where; give the incident a place or an address")
    form |= where | {"description": _description(message, fields)}
    if channel.jurisdiction:
        form["jurisdiction_id"] = channel.jurisdiction
    if api_key:
        form["api_key"] = api_key
    return form


def read_filed(body: bytes) -> Filed:
    """What a city answers to a form, or to a token: a list, be it of one, in JSON or XML.

    Raises:
        Errors: when it is a list of errors.
        ValueError: when it is nothing of these.
    """
    body = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    rows = _xml(body) if body.startswith(b"<") else _json(body)
    errors = [row for row in rows if "code" in row and "description" in row]
    if errors:
        raise Errors("; ".join(f"{row['code']} {row['description']}".strip() for row in errors[:3]))
    if not rows:
        raise ValueError("it is an empty list")
    row = rows[0]
    if not row.keys() & {"service_request_id", "token", "service_notice", "account_id"}:
        raise ValueError("it is no answer to a service request")
    return Filed(row.get("service_request_id", ""), row.get("token", ""), row.get("service_notice", ""))


def _where(fields: Mapping[str, str]) -> dict[str, str]:
    where = {}
    try:
        latitude, longitude = float(fields["lat"]), float(fields["long"])
    except (KeyError, ValueError):
        pass
    else:
        if abs(latitude) <= 90 and abs(longitude) <= 180:
            where = {"lat": str(latitude), "long": str(longitude)}
    if address := fields.get("address") or fields.get("place"):
        where["address_string"] = " ".join(address.split())
    return where


def _description(message: Message, fields: Mapping[str, str]) -> str:
    lines = [message.text.strip()]
    if message.title and not lines[0].startswith(message.title):
        lines.insert(0, message.title)
    if (link := fields.get("link", "")) and link not in lines[-1]:
        lines.append(link)
    description = "\n".join([*lines, mark_of(message)])
    if len(description) > LONGEST:
        raise ValueError(
            f"the text is {len(description) - LONGEST} characters too long for a request of {LONGEST}"
        )
    return description


def _json(body: bytes) -> list[dict[str, str]]:
    given = read_json(body)
    if isinstance(given, dict):
        given = next((given[key] for key in ("service_requests", "errors") if key in given), given)
    rows = list_of(given) if isinstance(given, list) else [given]
    return [{name: text_of(value).strip() for name, value in object_of(row).items()} for row in rows]


def _xml(body: bytes) -> list[dict[str, str]]:
    root = read_xml(body)
    rows = children(root, {"errors": "error", "service_requests": "request"}.get(name_of(root), ""))
    return [{name_of(part): (part.text or "").strip() for part in row} for row in rows]
