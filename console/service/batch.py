"""The posts of one transaction: what each is to the desk, and how it is judged."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from console.intake.clean import clean, clean_line
from console.intake.hazards import fold, message_keys
from console.intake.pipeline import Judge
from console.intake.ruling import post_key
from console.store.connect import StoreError
from console.store.reader import Reader
from console.store.writer import Known, Store, Taken, raw_hash
from feeds.post import Post
from feeds.source import Bookmark, Trust

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of some posts."""

    new: int = 0
    edited: int = 0
    deleted: int = 0
    unchanged: int = 0
    refused: tuple[str, ...] = field(default=())
    """Why single posts were not taken in, a sentence each."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.new + other.new,
            self.edited + other.edited,
            self.deleted + other.deleted,
            self.unchanged + other.unchanged,
            self.refused + other.refused,
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
        self.taken: list[Taken] = []
        self.settled = 0
        self._unchanged = 0
        self._refused: list[str] = []
        self._pending: set[str] = set()
        """Keys of posts and hazard messages that this batch will store: unseen in the database as yet."""

    def add(self, post: Post) -> bool:
        """Judge one post; False when it must wait for the next batch, for it builds on one of this batch."""
        key = post_key(post.source, post.id)
        named = {key, *(message_keys(post.hazard) if post.hazard else ())}
        if not named.isdisjoint(self._pending):
            return False
        try:
            taken = self._judged(post, key)
        except StoreError:
            raise
        except Exception as error:
            log.exception("post %s could not be judged", clean_line(key.replace("\x1f", " ")))
            self._refused.append(
                f"{clean_line(f'{post.source} {post.id}')}: it failed intake ({type(error).__name__})"
            )
        else:
            if taken is None:
                self._unchanged += 1
            else:
                self.taken.append(taken)
                self._pending |= named
        self.settled += 1
        return True

    def _judged(self, post: Post, key: str) -> Taken | None:
        known = self._known.get(key)
        if post.hazard is not None:
            return self._folded(post, known)
        if known is None:
            if post.state == "deleted":
                return None
            return Taken(post, self._judge.take(post, now=self._now, trust=self.trust))
        if not _changed(post, known):
            return None
        ruling = self._judge.take(post, now=self._now, trust=self.trust, again=True)
        return Taken(post, ruling, known.mention_id)

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
            judgement = replace(ruling.judgement, incident=self._incident_of(mention_id))
            ruling = replace(ruling, judgement=judgement)
        return Taken(post, ruling, mention_id, folded.hazard)

    def _incident_of(self, mention_id: int) -> str | None:
        """The incident of an alert that drives it no more, and that it stays in nevertheless."""
        with Reader(self._store.paths.database) as reader:
            found = reader.mention(mention_id)
        return found.mention.incident if found is not None else None

    def counts(self) -> Counts:
        """What became of posts that change nothing."""
        return Counts(unchanged=self._unchanged, refused=tuple(self._refused))

    def store(self, source: str | None, bookmark: Bookmark | None) -> Counts:
        """Write it all down in one transaction, and say what became of the posts.

        A new incident may follow one that is over by that, so how the others stand goes into the same
        transaction. Raises what the store raises.
        """
        standing = self._judge.expire(self._now)
        done = self._store.take(self.taken, standing=standing, source=source, bookmark=bookmark)
        return self.counts() + Counts(len(done.added), done.edited, done.deleted)


def _changed(post: Post, known: Known) -> bool:
    """Whether a post that was seen before says something else now."""
    if post.state == "deleted":
        return True
    if post.updated_at is not None and known.updated_at is not None and post.updated_at < known.updated_at:
        return False  # An older state of it, from a slower source or an old file.
    if post.raw and raw_hash(post.raw) == known.raw_hash:
        return False
    return clean(post.text) != known.text
