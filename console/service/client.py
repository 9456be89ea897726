"""A desk's or a verb's end of the service's socket. No event loop, nothing heavy: verbs start quickly."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from console.paths import DataPaths
from console.service.address import short_address

LONGEST_REPLY = 16 * 1024 * 1024
CONNECT_WITHIN = 5.0
ANSWER_WITHIN = 60.0
"""Seconds. A commit takes milliseconds; a disk that is nearly dead, many seconds."""


class NoService(Exception):
    """No service answers; the message says so, what is safe, and what to type."""


class Refused(Exception):
    """The service answered that it will not; the message is its sentence."""


class ServiceClient:
    """One connection to the service of a desk. May be used from any thread, one request at a time."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._received = bytearray()
        self._lock = threading.Lock()

    @classmethod
    def connect(cls, paths: DataPaths) -> Self:
        """Reach the running service.

        Raises:
            NoService: when none answers.
        """
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(CONNECT_WITHIN)
        try:
            with short_address(paths.socket) as address:
                connection.connect(address)
        except PermissionError:
            connection.close()
            raise NoService(
                f"you may not connect to {paths.socket}; ask to be put into the group that owns it"
            ) from None
        except OSError:
            connection.close()
            raise NoService(
                "no service is running for this desk; what was stored is safe. "
                "`watchfloor serve` starts one, and so does opening the desk"
            ) from None
        connection.settimeout(ANSWER_WITHIN)
        return cls(connection)

    def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        """Send one request and wait for its reply.

        Raises:
            NoService: when the service ended or does not answer.
            Refused: when it refuses.
        """
        request = json.dumps({"do": do, **fields}, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            try:
                self._connection.sendall(request)
                reply = json.loads(self._line())
            except (OSError, ValueError):
                self._connection.close()
                raise NoService(
                    "the service has gone away; what it confirmed is stored. Start it again and repeat this"
                ) from None
        if not reply.pop("ok", False):
            raise Refused(str(reply.get("error", "the service refused without a reason")))
        return dict(reply)

    def patience(self, seconds: float) -> None:
        """Wait no longer than this for every answer from now on."""
        self._connection.settimeout(seconds)

    def hello(self, session: str = "") -> dict[str, Any]:
        """Say that this connection is a desk's: it puts its user on shift until it closes.

        Claims that are made over it belong to the terminal of that session, by which a desk that lost its
        connection finds them again.
        """
        return self.ask("hello", **{"as": "desk"}, **({"session": session} if session else {}))

    def close(self) -> None:
        """Hang up: a desk's user is then off shift, and who waits in another thread is let go."""
        with suppress(OSError):
            # Closing alone would let that thread, and so the end of the program, wait its minute out.
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _line(self) -> bytes:
        while (end := self._received.find(b"\n")) < 0:
            piece = self._connection.recv(65536)
            if not piece or len(self._received) > LONGEST_REPLY:
                raise ConnectionResetError
            self._received += piece
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        return line
