"""Sending something once, and knowing what came of it: an answer, certainly nothing, or doubt.

The line between the two failures is the first byte of the request on the wire, which httpcore reports. Each
request has a connection of its own: one that was kept open may be closed by its server at the very moment
something is written to it (snac does so for every POST), and that would be doubt without need.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import httpx

from feeds.addresses import AddressError, check_address, host_of
from feeds.gunzip import GunzipError
from feeds.hosts import Hosts
from feeds.source import SourceError
from feeds.transport import VettedBackend, VettedTransport

KEPT = ("content-type", "date", "location", "retry-after")
"""Headers of an answer that are handed on."""
ON_THE_WIRE = "send_request_headers.started"
"""End of httpcore's name for the moment before the first byte of a request is written."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered in full, whatever it was."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    """Some of its headers (`KEPT`), by their names in lower case."""
    retry_after: float = 0.0
    """Seconds for which the host is to be left alone, by its wish or by the back-off."""


class NotSent(Exception):
    """Nothing can have reached the server; the message is a sentence.

    `retry_after` is in seconds. `lasting` says that trying again will not help until somebody changes
    something.
    """

    def __init__(self, message: str, *, retry_after: float = 0.0, lasting: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.lasting = lasting


class Doubtful(Exception):
    """The request went out and no whole answer came: it may have been done or not. A sentence."""

    def __init__(self, message: str, *, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Sender:
    """Sends requests; `deadline` is how many seconds one may take, `read` takes in a body within limits."""

    def __init__(
        self,
        backend: VettedBackend,
        hosts: Hosts,
        *,
        tls: ssl.SSLContext,
        agent: str,
        deadline: float,
        read: Callable[[httpx.Response, str], Awaitable[bytes]],
    ) -> None:
        self._backend, self._hosts, self._tls = backend, hosts, tls
        self._agent = agent
        self._deadline = deadline
        self._read = read

    async def send(
        self, method: str, address: str, body: bytes, headers: Mapping[str, str], *, urgent: bool
    ) -> Reply:
        """Send one request; see `feeds.http.Client.send`."""
        host = host_of(address)
        try:
            check_address(address)
            wanted = _checked(headers, host)
            await self._hosts.turn(host, urgent=urgent)
        except AddressError as error:
            raise _refused_address(error) from None
        except SourceError as error:
            raise NotSent(f"{error} Nothing was sent.", retry_after=error.retry_after) from None
        return await self._exchange(method, address, body, wanted)

    async def _exchange(self, method: str, address: str, body: bytes, headers: httpx.Headers) -> Reply:
        host, out = host_of(address), False

        async def watch(event: str, _info: object) -> None:
            nonlocal out
            out = out or event.endswith(ON_THE_WIRE)

        try:
            async with (
                asyncio.timeout(self._deadline),
                self._connection() as client,
                client.stream(
                    method, address, headers=headers, content=body or None, extensions={"trace": watch}
                ) as response,
            ):
                content = await self._read(response, host)
        except AddressError as error:
            raise _refused_address(error) from None
        except (httpx.InvalidURL, UnicodeError):
            text = "The address cannot be read; write it as https://host/path. Nothing was sent."
            raise NotSent(text, lasting=True) from None
        except (TimeoutError, httpx.HTTPError, GunzipError, SourceError) as error:
            raise self._broken(host, error, out) from None
        return self._replied(host, response, content)

    def _connection(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=VettedTransport(self._backend, tls=self._tls, connections=1),
            headers={"User-Agent": self._agent, "Accept-Encoding": "gzip"},
            # Less than the deadline, which would leave a half-made TLS connection to the garbage collector.
            timeout=httpx.Timeout(self._deadline, connect=self._deadline / 2),
            follow_redirects=False,
            trust_env=False,
        )

    def _replied(self, host: str, response: httpx.Response, content: bytes) -> Reply:
        status, pause = response.status_code, 0.0
        if status >= 400:
            pause = self._hosts.refused(host, status, response.headers).retry_after
        else:
            self._hosts.granted(host, response.headers)
            self._hosts.answered(host)
        kept = {name: response.headers[name] for name in KEPT if name in response.headers}
        return Reply(status, content, kept, pause)

    def _broken(self, host: str, error: Exception, out: bool) -> NotSent | Doubtful:
        """What a failure means, before and after the request went out."""
        timed_out = isinstance(error, TimeoutError | httpx.TimeoutException)
        pause = (
            error.retry_after
            if isinstance(error, SourceError)
            else self._hosts.failed(host, "did not answer").retry_after
        )
        if out:
            how = f"gave no whole answer within {self._deadline:g} seconds" if timed_out else "broke off"
            text = f"{host} {how} after the message went out; whether it took it is not known."
            return Doubtful(text, retry_after=pause)
        if "CERTIFICATE" in str(error):
            how = "shows no valid certificate"
        else:
            how = "cannot be reached; check the address and this machine's network"
        return NotSent(f"{host} {how}. Nothing was sent.", retry_after=pause)


def _checked(headers: Mapping[str, str], host: str) -> httpx.Headers:
    """JSON unless `headers` say otherwise."""
    for value in headers.values():
        if not value.isascii() or not value.isprintable():
            raise NotSent(
                f"A token or a header for {host} holds characters that cannot be sent. Nothing was sent.",
                lasting=True,
            )
    wanted = httpx.Headers({"Content-Type": "application/json", "Accept": "application/json"})
    wanted.update(dict(headers))
    return wanted


def _refused_address(error: AddressError) -> NotSent:
    text = str(error)
    return NotSent(f"{text[:1].upper()}{text[1:]}. Nothing was sent.", lasting=True)
