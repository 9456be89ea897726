"""How much may be sent now: never more than the far end can have seen one round trip later.

The terminal is asked where its cursor is after every piece; its answer says that the piece was drawn. Nothing
nearer than the terminal can tell that: the queues of kernel, sshd and TCP swallow a minute of a slow link.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from statistics import median

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
TELLING = 200
"""Bytes of a piece that tells the rate: what is shorter mostly measures the headers around it."""
RATES = 5
"""Measurements of which the middle one is the rate: answers that a lost packet held up arrive together."""
TRIPS = 12
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
        self._given_up = 0
        """Questions whose answers are not awaited any more, but may still come."""
        self._waits: deque[tuple[float, int]] = deque(maxlen=TRIPS)
        """Seconds until an answer came, and bytes that were asked after."""
        self._rates: deque[float] = deque(maxlen=RATES)
        self._window = float(FIRST_WINDOW)
        self._allowance, self._allowed_at = float(FIRST_WINDOW), now

    @property
    def trip(self) -> float | None:
        """Seconds of a round trip over an idle link; None until measured."""
        if not self._waits:
            return None
        slowness = 1 / self.rate if self.rate else 0.0
        return max(min(waited - size * slowness for waited, size in self._waits), 1e-4)

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

    def answer(self, now: float) -> None:
        """The terminal has answered the oldest question."""
        self.deaf = False
        if not self._questions or (self._given_up and now - self._questions[0].at < (self.trip or 0.0) / 2):
            # So soon, it can only answer a question from before an outage.
            self._given_up = max(0, self._given_up - 1)
            return
        question = self._questions.popleft()
        self._seen = question.upto
        if now - question.at > STALLED_AFTER:
            self._answered = None  # an outage says nothing about the link
            return
        self._measure(question, now)
        self._answered = (question, now)
        self._window = min(self._window + question.size, 65536.0)

    def due(self, now: float) -> float | None:
        """Seconds until `look` has something to decide; None while nothing is awaited."""
        if self.deaf or not self._questions:
            return None
        limit = STALLED_AFTER if self._waits else DEAF_AFTER
        return max(0.0, self._questions[-1].at + limit - now)

    def look(self, now: float) -> bool:
        """Decide what no answer means. True where the question is to be put again."""
        if self.due(now) != 0.0:
            return False
        if not self._waits:
            self.deaf = True
            self._allowance, self._allowed_at = float(PIECE), now
            return False
        self._given_up += len(self._questions)
        self._questions.clear()
        return True

    def _most_under_way(self) -> float:
        trip = self.trip
        if self.rate is None or trip is None:
            return self._window
        return self.rate * trip + self.piece

    def _measure(self, question: _Question, now: float) -> None:
        """Learn from two pieces that were sent back to back, and at least that it cannot be slower."""
        waited = max(now - question.at, 1e-4)
        slowest = question.size / waited
        if self._answered is not None:
            before, answered = self._answered
            apart = max(now - answered, 1e-4)
            if question.size >= TELLING and question.at < answered and question.at - before.at < apart / 2:
                self._rates.append(question.size / apart)
                self.rate = median(self._rates)
        if self.rate is not None and self.rate < slowest:
            self._rates.clear()
            self._rates.append(slowest)
            self.rate = slowest
        self._waits.append((waited, question.size))
