"""Which module speaks for which kind, and that whatever goes wrong in it ends as a receipt."""

from __future__ import annotations

import inspect
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from importlib import import_module
from typing import get_args

import pytest

from feeds import speak_mastodon
from feeds.channel import Channel, ChannelKind, Message, Receipt
from feeds.http import Client
from feeds.keys import NO_KEYS, Keys
from feeds.source import SourceError
from feeds.speak import KNOWN_BY_SERVER, MODULES, read_back, send, who_speaks

SAID = Message("key-1", datetime(2026, 3, 1, 18, 4, tzinfo=UTC), "The bridge is shut.")
TOWN = Channel("town", "mastodon", "https://town.invalid", "@riverton")


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with Client(user_agent="watchfloor/1") as client:
        yield client


def test_every_kind_is_spoken_for() -> None:
    assert set(MODULES) | {"dry-run", "clipboard"} == set(get_args(ChannelKind))


@pytest.mark.parametrize("kind", sorted(MODULES))
def test_each_module_sends_and_reads_back(kind: ChannelKind) -> None:
    module = import_module(MODULES[kind])
    for name in ("send", "read_back"):
        verb = getattr(module, name)
        assert inspect.iscoroutinefunction(verb)
        assert list(inspect.signature(verb).parameters) == ["channel", "message", "client", "keys"]
    if kind in KNOWN_BY_SERVER:
        assert list(inspect.signature(module.who_speaks).parameters) == ["channel", "client", "keys"]


def test_a_module_is_loaded_when_it_speaks_and_not_before() -> None:
    program = "import sys, feeds.speak\nprint([name for name in sys.modules if 'speak_' in name])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=30, check=True)
    assert done.stdout.strip() == b"[]"


async def test_a_dry_run_says_nothing_and_is_done(client: Client) -> None:
    channel = Channel("practice", "dry-run")
    for receipt in (await send(channel, SAID, client), await read_back(channel, SAID, client)):
        assert (receipt.outcome, receipt.names) == ("confirmed", ("dry-run#key-1",))
        assert "nothing was said" in receipt.says
    assert await who_speaks(channel, client) == "practice"


async def test_a_closed_platform_is_left_to_a_person(client: Client) -> None:
    channel = Channel("X", "clipboard", account="@riverton", counting="x")
    receipt = await send(channel, SAID, client)
    assert (receipt.outcome, "post it on X yourself" in receipt.says) == ("unknown", True)
    assert (await read_back(channel, SAID, client)).outcome == "unknown"
    assert await who_speaks(channel, client) == "@riverton"


async def test_a_secret_that_cannot_be_read_is_a_sentence_and_nothing_was_sent(client: Client) -> None:
    def loose() -> str:
        raise SourceError("The token file is readable by all; mend it with chmod 600.")

    keys = Keys(secret=loose)
    receipt = await send(TOWN, SAID, client, keys)
    assert receipt == Receipt(
        "refused", "The token file is readable by all; mend it with chmod 600. Nothing was sent."
    )
    assert (await read_back(TOWN, SAID, client, keys)).outcome == "unknown"


async def test_a_mistake_of_ours_is_never_taken_for_not_said(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> Receipt:
        raise KeyError("a mistake")

    monkeypatch.setattr(speak_mastodon, "send", broken)
    with caplog.at_level(logging.ERROR):
        receipt = await send(TOWN, SAID, client, NO_KEYS)
    assert receipt.outcome == "unknown"
    assert "a mistake" in caplog.text
