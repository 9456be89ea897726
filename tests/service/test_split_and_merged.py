"""What was handed on, told, promised and written about incidents that people split off or merge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.service.socket import RequestError
from tests.service.test_escalating import SETTINGS, by_kind, ticket, wait
from tests.service.two_incidents import two_incidents
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
