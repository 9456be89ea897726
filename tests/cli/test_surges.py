"""Surges in the shell: what goes on, what was, and what the desk does not know yet."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from console.settings import StoreSettings
from console.store.writer import Store
from console.surge import Listened, Surge, Term
from tests.cli.shell import Shell
from tests.hostile import SMALL, raw_controls
from tests.terminal import Terminal

NOW = datetime.now(UTC)
FLOOD = Surge(
    place="Mill Street",
    topic="flood",
    voices=38,
    span=3600.0,
    usual=4.1,
    half_day=4.1,
    yesterday=2.0,
    week_ago=None,
    hours=12,
    days=3,
    terms=(Term("pump", 14, 2, 900), Term("basement", 9, 20, 900)),
    most=38,
    told=38,
    began_at=NOW - timedelta(minutes=12),
    told_at=NOW - timedelta(minutes=12),
    heard_at=NOW - timedelta(minutes=2),
)
OVER = replace(FLOOD, place="", topic="power", voices=1, most=21, ended_at=NOW - timedelta(hours=3))


def note(shell: Shell, *told: Surge, known: Listened = Listened(12, 3, NOW)) -> None:  # noqa: B008
    store = Store.open(shell.paths, settings=StoreSettings(), clock=lambda: NOW)
    store.surged(told, known)
    store.close()


def test_those_that_go_on_are_listed_with_what_they_are_told_by(shell: Shell) -> None:
    note(shell, FLOOD, OVER)
    ran = shell.run("surges")
    assert ran.code == 0
    assert re.fullmatch(r"[2-9]m|1\dm", ran.text.split("\t")[5])  # As long ago as it was when it ran.
    assert ran.text.split("\t") == [
        "Mill Street",
        "flood",
        "x9",
        "38 voices in the last hour, usually 4",
        f"{FLOOD.began_at:%H:%M}" if FLOOD.began_at.date() == NOW.date() else ran.text.split("\t")[4],
        ran.text.split("\t")[5],
        "-",
        "pump 14, basement 9\n",
    ]
    assert "compared with 12 of the past 12 hours and this hour on 3 of the past 7 days" in ran.err


def test_those_that_are_over_are_listed_where_asked_for(shell: Shell) -> None:
    note(shell, FLOOD, OVER)
    lines = shell.run("surges", "--over").text.splitlines()
    assert [line.split("\t")[1] for line in lines] == ["flood", "power"]
    assert "21 voices in 60 min, usually 4" in lines[1]


def test_programs_get_every_number(shell: Shell) -> None:
    note(shell, FLOOD)
    (line,) = shell.run("surges", "--json").out.splitlines()
    told = json.loads(line)
    assert told["voices"] == 38
    assert told["usual"] == 4.1
    assert told["terms"][0] == {"text": "pump", "voices": 14, "before": 2, "of": 900}
    assert told["week_ago"] is None
    (row,) = csv.DictReader(io.StringIO(shell.run("surges", "--csv").text))
    assert row["place"] == "Mill Street"


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (None, "not known yet: no service has looked for surges so far"),
        (Listened(2, 0, NOW), "not known yet: of the past, 2 of the past 12 hours are known, and it takes 6"),
        (Listened(12, 7, NOW), "compared with 12 of the past 12 hours and this hour on 7 of the past 7 days"),
    ],
)
def test_no_surge_and_not_known_yet_are_told_apart(shell: Shell, known: Listened | None, words: str) -> None:
    store = Store.open(shell.paths, settings=StoreSettings(), clock=lambda: NOW)
    if known is not None:
        store.surged((), known)
    store.close()
    ran = shell.run("surges")
    assert ran.code == 0
    assert ran.text == ""
    assert words in ran.err
    with Terminal([*shell.command, "surges"], columns=160, env=shell.environment, emulate=False) as terminal:
        assert terminal.wait(20) == 0
    assert f"No surge: {words}".encode() in terminal.received


@pytest.mark.parametrize("form", [[], ["--json"], ["--csv"]], ids=["plain", "json", "csv"])
def test_hostile_words_leave_clean(shell: Shell, form: list[str]) -> None:
    """As if nothing had cleaned them."""
    texts = SMALL.values()
    hostile = [replace(FLOOD, place=text, topic=f"{text}.", terms=(Term(text, 9, 0, 9),)) for text in texts]
    note(shell, *hostile)
    ran = shell.run("surges", *form)
    assert ran.code == 0
    assert raw_controls(ran.out) == []
    assert len(ran.out.splitlines()) >= len(hostile) - 3
