"""The tables, as migrations. A released migration is never changed; a new one follows it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database, Migrations

from console.store.connect import SCHEMA_VERSION, Connection
from console.store.lessons import LESSON
from console.store.surge_schema import SURGE
from console.store.unlisted import UNLISTED
from console.store.work_schema import WORK

MENTION = """
CREATE TABLE mention (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    source     TEXT NOT NULL,
    native_id  TEXT NOT NULL,
    at         REAL NOT NULL,
    seen_at    REAL NOT NULL,
    author     TEXT NOT NULL,
    author_name TEXT NOT NULL,
    text       TEXT NOT NULL,
    lang       TEXT NOT NULL,
    url        TEXT NOT NULL,
    mood       REAL,
    mood_note  TEXT NOT NULL,
    points     INTEGER NOT NULL,
    tier       INTEGER NOT NULL,
    topic      TEXT NOT NULL COLLATE NOCASE,
    place      TEXT NOT NULL COLLATE NOCASE,
    official   INTEGER NOT NULL,
    repeats    INTEGER NOT NULL DEFAULT 0,
    voices     INTEGER NOT NULL DEFAULT 1,
    incident   TEXT COLLATE NOCASE,
    edited_at  REAL,
    deleted_at REAL,
    hazard     TEXT,
    status     TEXT NOT NULL,
    updates    INTEGER NOT NULL DEFAULT 0,
    repeat_of  INTEGER REFERENCES mention(id),
    updated_at REAL,
    raw_hash   BLOB NOT NULL,
    evidence   INTEGER REFERENCES evidence(id),
    reasons    TEXT NOT NULL,
    found      TEXT NOT NULL,
    notes      TEXT NOT NULL
) STRICT
"""
"""A repeat (`repeat_of` set) is filed under its head: only heads carry an incident, count for the mood,
and stand in the indexes that lists are read from. So a million identical posts cost a list one row.

Names are compared without case where people ask for them; a post's identity is exact."""

MENTION_INDEXES = (
    "CREATE UNIQUE INDEX mention_by_post ON mention(source, native_id)",
    "CREATE INDEX mention_by_seen ON mention(seen_at)",
    "CREATE INDEX mention_by_head ON mention(repeat_of) WHERE repeat_of IS NOT NULL",
    "CREATE INDEX mention_stream ON mention(id) WHERE repeat_of IS NULL",
    "CREATE INDEX mention_by_evidence ON mention(evidence) WHERE evidence IS NOT NULL",
)
"""What lists are filtered by stands in the word index (see `console/store/search.py`), not here."""

MENTION_TEXT = """
CREATE VIRTUAL TABLE mention_text USING fts5(
    words, facets, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2'
)
"""
"""Words and facets of heads, without a second copy of the text. The writer keeps it, not a trigger:
a sweep of rows prepared once is quicker. See `console/store/search.py` for the facets."""

