"""A canary for every secret: servers hear it, and nothing that is written, listed or shown ever holds it."""

from __future__ import annotations

import hmac
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.service.at_work import ROOT, Served, until, write_settings

IN_A_FILE, IN_THE_ENVIRONMENT, PASSWORD = (
    "canary-of-a-file-5be1",
    "canary-of-env-77d0",
    "canary-password-c41f",
)
SESSION, SIGNING_KEY = "canary-session-0a93", "canary-signing-key-of-the-webhook-91d2"
TOLD = (IN_A_FILE, IN_THE_ENVIRONMENT, PASSWORD, SESSION)
CANARIES = (*TOLD, SIGNING_KEY)


class Parrot:
    """A server that refuses all but one login, and says back all that it was told."""

    def __init__(self) -> None:
        self.heard = ""
        parrot = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                said = (
                    f"{self.headers}\n{self.rfile.read(int(self.headers.get('Content-Length', 0))).decode()}"
                )
                parrot.heard += said
                if self.path.endswith("createSession") and "signed.test" in said:
                    status = 200
                    body = json.dumps({"accessJwt": SESSION, "refreshJwt": f"{SESSION}-r"}).encode()
                else:
                    status = 401
                    body = json.dumps({"error": "AuthenticationRequired", "message": said}).encode()
                self.send_response(status, "Who is this")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("WWW-Authenticate", f"Bearer told={' '.join(said.split())[:200]}")
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def parrot() -> Iterator[Parrot]:
    parrot = Parrot()
    yield parrot
    parrot.close()


def held_by(text: bytes) -> list[str]:
    return [canary for canary in CANARIES if canary.encode() in text]


def test_a_secret_is_heard_by_its_server_and_kept_nowhere_else(tmp_path: Path, parrot: Parrot) -> None:
    sources: list[dict[str, Any]] = [
        {
            "name": "replies",
            "kind": "mastodon",
            "address": f"{parrot.address}/notifications",
            "interval": "1s",
        },
        {"name": "tag", "kind": "mastodon", "address": f"{parrot.address}/tags/flood", "stream": True},
    ]
    address = f"{parrot.address}/notifications"
    for name, account in (("sky", "wrong.test"), ("signed", "signed.test")):
        sources.append({"name": name, "kind": "bluesky", "address": address, "account": account})
    sources.append({"name": "works", "kind": "webhook", "address": "works.sock"})
    settings = write_settings(tmp_path, sources)
    (tmp_path / "credentials").mkdir()
    for name, secret in (
        ("replies", IN_A_FILE),
        ("sky", PASSWORD),
        ("signed", PASSWORD),
        ("works", SIGNING_KEY),
    ):
        (tmp_path / "credentials" / name).write_text(f"{secret}\n")
        (tmp_path / "credentials" / name).chmod(0o600)
    with Served(settings, env={"WATCHFLOOR_TOKEN_TAG": IN_THE_ENVIRONMENT}) as served:
        until(lambda: all(canary in parrot.heard for canary in TOLD), within=30)
        until(lambda: "202" in sent_to(tmp_path / "works.sock", SIGNING_KEY))
        assert "202" not in sent_to(tmp_path / "works.sock", f"not {SIGNING_KEY}")

        def all_failed() -> bool:
            with served.reader() as reader:
                return all(health.last_error for health in reader.sources() if health.kind != "webhook")

        until(all_failed, within=30)
        served.ask("reload")
        assert running_holders(served.process.pid) == []
        for verb in (
            ["sources", "--json"],
            ["sources"],
            ["sources", "test", "replies"],
            ["status", "--json"],
            ["doctor", "--json"],
            ["log", "show", "--json"],
            ["inbox"],
            ["mentions"],
        ):
            assert held_by(run(settings.path, *verb)) == [], verb
        assert b"replies" in run(settings.path, "sources", "--json")
    assert held_by(b"".join(written(served.paths.root, without="sessions"))) == []
    assert (served.paths.root / "service.log").exists()
    assert held_by((served.paths.sessions / "signed").read_bytes()) == [SESSION]


def sent_to(door: Path, key: str) -> str:
    """What the webhook answers to a post that is signed with this key."""
    body, now = b'{"id": "1", "text": "Tree down"}', str(int(time.time()))
    signature = hmac.new(key.encode(), f"{now}.".encode() + body, "sha256").hexdigest()
    head = (
        f"POST / HTTP/1.1\r\nHost: desk\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
        f"X-Watchfloor-Timestamp: {now}\r\nX-Watchfloor-Signature: sha256={signature}\r\n\r\n"
    )
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(20)
        try:
            connection.connect(str(door))
        except OSError:
            return ""
        connection.sendall(head.encode() + body)
        return connection.recv(200).decode()


def running_holders(service: int) -> list[str]:
    """Command lines of any process that hold a secret, and environments of the service's children that do."""
    found = []
    for place in Path("/proc").iterdir():
        if not place.name.isdigit() or int(place.name) == os.getpid():
            continue
        try:
            if held_by((place / "cmdline").read_bytes()):
                found.append(f"{place.name} cmdline")
            parent = (place / "stat").read_text().rpartition(")")[2].split()[1]
            if parent == str(service) and held_by((place / "environ").read_bytes()):
                found.append(f"{place.name} environ")
        except OSError:
            continue
    return found


def run(config: Path | None, *verb: str) -> bytes:
    done = subprocess.run(
        [sys.executable, "-m", "console", "--config", str(config), *verb],
        cwd=ROOT,
        capture_output=True,
        env={**os.environ, "TERM": "xterm", "LANG": "C.UTF-8"},
        timeout=60,
    )
    assert done.returncode != 2, done.stderr
    return done.stdout + done.stderr


def written(root: Path, *, without: str) -> Iterator[bytes]:
    for path in root.rglob("*"):
        if path.is_file() and without not in path.relative_to(root).parts:
            yield path.read_bytes()
