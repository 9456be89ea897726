"""Six operators for five seconds while mentions pour in: claims come out right, and nothing is forgotten.

`python -m tests.bench.claims` has twenty for a minute, and tells how long they waited.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from console.model import Event
from console.store.writer import Store
from tests.service.crowd import claimed_twice, double_claims, forgotten, in_a_folder
from tests.store.making import desk

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
Told = tuple[str, str, dict[str, Any]]
"""Who, what, data of a line of a log."""
ANA: Told = ("ana", "claimed", {"epoch": 1})
FREE: Told = ("service", "claim ended", {"of": "ana"})


def test_a_crowd_never_holds_a_claim_twice_and_nothing_acknowledged_is_lost() -> None:
    came = in_a_folder(operators=6, rate=1000, seconds=5.0)  # pytest's own are closed to other users
    assert came.faults == ()
    assert came.fed.taken > 0
    done = {line["do"] for line in came.lines if "refused" not in line}
    assert done >= {"claim", "draft", "draft_save", "submit"}


def events(*told: Told) -> list[Event]:
    """Lines of a log about one subject."""
    return [
        Event(seq, NOON, actor, kind, "mention:1", json.dumps(data), "")
        for seq, (actor, kind, data) in enumerate(told, start=1)
    ]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ([ANA, ("kim", "claimed", {"epoch": 2})], "kim took mention:1, which ana held"),
        ([ANA, ("kim", "taken over", {"epoch": 2, "from": "lee"})], "kim took mention:1, which ana held"),
        ([ANA, FREE, ("kim", "claimed", {"epoch": 1})], "had the epoch 1 before"),
        ([ANA, ("kim", "released", {})], "kim released mention:1, which ana held"),
        ([ANA, ("service", "claim ended", {"of": "kim"})], "the claim of kim ended, which ana held"),
    ],
)
def test_a_double_claim_in_a_log_would_be_seen(told: list[Told], words: str) -> None:
    assert [words in fault for fault in double_claims(events(*told))] == [True]


def test_claims_that_follow_each_other_are_in_order() -> None:
    told: list[Told] = [ANA, ("kim", "taken over", {"epoch": 2, "from": "ana"}), ("kim", "released", {})]
    assert list(double_claims(events(*told, ("ana", "claimed", {"epoch": 3})))) == []


def test_a_claim_that_two_were_told_to_hold_and_a_forgotten_command_would_be_seen(tmp_path: Path) -> None:
    one = {"do": "claim", "who": 1, "subject": "mention:1", "epoch": 1}
    assert list(claimed_twice([one, {**one, "who": 2}])) == ["operators 1 and 2 both hold mention:1, epoch 1"]
    place = desk(tmp_path, keep_free=0)
    Store.open(place.paths, settings=place.settings, clock=place.clock).close()
    saved = {"do": "draft_save", "who": 1, "subject": "mention:1", "draft": 7, "version": 2, "text": "a"}
    faults = list(forgotten(place.paths, (), [one, {**one, "refused": "no"}, saved]))
    assert ["not in the log" in fault for fault in faults] == [True, False]
    assert "draft 7 is None" in faults[1]
