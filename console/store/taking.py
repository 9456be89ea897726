"""One batch of posts written down: gathered first, then each table in one sweep of a prepared statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter

from console.intake.proposals import named_in
from console.intake.ruling import LivingHazard, Ruling
from console.store import evidence, hands, hazards, items, log, unlisted
from console.store.columns import COLUMNS, INDEXED, JUDGED, Columns, Taken, incident_of, index_row, judged
from console.store.connect import Connection
from console.store.hands import Judged
from console.store.known import find, name_rows
from console.store.mood import MoodSums
from console.store.rows import seconds, storable, storable_mention
from console.store.standing import INTAKE, IncidentChanges
from console.work import subject_of_incident, subject_of_mention
from feeds.post import Post


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What one transaction changed, known to be on the disk."""

    added: tuple[int, ...] = ()
    """Ids of the new mentions, repeats included, in the order of the batch."""
    edited: int = 0
    deleted: int = 0
    opened: tuple[str, ...] = ()
    """Keys of the incidents that are new."""
    newest: int = 0
    """The highest id there is now."""


_INSERT = f"INSERT INTO mention ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
_UPDATE = f"UPDATE mention SET {', '.join(f'{name} = :{name}' for name in JUDGED)}, edited_at = :edited_at"
_INDEX = "INSERT INTO mention_text(rowid, words, facets) VALUES (?, ?, ?)"
UNINDEX = "INSERT INTO mention_text(mention_text, rowid, words, facets) VALUES ('delete', ?, ?, ?)"

_in_order = itemgetter(*COLUMNS)


