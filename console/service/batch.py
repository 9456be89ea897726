"""The posts of one transaction: what each is to the desk, and how it is judged."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from console.intake.clean import clean, clean_line
from console.intake.hazards import fold, message_keys
from console.intake.pipeline import HalfRememberedError, Judge
from console.intake.ruling import post_key
from console.store.connect import StoreError
from console.store.inbox import Received, is_private
from console.store.reader import Reader
from console.store.writer import ACCOUNT, Known, Store, Taken, raw_hash
from feeds.post import Post
from feeds.source import Bookmark, Trust

log = logging.getLogger(__name__)

TOGETHER = 32
"""New posts that are judged in one go, which takes three quarters of the time."""
MOST_CHARACTERS = 8_000
"""Characters of them, so that a few long ones do not hold the thread for longer than many short ones."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of some posts."""

    new: int = 0
    edited: int = 0
    deleted: int = 0
    unchanged: int = 0
    refused: tuple[str, ...] = field(default=())
    """Why single posts were not taken in, a sentence each."""
    told: int = 0
    """Of the unchanged, those that this source tells for the first time: another one was first."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.new + other.new,
            self.edited + other.edited,
            self.deleted + other.deleted,
            self.unchanged + other.unchanged,
            self.refused + other.refused,
            self.told + other.told,
        )


class Batch:
    """The posts of one transaction, judged."""

    def __init__(
        self, store: Store, judge: Judge, known: Mapping[str, Known], now: datetime, trust: Trust
    ) -> None:
        self._store = store
        self._judge = judge
        self._known = known
        self._now = now
        self.trust: Trust = trust
        self.settled = 0
        self._taken: list[Taken] = []
        self._waiting: list[Post] = []
        """New posts that are still to be judged, together; before any other post is looked at."""
        self._characters = 0
        """Of them."""
        self._deleted: list[int] = []
        self._gone: list[tuple[str, tuple[int, ...]]] = []
        self._names: list[tuple[int, tuple[str, ...]]] = []
        self._received: list[Received] = []
        self._withdrawn: list[Post] = []
        """Posts that take back what lies in the restricted inbox."""
        self._unchanged = 0
        self._told = 0
        self._refused: list[str] = []
        self._pending: set[str] = set()
        """Keys and names of posts and hazard messages that this batch will change: unseen in the database as
        yet."""
        self._full = False

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write down."""
        return not (
            self._taken
            or self._deleted
            or self._gone
            or self._names
            or self._received
            or self._withdrawn
            or self._waiting
        )

    def add(self, post: Post) -> bool:
        """Take one post; False when it must wait for the next batch, for it builds on one of this batch.

        Raises:
            HalfRememberedError: The judge must not be gone by any more.
        """
        key = post_key(post.source, post.id)
        known = self._known.get(key)
        named = {key, *post.names, *(message_keys(post.hazard) if post.hazard else ())}
        if known is not None:
            named.add(known.key)
        if self._full or not named.isdisjoint(self._pending):
            return False
        if known is None and post.state == "live" and post.hazard is None and not is_private(post):
            self._pending |= named
            self.settled += 1
            self._waiting.append(post)
            self._characters += len(post.text)
            if len(self._waiting) == TOGETHER or self._characters > MOST_CHARACTERS:
                self.judge()
            return True
        self.judge()
        if post.state == "gone":
            return self._end_account(post, key)
        try:
            names = len(self._names)
            changes = self._settle(post, known)
        except (StoreError, HalfRememberedError):
            raise
        except Exception as error:
            self._refuse(post, error)
        else:
            renamed = len(self._names) > names
            self._unchanged += not changes
            self._told += renamed and not changes and known is not None and known.source != post.source
            if changes or renamed:
                self._pending |= named
        self.settled += 1
        return True

    def judge(self) -> None:
        """Judge the posts that wait for it. One that cannot be judged is refused.

        Raises:
            HalfRememberedError: The judge must not be gone by any more.
        """
        waiting, self._waiting, self._characters = self._waiting, [], 0
        self._judge_all(waiting)

    def _judge_all(self, posts: Sequence[Post]) -> None:
        """Judge them together, and where that cannot be, each by itself."""
        if not posts:
            return
        try:
            rulings = self._judge.take_all(posts, now=self._now, trust=self.trust)
        except HalfRememberedError:
            raise
        except Exception as error:
            if len(posts) == 1:
                self._refuse(posts[0], error)
                return
            log.warning("%d posts could not be judged together", len(posts), exc_info=error)
            for post in posts:
                self._judge_all((post,))
        else:
            self._taken += map(Taken, posts, rulings)

    def _settle(self, post: Post, known: Known | None) -> bool:
        """Find out what a post changes, and whether that is more than what its mention is called."""
        if known is not None and not self._may_speak_of(post, known):
            return False
        if known is not None and known.unnamed:
            self._names.append((known.mention_id, known.unnamed))
        if is_private(post) and post.state == "live":
            return self._receive(post, known)
        if post.hazard is not None:
            taken = self._folded(post, known)
        elif post.state == "deleted":
            return self._delete(post, known)
        else:
            assert known is not None, "new posts are judged together"
            taken = self._edited(post, known)
        if taken is not None:
            self._taken.append(taken)
        return taken is not None

    def _may_speak_of(self, post: Post, known: Known) -> bool:
        """Whether a source may change a mention: that of an official one only another official one."""
        return post.source == known.source or not known.official or self.trust == "official"

    def _edited(self, post: Post, known: Known) -> Taken | None:
        vouched = self.trust == "official" and not known.official and known.deleted_at is None
        if not _changed(post, known) and not (vouched and clean(post.text) == known.text):
            return None
        if post.source != known.source or post.names:
            # Under the name that judge and store know it by: another source is neither a voice nor a repeat.
            post = replace(post, source=known.source, id=known.native_id)
        trust: Trust = "official" if known.official else self.trust
        ruling = self._judge.take(post, now=self._now, trust=trust, again=True)
        return Taken(post, ruling, known.mention_id)

    def _delete(self, post: Post, known: Known | None) -> bool:
        standing = known is not None and known.deleted_at is None
        if known is not None and standing:
            self._deleted.append(known.mention_id)
        private = self._store.inbox.holds(post)
        if private:
            self._withdrawn.append(post)
        return standing or private

    def _end_account(self, post: Post, key: str) -> bool:
        """Take back all that a closed account said; it has batches of its own, as many as that takes."""
        if self._pending:
            return False
        ids = self._store.of_account(post)
        if ids:
            self._gone.append((clean_line(post.id), ids))
        if self._store.inbox.holds(post):
            self._withdrawn.append(post)
        if ids or self._withdrawn:
            self._pending.add(key)
            self._full = True
        else:
            self._unchanged += 1
        done = len(ids) < ACCOUNT
        self.settled += done
        return done

    def _receive(self, post: Post, known: Known | None) -> bool:
        """Put a private post into the restricted inbox; what it was while it was public is taken back."""
        if known is not None and known.deleted_at is None:
            self._deleted.append(known.mention_id)
        self._received.append(Received(post, self._judge.weigh_alone(post, now=self._now)))
        return True

    def _folded(self, post: Post, known: Known | None) -> Taken | None:
        assert post.hazard is not None
        living = self._store.living_hazard(message_keys(post.hazard))
        folded = fold(living[1] if living else None, post.hazard, self._now)
        if living is not None and not folded.changed:
            return None
        if post.state == "deleted":
            # An alert that its source withdraws is cancelled, and stays in sight as that.
            if living is None:
                return None
            post = replace(post, state="live")
        mention_id = living[0] if living else known.mention_id if known else None
        ruling = self._judge.take(post, now=self._now, trust=self.trust, again=mention_id is not None)
        if mention_id is not None and ruling.incident is None:
            judgement = ruling.judgement._replace(incident=self._incident_of(mention_id))
            ruling = ruling._replace(judgement=judgement)
        return Taken(post, ruling, mention_id, folded.hazard)

    def _incident_of(self, mention_id: int) -> str | None:
        """The incident of an alert that drives it no more, and that it stays in nevertheless."""
        with Reader(self._store.paths.database) as reader:
            found = reader.mention(mention_id)
        return found.mention.incident if found is not None else None

    def _refuse(self, post: Post, error: Exception) -> None:
        name = name_of(post)
        if is_private(post):  # not even what went wrong may quote it
            log.error("%s could not be judged (%s)", name, type(error).__name__)
        else:
            log.exception("post %s could not be judged", name)
        self._refused.append(f"{name}: it failed intake ({type(error).__name__})")

    def counts(self) -> Counts:
        """What became of posts that change nothing."""
        return Counts(unchanged=self._unchanged, refused=tuple(self._refused), told=self._told)

    def store(self, source: str | None, bookmark: Bookmark | None) -> Counts:
        """Write it all down in one transaction, and say what became of the posts.

        A new incident may follow one that is over by that, so how the others stand goes into the same
        transaction. What is private goes into its own file before: brought again, it is not taken twice.
        Raises what `judge` and the store raise.
        """
        self.judge()
        counts = self.counts()
        if self._received or self._withdrawn:
            kept = self._store.inbox.receive(self._received, self._withdrawn)
            counts += Counts(kept.added, kept.edited, kept.deleted, kept.unchanged)
        standing = self._judge.expire(self._now)
        done = self._store.take(
            self._taken,
            deleted=self._deleted,
            gone=self._gone,
            names=self._names,
            standing=standing,
            source=source,
            bookmark=bookmark,
        )
        return counts + Counts(len(done.added), done.edited, done.deleted)


def name_of(post: Post) -> str:
    """What a post is called where its refusal is told; a private one is not named."""
    return (
        f"a private post of {clean_line(post.source)}"
        if is_private(post)
        else clean_line(f"{post.source} {post.id}")
    )


def _changed(post: Post, known: Known) -> bool:
    """Whether a post that was seen before says something else now."""
    if known.deleted_at is not None:
        # What an older page still holds was deleted all the same.
        return post.updated_at is not None and post.updated_at > known.deleted_at
    if known.updated_at is not None:
        # An older state of it, from a slower source or an old file. Platforms date what was edited and
        # nothing else, so their undated copy of an edited post is the one from before.
        if post.updated_at is None and post.names:
            return False
        if post.updated_at is not None and post.updated_at < known.updated_at:
            return False
    if post.source != known.source and post.updated_at in (None, known.updated_at):
        return False  # Two servers may spell one text differently; only a later date makes an edit of it.
    if post.raw and raw_hash(post.raw) == known.raw_hash:
        return False
    return clean(post.text) != known.text
