"""The verbs that need the service, against a real one."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.cli.shell import Shell
from tests.hostile import SMALL, forbidden, raw_controls
from tests.terminal import Terminal

SETTINGS = """
[desk]
name = "Riverton"
places = "places.csv"
[sources.posts]
kind = "jsonl"
address = "posts.jsonl"
interval = "1s"
"""


def post(number: int, text: str) -> bytes:
    said = {
        "id": f"p{number}",
        "text": text,
        "created_at": datetime.now(UTC).isoformat(),
        "author": f"@a{number}",
    }
    return json.dumps(said).encode() + b"\n"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A shell beside a service that has taken in every hostile text from a source."""
    shell = Shell(tmp_path_factory.mktemp("running"))
    here = shell.settings(SETTINGS).parent
    (here / "places.csv").write_text("name,aliases,area\nMill Street,,Riverton\n")
    lines = [post(number, text) for number, text in enumerate(SMALL.values()) if text.strip()]
    (here / "posts.jsonl").write_bytes(b"".join(lines))
    with subprocess.Popen(
        [*shell.command, "serve"], env=shell.environment, cwd=shell.home, stderr=subprocess.PIPE
    ) as service:
        try:
            patience = time.monotonic() + 30
            while b'"mentions":0' in (ran := shell.run("status", "--json")).out or ran.code:
                assert service.poll() is None, service.stderr and service.stderr.read()
                assert time.monotonic() < patience, ran
                time.sleep(0.2)
            yield shell
        finally:
            service.send_signal(signal.SIGTERM)
            assert service.wait(20) == 0
    assert shell.run("status").code == 3


def test_status_is_a_few_lines_for_a_person_and_an_object_for_a_program(running: Shell) -> None:
    ran = running.run("status")
    assert ran.code == 0
    assert [line.split("\t")[0] for line in ran.text.splitlines()] == [
        "service",
        "on shift",
        "incidents",
        "mentions",
        "sources",
    ]
    said = json.loads(running.run("status", "--json").out)
    assert set(said) == {"service", "incidents", "mentions", "sources", "inbox", "exercise", "pause"}
    assert set(said["service"]) == {"since", "stopped_at", "pid", "on_shift", "trouble"}
    assert set(said["incidents"]) == {"act_now", "soon", "watch"}
    assert sum(said["sources"].values()) == 1
    assert said["inbox"] is None


def test_a_replay_is_taken_in_once_however_often_it_is_played(running: Shell) -> None:
    lines = b"".join(
        post(1000 + number, f"Mill Street number {number} has water indoors") for number in range(45)
    )
    first = running.run("replay", "-", "--speed", "max", stdin=lines)
    assert (first.code, first.out) == (0, b"")
    assert first.err == "45 new, 0 edited, 0 unchanged, 0 refused\n"
    again = running.run("replay", "-", "--speed", "max", stdin=lines)
    assert again.err == "0 new, 0 edited, 45 unchanged, 0 refused\n"
    rows = running.run("mentions", "source:replay", "place:Mill Street", "--json").out.splitlines()
    assert rows
    assert {json.loads(row)["place"] for row in rows} == {"Mill Street"}


def test_a_line_that_is_no_post_is_refused_with_its_number_and_the_rest_goes_on(running: Shell) -> None:
    lines = post(2000, "one") + b"{\x1b]0;x\x07\n" + b'{"id": "n"}\n' + post(2001, "two")
    ran = running.run("replay", "-", "--speed", "max", stdin=lines)
    assert ran.code == 0
    assert "line 2: " in ran.err
    assert "line 3: it has no text" in ran.err
    assert ran.err.endswith("2 new, 0 edited, 0 unchanged, 2 refused\n")
    assert forbidden(ran.err) == []
    assert running.run("replay", "-", stdin=b"nothing\n").code == 1


def test_a_replay_keeps_the_pace_of_the_posts(running: Shell) -> None:
    said = [
        {"id": f"pace{second}", "text": f"pace {second}", "created_at": f"2026-03-01T18:00:0{second}Z"}
        for second in (0, 8)
    ]
    lines = b"".join(json.dumps(one).encode() + b"\n" for one in said)
    begun = time.monotonic()
    assert running.run("replay", "-", "--speed", "8", stdin=lines).code == 0
    assert time.monotonic() - begun >= 1.0


def test_a_source_of_the_desk_cannot_be_spoken_for(running: Shell) -> None:
    ran = running.run("replay", "-", "--source", "posts", stdin=post(1, "x"))
    assert ran.code == 1
    assert "only the desk's own source speaks in that name" in ran.err


def test_somebody_who_watches_a_replay_sees_a_bar(running: Shell) -> None:
    file = running.home / "many.jsonl"
    file.write_bytes(b"".join(post(3000 + number, f"number {number}") for number in range(400)))
    command = [*running.command, "replay", str(file), "--speed", "max"]
    with Terminal(command, env=running.environment) as terminal:
        assert terminal.wait(30) == 0
        assert "400 new" in terminal.text()
    assert b"taken" in terminal.received


def test_what_a_source_said_is_listed_clean_in_every_form(running: Shell) -> None:
    for form in ([], ["--json"], ["--csv"]):
        ran = running.run("mentions", "source:posts", *form)
        assert ran.code == 0
        assert len(ran.out.splitlines()) > 30
        assert raw_controls(ran.out) == []


def test_a_second_service_is_refused_and_the_first_goes_on(running: Shell) -> None:
    ran = running.run("serve")
    assert ran.code == 1
    assert "already runs" in ran.err
    assert running.run("status").code == 0


def test_doctor_finds_the_service_and_says_what_is_not_separated(running: Shell) -> None:
    text = running.run("doctor").text
    assert "ok\tservice\trunning for" in text
    assert "no separation of privilege" in text
    assert "\tsources\tposts is" in text


def test_imported_places_reach_the_service_at_once(running: Shell) -> None:
    file = running.home / "more.csv"
    file.write_text("name,aliases,area\nOak School,,Riverton\n")
    assert "the service reads them now" in running.run("places", "import", file).text
    running.run("replay", "-", stdin=post(4000, "Oak School is open as a shelter"))
    assert len(running.run("mentions", "place:Oak School").text.splitlines()) == 1
