"""How long hosts are left alone."""

from __future__ import annotations

import pytest

from feeds.backoff import FIRST_PAUSE, LONGEST_PAUSE, LONGEST_WISH, MOST_HOSTS, Backoff


class Standing:
    def __init__(self, chance: float = 0.0) -> None:
        self.now = 1000.0
        self.backoff = Backoff(clock=lambda: self.now, chance=lambda: chance)


def test_a_host_that_never_failed_is_asked_at_once() -> None:
    assert Standing().backoff.wait("a.example") == 0


def test_the_pause_doubles_with_each_failure_and_stays_bounded() -> None:
    standing = Standing(chance=0.999999)
    pauses = [standing.backoff.failed("a.example") for _ in range(400)]
    assert pauses[:4] == pytest.approx([5, 10, 20, 40], rel=0.01)
    assert max(pauses) <= LONGEST_PAUSE


def test_half_of_the_pause_is_left_to_chance() -> None:
    assert Standing(chance=0.0).backoff.failed("a.example") == FIRST_PAUSE / 2
    assert Standing(chance=0.5).backoff.failed("a.example") == FIRST_PAUSE * 0.75


def test_a_wish_of_the_server_is_never_undercut() -> None:
    standing = Standing()
    assert standing.backoff.failed("a.example", wish=300) == 300
    standing.now += 100
    assert standing.backoff.wait("a.example") == 200
    assert standing.backoff.wait("b.example") == 0


def test_an_absurd_wish_is_obeyed_for_a_day() -> None:
    assert Standing().backoff.failed("a.example", wish=1e12) == LONGEST_WISH


def test_an_answer_ends_the_failures() -> None:
    standing = Standing(chance=0.0)
    for _ in range(5):
        standing.backoff.failed("a.example")
    standing.backoff.answered("a.example")
    assert standing.backoff.wait("a.example") == 0
    assert standing.backoff.failed("a.example") == FIRST_PAUSE / 2


def test_a_spent_budget_rests_the_host_without_counting_as_failure() -> None:
    standing = Standing(chance=0.0)
    standing.backoff.answered("a.example", wish=60)
    assert standing.backoff.wait("a.example") == 60
    standing.now += 61
    assert standing.backoff.wait("a.example") == 0
    assert standing.backoff.failed("a.example") == FIRST_PAUSE / 2


def test_ever_new_hosts_are_not_remembered_for_ever() -> None:
    standing = Standing()
    for number in range(5 * MOST_HOSTS):
        standing.backoff.failed(f"{number}.example")
        standing.now += 1
    assert len(standing.backoff._hosts) <= MOST_HOSTS
    assert standing.backoff.wait(f"{5 * MOST_HOSTS - 1}.example") > 0
