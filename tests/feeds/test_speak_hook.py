"""Signed messages out: the signature is checked by openssl, by plain hmac, and by our own door."""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from feeds import speak_hook
from feeds.budget import Manners
from feeds.channel import Channel, Message, Receipt
from feeds.http import Client, Limits
from feeds.keys import NO_KEYS, Keys
from feeds.signing import Doorkeeper
from tests.feeds.receiver import Receiver, receiver

SECRET = "a-signing-key-of-ours"
KEYS = Keys(secret=lambda: SECRET)
MESSAGE = Message(
    "k7f3a-mill-street",
    datetime(2026, 3, 1, 18, 4, tzinfo=UTC),
    "Grüße: tree down.",
    title="Tree down",
    reply_to=("k6", "other"),
    fields=(("incident", "42"), ("place", "Mill Street"), ("link", ""), ("key", "another")),
)


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with Client(
        user_agent="watchfloor/1",
        allow=["127.0.0.1"],
        limits=Limits(deadline=0.5),
        manners=Manners(rate=1000, burst=10_000),
    ) as client:
        yield client


@pytest.fixture
async def far() -> AsyncIterator[Receiver]:
    async with receiver() as us:
        yield us


async def sent(far: Receiver, client: Client, keys: Keys = KEYS) -> Receipt:
    return await speak_hook.send(
        Channel("hook", "webhook", f"{far.address}/in?token=canary-7f3a"), MESSAGE, client, keys
    )


async def test_a_hook_is_told_everything_and_says_that_it_has_it(far: Receiver, client: Client) -> None:
    far.answer = lambda _got: ("202 Accepted", b"queued\n")
    receipt = await sent(far, client)
    assert receipt == Receipt(
        "confirmed", f"127.0.0.1:{far.port} took the message and said: queued.", names=("k7f3a-mill-street",)
    )
    (got,) = far.got
    assert (got.method, got.path, got.headers["content-type"]) == (
        "POST",
        "/in?token=canary-7f3a",
        "application/json",
    )
    assert got.headers["idempotency-key"] == "k7f3a-mill-street"
    assert json.loads(got.body) == {
        "schema": 1,
        "key": "k7f3a-mill-street",
        "at": "2026-03-01T18:04:00+00:00",
        "title": "Tree down",
        "text": "Grüße: tree down.",
        "lang": "",
        "to": "",
        "reply_to": "k6",
        "incident": "42",
        "place": "Mill Street",
    }


async def test_others_find_the_signature_right(far: Receiver, client: Client) -> None:
    await sent(far, client)
    (got,) = far.got
    stamp, signature = got.headers["x-watchfloor-timestamp"], got.headers["x-watchfloor-signature"]
    signed = stamp.encode() + b"." + got.body
    assert signature == "sha256=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    said = subprocess.run(
        ["openssl", "dgst", "-sha256", "-hmac", SECRET, "-r"],
        input=signed,
        capture_output=True,
        check=True,
        timeout=10,
    )
    assert signature == "sha256=" + said.stdout.decode().split()[0]
    door = Doorkeeper(SECRET)
    assert door.refusal(stamp, signature, got.body, time.time()) == ""
    assert door.refusal(stamp, signature, got.body + b" ", time.time()) != ""


async def test_a_repeat_has_the_same_body(far: Receiver, client: Client) -> None:
    await sent(far, client)
    await sent(far, client)
    assert far.got[0].body == far.got[1].body


@pytest.mark.parametrize("secret", ["", "short"])
async def test_a_hook_without_a_key_worth_its_name_is_told_nothing(
    far: Receiver, client: Client, secret: str
) -> None:
    receipt = await sent(far, client, Keys(secret=lambda: secret))
    assert (receipt.outcome, far.got) == ("refused", [])
    assert "a signing key of at least 16 characters" in receipt.says


@pytest.mark.parametrize(
    ("status", "outcome", "words"),
    [
        ("400 Bad Request", "refused", 'HTTP status 400: "no such thing [secret]"'),
        ("401 Unauthorized", "refused", "check the signing key"),
        ("410 Gone", "refused", "check the address"),
        ("301 Moved\r\nLocation: https://elsewhere.example/", "refused", "has moved this address"),
        ("303 See Other\r\nLocation: /done", "unknown", "whether it took the message is not known"),
        ("429 Too Many Requests\r\nRetry-After: 9", "later", "takes nothing now"),
        ("503 Service Unavailable\r\nRetry-After: 9", "later", "takes nothing now"),
        ("503 Service Unavailable", "unknown", "whether it took the message is not known"),
        ("500 Internal Server Error", "unknown", "whether it took the message is not known"),
        ("408 Request Timeout", "unknown", "whether it took the message is not known"),
        ("", "unknown", "gave no whole answer within 0.5 seconds"),
        (None, "unknown", "broke off after the message went out"),
    ],
)
async def test_what_a_hook_answers_is_told_as_it_is(
    far: Receiver, client: Client, status: str | None, outcome: str, words: str
) -> None:
    far.answer = None if status is None else lambda _got: (status, f"no such thing {SECRET}".encode())
    receipt = await sent(far, client)
    assert receipt.outcome == outcome
    assert words in receipt.says
    assert SECRET not in receipt.says
    assert "canary" not in receipt.says
    if outcome == "later":
        assert receipt.retry_after >= 9


async def test_a_hook_that_is_not_there_was_told_nothing(client: Client) -> None:
    async with receiver() as far:
        pass
    receipt = await sent(far, client)
    assert (receipt.outcome, "Nothing was sent" in receipt.says) == ("later", True)


async def test_a_hook_cannot_be_read_back(client: Client) -> None:
    channel = Channel("hook", "webhook", "https://hook.example/in")
    receipt = await speak_hook.read_back(channel, MESSAGE, client, NO_KEYS)
    assert receipt.outcome == "unknown"
    assert MESSAGE.key in receipt.says
