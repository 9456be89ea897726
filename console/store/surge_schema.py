"""The tables of surges."""

from __future__ import annotations

SURGE = (
    """CREATE TABLE surge (
        place TEXT NOT NULL COLLATE NOCASE, topic TEXT NOT NULL COLLATE NOCASE, began_at REAL NOT NULL,
        ended_at REAL, body TEXT NOT NULL,
        PRIMARY KEY (place, topic, began_at)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX surge_going ON surge(began_at) WHERE ended_at IS NULL",
    """CREATE TABLE listened (
        one INTEGER PRIMARY KEY CHECK (one = 1), hours INTEGER NOT NULL, days INTEGER NOT NULL,
        at REAL NOT NULL
    ) STRICT""",
)
"""`listened`: how much of the past the desk knows to compare with, so that no surge is told apart from not
known yet."""
