"""Tending work from a shell: notes, tags, putting away, putting right, merging, promises, undo, the queue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.answering_desk import answering, said
from tests.cli.shell import Ran, Shell, fill

SETTINGS = """
[desk]
name = "Riverton"
time_zone = "Europe/Vienna"
[answers]
hold = "1s"
[channels.practice]
kind = "dry-run"
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    with answering(Shell(tmp_path_factory.mktemp("tending")), SETTINGS) as shell:
        yield shell


def item(desk: Shell, subject: str) -> dict[str, Any]:
    return said(desk.run("item", subject, "--json"))


def rows(ran: Ran) -> list[dict[str, Any]]:
    assert ran.code == 0, ran
    return [json.loads(line) for line in ran.out.splitlines()]


def event_of(ran: Ran) -> str:
    assert ran.code == 0, ran
    return ran.text.split("--event ")[1].split("`")[0]


def facts(ran: Ran) -> dict[str, str]:
    assert ran.code == 0, ran
    return dict(line.split("\t", 1) for line in ran.text.splitlines())


def test_a_note_stands_where_colleagues_look_and_undo_takes_it_back(desk: Shell) -> None:
    told = desk.run("note", "radio.0", "#2", "the caller will ring again")
    assert told.text.startswith("2 noted; `watchfloor undo --event ")
    assert desk.run("note", "radio.0", "-", stdin=b"ask for Ann\n").code == 0
    assert [note["text"] for note in item(desk, "radio.0")["notes"]] == [
        "the caller will ring again",
        "ask for Ann",
    ]
    assert facts(desk.run("item", "2"))["note"].endswith("the caller will ring again")
    assert "Undone: noted (radio.0)" in desk.run("undo").text
    assert said(desk.run("undo", "--event", event_of(told), "--json"))["count"] == 2
    assert item(desk, "2")["notes"] == []
    again = desk.run("undo", "--event", event_of(told))
    assert (again.code, "undone already" in again.err) == (1, True)
    assert desk.run("note", "radio.0", " ").code == 1


def test_tags_are_added_to_all_that_are_named_and_taken_away_again(desk: Shell) -> None:
    assert desk.run("tag", "radio.0", "radio.1", "Bridge").text.startswith("2 tagged Bridge; ")
    assert item(desk, "radio.1")["set"]["tags"] == ["bridge"]
    preview = desk.run("tag", "radio.1", "radio.2", "99", "bridge", "--preview")
    assert preview.text == "1 of 3 would be tagged bridge; nothing was done.\n"
    assert "left alone: radio.1: It is so already." in preview.err
    assert "left alone: 99: There is no such incident or mention" in preview.err
    assert item(desk, "radio.2")["set"]["tags"] == []
    none = desk.run("tag", "radio.1", "bridge")
    assert (none.code, none.out) == (1, b"")
    assert "It is so already." in none.err
    assert desk.run("tag", "radio.1", "bridge", "--preview").code == 1
    done = said(desk.run("untag", "radio.0", "radio.1", "bridge", "--json"))
    assert (done["count"], done["skipped"]) == (2, [])
    assert item(desk, "radio.1")["set"]["tags"] == []


def test_untagging_nothing_takes_no_tag_away(desk: Shell) -> None:
    desk.run("tag", "radio.3", "night")
    for word in ("", " ", "\u200b"):
        assert desk.run("untag", "radio.3", word).code == 2
    assert item(desk, "radio.3")["set"]["tags"] == ["night"]
    desk.run("untag", "radio.3", "night")


@pytest.mark.parametrize(
    ("until", "on", "timed"),
    [("30m", "time", True), ("2h", "time", True), ("18:00", "time", True), ("report", "report", False),
     ("status", "status", False), ("report 2h", "report", True)],
)  # fmt: skip
def test_what_is_put_away_comes_back_by_time_report_or_status(
    desk: Shell, until: str, on: str, timed: bool
) -> None:
    assert desk.run("snooze", "radio.1", until).text.startswith(f"1 put away until {until}; ")
    away = item(desk, "radio.1")["set"]["snooze"]
    assert (away["on"], away["until"] is not None) == (on, timed)
    assert "put away" in facts(desk.run("item", "radio.1"))
    assert desk.run("wake", "radio.1").text.startswith("1 brought back; ")
    assert item(desk, "radio.1")["set"]["snooze"] is None


def test_a_clock_time_is_that_of_the_desk(desk: Shell) -> None:
    desk.run("snooze", "radio.1", "18:00")
    assert "18:00" in facts(desk.run("item", "radio.1"))["put away"]
    assert desk.run("undo").code == 0


