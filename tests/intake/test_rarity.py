"""How rarely so many voices come by chance: against the exact tail; the less is known, the less is rare."""

from __future__ import annotations

from math import exp, lgamma, log

import pytest

from console.intake.rarity import LUMPS, STEADY, lumps, rarity, rate


def exactly(voices: int, seen: float, hours: float, span: float, lumpy: float) -> float:
    """The tail of the same negative binomial, summed term by term."""
    mean = rate(seen, hours) * span
    shape = 1 / (1 / (seen + 0.5) + 1 / STEADY + (lumpy - 1) / mean)
    more = mean / (mean + shape)

    def term(count: int) -> float:
        return exp(
            lgamma(count + shape)
            - lgamma(shape)
            - lgamma(count + 1)
            + shape * log(1 - more)
            + count * log(more)
        )

    return sum(term(count) for count in range(voices, voices + 5000))


@pytest.mark.parametrize("voices", [8, 12, 40, 300])
@pytest.mark.parametrize(("seen", "hours"), [(0, 12.0), (3, 6.0), (40, 12.0), (400, 168.0)])
@pytest.mark.parametrize("span", [1.0, 1 / 3])
@pytest.mark.parametrize("lumpy", [1.0, 2.5])
def test_it_is_a_close_bound_from_above(
    voices: int, seen: int, hours: float, span: float, lumpy: float
) -> None:
    exact = exactly(voices, seen, hours, span, lumpy)
    bound = rarity(voices, seen, hours, span, lumpy)
    assert bound >= exact * 0.999
    if exact < 1e-3:
        assert bound <= 2 * exact + 1e-300


def test_the_less_is_known_the_less_is_rare() -> None:
    chances = [rarity(12, hours, hours, 1.0) for hours in (2, 6, 12, 168)]
    assert chances == sorted(chances, reverse=True)


def test_voices_in_lumps_are_less_rare() -> None:
    assert rarity(12, 12, 12, 1.0, 3.0) > rarity(12, 12, 12, 1.0, 1.0)


def test_what_is_usual_is_certain() -> None:
    assert rarity(3, 60, 12, 1.0) == 1.0


@pytest.mark.parametrize("voices", [10**4, 10**6])
def test_a_flood_of_voices_costs_no_more(voices: int) -> None:
    assert rarity(voices, 5, 12, 1.0) < 1e-100


def test_lumps_are_taken_from_the_past_and_never_below_one() -> None:
    assert lumps(0.0, 0.0) == LUMPS
    assert lumps(0.0, 10_000.0) == 1.0
    assert lumps(4000.0, 1000.0) == pytest.approx(4.0, rel=0.05)
