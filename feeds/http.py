"""The one bounded HTTP client: every byte that a source sends comes through here.

The limits answer measured attacks: plain httpx 0.28 unpacks 441 bytes of triple gzip into gigabytes,
and its timeouts hold for each read, so that a slow enough server keeps it for ever. No httpx type
leaves this module.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from feeds import headers as asked
from feeds.addresses import AddressError, check_address, host_of, next_hop, origin_of, read_allow
from feeds.backoff import Backoff
from feeds.budget import Budgets, Manners
from feeds.gunzip import Gunzip, GunzipError
from feeds.hosts import Hosts
from feeds.sending import Reply, Sender
from feeds.source import SourceError
from feeds.streaming import Streams
from feeds.transport import Resolve, VettedBackend, VettedTransport, resolve_name

# They write whole addresses and headers, with any access token in them, into whatever log is listening.
for name in ("httpx", "httpcore", "websockets"):
    logging.getLogger(name).setLevel(logging.WARNING)

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOVED = frozenset({301, 308})
"""Redirects that say: this is the address from now on."""
ERROR_BYTES = 2048
"""Of what a server says to a refusal: enough for a platform's own code."""
ERROR_SECONDS = 2.0
UNREACHED = "cannot be reached; check the address and this machine's network"
UNTRUSTED = "shows no valid certificate; nothing was sent or taken in"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one answer may cost. Sizes in bytes, times in seconds."""

    wire: int = 5 * 1024 * 1024
    inflated: int = 10 * 1024 * 1024
    ratio: float = 200.0
    deadline: float = 20.0
    """For the whole request: waiting for the name, every redirect, the last byte."""
    redirects: int = 3
    connections: int = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: content (2xx), or that nothing has changed (304)."""

    status: int
    body: bytes
    content_type: str
    etag: str
    last_modified: str
    address: str
    """Where the content was found, after any redirects."""
    moved_to: str = ""
    """The new address, when every redirect on the way was a permanent one."""
    remaining: int | None = None
    limit: int | None = None
    reset_at: datetime | None = None
    next_after: float = 0.0
    """Seconds before which asking again is pointless or unwelcome."""


