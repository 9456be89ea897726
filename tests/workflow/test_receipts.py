"""What a channel's answer makes of a delivery."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from console.workflow.gate import READ_BACK, TRIES
from console.workflow.receipts import is_in_doubt, settled, without_number
from feeds.channel import Receipt
from tests.workflow.test_gate import AT, DELIVERY

SENDING = replace(DELIVERY, state="sending", sent_at=AT, attempts=1)
UNKNOWN = replace(DELIVERY, state="unknown", sent_at=AT, attempts=0, doubted=True)


def test_what_was_taken_is_confirmed_with_where_it_stands() -> None:
    done = settled(SENDING, Receipt("confirmed", "taken", names=("1",), url="https://x/1"), AT, looked=False)
    assert (done.state, done.names, done.url, done.settled_at) == ("confirmed", ("1",), "https://x/1", AT)


def test_what_was_certainly_not_said_is_tried_a_few_times_and_then_put_before_a_person() -> None:
    one, waits = SENDING, []
    for attempt in range(1, 9):
        after = settled(replace(one, attempts=attempt), Receipt("later", "busy"), AT, looked=False)
        if after.state == "waiting":
            break
        assert after.next_at is not None
        waits.append((after.next_at - AT).total_seconds())
    assert tuple(waits) == TRIES
    assert "Nothing was said" in after.says


def test_a_server_that_names_a_time_uses_up_no_tries() -> None:
    late = replace(SENDING, attempts=99)
    after = settled(late, Receipt("later", "busy", retry_after=600), AT, looked=False)
    assert (after.state, after.next_at) == ("queued", AT + timedelta(seconds=600))


def test_a_doubt_is_looked_into_again_and_again_and_stays_a_doubt() -> None:
    one = settled(SENDING, Receipt("unknown", "lost"), AT, looked=False)
    waits = []
    while one.next_at is not None:
        waits.append((one.next_at - AT).total_seconds())
        one = settled(one, Receipt("unknown", "not seen"), AT, looked=True)
    assert tuple(waits) == READ_BACK
    assert (one.state, is_in_doubt(one)) == ("unknown", True)


def test_a_refusal_after_a_doubt_does_not_make_it_unsaid() -> None:
    after = settled(UNKNOWN, Receipt("refused", "The token has run out."), AT, looked=True)
    assert (after.state, after.next_at) == ("unknown", None)


def test_a_part_loses_its_number_alone() -> None:
    assert without_number("half past 1/2 2/3", replace(DELIVERY, part=2, parts=3)) == "half past 1/2"
    assert without_number("open 24/7", DELIVERY) == "open 24/7"
