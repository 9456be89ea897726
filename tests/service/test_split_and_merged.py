"""What was handed on, told, promised and written about incidents that people split off or merge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.service.socket import RequestError
from console.work import WorkNow
from tests.service.test_escalating import SETTINGS, by_kind, escalated, ticket, wait
from tests.service.two_incidents import FLOOD, A, B, two_incidents
from tests.service.workbench import Seat, Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    bench = Workbench(tmp_path, SETTINGS)
    bench.answers = by_kind
    yield bench
    bench.close()


@pytest.fixture
def ana(bench: Workbench) -> Seat:
    return bench.sit("ana")


class TestASplitStays:
    def split(self, bench: Workbench, ana: Seat) -> tuple[str, int]:
        """Somebody splits a mention off and claims what it became; gives that and the line of the log."""
        one, *_ = two_incidents(bench)
        done = ana.do("split", subjects=[one])
        subject = f"incident:{done['incident']}"
        ana.do("claim", subject=subject)
        return subject, done["event"]

    def stays(self, ana: Seat, subject: str, event: int) -> None:
        ana.do("release", subject=subject)
        with pytest.raises(RequestError, match="being worked on by now"):
            ana.do("undo", event=event)

    def test_where_a_department_has_it(self, bench: Workbench, ana: Seat) -> None:
        subject, event = self.split(bench, ana)
        number = ana.do("escalate", subject=subject, route="oncall")["ticket"]["id"]
        wait(bench)
        self.stays(ana, subject, event)
        assert [one["id"] for one in ana.do("told", subject=subject)["tickets"]] == [number]
        assert ticket(bench, number).state == "sent"

    def test_where_its_report_is_still_held(self, bench: Workbench, ana: Seat) -> None:
        subject, event = self.split(bench, ana)
        ana.do("escalate", subject=subject, route="oncall")
        self.stays(ana, subject, event)
        assert [one["state"] for one in ana.do("told", subject=subject)["tickets"]] == ["asked"]

    def test_where_something_is_written_about_it(self, bench: Workbench, ana: Seat) -> None:
        subject, event = self.split(bench, ana)
        draft = ana.do("draft", subject=subject, channel="town", purpose="update")["draft"]["id"]
        ana.do("draft_save", draft=draft, text="A long careful text")
        self.stays(ana, subject, event)
        ana.do("claim", subject=subject)
        ana.do("draft_drop", draft=draft)
        ana.do("release", subject=subject)
        assert ana.do("undo", event=event)["what"] == "split"


class TestAMergedIncidentBringsAlong:
    def work(self, bench: Workbench) -> WorkNow:
        with bench.reader as reader:
            return reader.work()

    def chain(self, bench: Workbench, ana: Seat) -> str:
        """A becomes part of B, and B of a third; gives the key of that."""
        bench.hear("9", "park.tree", author="@eve", standing={"place": "Park", "topic": "tree"})
        ana.do("merge", subjects=[A], into=B)
        ana.do("merge", subjects=[B], into="incident:park.tree")
        return "park.tree"

    def test_its_ticket_and_the_newest_of_all_wins(self, bench: Workbench, ana: Seat) -> None:
        two_incidents(bench)
        ana.do("claim", subject=A)
        first = ana.do("escalate", subject=A, route="city311")["ticket"]["id"]
        ana.do("claim", subject=B)
        second = ana.do("escalate", subject=B, route="oncall")["ticket"]["id"]
        assert {key: one.id for key, one in self.work(bench).tickets.items()} == {
            "main-road.road": first,
            "bridge.flood": second,
        }
        key = self.chain(bench, ana)
        assert {name: one.id for name, one in self.work(bench).tickets.items()} == {key: second}
        ana.do("undo")
        assert {name: one.id for name, one in self.work(bench).tickets.items()} == {"bridge.flood": second}

    def test_who_was_told_until_there_is_something_new_to_tell(self, bench: Workbench) -> None:
        ana, number = escalated(bench)
        ana.do("ticket", ticket=number, status="in progress")
        drafts = ana.do("tell", subject=A, text="The department is working on it.")["drafts"]
        ana.do("submit", draft=drafts[0]["draft"])
        wait(bench)
        assert dict(self.work(bench).told) == {"main-road.road": 1}
        bench.hear("3", "bridge.flood", standing=FLOOD, **FLOOD)
        key = self.chain(bench, ana)
        assert dict(self.work(bench).told) == {key: 1}
        ana.do("ticket", ticket=number, status="declined")
        assert dict(self.work(bench).told) == {}

    def test_its_promise_which_is_kept_where_it_is_shown(self, bench: Workbench, ana: Seat) -> None:
        two_incidents(bench)
        ana.do("promise", subject=A, due="2026-03-01T20:00:00Z", words="update")
        shown = f"incident:{self.chain(bench, ana)}"
        ana.do("promise", subject=shown, due="2026-03-01T21:00:00Z", words="call back")
        assert self.promised(bench, shown) == ["update", "call back"]
        bench.sit("kim").do("claim", subject=shown)
        with pytest.raises(RequestError, match="kim holds it"):
            ana.do("promise", subject=shown, kept=0)
        ana.do("claim", subject=shown, reason="her shift is over")
        ana.do("promise", subject=shown, kept=1)
        assert self.promised(bench, shown) == ["update"]
        ana.do("promise", subject=shown, kept=0)
        assert self.promised(bench, shown) == []
        ana.do("undo")
        assert self.promised(bench, shown) == ["update"]

    def promised(self, bench: Workbench, subject: str) -> list[str]:
        waits = sorted(self.work(bench).clocks_of(subject), key=lambda one: one.due or one.since)
        return [one.words for one in waits if one.name == "promise"]
