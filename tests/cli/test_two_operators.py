"""Two people of two accounts at one desk: claims that collide, and the second person whom a policy wants."""

from __future__ import annotations

import os
import pwd
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.cli.answering_desk import answering, delivered, said, second_operator
from tests.cli.shell import Shell
from tests.terminal import Terminal

ME = pwd.getpwuid(os.geteuid()).pw_name
OTHER = next(account for account in pwd.getpwall() if account.pw_uid not in (0, os.geteuid()))
SETTINGS = f"""
[desk]
name = "Riverton"
[answers]
hold = "1s"
second_channels = ["practice"]
[channels.practice]
kind = "dry-run"
limit = 500
[roles]
respond = ["{ME}"]
approve = ["{OTHER.pw_name}"]
"""


@pytest.fixture(scope="module")
def people() -> Iterator[tuple[Shell, Shell]]:
    """The desk for me, and for the second operator; in a place where others may look, unlike pytest's own."""
    with (
        TemporaryDirectory(prefix="watchfloor-two-") as place,
        answering(Shell(Path(place)), SETTINGS) as mine,
    ):
        mine.home.chmod(0o711)
        theirs = second_operator(mine, OTHER.pw_uid)
        if theirs is None:
            pytest.skip("only root may become a second account, with setpriv")
        yield mine, theirs


def test_who_comes_second_reads_who_was_first_and_takes_over_with_a_reason(
    people: tuple[Shell, Shell],
) -> None:
    mine, theirs = people
    assert mine.run("claim", "2").code == 0
    refused = theirs.run("claim", "2")
    assert refused.code == 1
    assert f"{ME} holds it for 0 min" in refused.err
    assert "claim 2 --over REASON" in theirs.run("reply", "2", "--text", "x").err
    assert theirs.run("claim", "2", "--over", "their shift is over").code == 0
    lost = mine.run("reply", "2", "--text", "x")
    assert lost.code == 1
    assert f"{OTHER.pw_name} holds 2" in lost.err
    assert mine.run("release", "2").code == 1
    assert '"reason":"their shift is over"' in mine.run("log", "show", "--limit", "3").text
    assert theirs.run("release", "2").code == 0


def test_nothing_is_said_before_the_second_person_has_read_it(people: tuple[Shell, Shell]) -> None:
    mine, theirs = people
    mine.run("claim", "1")
    asked = mine.run("reply", "1", "--text", "The road is closed.", "--send", "--wait")
    assert asked.code == 1
    assert "a second person has to approve draft" in asked.text
    draft = said(mine.run("reply", "1", "--json"))["draft"]["id"]
    assert "waits for a second person" in theirs.run("drafts").text
    own = mine.run("approve", str(draft), "--yes")
    assert own.code == 1
    assert "Your role does not approve" in own.err

    shown = theirs.run("send-back", str(draft), "--reason", "say until when")
    assert shown.code == 0, shown
    assert theirs.run("approve", str(draft), "--yes").code == 1
    assert mine.run("reply", "1", "--text", "The road is closed until six.", "--send").code == 0
    stale = theirs.run("approve", str(draft), "--yes", "--version", "1")
    assert (stale.code, "read it again" in stale.err) == (1, True)
    command = [*theirs.humbly, *theirs.command, "approve", str(draft), "--wait"]
    with Terminal(command, columns=100, env=theirs.environment) as terminal:
        terminal.wait_for("Type")
        assert "Water on Mill Street" in terminal.text()
        assert "The road is closed until six." in terminal.text()
        terminal.type(f"{draft}\r")
        assert terminal.wait(20) == 0
        assert "confirmed" in terminal.text()
    mine.run("release", "1")


def test_a_number_mistyped_approves_nothing(people: tuple[Shell, Shell]) -> None:
    mine, theirs = people
    mine.run("claim", "3")
    mine.run("reply", "3", "--text", "A crew is there.", "--send")
    draft = said(mine.run("reply", "3", "--json"))["draft"]["id"]
    with Terminal(
        [*theirs.humbly, *theirs.command, "approve", str(draft)], env=theirs.environment
    ) as terminal:
        terminal.wait_for("Type")
        terminal.type("yes\r")
        assert terminal.wait(20) == 1
        assert "Nothing was approved." in terminal.text()
    went = theirs.run("approve", str(draft), "--yes")
    assert went.code == 0
    number = int(went.text.split("as delivery ")[1].split(";")[0])
    patience = time.monotonic() + 30
    while delivered(mine, number)["state"] != "confirmed":
        assert time.monotonic() < patience
        time.sleep(0.1)
    mine.run("release", "3")


def test_what_a_colleague_typed_is_not_written_over_unseen(people: tuple[Shell, Shell]) -> None:
    mine, theirs = people
    mine.run("claim", "4")
    mine.run("reply", "4", "--text", "Mine, unfinished")
    theirs.run("claim", "4", "--over", "their shift is over")
    refused = theirs.run("reply", "4", "--text", "Theirs")
    assert refused.code == 1
    assert "Mine, unfinished" in refused.err
    assert "Mine, unfinished" in theirs.run("drafts").text
    assert theirs.run("reply", "4", "--text", "Theirs", "--replace").code == 0
    assert theirs.run("release", "4").code == 0
