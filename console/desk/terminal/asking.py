"""The questions whose answers are still to come, and which answer is whose: the terminal says it of none."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

AGAIN_AFTER = 8.0
"""Seconds without an answer that was to be expected after which the question is put again: it may be lost."""
LOST_AFTER = 3
"""Times in a row that an answer must come just when the newest question's would, after a silence in which
older ones should have been answered, for those to count as lost. Once does, where it made us ask again.
"""
SOONEST, SOON, SLACK = 0.75, 1.5, 0.25
"""Round trips that the answer to a question over an idle link takes, and seconds more."""


@dataclass(frozen=True, slots=True)
class Question:
    """Where is the cursor? Its answer says that all before it was drawn."""

    upto: int
    """Bytes sent before its answer can come."""
    size: int
    """Bytes since the question before."""
    at: float
    seen: int
    """Bytes that had been seen then."""
    since: float
    """When that was known; where nothing was under way, when the question was put."""
    pressing: bool
    """Whether the link had as much to carry as it bears."""


class Awaited:
    """Open questions. A terminal answers each, in their order; noise on a serial line eats some."""

    def __init__(self) -> None:
        self._open: deque[Question] = deque()
        self._given_up = 0
        """Questions that are not awaited any more, whose answers may still come."""
        self._overtaken = 0
        """Answers in a row that seem to have been the newest question's."""

    def __len__(self) -> int:
        return len(self._open)

    @property
    def newest(self) -> Question:
        """The question put last."""
        return self._open[-1]

    def put(self, question: Question) -> None:
        """Await the answer to another question."""
        self._open.append(question)

    def take(self, now: float, answered_at: float, trip: float) -> tuple[Question, bool] | None:
        """The question that an answer is to, and whether that is certain; None where it is to no open one.

        Args:
            now: When the answer came.
            answered_at: When the one before came.
            trip: Seconds of a round trip over an idle link; 0 where not known, and then none count as lost.
        """
        if not self._open or (self._given_up and now - self._open[0].at < trip / 2):
            self._given_up = max(0, self._given_up - 1)  # so soon, it is the answer to one given up
            return None
        silence, waited = self.newest.at - answered_at, now - self.newest.at
        overtakes = len(self._open) > 1 and trip > 0 and silence > SOON * trip
        if not (overtakes and SOONEST * trip <= waited <= SOON * trip + SLACK):
            self._overtaken = 0
            return self._open.popleft(), True
        self._overtaken += LOST_AFTER if silence >= AGAIN_AFTER else 1
        if self._overtaken >= LOST_AFTER:
            self.give_up(len(self._open) - 1)
        return self._open.popleft(), False

    def give_up(self, count: int | None = None) -> None:
        """Await the answers to the oldest no more, or to any."""
        for _ in range(len(self._open) if count is None else count):
            self._open.popleft()
            self._given_up += 1
        self._overtaken = 0
