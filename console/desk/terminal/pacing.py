"""How much may be sent now: never more than the far end can have seen one round trip later.

The terminal is asked where its cursor is after every piece; its answer says that the piece was drawn. Nothing
nearer than the terminal can tell that: the queues of kernel, sshd and TCP swallow a minute of a slow link.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

FIRST_WINDOW = 2048
"""Bytes that may be on their way before the first answer."""
PIECE, LONGEST_PIECE = 300, 16384
"""Bytes in one piece: at least, and at most."""
PIECE_TIME = 0.25
"""Seconds of the link that one piece may take."""
UNASKED = 64
"""Bytes that are sent without a question: it costs four, and its answer a packet the other way."""
DEAF_AFTER = 3.0
"""Seconds without any answer at all after which the terminal counts as one that never answers."""
DEAF_RATE = 2400.0
"""Bytes a second that a terminal gets which never answers."""
STALLED_AFTER = 8.0
"""Seconds without an answer after which the question is put again, for it may have been lost."""
NEW = 0.3
"""Weight of the newest measurement of the rate."""
REMEMBERED = 24
"""Round trips among which the shortest counts."""


@dataclass(frozen=True, slots=True)
class _Question:
    upto: int
    """Bytes sent before its answer can come."""
    size: int
    """Bytes since the question before."""
    at: float


class Pacer:
    """What is known of the link. All times are seconds on one clock that never goes back."""

    def __init__(self, now: float = 0.0) -> None:
        self.rate: float | None = None
        """Bytes a second that get through; None until measured."""
        self.deaf = False
        """Whether the terminal never answers."""
        self._sent = self._seen = self._asked = 0
        self._questions: deque[_Question] = deque()
        self._answered: tuple[_Question, float] | None = None
        self._trips: deque[float] = deque(maxlen=REMEMBERED)
        self._first_asked: float | None = None
        self._window = float(FIRST_WINDOW)
        self._allowance, self._allowed_at = float(FIRST_WINDOW), now

    @property
    def trip(self) -> float | None:
        """Seconds of a round trip over an idle link; None until measured."""
        return min(self._trips) if self._trips else None

    @property
    def piece(self) -> int:
        """Bytes to send at a time."""
        return int(min(max((self.rate or 0.0) * PIECE_TIME, PIECE), LONGEST_PIECE))

    def room(self, now: float) -> int:
        """Bytes that may be sent now; the next call sends no less than it wants of them."""
        if self.deaf:
            self._allowance = min(
                self._allowance + (now - self._allowed_at) * DEAF_RATE, float(max(self.piece, FIRST_WINDOW))
            )
            self._allowed_at = now
            return max(0, int(self._allowance))
        return max(0, int(self._most_under_way() - (self._sent - self._seen)))

    def send(self, size: int, now: float, *, more: bool) -> bool:
        """Note that a piece is sent, and tell whether to ask after it where the cursor is.

        Args:
            size: Bytes of the piece.
            now: The present.
            more: Whether more is waiting to be sent after it.
        """
        self._sent += size
        self._allowance -= size
        if self._sent - self._asked < UNASKED and not (more and not self._questions):
            return False
        self.ask(now)
        return True

    def ask(self, now: float) -> None:
        """Note that the question is put."""
        self._questions.append(_Question(self._sent, self._sent - self._asked, now))
        self._asked = self._sent
        if self._first_asked is None:
            self._first_asked = now

    def answer(self, now: float) -> None:
        """The terminal has answered the oldest question."""
        self.deaf = False
        if not self._questions:
            return
        question = self._questions.popleft()
        waited = now - question.at
        if waited > STALLED_AFTER:
            # An outage says nothing about the rate; and one answer may have been lost in it.
            self._questions.clear()
            self._seen, self._answered = self._asked, None
            return
        self._seen = question.upto
        self._measure(question, now)
        self._answered = (question, now)
        self._window = min(self._window + question.size, 65536.0)

    def due(self, now: float) -> float | None:
        """Seconds until `look` has something to decide; None while nothing is awaited."""
        if self.deaf or not self._questions:
            return None
        limit = STALLED_AFTER if self._answered or self._trips else DEAF_AFTER
        return max(0.0, self._questions[-1].at + limit - now)

    def look(self, now: float) -> bool:
        """Decide what no answer means. True where the question is to be put again."""
        if self.due(now) != 0.0:
            return False
        if not self._trips:
            self.deaf = True
            self._allowance, self._allowed_at = float(PIECE), now
            return False
        return True

    def _most_under_way(self) -> float:
        if self.rate is None or not self._trips:
            return self._window
        return self.rate * min(self._trips) + self.piece

    def _measure(self, question: _Question, now: float) -> None:
        """Learn from two pieces that were sent back to back, and at least that it cannot be slower."""
        waited = max(now - question.at, 1e-4)
        slowest = question.size / waited
        if self._answered is not None:
            before, answered = self._answered
            apart = max(now - answered, 1e-4)
            if question.size >= UNASKED and question.at < answered and question.at - before.at < apart / 2:
                measured = question.size / apart
                self.rate = measured if self.rate is None else self.rate + NEW * (measured - self.rate)
        if self.rate is not None:
            self.rate = max(self.rate, slowest)
        self._trips.append(max(waited - (question.size / self.rate if self.rate else 0.0), 1e-4))