AROUND_A_MENTION = (
    """CREATE TABLE mention_alias (
        source TEXT NOT NULL, native_id TEXT NOT NULL, mention_id INTEGER NOT NULL REFERENCES mention(id),
        PRIMARY KEY (source, native_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX mention_alias_by_mention ON mention_alias(mention_id)",
    "CREATE TABLE evidence (id INTEGER PRIMARY KEY, at REAL NOT NULL, bundle BLOB NOT NULL) STRICT",
    "CREATE INDEX evidence_by_time ON evidence(at)",
    """CREATE TABLE revision (
        id INTEGER PRIMARY KEY, mention_id INTEGER NOT NULL REFERENCES mention(id),
        at REAL NOT NULL, text TEXT NOT NULL, evidence INTEGER REFERENCES evidence(id)
    ) STRICT""",
    "CREATE INDEX revision_by_mention ON revision(mention_id)",
    "CREATE INDEX revision_by_evidence ON revision(evidence) WHERE evidence IS NOT NULL",
    """CREATE TABLE hazard (
        mention_id INTEGER PRIMARY KEY REFERENCES mention(id),
        state TEXT NOT NULL, ends_at REAL NOT NULL, body TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX hazard_living ON hazard(ends_at) WHERE state = 'live'",
    """CREATE TABLE hazard_message (
        key TEXT PRIMARY KEY, mention_id INTEGER NOT NULL REFERENCES hazard(mention_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX hazard_message_by_mention ON hazard_message(mention_id)",
)

INCIDENT = (
    """CREATE TABLE incident (
        id         INTEGER PRIMARY KEY,
        key        TEXT NOT NULL COLLATE NOCASE UNIQUE,
        place      TEXT NOT NULL COLLATE NOCASE,
        topic      TEXT NOT NULL COLLATE NOCASE,
        tier       INTEGER NOT NULL,
        state      TEXT NOT NULL,
        points     INTEGER NOT NULL,
        reasons    TEXT NOT NULL,
        mentions   INTEGER NOT NULL DEFAULT 0,
        voices     INTEGER NOT NULL,
        mood_sum   REAL NOT NULL DEFAULT 0,
        mood_count INTEGER NOT NULL DEFAULT 0,
        official   INTEGER NOT NULL,
        opened_at  REAL NOT NULL,
        last_at    REAL NOT NULL,
        closed_at  REAL,
        previous   TEXT
    ) STRICT""",
    "CREATE INDEX incident_wall ON incident(state DESC, tier, points DESC, last_at DESC)",
    "CREATE INDEX incident_kind ON incident(place, topic)",
    """CREATE TABLE incident_voice (
        incident TEXT NOT NULL COLLATE NOCASE, source TEXT NOT NULL COLLATE NOCASE, author TEXT NOT NULL,
        PRIMARY KEY (incident, source, author)
    ) STRICT, WITHOUT ROWID""",
)

MOOD = """
CREATE TABLE mood (
    place TEXT NOT NULL COLLATE NOCASE, bucket INTEGER NOT NULL,
    count INTEGER NOT NULL, sum REAL NOT NULL, last_at REAL NOT NULL,
    PRIMARY KEY (place, bucket)
) STRICT, WITHOUT ROWID
"""
"""What gauges are drawn from; the town is the place with no name."""

DESK = (
    """CREATE TABLE source (
        name TEXT PRIMARY KEY, kind TEXT NOT NULL, address TEXT NOT NULL, trust TEXT NOT NULL,
        state TEXT NOT NULL, interval REAL NOT NULL, last_answer_at REAL, last_item_at REAL,
        last_error TEXT NOT NULL, last_error_at REAL, next_at REAL, items INTEGER NOT NULL,
        refused INTEGER NOT NULL, remaining INTEGER, reset_at REAL, listed INTEGER NOT NULL DEFAULT 1
    ) STRICT""",
    "CREATE TABLE bookmark (source TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT",
    """CREATE TABLE service (
        one INTEGER PRIMARY KEY CHECK (one = 1), since REAL, stopped_at REAL, pid INTEGER NOT NULL,
        on_shift TEXT NOT NULL, trouble TEXT NOT NULL
    ) STRICT""",
    "CREATE TABLE tally (name TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "INSERT INTO tally VALUES ('mentions', 0)",
)

LOG = (
    """CREATE TABLE event (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, actor TEXT NOT NULL, kind TEXT NOT NULL,
        subject TEXT NOT NULL, data TEXT NOT NULL, hash TEXT NOT NULL
    ) STRICT""",
    """CREATE TRIGGER event_is_final BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END""",
    """CREATE TRIGGER event_stays BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END""",
)

migrations = Migrations("watchfloor")


def in_tenths(table: str) -> tuple[str, ...]:
    """Let the points of a table have a decimal; a strict column of whole numbers takes none."""
    return (
        f"ALTER TABLE {table} RENAME COLUMN points TO whole_points",
        f"ALTER TABLE {table} ADD COLUMN points REAL NOT NULL DEFAULT 0",
        f"UPDATE {table} SET points = whole_points",
        f"ALTER TABLE {table} DROP COLUMN whole_points",
    )


def _apply(db: Database, statements: Iterable[str], *, version: int) -> None:
    """Carry out a migration, and say which version the tables are of then."""
    for statement in statements:
        db.conn.execute(statement)
    db.conn.execute(f"PRAGMA user_version={version}")


@migrations(name="0001_first_wall")
def first_wall(db: Database) -> None:
    """Everything that the first living wall needs."""
    tables = (MENTION, *MENTION_INDEXES, MENTION_TEXT, *AROUND_A_MENTION, *INCIDENT, MOOD, *DESK, *LOG)
    # Fewer, larger merges of the word index: commits of twenty posts make many small pieces of it.
    merges = "INSERT INTO mention_text(mention_text, rank) VALUES ('automerge', 8)"
    _apply(db, (*tables, merges), version=1)


LISTENING = (
    "ALTER TABLE source ADD COLUMN rhythm REAL NOT NULL DEFAULT 0",
    "ALTER TABLE source ADD COLUMN budget INTEGER",
    "ALTER TABLE source ADD COLUMN note TEXT NOT NULL DEFAULT ''",
    """CREATE TABLE mention_name (
        name TEXT PRIMARY KEY, mention_id INTEGER NOT NULL REFERENCES mention(id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX mention_name_by_mention ON mention_name(mention_id)",
    """CREATE TABLE mood_source (
        place TEXT NOT NULL COLLATE NOCASE, bucket INTEGER NOT NULL, source TEXT NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (place, bucket, source)
    ) STRICT, WITHOUT ROWID""",
)
"""`mention_name`: what a mention is called whichever source speaks of it (`feeds.post.Post.names`).
`mood_source`: how many of a gauge's mentions each source gave, so that a gauge without one of them says so.
In `source`, `rhythm` is the learned or given time between new items in seconds, `budget` the calls that the
server grants in all, `note` what is to be known beside the state: what was missed while it was silent."""


@migrations(name="0002_listening")
def listening(db: Database) -> None:
    """What live sources need: names across sources, the rhythm of each, and what it gave to a gauge."""
    _apply(db, LISTENING, version=2)


@migrations(name="0003_answering")
def answering(db: Database) -> None:
    """Whom a mention's author meant it for, and all that people do with mentions and incidents."""
    _apply(db, ("ALTER TABLE mention ADD COLUMN audience TEXT NOT NULL DEFAULT 'public'", *WORK), version=3)


SIGNALS = (
    "ALTER TABLE mention ADD COLUMN humanitarian TEXT NOT NULL DEFAULT ''",
    "DROP INDEX incident_wall",
    *in_tenths("mention"),
    *in_tenths("incident"),
    *in_tenths("incident_own"),
    "CREATE INDEX incident_wall ON incident(state DESC, tier, points DESC, last_at DESC)",
)


@migrations(name="0004_signals")
def signals(db: Database) -> None:
    """What learned words say: the humanitarian class of a mention, and points that are finer than whole."""
    _apply(db, SIGNALS, version=4)


@migrations(name="0005_surges")
def surging(db: Database) -> None:
    """Of which places and topics far more voices spoke than usual, and how much the desk knows to tell."""
    _apply(db, SURGE, version=5)


@migrations(name="0006_lessons")
def learning(db: Database) -> None:
    """What people corrected of topics."""
    _apply(db, LESSON, version=6)


@migrations(name="0007_unlisted")
def naming(db: Database) -> None:
    """Which places people name that no list has."""
    _apply(db, UNLISTED, version=7)


def database(connection: Connection) -> Database:
    """The connection as sqlite-utils sees it, without the plug-ins that happen to be installed."""
    return Database(connection, execute_plugins=False)


def migrate(connection: Connection) -> tuple[str, ...]:
    """Bring a database up to `SCHEMA_VERSION`, each step in a transaction; say which steps were taken."""
    db = database(connection)
    steps = tuple(migration.name for migration in migrations.pending(db))
    if steps:
        migrations.apply(db)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    assert version == SCHEMA_VERSION, "a migration forgot to raise the version"
    return steps
