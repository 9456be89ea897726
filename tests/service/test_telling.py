"""Words for those who reported are true when they go out: of the change that was seen, of what is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.service.socket import RequestError
from console.work import Delivery
from feeds.channel import Message, Receipt
from tests.service.test_escalating import KEY, SETTINGS, book, by_kind, escalated, said_for, wait
from tests.service.two_incidents import FLOOD, A, B
from tests.service.workbench import Seat, Workbench

JOE = "@joe@a.example"
WORKING = "The department is working on it."


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    bench = Workbench(tmp_path, SETTINGS)
    bench.answers = by_kind
    yield bench
    bench.close()


def working(bench: Workbench) -> tuple[Seat, int]:
    """A department has said that it is working on it: change 2."""
    ana, id_ = escalated(bench)
    ana.do("ticket", ticket=id_, status="in progress")
    return ana, id_


def drafted(ana: Seat, text: str = WORKING, **more: Any) -> int:
    """The draft to joe."""
    (one,) = ana.do("tell", subject=KEY, text=text, **more)["drafts"]
    return int(one["draft"])


def telling(bench: Workbench) -> Delivery:
    (one,) = [one for one in bench.deliveries() if one.purpose == "told"]
    return one


def offered(seat: Seat) -> list[str]:
    return [one["text"] for one in seat.do("told", subject=KEY)["proposals"] if one["kind"] == "words"]


class TestTheChangeThatWasSeen:
    def test_words_for_an_earlier_change_are_refused_and_nothing_is_noted(self, bench: Workbench) -> None:
        ana, id_ = working(bench)
        seen = ana.do("tell", subject=KEY, text=WORKING, preview=True)["number"]
        ana.do("ticket", ticket=id_, status="declined")
        for more in ({"text": WORKING}, {"text": WORKING, "preview": True}, {"by_hand": "mention:1"}):
            with pytest.raises(RequestError, match=r"stands at `declined` by now.*change 3, and you saw 2"):
                ana.do("tell", subject=KEY, number=seen, **more)
        assert bench.drafts() == ()
        assert book(ana)[JOE] == ("due", -1)
        assert drafted(ana, "They will not do it.", number=3)

    def test_a_note_keeps_the_status_that_was_told_not_a_later_one(self, bench: Workbench) -> None:
        ana, id_ = working(bench)
        ana.do("submit", draft=drafted(ana))

        def meanwhile(_message: Message) -> Receipt:
            ana.do("ticket", ticket=id_, status="declined")
            return Receipt("confirmed", "taken", names=("x",))

        bench.answers = meanwhile
        wait(bench)
        assert bench.store.connection.execute("SELECT number, status FROM told").fetchall() == [
            (2, "working")
        ]
        assert book(ana)[JOE] == ("due", 2)


class TestADraftOfAnEarlierChange:
    def test_it_is_not_sent_until_its_author_has_read_how_it_stands(self, bench: Workbench) -> None:
        ana, id_ = working(bench)
        id_of = drafted(ana)
        ana.do("ticket", ticket=id_, status="declined")
        with pytest.raises(RequestError, match=r"stands at `declined` since these words.*Nothing was sent"):
            ana.do("submit", draft=id_of)
        ana.do("draft_save", draft=id_of, text="They will not do it.")
        with pytest.raises(RequestError, match="Nothing was sent"):
            ana.do("submit", draft=id_of)
        shown = ana.do("draft_check", draft=id_of)
        assert "stands at `declined`" in shown["news"]
        ana.do("draft_save", draft=id_of, seen=True, change=shown["change"])
        ana.do("submit", draft=id_of)
        wait(bench)
        assert [one.text for one in said_for(bench, "told")] == ["They will not do it."]
        assert book(ana)[JOE] == ("told", 3)

    def test_what_was_read_before_the_next_change_does_not_count_for_that(self, bench: Workbench) -> None:
        ana, id_ = working(bench)
        id_of = drafted(ana)
        ana.do("ticket", ticket=id_, status="closed")
        read = ana.do("draft_check", draft=id_of)["change"]
        ana.do("ticket", ticket=id_, status="declined")
        assert ana.do("draft_save", draft=id_of, seen=True, change=read)["news"]
        with pytest.raises(RequestError, match="stands at `declined` since"):
            ana.do("submit", draft=id_of)

    def test_within_the_hold_it_stops_at_the_gate_and_can_be_taken_back(self, bench: Workbench) -> None:
        ana, id_ = working(bench)
        id_of = drafted(ana)
        ana.do("submit", draft=id_of)
        ana.do("ticket", ticket=id_, bounced="wrong mailbox")
        wait(bench)
        assert said_for(bench, "told") == []
        assert telling(bench).state == "waiting"
        assert telling(bench).says == (
            "roads does not have it since these words were begun. Nothing was sent."
        )
        ana.do("take_back", delivery=telling(bench).id)
        assert bench.draft(id_of) in bench.drafts()

    def test_reading_again_voids_what_a_second_person_agreed_to(self, bench: Workbench) -> None:
        ana, id_ = working(bench)
        id_of = drafted(ana)
        before = bench.draft(id_of)
        ana.do("ticket", ticket=id_, status="closed")
        ana.do("draft_save", draft=id_of, seen=True)
        after = bench.draft(id_of)
        assert before is not None
        assert after is not None
        assert after.version == before.version + 1

    def test_words_typed_later_say_no_more_than_the_ticket_bears(self, bench: Workbench) -> None:
        ana, id_ = working(bench)
        ana.do("ticket", ticket=id_, status="closed")
        id_of = drafted(ana, "The case is closed.")
        ana.do("draft_save", draft=id_of, text="It is fixed.")
        with pytest.raises(RequestError, match=r"closed is not fixed.*give a reason"):
            ana.do("submit", draft=id_of)
        ana.do("draft_save", draft=id_of, reasons={"ticket": "I drove there"})
        ana.do("submit", draft=id_of)
        wait(bench)
        assert telling(bench).state == "confirmed"

    def test_who_vouched_need_not_do_so_again_for_the_same_words(self, bench: Workbench) -> None:
        ana, id_ = working(bench)
        ana.do("ticket", ticket=id_, status="closed")
        ana.do("submit", draft=drafted(ana, "It is fixed.", vouched="I drove there"))
        wait(bench)
        assert telling(bench).state == "confirmed"


class TestWhatTheyDoNotHave:
    def test_after_a_bounce_nobody_is_offered_or_told_that_it_was_passed_on(self, bench: Workbench) -> None:
        ana, id_ = escalated(bench)
        assert len(offered(ana)) == 1
        ana.do("ticket", ticket=id_, bounced="no such mailbox")
        assert offered(ana) == []
        shown = ana.do("told", subject=KEY)
        assert (shown["status"], shown["number"]) == ("", 2)
        with pytest.raises(RequestError, match=r"roads does not have it.*Nothing was prepared.*vouch"):
            ana.do("tell", subject=KEY, text="We have passed your report on.")
        assert bench.drafts() == ()

    def test_who_was_told_before_it_came_back_is_owed_an_answer_again(self, bench: Workbench) -> None:
        ana, id_ = escalated(bench)
        ana.do("submit", draft=drafted(ana, "We have passed your report on."))
        wait(bench)
        assert book(ana)[JOE] == ("told", 1)
        ana.do("ticket", ticket=id_, bounced="no such mailbox")
        assert book(ana)[JOE] == ("due", 1)

    def test_acknowledged_and_then_taken_back_nothing_was_ever_passed_on(self, bench: Workbench) -> None:
        bench.report("1", source="home", author=JOE)
        ana = bench.sit("ana")
        ana.do("claim", subject=KEY)
        done = ana.do("escalate", subject=KEY, route="oncall")
        bench.sit("kim").do("acknowledge", ticket=done["ticket"]["id"])
        ana.do("take_back", delivery=done["delivery"])
        assert ana.do("told", subject=KEY)["status"] == ""
        assert offered(ana) == []

    def test_another_department_that_has_it_may_be_spoken_of(self, bench: Workbench) -> None:
        ana, _ = escalated(bench, "city311")
        second = ana.do("escalate", subject=KEY, route="roads")["ticket"]["id"]
        wait(bench)
        ana.do("ticket", ticket=second, bounced="no such mailbox")
        assert ana.do("told", subject=KEY)["status"] == "taken"
        assert drafted(ana, "The city has a case for it.")

    def test_two_that_change_in_one_round_are_both_offered_words(self, bench: Workbench) -> None:
        ana, id_ = escalated(bench)
        assert "passed your report on to roads" in offered(ana)[0]
        ana.do("escalate", subject=KEY, route="city311")
        bench.go(11)
        ana.do("ticket", ticket=id_, status="declined")
        bench.deliver()
        city, roads = offered(ana)
        assert "city311" in city
        assert "passed" not in roads


def test_a_merge_that_is_undone_forgets_nobody_who_was_told(bench: Workbench) -> None:
    bench.hear("1", source="home", author=JOE, standing={"voices": 1})
    bench.hear(
        "2", "bridge.flood", source="home", author="@bea@a.example", standing={**FLOOD, "voices": 1}, **FLOOD
    )
    ana = bench.sit("ana")
    ana.do("claim", subject=B)
    ana.do("escalate", subject=B, route="city311")
    wait(bench)
    merged = ana.do("merge", subjects=[B], into=A)
    ana.do("claim", subject=A)
    for one in ana.do("tell", subject=A, text="The city has a case for it.")["drafts"]:
        ana.do("submit", draft=one["draft"])
    wait(bench)
    said = len(said_for(bench, "told"))
    assert said
    ana.do("undo", event=merged["event"])
    ana.do("claim", subject=B)
    for name in (A, B):
        assert {one["state"] for one in ana.do("told", subject=name)["reporters"]} == {"told"}
        assert ana.do("tell", subject=name, text="The city has a case for it.")["drafts"] == []
    assert len(said_for(bench, "told")) == said
