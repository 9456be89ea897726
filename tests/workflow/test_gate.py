"""The last gate, decision by decision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from console.work import Claim, Delivery, Original, Pause
from console.workflow.gate import LATE, Now, gate, wait_after
from feeds.channel import Message

AT = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
DELIVERY = Delivery(
    id=1,
    draft=1,
    version=1,
    subject="mention:1",
    purpose="reply",
    channel="town",
    round=0,
    part=1,
    parts=1,
    after=None,
    message=Message("key", AT, "A crew is on its way."),
    state="queued",
    says="",
    uid=1001,
    author="ana",
    claim="mention:1",
    epoch=3,
    original="mark",
    held_until=AT,
    next_at=None,
    made_at=AT,
)
NOW = Now(
    at=AT,
    pause=None,
    may_speak=True,
    claims=[Claim("mention:1", 3, 1001, "ana")],
    original=Original("mark", False, "public", "@petra"),
    others=0,
    findings=(),
    reasons=frozenset(),
    before=None,
    before_named=False,
    same_channel=True,
    approved=True,
)


@dataclass(frozen=True)
class Found:
    rule: str
    level: Literal["inform", "warn", "block"]
    says: str = "Names a street."


def test_what_is_still_so_goes_out() -> None:
    assert gate(DELIVERY, NOW).state == "sending"


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (replace(NOW, pause=Pause("wrong river", "kim", AT)), "kim paused everything: wrong river"),
        (replace(NOW, may_speak=False), "ana may not speak"),
        (replace(NOW, approved=False), "not approved in this version"),
        (replace(NOW, claims=[Claim("mention:1", 4, 1002, "kim")]), "kim took the subject over"),
        (replace(NOW, claims=[Claim("mention:1", 4)]), "Somebody took the subject over"),
        (replace(NOW, others=1), "answered it meanwhile"),
        (replace(NOW, original=Original("mark", True, "public", "@petra")), "@petra has deleted the post"),
        (replace(NOW, original=Original("other", False, "public", "@petra")), "@petra has changed the post"),
        (replace(NOW, findings=(Found("terms", "block"),)), "The guard: Names a street."),
        (replace(NOW, findings=(Found("address", "warn"),)), "The guard: Names a street."),
        (replace(NOW, at=AT + timedelta(seconds=LATE)), "It was to go out 15 min ago"),
        (replace(NOW, before="refused"), "would stand alone"),
    ],
)
def test_what_is_no_longer_so_waits_for_a_person_with_its_reason(now: Now, why: str) -> None:
    verdict = gate(DELIVERY, now)
    assert verdict.state == "waiting"
    assert why in verdict.says


def test_a_later_claim_of_the_same_person_is_no_take_over() -> None:
    again = replace(NOW, claims=[Claim("mention:1", 4, 1001, "ana")])
    assert gate(DELIVERY, again).state == "sending"


def test_somebody_who_held_it_in_between_is_not_forgotten() -> None:
    again = replace(NOW, claims=[Claim("mention:1", 5, 1001, "ana")])
    assert gate(DELIVERY, again).state == "waiting"


def test_a_claim_that_is_nearer_counts_as_well() -> None:
    under = replace(DELIVERY, claim="incident:mill", epoch=2)
    claims = [Claim("incident:mill", 2, 1001, "ana"), Claim("mention:1", 1, 1002, "kim")]
    assert "kim took the subject over" in gate(under, replace(NOW, claims=claims)).says


def test_another_channel_of_the_same_name_does_not_say_it() -> None:
    assert "is another one" in gate(DELIVERY, replace(NOW, same_channel=False)).says


def test_a_channel_that_a_pause_allows_goes_on() -> None:
    pause = Pause("wrong river", "kim", AT, allow=("town",))
    assert gate(DELIVERY, replace(NOW, pause=pause)).state == "sending"


def test_a_warning_that_was_given_a_reason_does_not_stop_it() -> None:
    now = replace(NOW, findings=(Found("address", "warn"),), reasons=frozenset({"address"}))
    assert gate(DELIVERY, now).state == "sending"


def test_a_part_of_a_thread_waits_for_the_one_before() -> None:
    assert gate(DELIVERY, replace(NOW, before="sending")).state == "queued"
    assert gate(DELIVERY, replace(NOW, before="confirmed", before_named=True)).state == "sending"
    assert gate(DELIVERY, replace(NOW, before="confirmed")).state == "waiting"


def test_what_may_have_been_said_is_never_taken_for_unsaid() -> None:
    doubted = replace(DELIVERY, doubted=True)
    verdict = gate(doubted, replace(NOW, others=1))
    assert verdict.state == "unknown"
    assert "settle it by hand" in verdict.says


def test_a_schedule_ends() -> None:
    assert [wait_after((5.0, 15.0), attempt) for attempt in range(3)] == [5.0, 15.0, None]
