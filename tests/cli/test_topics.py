"""Topics from a shell: which there are, corrected by hand, what was learned of that, and forgetting it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.answering_desk import answering, said
from tests.cli.shell import Shell
from tests.cli.test_tending import SETTINGS


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    with answering(Shell(tmp_path_factory.mktemp("topics")), SETTINGS) as shell:
        yield shell


def topics(desk: Shell) -> dict[str, dict[str, Any]]:
    ran = desk.run("topics", "--json")
    assert ran.code == 0, ran
    return {row["topic"]: row for row in map(json.loads, ran.out.splitlines())}


def test_a_topic_is_corrected_counted_and_forgotten(desk: Shell) -> None:
    before = topics(desk)
    assert {"roads", "parking", "trees", "other"} <= set(before)
    told = desk.run("correct", "1", "--topic", "parks")
    assert told.code == 0
    assert "1 set to topic parks; " in told.text
    assert "So far learned from 1 correction: right before 0 of 1, now 0 of 1" in told.text
    assert said(desk.run("item", "1", "--json"))["set"]["topic"] == "parks"
    assert "topic parks" in desk.run("item", "1").text
    now = topics(desk)
    assert (now["parks"]["corrections"], now["parks"]["mentions"]) == (1, before["parks"]["mentions"] + 1)
    listed = desk.run("topics")
    assert "Learned from 1 correction: " in listed.err
    for unsaid in ((), ("",), ("  ",), ("parks", "--all"), ("  ", "--all")):
        assert "name one topic, or say --all" in desk.run("topics", "forget", *unsaid).err
    blank = desk.run("topics", "forget", "\u200b")
    assert (blank.code, "say of which topic, or of all" in blank.err) == (1, True)
    assert topics(desk)["parks"]["corrections"] == 1
    forgotten = desk.run("topics", "forget", "parks")
    assert forgotten.text.startswith("1 correction forgotten; topics set by hand stay.")
    assert desk.run("topics", "forget", "--all").code == 1
    assert topics(desk)["parks"]["corrections"] == 0
    assert desk.run("correct", "1", "--topic", "none").code == 0
    assert said(desk.run("item", "1", "--json"))["set"]["topic"] is None


def test_what_is_no_topic_is_named_with_the_nearest(desk: Shell) -> None:
    refused = desk.run("correct", "1", "--topic", "prks")
    assert (refused.code, 'did you mean "parks"' in refused.err) == (1, True)
    assert "set theirs" in desk.run("correct", "radio.1", "--topic", "parks").err
