"""Posts in, transactions out. Lives in the one writer thread, which owns store and judge.

A batch ends at `BATCH` posts or after `BATCH_SECONDS`, whichever comes first: so the thread is soon free for
the next source or request, and the disk is synced once for many posts. Posts and the memory of them stay in
step: when a transaction fails, the memory is built anew from what is on the disk.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from console.intake.pipeline import HalfRememberedError, Judge
from console.intake.surges import Surges
from console.service.batch import Batch, Counts, name_of
from console.service.tables import MakesJudge
from console.store.connect import BlockedError, StoreError
from console.store.inbox import InboxDamaged
from console.store.upkeep import free_space_trouble
from console.store.writer import Store
from feeds.post import Post
from feeds.source import Bookmark, Trust

BATCH = 128
BATCH_SECONDS = 0.010
"""A post costs some 150 microseconds to judge and as much to store, so a batch holds the thread for 20 ms. To
sync the disk takes 1 to 4 ms whatever the batch; with twenty posts it was a third of all storing."""
SPACE_LOOKED_EVERY = 1.0
"""Seconds that one look at the free space of the disk is good for."""
LOOKED_WITHIN = timedelta(minutes=10)
"""Age that the word of what is known to tell surges by may have, while the service runs."""
FAULTS = 5
"""Posts refused in a row, and none taken in between, from which on it is no single post's doing."""
FULL_RETRY = 10.0
"""Seconds until intake is tried again when the disk was too full."""

log = logging.getLogger(__name__)


