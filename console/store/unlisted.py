"""Names of places that no list has, as rows: who says them, how often, and what people decided of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal

from console.intake.proposals import MOST_COUNTED, Said, counted, ranked
from console.model import NameState, Unlisted
from console.store.change import Change
from console.store.connect import Connection, Row, write
from console.store.rows import moment, seconds, storable

UNLISTED = (
    """CREATE TABLE unlisted (
        key TEXT PRIMARY KEY, name TEXT NOT NULL, mentions INTEGER NOT NULL, voices INTEGER NOT NULL,
        near INTEGER NOT NULL, worth INTEGER NOT NULL, first_seen REAL, last_seen REAL, example INTEGER,
        state TEXT NOT NULL, by TEXT NOT NULL, decided_at REAL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX unlisted_worth ON unlisted(voices) WHERE state = 'open' AND worth",
    "CREATE INDEX unlisted_by_seen ON unlisted(last_seen) WHERE state = 'open'",
    """CREATE TABLE unlisted_said (
        key TEXT NOT NULL, mention_id INTEGER NOT NULL, name TEXT NOT NULL,
        PRIMARY KEY (key, mention_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX unlisted_said_by_mention ON unlisted_said(mention_id)",
)
"""`unlisted_said`: which mentions hold a name; `unlisted`: what they come to, and what people decided."""
KEPT = timedelta(days=7)
"""After which a name that nobody says any more, and nobody decided about, is forgotten."""
KEPT_ONCE = timedelta(days=1)
"""The same of one that a single mention holds."""
MOST_OPEN = 20_000
"""Names that wait; beyond them those go that were not said for the longest."""
MOST_DECIDED = 10_000
MOST_SAID = 2000
"""The newest mentions of a name that are noted, and so are filed at it once it is listed."""
CHUNK = 2000
"""Names forgotten in one transaction."""
MOST_READ = 200
"""Names that are proposed at once."""

_COLUMNS = "key, name, mentions, voices, near, worth, first_seen, last_seen, example, state, by, decided_at"
_SAID = f"""
SELECT s.name, s.mention_id,
       CASE WHEN m.repeat_of IS NULL THEN coalesce(nullif(m.author, ''), m.source || char(31) || m.native_id)
       ELSE '' END, m.at, m.seen_at, m.place <> ''
FROM unlisted_said AS s JOIN mention AS m ON m.id = s.mention_id
WHERE s.key = ? AND m.deleted_at IS NULL ORDER BY s.mention_id DESC LIMIT {MOST_COUNTED}
"""
_TOO_MANY = """
DELETE FROM unlisted_said WHERE key = ? AND mention_id <= (
    SELECT mention_id FROM unlisted_said WHERE key = ? ORDER BY mention_id DESC LIMIT 1 OFFSET ?)
"""
_FORGOTTEN = """
SELECT key FROM unlisted WHERE state = 'open' AND (last_seen < ? OR mentions < 2 AND last_seen < ?)
UNION SELECT key FROM (
    SELECT key FROM unlisted WHERE state = 'open' ORDER BY last_seen DESC LIMIT -1 OFFSET ?)
UNION SELECT key FROM (
    SELECT key FROM unlisted WHERE state <> 'open' ORDER BY decided_at DESC LIMIT -1 OFFSET ?)
LIMIT ?
"""


def hear(connection: Connection, names: Mapping[int, Mapping[str, str]], anew: Iterable[int] = ()) -> None:
    """Note which names mentions hold: a spelling of each by its key.

    Args:
        connection: Within a transaction, in which the mentions are stored.
        names: By the mention's id.
        anew: Mentions that are there already, and say something else now or are gone.
    """
    run, touched = connection.execute, {key for held in names.values() for key in held}
    for id_ in anew:
        touched |= {key for (key,) in run("SELECT key FROM unlisted_said WHERE mention_id = ?", (id_,))}
        run("DELETE FROM unlisted_said WHERE mention_id = ?", (id_,))
    if not touched:
        return
    marks = ", ".join("?" * len(touched))
    decided = {
        key
        for (key,) in run(
            f"SELECT key FROM unlisted WHERE state <> 'open' AND key IN ({marks})", tuple(touched)
        )
    }
    connection.executemany(
        "INSERT OR IGNORE INTO unlisted_said VALUES (?, ?, ?)",
        [
            (key, id_, storable(name))
            for id_, held in names.items()
            for key, name in held.items()
            if key not in decided
        ],
    )
    for key in sorted(touched - decided):
        _count(connection, key)


def _count(connection: Connection, key: str) -> None:
    """Work out anew what the mentions of a name come to, and let go of those that are too many."""
    rows = connection.execute(_SAID, (key,)).fetchall()
    now = counted(key, map(Said._make, rows))
    if now is None:
        connection.execute("DELETE FROM unlisted WHERE key = ? AND state = 'open'", (key,))
        return
    if len(rows) == MOST_COUNTED:
        connection.execute(_TOO_MANY, (key, key, MOST_SAID))
    connection.execute(
        f"INSERT INTO unlisted ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', '', NULL) "
        "ON CONFLICT DO UPDATE SET name = excluded.name, mentions = excluded.mentions, "
        "voices = excluded.voices, near = excluded.near, worth = excluded.worth, "
        "first_seen = min(coalesce(first_seen, excluded.first_seen), excluded.first_seen), "
        "last_seen = excluded.last_seen, example = excluded.example",
        (
            *(key, now.name, now.mentions, now.voices, now.near, now.worth),
            *(seconds(now.first_seen), seconds(now.last_seen), now.example),
        ),
    )


def proposed(connection: Connection) -> tuple[Unlisted, ...]:
    """The names that are worth adding, the best first, each with what its example says."""
    rows = connection.execute(
        f"SELECT {', '.join(f'u.{name}' for name in _COLUMNS.split(', '))}, coalesce(m.text, '') "
        "FROM unlisted AS u LEFT JOIN mention AS m ON m.id = u.example "
        "WHERE u.state = 'open' AND u.worth ORDER BY u.voices DESC LIMIT ?",
        (MOST_READ,),
    ).fetchall()
    return ranked(_unlisted(row) for row in rows)


def waiting(connection: Connection) -> int:
    """How many names are worth adding."""
    row = connection.execute("SELECT count(*) FROM unlisted WHERE state = 'open' AND worth").fetchone()
    return min(int(row[0]), MOST_READ)


def decided(connection: Connection) -> tuple[Unlisted, ...]:
    """The names that people added or refused, the last decision first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS}, '' FROM unlisted WHERE state <> 'open' ORDER BY decided_at DESC LIMIT ?",
        (MOST_READ,),
    ).fetchall()
    return tuple(map(_unlisted, rows))


