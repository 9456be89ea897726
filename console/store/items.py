"""What people set on subjects, note and do, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from console.store import claims, drafts, handed, log, outbox
from console.store.change import Change
from console.store.connect import Connection
from console.store.rows import moment, seconds, storable, to_json
from console.work import (
    Deed,
    Item,
    ItemDetail,
    Note,
    Waiting,
    WorkNow,
    incident_in,
    mention_in,
    subject_of_incident,
)

NEWEST = 1000
"""Items set last that desks read; open incidents and what runs by the clock are read in any case."""
MOST_EVENTS = 200
"""Lines of the log that are told of one subject."""
_item = msgspec.json.Decoder(Item).decode


@dataclass(frozen=True, slots=True)
class Act:
    """A line of the log that its doer can undo."""

    seq: int
    uid: int
    actor: str
    kind: str
    subject: str
    data: str
    """JSON."""
    undone: bool
    at: float
    """Unix time."""


def read(connection: Connection, subject: str) -> Item:
    """What is set on a subject."""
    row = connection.execute("SELECT body FROM item WHERE subject = ?", (storable(subject),)).fetchone()
    return _item(row[0]) if row else Item(subject)


def write(connection: Connection, item: Item) -> None:
    """Put down what is set; nothing is kept of a subject on which nothing is set any more."""
    if item.empty:
        connection.execute("DELETE FROM item WHERE subject = ?", (storable(item.subject),))
        return
    snoozed = item.snooze is not None
    merged = storable(item.merged) or None
    live = snoozed or bool(item.unkept)
    connection.execute(
        "INSERT OR REPLACE INTO item VALUES (?, ?, ?, ?, ?, ?)",
        (storable(item.subject), to_json(item), merged, snoozed, live, seconds(item.at) or 0.0),
    )


def repeat_of(connection: Connection, subject: str) -> int | None:
    """The mention that one is folded under; None for a subject that stands by itself."""
    row = connection.execute("SELECT repeat_of FROM mention WHERE id = ?", (mention_in(subject),)).fetchone()
    return row[0] if row else None


def state_of(connection: Connection, key: str) -> str:
    """Whether an incident is shown as open or closed; empty where there is none."""
    row = connection.execute("SELECT state FROM incident WHERE key = ?", (storable(key),)).fetchone()
    return str(row[0]) if row else ""


def snoozed(connection: Connection) -> tuple[Item, ...]:
    """All that is put away for a while."""
    rows = connection.execute("SELECT body FROM item WHERE snoozed").fetchall()
    return tuple(_item(row[0]) for row in rows)


def wake(connection: Connection, now: datetime, subjects: Iterable[str], on: str, why: str) -> None:
    """Bring back what was put away until this happens; with an empty `on`, whatever it was put away for."""
    away = snoozed(connection)
    if not away:
        return
    happened = {subject.casefold() for subject in subjects}
    for item in away:
        if item.snooze and on in ("", item.snooze.on) and item.subject.casefold() in happened:
            wake_one(connection, now, item, why)


def wake_one(connection: Connection, now: datetime, item: Item, why: str) -> None:
    """Bring one subject back, and tell the log why."""
    write(connection, replace(item, snooze=None, by="service", at=now))
    log.append(connection, now, "service", "woken", item.subject, {"why": why})


def add_note(change: Change, subject: str, text: str, by: str, uid: int) -> int:
    """Write a note down; gives its number."""
    cursor = change.connection.execute(
        "INSERT INTO note (subject, text, by, uid, at, stands) VALUES (?, ?, ?, ?, ?, 1)",
        (storable(subject), storable(text), storable(by), uid, seconds(change.now)),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def let_note_stand(connection: Connection, id_: int, stands: bool) -> None:
    """Take a note back, or let it stand again."""
    connection.execute("UPDATE note SET stands = ? WHERE id = ?", (stands, id_))


def act(
    change: Change, actor: str, uid: int, kind: str, names: Iterable[str], data: Mapping[str, Any]
) -> int:
    """Tell the log of something its doer can undo; gives the number of the line."""
    subjects = tuple(dict.fromkeys(names))
    change.log(actor, kind, subjects[0] if len(subjects) == 1 else "", data)
    seq, _ = log.head(change.connection)
    change.connection.execute("INSERT INTO act VALUES (?, ?, NULL)", (seq, uid))
    told_of(change, seq, subjects)
    return seq


def told_of(change: Change, seq: int, subjects: Iterable[str]) -> None:
    """Let a line of the log be found by all the subjects that it tells of."""
    change.connection.executemany(
        "INSERT OR IGNORE INTO act_subject VALUES (?, ?)", [(storable(name), seq) for name in subjects]
    )


def to_undo(connection: Connection, uid: int, seq: int = 0, *, before: int = 1 << 62) -> Act | None:
    """What somebody did last, before some line, and has not undone; or the line that is named."""
    which = "act.seq = ?" if seq else "act.uid = ? AND act.undone IS NULL"
    row = connection.execute(
        "SELECT act.seq, act.uid, event.actor, event.kind, event.subject, event.data, "
        "act.undone IS NOT NULL, event.at FROM act JOIN event ON event.seq = act.seq "
        f"WHERE {which} AND act.seq < ? ORDER BY act.seq DESC LIMIT 1",
        (seq or uid, before),
    ).fetchone()
    if row is None:
        return None
    number, who, actor, kind, subject, data, undone, at = row
    return Act(number, who, actor, kind, subject, data, bool(undone), at)


def mark_undone(change: Change, act: Act) -> None:
    """Note that the newest line of the log undoes an act."""
    seq, _ = log.head(change.connection)
    change.connection.execute("UPDATE act SET undone = ? WHERE seq = ?", (seq, act.seq))


def events(
    connection: Connection, subject: str, *, after: int = 0, limit: int = MOST_EVENTS
) -> tuple[Deed, ...]:
    """What the log tells of a subject, the newest first."""
    # Intake names incidents and mentions without saying which of both they are.
    bare = subject.partition(":")[2]
    rows = connection.execute(
        "SELECT event.seq, event.at, actor, kind, data, act.seq IS NOT NULL, act.undone IS NOT NULL "
        "FROM event "
        "LEFT JOIN act ON act.seq = event.seq WHERE event.seq IN ("
        "SELECT seq FROM event WHERE subject IN (?1, ?2) AND seq > ?3 "
        "UNION SELECT seq FROM act_subject WHERE subject = ?1 AND seq > ?3) ORDER BY event.seq DESC LIMIT ?4",
        (storable(subject), storable(bare), after, limit),
    ).fetchall()
    return tuple(
        Deed(seq, at, actor, kind, data, bool(can), bool(undone))
        for seq, when, actor, kind, data, can, undone in rows
        if (at := moment(when)) is not None
    )


def merged_into(connection: Connection, key: str) -> tuple[str, ...]:
    """Keys of the incidents that were merged into one, directly or by way of another."""
    found: list[str] = []
    asked = [key]
    while asked:
        rows = connection.execute(
            "SELECT subject FROM item WHERE merged = ? ORDER BY subject", (storable(asked.pop()),)
        ).fetchall()
        new = [name for row in rows if (name := incident_in(row[0])) and name not in found]
        found += new
        asked += new
    return tuple(found)


def detail(connection: Connection, subject: str) -> ItemDetail:
    """Everything that people have set, noted and done on one subject."""
    rows = connection.execute(
        "SELECT id, subject, text, by, uid, at FROM note WHERE subject = ? AND stands ORDER BY id",
        (storable(subject),),
    ).fetchall()
    notes = tuple(
        Note(id_, of, text, by, uid, at)
        for id_, of, text, by, uid, when in rows
        if (at := moment(when)) is not None
    )
    key = incident_in(subject)
    return ItemDetail(
        read(connection, subject),
        notes,
        events(connection, subject),
        merged_into(connection, key) if key else (),
    )


def work_now(connection: Connection) -> WorkNow:
    """All that people do, as it stands."""
    bodies = connection.execute(
        "SELECT body FROM item WHERE live UNION "
        "SELECT body FROM incident JOIN item ON item.subject = 'incident:' || incident.key "
        "WHERE state = 'open' UNION SELECT body FROM (SELECT body FROM item ORDER BY at DESC LIMIT ?)",
        (NEWEST,),
    ).fetchall()
    incidents = connection.execute(
        "SELECT key, tier, opened_at FROM incident WHERE state = 'open' ORDER BY tier, points DESC LIMIT 1000"
    ).fetchall()
    opened = [
        Waiting(subject_of_incident(key), tier, at)
        for key, tier, when in incidents
        if (at := moment(when)) is not None
    ]
    items = [_item(row[0]) for row in bodies]
    return WorkNow(
        claims={claim.subject: claim for claim in claims.held(connection)},
        items={item.subject: item for item in items},
        drafts=drafts.all_living(connection),
        deliveries=outbox.unsettled(connection),
        pause=outbox.pause(connection),
        open={one.subject: one for one in opened},
        owed=handed.owed(connection),
        tickets=handed.tickets(connection),
        told=handed.told(connection),
    )
