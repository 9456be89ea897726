"""What leaves the desk in lists, and what stays on the operator's own screen."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from console.settings import StoreSettings
from console.store.writer import Store
from tests.cli.shell import Shell, fill, taken
from tests.terminal import Terminal


@pytest.fixture
def shy_desk(shell: Shell) -> Shell:
    """A desk that holds one open post, and one that its author shows to signed-in people only."""
    now = datetime.now(UTC)
    store = Store.open(shell.paths, settings=StoreSettings(), clock=lambda: now)
    open_, shy = taken("said to everybody", 1, now), taken("said to a few", 2, now)
    store.take([open_, replace(shy, post=replace(shy.post, audience="signed in"))])
    store.close()
    return shell


@pytest.mark.parametrize("form", [[], ["--json"], ["--csv"]], ids=["plain", "json", "csv"])
def test_a_post_for_signed_in_people_stays_out_of_every_export(shy_desk: Shell, form: list[str]) -> None:
    ran = shy_desk.run("mentions", *form)
    assert "said to everybody" in ran.text
    assert "said to a few" not in ran.text
    assert "1 left out" in ran.err


def test_the_operator_sees_it_on_the_terminal(shy_desk: Shell) -> None:
    command = [*shy_desk.command, "mentions"]
    with Terminal(command, columns=160, env=shy_desk.environment, emulate=False) as terminal:
        assert terminal.wait(20) == 0
    assert b"said to a few" in terminal.received


def test_reasons_are_objects_in_json_and_words_in_csv(shell: Shell) -> None:
    fill(shell.paths, ["water in the cellar"])
    (line,) = shell.run("incidents", "--json").out.splitlines()
    assert json.loads(line)["reasons"] == [{"text": "says water in the cellar", "points": 9}]
    assert "says water in the cellar 9" in shell.run("incidents", "--csv").text
