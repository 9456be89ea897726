"""The examination: each finding with its mend, and a failure only where the desk is kept from its work."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.doctor.database import examine_clock, examine_database, examine_library
from console.doctor.files import examine_files
from console.doctor.finding import Finding
from console.doctor.service import examine_sources
from console.doctor.terminal import Terminal, ancestors_of, examine_terminal
from console.model import SourceHealth
from console.paths import DataPaths
from console.settings import StoreSettings
from console.store.writer import Store
from feeds.source import Source
from tests.cli.shell import Shell, fill
from tests.terminal import Terminal as Pty

GOOD = Terminal({"TERM": "xterm-256color", "LANG": "C.UTF-8"}, "utf-8", (120, 40), ("bash", "sshd"))


def found(terminal: Terminal, area: str) -> list[Finding]:
    return [finding for finding in examine_terminal(terminal) if finding.area == area]


def test_a_good_terminal_has_nothing_to_mend() -> None:
    assert {finding.state for finding in examine_terminal(GOOD)} == {"ok"}


@pytest.mark.parametrize("term", ["", "dumb"])
def test_a_terminal_that_cannot_draw_is_a_problem(term: str) -> None:
    (first, *_) = found(replace(GOOD, env={"TERM": term}), "terminal")
    assert first.state == "problem"
    assert "xterm-256color" in first.mend


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((120, 40), "all panels"),
        ((80, 24), "one above the other"),
        ((60, 20), "one panel"),
        ((59, 24), "is less than 60x20"),
        (None, "not a terminal"),
    ],
)
def test_the_size_says_which_wall_is_shown(size: tuple[int, int] | None, words: str) -> None:
    assert any(words in finding.text for finding in found(replace(GOOD, size=size), "terminal"))


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"TERM": "xterm", "NO_COLOR": "1"}, "no colours"),
        ({"TERM": "xterm", "NO_COLOR": ""}, "16 colours"),
        ({"TERM": "xterm-256color"}, "256 colours"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "16 million"),
    ],
)
def test_the_colours_are_said(env: dict[str, str], words: str) -> None:
    assert any(words in finding.text for finding in found(replace(GOOD, env=env), "terminal"))


@pytest.mark.parametrize(
    ("env", "ancestors", "words"),
    [
        ({"TMUX": "/tmp/x"}, (), "set-clipboard on"),
        ({"STY": "1.pts"}, (), "tmux"),
        ({}, ("bash", "mosh-server"), "mosh"),
        ({"TERM_PROGRAM": "Apple_Terminal"}, (), "Select"),
    ],
)
def test_what_sits_between_us_and_the_clipboard_has_its_mend(
    env: dict[str, str], ancestors: tuple[str, ...], words: str
) -> None:
    (finding,) = found(replace(GOOD, env=env, ancestors=ancestors), "clipboard")
    assert finding.state == "note"
    assert words in finding.mend


def test_an_encoding_without_marks_and_a_locale_that_is_not_there_are_noted() -> None:
    notes = found(replace(GOOD, env={"LANG": "xx_XX.UTF-8"}, encoding="ANSI_X3.4-1968"), "locale")
    assert [finding.state for finding in notes] == ["note", "note"]
    assert "ASCII" in notes[0].text
    assert "xx_XX" in notes[1].text


def test_the_processes_above_are_read_from_the_kernel() -> None:
    assert any("python" in name or "pytest" in name for name in ancestors_of_a_child())
    assert ancestors_of(2**22 + 1) == ()


def ancestors_of_a_child() -> tuple[str, ...]:
    """Names above a child of this process: we are the first of them."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, "\n".join(ancestors_of(os.getpid())).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as said:
        return tuple(said.read().split("\n"))


def problems(findings: object) -> list[str]:
    return [finding.text for finding in findings if finding.state == "problem"]  # type: ignore[attr-defined]


def test_files_that_others_may_change_or_read_are_problems_with_the_command_that_mends(
    tmp_path: Path,
) -> None:
    paths = DataPaths(tmp_path / "data")
    settings = tmp_path / "settings.toml"
    settings.touch(0o644)
    fill(paths, ["x"])
    assert problems(examine_files(paths, settings, 0)) == []
    settings.chmod(0o666)
    paths.root.chmod(0o777)
    paths.database.chmod(0o666)
    mends = [finding.mend for finding in examine_files(paths, settings, 0) if finding.state == "problem"]
    assert mends == [
        f"Run `chmod o-w {settings}`.",
        f"Run `chmod 2750 {paths.root}`.",
        f"Run `chmod 640 {paths.database}`.",
    ]


def test_a_disk_that_is_nearly_full_is_a_problem(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path)
    assert problems(examine_files(paths, None, 10**18))
    assert not problems(examine_files(paths, None, 1))


def test_the_sqlite_in_use_is_named_and_has_not_the_fault() -> None:
    (finding,) = examine_library()
    assert finding.state == "ok"
    assert "SQLite 3." in finding.text


def test_a_database_is_looked_through(tmp_path: Path) -> None:
    paths, now = DataPaths(tmp_path / "data"), datetime.now(UTC)
    assert [finding.state for finding in examine_database(paths, 24, now)] == ["note"]
    fill(paths, ["water " * 50] * 200)
    states = [finding.state for finding in examine_database(paths, 24, now)]
    assert "problem" not in states
    body = bytearray(paths.database.read_bytes())
    body[8192:16384] = b"\xff" * 8192
    paths.database.write_bytes(body)
    assert problems(examine_database(paths, 24, now))
    paths.database.write_bytes(b"not a database at all" * 100)
    assert problems(examine_database(paths, 24, now))


