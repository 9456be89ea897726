"""Who on call is asked when."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from console.workflow.ladder import STALE, Turn, begin, standing, turn, unsent

START = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
STEPS = ("roads-oncall", "duty", "lead")
ACK = 900.0
ASKED = dict.fromkeys(STEPS, "")


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def look(step: int, due: datetime | None, now: datetime, **more: object) -> Turn | None:
    values: dict[str, object] = {"usable": STEPS, "alerts": ASKED, "phone": "555-0100"} | more
    return turn(STEPS, ACK, step=step, due=due, now=now, **values)  # type: ignore[arg-type]


def test_nothing_is_due_before_its_time_and_nothing_without_a_ladder() -> None:
    assert look(0, at(1), at(0)) is None
    assert look(0, None, at(99)) is None
    assert begin((), START) is None


def test_each_step_is_asked_in_turn_and_says_who_is_next_and_when() -> None:
    first = look(0, at(0), at(0))
    assert first is not None
    assert (first.ask, first.step, first.due) == ("roads-oncall", 1, at(15))
    assert first.says == "roads-oncall was asked; without an answer duty is asked in 15 min."
    third = look(2, at(30), at(30))
    assert third is not None
    assert third.says == "lead was asked; without an answer the ladder has run out in 15 min."


def test_a_ladder_that_ran_out_says_so_loudly_and_once() -> None:
    over = look(3, at(45), at(45))
    assert over == Turn(
        "",
        3,
        None,
        "NOBODY ACKNOWLEDGED within 45 min; asked were roads-oncall, duty, lead. Call 555-0100 now, then "
        "acknowledge by hand.",
    )
    assert look(over.step, over.due, at(60)) is None


def test_whom_no_alert_reached_was_not_asked() -> None:
    def says(alerts: dict[str, str]) -> str:
        over = look(3, at(45), at(45), alerts=alerts)
        assert over is not None
        return over.says.removesuffix(" Call 555-0100 now, then acknowledge by hand.")

    assert says({"duty": "", "lead": "paused"}) == (
        "NOBODY ACKNOWLEDGED within 30 min; asked were duty; not sent: roads-oncall (no such channel), "
        "lead (paused)."
    )
    assert says({"duty": "refused"}) == (
        "NOBODY ACKNOWLEDGED; nobody was asked; not sent: roads-oncall (no such channel), duty (refused), "
        "lead (no such channel)."
    )


def test_what_may_have_left_counts_as_asked() -> None:
    assert [unsent(state) for state in ("confirmed", "unknown", "sending")] == ["", "", ""]
    assert (unsent("waiting"), unsent("waiting", paused=True)) == ("held at the gate", "paused")
    assert unsent("unknown", paused=True) == ""


def test_a_step_whose_channel_is_gone_is_passed_over_at_once() -> None:
    second = look(0, at(0), at(0), usable=("duty", "lead"))
    assert second is not None
    assert (second.ask, second.step) == ("duty", 2)


def test_a_step_that_was_due_while_no_service_ran_is_asked_late_but_none_that_is_stale() -> None:
    late = look(1, at(0), at(60))
    assert late is not None
    assert (late.ask, late.due) == ("duty", at(75))
    stale = look(1, at(0), START + timedelta(seconds=STALE + 1))
    assert stale is not None
    assert (stale.ask, stale.due) == ("", None)
    assert "the service did not run" in stale.says


def test_how_a_ladder_stands_is_said_in_a_line() -> None:
    def says(step: int, due: datetime | None, by: str = "") -> str:
        return standing(STEPS, step=step, due=due, acknowledged_by=by, now=START, alerts=ASKED)

    assert says(0, at(0)) == "roads-oncall is next in 0 min"
    assert says(2, at(5)) == "asked were roads-oncall, duty; lead is next in 5 min"
    assert says(3, at(5)) == "asked were roads-oncall, duty, lead; it runs out in 5 min"
    assert says(3, None) == "ran out; asked were roads-oncall, duty, lead"
    assert says(1, None) == "stopped; asked were roads-oncall"
    assert says(1, None, "kim") == "acknowledged by kim"


@given(st.lists(st.floats(0, 3600), max_size=40), st.sets(st.sampled_from(STEPS)))
def test_whenever_it_is_looked_at_everybody_is_asked_once_in_order_and_then_it_ends(
    waits: list[float], usable: set[str]
) -> None:
    step, due, now = 0, begin(STEPS, START), START
    asked: list[tuple[str, datetime]] = []
    ends = 0
    for wait in (*waits, *[ACK] * 5):
        now += timedelta(seconds=wait)
        done = look(step, due, now, usable=usable)
        if done is None:
            continue
        step, due = done.step, done.due
        ends += not done.ask
        if done.ask:
            asked.append((done.ask, now))
    assert [name for name, _ in asked] == [name for name in STEPS if name in usable]
    assert all(
        later - before >= timedelta(seconds=ACK) for (_, before), (_, later) in itertools.pairwise(asked)
    )
    assert ends == 1
