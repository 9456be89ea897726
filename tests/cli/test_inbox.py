"""The restricted inbox and the question to a source, as a shell asks them of a real service."""

from __future__ import annotations

import csv
import io
import json
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.intake.pipeline import Judge
from console.intake.places import PlaceIndex
from console.intake.rules import load_rules
from console.settings import StoreSettings
from console.store.inbox import Received
from console.store.writer import Store
from feeds.post import Post
from tests.cli.shell import Shell, fill
from tests.hostile import SMALL, forbidden, raw_controls

CANARY = "canary7f3a"
ME = pwd.getpwuid(os.getuid()).pw_name
SOMEBODY_ELSE = next(account.pw_name for account in pwd.getpwall() if account.pw_uid != os.getuid())
SETTINGS = '[desk]\nname = "Riverton"\n[roles]\nlead = ["{}"]\n[inbox]\nroles = ["lead"]\n'


def receive(shell: Shell, texts: list[str]) -> None:
    """Have the store take private posts in, as the service does."""
    now = datetime.now(UTC)
    judge = Judge(PlaceIndex(()), load_rules(), window=3600.0, voices=3)
    posts = [
        Post("masto", f"https://masto.example/{number}", text, now, author=text[:40], audience="direct")
        for number, text in enumerate(texts)
    ]
    store = Store.open(shell.paths, settings=StoreSettings(), clock=lambda: now)
    store.inbox.receive([Received(post, judge.weigh_alone(post, now=now)) for post in posts])
    store.close()


@contextmanager
def serving(shell: Shell) -> Iterator[Shell]:
    with subprocess.Popen(
        [*shell.command, "serve"], env=shell.environment, cwd=shell.home, stderr=subprocess.PIPE
    ) as service:
        try:
            patience = time.monotonic() + 30
            while shell.run("status").code:
                assert service.poll() is None, service.stderr and service.stderr.read()
                assert time.monotonic() < patience
                time.sleep(0.1)
            yield shell
        finally:
            service.send_signal(signal.SIGTERM)
            assert service.wait(20) == 0


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A desk with one public mention whose inbox I may read, hostile texts and all."""
    shell = Shell(tmp_path_factory.mktemp("mine"))
    shell.settings(SETTINGS.format(ME))
    fill(shell.paths, ["Water on Mill Street"])
    receive(shell, [*SMALL.values(), f"we are trapped, {CANARY}"])
    with serving(shell):
        yield shell


def test_it_is_listed_in_every_form_newest_first_and_clean(mine: Shell) -> None:
    plain = mine.run("inbox")
    assert plain.code == 0
    assert CANARY in plain.text.splitlines()[0]
    rows = [json.loads(line) for line in mine.run("inbox", "--json").out.splitlines()]
    assert len(rows) == len(SMALL) + 1
    assert rows[0]["text"].endswith(CANARY)
    assert [row["id"] for row in rows] == sorted((row["id"] for row in rows), reverse=True)
    sheet = list(csv.DictReader(io.StringIO(mine.run("inbox", "--csv").text)))
    assert len(sheet) == len(rows)
    for ran in (plain, mine.run("inbox", "--json"), mine.run("inbox", "--csv")):
        assert not raw_controls(ran.out)
        assert not forbidden(ran.text.replace("\t", " "))


def test_what_was_read_is_noted_with_who_read_it(mine: Shell) -> None:
    newest = json.loads(mine.run("inbox", "--json").out.splitlines()[0])
    before = int(next(line for line in mine.run("status").text.splitlines() if "unread" in line).split()[1])
    assert (
        mine.run("inbox", "read", str(newest["id"])).text
        == f"{newest['id']} is read; {before - 1} left unread\n"
    )
    assert json.loads(mine.run("inbox", "--json").out.splitlines()[0])["read_by"] == ME
    assert json.loads(mine.run("status", "--json").out)["inbox"]["unread"] == before - 1
    missing = mine.run("inbox", "read", "4711")
    assert (missing.code, "no private post 4711" in missing.err) == (1, True)
    assert mine.run("inbox", "read", "one").code == 2
    log = mine.run("log", "show", "--json", "--limit", "1000").text
    assert '"inbox read"' in log
    assert CANARY not in log


def test_no_other_list_holds_a_word_of_it(mine: Shell) -> None:
    for words in (
        ["mentions", "--json"],
        ["mentions", CANARY],
        ["incidents", "--json"],
        ["sources", "--json"],
    ):
        assert CANARY not in mine.run(*words).text


def test_it_is_kept_from_others_by_the_service_and_by_its_mode(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.settings(SETTINGS.format(SOMEBODY_ELSE))
    receive(shell, [f"we are trapped, {CANARY}"])
    with serving(shell):
        for words in (["inbox"], ["inbox", "--json"], ["inbox", "read", "1"]):
            ran = shell.run(*words)
            assert (ran.code, ran.text) == (1, "")
            assert "not yours to read" in ran.err
        assert "unread" not in shell.run("status").text
        assert "inbox.db has mode 0600" in shell.run("doctor").text
    assert shell.run("inbox").code == 3


def test_an_empty_inbox_says_so_to_a_person(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.settings(SETTINGS.format(ME))
    with serving(shell):
        assert shell.run("inbox", "--json").text == ""
        assert shell.run("inbox").code == 0
        assert shell.run("inbox", "read", "1").code == 1


def test_a_source_that_cannot_be_asked_is_a_failure_with_its_reason(mine: Shell) -> None:
    ran = mine.run("recheck", "1")
    assert ran.code == 1
    assert "unknown: The settings name no source radio" in ran.text
    told = json.loads(mine.run("recheck", "1", "--json").out)
    assert set(told) == {"state", "says"}
    missing = mine.run("recheck", "4711")
    assert (missing.code, "there is no mention 4711" in missing.err) == (1, True)
    assert mine.run("recheck", "none").code == 2
