"""The door for a city's own systems: who is let in, what is answered, and when."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from feeds.http import Client
from feeds.keys import Keys
from feeds.live import listen
from feeds.parser import Parser
from feeds.post import Post
from feeds.signing import sign
from feeds.source import Bookmark, Source, SourceError

KEY = "a key of the town that is long enough"
POST = json.dumps({"id": "7", "text": "Tree down on Mill Street", "source": "somebody else"}).encode()


@dataclass
class Door:
    address: str
    taken: list[Post] = field(default_factory=list)
    full: bool = False

    async def send(
        self,
        body: bytes = POST,
        *,
        at: float = 0.0,
        key: str = KEY,
        path: str = "/in",
        method: str = "POST",
        signature: str | None = None,
    ) -> httpx.Response:
        stamp = int(time.time() + at)
        headers = {
            "X-Watchfloor-Timestamp": str(stamp),
            "X-Watchfloor-Signature": sign(key, stamp, body) if signature is None else signature,
        }
        unix = None if "://" in self.address else self.address
        transport = httpx.AsyncHTTPTransport(uds=unix) if unix else httpx.AsyncHTTPTransport()
        base = "http://door" if unix else self.address.rpartition("/")[0]
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.request(method, f"{base}{path}", content=body, headers=headers)


@asynccontextmanager
async def opened(address: str, key: str = KEY) -> AsyncIterator[Door]:
    door = Door(address)
    source = Source("city-desk", "webhook", address, 60.0)

    async def hold() -> None:
        keys = Keys(secret=lambda: key)
        while True:
            async with aclosing(listen(source, Bookmark(), client, parser, keys)) as looks:
                async for found in looks:
                    if door.full and found.posts:
                        break
                    door.taken += found.posts

    async with Client(user_agent="watchfloor/1") as client, Parser() as parser:
        task = asyncio.create_task(hold())
        await asyncio.sleep(0.2)
        try:
            yield door
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def door(unused_tcp_port_factory: Callable[[], int]) -> AsyncIterator[Door]:
    async with opened(f"http://127.0.0.1:{unused_tcp_port_factory()}/in") as door:
        yield door


async def test_a_signed_post_is_taken_in_under_the_webhooks_own_name(door: Door) -> None:
    answer = await door.send()
    assert (answer.status_code, answer.json()) == (202, {"taken": 1, "refused": []})
    (post,) = door.taken
    assert (post.source, post.id, post.text) == ("city-desk", "7", "Tree down on Mill Street")


async def test_several_posts_may_come_at_once_and_a_bad_one_is_named(door: Door) -> None:
    body = json.dumps(
        {"posts": [{"id": "1", "text": "one"}, {"id": "2"}, {"id": "3", "text": "three"}]}
    ).encode()
    answer = await door.send(body)
    assert answer.json() == {"taken": 2, "refused": ["post 2: it has no text"]}
    lines = await door.send(b'{"id": "4", "text": "four"}\n{"id": "5", "text": "five"}\n')
    assert lines.json()["taken"] == 2


async def test_whoever_has_not_the_key_is_kept_out(door: Door) -> None:
    for wrong in (
        await door.send(key="another key that is long enough"),
        await door.send(signature="sha256=00"),
        await door.send(signature=""),
    ):
        assert wrong.status_code == 401
        assert "signature does not fit" in wrong.json()["error"]
    assert door.taken == []


async def test_an_old_message_and_one_sent_twice_are_kept_out(door: Door) -> None:
    assert "300 s off" in (await door.send(at=-400)).json()["error"]
    assert "300 s off" in (await door.send(at=400)).json()["error"]
    stamp = int(time.time())
    signed = sign(KEY, stamp, POST)
    assert (await door.send(signature=signed, at=stamp - time.time())).status_code == 202
    assert (await door.send(signature=signed, at=stamp - time.time())).json()[
        "error"
    ] == "this message was sent before"
    assert len(door.taken) == 1


async def test_what_could_not_be_stored_is_turned_away_and_may_be_sent_again_as_it_is(door: Door) -> None:
    door.full = True
    stamp = int(time.time())
    signed = sign(KEY, stamp, POST)
    refused = await door.send(signature=signed, at=stamp - time.time())
    assert refused.status_code == 503
    door.full = False
    await asyncio.sleep(0.2)
    assert (await door.send(signature=signed, at=stamp - time.time())).status_code == 202
    assert len(door.taken) == 1


async def test_other_paths_methods_and_nonsense_are_refused(door: Door) -> None:
    assert (await door.send(path="/other")).status_code == 404
    assert (await door.send(method="PUT")).status_code == 405
    assert (await door.send(b"[1, 2]")).json()["refused"]
    many = json.dumps({"posts": [{"id": str(n), "text": "x"} for n in range(201)]}).encode()
    assert (await door.send(many)).status_code == 400
    assert (await door.send(b"x" * 300_000)).status_code == 413


async def test_a_sender_who_hangs_up_holds_nobody_up(door: Door) -> None:
    host, port = door.address.split("//")[1].split("/")[0].split(":")
    for half in (b"", b"POST /in HT", b"POST /in HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n{"):
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(half)
        writer.close()
    assert (await door.send()).status_code == 202


async def test_two_senders_at_once_are_both_answered(door: Door) -> None:
    bodies = [json.dumps({"id": str(n), "text": f"report {n}"}).encode() for n in range(20)]
    answers = await asyncio.gather(*(door.send(body) for body in bodies))
    assert sorted({answer.status_code for answer in answers}) == [202]
    assert len(door.taken) == 20


async def test_a_unix_socket_is_for_the_group_and_a_stale_one_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "inbox.sock"
    for _ in range(2):
        async with opened(str(path)) as door:
            assert path.stat().st_mode & 0o777 == 0o660
            assert (await door.send()).status_code == 202


async def test_a_file_in_the_way_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("mine")
    source = Source("city-desk", "webhook", str(path), 60.0)
    async with Client(user_agent="watchfloor/1") as client, Parser() as parser:
        with pytest.raises(SourceError, match="cannot listen there"):
            await anext(listen(source, Bookmark(), client, parser, Keys(secret=lambda: KEY)))
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    "address", ["http://0.0.0.0:8080/in", "http://192.0.2.7:8080/in", "http://127.0.0.1/in"]
)
async def test_the_door_never_opens_to_the_network(address: str) -> None:
    source = Source("city-desk", "webhook", address, 60.0)
    async with Client(user_agent="watchfloor/1") as client, Parser() as parser:
        with pytest.raises(SourceError, match="would be open to the network"):
            await anext(listen(source, Bookmark(), client, parser, Keys(secret=lambda: KEY)))


async def test_without_a_key_the_door_stays_shut() -> None:
    source = Source("city-desk", "webhook", "http://127.0.0.1:8080/in", 60.0)
    async with Client(user_agent="watchfloor/1") as client, Parser() as parser:
        with pytest.raises(SourceError, match="needs a signing key"):
            await anext(listen(source, Bookmark(), client, parser, Keys(secret=lambda: "short")))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_signature_is_the_one_that_openssl_makes() -> None:
    done = subprocess.run(
        ["openssl", "dgst", "-sha256", "-hmac", KEY, "-r"],
        input=b"1772391840." + POST,
        capture_output=True,
        check=True,
    )
    assert sign(KEY, 1772391840, POST) == f"sha256={done.stdout.decode().split()[0]}"
