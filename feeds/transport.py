"""The road to a host: resolve, vet, then connect to exactly the address that was vetted.

httpx resolves inside its connection pool, after any check that a caller could make, so a name that
answers differently the second time would get past it. This transport puts the check between the two.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import httpcore
import httpx

from feeds.addresses import WEB_PORTS, AddressError, Allowed, vet

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port in, addresses out."""
SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]

_RESOLVING = ThreadPoolExecutor(20, thread_name_prefix="resolver")
"""Threads for the system's resolver alone, as many as there are connections. A name server that is gone holds
each for half a minute; in the loop's own few threads that would hold up the files of this machine as well."""


async def resolve_name(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver; every answer once, in its order of preference.

    Raises:
        OSError: when the name is not known.
    """
    loop = asyncio.get_running_loop()
    lookup = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    answers = await loop.run_in_executor(_RESOLVING, lookup)
    return tuple(dict.fromkeys(str(answer[4][0]) for answer in answers))


class VettedBackend(httpcore.AsyncNetworkBackend):
    """Connects for httpcore, but only to addresses that the rules admit."""

    def __init__(
        self,
        allow: Sequence[Allowed],
        resolve: Resolve,
        connector: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._allow = allow
        self._resolve = resolve
        self._connector = connector or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first vetted address of `host` that answers.

        Raises:
            AddressError: when no address of it is admitted.
            httpcore.ConnectError: when the name is unknown or nobody answers.
        """
        last: httpcore.ConnectError | None = None
        for address in await self.vetted(host, port):
            try:
                return await self._connector.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except httpcore.ConnectError as error:
                last = error
        assert last is not None
        raise last

    async def vetted(self, host: str, port: int, usual: frozenset[int] = WEB_PORTS) -> Sequence[str]:
        """The addresses of `host` that may be connected to; at least one.

        Raises:
            AddressError: when none of them is admitted.
            httpcore.ConnectError: when the name is unknown.
        """
        try:
            answers = await self._resolve(host, port)
        except (OSError, UnicodeError):
            raise httpcore.ConnectError("the name is not known") from None
        admitted, refused = [], AddressError(f"{host} has no address")
        for answer in answers:
            try:
                admitted.append(str(vet(host, answer, port, self._allow, usual)))
            except AddressError as error:
                refused = error
        if not admitted:
            raise refused
        return admitted


class VettedTransport(httpx.AsyncBaseTransport):
    """An httpx transport over a pool whose every connection goes through `VettedBackend`."""

    def __init__(self, backend: VettedBackend, *, tls: ssl.SSLContext, connections: int) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls, max_connections=connections, keepalive_expiry=15.0, network_backend=backend
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and answer with its body still on the wire."""
        url = request.url
        with _as_httpx_errors():
            answer = await self._pool.handle_async_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(
                        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                    ),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        assert isinstance(answer.stream, AsyncIterable)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer.stream))

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, stream: AsyncIterable[bytes]) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx_errors():
            async for piece in self._stream:
                yield piece

    async def aclose(self) -> None:
        close = getattr(self._stream, "aclose", None)
        if close is not None:
            await close()


@contextmanager
def _as_httpx_errors() -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException as error:
        raise httpx.TimeoutException(str(error)) from error
    except httpcore.ConnectError as error:
        raise httpx.ConnectError(str(error)) from error
    except httpcore.NetworkError as error:
        raise httpx.NetworkError(str(error)) from error
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise httpx.RemoteProtocolError(str(error)) from error
