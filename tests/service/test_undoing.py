"""Undo: each takes back their own, one act after the other, until all is as it was; on a real database."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.service.socket import RequestError
from console.store import log
from tests.service.two_incidents import A, B, events, item, listed, two_incidents
from tests.service.workbench import Seat, Workbench
from tests.store.making import START


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    bench = Workbench(tmp_path)
    yield bench
    bench.close()


@pytest.fixture
def ana(bench: Workbench) -> Seat:
    return bench.sit("ana")


class TestUndoing:
    def test_it_goes_back_without_limit_one_act_after_the_other(self, bench: Workbench, ana: Seat) -> None:
        subject = bench.report()
        for number in range(5):
            ana.do("tag", subject=subject, tags=[f"t{number}"])
        for number in reversed(range(5)):
            assert ana.do("undo")["what"] == "tagged"
            assert item(bench, subject).tags == tuple(f"t{one}" for one in range(number))
        with pytest.raises(RequestError, match="nothing of yours"):
            ana.do("undo")

    def test_only_ones_own(self, bench: Workbench, ana: Seat) -> None:
        subject = bench.report()
        event = ana.do("tag", subject=subject, tags=["x"])["event"]
        with pytest.raises(RequestError, match="nothing of yours"):
            bench.sit("kim").do("undo")
        with pytest.raises(RequestError, match="ana did that"):
            bench.sit("kim").do("undo", event=event)

    def test_what_a_colleague_changed_since_is_named_and_left(self, bench: Workbench, ana: Seat) -> None:
        one, two, _ = two_incidents(bench)
        ana.do("tag", subjects=[one, two], tags=["x"])
        kim = bench.sit("kim")
        kim.do("tag", subject=two, tags=["y"])
        kim.do("note", subject=two, text="I called them.")
        with pytest.raises(RequestError, match=r"Mention 2 has changed since \(kim: tagged, 18:00 UTC\)"):
            ana.do("undo")
        assert item(bench, one).tags == ("x",)

    def test_another_thing_on_the_same_subject_is_no_hindrance(self, bench: Workbench, ana: Seat) -> None:
        subject = bench.report()
        ana.do("tag", subject=subject, tags=["x"])
        bench.sit("kim").do("snooze", subject=subject, on="report")
        ana.do("undo")
        assert item(bench, subject).tags == ()
        assert item(bench, subject).snooze is not None

    def test_it_is_an_event_that_names_the_one_it_undoes(self, bench: Workbench, ana: Seat) -> None:
        event = ana.do("tag", subject=bench.report(), tags=["x"])["event"]
        ana.do("undo")
        assert events(bench)[0].kind == "undone"
        assert f'"undoes":{event}' in events(bench)[0].data
        assert log.verify(bench.store.connection) == ()

    def test_a_claim_is_released_and_a_release_claimed_again(self, bench: Workbench, ana: Seat) -> None:
        subject = bench.report()
        ana.do("claim", subject=subject)
        ana.do("release", subject=subject)
        ana.do("undo")
        assert (bench.claim_on(subject).name, bench.claim_on(subject).epoch) == ("ana", 2)

    def test_a_claim_that_ended_meanwhile_does_not_block_what_was_done_before(
        self, bench: Workbench, ana: Seat
    ) -> None:
        subject = bench.report()
        ana.do("tag", subject=subject, tags=["x"])
        ana.do("claim", subject=subject)
        bench.go(3600)
        ana.do("undo")
        assert item(bench, subject).tags == ()

    def test_what_a_colleague_holds_by_now_is_left_to_them(self, bench: Workbench, ana: Seat) -> None:
        subject = bench.report()
        ana.do("tag", subject=subject, tags=["x"])
        bench.sit("kim").do("claim", subject=subject)
        with pytest.raises(RequestError, match="kim holds it"):
            ana.do("undo")


TABLES = {
    "mention": "id, tier, mood, incident",
    "incident": "key, tier, state, points, reasons, mentions, voices, mood_sum, mood_count, official, "
    "closed_at, opened_at, last_at",
    "incident_voice": "*",
    "incident_own": "*",
    "mention_own": "*",
    "item": "subject, merged, snoozed, live",
    "mood WHERE count": "place, bucket, count, sum",
    "note WHERE stands": "*",
    "claim WHERE uid IS NOT NULL": "subject, uid",
}


def state(bench: Workbench) -> dict[str, Any]:
    """All that is shown and found, but for the log, and the epochs of claims."""
    rows: dict[str, Any] = {
        table: bench.store.connection.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2").fetchall()
        for table, columns in TABLES.items()
    }
    for key in ("main-road.road", "bridge.flood", "park.tree"):
        rows[key] = listed(bench, incident=key)
    rows["tiers"] = [listed(bench, tier=tier) for tier in (1, 2, 3)]
    return rows


SUBJECTS = st.sampled_from([A, B, "incident:park.tree", *(f"mention:{number}" for number in range(1, 6))])
SEVERAL = st.lists(SUBJECTS, min_size=1, max_size=4)
VERBS = st.one_of(
    st.builds(lambda tags: ("tag", {"tags": tags}), st.lists(st.sampled_from("abc"), min_size=1)),
    st.builds(lambda tags: ("untag", {"tags": tags}), st.lists(st.sampled_from("abc"))),
    st.just(("note", {"text": "look"})),
    st.builds(lambda on: ("snooze", {"on": on}), st.sampled_from(["report", "status"])),
    st.just(("wake", {})),
    st.builds(lambda tier: ("correct", {"tier": tier}), st.sampled_from([1, 2, 3, None])),
    st.builds(lambda mood: ("correct", {"mood": mood}), st.sampled_from([-1.0, 0.5, None])),
    st.builds(
        lambda topic: ("correct", {"topic": topic}), st.sampled_from(["flood", "noise", "other", None])
    ),
    st.sampled_from(
        [("close", {}), ("reopen", {}), ("split", {}), ("detach", {}), ("claim", {}), ("release", {})]
    ),
    st.builds(lambda into: ("merge", {"into": into}), st.sampled_from([A, B, "incident:park.tree"])),
    st.just(("promise", {"due": "2026-03-01T20:00:00Z", "words": "update"})),
    st.just(("promise", {"kept": 0})),
)
STEPS = st.lists(st.tuples(VERBS, SEVERAL), max_size=12)


def town(bench: Workbench) -> None:
    two_incidents(bench)
    bench.hear("5", "park.tree", mood=-0.25, standing={"place": "Park", "topic": "tree", "voices": 1})
    bench.hear("6", author="@eve", head="1", standing={"voices": 3, "tier": 2, "points": 4})


def work_and_undo(bench: Workbench, steps: list[Any], between: Any = None) -> int:
    """Do all steps that are not refused, then undo as many; gives how many there were."""
    ana, done = bench.sit("ana"), 0
    for (verb, fields), subjects in steps:
        which = {"subject": subjects[0]} if verb in ("claim", "release") else {"subjects": subjects}
        try:
            held = bench.claim_on(subjects[0]).held
            ana.do(verb, **which, **fields)
            done += verb != "claim" or not held
        except RequestError:
            pass
        if between is not None:
            between()
    for _ in range(done):
        ana.do("undo")
    with pytest.raises(RequestError, match="nothing of yours"):
        ana.do("undo")
    return done


@settings(max_examples=150, deadline=None)
@given(steps=STEPS)
def test_whatever_was_done_undoing_it_all_gives_back_the_very_state(steps: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = Workbench(Path(folder))
        town(bench)
        before = state(bench)
        work_and_undo(bench, steps)
        assert state(bench) == before
        bench.close()


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_what_came_in_meanwhile_is_then_as_if_nobody_had_done_anything(steps: list[Any]) -> None:
    steps = [step for step in steps if step[0][0] != "snooze"]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        worked, left = Workbench(Path(one)), Workbench(Path(other))
        counts = [iter(range(100)), iter(range(100))]

        def report(bench: Workbench, numbers: Iterator[int]) -> None:
            number = next(numbers)
            tier = (3, 2, 1)[number % 3]
            standing = {
                "tier": tier,
                "points": 10 - 3 * tier,
                "voices": 4 + number,
                "opened_at": START - timedelta(minutes=number),
            }
            bench.hear(f"new {number}", mood=0.5, author=f"@n{number}", standing=standing)

        for bench in (worked, left):
            town(bench)
        work_and_undo(worked, steps, partial(report, worked, counts[0]))
        for _ in steps:
            report(left, counts[1])
        assert state(worked) == state(left)
        worked.close()
        left.close()
