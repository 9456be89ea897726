"""How much is under way: as much as a link bears, never what its far end cannot have seen a moment later."""

from __future__ import annotations

from collections import deque
from math import inf

import pytest

from console.desk.terminal.ladder import Ladder, Rung
from console.desk.terminal.pacing import (
    DEAF_AFTER,
    DEAF_ASKED,
    DEAF_BELIEVED,
    DEAF_RATE,
    FIRST_WINDOW,
    LARGEST_WINDOW,
    Pacer,
)

STEP = 0.01
LEAST = 60
"""Bytes that the least change of a picture takes."""


class Line:
    """A link with so many bytes a second and a round trip, which keeps what it has not carried yet."""

    def __init__(self, rate: float, trip: float) -> None:
        self.rate, self.trip = rate, trip
        self.up = self.answers = True
        self.eats = 0
        """Answers that the line loses, every second one."""
        self.pacer, self.ladder = Pacer(), Ladder()
        self.now = 0.0
        self.asked = self.most_under_way = 0
        self.rungs: set[Rung] = set()
        self._waiting: deque[tuple[float, float, bool]] = deque()
        self._answers: deque[float] = deque()
        self._arrived = self._wanted = self._credit = 0.0
        self._odd = False

    @property
    def under_way(self) -> float:
        return sum(size for _, size, _ in self._waiting)

    def press(self, seconds: float, load: float = inf) -> float:
        """Send for so long what may be sent of so many bytes a second; bytes that arrived in it."""
        until, begun = self.now + seconds, self._arrived
        while self.now < until:
            self.now += STEP
            if self.up:
                self._carry()
            if self.pacer.look(self.now):
                self.pacer.ask(self.now)
                self._put(0, asked=True)
            self._wanted = min(self._wanted + load * STEP, 10_000)
            while self._wanted >= LEAST and (room := self.pacer.room(self.now)) > 0:
                self.send(int(min(room, self.pacer.piece, self._wanted)))
            self.most_under_way = max(self.most_under_way, int(self.under_way))
            self.ladder = self.ladder.step(self.pacer.rate, self.pacer.trip, self.now, deaf=self.pacer.deaf)
            self.rungs.add(self.ladder.rung)
        return self._arrived - begun

    def away(self, seconds: float) -> None:
        """Carry nothing for so long, either way."""
        self.up = False
        self.press(seconds)
        self.up = True

    def send(self, size: int) -> None:
        self._wanted = max(0.0, self._wanted - size)
        self._put(size, asked=self.pacer.send(size, self.now, more=self._wanted >= LEAST))

    def _put(self, size: int, *, asked: bool) -> None:
        self.asked += asked
        self._waiting.append((self.now + self.trip / 2, size + 4 * asked, asked))

    def _carry(self) -> None:
        self._credit = min(self._credit, 0.0) + self.rate * STEP
        while self._waiting and self._waiting[0][0] <= self.now and self._credit > 0:
            _, size, asked = self._waiting.popleft()
            carried = min(size, self._credit)
            self._credit -= carried
            self._arrived += carried
            if carried < size:
                self._waiting.appendleft((0.0, size - carried, asked))
            elif asked and self.answers and not self._eat():
                self._answers.append(self.now + self.trip / 2)
        while self._answers and self._answers[0] <= self.now:
            self._answers.popleft()
            self.pacer.answer(self.now)

    def _eat(self) -> bool:
        self._odd = not self._odd
        if self.eats and self._odd:
            self.eats -= 1
            return True
        return False


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


def test_a_fast_link_gets_no_more_than_one_that_becomes_slow_can_get_rid_of() -> None:
    line = Line(1_000_000, 0.5)
    line.press(20)
    assert line.most_under_way < 1.1 * LARGEST_WINDOW


def test_a_link_that_was_never_pressed_is_not_trusted_with_more() -> None:
    line = Line(960, 0.6)
    line.press(60, load=100)
    assert line.pacer.room(line.now) <= FIRST_WINDOW


@pytest.mark.parametrize(("before", "after"), [(50_000, 300), (20_000, 100), (50_000, 3000)])
def test_a_link_that_becomes_thin_is_found_out_with_what_was_under_way(before: float, after: float) -> None:
    line = Line(before, 0.3)
    line.press(60)
    assert line.ladder.rung == "full"
    line.rate, line.most_under_way = after, 0
    line.press(LARGEST_WINDOW / after + 30)
    assert line.most_under_way < 1.3 * LARGEST_WINDOW, "nothing is piled onto it"
    assert line.pacer.rate == pytest.approx(after, rel=0.2)
    assert line.ladder.rung == ("lean" if after > 400 else "trickle")
    line.most_under_way = 0
    assert line.press(60) > 0.8 * after * 60
    assert line.most_under_way < 3 * after + line.pacer.piece


