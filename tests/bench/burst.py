"""Twenty thousand posts in one minute through a stream: `python -m tests.bench.burst`.

A server of ours streams them to the real service, the real desk stands in a pty beside it. Every so often
one of the posts is a call for help, and its operator lets it in once it is seen. Printed are what was lost,
how long a call took from the server to the desk's screen, and the memory of the service (its parser host and
children included). Exits with 1 when a post was lost or a call took longer than two seconds.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.instance import Instance
from tests.service.at_work import Served, write_settings
from tests.terminal import Terminal

POSTS = 20_000
SPAN = 60.0
"""Seconds in which they are said."""
CALLS = 12
"""How many of them call for help: one in five seconds."""
BAR = 2.0
"""Seconds that a call may take to the screen."""
WORDS = (
    *("bus", "ferry", "market", "rain", "school", "river", "bridge", "council"),
    *("light", "road", "water", "street", "park", "noise", "dog", "library"),
)


def memory(pid: int) -> float:
    """MiB that a process and all below it hold (Pss of proc(5), which counts what is shared once)."""
    total = 0
    for one in (pid, *_below(pid)):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue  # a parser's child that has just ended
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def _below(pid: int) -> list[int]:
    try:
        found = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [*found, *(deeper for child in found for deeper in _below(child))]


def chatter(chance: random.Random, number: int) -> str:
    """Something harmless, never the same."""
    return f"{' '.join(chance.choices(WORDS, k=12))} {number}"


def say_all(instance: Instance, said: dict[str, float]) -> None:
    """Say everything at an even pace; `said` takes down when each call was said."""
    chance, began = random.Random(1), time.monotonic()
    calls = {POSTS * (2 * one + 1) // (2 * CALLS): one for one in range(CALLS)}
    for number in range(POSTS):
        if (wait := began + number * SPAN / POSTS - time.monotonic()) > 0:
            time.sleep(wait)
        if number in calls:
            mark = f"Quay{calls[number]:02d}"
            said[mark] = time.monotonic()
            instance.say(
                f"{mark} help, we can't get out, water is coming in, my mother is trapped", f"c{number}"
            )
        else:
            instance.say(chatter(chance, number), f"voice{number % 5000}")


def main() -> int:
    """Say, watch, count."""
    said: dict[str, float] = {}
    seen: dict[str, float] = {}
    held: list[float] = []
    with tempfile.TemporaryDirectory() as root, Instance() as instance:
        source = {
            "name": "town",
            "kind": "mastodon",
            "address": f"http://127.0.0.1:{instance.port}/tags/riverton",
            "interval": "60s",
            "stream": True,
        }
        settings = write_settings(Path(root), [source])
        keep = Path(root) / "credentials"
        keep.mkdir()
        (keep / "town").write_text("a-token-for-the-stream")
        (keep / "town").chmod(0o600)
        with Served(settings) as served, Terminal(_desk(served), columns=120, rows=40) as terminal:
            terminal.wait_for("LIVE")
            instance.say("good morning", "early")
            _until(lambda: served.total() >= 1, 30)
            time.sleep(2)
            talking = threading.Thread(target=say_all, args=(instance, said), daemon=True)
            talking.start()
            while talking.is_alive() or len(seen) < len(said):
                _watch(terminal, said, seen)
                if len(held) < (time.monotonic() - terminal.started) / 2:
                    held.append(memory(served.process.pid))
                if not talking.is_alive() and time.monotonic() - max(said.values()) > 60:
                    break
            waited = time.monotonic()
            _until(lambda: served.total() >= POSTS + 1, 600)
            late = time.monotonic() - waited
            total = served.total()
            held.append(memory(served.process.pid))
    lags = [seen[mark] - said[mark] for mark in seen]
    print(f"burst: {POSTS} posts in {SPAN:.0f} s through the stream, {POSTS + 1 - total} lost")
    print(f"burst: the last was stored {late:.1f} s after the last call was on the screen")
    if lags:
        print(f"burst: a call on the screen after {statistics.median(lags):.2f} s, at most {max(lags):.2f} s")
    print(f"burst: {len(seen)} of {CALLS} calls were seen; bar {BAR:.0f} s")
    print(
        f"burst: memory of the service {held[0]:.0f} MiB, at most {max(held):.0f}, at the end {held[-1]:.0f}"
    )
    return int(total != POSTS + 1 or len(seen) < CALLS or max(lags) > BAR)


def _desk(served: Served) -> list[str]:
    return [sys.executable, "-m", "console", "--config", str(served.settings.path)]


def _watch(terminal: Terminal, said: dict[str, float], seen: dict[str, float]) -> None:
    terminal.read(0.02)
    shown = terminal.text()
    for mark in tuple(said):
        if mark not in seen and mark in shown:
            seen[mark] = time.monotonic()
            terminal.type(".")


def _until(true: Callable[[], bool], within: float) -> None:
    end = time.monotonic() + within
    while not true() and time.monotonic() < end:
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
