"""How often a host is asked: our own manners, and what the host grants."""

from __future__ import annotations

from feeds.budget import MOST_HOSTS, Budgets, Manners

MANNERS = Manners(rate=1.0, burst=10.0, patience=5.0)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def made() -> tuple[Budgets, Clock]:
    clock = Clock()
    return Budgets(clock=clock, manners=MANNERS), clock


def test_a_burst_goes_at_once_and_then_one_a_second() -> None:
    budgets, clock = made()
    assert [budgets.spend("a") for _ in range(10)] == [0.0] * 10
    assert [budgets.spend("a") for _ in range(5)] == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert budgets.spend("a") == 6.0, "whoever would wait longer than patience comes again"
    assert budgets.spend("a") == 6.0, "and took nothing out"
    clock.now += 20.0
    assert budgets.spend("a") == 0.0


def test_hosts_have_budgets_of_their_own() -> None:
    budgets, _ = made()
    for _ in range(16):
        budgets.spend("a")
    assert budgets.spend("b") == 0.0


def test_the_last_tenth_of_what_a_host_grants_is_for_what_cannot_wait() -> None:
    budgets, clock = made()
    budgets.told("a", remaining=31, limit=300, reset_in=120.0)
    assert budgets.spend("a") == 0.0
    assert budgets.spend("a") == 120.0
    assert budgets.spend("a", urgent=True) == 0.0
    clock.now += 120.0
    assert budgets.spend("a") == 0.0


def test_nothing_is_asked_of_a_host_that_grants_nothing_more() -> None:
    budgets, _ = made()
    budgets.told("a", remaining=1, limit=300, reset_in=60.0)
    assert budgets.spend("a", urgent=True) == 0.0
    assert budgets.spend("a", urgent=True) == 60.0


def test_a_host_that_grants_a_handful_is_asked_until_half_are_gone() -> None:
    budgets, _ = made()
    budgets.told("a", remaining=4, limit=4, reset_in=60.0)
    assert [budgets.spend("a") for _ in range(3)] == [0.0, 0.0, 60.0]


def test_headers_that_say_nothing_change_nothing() -> None:
    budgets, _ = made()
    budgets.told("a", remaining=None, limit=None, reset_in=60.0)
    budgets.told("a", remaining=0, limit=300, reset_in=-5.0)
    assert budgets.spend("a") == 0.0


def test_ever_new_hosts_fill_no_memory() -> None:
    budgets, clock = made()
    for number in range(3 * MOST_HOSTS):
        clock.now += 1.0
        budgets.spend(f"host{number}")
    assert len(budgets._hosts) <= MOST_HOSTS
