"""What every verb answers when the world is not as it should be: a sentence, and one of four codes."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.cli import VERBS
from console.commands import COMMANDS
from console.verbs import refusals
from tests.cli.shell import Shell, fill

MISTAKEN = """
[desk]
nam = "Riverton"
theme = "drak"
[sources.council]
kind = "rrs"
interval = 300
[views]
election = "topc:election"
"""


def test_palette_and_shell_know_the_same_verbs() -> None:
    assert {command.verb for command in COMMANDS if command.verb} == set(VERBS)


def test_every_expected_error_exists() -> None:
    for name in refusals.EXIT_CODES:
        module, _, kind = name.rpartition(".")
        assert issubclass(getattr(__import__(module, fromlist=[kind]), kind), Exception)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(shell: Shell, verb: str) -> None:
    ran = shell.run(verb, "--help")
    assert ran.code == 0
    assert ran.text.startswith(f"Usage: watchfloor {verb}")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["srve"], 'did you mean "serve"?'),
        (["serve", "--untl-idle"], "--until-idle"),
        (["mentions", "plcae:x"], 'did you mean "place:"?'),
        (["mentions", "--limit", "0"], "0"),
        (["replay", "none.jsonl"], "none.jsonl"),
        (["replay", "-", "--speed", "fast"], '"max"'),
        (["triage", "--places", "none.csv"], "none.csv"),
        (["--config", "none.toml", "status"], "config init"),
        (["places", "import", "/dev/null/x"], "/dev/null/x"),
        (["log"], "verify"),
    ],
)
def test_a_request_that_makes_no_sense_is_2(shell: Shell, arguments: list[str], words: str) -> None:
    ran = shell.run(*arguments)
    assert (ran.code, ran.out) == (2, b"")
    assert words in ran.err


def test_every_verb_that_reads_the_settings_names_all_their_mistakes(shell: Shell) -> None:
    shell.settings(MISTAKEN)
    for arguments in (["status"], ["mentions"], ["config", "validate"], ["serve"]):
        ran = shell.run(*arguments)
        assert ran.code == 2
        for words in ('"name"', '"dark"', '"rss"', "has no address", '"5m"', '"topic:"'):
            assert words in ran.err, arguments
        assert "settings.toml:3" in ran.err


def test_without_a_service_it_is_3_and_the_mend_is_named(shell: Shell) -> None:
    fill(shell.paths, [])
    for arguments in (["status"], ["status", "--json"], ["replay", "-"]):
        ran = shell.run(*arguments)
        assert (ran.code, ran.out) == (3, b"")
        assert "watchfloor serve" in ran.err


def test_without_a_database_lists_say_who_makes_it(shell: Shell) -> None:
    for arguments in (["mentions"], ["incidents", "--json"], ["sources"], ["log", "verify"], ["backup"]):
        ran = shell.run(*arguments)
        assert (ran.code, ran.out) == (1, b"")
        assert "watchfloor serve makes it" in ran.err


def test_an_empty_desk_is_not_an_error(shell: Shell) -> None:
    fill(shell.paths, [])
    assert shell.run("mentions") == shell.run("incidents", "--csv") == shell.run("mentions", "--json")
    assert shell.run("mentions").code == 0


def test_without_a_terminal_the_desk_is_refused_and_starts_nothing(shell: Shell) -> None:
    for arguments in ([], ["demo"]):
        ran = shell.run(*arguments)
        assert (ran.code, ran.out) == (2, b"")
        assert "terminal" in ran.err
    assert not shell.paths.root.exists()


def test_a_reader_that_has_seen_enough_is_no_error(shell: Shell) -> None:
    fill(shell.paths, ["water in the basement " * 20] * 900)
    command = [*shell.command, "mentions", "--limit", "900"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=shell.environment, cwd=shell.home
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(20) == 0


def test_a_filter_reaches_the_rows_and_the_shells_quotes_are_given_back(shell: Shell) -> None:
    fill(shell.paths, ["Mill Street", "Oak School"])
    assert len(shell.run("mentions", "place:Mill Street").text.splitlines()) == 1
    assert len(shell.run("mentions", "tier:now").text.splitlines()) == 2
    assert len(shell.run("incidents", "place:Oak School", "--json").text.splitlines()) == 1


def test_piped_rows_are_plain_and_no_colour_is_forced(shell: Shell) -> None:
    fill(shell.paths, ["Mill Street"])
    environments: list[dict[str, str]] = [
        {},
        {"FORCE_COLOR": "1"},
        {"NO_COLOR": "1"},
        {"TTY_COMPATIBLE": "1"},
    ]
    for env in environments:
        ran = shell.run("mentions", env=env)
        assert b"\x1b" not in ran.out
        assert ran.text.count("\t") == 7


@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=["ascii", "latin-1", "C"],
)
def test_a_locale_without_unicode_loses_characters_and_nothing_else(
    shell: Shell, env: dict[str, str]
) -> None:
    fill(shell.paths, ["où est l'école 学校 😂"])
    ran = shell.run("mentions", env=env)
    assert ran.code == 0
    assert b"? " in ran.out
    as_json = shell.run("mentions", "--json", env=env)
    assert "学校 😂" in as_json.out.decode("utf-8")
    assert shell.run("doctor", env=env).out.count(b"ASCII")


@pytest.fixture
def bound(shell: Shell) -> Iterator[Shell]:
    """A shell for which the modes of files hold, even where root runs the tests."""
    if os.geteuid() == 0:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.skip("root may write wherever it likes, and there is no setpriv to take that away")
        shell.humbly = (setpriv, "--bounding-set=-dac_override,-dac_read_search,-fowner")
    fill(shell.paths, ["Mill Street"])
    yield shell
    shell.paths.root.chmod(0o755)


def test_a_desk_that_may_only_be_read_is_read_and_its_service_refused(bound: Shell) -> None:
    bound.paths.database.chmod(0o444)
    bound.paths.root.chmod(0o555)
    ran = bound.run("serve")
    assert (ran.code, ran.out) == (1, b"")
    assert str(bound.paths.root) in ran.err
    assert len(bound.run("mentions").text.splitlines()) == 1
    assert bound.run("backup").code == 1
    assert bound.run("backup", "/nowhere/copy.db").code == 1
    assert bound.run("doctor").code in (0, 1)


def test_a_desk_that_may_not_even_be_read_is_refused_in_a_sentence(bound: Shell) -> None:
    bound.paths.root.chmod(0o000)
    for arguments in (["mentions"], ["serve"], ["status"], ["backup"]):
        ran = bound.run(*arguments)
        assert ran.code in (1, 3)
        assert str(bound.paths.root) in ran.err
    doctor = bound.run("doctor")
    assert doctor.code == 1
    assert str(bound.paths.root) in doctor.text


def test_a_data_directory_that_cannot_be_is_said_in_a_sentence(shell: Shell) -> None:
    blocked = shell.home / "file"
    blocked.touch()
    ran = shell.run("serve", env={"WATCHFLOOR_DATA": str(blocked / "data")})
    assert ran.code == 1
    assert "file" in ran.err
    assert shell.run("doctor", env={"WATCHFLOOR_DATA": str(blocked / "data")}).code == 1


def test_the_log_is_shown_and_verified_and_a_changed_one_fails(shell: Shell) -> None:
    fill(shell.paths, ["one", "two"])
    ran = shell.run("log", "verify")
    assert ran.code == 0
    assert "whole" in ran.text
    assert shell.run("log", "show", "--limit", "1").text.count("\n") == 1
    _change_the_log(shell.paths.database)
    ran = shell.run("log", "verify")
    assert ran.code == 1
    assert "is not as it was written" in ran.err
    assert shell.run("doctor").code == 1


def _change_the_log(database: Path) -> None:
    """As the service's own user could, and the chain is there to show."""
    from console.store.connect import open_writer

    connection = open_writer(database)
    connection.execute("DROP TRIGGER event_is_final")
    connection.execute("UPDATE event SET actor = 'nobody' WHERE seq = 1")
    connection.close()


def test_a_backup_is_made_and_its_place_is_printed(shell: Shell) -> None:
    fill(shell.paths, ["one"])
    copy = Path(shell.run("backup").text.strip())
    assert copy.parent == shell.paths.backups
    assert copy.read_bytes()[:15] == b"SQLite format 3"
    assert shell.run("backup", "elsewhere.db").text == "elsewhere.db\n"
    again = shell.run("backup", "elsewhere.db")
    assert again.code == 1
    assert "left alone" in again.err