class Client:
    """Asks servers, one bounded request at a time, and leaves tired ones alone.

    Args:
        user_agent: who asks, and where to complain: `watchfloor/1.0 (+mail)`.
        allow: hosts, ports and networks of `network.allow`; everything else must be public.
        limits: what one answer may cost.
        resolve: another resolver than the system's.
        backoff: the standing of the hosts; clients that share one share its memory.
        manners: how often a host is asked that says nothing of it.
        clock: tells the time, aware.

    Raises:
        AddressError: when an entry of `allow` cannot be read.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        allow: Sequence[str] = (),
        limits: Limits | None = None,
        resolve: Resolve | None = None,
        backoff: Backoff | None = None,
        manners: Manners | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._limits = limits or Limits()
        self._clock = clock
        backoff = backoff or Backoff(clock=time.monotonic, chance=random.random)
        self._hosts = Hosts(backoff, Budgets(clock=time.monotonic, manners=manners), clock)
        self._room = asyncio.Semaphore(self._limits.connections)
        backend = self.road = VettedBackend(read_allow(allow), resolve or resolve_name)
        """The way to hosts that speak something else than HTTP, by the same rules."""
        tls = httpx.create_ssl_context(trust_env=False)
        agent = _header_text(user_agent) or "watchfloor"
        self._httpx = httpx.AsyncClient(
            transport=VettedTransport(backend, tls=tls, connections=self._limits.connections),
            headers={"User-Agent": agent, "Accept-Encoding": "gzip"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=self._limits.deadline,
            follow_redirects=False,
            trust_env=False,
        )
        self._streams = Streams(backend, self._hosts, tls=tls, agent=agent, deadline=self._limits.deadline)
        self._sender = Sender(
            *(backend, self._hosts), tls=tls, agent=agent, deadline=self._limits.deadline, read=self._body
        )

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._httpx.aclose()
        await self._streams.aclose()

    async def get(
        self,
        address: str,
        *,
        etag: str = "",
        last_modified: str = "",
        accept: str = "*/*",
        token: str = "",
        urgent: bool = False,
    ) -> Answer:
        """Fetch `address`, unless the server says that it has not changed since `etag` or `last_modified`.

        Args:
            address: what to fetch; redirects are followed, each vetted.
            etag: of the copy that is known.
            last_modified: of the copy that is known.
            accept: the media types that can be read.
            token: a bearer token, sent to the origin of `address` and to no other.
            urgent: this cannot wait for a fuller budget: the live edge, a look before an answer.

        Raises:
            SourceError: for everything but content or "not changed", as a sentence; `retry_after` is
                the pause that the host asked for, or that the back-off chose.
        """
        wanted = {"Accept": accept}
        if etag:
            wanted["If-None-Match"] = etag
        if last_modified:
            wanted["If-Modified-Since"] = last_modified
        return await self._bounded(address, lambda: self._follow(address, wanted, token), urgent=urgent)

    async def post(
        self,
        address: str,
        body: bytes,
        *,
        content_type: str = "application/json",
        token: str = "",
        urgent: bool = True,
    ) -> Answer:
        """Send `body` once; no redirect is followed, for it could carry body and token anywhere.

        Raises:
            SourceError: for everything but a 2xx answer.
        """
        sent = {"Content-Type": content_type, "Accept": content_type} | _bearer(token)

        async def once() -> Answer:
            check_address(address)
            got = await self._ask(address, sent, "POST", body)
            if isinstance(got, Answer):
                return got
            raise SourceError(
                f"{host_of(address)} redirects what is sent to it; nothing was sent on.", lasting=True
            )

        return await self._bounded(address, once, urgent=urgent)

    async def send(
        self,
        method: str,
        address: str,
        body: bytes = b"",
        *,
        headers: Mapping[str, str] | None = None,
        token: str = "",
        urgent: bool = True,
    ) -> Reply:
        """Send `body` once and answer what came of it, whatever status that is; no redirect is followed.

        Raises:
            NotSent: nothing can have reached the server.
            Doubtful: the request went out and no whole answer came: it may have been done (`feeds.sending`).
        """
        return await self._sender.send(
            method, address, body, dict(headers or {}) | _bearer(token), urgent=urgent
        )

    def stream(
        self, address: str, *, accept: str = "text/event-stream", token: str = "", idle: float = 90.0
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Open what never ends, such as server-sent events: its bytes in pieces, as they come.

        `idle` is how many seconds it may say nothing. A stream takes none of the room of ordinary requests,
        but opening it is one of those that its host grants.

        Raises:
            SourceError: from the block's start when it cannot be opened, from the iterator when it ends;
                `retry_after` as for `get`, 0 for the end of a stream that had lived for a while.
        """
        return self._streams.events(address, {"Accept": accept} | _bearer(token), idle=idle)

    def websocket(
        self, address: str, *, idle: float = 60.0, largest: int = 1024 * 1024
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Open a WebSocket for reading: the bytes of each message, none longer than `largest`.

        Raises:
            SourceError: as `stream` does.
        """
        return self._streams.messages(address, idle=idle, largest=largest)

    async def _bounded(
        self, address: str, exchange: Callable[[], Awaitable[Answer]], *, urgent: bool
    ) -> Answer:
        """One request within the budget of its host, the room there is, and the deadline."""
        await self._hosts.turn(host_of(address), urgent=urgent)
        async with self._room:
            try:
                async with asyncio.timeout(self._limits.deadline):
                    return await exchange()
            except (TimeoutError, httpx.TimeoutException):
                text = f"did not answer in full within {self._limits.deadline:g} seconds"
                raise self._hosts.failed(host_of(address), text) from None
            except AddressError as error:
                raise SourceError(_sentence(str(error)), lasting=True) from None
            except (httpx.InvalidURL, UnicodeError):  # a bad punycode label gets through httpx as the latter
                raise SourceError(
                    "The address cannot be read; write it as https://host/path.", lasting=True
                ) from None

    async def _follow(self, address: str, wanted: dict[str, str], token: str) -> Answer:
        moved = True
        hop = address
        for _ in range(self._limits.redirects + 1):
            check_address(hop)
            signed = _bearer(token) if origin_of(hop) == origin_of(address) else {}
            got = await self._ask(hop, wanted | signed)
            if isinstance(got, Answer):
                return replace(got, moved_to=hop if moved and hop != address else "")
            status, location = got
            moved = moved and status in MOVED
            hop = next_hop(hop, location)
        raise SourceError(
            f"{host_of(address)} redirected more than {self._limits.redirects} times; nothing was taken in.",
            lasting=True,
        )

    async def _ask(
        self, address: str, wanted: dict[str, str], method: str = "GET", body: bytes = b""
    ) -> Answer | tuple[int, str]:
        """One exchange: an answer, or the status and target of a redirect."""
        host = host_of(address)
        self._hosts.must_be_free(host)
        try:
            async with self._httpx.stream(method, address, headers=wanted, content=body or None) as response:
                if response.status_code in REDIRECTS and "location" in response.headers:
                    self._hosts.answered(host)
                    return response.status_code, response.headers["location"]
                return await self._read(response, address, wanted)
        except GunzipError as error:
            raise self._hosts.failed(host, f"was not read: {error}") from None
        except httpx.ConnectError as error:
            raise self._hosts.failed(host, UNTRUSTED if "CERTIFICATE" in str(error) else UNREACHED) from None
        except httpx.TimeoutException:
            raise
        except httpx.HTTPError:
            raise self._hosts.failed(host, "broke off, or did not speak proper HTTP") from None

    async def _read(self, response: httpx.Response, address: str, wanted: dict[str, str]) -> Answer:
        host, now, got = host_of(address), self._clock(), response.headers
        status = response.status_code
        unchanged = status == 304 and ("If-None-Match" in wanted or "If-Modified-Since" in wanted)
        sent = response.request.method == "POST" and 200 <= status < 300
        if status not in (200, 203) and not unchanged and not sent:
            raise self._hosts.refused(host, status, got, await _first_words(response))
        budget = self._hosts.granted(host, got)
        body = b"" if unchanged else await self._body(response, host)
        exhausted = budget.pause(now)
        self._hosts.answered(host, wish=exhausted)
        return Answer(
            status=304 if unchanged else status if sent else 200,
            body=body,
            content_type=_header_text(got.get("content-type", "")),
            etag=_header_text(got.get("etag", "")) or (wanted.get("If-None-Match", "") if unchanged else ""),
            last_modified=_header_text(got.get("last-modified", ""))
            or (wanted.get("If-Modified-Since", "") if unchanged else ""),
            address=address,
            remaining=budget.remaining,
            limit=budget.limit,
            reset_at=budget.reset_at,
            next_after=max(asked.retry_after(got, now), asked.freshness(got, now), exhausted),
        )

    async def _body(self, response: httpx.Response, host: str) -> bytes:
        coding = response.headers.get("content-encoding", "").strip().lower()
        if coding not in ("", "identity", "gzip", "x-gzip"):
            text = "packs its answer in a way we did not ask for (one level of gzip at most)"
            raise self._hosts.failed(host, text)
        gunzip = Gunzip(limit=self._limits.inflated, ratio=self._limits.ratio) if "gzip" in coding else None
        plain, wire = bytearray(), 0
        async for piece in response.aiter_raw():
            wire += len(piece)
            if wire > self._limits.wire:
                raise self._hosts.failed(
                    host, f"sends more than {self._limits.wire // 1024} KiB; nothing was taken in"
                )
            if gunzip:
                gunzip.feed(piece)
            else:
                plain += piece
        return gunzip.content() if gunzip else bytes(plain)


async def _first_words(response: httpx.Response) -> bytes:
    """The first bytes of what a server says to a refusal; nothing where it packs or withholds them."""
    said = bytearray()
    packed = response.headers.get("content-encoding", "").strip().lower()
    gunzip = Gunzip(limit=64 * 1024, ratio=200.0) if packed in ("gzip", "x-gzip") else None
    try:
        async with asyncio.timeout(ERROR_SECONDS):
            async for piece in response.aiter_raw():
                said += piece
                if len(said) >= ERROR_BYTES:
                    break
        if gunzip:
            gunzip.feed(bytes(said))
            return gunzip.content()[:ERROR_BYTES]
    except (TimeoutError, GunzipError, httpx.HTTPError):
        return b"" if gunzip else bytes(said[:ERROR_BYTES])
    return bytes(said[:ERROR_BYTES]) if packed in ("", "identity") else b""


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _header_text(value: str) -> str:
    """A header value that may be kept and sent again: printable ASCII of a sane length, else nothing."""
    return value if value.isascii() and value.isprintable() and len(value) <= 512 else ""


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
