"""What never ends: server-sent events and WebSockets, over connections that are vetted like any other.

No deadline holds for a stream as a whole, so silence is what ends it. Both kinds hand on what came in small
pieces and read on only when asked: a desk that is slow slows the sender down, and no memory fills.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import httpcore
import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from feeds.addresses import AddressError, check_address, host_of
from feeds.source import SourceError
from feeds.transport import VettedBackend, VettedTransport

MOST_STREAMS = 50
MESSAGES_AHEAD = 64
"""Messages that are read before somebody asks for them."""
CLOSING = 2.0
"""Seconds that a goodbye may take."""

Refused = Callable[[str, int], SourceError]
"""Host and HTTP status in, the sentence for it out."""


class Streams:
    """Opens streams. `deadline` is how many seconds the opening may take."""

    def __init__(self, backend: VettedBackend, *, tls: ssl.SSLContext, agent: str, deadline: float) -> None:
        self._backend = backend
        self._tls = tls
        self._agent = agent
        self._deadline = deadline
        self._httpx = httpx.AsyncClient(
            transport=VettedTransport(backend, tls=tls, connections=MOST_STREAMS),
            headers={"User-Agent": agent, "Accept-Encoding": "identity", "Cache-Control": "no-store"},
            timeout=httpx.Timeout(deadline, read=None),
            follow_redirects=False,
            trust_env=False,
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._httpx.aclose()

    @asynccontextmanager
    async def events(
        self, address: str, wanted: Mapping[str, str], *, idle: float, refused: Refused
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open an HTTP answer that goes on for ever; see `Client.stream`."""
        host = host_of(address)
        try:
            check_address(address)
            async with asyncio.timeout(self._deadline):
                request = self._httpx.build_request("GET", address, headers=dict(wanted))
                response = await self._httpx.send(request, stream=True)
        except AddressError as error:
            raise SourceError(f"{str(error)[:1].upper()}{str(error)[1:]}.", lasting=True) from None
        except (TimeoutError, httpx.TimeoutException):
            raise SourceError(f"{host} did not open its stream within {self._deadline:g} seconds.") from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise SourceError(f"{host} cannot be reached for its stream; it is tried again.") from None
        try:
            if response.status_code != 200:
                raise refused(host, response.status_code)
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != wanted.get("Accept", kind):
                text = f"{host} sends no stream of events at this address; check it in the settings."
                raise SourceError(text, lasting=True)
            yield _pieces(response, host, idle)
        finally:
            await response.aclose()

    @asynccontextmanager
    async def messages(
        self, address: str, *, idle: float, largest: int
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open a WebSocket; see `Client.websocket`."""
        host = host_of(address)
        connection = await self._connect(address, host, largest)
        try:
            yield _frames(connection, host, idle, largest)
        finally:
            await connection.close()

    async def _connect(self, address: str, host: str, largest: int) -> ClientConnection:
        scheme, _, rest = address.partition("://")
        secure = scheme.lower() == "wss"
        try:
            # The same rules as for http and https hold, and the socket goes to the address that was vetted.
            parts = check_address(f"{'https' if secure else 'http'}://{rest}")
            port = parts.port or (443 if secure else 80)
            async with asyncio.timeout(self._deadline):
                vetted = await self._backend.vetted(parts.hostname or "", port)
                return await connect(
                    address,
                    host=vetted[0],
                    port=port,
                    ssl=self._tls if secure else None,
                    server_hostname=parts.hostname if secure else None,
                    user_agent_header=self._agent,
                    proxy=None,
                    compression=None,
                    max_size=largest,
                    max_queue=MESSAGES_AHEAD,
                    open_timeout=None,
                    close_timeout=CLOSING,
                )
        except AddressError as error:
            raise SourceError(f"{str(error)[:1].upper()}{str(error)[1:]}.", lasting=True) from None
        except TimeoutError:
            raise SourceError(f"{host} did not open its stream within {self._deadline:g} seconds.") from None
        except ssl.SSLError:
            raise SourceError(f"{host} shows no valid certificate; nothing was taken in.") from None
        except (OSError, httpcore.ConnectError, WebSocketException, ValueError):
            raise SourceError(f"{host} cannot be reached for its stream; it is tried again.") from None


async def _pieces(response: httpx.Response, host: str, idle: float) -> AsyncIterator[bytes]:
    pieces = response.aiter_raw()
    while True:
        try:
            async with asyncio.timeout(idle):
                piece = await anext(pieces)
        except StopAsyncIteration:
            raise SourceError(f"{host} ended its stream; it is opened again.") from None
        except (TimeoutError, httpx.TimeoutException):
            text = f"{host} said nothing on its stream for {idle:g} seconds; it is opened again."
            raise SourceError(text) from None
        except httpx.HTTPError:
            raise SourceError(f"{host} broke its stream off; it is opened again.") from None
        yield piece


async def _frames(connection: ClientConnection, host: str, idle: float, largest: int) -> AsyncIterator[bytes]:
    while True:
        try:
            async with asyncio.timeout(idle):
                frame = await connection.recv(decode=False)
        except TimeoutError:
            text = f"{host} said nothing on its stream for {idle:g} seconds; it is opened again."
            raise SourceError(text) from None
        except ConnectionClosed as closed:
            if closed.sent is not None and closed.sent.code == 1009:
                text = (
                    f"{host} sent a message of more than {largest // 1024} KiB; its stream is opened again."
                )
                raise SourceError(text) from None
            raise SourceError(f"{host} ended its stream; it is opened again.") from None
        yield frame