def test_a_large_copy_to_the_clipboard_holds_a_thin_link_up_no_longer_than_it_takes() -> None:
    line = Line(960, 0.6)
    line.press(30)
    line.send(93_000)
    line.press(93_000 / 960 + 10)
    line.most_under_way = 0
    line.press(60)
    assert line.pacer.rate == pytest.approx(960, rel=0.2)
    assert line.most_under_way < 1400


@pytest.mark.parametrize(("rate", "trip"), [(960, 0.6), (3000, 1.5), (50_000, 0.05)])
def test_after_an_outage_a_link_is_what_it_was(rate: float, trip: float) -> None:
    line = Line(rate, trip)
    line.press(30)
    line.rungs.clear()
    line.away(8)
    assert line.press(3) > 0.6 * rate * 3
    assert line.pacer.rate == pytest.approx(rate, rel=0.2)
    line.press(30)
    assert len(line.rungs) == 1, "the screen does not change"


@pytest.mark.parametrize("lost", [1, 2, 4, 8])
def test_lost_answers_make_a_pressed_link_no_slower_for_good(lost: int) -> None:
    line = Line(960, 0.6)
    line.press(30)
    line.eats = lost
    line.press(90)
    assert line.eats == 0
    assert line.press(60) > 0.8 * 960 * 60
    assert line.pacer.rate == pytest.approx(960, rel=0.2)


def test_a_lost_answer_is_asked_for_again_and_not_for_ever() -> None:
    line = Line(960, 0.6)
    line.press(10, load=200)
    line.press(10, load=0)
    room, asked = line.pacer.room(line.now), line.asked
    line.eats = 1
    line._odd = False
    line.send(100)
    line.press(5, load=0)
    assert line.pacer.room(line.now) < room
    line.press(300, load=0)
    assert line.pacer.room(line.now) >= room
    assert line.asked == asked + 2


def test_a_question_that_cannot_be_put_again_is_not_asked_for_all_the_time() -> None:
    pacer = Pacer()
    pacer.ask(0.0)
    pacer.answer(0.1)
    pacer.ask(1.0)
    assert pacer.look(60.0)
    assert (pacer.due(60.0) or 0.0) > 1
    assert not pacer.look(60.1)


def test_a_lost_answer_is_known_from_those_that_follow_each_in_its_time() -> None:
    line = Line(50_000, 0.05)
    line.press(10)
    line.press(10, load=0)
    room = line.pacer.room(line.now)
    line.eats = 1
    line._odd = False
    for _ in range(6):
        line.send(600)
        line.press(1, load=0)
    assert line.pacer.room(line.now) == pytest.approx(room, rel=0.2)
    assert line.rungs <= {"full", "lean"}
    assert line.ladder.rung == "full"


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


def test_a_terminal_that_never_answers_is_asked_only_now_and_then() -> None:
    line = Line(10_000, 0.1)
    line.answers = False
    line.press(5)
    asked = line.asked
    line.press(300, load=100)
    assert line.pacer.deaf
    assert line.asked <= asked + 300 / DEAF_ASKED + 1


def test_a_terminal_that_answers_at_last_is_believed() -> None:
    line = Line(10_000, 0.1)
    line.answers = False
    line.press(100, load=1000)
    line.answers = True
    line.press(DEAF_ASKED + 5, load=1000)
    assert not line.pacer.deaf
    assert line.press(10, load=1000) > 9000, "and nothing stands still"
    assert line.pacer.trip == pytest.approx(0.1, abs=0.1)


def test_a_key_that_looks_like_an_answer_does_not_make_a_terminal_one_that_answers() -> None:
    pacer = Pacer()
    pacer.ask(0.0)
    pacer.look(DEAF_AFTER + 0.1)
    pacer.answer(DEAF_BELIEVED + 1)
    assert pacer.deaf
    pacer.send(100, DEAF_BELIEVED + 2, more=False)
    pacer.answer(DEAF_BELIEVED + 3)
    pacer.ask(DEAF_BELIEVED + 4)
    pacer.look(DEAF_BELIEVED + 30)
    assert pacer.deaf, "and a second one for a few seconds only"


def test_a_link_with_a_round_trip_longer_than_a_terminal_is_given_is_found_out() -> None:
    line = Line(2000, 5.0)
    line.press(120)
    assert not line.pacer.deaf
    assert line.press(60) > 0.4 * 2000 * 60
    assert line.ladder.rung == "trickle"
