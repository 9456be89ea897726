"""Which mention a post is, if any: found by its source's own id for it, or by any of its names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from console.intake.ruling import post_key
from console.store.connect import Connection, Row
from console.store.rows import moment, storable
from feeds.post import Post

_COLUMNS = "id, source, native_id, text, updated_at, raw_hash, deleted_at, official"
LAST = "\U0010ffff"
"""No text that begins like another one stands behind that one and this."""


@dataclass(frozen=True, slots=True)
class Known:
    """A post that was taken in before, with what tells whether it changed."""

    mention_id: int
    source: str
    """The source that it was taken in from, which need not be the one that speaks of it now."""
    native_id: str
    text: str
    """Clean."""
    updated_at: datetime | None
    raw_hash: bytes
    """`raw_hash` of the item as received last."""
    deleted_at: datetime | None
    official: bool
    unnamed: tuple[str, ...] = ()
    """Names of the post that lead to no mention yet."""

    @property
    def key(self) -> str:
        """`post_key` that the desk files it under."""
        return post_key(self.source, self.native_id)


def find_known(connection: Connection, posts: Sequence[Post]) -> dict[str, Known]:
    """Those of the posts that were taken in before, by `post_key`. Posts without names cost one look-up."""
    found = _by_id(connection, posts)
    names = {storable(name) for post in posts for name in post.names}
    if not names:
        return found
    led = dict(_rows(connection, "SELECT name, mention_id FROM mention_name WHERE name IN", names))
    strangers = [post for post in posts if post.names and post_key(post.source, post.id) not in found]
    ids = {led[storable(name)] for post in strangers for name in post.names if storable(name) in led}
    mentions = {
        row[0]: _known(row) for row in _rows(connection, f"SELECT {_COLUMNS} FROM mention WHERE id IN", ids)
    }
    for post in posts:
        key = post_key(post.source, post.id)
        leads = (mentions.get(led.get(storable(name), 0)) for name in post.names)
        known = found.get(key) or next(filter(None, leads), None)
        if known is not None:
            unnamed = tuple(name for name in post.names if storable(name) not in led)
            found[key] = replace(known, unnamed=unnamed) if unnamed else known
    return found


def find(connection: Connection, key: str) -> tuple[int, int] | None:
    """Look a post up by its key, under any id that a hazard's messages gave it."""
    source, _, native_id = key.partition("\x1f")
    named = (storable(source), storable(native_id))
    row = connection.execute(
        "SELECT id, coalesce(repeat_of, id) FROM mention WHERE source = ? AND native_id = ?", named
    ).fetchone()
    if row is None:
        row = connection.execute(
            "SELECT id, coalesce(repeat_of, id) FROM mention WHERE id = "
            "(SELECT mention_id FROM mention_alias WHERE source = ? AND native_id = ?)",
            named,
        ).fetchone()
    return (row[0], row[1]) if row else None


@dataclass(frozen=True, slots=True)
class Shown:
    """A mention as it stands, with all that it is called."""

    source: str
    names: tuple[str, ...]
    """Its source's own id first."""
    text: str
    deleted_at: datetime | None


def shown(connection: Connection, mention_id: int) -> Shown | None:
    """A mention by its number; None for one that is not there."""
    row = connection.execute(
        "SELECT source, native_id, text, deleted_at FROM mention WHERE id = ?", (mention_id,)
    ).fetchone()
    if row is None:
        return None
    source, native_id, text, deleted_at = row
    names = connection.execute("SELECT name FROM mention_name WHERE mention_id = ?", (mention_id,)).fetchall()
    called = dict.fromkeys((native_id, *(name for (name,) in names)))
    return Shown(source, tuple(called), text, moment(deleted_at))


def of_account(connection: Connection, post: Post, limit: int) -> tuple[int, ...]:
    """Mentions, not deleted yet, whose id in the post's source or whose name in any begins with its id.

    Nothing for an id that is no whole account's (`at://did:plc:.../`): a short one would take all.
    """
    start = storable(post.id)
    if not is_account(start):
        return ()
    rows = connection.execute(
        "SELECT id FROM mention WHERE deleted_at IS NULL AND id IN ("
        "SELECT id FROM mention WHERE source = ? AND native_id >= ? AND native_id < ? UNION "
        "SELECT mention_id FROM mention_name WHERE name >= ? AND name < ?) LIMIT ?",
        (storable(post.source), start, start + LAST, start, start + LAST, limit),
    ).fetchall()
    return tuple(row[0] for row in rows)


def is_account(start: str) -> bool:
    """Whether ids that begin so are those of one account: `scheme://account/`."""
    scheme, _, account = start.partition("://")
    return bool(scheme) and len(account) > 1 and account.endswith("/") and not account.startswith("/")


def name_rows(names: Iterable[str], mention_id: int) -> list[tuple[str, int]]:
    """Rows of `mention_name`."""
    return [(storable(name), mention_id) for name in names if name]


def _by_id(connection: Connection, posts: Iterable[Post]) -> dict[str, Known]:
    asked: dict[str, dict[str, str]] = {}
    for post in posts:
        asked.setdefault(post.source, {})[storable(post.id)] = post.id
    found: dict[str, Known] = {}
    for source, native_ids in asked.items():
        select = f"SELECT {_COLUMNS} FROM mention WHERE source = ? AND native_id IN"
        for row in _rows(connection, select, native_ids, storable(source)):
            found[post_key(source, native_ids[row[2]])] = _known(row)
    return found


def _known(row: Row) -> Known:
    id_, source, native_id, text, updated_at, raw_hash, deleted_at, official = row
    return Known(
        id_, source, native_id, text, moment(updated_at), raw_hash, moment(deleted_at), bool(official)
    )


def _rows(connection: Connection, select: str, values: Iterable[Any], *before: Any) -> list[Any]:
    """The rows that a `SELECT ... IN` finds for these values."""
    wanted = (*before, *values)
    marks = ", ".join("?" * (len(wanted) - len(before)))
    return connection.execute(f"{select} ({marks})", wanted).fetchall()
