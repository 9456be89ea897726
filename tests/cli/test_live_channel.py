"""Channels that somebody hears: a real server of others, and one that hangs up on what it was told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest

from tests.cli.answering_desk import answering, delivered, said
from tests.cli.shell import Shell
from tests.feeds.mastodon_mock import DESK, MastodonMock

SETTINGS = """
[desk]
name = "Riverton"
[answers]
hold = "1s"
[network]
allow = ["127.0.0.1"]
[channels.town]
kind = "mastodon"
address = "{town}"
account = "@riverton"
[channels.deaf]
kind = "mastodon"
address = "{deaf}"
account = "@other"
[channels.bare]
kind = "mastodon"
address = "{town}"
account = "@riverton"
"""


class Deaf(BaseHTTPRequestHandler):
    """Knows whose token it is, and hangs up on everything else."""

    def do_GET(self) -> None:
        if "verify_credentials" not in self.path:
            return
        body = json.dumps({"id": "1", "acct": "riverton"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def deaf() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Deaf)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    shell = Shell(tmp_path_factory.mktemp("live"))
    with MastodonMock(tmp_path_factory.mktemp("mock")) as mock, deaf() as other:
        secrets = shell.settings("").parent / "credentials"
        secrets.mkdir()
        for name in ("town", "deaf"):
            (secrets / name).touch(0o600)
            (secrets / name).write_text(f"{DESK}\n")
        with answering(shell, SETTINGS.format(town=mock.origin, deaf=other)):
            shell.env["TOWN"] = mock.origin
            yield shell


def test_channels_say_who_speaks_and_never_the_secret(live: Shell) -> None:
    rows = {row["name"]: row for row in map(json.loads, live.run("channels", "--json").out.splitlines())}
    assert {row["speaks"] for row in rows.values()} == {"LIVE"}
    assert (rows["town"]["secret"], rows["deaf"]["secret"]) == ("has it", "has it")
    assert rows["bare"]["secret"].startswith("lacks it: a token of @riverton")
    tested = live.run("channels", "test", "town")
    assert tested.code == 0
    assert "town (mastodon, LIVE) speaks as @riverton@127.0.0.1" in tested.text
    wrong = live.run("channels", "test", "deaf")
    assert wrong.code == 1
    assert "The settings name @other" in wrong.err
    lacking = live.run("channels", "test", "bare")
    assert lacking.code == 1
    assert "There is no token" in lacking.err
    for verb in (["channels"], ["channels", "--json"], ["channels", "test", "town"], ["doctor"]):
        ran = live.run(*verb)
        assert DESK not in ran.text + ran.err


def test_what_is_confirmed_stands_on_the_real_server_once(live: Shell) -> None:
    live.run("claim", "radio.0")
    went = live.run("reply", "radio.0", "--channel=town", "--text", "The bridge is open.", "--send", "--wait")
    assert went.code == 0, went
    with httpx.Client(base_url=live.env["TOWN"], headers={"Authorization": f"Bearer {DESK}"}) as desk:
        account = desk.get("/api/v1/accounts/verify_credentials").json()["id"]
        (status,) = desk.get(f"/api/v1/accounts/{account}/statuses").json()
    assert "The bridge is open." in status["content"]
    assert status["url"] in went.text
    live.run("release", "radio.0")


def test_what_may_have_been_said_is_1_and_settled_by_whoever_looked(live: Shell) -> None:
    live.run("claim", "radio.1")
    went = live.run("reply", "radio.1", "--channel=deaf", "--text", "It is mended.", "--send", "--wait")
    assert went.code == 1
    assert "unknown." in went.text
    assert "the account is read back before anything else" in went.text
    number = int(went.text.split("as delivery ")[1].split(";")[0])
    assert "unknown" in live.run("outbox").text
    assert live.run("take-back", str(number)).code == 1
    settled = live.run("settle", str(number), "--said", "--reason", "seen", "--url", "https://deaf.example/1")
    assert settled.code == 0
    one = delivered(live, number)
    assert (one["state"], one["url"]) == ("confirmed", "https://deaf.example/1")
    assert "seen" in one["says"]
    assert live.run("settle", str(number), "--not-said").code == 1
    live.run("release", "radio.1")


def test_without_its_secret_nothing_is_sent_and_the_draft_is_open_again(live: Shell) -> None:
    live.run("claim", "radio.2")
    went = live.run("reply", "radio.2", "--channel=bare", "--text", "We know.", "--send", "--wait")
    assert went.code == 1
    assert "refused. There is no token" in went.text
    assert said(live.run("reply", "radio.2", "--channel=bare", "--json"))["draft"]["state"] == "open"
    live.run("release", "radio.2")


def test_an_exercise_says_so_everywhere_and_reaches_nobody(tmp_path_factory: pytest.TempPathFactory) -> None:
    shell = Shell(tmp_path_factory.mktemp("practice"))
    text = SETTINGS.format(town="https://town.example", deaf="https://deaf.example")
    shell.settings(text.replace("[desk]\n", "[desk]\nexercise = true\n"))
    rows = [json.loads(line) for line in shell.run("channels", "--json").out.splitlines()]
    assert [(row["speaks"], row["kind"], row["secret"]) for row in rows] == [
        ("EXERCISE", "dry-run", "not needed")
    ] * 3
