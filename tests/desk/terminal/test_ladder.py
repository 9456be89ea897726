"""How much of a screen a link bears, and that no gust changes it."""

from __future__ import annotations

import pytest

from console.desk.terminal.ladder import BETTER_FOR, WORSE_FOR, Ladder, Rung, fitting

FAST, SLOW, HOPELESS = (50_000.0, 0.05), (960.0, 0.6), (100.0, 5.0)


@pytest.mark.parametrize(
    ("rate", "trip", "rung"),
    [
        (50_000, 0.05, "full"),
        (None, 0.05, "full"),
        (50_000, 0.9, "lean"),
        (960, 0.05, "lean"),
        (960, 0.6, "lean"),
        (100, 0.6, "trickle"),
        (960, 9.0, "trickle"),
        (None, None, "lean"),
    ],
)
def test_rate_and_round_trip_say_what_fits(rate: float | None, trip: float | None, rung: Rung) -> None:
    assert fitting(rate, trip) == rung


def test_a_terminal_that_never_answers_gets_the_lean_screen() -> None:
    assert fitting(None, None, deaf=True) == "lean"
    assert Ladder().step(None, None, 5.0, deaf=True) == Ladder("lean", measured=True)


def test_the_desk_begins_lean_and_takes_the_first_measurement_at_once() -> None:
    assert Ladder().rung == "lean"
    assert Ladder().step(None, None, 0.0) == Ladder()
    assert Ladder().step(*FAST, 0.1).rung == "full"
    assert Ladder().step(*HOPELESS, 0.1).rung == "trickle"


def test_a_worse_link_must_stay_so_before_less_is_shown() -> None:
    ladder = Ladder().step(*FAST, 0.0)
    ladder = ladder.step(*SLOW, 1.0)
    assert ladder.step(*SLOW, 1.0 + WORSE_FOR - 0.1).rung == "full"
    assert ladder.step(*SLOW, 1.0 + WORSE_FOR).rung == "lean"


def test_a_gust_changes_nothing() -> None:
    ladder, now = Ladder().step(*FAST, 0.0), 0.0
    for _ in range(50):
        for link in (SLOW, FAST):
            now += WORSE_FOR * 0.8
            ladder = ladder.step(*link, now)
            assert ladder.rung == "full"


def test_a_better_link_must_stay_so_for_longer_and_be_clearly_better() -> None:
    ladder = Ladder().step(*SLOW, 0.0).step(*FAST, 1.0)
    assert ladder.step(*FAST, BETTER_FOR).rung == "lean"
    assert ladder.step(*FAST, 1.0 + BETTER_FOR).rung == "full"
    hardly = Ladder().step(*SLOW, 0.0)
    for now in range(1, 200):
        hardly = hardly.step(6100.0, 0.34, float(now))
    assert hardly.rung == "lean"


def test_a_link_that_swings_between_two_worse_rungs_is_still_worse() -> None:
    ladder = Ladder().step(*FAST, 0.0)
    for now in range(1, 3 + int(WORSE_FOR)):
        ladder = ladder.step(*(SLOW, HOPELESS)[now % 2], float(now))
    assert ladder.rung != "full"


def test_a_link_that_swings_between_two_better_rungs_is_still_better() -> None:
    ladder = Ladder().step(*HOPELESS, 0.0)
    for now in range(1, 3 + int(BETTER_FOR)):
        ladder = ladder.step(*(SLOW, FAST)[now % 2], float(now))
    assert ladder.rung != "trickle"
