"""A door for a city's own systems: signed posts by HTTP, on loopback or a Unix socket of this machine.

Whoever sends is answered 202 only after the posts are on the disk: the look that carries them is stored
before the next is asked for, and that asking is what lets the answer go.
"""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import time
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import h11
import msgspec

from feeds.http import Client
from feeds.keys import NO_KEYS, Keys
from feeds.parser import Parser
from feeds.signing import FULL, OLD, SHORTEST_KEY, SIGNATURE, TIMESTAMP, Doorkeeper, newest
from feeds.source import Bookmark, Look, Source, SourceError

LARGEST = 256 * 1024
"""Bytes of a body."""
CONNECTIONS = 20
WAITING = 50
"""Messages that wait for the desk; further senders are asked to come again."""
DEADLINE = 10.0
"""Seconds in which a message must have arrived."""
ALIVE_EVERY = 15.0
Said = dict[str, object]
STATUS = {
    202: "Accepted",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    429: "Too Many Requests",
    503: "Service Unavailable",
}
COME_AGAIN = {FULL: 429, OLD: 503}
"""Refusals that are no fault of the sender's; every other one is 401."""


@dataclass(slots=True)
class _Message:
    """What somebody sent, and the answer that they wait for."""

    body: bytes
    signature: str
    timestamp: int
    answer: asyncio.Future[tuple[int, Said]] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def settle(self, status: int, said: Said) -> None:
        if not self.answer.done():
            self.answer.set_result((status, said))


async def listen_to_webhook(
    source: Source, bookmark: Bookmark, _client: Client, parser: Parser, keys: Keys = NO_KEYS
) -> AsyncGenerator[Look, None]:
    """Open the door and give what comes through it; see `feeds.live`.

    The bookmark's cursor is the newest timestamp that was taken in, so that what was overheard cannot be sent
    again to the door that is opened next.
    """
    key = keys.secret()
    if len(key) < SHORTEST_KEY:
        raise SourceError(
            f"{source.name} needs a signing key of at least {SHORTEST_KEY} characters: put one where "
            "`watchfloor doctor` says. The door stays shut.",
            lasting=True,
        )
    door = _Door(
        Doorkeeper(key, _newest(bookmark)), urlsplit(source.address).path if "://" in source.address else ""
    )
    server = await _open(source, door)
    try:
        while True:
            try:
                async with asyncio.timeout(ALIVE_EVERY):
                    message = await door.waiting.get()
            except TimeoutError:
                yield Look((), bookmark, unchanged=True)
                continue
            settled = False
            try:
                parsed = await parser.parse("webhook", source.name, source.lang, message.body, "", "")
                cursor = newest(_newest(bookmark), message.timestamp, time.time())
                bookmark = replace(bookmark, cursor=str(cursor))
                yield Look(parsed.posts, bookmark, parsed.refusals)
                refused = [f"{refusal.item}: {refusal.reason}" for refusal in parsed.refusals]
                message.settle(202, {"taken": len(parsed.posts), "refused": refused})
                settled = True
            except SourceError as error:
                message.settle(400, {"error": str(error).partition(": ")[2] or str(error)})
                settled = True
            finally:
                if not settled:
                    door.turn_away(message)
    finally:
        server.close()
        door.shut()


def _newest(bookmark: Bookmark) -> int:
    return int(bookmark.cursor) if bookmark.cursor.isdecimal() else 0


async def _open(source: Source, door: _Door) -> asyncio.Server:
    """Listen where the address says; on this machine alone.

    Raises:
        SourceError: when the place is taken, or open to the network.
    """
    try:
        if "://" not in source.address:
            path = Path(source.address)
            _clear(path)
            server = await asyncio.start_unix_server(door.serve, path, limit=LARGEST)
            path.chmod(0o660)
            return server
        parts = urlsplit(source.address)
        host = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname or ""
        if not ip_address(host).is_loopback or parts.port is None:
            raise ValueError
        return await asyncio.start_server(door.serve, host, parts.port, limit=LARGEST)
    except ValueError:
        text = (
            f"{source.name} would be open to the network: name a port of 127.0.0.1 or the path of a socket."
        )
        raise SourceError(text, lasting=True) from None
    except OSError as error:
        raise SourceError(f"{source.name} cannot listen there: {error.strerror}.") from None


