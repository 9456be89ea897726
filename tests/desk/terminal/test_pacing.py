"""How much is under way: as much as a link bears, never what its far end cannot have seen a moment later."""

from __future__ import annotations

from collections import deque

import pytest

from console.desk.terminal.pacing import DEAF_AFTER, DEAF_RATE, FIRST_WINDOW, STALLED_AFTER, Pacer


class Line:
    """A link with so many bytes a second and a round trip, and somebody who always has more to send."""

    def __init__(self, rate: float, trip: float) -> None:
        self.rate, self.trip = rate, trip
        self.pacer = Pacer()
        self.now = 0.0
        self.sent = self.most_under_way = 0
        self._free_at = 0.0
        self._answers: deque[tuple[float, int]] = deque()
        self._arrived = 0

    def press(self, seconds: float) -> int:
        """Send all that may be sent for so long; bytes that arrived in it."""
        until, begun = self.now + seconds, self._arrived
        while self.now < until:
            self._hear()
            if self.pacer.look(self.now):
                self.pacer.ask(self.now)
                self._answers.append(
                    (max(self._free_at, self.now + self.trip / 2) + self.trip / 2, self.sent)
                )
            while (room := self.pacer.room(self.now)) > 0:
                size = min(room, self.pacer.piece)
                self.sent += size
                self._free_at = max(self._free_at, self.now + self.trip / 2) + size / self.rate
                if self.pacer.send(size, self.now, more=True):
                    self._answers.append((self._free_at + self.trip / 2, self.sent))
            self.most_under_way = max(self.most_under_way, self.sent - self._arrived)
            self.now += 0.005
        return self._arrived - begun

    def _hear(self) -> None:
        while self._answers and self._answers[0][0] <= self.now:
            _, self._arrived = self._answers.popleft()
            self.pacer.answer(self.now)


def test_before_the_first_answer_no_more_than_a_little_is_sent() -> None:
    pacer, sent = Pacer(), 0
    while (room := pacer.room(0.0)) > 0:
        sent += min(room, pacer.piece)
        pacer.send(min(room, pacer.piece), 0.0, more=True)
    assert sent == FIRST_WINDOW


@pytest.mark.parametrize(("rate", "trip"), [(960, 0.6), (960, 0.1), (3000, 1.5), (50_000, 0.08)])
def test_a_link_is_filled_and_not_overfilled(rate: float, trip: float) -> None:
    line = Line(rate, trip)
    line.press(30)
    assert line.pacer.rate == pytest.approx(rate, rel=0.2)
    assert line.pacer.trip == pytest.approx(trip, abs=0.25)
    line.most_under_way = 0
    assert line.press(20) > 0.8 * rate * 20
    assert line.most_under_way < 1.4 * rate * trip + 1.5 * line.pacer.piece


def test_nothing_piles_up_however_long_a_link_is_pressed() -> None:
    line = Line(960, 0.1)
    line.press(10)
    line.most_under_way = 0
    line.press(120)
    assert line.most_under_way < 960 * 0.8, "seconds that a letter would wait for what is before it"


def test_few_bytes_are_sent_without_a_question() -> None:
    pacer = Pacer()
    pacer.ask(0.0)
    pacer.answer(0.1)
    assert not pacer.send(20, 1.0, more=False)
    assert pacer.send(60, 1.1, more=False), "a few more, and it is asked"


def test_more_is_sent_without_a_question_where_the_link_is_fast() -> None:
    line = Line(1_000_000, 0.01)
    line.press(1)
    assert not line.pacer.send(400, line.now, more=False)
    assert line.pacer.send(200, line.now, more=False)


def test_what_is_to_be_gone_on_with_is_always_asked_after() -> None:
    assert Pacer().send(5, 0.0, more=True)


def test_a_lost_answer_is_asked_for_again_and_stops_nothing_for_good() -> None:
    line = Line(960, 0.3)
    line.press(10)
    line._answers.clear()  # an outage: all that was under way is lost
    pacer = line.pacer
    lost_at = line.now
    while pacer.room(lost_at) > 0:
        pacer.send(pacer.piece, lost_at, more=True)
    assert pacer.room(lost_at + 5) == 0
    assert not pacer.look(lost_at + 5)
    assert pacer.due(lost_at + STALLED_AFTER) == 0.0
    assert pacer.look(lost_at + STALLED_AFTER), "the question is put again"
    pacer.ask(lost_at + STALLED_AFTER)
    pacer.answer(lost_at + STALLED_AFTER + 0.3)
    assert pacer.room(lost_at + STALLED_AFTER + 0.4) > 0
    assert not pacer.deaf


def test_a_terminal_that_never_answers_gets_a_fixed_number_of_bytes_a_second() -> None:
    pacer, now, sent = Pacer(), 0.0, 0
    pacer.ask(now)
    assert not pacer.look(DEAF_AFTER - 0.1)
    assert not pacer.deaf
    assert not pacer.look(DEAF_AFTER + 0.1)
    assert pacer.deaf
    assert pacer.due(DEAF_AFTER + 1) is None
    now = DEAF_AFTER
    while now < DEAF_AFTER + 10:
        if (room := pacer.room(now)) > 0:
            size = min(room, pacer.piece)
            pacer.send(size, now, more=True)
            sent += size
        now += 0.05
    assert sent == pytest.approx(DEAF_RATE * 10, rel=0.15)


def test_a_terminal_that_answers_at_last_is_believed() -> None:
    pacer = Pacer()
    pacer.ask(0.0)
    pacer.look(DEAF_AFTER + 0.1)
    assert pacer.deaf
    pacer.answer(DEAF_AFTER + 1.0)
    assert not pacer.deaf
