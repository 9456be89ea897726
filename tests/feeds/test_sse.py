"""Server-sent events, however their bytes are cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.sse import ALIVE, TOO_LONG, Event, Events

STREAM = (
    b':)\nevent: update\ndata: {"id": 1}\n\n:thump\r\nevent: delete\r\ndata: 7\r\n\r\n'
    b"data: one\ndata: two\n\n"
)
WHOLE = [ALIVE, Event("update", '{"id": 1}'), ALIVE, Event("delete", "7"), Event("message", "one\ntwo")]


def read(*pieces: bytes, longest: int = 1000) -> list[Event]:
    events = Events(longest=longest)
    return [event for piece in pieces for event in events.feed(piece)]


def test_events_and_signs_of_life_come_out_in_order() -> None:
    assert read(STREAM) == WHOLE


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_where_the_bytes_are_cut_changes_nothing(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(STREAM)]
    assert read(*(STREAM[a:b] for a, b in pairwise(edges))) == WHOLE


def test_an_event_cut_off_in_its_middle_is_none() -> None:
    assert read(b'event: update\ndata: {"id": 1}\n') == []


@pytest.mark.parametrize(
    "piece", [b"data: " + b"x" * 2000 + b"\n\n", b"data: x\n" * 200 + b"\n", b"x" * 2000 + b"\n\n"]
)
def test_an_endless_event_is_skipped_and_the_next_one_read(piece: bytes) -> None:
    assert read(piece, b"data: after\n\n") == [TOO_LONG, Event("message", "after")]
    assert read(*(piece[at : at + 100] for at in range(0, len(piece), 100)), b"data: after\n\n")[-1] == Event(
        "message", "after"
    )