def test_what_intake_got_wrong_is_set_by_hand_and_given_back(desk: Shell) -> None:
    assert "set to tier watch" in desk.run("correct", "radio.2", "--tier", "watch").text
    assert [row["tier"] for row in rows(desk.run("incidents", "--json")) if row["key"] == "radio.2"] == [3]
    assert desk.run("correct", "3", "--tier", "soon", "--mood", "0.5").code == 0
    assert (item(desk, "3")["set"]["tier"], item(desk, "3")["set"]["mood"]) == (2, 0.5)
    refused = desk.run("correct", "radio.2", "--mood", "0.5")
    assert (refused.code, "that of its mentions" in refused.err) == (1, True)
    assert desk.run("correct", "3", "--tier", "none", "--mood", "none").code == 0
    assert desk.run("correct", "radio.2", "--tier=none").code == 0
    assert item(desk, "radio.2")["set"]["tier"] is None


def test_incidents_are_closed_with_a_reason_and_opened_again(desk: Shell) -> None:
    assert desk.run("close", "radio.2", "radio.3", "--reason", "an exercise").text.startswith("2 closed; ")
    assert {"radio.2", "radio.3"}.isdisjoint(row["key"] for row in rows(desk.run("incidents", "--json")))
    assert "an exercise" in desk.run("log", "show", "--limit", "1").text
    assert desk.run("close", "radio.2").code == 1
    assert desk.run("reopen", "radio.2", "radio.3").code == 0
    assert {"radio.2", "radio.3"} <= {row["key"] for row in rows(desk.run("incidents", "--json"))}


def test_incidents_are_made_one_and_parted_again(desk: Shell) -> None:
    preview = desk.run("merge", "radio.1", "radio.2", "radio.0", "--into", "radio.0", "--preview")
    assert preview.text.startswith("2 of 3 would be made part of radio.0")
    assert "left alone: radio.0: It is the one that the others are merged into." in preview.err
    done = desk.run("merge", "radio.1", "radio.2", "--into", "radio.0")
    assert item(desk, "radio.0")["merged"] == ["radio.1", "radio.2"]
    assert facts(desk.run("item", "radio.0"))["holds"] == "radio.1, radio.2"
    assert desk.run("undo", "--event", event_of(done)).code == 0
    assert item(desk, "radio.0")["merged"] == []


def test_mentions_are_split_off_into_an_incident_and_taken_out_of_one(desk: Shell) -> None:
    done = said(desk.run("split", "#4", "5", "--json"))
    assert item(desk, "4")["incident"] == done["incident"]
    assert done["incident"] in desk.run("incidents").text
    assert "Undone: split" in desk.run("undo").text
    assert item(desk, "4")["incident"] == "radio.3"
    assert " split off as radio.3.part" in desk.run("split", "4").text
    assert desk.run("undo").code == 0
    assert desk.run("detach", "#4").text.startswith("1 taken out of their incident; ")
    assert item(desk, "4")["incident"] == ""
    assert desk.run("undo").code == 0
    assert item(desk, "4")["incident"] == "radio.3"


def test_a_promise_is_a_clock_until_it_was_kept(desk: Shell) -> None:
    given = desk.run("promise", "radio.3", "2h", "--words", "call the shop back")
    assert '"call the shop back" is promised for ' in given.text
    shown = facts(desk.run("item", "radio.3"))
    assert shown["promise"].startswith("1, for ")
    assert "promise" in {one["name"] for one in item(desk, "radio.3")["clocks"]}
    assert desk.run("promise", "radio.3", "--kept", "--number", "2").code == 1
    assert "kept" in desk.run("promise", "radio.3", "--kept").text
    assert "kept by" in facts(desk.run("item", "radio.3"))["promise"]
    assert desk.run("promise", "radio.3", "--kept").code == 1


