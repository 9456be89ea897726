"""The Unix socket: newline-delimited JSON in and out, all of it bounded, everyone known by the kernel's word.

A request is one line, `{"do": "status"}`; its reply is one line, `{"ok": true, ...}` or
`{"ok": false, "error": "a sentence"}`. A connection has one request under way at a time: who sends faster
than we take in waits in the kernel's buffer.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from console.service.address import short_address
from console.service.presence import Peer, Presence
from console.service.sessions import session_of

MOST_BYTES = 1024 * 1024
"""Of one request, its newline included; 20 posts of 8,000 characters each fit several times over."""
MOST_CONNECTIONS = 128
"""Desks and verbs at once; a desk of this kind has tens of people."""
QUIET_FOR = 60.0
"""Seconds after which a connection that asks nothing, and is no desk's or replay's, is closed."""
SLOWEST_READER = 20.0
"""Seconds that a peer may take to read one reply."""

log = logging.getLogger(__name__)


class RequestError(Exception):
    """A request that is refused; the message is a sentence for whoever asked."""


@dataclass(slots=True)
class Connection:
    """One peer, for as long as its connection is open."""

    number: int
    peer: Peer
    session: str
    """Whose claims are whose: the terminal behind the connection, or the shell."""
    desk: bool = False
    """It said hello: its user is on shift."""
    replays: bool = False
    """It brought posts, which the log tells once."""


Answer = Callable[[Connection, Mapping[str, Any]], Awaitable[dict[str, Any]]]
"""Does what a request asks; raises `RequestError` for what is refused."""


class SocketServer:
    """Listens for desks and verbs on the data directory's socket."""

    def __init__(self, path: Path, answer: Answer, presence: Presence) -> None:
        self._path = path
        self._answer = answer
        self._presence = presence
        self._numbers = count(1)
        self._open: dict[int, asyncio.Task[None]] = {}
        self._server: asyncio.Server | None = None
        self._inode = 0

    async def start(self) -> None:
        """Begin to listen, readable and writable for owner and group (0660).

        Call it under the lock of the desk: a socket file that lies there is then a dead service's.
        """
        self._path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.setblocking(False)
        umask = os.umask(0o117)
        try:
            with short_address(self._path) as address:
                listener.bind(address)
        except OSError:
            listener.close()
            raise
        finally:
            os.umask(umask)
        self._inode = self._path.stat().st_ino
        self._server = await asyncio.start_unix_server(
            self._serve, sock=listener, limit=MOST_BYTES, backlog=MOST_CONNECTIONS
        )

    async def stop(self) -> None:
        """Close every connection and take the socket file away, if it is still ours."""
        if self._server is None:
            return
        self._server.close()
        tasks = list(self._open.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # Transports close in the loop's next turn.
        await asyncio.sleep(0)
        try:
            if self._path.stat().st_ino == self._inode:
                self._path.unlink()
        except FileNotFoundError:
            pass

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = _peer_of(writer)
        connection = Connection(next(self._numbers), peer, session_of(peer.uid, None))
        task = asyncio.current_task()
        assert task is not None
        self._open[connection.number] = task
        try:
            if len(self._open) > MOST_CONNECTIONS:
                await _send(
                    writer,
                    _refusal(f"the service has {MOST_CONNECTIONS} connections open already; close a desk"),
                )
            else:
                await self._converse(connection, reader, writer)
        except (OSError, TimeoutError, asyncio.CancelledError):
            pass  # The peer is gone, or we are ending.
        except Exception:
            log.exception("connection of %s failed", connection.peer.name)
        finally:
            del self._open[connection.number]
            self._presence.leave(connection.number)
            writer.close()

    async def _converse(
        self, connection: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while True:
            try:
                stays = connection.desk or connection.replays
                async with asyncio.timeout(None if stays else QUIET_FOR):
                    line = await reader.readuntil(b"\n")
            except asyncio.IncompleteReadError:
                return
            except asyncio.LimitOverrunError:
                text = f"a request may have {MOST_BYTES // 1024} KiB; this one is longer and was not read"
                await _send(writer, _refusal(text))
                return
            self._presence.stir()
            await _send(writer, await self._reply(connection, line))
            self._presence.stir()

    async def _reply(self, connection: Connection, line: bytes) -> dict[str, Any]:
        try:
            request = msgspec.json.decode(line, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError):
            return _refusal('a request is one JSON object on one line, such as {"do": "status"}')
        try:
            return {"ok": True, **await self._answer(connection, request)}
        except RequestError as refused:
            return _refusal(str(refused))
        except Exception:
            log.exception("request of %s failed", connection.peer.name)
            return _refusal(
                "the service failed on this request by a fault of its own; nothing was changed. "
                "Its log says where"
            )


def _peer_of(writer: asyncio.StreamWriter) -> Peer:
    peer = writer.get_extra_info("socket")
    packed = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return Peer(*struct.unpack("3i", packed))


def _refusal(sentence: str) -> dict[str, Any]:
    return {"ok": False, "error": sentence}


async def _send(writer: asyncio.StreamWriter, reply: dict[str, Any]) -> None:
    async with asyncio.timeout(SLOWEST_READER):
        writer.write(msgspec.json.encode(reply) + b"\n")
        await writer.drain()
