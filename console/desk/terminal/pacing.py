"""How much may be sent now: never more than the far end can have seen one round trip later.

The terminal is asked where its cursor is after every piece; its answer says that the piece was drawn. Nothing
nearer than the terminal can tell that: the queues of kernel, sshd and TCP swallow a minute of a slow link.
"""

from __future__ import annotations

from console.desk.terminal.asking import AGAIN_AFTER, Awaited, Question
from console.desk.terminal.measuring import Meter

FIRST_WINDOW, LARGEST_WINDOW = 2048, 8192
"""Bytes that may be on their way before the first answer, and on the fastest link: it may become a slow one,
where they are all to be waited for. The largest still carries 25 kB a second at a round trip of 0.3 s.
"""
PIECE, LONGEST_PIECE = 300, 4096
"""Bytes in one piece: at least, and at most."""
PIECE_TIME = 0.25
"""Seconds of the link that one piece may take."""
UNASKED, MOST_UNASKED = 64, 512
"""Bytes that are sent without a question, on a thin link and on a fast one: it costs four bytes, and its
answer a packet the other way and the processor's time of a key.
"""
DEAF_AFTER = 3.0
"""Seconds without any answer at all after which the terminal counts as one that never answers."""
DEAF_RATE = 2400.0
"""Bytes a second that a terminal gets which never answers."""
DEAF_ASKED, DEAF_BELIEVED = 30.0, 10.0
"""Seconds between two questions to a terminal that never answers, for another may be attached now; and
seconds in which an answer to one must come, or it was a key that looks like an answer (Shift+F3).
"""
LONGEST_EXPECTED = 60.0
"""Seconds at most that an answer is given more for what is under way: the rate may be doubted wrongly."""
DRAINED_AFTER, DROPPED = 15.0, 0.8
"""Seconds in which questions were never all answered, and the share of its rate that a link has kept since,
from which on nothing is sent until they are: of a full link only that tells lost answers from late ones.
"""


class Pacer:
    """What is known of the link. All times are seconds on one clock that never goes back."""

    def __init__(self, now: float = 0.0) -> None:
        self.deaf = False
        """Whether the terminal never answers."""
        self._meter = Meter()
        self._sent = self._seen = self._asked = 0
        self._questions = Awaited()
        self._answered_at = self._looked_at = now
        self._untold = 1
        """Answers that must come before the terminal counts as one that answers."""
        self._drained_at, self._highest = now, 0.0
        """When no question was open last, and the highest rate since."""
        self._window = float(FIRST_WINDOW)
        self._allowance, self._allowed_at = float(FIRST_WINDOW), now

    @property
    def rate(self) -> float | None:
        """Bytes a second that get through; None until measured."""
        return self._meter.rate

    @property
    def trip(self) -> float | None:
        """Seconds of a round trip over an idle link; None until measured."""
        return self._meter.trip

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
        return 0 if self._must_drain(now) else max(0, int(self._most_under_way() - (self._sent - self._seen)))

    def send(self, size: int, now: float, *, more: bool) -> bool:
        """Note that a piece is sent, and tell whether to ask after it where the cursor is.

        Args:
            size: Bytes of the piece.
            now: The present.
            more: Whether more is waiting to be sent after it.
        """
        self._sent += size
        self._allowance -= size
        if self.deaf:
            if self._questions and now - self._questions.newest.at < DEAF_ASKED:
                return False
            self._questions.give_up()
            self.ask(now)
            return True
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
        self._questions.put(Question(self._sent, size, now, self._seen, since, pressing))
        self._asked = self._sent

    def answer(self, now: float) -> None:
        """The terminal has answered the oldest question: it answers each, and in their order."""
        trip = 0.0 if self._meter.doubted else self.trip or 0.0
        taken = self._questions.take(now, self._answered_at, trip)
        if taken is None:
            return
        question, certain = taken
        if self.deaf and now - question.at > DEAF_BELIEVED:
            return
        if certain:
            self._meter.learn(question, now, self._answered_at, self._seen)
        if question.upto - question.seen >= self._window / 2:  # what was not used is not known to be borne
            self._window = min(self._window + question.size, float(LARGEST_WINDOW))
        self._seen, self._answered_at = question.upto, now
        self.deaf, self._untold = False, max(0, self._untold - 1)
        self._highest = max(self._highest, self.rate or 0.0)
        if not self._questions:
            self._drained(now)

    def due(self, now: float) -> float | None:
        """Seconds until `look` has something to decide; None while nothing is awaited."""
        if self.deaf:
            return None
        if not self._questions:
            return None if self.room(now) > 0 else max(0.0, self._looked_at + DEAF_AFTER - now)
        expected = min((self._sent - self._seen) / self.rate if self.rate else 0.0, LONGEST_EXPECTED)
        limit = DEAF_AFTER + 2 * (self.trip or 0.0) if self._untold else AGAIN_AFTER + expected
        return max(0.0, max(self._questions.newest.at, self._answered_at, self._looked_at) + limit - now)

    def look(self, now: float) -> bool:
        """Decide what no answer means. True where the question is to be put again.

        Those that were put stay open, for their answers may only be late: taken for the new one's, they would
        tell of a link as fast as it was.
        """
        if self.due(now) != 0.0:
            return False
        self._looked_at = now
        if self._untold and self._questions:
            self.deaf, self._untold = True, 2
            self._allowance, self._allowed_at = float(PIECE), now
            return False
        if not self._questions:
            self._asked = self._sent  # the last bytes went long ago: the answer tells nothing of them
        elif self._must_drain(now):
            self._questions.give_up()
            self._seen = self._sent
            self._drained(now)
        return True

    def _must_drain(self, now: float) -> bool:
        """Whether less gets through than did, perhaps as some of what is under way has long been seen."""
        if not self._questions or self._meter.doubted or now - self._drained_at < DRAINED_AFTER:
            return False
        return (self.rate or 0.0) < DROPPED * self._highest

    def _drained(self, now: float) -> None:
        self._drained_at, self._highest = now, self.rate or 0.0

    def _most_under_way(self) -> float:
        trip = self.trip
        if self.rate is None or trip is None:
            return self._window
        return min(self.rate * trip + self.piece, float(LARGEST_WINDOW))
