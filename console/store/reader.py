"""What desks read. Everything is fetched whole, so that no open cursor holds a checkpoint back.

No call costs more for a million mentions than for a thousand: lists are read by keyset from an index,
numbers are counters that the writer keeps.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from console.model import (
    NO_PLACE,
    Event,
    Gauge,
    Incident,
    Mention,
    MentionDetail,
    MentionFilter,
    Revision,
    ServiceState,
    SourceHealth,
    TierCounts,
    Unlisted,
    Waiting,
)
from console.store import claims, drafts, hazards, items, outbox, subjects, surges, unlisted
from console.store.connect import DatabaseError, Row, as_store_error, open_readonly, wal_of
from console.store.log import event_of
from console.store.mood import read_gauge, read_leaning
from console.store.rows import (
    INCIDENT_COLUMNS,
    MENTION_COLUMNS,
    SOURCE_COLUMNS,
    UNREADABLE,
    found_from_json,
    incident_of,
    lines_from_json,
    mention_of,
    moment,
    reasons_from_json,
    source_of,
    storable,
    unreadable,
)
from console.store.search import match, question, searchable
from console.surge import Surges
from console.work import UNSETTLED, Claim, Delivery, Draft, ItemDetail, Pause, Subject, WorkNow

WAITING_CAP = 1000
"""Waiting rows are counted up to here; a counter that shows it means "or more"."""
EVERYTHING = MentionFilter()

_LISTED = ", ".join(f"m.{name.strip()}" for name in MENTION_COLUMNS.split(","))


class Reader:
    """The desk's database, for reading only. Use it from one thread at a time.

    Raises `StoreError`, when made and from every method, with a sentence for the operator.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._version = 0
        self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()

    def changed(self) -> bool:
        """Whether anything was committed since the last time this was asked. Costs microseconds."""
        if self.frozen:
            if not wal_of(self.path).exists() and self._stamp() == self._opened_as:
                return False
            self._connection.close()
            self._open()
            return True
        version = self._data_version()
        if version == self._version:
            return False
        self._version = version
        return True

    def mentions(
        self,
        wanted: MentionFilter = EVERYTHING,
        *,
        newest: int | None = None,
        before: int | None = None,
        after: int | None = None,
        oldest_first: bool = False,
        limit: int = 100,
    ) -> tuple[Mention, ...]:
        """One page of the stream, repeats left out.

        Args:
            wanted: The filter.
            newest: The highest id that was let in; nothing above it is shown.
            before: Only ids below this one.
            after: Only ids above this one.
            oldest_first: Read upwards from the oldest instead of downwards from the newest.
            limit: Rows of a page.
        """
        with self._sentences():
            asked = question(wanted, self._connection)
            bounds = [(f"{asked.id} <= ?", newest), (f"{asked.id} < ?", before), (f"{asked.id} > ?", after)]
            given = [(condition, bound) for condition, bound in bounds if bound is not None]
            order = "ASC" if oldest_first else "DESC"
            rows = self._all(
                f"SELECT {_LISTED} {asked.where(*(condition for condition, _ in given))} "
                f"ORDER BY {asked.id} {order} LIMIT ?",
                *asked.parameters,
                *(bound for _, bound in given),
                limit,
            )
            return tuple(map(mention_of, rows))

    def waiting(self, wanted: MentionFilter, after: int) -> Waiting:
        """Count what a filter lets through above an id, up to `WAITING_CAP`."""
        urgent = replace(wanted, tier=1)
        act_now = self._count(urgent, after) if wanted.tier in (0, 1) else 0
        first = self.mentions(urgent, after=after, limit=1) if act_now else ()
        return Waiting(self._count(wanted, after), act_now, first[0].id if first else None)

    def mention(self, id_: int) -> MentionDetail | None:
        """Everything about one mention; None for one that is not there, or no more."""
        with self._sentences():
            row = self._one(
                f"SELECT {MENTION_COLUMNS}, reasons, found, notes, repeat_of FROM mention WHERE id = ?", id_
            )
            if row is None:
                return None
            incident = row[19]
            reasons, found, notes, head = row[-4:]
            if head is not None:
                (incident,) = self._one("SELECT incident FROM mention WHERE id = ?", head) or (None,)
            repeats = self._all(
                f"SELECT {MENTION_COLUMNS} FROM mention WHERE repeat_of = ? ORDER BY id DESC LIMIT 20", id_
            )
            revisions = self._all("SELECT at, text FROM revision WHERE mention_id = ? ORDER BY id", id_)
            hazard = hazards.read(self._connection, id_)
            return MentionDetail(
                mention=replace(mention_of(row), incident=incident),
                reasons=reasons_from_json(reasons),
                places=found_from_json(found),
                revisions=tuple(Revision(_known_moment(at), text) for at, text in revisions),
                repeats=tuple(replace(mention_of(repeat), incident=incident) for repeat in repeats),
                parts=tuple(map(hazards.part_of, hazard.latest.infos)) if hazard else (),
                notes=lines_from_json(notes),
            )

    def incidents(
        self, wanted: MentionFilter = EVERYTHING, *, closed: bool = False, limit: int = 500
    ) -> tuple[Incident, ...]:
        """Open incidents worst first, and with `closed` those that are over behind them.

        Words are looked for in place and topic, and in the thousand newest mentions that hold them.
        """
        conditions, parameters = _incident_conditions(wanted)
        if not closed:
            conditions.append("state = 'open'")
        with self._sentences():
            rows = self._all(
                f"SELECT {INCIDENT_COLUMNS} FROM incident WHERE {' AND '.join(conditions) or 'TRUE'} "
                "ORDER BY state DESC, tier, points DESC, last_at DESC LIMIT ?",
                *parameters,
                limit,
            )
            return tuple(map(incident_of, rows))

    def incident(self, key: str) -> Incident | None:
        """One incident by its key."""
        with self._sentences():
            row = self._one(f"SELECT {INCIDENT_COLUMNS} FROM incident WHERE key = ?", storable(key))
            return incident_of(row) if row else None

    def newest_id(self) -> int:
        """The highest id there is, repeats included; 0 when there is none."""
        return int(self._number("SELECT max(id) FROM mention"))

    def total(self) -> int:
        """How many mentions are kept, repeats included."""
        return int(self._number("SELECT count FROM tally WHERE name = 'mentions'"))

    def gauge(self, place: str, now: datetime) -> Gauge:
        """The mood of a place, or of the town for the empty name, over the last two hours."""
        with self._sentences():
            return read_gauge(self._connection, storable(place), now)

    def leaning(self, place: str, source: str, at: datetime) -> float:
        """How much of a gauge rests on one source: 0 to 1 of the mentions of its two hours up to `at`."""
        with self._sentences():
            return read_leaning(self._connection, storable(place), storable(source), at)

    def tier_counts(self) -> TierCounts:
        """Open incidents by tier."""
        with self._sentences():
            rows = self._all("SELECT tier, count(*) FROM incident WHERE state = 'open' GROUP BY tier")
        counts = dict(rows)
        return TierCounts(counts.get(1, 0), counts.get(2, 0), counts.get(3, 0))

    def places(self) -> tuple[str, ...]:
        """The places with an open incident, by name."""
        with self._sentences():
            rows = self._all(
                "SELECT DISTINCT place FROM incident WHERE state = 'open' AND place <> '' ORDER BY place"
            )
        return tuple(row[0] for row in rows)

    def sources(self) -> tuple[SourceHealth, ...]:
        """Every source that the settings name, by name."""
        with self._sentences():
            rows = self._all(f"SELECT {SOURCE_COLUMNS} FROM source WHERE listed ORDER BY name")
            return tuple(map(source_of, rows))

    def service(self) -> ServiceState:
        """What the service last wrote of itself."""
        with self._sentences():
            row = self._one("SELECT since, stopped_at, pid, on_shift, trouble FROM service")
            if row is None:
                return ServiceState(None, None, 0, (), "")
            since, stopped_at, pid, on_shift, trouble = row
            return ServiceState(moment(since), moment(stopped_at), pid, lines_from_json(on_shift), trouble)

    def events(self, limit: int = 100) -> tuple[Event, ...]:
        """The newest lines of the log, newest first."""
        with self._sentences():
            return tuple(map(event_of, self._all("SELECT * FROM event ORDER BY seq DESC LIMIT ?", limit)))

    def claims(self) -> tuple[Claim, ...]:
        """All that somebody holds, the oldest claim first."""
        with self._sentences():
            return claims.held(self._connection)

    def subject(self, name: str) -> Subject | None:
        """What work is done on, as it stands; None for what there is not, or no more."""
        with self._sentences():
            return subjects.read(self._connection, name)

    def drafts(self) -> tuple[Draft, ...]:
        """Every draft that can still be sent, those that wait for a second person first."""
        with self._sentences():
            return drafts.all_living(self._connection)

    def draft(self, id_: int) -> Draft | None:
        """One draft, whatever became of it."""
        with self._sentences():
            return drafts.read(self._connection, id_)

    def deliveries(
        self, subject: str = "", *, settled: bool = False, limit: int = 200
    ) -> tuple[Delivery, ...]:
        """What is to be said or was, the newest first; without `settled` only what is not over yet."""
        with self._sentences():
            if subject:
                found = outbox.of_subject(self._connection, subject, limit)
                return found if settled else tuple(one for one in found if one.state in UNSETTLED)
            if settled:
                return outbox.newest(self._connection, limit)
            return outbox.unsettled(self._connection)[: -limit - 1 : -1]

    def delivery(self, id_: int) -> Delivery | None:
        """One delivery, whatever became of it."""
        with self._sentences():
            return outbox.read(self._connection, id_)

    def pause(self) -> Pause | None:
        """The pause in force, if there is one."""
        with self._sentences():
            return outbox.pause(self._connection)

    def work(self) -> WorkNow:
        """All that people do, as it stands: claims, items, drafts, what is about to be said."""
        with self._sentences():
            return items.work_now(self._connection)

    def surges(self, since: datetime | None = None) -> Surges:
        """Surges that go on, and those that ended since; and how much there is to tell them by."""
        with self._sentences():
            return surges.read(self._connection, since)

    def unlisted(self, *, decided: bool = False) -> tuple[Unlisted, ...]:
        """Names worth adding to the place list, the best first; or those that people decided about."""
        with self._sentences():
            return (unlisted.decided if decided else unlisted.proposed)(self._connection)

    def to_add(self) -> int:
        """How many names are worth adding to the place list."""
        with self._sentences():
            return unlisted.waiting(self._connection)

    def item(self, subject: str) -> ItemDetail:
        """Everything that people have set, noted and done on one subject."""
        with self._sentences():
            return items.detail(self._connection, subject)

    def _open(self) -> None:
        self._opened_as = self._stamp()
        self._connection, self.frozen = open_readonly(self.path)
        """`frozen`: the service said goodbye and nothing moves until one starts again."""
        self._version = self._data_version()

    def _stamp(self) -> tuple[int, int]:
        """What changes with a file that someone writes to."""
        try:
            status = self.path.stat()
        except OSError:
            return (0, 0)
        return status.st_mtime_ns, status.st_size

    def _count(self, wanted: MentionFilter, after: int) -> int:
        with self._sentences():
            asked = question(wanted, self._connection)
            return int(
                self._number(
                    f"SELECT count(*) FROM (SELECT 1 {asked.where(f'{asked.id} > ?')} LIMIT ?)",
                    *asked.parameters,
                    after,
                    WAITING_CAP,
                )
            )

    def _all(self, sql: str, *parameters: Any) -> list[Any]:
        return self._connection.execute(sql, parameters).fetchall()

    def _one(self, sql: str, *parameters: Any) -> Row | None:
        rows = self._all(sql, *parameters)
        return rows[0] if rows else None

    def _number(self, sql: str, *parameters: Any) -> float:
        with self._sentences():
            row = self._one(sql, *parameters)
        return (row[0] or 0) if row else 0

    def _data_version(self) -> int:
        return int(self._number("PRAGMA data_version"))

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            raise as_store_error(error, self.path) from error
        except UNREADABLE as error:
            raise unreadable(error, self.path) from error