class NotTakenIn(Exception):
    """Posts could not be stored; none of the batch was, and it may be brought again.

    The message is a sentence for the operator; `retry_after` is in seconds.
    """

    def __init__(self, message: str, *, retry_after: float = FULL_RETRY) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Intake:
    """Judges posts and stores them. Every method belongs into the writer thread."""

    def __init__(
        self,
        store: Store,
        new_judge: Callable[[], Judge],
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._new_judge = new_judge
        self._clock = clock
        self._monotonic = monotonic
        self._looked_at = float("-inf")
        self._judge: Judge | None = None
        self._first: Callable[[], Judge] | None = None
        """Makes the next judge, who takes over what the last one heard; all after that read it anew."""
        self._heard: Surges | None = None
        """What that was of surges."""
        self.trouble = ""
        """Why nothing can be taken in now, a sentence; empty when all is well."""
        self.taken = Counts()
        """Since the service began."""
        self._refused_in_a_row = 0
        self._listened: tuple[int, int] | None = None
        """Hours and days of the past that were last written down as known."""
        self._looked_for_surges = datetime.min.replace(tzinfo=UTC)
        """When that was."""

    @property
    def judge(self) -> Judge:
        """The judge with its memory, built from what is stored where there is none."""
        if self._judge is None:
            make = self._first or self._new_judge
            self._first = self._heard = None
            self._judge = make()
        return self._judge

    @property
    def fault(self) -> str:
        """What to tell the desk when intake refuses whatever it is brought; empty when all is well."""
        if self._refused_in_a_row < FAULTS:
            return ""
        return (
            f"Intake failed on the last {self._refused_in_a_row} posts, which is this program's fault, not "
            "theirs: new posts are not on the wall. What was stored is safe. The service log says why; "
            "restart the service, and tell those who look after it."
        )

    def judge_by(self, new_judge: MakesJudge, *, refiled: bool = False) -> None:
        """Judge by other places or rules from now on.

        What was heard of surges is counted anew where mentions were filed elsewhere (`refiled`): with a full
        desk that takes a second. Otherwise it holds: it goes by what was found when they came.
        """
        if self._judge is not None:
            self._heard = self._judge.surges
        if refiled:
            self._heard = None
        self._new_judge, self._judge = new_judge, None
        self._first = partial(new_judge, self._heard)

    def learn(self, loose: Iterable[int] = ()) -> None:
        """Judge topics by what people have set by now. What fails is in the log: nothing depends on it.

        `loose` are mentions that are, or were, in no incident by that: they wait for one on their topic now.
        """
        try:
            self.judge.topics.teach(*self._store.lessons())
            for mention in filter(None, map(self._store.remembered_mention, loose)):
                self.judge.wait(mention)
        except StoreError:
            log.exception("what was corrected of topics could not be read, and is not gone by")

    def take(
        self,
        posts: Sequence[Post],
        *,
        trust: Trust,
        source: str | None = None,
        bookmark: Bookmark | None = None,
    ) -> tuple[int, Counts]:
        """Take in the first of these posts, as many as make one batch.

        The bookmark of `source` is stored in the transaction that takes the last of the posts, so that it
        never vouches for anything that is not on the disk.

        Returns:
            How many of the posts are settled, and what became of them.

        Raises:
            NotTakenIn: when the disk is too full or the store failed; nothing of this batch was stored.
        """
        self._require_space()
        began = self._monotonic()
        batch, spoilt = self._batch(posts[:BATCH], trust), False
        try:
            for post in posts[:BATCH]:
                if batch.settled and self._monotonic() - began >= BATCH_SECONDS:
                    break
                if not batch.add(post):
                    break
            batch.judge()
        except HalfRememberedError as error:
            log.warning("the judge's memory is read anew, for a post broke off half-way", exc_info=error)
            self._judge, spoilt = None, True
        except StoreError:
            self._judge = None  # It remembers posts that are not stored.
            raise
        settled = max(1, batch.settled) if spoilt else batch.settled
        last = settled == len(posts)
        where = (source, bookmark) if last else (None, None)
        if spoilt:
            counts = self._one_by_one(posts[:settled], trust, where)
        elif batch.empty and where == (None, None):
            counts = batch.counts()
        else:
            counts = self._stored(batch, posts[:settled], where)
        good = Counts(counts.new, counts.edited, counts.deleted, counts.unchanged)
        self.taken += good
        if good != Counts():
            self._refused_in_a_row = 0
        self._refused_in_a_row += len(counts.refused)
        return settled, counts

    def _batch(self, posts: Sequence[Post], trust: Trust) -> Batch:
        return Batch(self._store, self.judge, self._store.known(posts), self._clock(), trust)

    def _stored(
        self, batch: Batch, posts: Sequence[Post], where: tuple[str | None, Bookmark | None]
    ) -> Counts:
        try:
            return batch.store(*where)
        except InboxDamaged as error:
            self._judge = None
            raise NotTakenIn(str(error)) from error
        except BlockedError as error:
            self._judge = None
            self._refuse(str(error))
        except Exception as error:
            log.exception("a batch of %d posts was not stored", len(posts))
            self._judge = None
            if isinstance(error, StoreError) and not posts:
                self._refuse(str(error))
        return self._one_by_one(posts, batch.trust, where)

    def _one_by_one(
        self, posts: Sequence[Post], trust: Trust, where: tuple[str | None, Bookmark | None]
    ) -> Counts:
        """Find the post that spoils a batch: store each by itself, and note the one that cannot be."""
        counts = Counts()
        for post in posts:
            settled = False
            while not settled:  # A closed account may take several transactions.
                batch = self._batch([post], trust)
                try:
                    settled = batch.add(post)
                    counts += batch.store(None, None)
                except BlockedError as error:
                    self._judge = None
                    self._refuse(str(error))
                except Exception as error:
                    self._judge = None
                    reason = error.cause if isinstance(error, HalfRememberedError) else error
                    counts += self._put_aside(post, reason)
                    settled = True
        if where[0] is not None:
            try:
                self._store.take([], source=where[0], bookmark=where[1])
            except StoreError as error:
                self._refuse(str(error))
        return counts

    def _put_aside(self, post: Post, error: Exception) -> Counts:
        """Refuse a single post, in the log that desks can read; if even that fails it is not the post."""
        reason = str(error) if isinstance(error, StoreError) else f"it failed intake ({type(error).__name__})"
        name = name_of(post)
        log.warning("post %s refused: %s", name, reason)
        try:
            self._store.log("intake", "post refused", name, {"reason": reason})
        except StoreError as failure:
            self._refuse(str(failure))
        return Counts(refused=(f"{name}: {reason}",))

    def tidy(self, *, idle: bool) -> None:
        """A minute's upkeep: incidents and hazards whose time has passed, old mentions, space on the disk."""
        try:
            self._expire()
            self._tell_surges()
            self.trouble = self._store.tidy(idle=idle)
        except StoreError as error:
            self._judge = None
            self.trouble = str(error)

    def _expire(self) -> None:
        now = self._clock()
        changed = self.judge.expire(now)
        ended = self._store.ended(now)
        if changed or ended:
            self._store.expire(changed, ended)

    def _tell_surges(self) -> None:
        """Look for surges once a minute, when what came together is counted together.

        Nothing rings: what wants action now says so itself, and a surge is many people saying something.
        """
        now = self._clock()
        told, listened = self.judge.surges.rose(now), self.judge.surges.listened(now)
        stale = abs(now - self._looked_for_surges) >= LOOKED_WITHIN
        if told or stale or (listened.hours, listened.days) != self._listened:
            self._store.surged(told, listened)
            self._listened, self._looked_for_surges = (listened.hours, listened.days), now

    def _require_space(self) -> None:
        """Stop before the disk is full, so that desks, claims and the log still can write."""
        now = self._monotonic()
        if now - self._looked_at >= SPACE_LOOKED_EVERY:
            self._looked_at = now
            self.trouble = free_space_trouble(self._store.paths.root, self._store.settings.keep_free)
        if self.trouble:
            raise NotTakenIn(self.trouble)

    def _refuse(self, sentence: str) -> None:
        self.trouble = sentence
        self._looked_at = self._monotonic()
        raise NotTakenIn(sentence)
