"""How rarely so many voices would be heard if nothing were different: a Gamma-Poisson prediction.

Riebler (2004) and Höhle (2007, "surveillance: an R package for the monitoring of infectious diseases",
Computational Statistics 22, `algo.bayes`) judge a count by the counts before it: with Jeffreys' prior the
rate has a Gamma distribution with shape `seen + 1/2` and rate `hours`, so the next count is negative
binomial. Its tail is the longer, the less is known: a short past asks for more voices, by itself.
"""

from __future__ import annotations

from math import exp, lgamma, log

STEADY = 20.0
"""Shape that no past exceeds: however much is known, people's talk still varies by a fifth from hour to hour
(one over its root), as reports of one town's ordinary hours do."""
LUMPS = 1.5
"""Variance of hourly voices over their mean, before anything is known: people answer each other."""
LUMPS_WEIGH = 40.0
"""Voices that this counts for."""


def rate(seen: float, hours: float) -> float:
    """Voices an hour, as far as `seen` in so many hours tell."""
    return (seen + 0.5) / hours


def lumps(strayed: float, expected: float) -> float:
    """Variance over mean, from squares by which hours strayed from what was expected, and that; 1 at least.

    The quasi-Poisson dispersion of Farrington et al. (1996, "A statistical algorithm for the early detection
    of outbreaks of infectious disease", Journal of the Royal Statistical Society A 159).
    """
    return max(1.0, (strayed + LUMPS * LUMPS_WEIGH) / (expected + LUMPS_WEIGH))


def rarity(voices: int, seen: float, hours: float, span: float, lumps: float = 1.0) -> float:
    """The chance of `voices` or more within `span` hours after `seen` in `hours`; at most 1.

    A bound from above: the first term of the tail over what the terms after it shrink by. It is close where
    the chance is small, and costs the same for ten voices as for ten thousand.
    """
    mean = rate(seen, hours) * span
    if voices <= mean:
        return 1.0
    # Variances add: what is not known of the rate, how it varies, and how voices come in lumps.
    spread = 1.0 / (seen + 0.5) + 1.0 / STEADY + (lumps - 1.0) / mean
    shape = 1.0 / spread
    more = mean / (mean + shape)
    first = (
        lgamma(voices + shape)
        - lgamma(shape)
        - lgamma(voices + 1)
        + shape * log(1.0 - more)
        + voices * log(more)
    )
    shrinks = more * max(1.0, (voices + shape) / (voices + 1))
    return min(1.0, exp(first) / (1.0 - shrinks)) if shrinks < 1.0 else 1.0
