"""What never ends: server-sent events and WebSockets, over connections that are vetted like any other.

No deadline holds for a stream as a whole, so silence is what ends it. Both kinds hand on what came in small
pieces and read on only when asked: a desk that is slow slows the sender down, and no memory fills.

A stream is asked for as any page is: within the budget of its host, and not while that is left alone. Streams
that do not open, or soon end, are left alone by themselves, for the rest of the host may well answer.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import httpcore
import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from feeds.addresses import AddressError, check_address, host_of
from feeds.hosts import Hosts
from feeds.source import SourceError
from feeds.transport import VettedBackend, VettedTransport

MOST_STREAMS = 50
MESSAGES_AHEAD = 64
"""Messages that are read before somebody asks for them."""
CLOSING = 2.0
"""Seconds that a goodbye may take."""
STEADY = 30.0
"""Seconds after which a stream that ends has lived: two of Mastodon's signs of life."""
UNREACHED = "cannot be reached for its stream; it is tried again"


class Streams:
    """Opens streams. `deadline` is how many seconds the opening may take."""

    def __init__(
        self, backend: VettedBackend, hosts: Hosts, *, tls: ssl.SSLContext, agent: str, deadline: float
    ) -> None:
        self._backend = backend
        self._hosts = hosts
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
        self, address: str, wanted: Mapping[str, str], *, idle: float
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open an HTTP answer that goes on for ever; see `Client.stream`."""
        host = host_of(address)
        await self._turn(host)
        try:
            check_address(address)
            async with asyncio.timeout(self._deadline):
                request = self._httpx.build_request("GET", address, headers=dict(wanted))
                response = await self._httpx.send(request, stream=True)
        except AddressError as error:
            raise SourceError(f"{str(error)[:1].upper()}{str(error)[1:]}.", lasting=True) from None
        except (TimeoutError, httpx.TimeoutException):
            raise self._failed(host, f"did not open its stream within {self._deadline:g} seconds") from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise self._failed(host, UNREACHED) from None
        try:
            if response.status_code != 200:
                raise self._refused(host, response.status_code, response.headers)
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != wanted.get("Accept", kind):
                text = f"{host} sends no stream of events at this address; check it in the settings."
                raise SourceError(text, lasting=True)
            self._hosts.granted(host, response.headers)
            yield self._until_its_end(host, _pieces(response, idle))
        finally:
            await response.aclose()

    @asynccontextmanager
    async def messages(
        self, address: str, *, idle: float, largest: int
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open a WebSocket; see `Client.websocket`."""
        host = host_of(address)
        await self._turn(host)
        connection = await self._connect(address, host, largest)
        try:
            yield self._until_its_end(host, _frames(connection, idle, largest))
        finally:
            await connection.close()

    async def _connect(self, address: str, host: str, largest: int) -> ClientConnection:
        scheme, _, rest = address.partition("://")
        try:
            # The same rules as for http and https hold, and the socket goes to an address that was vetted.
            parts = check_address(f"{'https' if scheme.lower() == 'wss' else 'http'}://{rest}")
            port = parts.port or (443 if parts.scheme == "https" else 80)
            async with asyncio.timeout(self._deadline):
                vetted = await self._backend.vetted(parts.hostname or "", port)
                return await self._first_to_answer(address, parts.hostname or "", vetted, port, largest)
        except AddressError as error:
            raise SourceError(f"{str(error)[:1].upper()}{str(error)[1:]}.", lasting=True) from None
        except TimeoutError:
            raise self._failed(host, f"did not open its stream within {self._deadline:g} seconds") from None
        except ssl.SSLError:
            raise self._failed(host, "shows no valid certificate; nothing was taken in") from None
        except InvalidStatus as error:
            said = error.response
            headers = {name.lower(): value for name, value in said.headers.raw_items()}
            raise self._refused(host, said.status_code, headers) from None
        except (OSError, httpcore.ConnectError, WebSocketException, ValueError):
            raise self._failed(host, UNREACHED) from None

    async def _first_to_answer(
        self, address: str, name: str, vetted: Sequence[str], port: int, largest: int
    ) -> ClientConnection:
        """Connect to the first vetted address that can be reached; whatever it then says is the answer."""
        secure = address[:4].lower() == "wss:"
        last: OSError | None = None
        for one in vetted:
            try:
                return await connect(
                    address,
                    host=one,
                    port=port,
                    ssl=self._tls if secure else None,
                    server_hostname=name if secure else None,
                    user_agent_header=self._agent,
                    proxy=None,
                    compression=None,
                    max_size=largest,
                    max_queue=MESSAGES_AHEAD,
                    open_timeout=None,
                    close_timeout=CLOSING,
                )
            except ssl.SSLError:
                raise
            except OSError as error:
                last = error
        assert last is not None
        raise last

    async def _turn(self, host: str) -> None:
        """One opening out of the budget of a host; it cannot wait, for streams are the live edge."""
        self._hosts.must_be_free(_streaming_of(host))
        await self._hosts.turn(host, urgent=True)

    async def _until_its_end(self, host: str, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Hand on what comes; how long it came decides how soon streams of the host are opened again."""
        clock = asyncio.get_running_loop().time
        opened = clock()
        try:
            async for piece in pieces:
                yield piece
        except _Ended as ended:
            if clock() - opened < STEADY:
                raise self._failed(host, str(ended)) from None
            self._hosts.answered(_streaming_of(host))
            raise SourceError(f"{host} {ended}.") from None

    def _failed(self, host: str, words: str) -> SourceError:
        return SourceError(f"{host} {words}.", retry_after=self._hosts.stumbled(_streaming_of(host)))

    def _refused(self, host: str, status: int, headers: Mapping[str, str]) -> SourceError:
        return self._hosts.refused(host, status, headers, part=_streaming_of(host))


class _Ended(Exception):
    """The end of a stream, as what its host did."""


def _streaming_of(host: str) -> str:
    """What the streams of a host are left alone as."""
    return f"Streaming of {host}"


async def _pieces(response: httpx.Response, idle: float) -> AsyncIterator[bytes]:
    pieces = response.aiter_raw()
    while True:
        try:
            async with asyncio.timeout(idle):
                piece = await anext(pieces)
        except StopAsyncIteration:
            raise _Ended("ended its stream; it is opened again") from None
        except (TimeoutError, httpx.TimeoutException):
            raise _Ended(f"said nothing on its stream for {idle:g} seconds; it is opened again") from None
        except httpx.HTTPError:
            raise _Ended("broke its stream off; it is opened again") from None
        yield piece


async def _frames(connection: ClientConnection, idle: float, largest: int) -> AsyncIterator[bytes]:
    while True:
        try:
            async with asyncio.timeout(idle):
                frame = await connection.recv(decode=False)
        except TimeoutError:
            raise _Ended(f"said nothing on its stream for {idle:g} seconds; it is opened again") from None
        except ConnectionClosed as closed:
            if closed.sent is not None and closed.sent.code == 1009:
                text = f"sent a message of more than {largest // 1024} KiB; its stream is opened again"
                raise _Ended(text) from None
            raise _Ended("ended its stream; it is opened again") from None
        yield frame
