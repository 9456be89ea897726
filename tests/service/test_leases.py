"""Which terminals are alive, on a clock of ours."""

from __future__ import annotations

from console.service.leases import Leases
from console.workflow.claims import GRACE, LEASE, SHELL_LEASE


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_terminal_that_asks_lives_on() -> None:
    clock = Clock()
    leases = Leases(clock)
    leases.arrive("1.a", 1)
    for _ in range(10):
        clock.now += LEASE - 1
        leases.beat("1.a")
        assert leases.over() == {}


def test_one_that_is_frozen_is_over_once_and_may_wake_up() -> None:
    clock = Clock()
    leases = Leases(clock)
    leases.arrive("1.a", 1)
    clock.now += LEASE + 1
    assert leases.over() == {"1.a": "no sign of life from the terminal"}
    leases.ended("1.a")
    assert leases.over() == {}
    leases.beat("1.a")
    assert leases.over() == {}


def test_one_that_comes_back_within_the_grace_never_left() -> None:
    clock = Clock()
    leases = Leases(clock)
    leases.arrive("1.a", 1)
    assert leases.leave(1) == "1.a"
    clock.now += GRACE - 1
    assert leases.arrive("1.a", 2)
    clock.now += GRACE
    assert leases.over() == {}


def test_one_connection_of_two_is_no_goodbye() -> None:
    leases = Leases(Clock())
    leases.arrive("1.a", 1)
    leases.arrive("1.a", 2)
    assert leases.leave(1) == ""
    assert leases.leave(2) == "1.a"


def test_what_a_shell_claims_lasts_without_a_connection_but_not_for_ever() -> None:
    clock = Clock()
    leases = Leases(clock)
    leases.beat("1.shell")
    clock.now += SHELL_LEASE - 1
    assert leases.over() == {}
    clock.now += 2
    assert leases.over() == {"1.shell": "nothing was typed for long"}


def test_a_desk_that_closes_ends_nothing_of_a_shell() -> None:
    clock = Clock()
    leases = Leases(clock)
    leases.beat("1.shell")
    leases.arrive("1.shell", 1)
    assert leases.leave(1) == ""
    clock.now += GRACE + 1
    assert leases.over() == {}


def test_what_could_not_be_written_down_is_ended_the_next_time() -> None:
    clock = Clock()
    leases = Leases(clock)
    leases.arrive("1.a", 1)
    leases.leave(1)
    clock.now += GRACE + 1
    assert leases.over() == leases.over() == {"1.a": "the terminal is gone"}
    leases.ended("1.a")
    assert leases.over() == {}
