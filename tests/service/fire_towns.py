"""Servers on which replies are published under fire: where reports come from, and what was said in the end.

Each stands behind proxies of ours that lose requests and answers; what was said the server itself is asked.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import httpx

from console.paths import DataPaths
from console.settings import Settings, load
from feeds.bluesky import POST
from tests.feeds.fault_proxy import Fault, FaultProxy, fault_proxy
from tests.feeds.mastodon_mock import DESK, MastodonMock
from tests.feeds.test_bluesky_real import PDS, Person
from tests.service.at_work import write_settings

Result = TypeVar("Result")
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
    def lit(self, upstream: int, deadline: float, *keyless: bool) -> Iterator[None]:
        """Have a proxy for each of `keyless`; those that are keyless take no notice of keys, and say so."""

        @asynccontextmanager
        async def proxies() -> Any:
            async with fault_proxy(upstream, self.choose, keyless=keyless[0]) as one:
                one.delay = deadline * 1.15
                self.proxies.append(one)
                if len(keyless) == 2:
                    async with fault_proxy(upstream, self.choose, keyless=keyless[1]) as other:
                        other.delay = one.delay
                        self.proxies.append(other)
                        yield
                else:
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


class MastodonTown:
    """`mastodon-mock` behind two proxies: one as Mastodon is, one that ignores keys as GoToSocial does."""

    never_again = frozenset({"plain"})

    def __init__(self, mock: MastodonMock, fire: Fire, settings: Settings) -> None:
        self._mock, self._fire = mock, fire
        self.settings = settings
        self.posts = lambda: fire.posts
        self.still, self.faults = fire.still, fire.faults

    def under_fire(self) -> None:
        self._fire.burns = True

    def report(self, count: int) -> None:
        for number in range(1, count + 1):
            self._mock.say(f"report {number} . #{('keyed', 'plain')[number % 2]}")

    def channel_of(self, source: str) -> str:
        return source.removeprefix("from-")

    def said(self) -> list[str]:
        signed = {"Authorization": f"Bearer {DESK}"}
        with httpx.Client(base_url=self._mock.origin, headers=signed, trust_env=False) as desk:
            account = desk.get("/api/v1/accounts/verify_credentials").json()["id"]
            found: list[str] = []
            below: dict[str, str] = {}
            while page := desk.get(
                f"/api/v1/accounts/{account}/statuses", params={"limit": "40", **below}
            ).json():
                found += [status["content"] for status in page]
                below = {"max_id": page[-1]["id"]}
        return found


@contextmanager
def mastodon_town(home: Path, deadline: float, seed: int) -> Iterator[MastodonTown]:
    """Serve one for as long as the block lasts; `deadline` is what the service gives a server, in seconds."""
    fire = Fire(seed, lambda method, path: method == "POST" and path.startswith("/api/v1/statuses"))
    with ExitStack() as stack:
        mock = stack.enter_context(MastodonMock(home))
        stack.enter_context(fire.lit(mock.port, deadline, False, True))
        ways = dict(zip(("keyed", "plain"), (proxy.origin for proxy in fire.proxies), strict=True))
        sources = [
            {"name": f"from-{name}", "kind": "mastodon", "address": f"{way}/tags/{name}", "interval": "2s"}
            for name, way in ways.items()
        ]
        channels = [
            {"name": name, "kind": "mastodon", "address": way, "account": "@riverton"}
            for name, way in ways.items()
        ]
        keep_secret(home, DESK, *ways, *(str(source["name"]) for source in sources))
        yield MastodonTown(mock, fire, settings_with(home, sources, *channels))


class BlueskyTown:
    """The real PDS behind a proxy; reports come from the AppView without one."""

    never_again: frozenset[str] = frozenset()

    def __init__(self, town: Person, ana: Person, fire: Fire, settings: Settings) -> None:
        self._town, self._ana, self._fire = town, ana, fire
        self.settings = settings
        self.posts = lambda: fire.posts
        self.still, self.faults = fire.still, fire.faults

    def under_fire(self) -> None:
        self._fire.burns = True

    def report(self, count: int) -> None:
        async def all_of_them(api: httpx.AsyncClient) -> None:
            self._ana.api = api
            for number in range(1, count + 1):
                await self._ana.mention(self._town, f"report {number} .")

        _asked(all_of_them)

    def channel_of(self, source: str) -> str:
        return "sky"

    def said(self) -> list[str]:
        async def records(api: httpx.AsyncClient) -> list[str]:
            found: list[str] = []
            below: dict[str, str] = {}
            while True:
                asked = {"repo": self._town.did, "collection": POST, "limit": "100", **below}
                page = (await api.get("/xrpc/com.atproto.repo.listRecords", params=asked)).json()
                found += [one["value"]["text"] for one in page["records"]]
                if not page.get("cursor"):
                    return found
                below = {"cursor": page["cursor"]}

        return _asked(records)


@contextmanager
def bluesky_town(home: Path, deadline: float, seed: int) -> Iterator[BlueskyTown]:
    """The same with the PDS that WATCHFLOOR_TEST_BLUESKY names."""
    mark = secrets.token_hex(4)

    async def join(api: httpx.AsyncClient) -> tuple[Person, Person, str]:
        town, ana = [
            await Person(api, f"{name}-{mark}.test", f"pass-{mark}").join() for name in ("town", "ana")
        ]
        made = await town.call("com.atproto.server.createAppPassword", {"name": "watchfloor"})
        return town, ana, made["password"]

    town, ana, password = _asked(join)
    fire = Fire(seed, lambda _method, path: path.endswith("putRecord"))
    with fire.lit(urlsplit(PDS).port or 80, deadline, False):
        way = fire.proxies[0].origin
        source = {
            "name": "sky-reports",
            "kind": "bluesky",
            "address": f"{PDS}/notifications",
            "account": town.handle,
            "interval": "2s",
        }
        channel = {"name": "sky", "kind": "bluesky", "address": way, "account": town.handle}
        settings = settings_with(home, [source], channel)
        keep_secret(home, password, "sky", "sky-reports")
        keep_session(settings, way, town, password)
        yield BlueskyTown(town, ana, fire, settings)


def keep_session(settings: Settings, way: str, town: Person, password: str) -> None:
    """Sign the channel in beforehand: a session that the server gives names the server, past the proxy."""

    async def sign_in(api: httpx.AsyncClient) -> dict[str, str]:
        body = {"identifier": town.handle, "password": password}
        answer: dict[str, str] = (await api.post("/xrpc/com.atproto.server.createSession", json=body)).json()
        return answer

    given = _asked(sign_in)
    tokens = (
        f'{{"access":"{given["accessJwt"]}","refresh":"{given["refreshJwt"]}","did":"{town.did}",'
        '"service":""}'
    )
    kept = DataPaths(settings.desk.data).sessions / "channel-sky"
    kept.parent.mkdir(parents=True, mode=0o700)
    kept.write_text(f"bluesky {way} {town.handle}\n{tokens}")
    kept.chmod(0o600)


def _asked(ask: Callable[[httpx.AsyncClient], Awaitable[Result]]) -> Result:
    async def once() -> Result:
        async with httpx.AsyncClient(base_url=PDS, timeout=30, trust_env=False) as api:
            return await ask(api)

    return asyncio.run(once())
