"""Where people have set something, what is shown: the hand wins, and what intake says is kept beside it.

Everything shown is worked out anew from two things that never mix: what intake says (`incident_own`,
`mention_own`; the row itself where nobody set anything) and what people have set (`console.work.Item`). So
taking back what was set gives what intake says by then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace
from typing import Any

from console.intake.incident_keys import numbered, slug
from console.store import items
from console.store.connect import Connection
from console.store.rows import seconds, storable
from console.work import Item, subject_of_incident, subject_of_mention


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an incident stands, as its row says it."""

    tier: int
    state: str
    points: float
    reasons: str
    voices: int
    official: int
    opened_at: float
    last_at: float
    closed_at: float | None


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of a mention, by intake or by hand."""

    tier: int
    mood: float | None
    incident: str | None
    topic: str


COLUMNS = ", ".join(field.name for field in fields(Standing))


def survivor(connection: Connection, key: str | None) -> str | None:
    """The incident that one is shown as: itself, or what it was merged into."""
    seen = {key}
    while key:
        row = connection.execute(
            "SELECT merged FROM item WHERE subject = ?", (storable(subject_of_incident(key)),)
        ).fetchone()
        if row is None or row[0] is None or row[0] in seen:
            break
        key = str(row[0])
        seen.add(key)
    return key


def own(connection: Connection, key: str) -> Standing | None:
    """Where an incident stands by intake's word alone."""
    for table in ("incident_own", "incident"):
        row = connection.execute(f"SELECT {COLUMNS} FROM {table} WHERE key = ?", (storable(key),)).fetchone()
        if row is not None:
            return Standing(*row)
    return None


def stand(connection: Connection, key: str, standing: Standing) -> None:
    """Note where intake says that an incident stands on which people have set something."""
    before = own(connection, key)
    closed_at = before.closed_at if before and before.closed_at is not None else standing.closed_at
    standing = replace(
        standing,
        opened_at=before.opened_at if before else standing.opened_at,
        closed_at=closed_at if standing.state == "closed" else None,
    )
    names = ", ".join(f"{field.name} = ?" for field in fields(Standing))
    connection.execute(f"UPDATE incident_own SET {names} WHERE key = ?", (*astuple(standing), storable(key)))


def judged(connection: Connection, key: str) -> Standing | None:
    """Where an incident stands with all that was merged into it, but for what a hand has set on it."""
    mine = own(connection, key)
    if mine is None:
        return None
    merged = items.merged_into(connection, key)
    others = [one for name in merged if (one := own(connection, name)) is not None]
    return together(mine, others, _voices(connection, (key, *merged), (mine, *others)))


def show(connection: Connection, key: str) -> None:
    """Write an incident's row anew from what intake says and what people have set."""
    mine, shown = own(connection, key), judged(connection, key)
    if mine is None or shown is None:
        return
    item = items.read(connection, subject_of_incident(key))
    touched = item.tier is not None or item.state is not None or item.merged or item.made
    if touched or items.merged_into(connection, key):
        connection.execute(
            f"INSERT OR REPLACE INTO incident_own (key, made, {COLUMNS}) VALUES (?, ?{', ?' * 9})",
            (storable(key), item.made, *astuple(mine)),
        )
    else:
        connection.execute("DELETE FROM incident_own WHERE key = ?", (storable(key),))
    names = ", ".join(f"{field.name} = ?" for field in fields(Standing))
    connection.execute(
        f"UPDATE incident SET {names} WHERE key = ?", (*astuple(by_hand(item, mine, shown)), storable(key))
    )


def together(mine: Standing, others: Sequence[Standing], voices: int) -> Standing:
    """Several incidents as one: as bad as the worst of those that are open. Pure."""
    if not others:
        return mine
    living = [one for one in (mine, *others) if one.state == "open"] or [mine]
    lead = min(living, key=lambda one: (one.tier, -one.points))
    return Standing(
        tier=lead.tier,
        state=living[0].state,
        points=lead.points,
        reasons=lead.reasons,
        voices=voices,
        official=max(one.official for one in living),
        opened_at=min(one.opened_at for one in (mine, *others)),
        last_at=max(one.last_at for one in (mine, *others)),
        closed_at=None if living[0].state == "open" else mine.closed_at,
    )


