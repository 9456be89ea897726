"""The tables of what people do: claims, drafts, approvals, deliveries, tickets, and what hands have set.

A subject is `incident:KEY` or `mention:NUMBER` (`console.work`), compared without case as keys are.
"""

from __future__ import annotations

CLAIM = """
CREATE TABLE claim (
    subject TEXT PRIMARY KEY COLLATE NOCASE, epoch INTEGER NOT NULL, uid INTEGER, name TEXT NOT NULL,
    session TEXT NOT NULL, since REAL, leaving REAL, typing REAL
) STRICT, WITHOUT ROWID
"""
"""A row stays when its claim has ended, for its epoch."""

DRAFT = """
CREATE TABLE draft (
    id INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT NOT NULL COLLATE NOCASE, purpose TEXT NOT NULL,
    channel TEXT NOT NULL, text TEXT NOT NULL, title TEXT NOT NULL, warning TEXT NOT NULL, lang TEXT NOT NULL,
    audience TEXT NOT NULL, recipient TEXT NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL,
    author TEXT NOT NULL, authors TEXT NOT NULL, original TEXT NOT NULL, round INTEGER NOT NULL,
    reasons TEXT NOT NULL, opened_at REAL NOT NULL, saved_at REAL NOT NULL, asked_at REAL
) STRICT
"""

DELIVERY = """
CREATE TABLE delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT, draft INTEGER REFERENCES draft(id), version INTEGER NOT NULL,
    subject TEXT NOT NULL COLLATE NOCASE, purpose TEXT NOT NULL, channel TEXT NOT NULL,
    round INTEGER NOT NULL, part INTEGER NOT NULL, parts INTEGER NOT NULL,
    after INTEGER REFERENCES delivery(id),
    key TEXT NOT NULL UNIQUE, message TEXT NOT NULL, state TEXT NOT NULL, says TEXT NOT NULL,
    uid INTEGER NOT NULL, author TEXT NOT NULL, claim TEXT NOT NULL COLLATE NOCASE, epoch INTEGER NOT NULL,
    original TEXT NOT NULL, held_until REAL, next_at REAL, made_at REAL NOT NULL, sent_at REAL,
    settled_at REAL, attempts INTEGER NOT NULL, names TEXT NOT NULL, url TEXT NOT NULL, ticket TEXT NOT NULL
) STRICT
"""

WORK = (
    CLAIM,
    "CREATE INDEX claim_by_session ON claim(session) WHERE uid IS NOT NULL",
    DRAFT,
    # One a subject and channel, whoever writes in it.
    "CREATE UNIQUE INDEX draft_living ON draft(subject, channel) WHERE state IN ('open', 'asked')",
    """CREATE TABLE approval (
        draft INTEGER NOT NULL REFERENCES draft(id), version INTEGER NOT NULL, uid INTEGER NOT NULL,
        name TEXT NOT NULL, at REAL NOT NULL,
        PRIMARY KEY (draft, version, uid)
    ) STRICT, WITHOUT ROWID""",
    DELIVERY,
    # The last word against a double answer, whatever else went wrong.
    """CREATE UNIQUE INDEX delivery_once ON delivery(subject, round, part)
    WHERE purpose IN ('reply', 'told') AND state NOT IN ('refused', 'taken back')""",
    """CREATE INDEX delivery_unsettled ON delivery(state)
    WHERE state IN ('held', 'queued', 'sending', 'unknown', 'waiting')""",
    "CREATE INDEX delivery_by_subject ON delivery(subject)",
    """CREATE TABLE pause (
        one INTEGER PRIMARY KEY CHECK (one = 1), reason TEXT NOT NULL, by TEXT NOT NULL, at REAL NOT NULL,
        allow TEXT NOT NULL
    ) STRICT""",
)
