"""What work is done on, as it stands: an incident or a mention, read inside the transaction that acts."""

from __future__ import annotations

from console.store.connect import Connection
from console.store.rows import storable
from console.work import (
    Original,
    Subject,
    incident_in,
    mention_in,
    subject_of_incident,
    subject_of_mention,
    text_mark,
)


def read(connection: Connection, name: str) -> Subject | None:
    """A subject by its name; None for one that is not there, or no more."""
    id_ = mention_in(name)
    if id_ is not None:
        return _mention(connection, id_)
    key = incident_in(name)
    return _incident(connection, key) if key else None


def _incident(connection: Connection, key: str) -> Subject | None:
    row = connection.execute(
        "SELECT key, place, topic, tier FROM incident WHERE key = ?", (storable(key),)
    ).fetchone()
    if row is None:
        return None
    key, place, topic, tier = row
    judged = min(tier, _judged(connection, key, tier))
    return Subject(subject_of_incident(key), key, place, topic, tier, judged_tier=judged)


def _mention(connection: Connection, id_: int) -> Subject | None:
    row = connection.execute(
        "SELECT m.source, m.native_id, m.author, m.author_name, m.text, m.lang, m.url, m.tier, m.place, "
        "m.topic, m.audience, m.deleted_at, coalesce(h.incident, m.incident), i.tier "
        "FROM mention AS m LEFT JOIN mention AS h ON h.id = m.repeat_of "
        "LEFT JOIN incident AS i ON i.key = coalesce(h.incident, m.incident) WHERE m.id = ?",
        (id_,),
    ).fetchone()
    if row is None:
        return None
    source, native_id, author, name, text, lang, url, tier, place, topic, audience, deleted, key, worse = row
    own = connection.execute("SELECT tier FROM mention_own WHERE mention_id = ?", (id_,)).fetchone()
    judged = [one for one in (tier, worse, own[0] if own else None) if one is not None]
    names = connection.execute("SELECT name FROM mention_name WHERE mention_id = ?", (id_,)).fetchall()
    return Subject(
        name=subject_of_mention(id_),
        incident=key or "",
        place=place,
        topic=topic,
        # Whoever answers in an incident answers at the height of that incident.
        tier=min(tier, worse) if worse is not None else tier,
        lang=lang,
        text=text,
        judged_tier=min(*judged, _judged(connection, key, 3), 3),
        source=source,
        names=tuple(dict.fromkeys((native_id, *(one for (one,) in names)))),
        original=Original(text_mark(text), deleted is not None, audience, _who(author, name)),
        url=url,
    )


def _judged(connection: Connection, key: str | None, tier: int) -> int:
    """The tier that intake gives an incident by itself, where people have set something on it."""
    row = connection.execute("SELECT tier FROM incident_own WHERE key = ?", (storable(key or ""),)).fetchone()
    return int(row[0]) if row else tier


def _who(author: str, name: str) -> str:
    return (author if author.startswith("@") else f"@{author}") if author else name
