"""Pages of mentions for the stream, newest on top, none newer than what the operator let in."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from console.desk.watching import Watching
from console.model import Mention, MentionFilter
from widgets.mention_stream import MentionRow


class MentionPages:
    """The mentions that a filter lets through, up to a newest one.

    Args:
        watching: The database.
        wanted: The filter.
        newest: Id of the newest mention let in.
        row: How a mention is put into a row.
    """

    def __init__(
        self, watching: Watching, wanted: MentionFilter, newest: int, row: Callable[[Mention], MentionRow]
    ) -> None:
        self._watching = watching
        self._wanted = wanted
        self._newest = newest
        self._row = row

    def first(self, count: int) -> Sequence[MentionRow]:
        """The newest."""
        return self._read(count)

    def last(self, count: int) -> Sequence[MentionRow]:
        """The oldest."""
        return self._read(count, oldest_first=True)

    def before(self, key: Hashable, count: int) -> Sequence[MentionRow]:
        """Those right above, which are newer."""
        return self._read(count, after=_id(key), oldest_first=True)

    def after(self, key: Hashable, count: int) -> Sequence[MentionRow]:
        """Those right below, which are older."""
        return self._read(count, before=_id(key))

    def _read(
        self, count: int, *, before: int | None = None, after: int | None = None, oldest_first: bool = False
    ) -> Sequence[MentionRow]:
        found = self._watching.ask(
            lambda reader: reader.mentions(
                self._wanted,
                newest=self._newest,
                before=before,
                after=after,
                oldest_first=oldest_first,
                limit=count,
            )
        )
        rows = [self._row(mention) for mention in found or ()]
        return rows[::-1] if oldest_first else rows


def _id(key: Hashable) -> int:
    return key if isinstance(key, int) else 0
