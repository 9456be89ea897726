"""`watchfloor replay`: a file of posts taken in through the running service, at a chosen speed.

Posts are told anew: the first is said now, the others as much later as they were said then, divided by the
speed. The service confirms each batch after it is stored, and no batch leaves before the one ahead of it was
confirmed; so whatever stops a replay, starting it again loses nothing and takes nothing twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from console.service.client import NoService, Refused, ServiceClient
from feeds.jsonl import post_from_json
from feeds.post import Post

BATCH = 20
"""Posts in one request: what the service stores in one transaction."""
MOST_BATCH_BYTES = 512 * 1024
LONGEST_SILENCE = 3600.0
"""Seconds between two posts, as they were said, that are waited for at most: a file that spans years is
played without its empty nights."""
KEPT_REFUSALS = 20


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a replay is, for whoever draws the bar."""

    line: int
    """The last line of the file that is settled: stored, known before, or refused."""
    new: int = 0
    edited: int = 0
    unchanged: int = 0
    refused: int = 0
    reasons: tuple[str, ...] = field(default=())
    """Why the first lines that were refused were, a sentence each."""


class ReplayStopped(Exception):
    """A replay ended before its file did; the message says where, and that it can go on."""

    def __init__(self, message: str, progress: Progress) -> None:
        super().__init__(message)
        self.progress = progress


def replay(
    client: ServiceClient,
    lines: Iterable[bytes],
    *,
    source: str = "replay",
    lang: str = "",
    speed: float | None = None,
    keep_times: bool = False,
    progress: Callable[[Progress], None] = lambda _progress: None,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Progress:
    """Send every line to the service and return what became of them.

    Args:
        client: the service.
        lines: JSON objects, one a line, as the design's posts on standard input.
        source: the name that posts come under where their line gives none.
        lang: the language of posts that do not say theirs; empty to let intake guess.
        speed: times faster than it was said; None for as fast as the service takes them.
        keep_times: leave posts dated as they are.
        progress: told after every batch.
        sleep: waits a number of seconds.
        monotonic: seconds that nobody sets.
        clock: tells the time, aware.

    Raises:
        ReplayStopped: when the service went away or refused a batch.
    """
    done = Progress(0)
    pace = _Pace(speed, keep_times, sleep, monotonic, clock)
    for batch in _batches(_posts(lines, source, lang), pace):
        known = [one.post for one in batch if one.post is not None]
        reply: dict[str, Any] = {"new": 0, "edited": 0, "unchanged": 0, "refused": []}
        if known:
            try:
                reply = client.ask("take", posts=msgspec.to_builtins(pace.told_now(known)))
            except (NoService, Refused) as error:
                why = str(error).rstrip(".")
                raise ReplayStopped(
                    f"{why}. The lines up to {done.line} are stored; give the same command again and the "
                    "replay goes on where it stopped",
                    done,
                ) from None
        reasons = [f"line {one.line}: {one.reason}" for one in batch if one.post is None]
        reasons += [str(reason) for reason in reply["refused"]]
        done = Progress(
            line=batch[-1].line,
            new=done.new + reply["new"],
            edited=done.edited + reply["edited"],
            unchanged=done.unchanged + reply["unchanged"],
            refused=done.refused + len(reasons),
            reasons=(*done.reasons, *reasons)[:KEPT_REFUSALS],
        )
        progress(done)
    return done


@dataclass(frozen=True, slots=True)
class _Line:
    line: int
    size: int
    post: Post | None
    reason: str = ""


def _posts(lines: Iterable[bytes], source: str, lang: str) -> Iterator[_Line]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            post = post_from_json(line, "", lang)
            yield _Line(number, len(line), replace(post, source=post.source or source))
        except ValueError as error:
            yield _Line(number, 0, None, str(error))


class _Pace:
    """When each post is due, and the time that it is given."""

    def __init__(
        self,
        speed: float | None,
        keep_times: bool,
        sleep: Callable[[float], None],
        monotonic: Callable[[], float],
        clock: Callable[[], datetime],
    ) -> None:
        self._speed = speed
        self._keep_times = keep_times
        self._sleep = sleep
        self._monotonic = monotonic
        self._clock = clock
        self._started = monotonic()
        self._last: datetime | None = None
        self._due = 0.0

    def due_in(self, post: Post) -> float:
        """Seconds until a post is to be said; never negative. Ask once a post, in the file's order."""
        if self._speed is None:
            return 0.0
        said = post.created_at or self._last
        if said is not None and self._last is not None:
            silence = (said - self._last).total_seconds()
            self._due += min(max(0.0, silence), LONGEST_SILENCE) / self._speed
        self._last = said if self._last is None or (said and said > self._last) else self._last
        return max(0.0, self._started + self._due - self._monotonic())

    def wait(self, seconds: float) -> None:
        """Let time pass until a post is due."""
        if seconds > 0:
            self._sleep(seconds)

    def told_now(self, posts: list[Post]) -> list[Post]:
        """The posts as if they were said now, edits included."""
        if self._keep_times:
            return posts
        now = self._clock()
        return [
            replace(
                post,
                created_at=now,
                # An edit stays as much younger than its post as it was.
                updated_at=now + _edited_after(post) if post.updated_at else None,
            )
            for post in posts
        ]


def _edited_after(post: Post) -> timedelta:
    if post.updated_at is None or post.created_at is None:
        return timedelta(0)
    return max(timedelta(0), post.updated_at - post.created_at)


def _batches(posts: Iterator[_Line], pace: _Pace) -> Iterator[list[_Line]]:
    """Group lines that are due by now; whatever is due later waits, and what was due before goes first."""
    batch: list[_Line] = []
    size = 0
    for one in posts:
        wait = pace.due_in(one.post) if one.post else 0.0
        if batch and (wait > 0 or len(batch) == BATCH or size + one.size > MOST_BATCH_BYTES):
            yield batch
            batch, size = [], 0
        pace.wait(wait)
        batch.append(one)
        size += one.size
    if batch:
        yield batch
