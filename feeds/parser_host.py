"""The process in which foreign documents are parsed: `python -m feeds.parser_host`.

It has one thread and has loaded every parser, so that it can fork a child for each document in a few
milliseconds and safely. The child gets limits of processor time, memory and files; whatever a document
does to it, this process and the service live on. It ends when its standard input does.
"""

from __future__ import annotations

import gc
import os
import resource
import selectors
import signal
import sys
import time
from dataclasses import dataclass, field
from typing import NoReturn

import msgspec

from feeds import job as wire
from feeds.job import Frames, Job, Outcome, Reply
from feeds.kinds import parse
from feeds.source import Document, Kind

PIECE = 1024 * 1024
STDIN, STDOUT = 0, 1


@dataclass(slots=True)
class _Child:
    """One document in the works."""

    number: int
    pid: int
    pipe: int
    deadline: float
    """On the monotonic clock."""
    answer: bytearray = field(default_factory=bytearray)


class Host:
    """Forks a child for each job and passes its answer on, or says how it died."""

    def __init__(self) -> None:
        self._jobs = msgspec.msgpack.Decoder(Job)
        self._frames = Frames()
        self._children: dict[int, _Child] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(STDIN, selectors.EVENT_READ)

    def run(self) -> None:
        """Serve until standard input ends."""
        while True:
            for key, _ in self._selector.select(self._patience()):
                if key.fd == STDIN:
                    if not self._take_jobs():
                        self._end_all()
                        return
                elif child := self._children.get(key.fd):
                    self._listen(child)
            now = time.monotonic()
            for child in [child for child in self._children.values() if child.deadline <= now]:
                self._end(child, "time")

    def _patience(self) -> float | None:
        deadlines = [child.deadline for child in self._children.values()]
        return max(0.0, min(deadlines) - time.monotonic()) if deadlines else None

    def _take_jobs(self) -> bool:
        piece = os.read(STDIN, PIECE)
        for packed in self._frames.feed(piece):
            self._start(self._jobs.decode(packed))
        return bool(piece)

    def _start(self, job: Job) -> None:
        pipe, answer = os.pipe()
        pid = os.fork()
        if pid == 0:
            _work(job, answer)
        os.close(answer)
        self._children[pipe] = _Child(job.number, pid, pipe, time.monotonic() + wire.WALL_SECONDS)
        self._selector.register(pipe, selectors.EVENT_READ)

    def _listen(self, child: _Child) -> None:
        piece = os.read(child.pipe, PIECE)
        child.answer += piece
        if len(child.answer) > wire.RESULT_BYTES:
            self._end(child, "size")
        elif not piece:
            self._end(child, None)

    def _end(self, child: _Child, outcome: Outcome | None) -> None:
        """Bury a child. `outcome` is why we end it; None when it closed its answer by itself."""
        self._selector.unregister(child.pipe)
        os.close(child.pipe)
        del self._children[child.pipe]
        os.kill(child.pid, signal.SIGKILL)
        _, status, used = os.wait4(child.pid, 0)
        if outcome == "time" and used.ru_utime + used.ru_stime < wire.CPU_SECONDS / 3:
            outcome = "late"
        if outcome is None:
            outcome, payload = _verdict(status, bytes(child.answer))
        else:
            payload = b""
        _write(STDOUT, wire.frame(Reply(child.number, outcome, payload)))

    def _end_all(self) -> None:
        for child in self._children.values():
            os.kill(child.pid, signal.SIGKILL)
            os.waitpid(child.pid, 0)


def _verdict(status: int, answer: bytes) -> tuple[Outcome, bytes]:
    """Read how a child ended from its answer, or failing that from its exit status."""
    if answer[:1] == b"P":
        return "parsed", answer[1:]
    if answer[:1] == b"U":
        return "unreadable", answer[1:]
    if answer[:1] == b"M":
        return "memory", b""
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
        return "time", b""
    return "failed", b""


def _work(job: Job, answer: int) -> NoReturn:
    """The child's whole life: take the limits on, parse, answer, end."""
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nowhere, standard)
        _limit()
        try:
            parsed = parse(job.kind, job.document)
            _write(answer, b"P" + msgspec.msgpack.encode(parsed))
        except ValueError as error:
            _write(answer, b"U" + str(error)[:500].encode("utf-8", "replace"))
        except MemoryError:
            _write(answer, b"M")
    finally:
        os._exit(0)


def _limit() -> None:
    # A document that burns its time should die of it, not leave a core behind.
    for what, soft, hard in (
        (resource.RLIMIT_CPU, wire.CPU_SECONDS, wire.CPU_SECONDS + 1),
        (resource.RLIMIT_AS, wire.MEMORY_BYTES, wire.MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_NOFILE, wire.OPEN_FILES, wire.OPEN_FILES),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(what, (soft, hard))


def _write(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


WARM_UP: tuple[tuple[Kind, bytes], ...] = (
    ("rss", b"<rss version='2.0'><channel><item><title>a &amp; b</title></item></channel></rss>"),
    ("jsonl", b'{"id": "1", "text": "a", "created_at": "2026-01-01T00:00:00Z"}'),
    ("gdacs", b"<rss><item><guid>EQ1</guid><pubDate>Thu, 01 Jan 2026 00:00:00 GMT</pubDate></item></rss>"),
)


def _warm_up() -> None:
    """Parse something small of each sort, so that no child has to import or compile anything."""
    for kind, body in WARM_UP:
        msgspec.msgpack.encode(parse(kind, Document(body)))
    gc.collect()
    gc.freeze()


def main() -> int:
    """Serve the jobs on standard input until it ends."""
    _warm_up()
    try:
        Host().run()
    except BrokenPipeError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
