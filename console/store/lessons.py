"""What people corrected of topics, as rows: what a post is learned by, and what was made of it before."""

from __future__ import annotations

from collections.abc import Iterable

from console.intake.learning import MOST_LESSONS, Lesson, Score
from console.store.change import Change
from console.store.connect import Connection
from console.store.rows import seconds, storable

LESSON = (
    """CREATE TABLE lesson (
        mention_id INTEGER PRIMARY KEY, topic TEXT NOT NULL COLLATE NOCASE, words TEXT NOT NULL,
        by_tables TEXT NOT NULL, foretold TEXT NOT NULL, at REAL NOT NULL
    ) STRICT""",
    "ALTER TABLE mention_own ADD COLUMN topic TEXT NOT NULL DEFAULT '' COLLATE NOCASE",
    "UPDATE mention_own SET topic = coalesce((SELECT topic FROM mention WHERE id = mention_id), '')",
)
"""A lesson outlives its mention, which is forgotten when it is old: what is kept is different words in the
order of the alphabet, not what was said. `mention_own.topic` is what intake says where a hand says otherwise.
"""
HEARD = 500
"""The newest mentions that tell what is usual here."""

_SCORE = "SELECT count(*), total(by_tables = topic), total(foretold = topic) FROM lesson"


def keep(change: Change, mention_id: int, lesson: Lesson) -> None:
    """Put a lesson down, in the place of an earlier one of the same mention; the oldest make room."""
    run = change.connection.execute
    words = storable(" ".join(lesson.words))
    values = (mention_id, storable(lesson.topic), words, lesson.by_tables, lesson.foretold)
    run("INSERT OR REPLACE INTO lesson VALUES (?, ?, ?, ?, ?, ?)", (*values, seconds(change.now)))
    run(
        "DELETE FROM lesson WHERE mention_id IN "
        "(SELECT mention_id FROM lesson ORDER BY at DESC, mention_id DESC LIMIT -1 OFFSET ?)",
        (MOST_LESSONS,),
    )


def forget(
    connection: Connection, *, topic: str = "", mentions: Iterable[int] = (), all_: bool = False
) -> int:
    """Forget the lessons of these mentions and of a topic, or with `all_` every one; tells how many."""
    ids = tuple(mentions)
    marks = ", ".join("?" * len(ids))
    return connection.execute(
        f"DELETE FROM lesson WHERE ? OR topic = ? OR mention_id IN ({marks})", (all_, storable(topic), *ids)
    ).rowcount


def all_of(connection: Connection) -> tuple[Lesson, ...]:
    """Every lesson, the oldest first."""
    rows = connection.execute(
        "SELECT topic, words, by_tables, foretold FROM lesson ORDER BY at, mention_id"
    ).fetchall()
    return tuple(
        Lesson(topic, tuple(words.split()), by_tables, foretold) for topic, words, by_tables, foretold in rows
    )


def score(connection: Connection) -> Score:
    """How the tables, and what was learned, stood against people's word."""
    lessons, by_tables, foretold = connection.execute(_SCORE).fetchone()
    return Score(lessons, int(by_tables), int(foretold))


def by_topic(connection: Connection) -> dict[str, Score]:
    """The same of each topic that people set."""
    rows = connection.execute(
        _SCORE.replace("SELECT", "SELECT topic,", 1) + " GROUP BY topic ORDER BY topic"
    ).fetchall()
    return {topic: Score(lessons, int(tables), int(foretold)) for topic, lessons, tables, foretold in rows}


def heard(connection: Connection) -> tuple[str, ...]:
    """Texts of the newest mentions that nobody corrected."""
    rows = connection.execute(
        "SELECT text FROM mention WHERE repeat_of IS NULL AND id NOT IN (SELECT mention_id FROM lesson) "
        "ORDER BY id DESC LIMIT ?",
        (HEARD,),
    ).fetchall()
    return tuple(row[0] for row in rows)


def counts(connection: Connection, since: float) -> dict[str, int]:
    """How many mentions there were of each topic since a Unix time, repeats left out."""
    rows = connection.execute(
        "SELECT topic, count(*) FROM mention WHERE seen_at >= ? AND repeat_of IS NULL GROUP BY topic",
        (since,),
    ).fetchall()
    return dict(rows)
