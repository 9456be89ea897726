"""Hostile text through every list verb in every form: the last gate, tested as if the first had failed."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from tests.cli.shell import Shell
from tests.hostile import PAYLOADS, SMALL, forbidden, raw_controls
from tests.terminal import Terminal

LISTS = [["mentions"], ["incidents"], ["sources"], ["log", "show"]]
OURS = re.compile(rb"\x1b\[[0-9;]*m|\r(?=\n)")
"""What a table may send to a terminal: colours and weights, and line ends as the terminal makes them."""


@pytest.mark.parametrize("verb", LISTS, ids=" ".join)
@pytest.mark.parametrize("form", [[], ["--json"], ["--csv"]], ids=["plain", "json", "csv"])
def test_nothing_raw_leaves_for_a_pipe(hostile_desk: Shell, verb: list[str], form: list[str]) -> None:
    ran = hostile_desk.run(*verb, *form)
    assert ran.code == 0
    assert raw_controls(ran.out) == []
    rows = 1 if verb == ["sources"] else len(SMALL)
    if form == ["--json"]:
        assert len([json.loads(line) for line in ran.out.splitlines()]) >= min(rows, 100)
    elif form == ["--csv"]:
        records = list(csv.DictReader(io.StringIO(ran.text)))
        assert len(records) >= min(rows, 100)
        for record in records:
            assert not any(cell.lstrip().startswith(("=", "+", "@")) for cell in record.values())
    else:
        assert len(ran.out.splitlines()) >= min(rows, 100)


@pytest.mark.parametrize("verb", LISTS, ids=" ".join)
def test_nothing_raw_leaves_for_a_terminal(hostile_desk: Shell, verb: list[str]) -> None:
    command = [*hostile_desk.command, *verb]
    with Terminal(command, columns=160, env=hostile_desk.environment, emulate=False) as terminal:
        assert terminal.wait(20) == 0
    left = OURS.sub(b"", bytes(terminal.received))
    assert raw_controls(left) == []
    assert b"radio" in left or verb != ["sources"]


def test_markup_in_a_post_is_shown_as_it_was_said(hostile_desk: Shell) -> None:
    command = [*hostile_desk.command, "mentions", "official", "--limit", "100"]
    with Terminal(command, columns=160, env=hostile_desk.environment, emulate=False) as terminal:
        assert terminal.wait(20) == 0
    assert PAYLOADS["bold markup"].encode() in terminal.received


def test_a_mistake_with_hostile_text_is_named_without_sending_it(shell: Shell) -> None:
    for arguments in (
        ["mentions", "\x1b]0;x\x07:y"],
        ["\x1b[2J"],
        ["replay", "\x1b[2J"],
        ["--config", "\x1b[2J", "status"],
    ):
        ran = shell.run(*arguments)
        assert ran.code in (1, 2)
        assert forbidden(ran.err) == []


MENTION = (
    "id source native_id at seen_at author author_name text lang url mood mood_note points tier topic place "
    "official repeats voices incident edited_at deleted_at hazard status updates audience humanitarian"
)
INCIDENT = (
    "id key place topic tier state points reasons mentions voices mood_sum mood_count official opened_at "
    "last_at closed_at previous"
)
SOURCE = (
    "name kind address trust state interval last_answer_at last_item_at last_error last_error_at next_at "
    "items refused remaining reset_at budget rhythm note"
)
EVENT = "seq at actor kind subject data hash"


@pytest.mark.parametrize(("verb", "keys"), zip(LISTS, (MENTION, INCIDENT, SOURCE, EVENT), strict=True))
def test_programs_can_rely_on_the_keys(hostile_desk: Shell, verb: list[str], keys: str) -> None:
    first = hostile_desk.run(*verb, "--json").out.splitlines()[0]
    assert list(json.loads(first)) == keys.split()
    assert hostile_desk.run(*verb, "--csv").text.splitlines()[0].split(",") == keys.split()