def by_hand(item: Item, mine: Standing, shown: Standing) -> Standing:
    """What an incident shows with all that people have set on it. Pure."""
    if item.merged:
        return replace(mine, state="closed", closed_at=seconds(item.merged_at))
    # Whoever closed it has not seen what is worse than what was there then.
    worse = item.state == "closed" and shown.state == "open" and shown.tier < item.state_tier
    if item.state is not None and not worse:
        closed_at = seconds(item.state_at) if item.state == "closed" else None
        shown = replace(shown, state=item.state, closed_at=closed_at)
    return replace(shown, tier=shown.tier if item.tier is None else item.tier)


def own_of(connection: Connection, id_: int) -> Judged | None:
    """What intake says of a mention that shows something else; None where it shows just that."""
    row = connection.execute(
        "SELECT tier, mood, incident, topic FROM mention_own WHERE mention_id = ?", (id_,)
    ).fetchone()
    return Judged(*row) if row else None


def shown(connection: Connection, id_: int, says: Judged) -> Judged:
    """What a mention shows where intake says this of it; what is covered by that is kept beside it."""
    item = items.read(connection, subject_of_mention(id_))
    placed = _put_by_hand(connection, item, says)
    shows = Judged(
        says.tier if item.tier is None else item.tier,
        says.mood if item.mood is None else item.mood,
        survivor(connection, placed),
        says.topic if item.topic is None else item.topic,
    )
    by_hand = item.filed if item.placed is None else item.placed
    if shows == says and by_hand is None:
        connection.execute("DELETE FROM mention_own WHERE mention_id = ?", (id_,))
    else:
        connection.execute(
            "INSERT OR REPLACE INTO mention_own (mention_id, tier, mood, incident, placed, topic) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (id_, says.tier, says.mood, _key(says.incident), _key(by_hand), storable(says.topic)),
        )
    return shows


def _put_by_hand(connection: Connection, item: Item, says: Judged) -> str | None:
    """The incident that a mention belongs to: where it was put, where its topic put it, or as intake says.

    What its topic left without an incident joins the one on it that intake opens with it. What is to be acted
    on now goes where intake says if its topic would leave it out of sight.
    """
    if item.placed is not None:
        return item.placed or None
    if item.filed is None:
        return says.incident
    if says.incident is None:
        return item.filed or None
    if 1 in (says.tier, item.tier) and _out_of_sight(connection, item, says):
        return says.incident
    if item.filed:
        return item.filed
    base, _ = numbered(says.incident)
    return says.incident if base.rpartition(".")[2] == slug(item.topic or "") else None


def _out_of_sight(connection: Connection, item: Item, says: Judged) -> bool:
    """Whether its topic leaves what is to be acted on now in no open incident, or in one that can wait."""
    tier, state = seen_as(connection, item.filed)
    if state != "open":
        return True
    # Whoever set a lesser tier by hand wants it where others can wait.
    shown_tier = says.tier if item.tier is None else item.tier
    _, own_state = seen_as(connection, says.incident)
    return shown_tier == 1 < tier and own_state != "closed"


def seen_as(connection: Connection, key: str | None) -> tuple[int, str]:
    """How bad an incident is shown, and its state.

    That is empty where there is none, or none as yet: what opens with posts is written down after them.
    """
    row = connection.execute(
        "SELECT tier, state FROM incident WHERE key = ?", (storable(survivor(connection, key) or ""),)
    ).fetchone()
    return (row[0], row[1]) if row else (3, "")


def _key(key: str | None) -> str | None:
    return None if key is None else storable(key)


def _voices(connection: Connection, keys: Sequence[str], standings: Sequence[Standing]) -> int:
    """How many speak of incidents that are one: whoever spoke of two of them counts once."""
    marks = ", ".join("?" * len(keys))
    names: tuple[Any, ...] = tuple(map(storable, keys))
    heard, people = connection.execute(
        "SELECT count(*), count(DISTINCT author) FROM "
        f"(SELECT DISTINCT incident, author FROM incident_voice WHERE incident IN ({marks}))",
        names,
    ).fetchone()
    apart = sum(one.voices for one in standings) - int(heard - people)
    return max(apart, *(one.voices for one in standings))
