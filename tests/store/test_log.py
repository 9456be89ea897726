"""The log: nothing in it is changed, and whoever changes it all the same is found out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.store.connect import DatabaseError
from console.store.log import head, verify
from console.store.reader import Reader
from console.store.writer import Store
from tests.store.making import START, incident, taken


@pytest.fixture
def logged(store: Store) -> Store:
    for number in range(5):
        store.log("lee", "noted", f"subject {number}", {"number": number})
    return store


def tamper(store: Store, sql: str) -> tuple[str, ...]:
    """Do what takes the triggers away first."""
    store.connection.execute("DROP TRIGGER event_is_final")
    store.connection.execute("DROP TRIGGER event_stays")
    store.connection.execute(sql)
    return verify(store.connection, step=2)


@pytest.mark.parametrize("sql", ["UPDATE event SET actor = 'ana'", "DELETE FROM event WHERE seq = 5"])
def test_lines_cannot_be_changed_or_taken_out(logged: Store, sql: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        logged.connection.execute(sql)


def test_a_whole_log_has_nothing_to_say(logged: Store) -> None:
    assert verify(logged.connection, step=2) == ()
    assert head(logged.connection)[0] == 5


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("UPDATE event SET actor = 'ana' WHERE seq = 3", "Line 3 of the log"),
        ("UPDATE event SET data = '{}' WHERE seq = 1", "Line 1 of the log"),
        ("UPDATE event SET at = at + 1 WHERE seq = 5", "Line 5 of the log"),
        ("DELETE FROM event WHERE seq = 2", "lacks its lines 2 to 2"),
        ("DELETE FROM event WHERE seq = 5", "ends at line 4, but 5 were written"),
        (
            "INSERT INTO event SELECT 6, at, actor, kind, subject, data, hash FROM event WHERE seq = 5",
            "Line 6",
        ),
    ],
)
def test_tampering_is_found(logged: Store, sql: str, sentence: str) -> None:
    faults = tamper(logged, sql)
    assert len(faults) == 1
    assert sentence in faults[0]


def test_what_turns_is_told(store: Store, reader: Reader) -> None:
    store.take([taken("1", incident=incident())])
    store.take([taken("2", incident=incident(voices=4))])
    store.take([taken("3", incident=incident(tier=1, voices=5))])
    store.clock.go(hours=7)  # type: ignore[attr-defined]
    store.expire([incident(tier=1, state="closed")])
    events = reader.events()
    assert [(event.kind, event.subject) for event in events] == [
        ("incident closed", "main-road.road"),
        ("incident changed", "main-road.road"),
        ("incident opened", "main-road.road"),
    ]
    assert events[0].at == START + timedelta(hours=7)
    assert events[1].data == '{"official":false,"tier":1,"voices":5}'
    assert verify(store.connection) == ()
