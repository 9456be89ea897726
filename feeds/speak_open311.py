"""Service requests of ours to a city (Open311 GeoReport v2), and what becomes of them.

No request can be changed or taken back, and a repeat makes a second one. So a form is posted once; after any
doubt the city's own list is searched for the mark in the description. What is not in it yet stays unknown,
for cities publish late, some by a day.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from feeds.addresses import host_of
from feeds.channel import Channel, Message, Receipt
from feeds.http import Client
from feeds.keys import Keys
from feeds.mark import mark_of
from feeds.open311 import Fields, endpoint_of, rows
from feeds.open311_filing import Errors, Filed, form_of, read_filed
from feeds.said import quoted, said
from feeds.sending import Reply
from feeds.source import SourceError
from feeds.speak_http import DOUBTFUL, refusal, tried

FORMATS = ("json", "xml")
"""XML is the one that a city must have (GeoReport v2, Format Support)."""
NOT_THIS_FORMAT = frozenset({404, 406, 415})
"""To a question. After a form 406 proves nothing: Rails, for one, makes the request before it says that."""
GONE = frozenset({404, 410})
FORM = {"content-type": "application/x-www-form-urlencoded"}
PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each question for the number behind a token."""
SLACK = timedelta(hours=1)
"""How far a city's clock may be off ours."""
SPAN = timedelta(days=89)
"""Of a window; the specification allows 90 days."""
PAGES = 20
PAGE = 100
Answer = tuple[Fields, ...]


async def send(channel: Channel, message: Message, client: Client, keys: Keys) -> Receipt:
    """File a request, once."""
    secret = keys.secret()
    try:
        endpoint, form = endpoint_of(channel.address), form_of(channel, message, secret)
    except ValueError as error:
        return Receipt("refused", f"Nothing was filed: {error}.")
    body = urlencode(form).encode()
    for format_ in FORMATS:
        asked = FORM | {"accept": f"application/{format_}"}
        reply = await tried(client, "POST", f"{endpoint}/requests.{format_}", body, headers=asked)
        if isinstance(reply, Receipt):
            return reply
        other = reply.status in NOT_THIS_FORMAT and reply.status not in DOUBTFUL and not _errors(reply)
        if other and format_ != FORMATS[-1]:
            continue
        receipt = _filed(host_of(endpoint), reply, secret)
        if receipt.names and not receipt.ticket:
            address = _address(channel, f"tokens/{quote(receipt.names[0], safe='')}", format_, secret, {})
            return await _numbered(address, receipt, client)
        return receipt
    raise AssertionError("the last format is always answered for")


async def read_back(channel: Channel, message: Message, client: Client, keys: Keys) -> Receipt:
    """Look for the request by the mark in its description."""
    mark, host = mark_of(message), host_of(channel.address)
    first = message.at - SLACK
    window = {"start_date": _stamp(first), "end_date": _stamp(min(first + SPAN, datetime.now(UTC) + SLACK))}
    service = dict(message.fields).get("service_code") or channel.service
    looked = 0
    try:
        # A city may have put it under another service since.
        for narrowed in ({"service_code": service}, {}) if service else ({},):
            id_, seen = await _search(channel, mark, client, keys.secret(), window | narrowed)
            if id_:
                return _ticket(host, id_, "has the request")
            looked = max(looked, seen)
    except (SourceError, ValueError) as error:
        pause = error.retry_after if isinstance(error, SourceError) else 0.0
        return Receipt("unknown", f"It cannot be seen whether it was filed: {error}", retry_after=pause)
    text = (
        f"{host} shows no request with {mark} among the {looked} since {_stamp(first)}. Some cities publish "
        "late: look again, or ask the department, before you file it a second time."
    )
    return Receipt("unknown", text)


async def _search(
    channel: Channel, mark: str, client: Client, secret: str, window: Mapping[str, str]
) -> tuple[str, int]:
    """The number of the request with a mark, empty where there is none, and how many were looked at."""
    seen: set[str] = set()
    for page in range(1, PAGES + 1):
        asked = {**window, "page": str(page), "page_size": str(PAGE)}
        got = await _ask(channel, "requests", client, secret, asked)
        for fields in got:
            if mark in fields.get("description", ""):
                return fields["service_request_id"], len(seen)
        new = {fields["service_request_id"] for fields in got} - seen
        seen |= new
        if not new:
            break
    return "", len(seen)