def read(connection: Connection, key: str) -> Unlisted | None:
    """What is known of a name; None for nothing."""
    row = connection.execute(f"SELECT {_COLUMNS}, '' FROM unlisted WHERE key = ?", (key,)).fetchone()
    return _unlisted(row) if row else None


def decide(change: Change, key: str, name: str, state: NameState | Literal[""], by: str) -> None:
    """Put down what somebody decided of a name; `open` lets it wait again, empty lets it be unknown."""
    run = change.connection.execute
    if not state:
        run("DELETE FROM unlisted WHERE key = ?", (key,))
        return
    at = None if state == "open" else seconds(change.now)
    run(
        f"INSERT INTO unlisted ({_COLUMNS}) VALUES (?, ?, 0, 0, 0, 0, NULL, NULL, NULL, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET state = excluded.state, by = excluded.by, "
        "decided_at = excluded.decided_at",
        (key, storable(name), state, storable(by), at),
    )


def mentions_of(connection: Connection, key: str) -> tuple[int, ...]:
    """Ids of the mentions that hold a name, the oldest first."""
    rows = connection.execute(
        "SELECT mention_id FROM unlisted_said WHERE key = ? ORDER BY mention_id", (key,)
    ).fetchall()
    return tuple(id_ for (id_,) in rows)


def settle(connection: Connection, listed: Callable[[str], bool]) -> None:
    """Bring names in line with the list that posts are judged by from now on.

    A name that waits and is listed by now is proposed no more; one that was added and is not listed any more
    is nobody's decision now, and is counted anew when it is said.
    """
    rows = connection.execute(
        "SELECT key, name, state FROM unlisted WHERE state = 'added' "
        "UNION ALL SELECT * FROM (SELECT key, name, state FROM unlisted WHERE state = 'open' AND worth "
        "ORDER BY voices DESC LIMIT ?)",
        (CHUNK,),
    ).fetchall()
    gone = [key for key, name, state in rows if listed(name) == (state == "open")]
    if gone:
        with write(connection):
            _drop(connection, gone)


def forget(connection: Connection, now: datetime) -> None:
    """Let go of names that nobody says any more, of what is too many, of decisions that are too old.

    However many those are, so that no flood of names outruns it; each `CHUNK` in a transaction of its own.
    """
    kept, once = (now - KEPT).timestamp(), (now - KEPT_ONCE).timestamp()
    more = True
    while more:
        rows = connection.execute(_FORGOTTEN, (kept, once, MOST_OPEN, MOST_DECIDED, CHUNK)).fetchall()
        if rows:
            with write(connection):
                _drop(connection, [key for (key,) in rows])
        more = len(rows) == CHUNK


def _drop(connection: Connection, keys: Iterable[str]) -> None:
    marks = [(key,) for key in keys]
    for table in ("unlisted", "unlisted_said"):
        connection.executemany(f"DELETE FROM {table} WHERE key = ?", marks)


def _unlisted(row: Row) -> Unlisted:
    values = list(row)
    values[5] = bool(values[5])
    for place in (6, 7, 11):
        values[place] = moment(values[place])
    return Unlisted(*values)