def test_next_takes_the_worst_that_nobody_has_and_says_when_there_is_none(desk: Shell) -> None:
    for key in ("radio.0", "radio.2", "radio.4"):
        desk.run("correct", key, "--tier", "soon")
    desk.run("snooze", "radio.3", "2h")
    queue = [row for row in rows(desk.run("queue", "--json")) if ".part" not in row["incident"]]
    assert [(row["incident"], row["passed"]) for row in queue] == [
        ("radio.1", ""),
        ("radio.3", "snoozed"),
        ("radio.0", ""),
        ("radio.2", ""),
        ("radio.4", ""),
    ]
    taken = desk.run("next")
    assert taken.text.startswith("radio.1 is yours.\nsubject\tradio.1, act now")
    assert said(desk.run("next", "--json"))["incident"] == "radio.0"
    assert [claim["subject"] for claim in rows(desk.run("claims", "--json"))] == [
        "incident:radio.1",
        "incident:radio.0",
    ]
    held = [row for row in rows(desk.run("queue", "--json")) if row["passed"] == "held"]
    assert all(row["holder"] for row in held)
    assert "held " in desk.run("queue").text
    _answer(desk, "radio.2")
    assert said(desk.run("next", "--json"))["incident"] == "radio.4"
    none = desk.run("next")
    assert (none.code, none.out) == (1, b"")
    assert "Nothing waits for anybody" in none.err
    for key in ("radio.0", "radio.1", "radio.4"):
        desk.run("release", key)
    desk.run("wake", "radio.3")


def _answer(desk: Shell, key: str) -> None:
    """Answered lately, an incident does not wait for anybody before its next update is due."""
    desk.run("claim", key)
    assert desk.run("reply", key, "--text", "A crew is on its way.", "--send", "--wait").code == 0
    desk.run("release", key)
    passed = {row["incident"]: row["passed"] for row in rows(desk.run("queue", "--json"))}
    assert passed[key] == "answered"


@pytest.mark.parametrize(
    "arguments",
    [
        ["note", "radio.0"],
        ["tag", "mill street", "x"],
        ["snooze", "radio.0", "soon"],
        ["snooze", "radio.0", "25:00"],
        ["snooze", "radio.0", "report soon"],
        ["correct", "radio.0"],
        ["correct", "radio.0", "--tier", "4"],
        ["correct", "1", "--mood", "2"],
        ["correct", "1", "--mood", "nan"],
        ["merge", "radio.0"],
        ["promise", "radio.0"],
        ["promise", "radio.0", "2h", "--kept"],
        ["promise", "radio.0", "report"],
        ["promise", "radio.0", "2h", "--number", "1"],
        ["undo", "--event", "0"],
        ["item", "nothing"],
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_2(desk: Shell, arguments: list[str]) -> None:
    ran = desk.run(*arguments)
    assert (ran.code, ran.out) == (2, b"")


@pytest.mark.parametrize(
    "arguments",
    [["tag", "99", "x"], ["item", "99"], ["item", "no.such"], ["detach", "radio.0"], ["split", "radio.0"],
     ["merge", "radio.0", "--into", "no.such"], ["undo", "--event", "1"], ["close", "1"],
     ["promise", "99", "2h"], ["snooze", "radio.0", "400d"]],
    ids=" ".join,
)  # fmt: skip
def test_what_cannot_be_done_is_1_and_a_sentence(desk: Shell, arguments: list[str]) -> None:
    ran = desk.run(*arguments)
    assert (ran.code, ran.out) == (1, b"")
    assert ran.err.startswith("watchfloor: ")


def test_status_says_that_the_desk_is_paused_and_an_exercise(
    desk: Shell, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert {"PAUSED", "EXERCISE"}.isdisjoint(facts(desk.run("status")))
    desk.run("pause", "--reason", "wrong address")
    assert facts(desk.run("status"))["PAUSED"].endswith(": wrong address")
    assert said(desk.run("status", "--json"))["pause"]["reason"] == "wrong address"
    desk.run("resume")
    practice = Shell(tmp_path_factory.mktemp("practice"))
    text = SETTINGS.replace("[desk]\n", "[desk]\nexercise = true\n")
    with answering(practice, text):
        assert "nobody hears" in facts(practice.run("status"))["EXERCISE"]


def test_without_the_service_all_can_be_read_and_nothing_is_done(shell: Shell) -> None:
    fill(shell.paths, ["Water on Mill Street"])
    for verb in ("queue", "item 1", "item radio.0", "tickets", "proposals", "proposals radio.0"):
        assert shell.run(*verb.split()).code == 0, verb
    for verb in (
        *("next", "note 1 x", "tag 1 x", "untag 1 x", "snooze 1 2h", "wake 1", "correct 1 --tier soon"),
        *("close radio.0", "reopen radio.0", "merge radio.1 --into radio.0", "split 1", "detach 1"),
        *(
            "promise 1 2h",
            "undo",
            "routes radio.0",
            "escalate radio.0",
            "acknowledge 1",
            "ticket 1 --number 2",
        ),
        *("told radio.0", "tell radio.0 --text x"),
    ):
        ran = shell.run(*verb.split())
        assert (ran.code, ran.out) == (3, b""), verb
