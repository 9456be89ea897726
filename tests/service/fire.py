"""Proxies that lose requests and answers, in front of servers on which replies are published under fire."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Protocol

from console.settings import Settings, load
from tests.feeds.fault_proxy import Fault, FaultProxy, fault_proxy
from tests.service.at_work import write_settings

FAULTS: tuple[Fault, ...] = (
    *("before", "before", "before", "after", "after", "after", "502", "502", "502"),
    *("half", "429", "late", "slow"),
)
"""What goes wrong with a post; `late` and `slow` take a whole deadline each, so they are seldom."""
OF_POSTS, OF_READS = 0.3, 0.03
"""Parts of the requests that go wrong."""
HOLD = "1s"


class Town(Protocol):
    """A place where the public reports something and the desk answers."""

    settings: Settings
    never_again: frozenset[str]
    """Channels on which a doubtful post is never repeated, so that only a person can settle it."""

    def report(self, count: int) -> None:
        """Let the public say `report 1 .` to `report COUNT .`."""

    def channel_of(self, source: str) -> str:
        """Where what a source brought is answered."""

    def posts(self) -> int:
        """How many posts the proxies have been asked to make."""

    def under_fire(self) -> None:
        """From now on things go wrong."""

    def still(self) -> bool:
        """Whether the proxies have nothing under way."""

    def faults(self) -> Counter[Fault]:
        """What went wrong."""

    def said(self) -> list[str]:
        """Every text that the desk's account has said, as the server has it."""


class Fire:
    """Proxies in a loop of their own, and the chance that decides what they do."""

    def __init__(self, seed: int, is_post: Callable[[str, str], bool]) -> None:
        self._chance = random.Random(seed)
        self._is_post = is_post
        self.burns = False
        self.posts = 0
        self.proxies: list[FaultProxy] = []
        self._loop = asyncio.new_event_loop()

    def choose(self, method: str, path: str) -> Fault:
        """Runs in the loop of the proxies alone."""
        if not self.burns:
            return "none"
        if self._is_post(method, path):
            self.posts += 1
            return self._chance.choice(FAULTS) if self._chance.random() < OF_POSTS else "none"
        return "before" if self._chance.random() < OF_READS else "none"

    def still(self) -> bool:
        return not any(proxy.tasks for proxy in self.proxies)

    def faults(self) -> Counter[Fault]:
        """Each kind's number, for all proxies together."""
        found: Counter[Fault] = Counter()
        for proxy in self.proxies:
            found += proxy.done
        del found["none"]
        return found

    @contextmanager
    def lit(self, upstream: int, deadline: float, *ways: bytes | None) -> Iterator[None]:
        """Have a proxy for each way: one that passes keys on, or ignores them and says this of itself."""

        @asynccontextmanager
        async def proxies() -> AsyncIterator[None]:
            async with AsyncExitStack() as stack:
                for way in ways:
                    proxy = await stack.enter_async_context(
                        fault_proxy(upstream, self.choose, keyless=way is not None)
                    )
                    proxy.instance = way or b""
                    proxy.delay = deadline * 1.15
                    self.proxies.append(proxy)
                yield

        ready, over = threading.Event(), asyncio.Event()

        async def burn() -> None:
            async with proxies():
                ready.set()
                await over.wait()

        thread = threading.Thread(target=self._loop.run_until_complete, args=(burn(),), daemon=True)
        thread.start()
        try:
            assert ready.wait(20)
            yield
        finally:
            self._loop.call_soon_threadsafe(over.set)
            thread.join(120)
            self._loop.close()


def settings_with(home: Path, sources: Sequence[dict[str, Any]], *channels: dict[str, str]) -> Settings:
    """A desk's settings with channels to speak on."""
    path = write_settings(home, sources).path
    assert path is not None
    lines = ["[answers]", f'hold = "{HOLD}"']
    for channel in channels:
        lines.append(f"[channels.{channel['name']}]")
        lines += [f'{key} = "{value}"' for key, value in channel.items() if key != "name"]
    with path.open("a") as file:
        file.write("\n".join(lines) + "\n")
    return load(path, {})


def keep_secret(home: Path, secret: str, *names: str) -> None:
    """Put a secret where the service looks for it."""
    (home / "credentials").mkdir(exist_ok=True)
    for name in names:
        path = home / "credentials" / name
        path.write_text(secret)
        path.chmod(0o600)
