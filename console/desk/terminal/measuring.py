"""What the answers of a terminal tell of the link: what gets through in a second, and the round trip."""

from __future__ import annotations

from collections import deque

from console.desk.terminal.asking import Question

FIRST_TELLING, TELLING = 1000, 200
"""Bytes under way that tell the rate, the first time and later: fewer tell the round trip only."""
LATE, AWAY = 2.0, 3.0
"""Times that an answer must take longer than expected, for the rate to be doubted; and seconds of silence
from which on the link either was away or has become very slow, which only the answers that follow tell.
"""
ON_TIME = 1.5
"""Round trips within which a lone answer comes that shows a link as good as it was."""
RATES = 8
"""Measurements among which the highest counts: each is what got through at least."""
TRIPS = 12
"""Round trips among which the shortest counts."""


class Meter:
    """The rate and the round trip of a link, from the answers in their order."""

    def __init__(self) -> None:
        self._waits: deque[tuple[float, int, float]] = deque(maxlen=TRIPS)
        """Seconds until an answer came, bytes that were asked after, and seconds without those at the best
        rate known since: before a rate fell, they did not take so long.
        """
        self._rates: deque[float] = deque(maxlen=RATES)
        self._doubt: float | None = None
        """Bytes a second if the last silence was a slow link and not one that was away."""
        self._back_at, self._back_seen = 0.0, 0
        """When that silence ended, and the bytes seen then."""

    @property
    def rate(self) -> float | None:
        """Bytes a second that get through; None until measured."""
        best = max(self._rates, default=None)
        return best if best is None or self._doubt is None else min(best, self._doubt)

    @property
    def doubted(self) -> bool:
        """Whether the next answers tell if the link is as slow as `rate` says, or was away."""
        return self._doubt is not None

    @property
    def trip(self) -> float | None:
        """Seconds of a round trip over an idle link; None until measured."""
        if not self._waits:
            return None
        slowness = self._slowness
        return max(min(max(waited - size * slowness, less) for waited, size, less in self._waits), 1e-4)

    @property
    def _slowness(self) -> float:
        """Half the seconds of a byte: were the rate known too low, all of it would make it lower still."""
        return 0.5 / self.rate if self.rate else 0.0

    def learn(self, question: Question, now: float, answered_at: float, seen: int) -> None:
        """Learn from an answer that came `now`; the one before came at `answered_at` and told of `seen`.

        A silence is not believed to be the link's rate before another answer bears it out: after an outage
        those that were held up come in a bunch, on a link that has become slow as slowly as the first.
        """
        waited, took = max(now - question.at, 1e-4), max(now - max(question.at, answered_at), 1e-4)
        lone = question.upto - question.seen == question.size  # behind others, it waited for them as well
        rate, trip = self.rate, self.trip
        through = (question.upto - seen) / took
        if rate and trip and took > max(AWAY, LATE * (trip + (question.upto - seen) / rate)):
            if self._doubt is not None:
                self._believe(through or self._doubt)
            elif through > 0:  # or it was put after a silence and tells nothing
                self._doubt = through
            self._back_at, self._back_seen = now, question.upto
            return
        if lone or not self._waits:
            less = max(waited - question.size * self._slowness, waited / 2) if rate else waited / 2
            self._waits.append((waited, question.size, less))
        since, begun = question.since, question.seen
        if since < self._back_at:
            since, begun = self._back_at, self._back_seen
        under_way = question.upto - begun
        through = under_way / max(now - since, 1e-4)
        if self._doubt is not None:
            on_time = (
                lone and trip is not None and waited <= ON_TIME * trip + question.size / max(self._rates)
            )
            if on_time or through > LATE * self._doubt:
                self._doubt = None
            elif under_way >= TELLING:
                self._believe(through)
        elif since >= self._back_at and question.since == since:
            self._measure(question, waited, through)
        elif under_way >= TELLING:
            self._rates.append(min(through, max(self._rates)))  # a bunch tells of no higher rate

    def _measure(self, question: Question, waited: float, through: float) -> None:
        """Note how much got through, which is the rate where the link was pressed.

        Answers that arrive together, because a packet came late or held several pieces, do not deceive this.
        """
        under_way, rate = question.upto - question.seen, self.rate
        if rate is None:
            telling = under_way >= FIRST_TELLING
        else:
            late = AWAY > waited > LATE * ((self.trip or 0.0) + under_way / rate)
            telling = through > rate or (under_way >= TELLING and (question.pressing or late))
        if telling:
            self._rates.append(through)
            slowness = self._slowness
            for at, (waited, size, less) in enumerate(self._waits):
                self._waits[at] = waited, size, max(less, waited - size * slowness)

    def _believe(self, rate: float) -> None:
        """The link has become as slow as was doubted."""
        self._rates.clear()
        self._rates.append(rate)
        self._doubt = None
