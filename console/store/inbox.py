"""The restricted inbox: posts meant for the desk's account alone, in a file that only the service can read.

It is another database than the desk's, so that no query, export, backup or stolen copy of that one can ever
hold a word of it. What is here has no incident, no mood and no entry in the word index.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from console.model import PrivatePost, Unread
from console.store.connect import StoreError
from console.store.inbox_file import InboxDamaged, InboxFile, Kept, Received
from feeds.post import Post

__all__ = ["Inbox", "InboxDamaged", "Received", "is_private"]

PRIVATE = frozenset(("private", "direct"))
"""The audiences (`feeds.post.Audience`) that belong here."""


def is_private(post: Post) -> bool:
    """Whether a post belongs here and nowhere else."""
    return post.audience in PRIVATE


class Inbox:
    """The inbox of a desk, held by the writer. Its file is made with the first private post, and not before.

    Only `unread` and `trouble` may be asked from another thread. The rest raises `StoreError`.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._clock = clock
        self._file: InboxFile | None = None
        self.trouble = ""
        """Why the file cannot be opened, a sentence; a damaged one keeps nothing else from going on."""
        try:
            if path.exists():
                self._open()
        except StoreError as error:
            self.trouble = str(error)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()

    @property
    def unread(self) -> Unread:
        """How much waits, as last written down."""
        return self._file.unread if self._file is not None else Unread()

    def receive(self, received: Sequence[Received], withdrawn: Sequence[Post] = ()) -> Kept:
        """Take private posts in, follow their edits, and mark what is taken back, in one transaction."""
        return self._open().take(received, withdrawn)

    def holds(self, post: Post) -> bool:
        """Whether a deletion concerns something that stands here."""
        return self._file is not None and self._file.holds(post)

    def posts(self) -> tuple[PrivatePost, ...]:
        """All that nobody has read, and the newest of the rest, newest first."""
        return self._file.posts() if self._file is not None else ()

    def read(self, id_: int, who: str) -> None:
        """Note who read one; raises KeyError where there is none of that number."""
        if self._file is None:
            raise KeyError(id_)
        self._file.read(id_, who)

    def tidy(self, kept_from: datetime | None, *, idle: bool) -> None:
        """Forget what was first seen before a time (None: nothing), and empty the write-ahead log."""
        if self._file is not None:
            self._file.tidy(kept_from, idle=idle)

    def _open(self) -> InboxFile:
        if self._file is None:
            self._file = InboxFile.open(self._path, clock=self._clock)
            self.trouble = ""
        return self._file
