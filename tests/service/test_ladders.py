"""What a ladder and a report say when something stops them, and how long tickets are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from console.store import items
from console.workflow.queue import passed_over
from feeds.channel import Channel, Message, Receipt
from tests.service.test_escalating import (
    CHANNELS,
    KEY,
    ROUTES,
    SETTINGS,
    by_kind,
    escalated,
    kinds,
    ticket,
    wait,
)
from tests.service.workbench import Seat, Workbench
from tests.store.making import incident

CALL = "Call 555-0199 now, then acknowledge by hand."
LACKS = "oncall does not have it. no such mailbox. Phone, mend it, or escalate by another route (e)."


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    bench = Workbench(tmp_path, SETTINGS)
    bench.answers = by_kind
    yield bench
    bench.close()


def no_mailbox(message: Message) -> Receipt:
    """The mailbox of the department on call is gone; everything else works."""
    return Receipt("refused", "no such mailbox.") if message.to == "gone" else by_kind(message)


def refused(bench: Workbench) -> tuple[Seat, int]:
    """The report of a route with a ladder was refused, and its first step was asked."""
    bench.answers = no_mailbox
    bench.settings = replace(SETTINGS, routes=(replace(ROUTES[2], to="gone"), ROUTES[1]))
    ana, id_ = escalated(bench, "oncall")
    wait(bench, 3)
    assert (ticket(bench, id_).state, ticket(bench, id_).step) == ("refused", 1)
    ana.do("claim", subject=KEY)
    return ana, id_


def asked(bench: Workbench) -> list[tuple[str, str]]:
    return [(one.channel, one.state) for one in reversed(bench.deliveries()) if one.purpose == "alert"]


class TestALadder:
    def test_it_goes_on_when_the_next_escalation_is_taken_back(self, bench: Workbench) -> None:
        ana, id_ = refused(bench)
        done = ana.do("escalate", subject=KEY, route="city311")
        ana.do("take_back", delivery=done["delivery"])
        for _ in range(3):
            wait(bench, 900)
        assert asked(bench) == [("pager", "confirmed"), ("lead", "confirmed")]
        assert ticket(bench, id_).says == (
            f"NOBODY ACKNOWLEDGED within 30 min; asked were pager, lead. {CALL} {LACKS}"
        )
        assert kinds(bench).count("ladder ran out") == 1

    def test_it_stops_when_another_department_has_it(self, bench: Workbench) -> None:
        ana, id_ = refused(bench)
        ana.do("escalate", subject=KEY, route="city311")
        assert ticket(bench, id_).step_at is not None
        wait(bench)
        assert ticket(bench, id_).step_at is None
        ladders = [one["ladder"] for one in ana.do("told", subject=KEY)["tickets"] if one["id"] == id_]
        assert ladders == ["stopped; asked were pager"]
        assert "ladder stopped" in kinds(bench)

    def test_under_a_pause_it_claims_nobody_was_asked(self, bench: Workbench) -> None:
        bench.report("1", source="home")
        ana = bench.sit("ana")
        ana.do("claim", subject=KEY)
        id_ = ana.do("escalate", subject=KEY, route="oncall")["ticket"]["id"]
        bench.go(11)
        bench.deliver()
        bench.sit("lee").do("pause", reason="hacked account")
        wait(bench, 1)
        assert ticket(bench, id_).says == (
            "pager was not asked. lee paused everything: hacked account. Look at it again when that is over."
        )
        for _ in range(3):
            wait(bench, 900)
        assert ticket(bench, id_).says == (
            "NOBODY ACKNOWLEDGED within 30 min; nobody was asked; not sent: pager (paused), lead (paused). "
            + CALL
        )

    def test_a_step_that_the_settings_do_not_have_was_not_asked(self, tmp_path: Path) -> None:
        channels: tuple[Channel, ...] = tuple(one for one in CHANNELS if one.name != "pager")
        bench = Workbench(tmp_path, replace(SETTINGS, channels=channels))
        bench.answers = by_kind
        _, id_ = escalated(bench, "oncall")
        for _ in range(3):
            wait(bench, 900)
        assert ticket(bench, id_).says == (
            "NOBODY ACKNOWLEDGED within 15 min; asked were lead; not sent: pager (no such channel). " + CALL
        )
        bench.close()


class TestAcknowledging:
    def test_what_the_department_does_not_have_is_still_said_and_can_be_escalated_again(
        self, bench: Workbench
    ) -> None:
        ana, id_ = refused(bench)
        ana.do("acknowledge", ticket=id_, who="Joan")
        found = ticket(bench, id_)
        assert (found.state, found.acknowledged_by, found.step_at) == ("refused", "Joan (by ana)", None)
        assert found.says == LACKS
        bench.tend()
        assert ana.do("told", subject=KEY)["proposals"] == ()
        ana.do("escalate", subject=KEY, route="oncall")

    def test_after_the_ladder_ran_out_only_that_is_over(self, bench: Workbench) -> None:
        ana, id_ = refused(bench)
        for _ in range(3):
            wait(bench, 900)
        ana.do("acknowledge", ticket=id_)
        assert ticket(bench, id_).says == LACKS


class TestAReportThatWasStopped:
    def stopped(self, bench: Workbench) -> tuple[Seat, int]:
        bench.report("1", source="home", incident=incident(tier=1))
        ana = bench.sit("ana")
        ana.do("claim", subject=KEY)
        id_ = ana.do("escalate", subject=KEY, route="roads")["ticket"]["id"]
        bench.sit("lee").do("pause", reason="hacked account")
        ana.do("release", subject=KEY)
        return ana, id_

    def test_it_is_said_on_the_ticket_until_it_goes_on(self, bench: Workbench) -> None:
        ana, id_ = self.stopped(bench)
        assert ticket(bench, id_).says == (
            "roads does not have it yet: the report has not left. lee paused everything: hacked account. "
            "Look at it again when that is over."
        )
        bench.sit("lee").do("resume")
        epoch = ana.do("claim", subject=KEY)["claim"]["epoch"]
        ana.do("look_again", delivery=ticket(bench, id_).delivery, epoch=epoch)
        assert ticket(bench, id_).says == ""
        wait(bench)
        assert ticket(bench, id_).state == "sent"

    def test_the_gate_says_it_too(self, bench: Workbench) -> None:
        bench.report("1", source="home")
        ana = bench.sit("ana")
        ana.do("claim", subject=KEY)
        id_ = ana.do("escalate", subject=KEY, route="roads")["ticket"]["id"]
        bench.sit("lee").do("claim", subject=KEY, force=True, take=True, reason="mine")
        wait(bench)
        assert "roads does not have it yet: the report has not left. lee took" in ticket(bench, id_).says

    def test_its_incident_is_still_in_the_queue(self, bench: Workbench) -> None:
        self.stopped(bench)
        work = bench.store.change(lambda change: items.work_now(change.connection))
        now = bench.clock.now
        assert [one.purpose for one in work.deliveries] == ["report"]
        assert passed_over(KEY, work, now, now) is None


class TestOldTickets:
    def test_one_that_was_closed_late_is_followed_from_then_on(self, bench: Workbench) -> None:
        ana, id_ = escalated(bench)
        bench.go(31 * 86400)
        ana = bench.sit("ana")
        ana.do("ticket", ticket=id_, status="closed")
        bench.report("2", "Main Road is still broken!", source="home", author="@sue@b.example")
        bench.tend()
        assert "reopening proposed" in kinds(bench)

    def test_one_that_is_open_for_long_is_asked_rarely(self, bench: Workbench) -> None:
        _, id_ = escalated(bench, "city311")
        bench.cases["4711"] = ("open", "")
        wait(bench, 601)
        wait(bench, 31 * 86400)
        bench.cases["4711"] = ("in progress", "")
        wait(bench, 601)
        assert ticket(bench, id_).status == "open"
        wait(bench, 6 * 3600)
        assert ticket(bench, id_).status == "in progress"

    def test_one_that_a_newer_one_replaces_is_not_asked_all_the_time(self, bench: Workbench) -> None:
        ana, id_ = escalated(bench, "city311")
        ana.do("ticket", ticket=id_, status="closed")
        bench.answers = lambda _message: Receipt("confirmed", "filed", names=("4712",), ticket="4712")
        ana.do("escalate", subject=KEY, route="city311", again=True)
        bench.cases["4711"] = ("open", "opened again")
        wait(bench, 7 * 3600)
        looked = ticket(bench, id_).looked_at
        assert ticket(bench, id_).state == "closed"
        assert looked == bench.clock.now
        wait(bench, 3600)
        assert ticket(bench, id_).looked_at == looked
