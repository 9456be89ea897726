"""Many operators at once on the real service while mentions pour in, and whether all came out right."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from console.model import Event
from console.paths import DataPaths
from console.service.client import ServiceClient
from console.store import log as desk_log
from console.store.connect import open_readonly
from console.store.reader import Reader
from tests.bench.burst import chatter
from tests.service.at_work import ROOT, sent, write_settings
from tests.service.hurried import Hurried

FIRST_UID = 61_001
"""Of the operators: where this process may, each is a person of their own."""
SUBJECTS = 30
"""On which they all work."""
AT_ONCE = 100
"""Posts of one `take`."""
EXPECTED = (
    *(" holds it for ", " holds it now", "Your claim has ended", "in another terminal", "Claim it first"),
    *("has been sent", "answered it at", "Somebody answered", "meanwhile", "cannot be taken back"),
)
"""Words of the refusals that a crowd gets for good reasons."""


@dataclass(frozen=True, slots=True)
class Fed:
    """What came of the mentions."""

    taken: int
    seconds: float

    @property
    def rate(self) -> float:
        """Mentions a second."""
        return self.taken / self.seconds


@dataclass(frozen=True, slots=True)
class Crowd:
    """What a crowd did, and what is left of it."""

    operators: int
    people: int
    """Different users among them."""
    fed: Fed
    lines: tuple[Mapping[str, Any], ...]
    faults: tuple[str, ...]
    beside: Any
    """What ran beside it came to."""

    def took(self, do: str) -> list[float]:
        """Seconds of each request of a kind, sorted; refusals included."""
        return sorted(line["took"] for line in self.lines if line["do"] == do)

    @property
    def acknowledged(self) -> int:
        """Commands that the service said it did."""
        return sum("refused" not in line for line in self.lines)


def feed(root: str, rate: int, seconds: float) -> Fed:
    """Bring mentions as a replay does, `rate` a second or as many as the service takes."""
    chance, began, taken = random.Random(1), time.monotonic(), 0
    with ServiceClient.connect(DataPaths(Path(root))) as client:
        while (passed := time.monotonic() - began) < seconds:
            if taken > passed * rate:
                time.sleep((taken - passed * rate) / rate)
                continue
            numbers = range(taken + 1, taken + 1 + AT_ONCE)
            posts = [sent(f"f{number}", chatter(chance, number)) for number in numbers]
            taken += client.ask("take", posts=posts)["new"]
    return Fed(taken, time.monotonic() - began)


def crowd(
    home: Path,
    *,
    operators: int,
    rate: int,
    seconds: float,
    beside: Callable[[str, float], Any] | None = None,
) -> Crowd:
    """Let so many operators work while mentions come; `beside` runs beside them, in a process of its own."""
    home.chmod(0o755)
    settings = write_settings(home)
    served = Hurried(settings, unhurried=True)
    try:
        subjects = contested(served)
        with ProcessPoolExecutor(2, get_context("spawn")) as pool:
            root = str(served.paths.root)
            more: Future[Any] | None = pool.submit(beside, str(home), seconds) if beside else None
            fed = pool.submit(feed, root, rate, seconds)
            lines, failed = at_work(home, root, operators, seconds, subjects)
            came = Crowd(
                operators,
                operators if os.getuid() == 0 else 1,
                fed.result(),
                lines,
                (),
                more.result() if more else None,
            )
    finally:
        code = served.end()
    faults = [*failed, *checked(served.paths, came.lines)]
    if code or served.said():
        faults.append(f"the service ended with {code}: {served.said()}")
    return Crowd(came.operators, came.people, came.fed, came.lines, tuple(faults), came.beside)


def contested(served: Hurried) -> list[str]:
    """Subjects that everybody will want."""
    with served.client() as client:
        client.ask("take", posts=[sent(f"s{number}", f"question {number}?") for number in range(SUBJECTS)])
    with Reader(served.paths.database) as reader:
        return [f"mention:{row.id}" for row in reader.mentions(limit=SUBJECTS)]


def at_work(
    home: Path, root: str, operators: int, seconds: float, subjects: Sequence[str]
) -> tuple[tuple[Mapping[str, Any], ...], list[str]]:
    """Run the operators; gives what they were told, and what went wrong with them."""
    running: list[tuple[subprocess.Popen[bytes], Path]] = []
    for number in range(operators):
        kept = home / f"operator{number}"
        command = [sys.executable, "-m", "tests.service.crowd_operator", root]
        command += [str(number), str(uid_of(number)), str(seconds), *subjects]
        with kept.open("wb") as out, kept.with_suffix(".errors").open("wb") as errors:
            process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=errors)
        running.append((process, kept))
    faults, lines = [], []
    for process, kept in running:
        if code := process.wait(seconds + 300):
            faults.append(f"{kept.name} ended with {code}: {kept.with_suffix('.errors').read_text()}")
        lines += [json.loads(line) for line in kept.read_text().splitlines()]
    return tuple(lines), faults


def checked(paths: DataPaths, lines: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A sentence for everything that is not as it must be."""
    lines = tuple(lines)
    for line in lines:
        if (why := line.get("refused")) and not any(words in why for words in EXPECTED):
            yield f"operator {line['who']}, {line['do']}: {why}"
    if any(word in paths.log.read_text() for word in ("locked", "busy", "Traceback")):
        yield f"the service's log speaks of trouble: {paths.log.read_text()[-2000:]}"
    with Reader(paths.database) as reader:
        events = reader.events(1 << 40)[::-1]
    connection, _ = open_readonly(paths.database)
    try:
        yield from desk_log.verify(connection)
    finally:
        connection.close()
    yield from double_claims(events)
    yield from claimed_twice(lines)
    yield from forgotten(paths, events, lines)


