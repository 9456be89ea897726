"""The side of a city's server at which requests are filed (GeoReport v2, POST), and how it may go wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

Form = dict[str, str]
Mood = Literal["", "token", "blackbox", "html 500", "lost", "garbage", "errors in 200", "busy", "rails"]
PAGE = b"<html><body>Traceback: secrets</body></html>"


@dataclass
class Counter:
    forms: list[Form] = field(default_factory=list)
    """Every form that was posted, refused ones too."""
    paths: list[str] = field(default_factory=list)
    mood: Mood = ""
    formats: tuple[str, ...] = ("json", "xml")
    key: str = "city-key"
    services: tuple[str, ...] = ("TREE", "HOLE")
    later: int = 0
    """How often a token is asked for before it has a number."""

    def answer(self, path: str, form: Form, requests: list[Form]) -> tuple[str, bytes]:
        self.paths.append(path)
        format_ = path.rpartition(".")[2]
        if "/tokens/" in path:
            self.later -= 1
            number = "" if self.later >= 0 else requests[-1]["service_request_id"]
            return "200 OK", written([{"service_request_id": number, "token": "t-7"}], format_)
        self.forms.append(form)
        if format_ not in self.formats:
            return "404 Not Found", PAGE
        if self.mood == "busy":
            return "503 Service Unavailable\r\nRetry-After: 7", PAGE
        code, words = self._wrong(form)
        if code:
            status = "200 OK" if self.mood == "errors in 200" else f"{code} Refused"
            return status, written([{"code": code, "description": words}], format_, of="errors")
        number = str(1000 + len(requests))
        requests.append(
            {
                "service_request_id": number,
                "status": "open",
                "service_code": form["service_code"],
                "description": form["description"],
                "requested_datetime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
        )
        match self.mood:
            case "lost":
                raise ConnectionError
            case "html 500":
                return "500 Internal Server Error", PAGE
            case "rails":
                return "406 Not Acceptable", b""
            case "garbage":
                return "200 OK", b'[{"service_request_id": 0012}]'
            case "token":
                return "200 OK", written([{"token": "t-7"}], format_)
            case "blackbox":
                return "200 OK", written([{"service_notice": "Thank you.", "account_id": ""}], format_)
        return "201 Created", written([{"service_request_id": number, "service_notice": "In 24 h."}], format_)

    def _wrong(self, form: Form) -> tuple[str, str]:
        if form.get("api_key") != self.key:
            return "403", f"api_key {form.get('api_key')} is not valid"
        if form.get("service_code") not in self.services:
            return "404", "service_code was not found"
        if not ({"lat", "long"} <= form.keys() or {"address_string", "address_id"} & form.keys()):
            return "400", "no location"
        return ("400", "too long") if len(form.get("description", "")) > 4000 else ("", "")


def written(rows: list[Form], format_: str, of: str = "service_requests") -> bytes:
    if format_ == "json":
        return json.dumps(rows).encode()
    one = "error" if of == "errors" else "request"
    inner = "".join(
        f"<{one}>" + "".join(f"<{name}>{value}</{name}>" for name, value in row.items()) + f"</{one}>"
        for row in rows
    )
    return f"<?xml version='1.0'?><{of}>{inner}</{of}>".encode()