class Batch:
    """The work of one transaction. `take` it post by post, then `store` the rest."""

    def __init__(
        self, connection: Connection, now: datetime, newest: int, absent: Container[str] = ()
    ) -> None:
        self.connection = connection
        self.now = now
        self._seen_at = now.timestamp()
        self.newest = newest
        self.absent = absent
        """Keys of posts that were looked up a moment ago and not found."""
        self.incidents = IncidentChanges()
        self.moods = MoodSums()
        self._ids: dict[str, tuple[int, int]] = {}
        self._rows: list[Columns] = []
        self._evidence: dict[int, bytes] = {}
        self._evidence_id = evidence.next_id(connection)
        self._index: dict[int, tuple[Columns | None, Columns]] = {}
        """Rows as the word index knows them (None: not yet), and as it shall."""
        self._repeats: Counter[int] = Counter()
        self._voices: dict[int, int] = {}
        self._moves: dict[str, str] = {}
        self._hazards: list[tuple[int, LivingHazard]] = []
        self._later: list[tuple[int, Taken]] = []
        self._deleted: set[int] = set()
        self._names: list[tuple[str, int]] = []
        self._survivors: dict[str | None, str | None] = {}
        self._elsewhere: list[tuple[int, Judged]] = []
        """New mentions that are shown in another incident than intake says, and what it says."""
        self._unlisted: dict[int, dict[str, str]] = {}
        """Of mentions the places that they name and no list has."""
        self._reported: set[str] = set()
        """Subjects of which there is a new report."""
        self._turned: set[str] = set()
        """Subjects whose status changed."""

    def take(self, taken: Taken) -> None:
        """Note one post; what is already there is changed once all new ones are."""
        self._stand(taken.ruling)
        key = taken.ruling.key
        known = self._ids.get(key) if key in self.absent else self._known(key)
        id_ = taken.mention_id or (known[0] if known else None)
        if id_ is not None:
            self._later.append((id_, taken))
            if taken.post.raw:
                self._evidence[id_] = taken.post.raw
        else:
            self._add(taken)

    def name(self, mention_id: int, names: Iterable[str]) -> None:
        """Let these names lead to a mention from now on, where they lead nowhere yet."""
        self._names += name_rows(names, mention_id)

    def store(self) -> TakenIn:
        """Write everything down."""
        run = self.connection.executemany
        if self._evidence:
            evidence.keep(self.connection, self._evidence_id, self.now.timestamp(), self._evidence)
        run(_INSERT, map(_in_order, self._rows))
        run(
            "UPDATE mention SET repeats = repeats + ?, voices = max(voices, ?) WHERE id = ?",
            [(count, self._voices[id_], id_) for id_, count in self._repeats.items()],
        )
        run("UPDATE tally SET count = count + ? WHERE name = 'mentions'", [(len(self._rows),)])
        run("INSERT OR IGNORE INTO mention_name VALUES (?, ?)", self._names)
        for id_, taken in self._later:
            self._edit(id_, taken)
        for key, incident in self._moves.items():
            self._move(key, incident)
        for id_, hazard in self._hazards:
            hazards.store(self.connection, id_, hazard)
        for id_, says in self._elsewhere:
            hands.shown(self.connection, id_, says)
        self._bring_index_in_line()
        self.moods.store(self.connection)
        changed = self._deleted.union(id_ for id_, _ in self._later)
        unlisted.hear(self.connection, self._unlisted, changed)
        opened = self.incidents.store(self.connection, self.now)
        items.wake(self.connection, self.now, self._reported | self._repeated_in(), "report", "a new report")
        items.wake(self.connection, self.now, self._turned, "status", "its status changed")
        return TakenIn(
            added=tuple(row["id"] for row in self._rows),
            edited=len(self._later),
            deleted=len(self._deleted),
            opened=opened,
            newest=self.newest,
        )

    def _add(self, taken: Taken) -> None:
        post, ruling = taken.post, taken.ruling
        head = self._known(ruling.head) if ruling.head else None
        own = incident_of(ruling)
        incident = self._survivor(own)
        self.newest += 1
        id_, head_id = self.newest, head[1] if head else None
        self._ids[ruling.key] = (id_, head_id or id_)
        row = storable_mention(
            {
                "id": id_,
                "source": post.source,
                "native_id": post.id,
                "seen_at": self._seen_at,
                "repeat_of": head_id,
                "evidence": self._evidence_id if post.raw else None,
                **judged(taken, None if head_id else incident),
            }
        )
        self._rows.append(row)
        self.name(id_, post.names)
        if post.raw:
            self._evidence[id_] = post.raw
        if incident is not None:
            self._reported.add(subject_of_incident(incident))
        if head_id:
            self._reported.add(subject_of_mention(head_id))
            self._repeats[head_id] += 1
            self._voices[head_id] = ruling.head_voices
        else:
            self._index[id_] = (None, row)
            self.moods.add(row["place"], row["at"], row["mood"], row["source"])
            self.incidents.join(incident, row["mood"])
            if incident != own:
                self._elsewhere.append((id_, Judged(row["tier"], row["mood"], own, row["topic"])))
        self._around(id_, taken, own)

    def _repeated_in(self) -> set[str]:
        """Subjects of the incidents in which that is shown of which there is a repeat."""
        found = (
            self.connection.execute("SELECT incident FROM mention WHERE id = ?", (id_,)).fetchone()
            for id_ in self._repeats
        )
        return {subject_of_incident(row[0]) for row in found if row and row[0]}

    def _survivor(self, key: str | None) -> str | None:
        """The incident that people merged one into, or itself."""
        if key not in self._survivors:
            self._survivors[key] = hands.survivor(self.connection, key)
        return self._survivors[key]

    def show(self, id_: int) -> None:
        """Let a mention show what people have set on it, and on its incident, by now."""
        before = self._read(id_)
        if before is not None and not before["repeat_of"]:
            says = hands.own_of(self.connection, id_) or _says(before)
            self._show(before, says)

    def _show(self, before: Columns, says: Judged) -> None:
        after = {**before, **_columns(hands.shown(self.connection, before["id"], says))}
        if after != before:
            self.connection.execute(
                "UPDATE mention SET tier = :tier, mood = :mood, incident = :incident, topic = :topic "
                "WHERE id = :id",
                after,
            )
            self._recount(before, after)

    def file(self, id_: int, place: str, found: str) -> None:
        """File a mention at another place; `found` are its places as JSON."""
        before = self._read(id_)
        if before is not None:
            after = {**before, "place": place}
            self.connection.execute(
                "UPDATE mention SET place = ?, found = ? WHERE id = ?", (storable(place), found, id_)
            )
            if not before["repeat_of"]:
                self._recount(before, after)

    def _stand(self, ruling: Ruling) -> None:
        """Note where incidents stand, in the order of the batch: the last word counts."""
        for other in ruling.others:
            self.incidents.stand(other)
        if ruling.incident is not None:
            self.incidents.stand(ruling.incident)

    def _around(self, id_: int, taken: Taken, incident: str | None) -> None:
        """What a mention brings about beside its own row, be it new or changed."""
        ruling = taken.ruling
        if incident is not None:
            self.incidents.voices.add((incident, storable(taken.post.source), storable(ruling.author)))
            if ruling.adopted:
                self._moves |= dict.fromkeys(ruling.adopted, incident)
            if ruling.head is not None:
                self._moves[ruling.head] = incident
        if taken.hazard is not None:
            self._hazards.append((id_, taken.hazard))
        elif names := named_in(ruling.judgement.places):
            self._unlisted[id_] = names

    def _edit(self, id_: int, taken: Taken) -> None:
        before = self._read(id_)
        if before is None:
            return
        post = taken.post
        incident = incident_of(taken.ruling)
        anew = judged(taken, None if before["repeat_of"] else incident)
        after = dict(storable_mention({**before, **anew}))
        if not before["repeat_of"]:
            after |= self._by_hand(before, after)
        if after["status"] != before["status"]:
            self._turned.add(subject_of_mention(id_))
        if taken.hazard is None:
            after |= {name: before[name] for name in ("hazard", "updates")}
        if post.raw:
            after["evidence"] = self._evidence_id
        if before["deleted_at"] is not None and _is_later(post, before["deleted_at"]):
            self._bring_back(id_)
        if after["text"] != before["text"]:
            after["edited_at"] = seconds(post.updated_at) or self.now.timestamp()
            self._keep_revision(before)
        self.connection.execute(f"{_UPDATE} WHERE id = :id", after)
        if storable(post.id) != before["native_id"]:
            alias = (storable(post.source), storable(post.id), id_)
            self.connection.execute("INSERT OR REPLACE INTO mention_alias VALUES (?, ?, ?)", alias)
        if not before["repeat_of"]:
            self._recount(before, after)
        self._around(id_, taken, incident)

    def _by_hand(self, before: Columns, judged: Columns) -> Columns:
        """What people have set on a mention that is judged anew."""
        says, earlier = _says(judged), hands.own_of(self.connection, before["id"])
        if earlier is not None and judged["hazard"] and says.incident == before["incident"]:
            # An alert stays where it is shown; where it belongs is not said anew.
            says = replace(says, incident=earlier.incident)
        return _columns(hands.shown(self.connection, before["id"], says))

    def _recount(self, before: Columns, after: Columns) -> None:
        """Bring everything in line that counts, or finds, a head by what it says."""
        self.moods.take_back(before["place"], before["at"], before["mood"], before["source"])
        self.moods.add(after["place"], after["at"], after["mood"], before["source"])
        self.incidents.leave(before["incident"], before["mood"])
        self.incidents.join(after["incident"], after["mood"])
        indexed, _ = self._index.get(before["id"], (before, before))
        self._index[before["id"]] = (indexed, after)

    def _bring_index_in_line(self) -> None:
        """Tell the word index what changed, in the order of ids: going back makes it begin a new piece."""
        new: list[tuple[int, str, str]] = []
        for _, (before, after) in sorted(self._index.items()):
            new.append(index_row(after))
            if before is not None:
                # It forgets a row only if told exactly what it held.
                old = index_row(before)
                if old == new[-1]:
                    new.pop()
                else:
                    self.connection.execute(UNINDEX, old)
        self.connection.executemany(_INDEX, new)

    def _keep_revision(self, before: Columns) -> None:
        # Whatever was said within this one batch went by unseen: its evidence makes way for the last.
        bundle = before["evidence"] if before["evidence"] != self._evidence_id else None
        self.connection.execute(
            "INSERT INTO revision (mention_id, at, text, evidence) VALUES (?, ?, ?, ?)",
            (before["id"], self.now.timestamp(), before["text"], bundle),
        )
        log.append(self.connection, self.now, INTAKE, "mention edited", str(before["id"]), {})

    def delete(self, id_: int) -> None:
        """Mark it: what was said stays for whoever acted on it, and is shown as taken back."""
        if self._mark_deleted(id_):
            log.append(self.connection, self.now, INTAKE, "mention deleted", str(id_), {})

    def delete_account(self, account: str, ids: Iterable[int]) -> None:
        """Mark all these: their account was closed, which is one line of the log."""
        count = sum([self._mark_deleted(id_) for id_ in ids])
        if count:
            log.append(self.connection, self.now, INTAKE, "account gone", account, {"count": count})

    def _mark_deleted(self, id_: int) -> bool:
        cursor = self.connection.execute(
            "UPDATE mention SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL",
            (self.now.timestamp(), id_),
        )
        if cursor.rowcount:
            self._deleted.add(id_)
            self._turned.add(subject_of_mention(id_))
        return bool(cursor.rowcount)

    def _bring_back(self, id_: int) -> None:
        """Its author changed it after the desk heard that it was deleted, so it stands again."""
        self.connection.execute("UPDATE mention SET deleted_at = NULL WHERE id = ?", (id_,))
        log.append(self.connection, self.now, INTAKE, "mention back", str(id_), {})

    def _move(self, key: str, incident: str) -> None:
        """Let an earlier mention, or the head that it is folded under, join the incident it helped open."""
        known = self._known(key)
        before = self._read(known[1]) if known else None
        if before is None:
            return
        says = hands.own_of(self.connection, before["id"]) or _says(before)
        if says.incident == incident:
            return
        self._show(before, replace(says, incident=incident))
        self.incidents.voices.add((incident, before["source"], before["author"]))

    def _read(self, id_: int) -> Columns | None:
        names = (
            *INDEXED,
            "at",
            "mood",
            "native_id",
            "repeat_of",
            "edited_at",
            "deleted_at",
            "hazard",
            "updates",
            "evidence",
            "status",
        )
        row = self.connection.execute(
            f"SELECT {', '.join(names)} FROM mention WHERE id = ?", (id_,)
        ).fetchone()
        return dict(zip(names, row, strict=True)) if row else None

    def _known(self, key: str) -> tuple[int, int] | None:
        """Id of a post's mention, and of the head it is folded under (or its own)."""
        if key not in self._ids:
            found = find(self.connection, key)
            if found is None:
                return None
            self._ids[key] = found
        return self._ids[key]


def _says(row: Columns) -> Judged:
    return Judged(row["tier"], row["mood"], row["incident"], row["topic"])


def _columns(shown: Judged) -> Columns:
    return {"tier": shown.tier, "mood": shown.mood, "incident": shown.incident, "topic": shown.topic}


def _is_later(post: Post, moment: float) -> bool:
    return post.updated_at is not None and post.updated_at.timestamp() > moment
