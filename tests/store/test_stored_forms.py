"""How rows hold reasons and found places: written in one form, and read in that of any version."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace

import pytest

from console.model import FoundPlace, Reason
from console.store.inbox_file import InboxFile, Received
from console.store.reader import Reader
from console.store.rows import found_from_json, reasons_from_json, to_json
from tests.store.making import Desk, incident, taken
from tests.store.saying import naming

REASONS = (Reason('calls for help "help us"', 4.0), Reason("3 voices", 1.5))
PLACES = (FoundPlace("Mill St", 5, 12, "Mill Street"), FoundPlace("Elder Rd", 16, 24, "Elder Rd", False))
RELEASED = (
    '[{"text":"calls for help \\"help us\\"","points":4},{"text":"3 voices","points":1.5}]',
    '[{"text":"Mill St","start":5,"end":12,"name":"Mill Street"},'
    '{"text":"Elder Rd","start":16,"end":24,"name":"Elder Rd","listed":false}]',
)
BARE = (
    '[["calls for help \\"help us\\"",4],["3 voices",1.5]]',
    '[["Mill St",5,12,"Mill Street",true],["Elder Rd",16,24,"Elder Rd",false]]',
)
forms = pytest.mark.parametrize("stored", [RELEASED, BARE], ids=["objects", "bare values"])


def test_what_is_written_has_the_names_of_its_fields() -> None:
    assert json.loads(to_json(REASONS)) == json.loads(RELEASED[0])
    assert to_json(PLACES) == RELEASED[1]
    assert json.loads(to_json((Reason("a lone \ud800", 1),))) == [{"text": "a lone ?", "points": 1}]


@forms
def test_both_forms_are_read(stored: tuple[str, str]) -> None:
    assert reasons_from_json(stored[0]) == REASONS
    assert found_from_json(stored[1]) == PLACES


@forms
def test_a_desk_of_either_form_opens_and_goes_on(a_desk: Desk, stored: tuple[str, str]) -> None:
    with closing(a_desk.open()) as store:
        store.take([taken("1", incident=incident()), naming("2")])
        for table in ("mention", "incident"):
            store.connection.execute(f"UPDATE {table} SET reasons = ?", stored[:1])
        store.connection.execute("UPDATE mention SET found = ?", stored[1:])
    with closing(a_desk.open()) as store, Reader(store.paths.database) as reader:
        (standing,) = reader.incidents()
        assert standing.reasons == REASONS
        shown = reader.mention(1)
        assert shown is not None
        assert (shown.reasons, shown.places) == (REASONS, PLACES)
        _, (known,), _ = store.remembered(a_desk.clock())
        assert known.reasons == REASONS
        store.take([taken("3", incident=incident(points=5, reasons=known.reasons))])
        (again,) = store.connection.execute("SELECT reasons FROM incident").fetchone()
        assert again == to_json(REASONS)


@forms
def test_an_inbox_of_either_form_is_read(a_desk: Desk, stored: tuple[str, str]) -> None:
    a_desk.open().close()
    one = taken("1")
    received = Received(replace(one.post, audience="private"), one.ruling)
    path = a_desk.paths.inbox
    with closing(InboxFile.open(path, clock=a_desk.clock)) as inbox:
        inbox.take([received])
        (written,) = inbox._connection.execute("SELECT reasons FROM private").fetchone()
        assert json.loads(written) == [{"text": "said so", "points": 1}]
        inbox._connection.execute("UPDATE private SET reasons = ?", stored[:1])
    with closing(InboxFile.open(path, clock=a_desk.clock)) as inbox:
        assert [post.reasons for post in inbox.posts()] == [REASONS]
