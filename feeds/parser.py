"""The service's end of the parser host: documents go out, posts or a sentence come back."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from itertools import count
from pathlib import Path

import msgspec

from feeds import job as wire
from feeds.job import Frames, Job, Reply
from feeds.source import Document, Kind, Parsed, SourceError

__all__ = ["Parsed", "Parser"]

GRACE = 2.0
"""Seconds beyond its own limit that the host may take to report a job before it is taken for stuck."""
PIECE = 1024 * 1024
ENDINGS = {
    "time": f"took more than {wire.CPU_SECONDS} s to read and was put aside",
    "late": f"could not be read within {wire.WALL_SECONDS:g} s because this machine is busy",
    "memory": f"took more than {wire.MEMORY_BYTES // 2**20} MB to read and was put aside",
    "size": "grew out of all proportion while being read and was put aside",
    "failed": "made its parser fail and was put aside",
}


class Parser:
    """Parses foreign documents in a process apart, several at a time.

    The host is started when first needed and again whenever it has died.
    """

    def __init__(self) -> None:
        self._replies = msgspec.msgpack.Decoder(Reply)
        self._results = msgspec.msgpack.Decoder(Parsed)
        self._numbers = count(1)
        self._slots = asyncio.Semaphore(wire.SLOTS)
        self._starting = asyncio.Lock()
        self._host: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._waiting: dict[int, asyncio.Future[Reply | None]] = {}

    async def __aenter__(self) -> Parser:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    @property
    def host_pid(self) -> int | None:
        """The process id of the host, while there is one."""
        return self._host.pid if self._host else None

    async def start(self) -> None:
        """Start the host unless it runs.

        Raises:
            SourceError: when no process can be started.
        """
        async with self._starting:
            if self._host is not None:
                return
            try:
                self._host = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "feeds.parser_host"),
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.DEVNULL,
                    cwd=Path(__file__).parent.parent,
                    env=_bare_environment(),
                    # Ctrl+C in the terminal is for the desk, not for this.
                    start_new_session=True,
                )
            except OSError as error:
                reason = f"The parser process could not be started: {error.strerror}."
                raise SourceError(f"{reason} Nothing was taken in.") from None
            self._reading = asyncio.create_task(self._read(self._host))

    async def aclose(self) -> None:
        """End the host and wait for it."""
        if (host := self._host) is not None:
            await self._drop(host)
        if self._reading is not None:
            await self._reading
            self._reading = None

    async def parse(
        self,
        kind: Kind,
        source: str,
        lang: str,
        body: bytes,
        content_type: str,
        address: str,
        what: str = "",
        keywords: tuple[str, ...] = (),
    ) -> Parsed:
        """Parse one document of `source` within the limits of `feeds.job`.

        Raises:
            SourceError: when it cannot be read, or was put aside for what it cost; `lasting` where the
                same document would fare the same again.
        """
        async with self._slots:
            number = next(self._numbers)
            reply = await self._ask(
                Job(number, kind, Document(body, content_type, address, source, lang, what, keywords))
            )
        if reply.outcome == "unreadable":
            raise SourceError(f"{source}: {reply.payload.decode('utf-8', 'replace')}.", lasting=True)
        if reply.outcome != "parsed":
            text = f"{source}: the document {ENDINGS[reply.outcome]}; other sources go on."
            raise SourceError(text, lasting=reply.outcome != "late")
        try:
            return self._results.decode(reply.payload)
        except msgspec.DecodeError:
            text = f"{source}: the parser answered nonsense; the document was put aside."
            raise SourceError(text, lasting=True) from None

    async def _ask(self, job: Job) -> Reply:
        await self.start()
        host = self._host
        gone = SourceError("The parser process ended; it is started again and the source is read again soon.")
        if host is None or host.stdin is None:
            raise gone
        answer: asyncio.Future[Reply | None] = asyncio.get_running_loop().create_future()
        self._waiting[job.number] = answer
        try:
            async with asyncio.timeout(wire.WALL_SECONDS + GRACE):
                host.stdin.write(wire.frame(job))
                await host.stdin.drain()
                reply = await answer
        except (BrokenPipeError, ConnectionResetError):
            raise gone from None
        except TimeoutError:
            await self._drop(host)
            raise gone from None
        finally:
            self._waiting.pop(job.number, None)
        if reply is None:
            raise gone
        return reply

    async def _read(self, host: asyncio.subprocess.Process) -> None:
        """Hand each reply to whoever waits for it, until the host is gone."""
        frames = Frames()
        assert host.stdout is not None
        try:
            while piece := await host.stdout.read(PIECE):
                for packed in frames.feed(piece):
                    reply = self._replies.decode(packed)
                    answer = self._waiting.get(reply.number)
                    if answer is not None and not answer.done():
                        answer.set_result(reply)
        except (msgspec.DecodeError, wire.Garbage, OSError):
            pass  # A host that writes nonsense is as good as dead.
        await self._drop(host)

    async def _drop(self, host: asyncio.subprocess.Process) -> None:
        if self._host is host:
            self._host = None
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_result(None)
        if host.stdin is not None:
            host.stdin.close()
        try:
            # The end of its input is the host's sign to end its children and itself.
            async with asyncio.timeout(GRACE):
                await host.wait()
        except TimeoutError:
            # It leads a session of its own, so this reaches its children too.
            with suppress(ProcessLookupError):
                os.killpg(host.pid, signal.SIGKILL)
            await host.wait()


def _bare_environment() -> dict[str, str]:
    """What Python needs to start, and nothing else of the service's environment, which may hold secrets."""
    kept = {name: os.environ[name] for name in ("PYTHONPATH", "PYTHONHOME") if name in os.environ}
    return {"LANG": "C.UTF-8", "TZ": "UTC", "PATH": os.defpath, **kept}
