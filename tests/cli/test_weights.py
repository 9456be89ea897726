"""What a word counts, in the shell."""

from __future__ import annotations

import csv
import io
import json

import pytest

from console.intake.weights import CLASSES, COLUMNS
from tests.cli.shell import Shell
from tests.hostile import SMALL, raw_controls


def test_a_words_weights_are_shown_with_their_source(shell: Shell) -> None:
    ran = shell.run("weights", "Needed", "neediest", "the", "xyzzy")
    assert ran.code == 0
    assert [line.split("\t")[:2] for line in ran.text.splitlines()] == [
        ["needed", "itself"],
        ["neediest", "need-"],
        ["the", "says nothing"],
        ["xyzzy", "says nothing"],
    ]
    points = ran.text.splitlines()[0].split("\t")[2:]
    assert (len(points), max(points, key=float)) == (len(COLUMNS), points[0])
    assert "IDRISI-RE" in ran.err
    assert "CC BY 4.0" in ran.err


def test_programs_get_every_class_by_its_name(shell: Shell) -> None:
    (line,) = shell.run("weights", "needed", "--json").out.splitlines()
    told = json.loads(line)
    assert list(told) == ["word", "by", *COLUMNS]
    assert told["requests_or_urgent_needs"] == max(told[name] for name in CLASSES)
    (row,) = csv.DictReader(io.StringIO(shell.run("weights", "needed", "--csv").text))
    assert float(row["requests_or_urgent_needs"]) == told["requests_or_urgent_needs"]


def test_without_a_word_all_are_listed_and_words_of_need_come_first(shell: Shell) -> None:
    lines = shell.run("weights").text.splitlines()
    assert len(lines) > 2000
    assert {line.split("\t")[0] for line in lines[:4]} & {"need", "needs", "needed"}


@pytest.mark.parametrize("form", [[], ["--json"], ["--csv"]], ids=["plain", "json", "csv"])
def test_hostile_words_leave_clean(shell: Shell, form: list[str]) -> None:
    hostile = [text.replace("\0", "")[:1000].encode("utf-8", "replace").decode() for text in SMALL.values()]
    ran = shell.run("weights", *form, "--", *filter(None, hostile))
    assert ran.code == 0
    assert raw_controls(ran.out) == []