async def status(channel: Channel, ticket: str, client: Client, keys: Keys) -> tuple[str, str]:
    """How a request stands: its status (`open`, `closed`, or a word of the city's own) and the city's notes.

    The status is empty where there was no answer; the notes then say why. `closed` is the city's word for "we
    are done with it", not for "it is mended": duplicates and requests for somebody else are closed too.
    """
    try:
        got = await _ask(channel, f"requests/{quote(ticket, safe='')}", client, keys.secret(), {})
    except SourceError as error:
        if error.status in GONE:
            return "", f"{host_of(channel.address)} does not show number {ticket}, or no single requests."
        return "", str(error)
    except ValueError as error:
        return "", f"The address of {channel.name} {error}."
    for fields in got:
        if fields.get("service_request_id") == ticket:
            return fields.get("status", "").strip().lower(), fields.get("status_notes", "").strip()
    return "", f"{host_of(channel.address)} answered with another request than {ticket}."


async def _numbered(address: str, receipt: Receipt, client: Client) -> Receipt:
    """Ask for the number behind a token until it is there, for a while."""
    for pause in PAUSES:
        await asyncio.sleep(pause)
        reply = await tried(client, "GET", address, b"")
        if isinstance(reply, Receipt):
            break
        try:
            filed = read_filed(reply.body) if reply.status == 200 else Filed()
        except ValueError:
            continue
        if filed.id:
            found = _ticket(host_of(address), filed.id, "took the request")
            return replace(found, names=(filed.id, *receipt.names))
    return receipt


def _filed(host: str, reply: Reply, secret: str) -> Receipt:
    """What a city's answer to a form means."""
    if not 200 <= reply.status < 300:
        mend = "check the channel's key (api_key)" if reply.status in (401, 403) else ""
        return refusal(host, reply, words=_errors(reply), mend=mend, secret=secret)
    try:
        filed = read_filed(reply.body)
    except Errors as error:
        return Receipt("refused", f"{host} refused it{quoted(str(error), secret)}. Nothing was filed.")
    except ValueError as error:
        text = f"{host} gave an answer that cannot be read ({error}); it may have the request."
        return Receipt("unknown", text)
    if filed.id:
        return _ticket(host, filed.id, "took the request", filed.notice)
    if filed.token:
        text = f"{host} took the request and has not given it a number yet."
        return Receipt("confirmed", text, names=(filed.token,))
    return Receipt("confirmed", f"{host} took the request; this service gives no numbers.")


def _ticket(host: str, id_: str, what: str, notice: str = "") -> Receipt:
    says = f"{host} {what} as number {id_}."
    return Receipt("confirmed", f"{says} {said(notice)}".strip(), names=(id_,), ticket=id_)


def _errors(reply: Reply) -> str:
    """A city's list of errors, in its own words; empty where the answer is none."""
    try:
        read_filed(reply.body)
    except Errors as error:
        return str(error)
    except ValueError:
        pass
    return ""


async def _ask(channel: Channel, what: str, client: Client, secret: str, asked: Mapping[str, str]) -> Answer:
    """One list of requests, in the first format that the city has and writes well.

    Raises:
        SourceError: when there is none, as a sentence.
    """
    trouble = SourceError("")
    for format_ in FORMATS:
        try:
            answer = await client.get(_address(channel, what, format_, secret, asked), urgent=True)
            return await asyncio.to_thread(_read, answer.body)
        except ValueError as error:
            trouble = SourceError(f"{host_of(channel.address)} gave an answer that cannot be read: {error}.")
        except SourceError as error:
            if error.status not in NOT_THIS_FORMAT:
                raise
            trouble = error
    raise trouble


def _read(body: bytes) -> Answer:
    return tuple(fields for fields, _ in rows(body))


def _address(channel: Channel, what: str, format_: str, secret: str, asked: Mapping[str, str]) -> str:
    query = dict(asked)
    if channel.jurisdiction:
        query["jurisdiction_id"] = channel.jurisdiction
    if secret:
        query["api_key"] = secret
    return f"{endpoint_of(channel.address)}/{what}.{format_}" + (f"?{urlencode(query)}" if query else "")


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
