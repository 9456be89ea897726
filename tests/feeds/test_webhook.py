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
from feeds.signing import FULL, OLD, REMEMBERED, Doorkeeper, newest, sign
from feeds.source import Bookmark, Source, SourceError

KEY = "a key of the town that is long enough"
UNREAD = Bookmark()
POST = json.dumps({"id": "7", "text": "Tree down on Mill Street", "source": "somebody else"}).encode()


@dataclass
class Door:
    address: str
    taken: list[Post] = field(default_factory=list)
    bookmark: Bookmark = UNREAD
    """Stored with the last that was taken."""
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
async def opened(address: str, key: str = KEY, bookmark: Bookmark = UNREAD) -> AsyncIterator[Door]:
    door = Door(address, bookmark=bookmark)
    source = Source("city-desk", "webhook", address, 60.0)

    async def hold() -> None:
        keys = Keys(secret=lambda: key)
        while True:
            async with aclosing(listen(source, door.bookmark, client, parser, keys)) as looks:
                async for found in looks:
                    if door.full and found.posts:
                        break
                    door.taken += found.posts
                    door.bookmark = found.bookmark

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


async def test_what_one_door_took_in_the_next_does_not(tmp_path: Path) -> None:
    path = str(tmp_path / "inbox.sock")
    at = int(time.time()) - time.time()
    signed = sign(KEY, int(time.time()), POST)
    async with opened(path) as door:
        assert (await door.send(signature=signed, at=at)).status_code == 202
    async with opened(path, bookmark=door.bookmark) as again:
        replayed = await again.send(signature=signed, at=at)
        assert (replayed.status_code, replayed.json()) == (503, {"error": OLD})
        assert again.taken == []
        assert (await again.send(at=1.0)).status_code == 202


async def test_a_signature_that_is_no_ascii_is_refused_like_any_wrong_one(door: Door) -> None:
    host, port = door.address.split("//")[1].split("/")[0].split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /in HTTP/1.1\r\nHost: a\r\nX-Watchfloor-Timestamp: {int(time.time())}\r\n"
    writer.write(
        f"{head}X-Watchfloor-Signature: sha256=\xe9\r\nContent-Length: 2\r\n\r\n{{}}".encode("latin-1")
    )
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"signature does not fit" in answer


NOON = 1_772_366_400


def knock(keeper: Doorkeeper, number: int, stamp: int, now: float) -> str:
    body = b"%d" % number
    return keeper.refusal(str(stamp), sign(KEY, stamp, body), body, now)


def test_a_flood_of_messages_lets_no_old_one_in_again() -> None:
    keeper = Doorkeeper(KEY)
    assert [knock(keeper, number, NOON, NOON + number / 100) for number in range(REMEMBERED)] == [
        ""
    ] * REMEMBERED
    assert knock(keeper, 0, NOON, NOON + 101) == "this message was sent before"
    assert knock(keeper, REMEMBERED, NOON + 101, NOON + 101) == FULL
    assert knock(keeper, REMEMBERED, NOON + 301, NOON + 301) == "", "the old ones are too old by their time"


def test_an_overheard_message_dated_ahead_is_let_in_once_as_well() -> None:
    keeper = Doorkeeper(KEY)
    assert knock(keeper, 1, NOON + 300, NOON) == ""
    assert knock(keeper, 1, NOON + 300, NOON + 600) == "this message was sent before"


@pytest.mark.parametrize(("stamp", "refusal"), [(NOON - 1, OLD), (NOON, OLD), (NOON + 1, "")])
def test_a_new_door_takes_nothing_as_old_as_what_was_taken_before(stamp: int, refusal: str) -> None:
    assert knock(Doorkeeper(KEY, before=NOON), 1, stamp, NOON + 10) == refusal


def test_a_clock_that_was_a_day_ahead_shuts_no_door_for_a_day() -> None:
    assert knock(Doorkeeper(KEY, before=NOON + 86_400), 1, NOON, NOON) == ""
    assert newest(NOON + 86_400, NOON, NOON) == NOON
    assert newest(NOON, NOON - 5, NOON) == NOON
