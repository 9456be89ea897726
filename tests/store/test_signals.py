"""What became of a desk whose points were whole numbers, and whose mentions had no humanitarian class."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

from console.model import Reason
from console.store.connect import open_writer
from console.store.reader import Reader
from console.store.schema import answering, database, first_wall, in_tenths, listening, signals
from tests.store.making import Desk, incident, taken


def test_whole_points_stay_what_they_were(a_desk: Desk) -> None:
    with closing(open_writer(a_desk.paths.database)) as connection:
        old = database(connection)
        for step in (first_wall, listening, answering):
            step(old)
        columns = (
            "source, native_id, at, seen_at, author, author_name, text, lang, url, mood_note, points, tier, "
            "topic, place, official, status, raw_hash, reasons, found, notes"
        )
        connection.execute(
            f"INSERT INTO mention ({columns}) VALUES ('s', '1', 0, 0, '', '', 'water', '', '', '', 7, 1, "
            "'flood', '', 0, '', x'00', '[]', '[]', '[]')"
        )
        signals(old)
        row = connection.execute("SELECT points, typeof(points), humanitarian FROM mention").fetchone()
    assert tuple(row) == (7.0, "real", "")
    assert len(in_tenths("mention")) == 4


def test_tenths_and_the_class_are_kept(a_desk: Desk) -> None:
    one = taken("1", "we need water", incident=incident("mill-street.flood", points=1))
    fine = one.ruling.judgement._replace(
        points=4.3,
        reasons=(Reason("asks", 5), Reason("words", -0.7)),
        humanitarian="requests_or_urgent_needs",
    )
    with closing(a_desk.open()) as store:
        store.take([replace(one, ruling=one.ruling._replace(judgement=fine))])
        with closing(Reader(a_desk.paths.database)) as reader:
            (mention,) = reader.mentions()
            detail = reader.mention(mention.id)
    assert (mention.points, mention.humanitarian) == (4.3, "requests_or_urgent_needs")
    assert detail is not None
    assert [reason.points for reason in detail.reasons] == [5, -0.7]
