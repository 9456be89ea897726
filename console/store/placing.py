"""Bringing mentions and incidents in line with what people have set: rows, counts, moods, the word index."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from console.intake.proposals import name_key
from console.model import FoundPlace
from console.store import hands, items, unlisted
from console.store.change import Change
from console.store.connect import Connection
from console.store.rows import found_from_json, storable, to_json
from console.store.search import facet
from console.store.taking import Batch
from console.work import Item, incident_in, mention_in, subject_of_incident

Edits = tuple[tuple[Item, Item], ...]


def set_items(change: Change, edits: Iterable[tuple[Item, Item]]) -> Edits:
    """Put down what people have set, before and after, and let everything show it.

    Gives all that was set by that, with what is not put away any more because it is to be acted on now.
    """
    edits = tuple(edits)
    for _, after in edits:
        items.write(change.connection, after)
    ids: list[int] = []
    keys: dict[str, None] = {}
    for before, after in edits:
        id_, key = mention_in(after.subject), incident_in(after.subject)
        if id_ is not None and _of_mention(before) != _of_mention(after):
            ids.append(id_)
        if key and _of_incident(before) != _of_incident(after):
            keys[key] = None
            if before.merged != after.merged:
                ids += _belonging(change.connection, key)
                roots = (hands.survivor(change.connection, one.merged or key) for one in (before, after))
                keys |= {root: None for root in roots if root}
    if ids or keys:
        _show(change, ids, keys)
    for before, after in edits:
        key = incident_in(after.subject)
        if key and before.made and not after.made:
            _unmake(change.connection, key)
    return _woken(change, edits, keys)


def own_tier(connection: Connection, key: str) -> int:
    """How bad an incident is by what is said in it, whatever a hand has set."""
    judged = hands.judged(connection, key)
    return judged.tier if judged is not None else 3


def own_state(connection: Connection, key: str) -> str:
    """Whether an incident is open by itself, whatever a hand has set."""
    judged = hands.judged(connection, key)
    return judged.state if judged is not None else "closed"


def make(change: Change, key: str, ids: Sequence[int]) -> None:
    """Make an incident for mentions that are about to be put into it: as bad as the worst of them."""
    run, marks = change.connection.execute, ", ".join("?" * len(ids))
    place, topic, tier, points, reasons, official = run(
        "SELECT place, topic, tier, points, reasons, official FROM mention "
        f"WHERE id IN ({marks}) ORDER BY tier, points DESC, id LIMIT 1",
        ids,
    ).fetchone()
    voices, opened_at, last_at = run(
        f"SELECT count(DISTINCT author), min(at), max(at) FROM mention WHERE id IN ({marks})", ids
    ).fetchone()
    run(
        "INSERT INTO incident (key, place, topic, tier, state, points, reasons, voices, official, opened_at, "
        "last_at) VALUES (?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?)",
        (key, place, topic, tier, points, reasons or to_json(()), voices, official, opened_at, last_at),
    )
    run(
        f"INSERT OR IGNORE INTO incident_voice SELECT ?, source, author FROM mention WHERE id IN ({marks})",
        (key, *ids),
    )


def is_alert(connection: Connection, id_: int) -> bool:
    """Whether a mention is an official alert."""
    row = connection.execute("SELECT hazard FROM mention WHERE id = ?", (id_,)).fetchone()
    return row is not None and row[0] is not None


def filed(connection: Connection, id_: int, topic: str, tier: int | None) -> str | None:
    """Where a mention belongs whose topic a hand sets: the key of an incident, empty for none.

    None where intake says the same of it, so that it stays where that puts it. What is to be acted on now, by
    the `tier` that a hand has set or by intake's, is never left without an incident, nor moved into one that
    can wait: it stays in its own.
    """
    place, *shown, incident = connection.execute(
        "SELECT place, tier, mood, incident, topic, incident FROM mention WHERE id = ?", (id_,)
    ).fetchone()
    says = hands.own_of(connection, id_) or hands.Judged(*shown)
    if topic.casefold() == says.topic.casefold():
        return None
    mine = filter(None, (says.incident, incident))
    own = min(mine, key=lambda one: hands.seen_as(connection, one)[1] != "open", default="")
    urgent = (says.tier if tier is None else tier) == 1
    row = connection.execute(
        "SELECT key, tier FROM incident WHERE place = ? AND topic = ? AND state = 'open' "
        "AND key NOT IN (SELECT key FROM incident_own WHERE made) ORDER BY tier > ?, id DESC LIMIT 1",
        (place, storable(topic), 1 if urgent else 3),
    ).fetchone()
    if row is not None and (not urgent or row[1] == 1 or hands.seen_as(connection, own)[1] != "open"):
        return str(row[0])
    return own if 1 in (says.tier, tier) else ""


def list_name(change: Change, key: str, place: str, above: Collection[str]) -> tuple[tuple[int, str], ...]:
    """Let the mentions that hold a name name a listed place, and file those at it that belong there.

    Those do that are filed nowhere, or at an area `above` it. Gives all, each with where it was filed.
    """
    wider = {"", *(area.casefold() for area in above)}
    work, before = Batch(change.connection, change.now, 0), []
    for id_, filed_at, found in _named(change.connection, unlisted.mentions_of(change.connection, key)):
        told = tuple(
            one._replace(name=place, listed=True) if not one.listed and _is_name(one, key) else one
            for one in found
        )
        work.file(id_, place if filed_at.casefold() in wider else filed_at, to_json(told))
        before.append((id_, filed_at))
    work.store()
    return tuple(before)


def unlist_name(change: Change, key: str, place: str, before: Iterable[tuple[int, str]]) -> None:
    """Undo `list_name`; what was filed elsewhere since stays there."""
    filed, work = dict(before), Batch(change.connection, change.now, 0)
    for id_, filed_at, found in _named(change.connection, filed):
        told = tuple(
            one._replace(name=one.text, listed=False) if one.name == place and _is_name(one, key) else one
            for one in found
        )
        work.file(id_, filed[id_] if filed_at == place else filed_at, to_json(told))
    work.store()


def _named(connection: Connection, ids: Iterable[int]) -> list[tuple[int, str, tuple[FoundPlace, ...]]]:
    """Of mentions where they are filed, and the places that they name."""
    asked = (connection.execute("SELECT id, place, found FROM mention WHERE id = ?", (id_,)) for id_ in ids)
    rows = [row for one in asked for row in one.fetchall()]
    return [(id_, place, found_from_json(found)) for id_, place, found in rows]


def _is_name(found: FoundPlace, key: str) -> bool:
    return key in (name_key(found.name), name_key(found.text))


def free_key(connection: Connection, base: str) -> str:
    """A key for what is split from an incident: one that intake never makes."""
    number, key = 1, f"{base}.part"
    while connection.execute(
        "SELECT 1 FROM incident WHERE key = ?1 "
        "UNION SELECT 1 FROM act_subject WHERE subject = 'incident:' || ?1",
        (storable(key),),
    ).fetchone():
        number += 1
        key = f"{base}.part.{number}"
    return key


def quiet_since(connection: Connection, moment: float) -> tuple[str, ...]:
    """Incidents made by hand and still open of which nobody has spoken since a Unix time."""
    rows = connection.execute(
        "SELECT i.key FROM incident_own AS o JOIN incident AS i ON i.key = o.key "
        "WHERE o.made AND o.state = 'open' AND i.state = 'open' AND i.last_at < ? AND NOT EXISTS ("
        "SELECT 1 FROM item WHERE item.subject = 'incident:' || i.key "
        "AND json_extract(body, '$.state') = 'open')",
        (moment,),
    ).fetchall()
    return tuple(row[0] for row in rows)


def end(change: Change, key: str) -> None:
    """Close an incident that people made, as intake closes its own."""
    change.connection.execute(
        "UPDATE incident_own SET state = 'closed', closed_at = ? WHERE key = ?",
        (change.now.timestamp(), storable(key)),
    )
    hands.show(change.connection, key)


def _show(change: Change, ids: Iterable[int], keys: Iterable[str]) -> None:
    work = Batch(change.connection, change.now, 0)
    for id_ in dict.fromkeys(ids):
        work.show(id_)
    work.store()
    # What was merged keeps its own standing beside it before that of the whole is worked out.
    merged = {key: items.read(change.connection, subject_of_incident(key)).merged for key in keys}
    for key in sorted(merged, key=lambda one: not merged[one]):
        hands.show(change.connection, key)


def _woken(change: Change, edits: Edits, keys: Iterable[str]) -> Edits:
    """Bring back what these edits made something to be acted on now, and say it with them."""
    all_set = {after.subject.casefold(): (before, after) for before, after in edits}
    for key in keys:
        item = items.read(change.connection, subject_of_incident(key))
        row = change.connection.execute(
            "SELECT tier FROM incident WHERE key = ? AND state = 'open'", (storable(key),)
        ).fetchone()
        if row and item.hides(row[0]):
            items.wake_one(change.connection, change.now, item, "it is to be acted on now")
            name = item.subject.casefold()
            before, after = all_set.get(name, (item, item))
            all_set[name] = before, replace(after, snooze=None)
    return tuple(all_set.values())


def _belonging(connection: Connection, key: str) -> list[int]:
    """Mentions that belong to an incident, or to one that was merged into it, wherever they are shown."""
    ids: list[int] = []
    for name in (key, *items.merged_into(connection, key)):
        rows = connection.execute(
            "SELECT m.id FROM mention_text CROSS JOIN mention AS m ON m.id = mention_text.rowid "
            "WHERE mention_text MATCH ?1 AND m.incident = ?2 "
            "UNION SELECT mention_id FROM mention_own WHERE incident = ?2 OR placed = ?2",
            (f"facets : {facet('incident', storable(name))}", storable(name)),
        ).fetchall()
        ids += [row[0] for row in rows]
    return ids


def _unmake(connection: Connection, key: str) -> None:
    """Take an incident away again that people made, and that is empty now."""
    for table, column in (("incident", "key"), ("incident_own", "key"), ("incident_voice", "incident")):
        connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (storable(key),))


def _of_mention(item: Item) -> tuple[object, ...]:
    return item.tier, item.mood, item.topic, item.filed, item.placed


def _of_incident(item: Item) -> tuple[object, ...]:
    return item.tier, item.state, item.state_at, item.merged, item.made
