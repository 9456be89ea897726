"""Servers on which replies are published under fire: where reports come from, and what was said in the end.

Each stands behind proxies of ours; what was said the server itself is asked.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import httpx

from console.paths import DataPaths
from console.settings import Settings
from feeds.bluesky import POST
from tests.feeds.fault_proxy import NOT_MASTODON
from tests.feeds.mastodon_mock import DESK, MastodonMock
from tests.feeds.test_bluesky_real import PDS, Person
from tests.service.fire import Fire, keep_secret, settings_with

Result = TypeVar("Result")
MASTODON = b'{"version": "4.5.0", "api_versions": {"mastodon": 7}}'
WAYS = {"keyed": None, "plain": NOT_MASTODON, "forgetful": MASTODON}
"""Mastodon as it is; a server that ignores keys and claims nothing else; Mastodon that has lost them (Redis
forgets)."""


class MastodonTown:
    """`mastodon-mock` behind a proxy for each of `WAYS`."""

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
            self._mock.say(f"report {number} . #{tuple(WAYS)[number % len(WAYS)]}")

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
        stack.enter_context(fire.lit(mock.port, deadline, *WAYS.values()))
        ways = dict(zip(WAYS, (proxy.origin for proxy in fire.proxies), strict=True))
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
    with fire.lit(urlsplit(PDS).port or 80, deadline, None):
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
