"""How much may be sent now: never more than the far end can have seen one round trip later.

The terminal is asked where its cursor is after every piece; its answer says that the piece was drawn. Nothing
nearer than the terminal can tell that: the queues of kernel, sshd and TCP swallow a minute of a slow link.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

FIRST_WINDOW = 2048
"""Bytes that may be on their way before the first answer."""
PIECE, LONGEST_PIECE = 300, 4096
"""Bytes in one piece: at least, and at most."""
PIECE_TIME = 0.25
"""Seconds of the link that one piece may take."""
UNASKED, MOST_UNASKED = 64, 512
"""Bytes that are sent without a question, on a thin link and on a fast one: it costs four bytes, and its answer
a packet the other way and the processor's time of a key.
"""
DEAF_AFTER = 3.0
"""Seconds without any answer at all after which the terminal counts as one that never answers."""
DEAF_RATE = 2400.0
"""Bytes a second that a terminal gets which never answers."""
STALLED_AFTER = 8.0
"""Seconds without an answer after which the question is put again, for it may have been lost."""
FIRST_TELLING, TELLING = 1000, 200
"""Bytes under way that tell the rate, the first time and later: fewer tell the round trip only."""
LATE, AWAY = 2.0, 3.0
"""Times that an answer must take longer than expected, for the rate to be doubted; and seconds from which on
it rather tells that the link was away."""
RATES = 8
"""Measurements among which the highest counts: each is what got through at least."""
TRIPS = 12
"""Round trips among which the shortest counts."""


@dataclass(frozen=True, slots=True)
class _Question:
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


class Pacer:
    """What is known of the link. All times are seconds on one clock that never goes back."""

    def __init__(self, now: float = 0.0) -> None:
        self.rate: float | None = None
        """Bytes a second that get through; None until measured."""
        self.deaf = False
        """Whether the terminal never answers."""
        self._sent = self._seen = self._asked = 0
        self._questions: deque[_Question] = deque()
        self._answered_at = now
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
        # Half the time of the bytes: were the rate known too low, all of it would make it lower still.
        slowness = 0.5 / self.rate if self.rate else 0.0
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
        share = 0.0 if self.rate is None else self._most_under_way() / 8
        unasked = min(max(UNASKED, share), MOST_UNASKED)
        if self._sent - self._asked < unasked and not (more and not self._questions):
            return False
        trip = self.trip
        full = self.rate is not None and trip is not None and self._sent - self._seen > self.rate * trip
        self.ask(now, pressing=more or full)
        return True

    def ask(self, now: float, *, pressing: bool = False) -> None:
        """Note that the question is put."""
        since = self._answered_at if self._questions else now
        size = self._sent - self._asked
        self._questions.append(_Question(self._sent, size, now, self._seen, since, pressing))
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
        self._answered_at = now
        if now - question.at > STALLED_AFTER:
            return  # an outage says nothing about the link
        self._measure(question, now)
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
        """Learn the round trip, and how much got through in it, which is the rate where the link was pressed.

        Answers that arrive together, because a packet came late or held several pieces, do not deceive this.
        """
        waited, under_way = max(now - question.at, 1e-4), question.upto - question.seen
        through = under_way / max(now - question.since, 1e-4)
        if not self._waits or under_way == question.size:  # behind others, it waited for them as well
            self._waits.append((waited, question.size))
        if self.rate is None:
            doubted = under_way >= FIRST_TELLING
        else:
            late = AWAY > waited > LATE * ((self.trip or 0.0) + under_way / self.rate)
            doubted = through > self.rate or (under_way >= TELLING and (question.pressing or late))
        if doubted:
            self._rates.append(through)
            self.rate = max(self._rates)
