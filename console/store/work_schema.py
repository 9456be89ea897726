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
    settled_at REAL, attempts INTEGER NOT NULL, names TEXT NOT NULL, url TEXT NOT NULL, ticket TEXT NOT NULL,
    doubted INTEGER NOT NULL, spoken_as TEXT NOT NULL
) STRICT
"""

TICKET = """
CREATE TABLE ticket (
    id INTEGER PRIMARY KEY AUTOINCREMENT, incident TEXT NOT NULL COLLATE NOCASE,
    route TEXT NOT NULL COLLATE NOCASE, channel TEXT NOT NULL, delivery INTEGER REFERENCES delivery(id),
    made_at REAL NOT NULL, uid INTEGER NOT NULL, by TEXT NOT NULL, state TEXT NOT NULL, number TEXT NOT NULL,
    status TEXT NOT NULL, notes TEXT NOT NULL, says TEXT NOT NULL, names TEXT NOT NULL,
    acknowledged_by TEXT NOT NULL, acknowledged_at REAL, step INTEGER NOT NULL, step_at REAL, looked_at REAL,
    noted INTEGER NOT NULL, noted_at REAL, notes_sent INTEGER NOT NULL
) STRICT
"""
"""Every mention of the incident has it, by the incident's key; nothing is copied to the mentions."""

CLOSING_THE_LOOP = (
    TICKET,
    # One that lives an incident and department, whoever else escalates it.
    """CREATE UNIQUE INDEX ticket_living ON ticket(incident, route)
    WHERE state IN ('asked', 'sent', 'acknowledged', 'open')""",
    "CREATE INDEX ticket_by_incident ON ticket(incident)",
    # What was said to the department, and to whom on call.
    """CREATE TABLE ticket_delivery (
        delivery INTEGER PRIMARY KEY REFERENCES delivery(id), ticket INTEGER NOT NULL REFERENCES ticket(id)
    ) STRICT""",
    "CREATE INDEX ticket_delivery_by_ticket ON ticket_delivery(ticket)",
    # What there was to tell to reporters, numbered for all incidents alike, so that two can be merged.
    """CREATE TABLE status_change (
        number INTEGER PRIMARY KEY AUTOINCREMENT, incident TEXT NOT NULL COLLATE NOCASE,
        ticket INTEGER NOT NULL REFERENCES ticket(id), status TEXT NOT NULL, at REAL NOT NULL,
        proposed INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    "CREATE INDEX status_change_by_incident ON status_change(incident)",
    "CREATE INDEX status_change_unproposed ON status_change(incident) WHERE proposed = 0",
    """CREATE TABLE told (
        incident TEXT NOT NULL COLLATE NOCASE, source TEXT NOT NULL, author TEXT NOT NULL,
        number INTEGER NOT NULL, mention INTEGER NOT NULL, status TEXT NOT NULL, channel TEXT NOT NULL,
        draft INTEGER, at REAL NOT NULL, by TEXT NOT NULL,
        PRIMARY KEY (incident, source, author, number, mention)
    ) STRICT, WITHOUT ROWID""",
    # Of which change a draft tells its reader.
    """CREATE TABLE telling (
        draft INTEGER PRIMARY KEY REFERENCES draft(id), incident TEXT NOT NULL COLLATE NOCASE,
        number INTEGER NOT NULL
    ) STRICT""",
    # What a machine read out of something and a person decides: words for the public, a case to reopen.
    """CREATE TABLE proposal (
        id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, incident TEXT NOT NULL COLLATE NOCASE,
        ticket INTEGER NOT NULL REFERENCES ticket(id), mention INTEGER, template TEXT NOT NULL,
        text TEXT NOT NULL, lang TEXT NOT NULL, why TEXT NOT NULL, at REAL NOT NULL,
        state TEXT NOT NULL DEFAULT 'open'
    ) STRICT""",
    "CREATE INDEX incident_by_previous ON incident(previous) WHERE previous IS NOT NULL",
    "CREATE INDEX proposal_open ON proposal(incident) WHERE state = 'open'",
)

ITEM = (
    """CREATE TABLE item (
        subject TEXT PRIMARY KEY COLLATE NOCASE, body TEXT NOT NULL, merged TEXT COLLATE NOCASE,
        snoozed INTEGER NOT NULL, live INTEGER NOT NULL, at REAL NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX item_merged ON item(merged) WHERE merged IS NOT NULL",
    "CREATE INDEX item_snoozed ON item(subject) WHERE snoozed",
    "CREATE INDEX item_live ON item(subject) WHERE live",
    "CREATE INDEX item_by_time ON item(at)",
    """CREATE TABLE note (
        id INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT NOT NULL COLLATE NOCASE, text TEXT NOT NULL,
        by TEXT NOT NULL, uid INTEGER NOT NULL, at REAL NOT NULL, stands INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX note_by_subject ON note(subject)",
    "CREATE TABLE act (seq INTEGER PRIMARY KEY, uid INTEGER NOT NULL, undone INTEGER) STRICT",
    "CREATE INDEX act_to_undo ON act(uid, seq) WHERE undone IS NULL",
    """CREATE TABLE act_subject (
        subject TEXT NOT NULL COLLATE NOCASE, seq INTEGER NOT NULL, PRIMARY KEY (subject, seq)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX event_by_subject ON event(subject, seq)",
)
"""`item` holds what people have set (`console.work.Item`); `live` marks what runs by the clock. An `act` is a
line of the log that its doer can undo; its data says what was before."""

OWN = (
    """CREATE TABLE incident_own (
        key TEXT PRIMARY KEY COLLATE NOCASE, tier INTEGER NOT NULL, state TEXT NOT NULL,
        points INTEGER NOT NULL, reasons TEXT NOT NULL, voices INTEGER NOT NULL, official INTEGER NOT NULL,
        opened_at REAL NOT NULL, last_at REAL NOT NULL, closed_at REAL, made INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE mention_own (
        mention_id INTEGER PRIMARY KEY, tier INTEGER NOT NULL, mood REAL, incident TEXT COLLATE NOCASE,
        placed TEXT COLLATE NOCASE
    ) STRICT""",
    "CREATE INDEX mention_own_by_incident ON mention_own(incident)",
    "CREATE INDEX mention_own_by_place ON mention_own(placed)",
)
"""What intake says of incidents and mentions that show something else because a person has set it. A row is
there only as long as that is so."""

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
    "CREATE INDEX delivery_by_draft ON delivery(draft) WHERE draft IS NOT NULL",
    """CREATE TABLE pause (
        one INTEGER PRIMARY KEY CHECK (one = 1), reason TEXT NOT NULL, by TEXT NOT NULL, at REAL NOT NULL,
        allow TEXT NOT NULL
    ) STRICT""",
    *CLOSING_THE_LOOP,
    *ITEM,
    *OWN,
)
