"""The queue as it was when somebody began: its order never changes, and nothing in it is taken twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from console.work import Claim, Delivery, Item, Snooze, Waiting, WorkNow
from console.workflow.queue import Snapshot, next_unclaimed, snapshot
from feeds.channel import Message

NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)


def waits(name: str, tier: int = 2, minutes: int = 0) -> Waiting:
    return Waiting(f"incident:{name}", tier, NOW - timedelta(minutes=minutes))


def now(*rows: Waiting, **more: object) -> WorkNow:
    return replace(WorkNow(open={row.subject: row for row in rows}), **more)  # type: ignore[arg-type]


def held(name: str, uid: int = 7) -> dict[str, Claim]:
    return {f"incident:{name}": Claim(f"incident:{name}", 1, uid, "kim")}


def item(name: str, **values: object) -> dict[str, Item]:
    return {f"incident:{name}": replace(Item(f"incident:{name}"), **values)}  # type: ignore[arg-type]


A, B, C = waits("a", 1, 5), waits("b", 2, 30), waits("c", 2, 10)
TAKEN = snapshot([C, B, A], NOW)


def test_worst_first_and_then_oldest() -> None:
    assert [row.subject for row in TAKEN.rows] == ["incident:a", "incident:b", "incident:c"]


def test_the_next_is_the_one_below_and_after_the_last_it_begins_again() -> None:
    assert next_unclaimed(TAKEN, now(A, B, C), NOW).subject == "incident:a"
    assert next_unclaimed(TAKEN, now(A, B, C), NOW, "incident:a").subject == "incident:b"
    assert next_unclaimed(TAKEN, now(A, B, C), NOW, "incident:c").subject == "incident:a"


def test_what_is_passed_over_is_told_with_the_reason() -> None:
    snoozed = item("b", snooze=Snooze("report", None, "ana", NOW))
    found = next_unclaimed(TAKEN, now(A, B, C, claims=held("a"), items=snoozed), NOW)
    assert found.subject == "incident:c"
    assert found.passed == (("incident:a", "held"), ("incident:b", "snoozed"))


def test_what_was_put_away_until_now_is_there_again() -> None:
    snoozed = item("a", snooze=Snooze("time", NOW, "ana", NOW - timedelta(hours=1)))
    assert next_unclaimed(TAKEN, now(A, B, C, items=snoozed), NOW).subject == "incident:a"


def test_closed_and_answered_since_are_passed_over() -> None:
    answered = item("b", said_at=NOW + timedelta(minutes=1))
    found = next_unclaimed(TAKEN, now(B, C, items=answered), NOW)
    assert found.subject == "incident:c"
    assert [why for _, why in found.passed] == ["closed", "answered"]


def test_what_was_answered_before_the_queue_was_made_is_in_it() -> None:
    answered = item("a", said_at=NOW - timedelta(minutes=1))
    assert next_unclaimed(TAKEN, now(A, B, C, items=answered), NOW).subject == "incident:a"


def test_what_is_being_answered_is_passed_over() -> None:
    message = Message("k", NOW, "words")
    delivery = Delivery(
        1, 1, 1, "incident:a", "update", "x", 0, 1, 1, None, message, "held", "", 7, "kim", "", 0, "",
        None, None, NOW,
    )  # fmt: skip
    assert next_unclaimed(TAKEN, now(A, B, C, deliveries=(delivery,)), NOW).subject == "incident:b"


def test_what_only_departments_are_told_answers_nobody() -> None:
    report = Delivery(
        1, None, 0, "incident:a", "report", "x", 0, 1, 1, None, Message("k", NOW, "words"), "waiting", "", 7,
        "kim", "", 0, "", None, None, NOW,
    )  # fmt: skip
    told = (report, replace(report, purpose="alert"), replace(report, purpose="note"))
    assert next_unclaimed(TAKEN, now(A, B, C, deliveries=told), NOW).subject == "incident:a"


def test_newcomers_that_say_act_now_are_told_apart_and_change_no_order() -> None:
    new, lesser, taken = waits("new", 1), waits("lesser", 2), waits("taken", 1)
    found = next_unclaimed(TAKEN, now(A, B, C, new, lesser, taken, claims=held("taken")), NOW, "incident:a")
    assert (found.subject, found.newcomers) == ("incident:b", ("incident:new",))


ROWS = st.lists(
    st.builds(waits, st.sampled_from("abcdefgh"), st.sampled_from([1, 2, 3]), st.integers(0, 99)),
    unique_by=lambda row: row.subject,
)


@given(rows=ROWS, closed=st.sets(st.sampled_from("abcdefgh")), busy=st.sets(st.sampled_from("abcdefgh")))
def test_worked_to_its_end_it_gives_each_free_row_once_in_order(
    rows: list[Waiting], closed: set[str], busy: set[str]
) -> None:
    taken: Snapshot = snapshot(rows, NOW)
    work = now(*(row for row in rows if row.subject[9:] not in closed))
    claims = {name: claim for one in busy for name, claim in held(one).items()}
    worked: list[str] = []
    while subject := next_unclaimed(
        taken, replace(work, claims=claims), NOW, worked[-1] if worked else ""
    ).subject:
        worked.append(subject)
        claims |= held(subject[9:])
    free = [row.subject for row in taken.rows if row.subject[9:] not in closed | busy]
    assert worked == free