def _clear(path: Path) -> None:
    """Take away the socket of a service that is gone; anything else at its place is left alone.

    Raises:
        OSError: when somebody answers there, or what lies there is no socket.
    """
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode):
        raise FileExistsError(17, "there is a file of that name, and it is no socket")
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(os.fspath(path))
        except ConnectionRefusedError:
            path.unlink()
            return
    raise FileExistsError(98, "another program listens there")


class _Door:
    """Reads messages, checks who sent them, and holds each sender until the desk has settled it."""

    def __init__(self, keeper: Doorkeeper, path: str) -> None:
        self._keeper = keeper
        self._path = path
        self._inside: set[asyncio.Task[None]] = set()
        self.waiting: asyncio.Queue[_Message] = asyncio.Queue(WAITING)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: one message, one answer."""
        task = asyncio.current_task()
        assert task is not None
        self._inside.add(task)
        try:
            if len(self._inside) > CONNECTIONS:
                said: Said = {"error": "too many senders at once; come again"}
                status = 429
            else:
                status, said = await self._settled(reader)
            body = msgspec.json.encode(said)
            head = f"HTTP/1.1 {status} {STATUS[status]}\r\nContent-Type: application/json\r\n"
            writer.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
            async with asyncio.timeout(DEADLINE):
                await writer.drain()
        except (OSError, TimeoutError, asyncio.CancelledError):
            pass  # The sender has gone, or we go; who was not answered sends again.
        finally:
            self._inside.discard(task)
            writer.close()

    async def _settled(self, reader: asyncio.StreamReader) -> tuple[int, Said]:
        try:
            async with asyncio.timeout(DEADLINE):
                request, body = await _read(reader)
        except (TimeoutError, h11.RemoteProtocolError, EOFError):
            return 400, {"error": f"no whole HTTP request came within {DEADLINE:.0f} s"}
        except OverflowError:
            return 413, {"error": f"the body is larger than {LARGEST // 1024} KiB"}
        if self._path and request.target.decode("ascii", "replace").partition("?")[0] != self._path:
            return 404, {"error": "there is nothing at this path"}
        if request.method != b"POST":
            return 405, {"error": "posts are sent with POST"}
        headers = {name.decode(): value.decode("latin-1") for name, value in request.headers}
        signature, timestamp = headers.get(SIGNATURE, ""), headers.get(TIMESTAMP, "")
        refusal = self._keeper.refusal(timestamp, signature, body, time.time())
        if refusal:
            return COME_AGAIN.get(refusal, 401), {"error": refusal}
        message = _Message(body, signature, int(timestamp))
        try:
            self.waiting.put_nowait(message)
        except asyncio.QueueFull:
            self._keeper.forget(signature)
            return 429, {"error": "the desk is busy; come again"}
        return await message.answer

    def turn_away(self, message: _Message) -> None:
        """Tell a sender that their message was not stored, and let them send it again.

        As it is, it is taken unless the door is opened anew and took a newer one meanwhile.
        """
        self._keeper.forget(message.signature)
        message.settle(503, {"error": "it could not be stored; sign it and send it again"})

    def shut(self) -> None:
        """Turn everybody away who still waits."""
        with suppress(asyncio.QueueEmpty):
            while True:
                self.turn_away(self.waiting.get_nowait())


async def _read(reader: asyncio.StreamReader) -> tuple[h11.Request, bytes]:
    """One request with its body.

    Raises:
        OverflowError: when the body is too large.
        EOFError: when the sender hangs up before its end.
    """
    connection = h11.Connection(h11.SERVER)
    request: h11.Request | None = None
    body = bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            piece = await reader.read(65_536)
            connection.receive_data(piece)
            if not piece and request is None:
                raise EOFError
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > LARGEST:
                raise OverflowError
        elif isinstance(event, h11.EndOfMessage) and request is not None:
            return request, bytes(body)
        else:
            raise EOFError