def test_a_clock_that_was_set_back_is_a_problem(tmp_path: Path) -> None:
    paths, now = DataPaths(tmp_path / "data"), datetime.now(UTC)
    fill(paths, ["x"])
    assert problems(examine_clock(paths, now)) == []
    assert "set back" in problems(examine_clock(paths, now - timedelta(hours=1)))[0]
    assert "past" in problems(examine_clock(paths, datetime(1970, 1, 1, tzinfo=UTC)))[0]


def test_dead_sources_are_problems_and_late_ones_notes(tmp_path: Path) -> None:
    paths, now = DataPaths(tmp_path / "data"), datetime.now(UTC)
    store = Store.open(paths, settings=StoreSettings(), clock=lambda: now)
    named = [Source(name, "rss", "https://x.example/", 60.0) for name in ("dead", "late", "live")]
    store.register(named)
    for state in ("dead", "late", "live"):
        store.source_health(
            SourceHealth(
                name=state,
                kind="rss",
                address="https://x.example/",
                trust="public",
                state=state,
                interval=60.0,
                last_answer_at=now - timedelta(minutes=14),
                last_item_at=None,
                last_error="it does not answer" if state != "live" else "",
                last_error_at=now,
                next_at=None,
                items=3,
                refused=0,
                remaining=None,
                reset_at=None,
            )
        )
    store.close()
    findings = {finding.text.split()[0]: finding for finding in examine_sources(paths, 3, now)}
    assert {name: finding.state for name, finding in findings.items()} == {
        "dead": "problem",
        "late": "note",
        "live": "ok",
    }
    assert findings["dead"].text.startswith("dead is DEAD, last answer 14m ago, nothing new yet: it does not")
    assert findings["dead"].mend.startswith("The service tries again by itself. See whether https://x.")
    assert "it does not answer" in findings["dead"].text


SIGNED = """
[sources.tag]
kind = "mastodon"
address = "https://social.example/tags/riverton"
[sources.replies]
kind = "mastodon"
address = "https://social.example/notifications"
"""


def of_credentials(shell: Shell, env: dict[str, str] | None = None) -> dict[str, str]:
    """What the verb says of secrets: sentence and mend, and how bad it is."""
    ran = shell.run("doctor", "--json", env=env)
    assert "canary" not in ran.text + ran.err
    findings = [json.loads(line) for line in ran.out.splitlines()]
    return {f"{one['text']} {one['mend']}": one["state"] for one in findings if one["area"] == "credentials"}


def test_a_source_that_needs_a_token_and_has_none_is_noted_with_the_place_for_it(shell: Shell) -> None:
    place = shell.settings(SIGNED).parent / "credentials/replies"
    ((said, state),) = of_credentials(shell).items()
    assert state == "note"
    assert said.startswith("replies needs a token")
    assert f"{place} alone on a line, mode 0600" in said


def test_a_looser_file_is_a_problem_and_a_tight_one_is_not(shell: Shell) -> None:
    directory = shell.settings(SIGNED).parent / "credentials"
    directory.mkdir()
    token = directory / "replies"
    token.write_text("canary\n")
    token.chmod(0o644)
    ((said, state),) = of_credentials(shell).items()
    assert state == "problem"
    assert f"chmod 600 {token}" in said
    assert shell.run("doctor").code == 1
    token.chmod(0o600)
    assert of_credentials(shell) == {f"replies has its secret from {token} ": "ok"}


def test_secrets_that_no_source_uses_are_noted(shell: Shell) -> None:
    directory = shell.settings(SIGNED).parent / "credentials"
    directory.mkdir()
    (directory / "repleis").write_text("canary\n")
    env = {"WATCHFLOOR_TOKEN_COUNCIL": "canary", "WATCHFLOOR_TOKEN_TAG": "canary"}
    said = of_credentials(shell, env)
    for start in (
        "no source or channel is called repleis",
        "no source or channel has a name that WATCHFLOOR_TOKEN_COUNCIL stands",
    ):
        assert any(sentence.startswith(start) for sentence in said)
    assert any(sentence.startswith("tag signs in nowhere") for sentence in said)
    assert "problem" not in said.values()


def test_a_session_that_others_could_read_is_a_problem(shell: Shell) -> None:
    shell.settings("")
    shell.paths.sessions.mkdir(parents=True, mode=0o700)
    (shell.paths.sessions / "replies").write_text("canary")
    (shell.paths.sessions / "replies").chmod(0o640)
    ((said, state),) = of_credentials(shell).items()
    assert (state, "chmod 600" in said) == ("problem", True)


def test_the_verb_examines_a_fresh_machine_without_a_problem(shell: Shell) -> None:
    ran = shell.run("doctor")
    assert ran.code == 0
    assert "watchfloor serve" in ran.text
    findings = [json.loads(line) for line in shell.run("doctor", "--json").out.splitlines()]
    assert {"terminal", "locale", "clipboard", "sqlite", "settings", "files", "disk", "database"} <= {
        finding["area"] for finding in findings
    }
    assert set(findings[0]) == {"area", "state", "text", "mend"}


def test_in_a_terminal_it_sees_the_terminal_itself(shell: Shell) -> None:
    with Pty([*shell.command, "doctor"], columns=100, rows=60, env=shell.environment) as terminal:
        assert terminal.wait(20) == 0
        text = terminal.text()
    assert "100x60: panels one above the other" in text
    assert "UTF-8: every mark can be drawn" in text


def test_the_verb_fails_where_there_is_a_problem_and_names_every_mistake(shell: Shell) -> None:
    shell.settings("[desk]\nnam = 1\nbell = 2\n")
    ran = shell.run("doctor")
    assert ran.code == 1
    assert ran.text.count("problem\tsettings") == 2
    assert shell.run("doctor", env={"TERM": "dumb"}).code == 1
