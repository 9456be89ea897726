"""Mood over time: a bar, a sparkline, the mean and how many it was taken of. Run this module to see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.geometry import Size

from widgets.line import Line, cut, flat, length, signed
from widgets.painted import Picture

THIN = 10
"""Fewer scored mentions than this are no trend: the gauge goes grey and says `thin`."""
BAR = 7
"""Cells of the bar; the middle one is zero."""


@dataclass(frozen=True, slots=True)
class Mood:
    """The mood of one place."""

    name: str
    mean: float | None
    """-1 to 1; None when nothing was scored."""
    count: int
    bars: tuple[float | None, ...] = ()
    """Mean of each stretch of time, oldest first; None where nobody spoke."""
    stale: str = ""
    """How old the newest scored mention is, when that is too old to trust; else empty."""
    without: str = ""
    """A source that it lived on and that has stopped: `posts 14m`."""


class MoodGauge(Picture[tuple[Mood, ...]]):
    """As many gauges side by side as there is room for, the first first."""

    DEFAULT_CSS = "MoodGauge { height: 1; }"

    def lines(self, size: Size) -> Sequence[Line]:
        """One line of gauges."""
        width = size.width
        drawn: list[tuple[str, str]] = []
        for mood in self.value:
            gauge = self._one(mood, bar=width >= (60 if not drawn else 110))
            if length(drawn) + length(gauge) - 2 > width:
                if not drawn:
                    gauge = self._one(mood, bar=False)
                else:
                    break
            drawn += gauge
        return (tuple(drawn),)

    def _one(self, mood: Mood, *, bar: bool) -> Line:
        name = cut(flat(mood.name), 16, self.glyphs.more)
        if mood.mean is None:
            return ((f" {name} ", "strong"), ("mood unknown: nothing scored  ", "quiet"))
        thin = mood.count < THIN
        without = cut(flat(mood.without), 16, self.glyphs.more)
        style = "quiet" if thin or mood.stale or without else ""
        doubts = " thin" * thin + f" stale {mood.stale}" * bool(mood.stale)
        if without:
            doubts = f" without {without}"  # the graver of the doubts; there is no room for all
        shape = f"{self._bar(mood.mean)} " if bar else ""
        return (
            (f" {name} ", "strong"),
            (shape + "".join(self._spark(value) for value in mood.bars), style),
            (f" {signed(mood.mean)} of {mood.count}{doubts}  ", style),
        )

    def _bar(self, mean: float) -> str:
        half = BAR // 2
        filled = min(half, round(abs(mean) * half + 0.25)) if mean else 0
        full, empty = self.glyphs.fill * filled, self.glyphs.track * (half - filled)
        still = self.glyphs.track * half
        left, right = (empty + full, still) if mean < 0 else (still, full + empty)
        return left + self.glyphs.middle + right

    def _spark(self, value: float | None) -> str:
        """Low is bad mood, high is good; a gap is silence."""
        if value is None:
            return self.glyphs.gap
        steps = self.glyphs.sparks
        return steps[min(len(steps) - 1, int((max(-1.0, min(1.0, value)) + 1) / 2 * len(steps)))]


if __name__ == "__main__":
    from widgets.alone import show_alone

    town = Mood("town", -0.31, 412, (0.2, 0.1, 0.0, -0.1, -0.3, -0.5, -0.6, -0.5, -0.4, -0.3))
    show_alone(MoodGauge((town, Mood("Mill Street", -0.58, 9, (None, None, -0.2, -0.6, -0.8), "3h"))))
