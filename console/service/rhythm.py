"""How often something new comes from a source, learned from what it brings. Pure.

Kept are two numbers. The usual gap is the one that nineteen of twenty stay below, followed step by step (a
frugal quantile, Ma et al. 2013, on the logarithm, for gaps run from seconds to days). The longest gap covers
what a share cannot: nights and Sundays are few among a busy source's gaps, and no reason to cry wolf.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

SHARE = 0.95
"""Part of all gaps that the usual one covers."""
STEP_FIRST, STEP_LEAST = 1.0, 0.1
"""How far one gap moves the usual one, as a power of e: boldly at first, by a tenth later."""
FORGET = 7 * 86_400.0
"""Seconds in which a longest gap loses half its length: a week covers a Sunday."""
KNOWN_AFTER = 8
"""Gaps after which a rhythm is one."""
SILENT = 3.0
"""Rhythms without anything new after which a source is silent."""
SILENT_AT_LEAST = 600.0
"""Seconds, however quick the rhythm."""
NEW = 4.0
"""How many times longer that takes for a rhythm that has not seen a whole day yet."""
DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is known of a source's gaps, in seconds."""

    usual: float = 0.0
    longest: float = 0.0
    gaps: int = 0
    watched: float = 0.0
    """Over how long the gaps were taken."""
    given: float = 0.0
    """What the settings say instead; 0 leaves it to what is learned."""

    @property
    def expected(self) -> float:
        """Seconds within which something new comes; 0 while that is not known."""
        if self.given:
            return self.given
        return max(self.usual, self.longest / 2) if self.gaps >= KNOWN_AFTER else 0.0

    def silent_after(self, interval: float) -> float:
        """Seconds without anything new that are no accident any more; endless while no rhythm is known."""
        if not self.expected:
            return math.inf
        patience = max(SILENT * self.expected, SILENT_AT_LEAST, SILENT * interval)
        return patience if self.given or self.watched >= DAY else NEW * patience


def heard(rhythm: Rhythm, gap: float) -> Rhythm:
    """Take note that something new came, `gap` seconds after the last."""
    if gap <= 0:
        return rhythm
    step = max(STEP_LEAST, STEP_FIRST / (1 + rhythm.gaps / KNOWN_AFTER))
    usual = rhythm.usual or gap
    usual *= math.exp(step * SHARE) if gap > usual else math.exp(-step * (1 - SHARE))
    faded = rhythm.longest * 0.5 ** (gap / FORGET)
    longest = max(gap, faded)
    return Rhythm(min(usual, longest), longest, rhythm.gaps + 1, rhythm.watched + gap, rhythm.given)


def remembered(expected: float, given: float = 0.0) -> Rhythm:
    """The rhythm of a source as it was written down: more patient than it was, never less.

    Whether it has seen a night is not written down, so it is taken for one that has not.
    """
    if not expected:
        return Rhythm(given=given)
    return Rhythm(expected, 2 * expected, KNOWN_AFTER, 0.0, given)