def double_claims(events: Iterable[Event]) -> Iterator[str]:
    """Follow who holds what through the log: nobody takes what is held without taking it over."""
    holders: dict[str, str] = {}
    epochs: Counter[str] = Counter()
    for event in events:
        data, holder = json.loads(event.data), holders.get(event.subject)
        if event.kind in ("claimed", "taken over"):
            if data["epoch"] <= epochs[event.subject]:
                yield f"line {event.seq}: {event.subject} had the epoch {epochs[event.subject]} before"
            if holder not in (None, event.actor) and data.get("from") != holder:
                yield f"line {event.seq}: {event.actor} took {event.subject}, which {holder} held"
            epochs[event.subject], holders[event.subject] = data["epoch"], event.actor
        elif event.kind == "released":
            if holder != event.actor:
                yield f"line {event.seq}: {event.actor} released {event.subject}, which {holder} held"
            holders.pop(event.subject, None)
        elif event.kind == "claim ended":
            if data["of"] != holder:
                yield f"line {event.seq}: the claim of {data['of']} ended, which {holder} held"
            holders.pop(event.subject, None)


def claimed_twice(lines: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """No two terminals were ever told that they hold the same claim."""
    held: dict[tuple[str, int], int] = {}
    for line in lines:
        if line["do"] == "claim" and "refused" not in line:
            first = held.setdefault((line["subject"], line["epoch"]), line["who"])
            if first != line["who"]:
                claim = f"{line['subject']}, epoch {line['epoch']}"
                yield f"operators {first} and {line['who']} both hold {claim}"


def forgotten(paths: DataPaths, events: Sequence[Event], lines: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Every acknowledged command is in the log; what was typed, which the log does not tell, in its draft."""
    told: Counter[tuple[Any, ...]] = Counter()
    for event in events:
        data = json.loads(event.data)
        if event.kind in ("claimed", "taken over"):
            told["claim", event.subject, data["epoch"]] += 1
        elif event.kind == "released":
            told["release", event.subject, event.actor] += 1
        elif event.kind == "draft begun":
            told["draft", event.subject, data["draft"]] += 1
        elif event.kind == "to be said":
            told["submit", event.subject, *data["deliveries"]] += 1
        elif event.kind == "taken back":
            told["take_back", event.subject, data["delivery"]] += 1
    typed: dict[int, tuple[int, str]] = {}
    done: Counter[tuple[Any, ...]] = Counter()
    for line in lines:
        if "refused" in line:
            continue
        if line["do"] == "draft_save":
            typed[line["draft"]] = max(
                typed.get(line["draft"], (0, "")), (line["version"], line.get("text", ""))
            )
            continue
        key = key_of(line)
        done[key] += 1
        if told[key] < (done[key] if line["do"] in ("release", "take_back") else 1):
            yield f"not in the log: {line}"
    with Reader(paths.database) as reader:
        for id_, (version, text) in typed.items():
            draft = reader.draft(id_)
            if (
                draft is None
                or draft.version < version
                or (draft.version == version and text not in ("", draft.text))
            ):
                yield f"draft {id_} is {draft}, and was acknowledged as version {version}: {text}"


def key_of(line: Mapping[str, Any]) -> tuple[Any, ...]:
    """What an acknowledged command is called in the log."""
    kind, subject = line["do"], line["subject"]
    if kind == "claim":
        return kind, subject, line["epoch"]
    if kind == "release":
        return kind, subject, name_of(line["who"])
    if kind == "draft":
        return kind, subject, line["draft"]
    if kind == "submit":
        return kind, subject, *line["deliveries"]
    return kind, subject, line["delivery"]


def name_of(number: int) -> str:
    """How the log calls an operator."""
    from console.service.presence import Peer

    return Peer(0, uid_of(number), 0).name


def uid_of(number: int) -> int:
    """Whose process an operator's is."""
    return FIRST_UID + number if os.getuid() == 0 else os.getuid()


def in_a_folder(**how: Any) -> Crowd:
    """A crowd in a folder of its own, that is gone afterwards."""
    with tempfile.TemporaryDirectory() as home:
        return crowd(Path(home), **how)