def _incident_conditions(wanted: MentionFilter) -> tuple[list[str], list[Any]]:
    place = "" if wanted.place.casefold() == NO_PLACE else wanted.place
    asked = (
        (wanted.place, "place = ?", place),
        (wanted.topic, "topic = ?", wanted.topic),
        (wanted.tier, "tier = ?", wanted.tier),
        (wanted.incident, "key = ?", wanted.incident),
        (wanted.since, "last_at >= ?", wanted.since.timestamp() if wanted.since else None),
        (
            wanted.source,
            # What was merged into it speaks in it as well.
            "EXISTS (WITH RECURSIVE one(key) AS (SELECT incident.key UNION SELECT substr(subject, 10) "
            "FROM item JOIN one ON item.merged = one.key) SELECT 1 FROM incident_voice AS v "
            "JOIN one ON v.incident = one.key WHERE v.source = ?)",
            wanted.source,
        ),
    )
    conditions = [condition for given, condition, _ in asked if given]
    parameters: list[Any] = [value for given, _, value in asked if given]
    words = searchable(wanted.words)
    if words:
        conditions.append(
            "(instr(lower(place || ' ' || topic || ' ' || key), lower(?)) OR key IN "
            "(SELECT incident FROM mention WHERE id IN (SELECT rowid FROM mention_text "
            "WHERE mention_text MATCH ? ORDER BY rowid DESC LIMIT 1000)))"
        )
        parameters += [" ".join(words), match(words, [])]
    elif wanted.words:
        conditions.append("FALSE")
    return conditions, [storable(value) if isinstance(value, str) else value for value in parameters]


def _known_moment(at: float) -> datetime:
    when = moment(at)
    assert when is not None
    return when
