"""Ten sources, each bad in its own way, beside one good one: the real service, with real sockets."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from tests.bench.burst import memory
from tests.feeds.hostile_server import CASES, HostileServer, Request, Write, answer, fixed, hostile_server
from tests.service.at_work import Served, write_settings

INTERVAL = 2.0
SPAN = 16.0
"""Seconds that are watched, once all have been asked."""
SLACK = 1.5
"""Seconds that a busy machine may add."""
BAD = {
    "slow-headers": "/slow-headers",
    "slow-body": "/slow-body",
    "endless-body": "/endless-body",
    "bomb": "/gzip-bomb",
    "loop": "/loop",
    "private": "/to-private",
    "errors": "/503",
    "flapping": "/flapping",
    "page": "/page",
}
asked: list[float] = []


async def growing(write: Write, request: Request) -> None:
    """A feed with one more item each time that it is asked."""
    asked.append(time.monotonic())
    items = "".join(
        f"<item><guid>{number}</guid><title>item {number}</title></item>" for number in range(len(asked))
    )
    await write(answer(f"<rss version='2.0'><channel>{items}</channel></rss>".encode()))


async def flapping(write: Write, request: Request) -> None:
    """Now an answer, now none."""
    well = len(asked) % 2
    await write(answer(b"<rss version='2.0'><channel/></rss>") if well else answer(status="500 Oh no"))


@contextmanager
def neighbourhood(certificate: Path | None) -> Iterator[tuple[HostileServer, int]]:
    """The hostile server, and one whose certificate nobody vouches for, on a loop of their own."""
    ready = threading.Event()
    over: asyncio.Event
    loop = asyncio.new_event_loop()
    found: list[tuple[HostileServer, int]] = []

    async def run() -> None:
        nonlocal over
        over = asyncio.Event()
        async with hostile_server() as server:
            port, secure = 0, None
            if certificate is not None:
                tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                tls.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
                secure = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
                port = secure.sockets[0].getsockname()[1]
            found.append((server, port))
            ready.set()
            await over.wait()
            if secure is not None:
                secure.close()
                await secure.wait_closed()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(lambda: over.set())
        thread.join(10)
        loop.close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path | None:
    """A certificate that its server made for itself."""
    if shutil.which("openssl") is None:
        return None
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"),
        ],
        check=True,
        capture_output=True,
    )
    return tmp_path


def test_ten_bad_sources_hold_a_good_one_up_by_nothing(
    tmp_path: Path, certificate: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked.clear()
    monkeypatch.setitem(CASES, "/growing", growing)
    monkeypatch.setitem(CASES, "/flapping", flapping)
    monkeypatch.setitem(
        CASES, "/page", fixed(answer(b"<html><p>hello</p></html>", "Content-Type: text/html"))
    )
    with neighbourhood(certificate) as (server, secure):
        addresses = {name: server.url(path) for name, path in BAD.items()}
        if secure:
            addresses["certificate"] = f"https://127.0.0.1:{secure}/plain"
        addresses["good"] = server.url("/growing", host="localhost")
        sources = [
            {"name": name, "kind": "rss", "address": address, "interval": f"{INTERVAL:.0f}s"}
            for name, address in addresses.items()
        ]
        settings = write_settings(tmp_path / "desk", sources)
        assert settings.path is not None
        settings.path.write_text(
            settings.path.read_text().replace('["127.0.0.1"]', '["127.0.0.1", "localhost"]')
        )
        with Served(settings) as served:
            held, end = [], time.monotonic() + SPAN + 8
            while time.monotonic() < end:
                time.sleep(1)
                held.append(memory(served.process.pid))
            health = {one["name"]: one for one in served.ask("status")["sources"]}
            texts = served.texts()
            said = len(asked)
    gaps = [after - before for before, after in pairwise(asked)]
    print(f"neighbours: the good one was asked {len(asked)} times, at most {max(gaps):.1f} s apart")
    print(f"neighbours: the service and its children held {max(held):.0f} MiB at most")
    assert len(asked) >= SPAN / INTERVAL / 1.5
    assert max(gaps) <= 2 * INTERVAL + SLACK, "never more than one interval late"
    assert sorted(set(texts)) == sorted(texts)
    assert said - 1 <= len(texts) <= said
    assert health["good"]["state"] == "live"
    silent = {name for name, one in health.items() if not one["last_error"]} - {"good", "flapping"}
    assert silent == set(), "every bad one says what is wrong with it"
    assert max(held) < 150
