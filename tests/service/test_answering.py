"""Taking work and saying something, as the service decides it: request by request, on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from console.service.claiming import end_claims_of_strangers
from console.service.serve import Service
from console.service.socket import RequestError
from console.workflow.claims import GRACE, LEASE
from feeds.channel import Receipt
from tests.service.workbench import Seat, Workbench, finished, with_answers


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    bench = Workbench(tmp_path)
    yield bench
    bench.close()


def drafted(seat: Seat, subject: str, text: str, **more: Any) -> dict[str, Any]:
    """Claim, begin a draft and type."""
    seat.do("claim", subject=subject)
    shown = seat.do("draft", subject=subject, **more)
    return seat.do("draft_save", draft=shown["draft"]["id"], text=text)


def said(bench: Workbench) -> list[str]:
    return [message.text for message in bench.said]


WORDS = "A crew is on its way. Next update here by 19:00."


class TestTakingWork:
    def test_the_first_one_wins_and_the_second_is_told_who_has_it(self, bench: Workbench) -> None:
        subject = bench.report()
        assert bench.sit("ana").do("claim", subject=subject)["claim"]["epoch"] == 1
        with pytest.raises(RequestError, match=r"ana holds it for 0 min.* give a reason"):
            bench.sit("kim").do("claim", subject=subject)

    def test_a_claim_on_the_incident_covers_its_mentions(self, bench: Workbench) -> None:
        subject = bench.report()
        bench.sit("ana").do("claim", subject="incident:main-road.road")
        with pytest.raises(RequestError, match="ana holds it"):
            bench.sit("kim").do("claim", subject=subject)

    def test_taking_over_needs_a_reason_and_makes_the_old_claim_stale(self, bench: Workbench) -> None:
        subject = bench.report()
        ana, kim = bench.sit("ana"), bench.sit("kim")
        epoch = ana.do("claim", subject=subject)["claim"]["epoch"]
        draft = ana.do("draft", subject=subject)["draft"]["id"]
        kim.do("claim", subject=subject, reason="ana is at lunch")
        with pytest.raises(RequestError, match="kim holds it now, so nothing was done"):
            ana.do("draft_save", draft=draft, epoch=epoch, text=WORDS)

    def test_whoever_observes_takes_nothing(self, bench: Workbench) -> None:
        with pytest.raises(RequestError, match="Your role is to observe"):
            bench.sit("obs").do("claim", subject=bench.report())

    def test_a_closed_terminal_keeps_its_claim_for_the_grace_and_then_loses_it(
        self, bench: Workbench
    ) -> None:
        subject = bench.report()
        ana = bench.sit("ana")
        ana.do("claim", subject=subject)
        ana.hang_up()
        bench.go(GRACE - 1)
        assert bench.claim_on(subject).name == "ana"
        bench.go(2)
        assert not bench.claim_on(subject).held

    def test_a_frozen_terminal_loses_it_when_the_lease_is_over(self, bench: Workbench) -> None:
        subject = bench.report()
        bench.sit("ana").do("claim", subject=subject)
        bench.go(LEASE - 1)
        assert bench.claim_on(subject).held
        bench.go(2)
        assert not bench.claim_on(subject).held
        bench.sit("kim").do("claim", subject=subject)

    def test_after_a_restart_of_the_service_a_terminal_has_the_grace_to_come_back(
        self, bench: Workbench
    ) -> None:
        subject = bench.report()
        bench.sit("ana").do("claim", subject=subject)
        bench.restart()
        bench.go(GRACE - 1)
        assert bench.claim_on(subject).held
        bench.go(2)
        assert not bench.claim_on(subject).held

    def test_whoever_loses_the_role_loses_the_claims(self, bench: Workbench) -> None:
        subject = bench.report()
        ana = bench.sit("ana")
        ana.do("claim", subject=subject)
        bench.settings = replace(bench.settings, roles=bench.settings.roles[1:])
        finished(end_claims_of_strangers(cast(Service, bench)))
        assert not bench.claim_on(subject).held
        with pytest.raises(RequestError, match="Your role is to observe"):
            ana.do("claim", subject=subject)

    def test_one_person_at_two_terminals_holds_it_at_the_last_one(self, bench: Workbench) -> None:
        subject = bench.report()
        first, second = bench.sit("ana"), bench.sit("ana")
        epoch = first.do("claim", subject=subject)["claim"]["epoch"]
        second.do("claim", subject=subject)
        with pytest.raises(RequestError, match="in another terminal"):
            first.do("draft", subject=subject, epoch=epoch)

    def test_every_change_of_hands_is_in_the_log(self, bench: Workbench) -> None:
        subject = bench.report()
        ana, kim = bench.sit("ana"), bench.sit("kim")
        ana.do("claim", subject=subject)
        kim.do("claim", subject=subject, reason="ana is at lunch")
        kim.do("release", subject=subject)
        told = bench.store.connection.execute(
            "SELECT actor, kind FROM event WHERE subject = ? ORDER BY seq", (subject,)
        ).fetchall()
        assert told == [("ana", "claimed"), ("kim", "taken over"), ("kim", "released")]


class TestSayingSomething:
    def test_what_is_sent_is_held_and_then_said_once(self, bench: Workbench) -> None:
        ana, subject = bench.sit("ana"), bench.report()
        shown = drafted(ana, subject, WORDS)
        assert ana.do("submit", draft=shown["draft"]["id"])["held"] == 10
        bench.deliver()
        assert said(bench) == []
        bench.go(11)
        bench.deliver()
        bench.deliver()
        assert said(bench) == [WORDS]
        assert bench.deliveries()[0].state == "confirmed"

    def test_within_the_hold_it_can_be_taken_back_and_the_draft_is_there_again(
        self, bench: Workbench
    ) -> None:
        ana, subject = bench.sit("ana"), bench.report()
        shown = drafted(ana, subject, WORDS)
        made = ana.do("submit", draft=shown["draft"]["id"])["deliveries"]
        ana.do("take_back", delivery=made[0])
        bench.go(30)
        bench.deliver()
        assert said(bench) == []
        assert [draft.text for draft in bench.drafts()] == [WORDS]

    def test_a_draft_outlives_its_terminal_and_a_colleague_goes_on_with_it(self, bench: Workbench) -> None:
        subject = bench.report()
        ana, kim = bench.sit("ana"), bench.sit("kim")
        drafted(ana, subject, "A crew is")
        ana.hang_up()
        bench.go(GRACE + 1)
        kim.do("claim", subject=subject)
        assert kim.do("draft", subject=subject)["draft"]["text"] == "A crew is"

    def test_two_who_type_in_one_draft_are_told_and_lose_nothing(self, bench: Workbench) -> None:
        subject = bench.report()
        ana = bench.sit("ana")
        shown = drafted(ana, subject, "one")
        ana.do("draft_save", draft=shown["draft"]["id"], text="two", version=2)
        with pytest.raises(RequestError, match="has changed this draft meanwhile"):
            ana.do("draft_save", draft=shown["draft"]["id"], text="three", version=2)
        assert bench.drafts()[0].text == "two"

    def test_an_answer_that_came_meanwhile_must_be_read_before_another_is_given(
        self, bench: Workbench
    ) -> None:
        subject = bench.report()
        ana, kim = bench.sit("ana"), bench.sit("kim")
        first = drafted(ana, subject, WORDS)
        ana.do("submit", draft=first["draft"]["id"])
        bench.go(11)
        bench.deliver()
        kim.do("claim", subject=subject, reason="shift is over")
        second = kim.do("draft", subject=subject)
        kim.do("draft_save", draft=second["draft"]["id"], text="We know.")
        with pytest.raises(RequestError, match="ana answered it at 18:00 UTC meanwhile"):
            kim.do("submit", draft=second["draft"]["id"])
        kim.do("draft_save", draft=second["draft"]["id"], further=True)
        kim.do("submit", draft=second["draft"]["id"])
        bench.go(11)
        bench.deliver()
        assert said(bench) == [WORDS, "We know."]

    def test_a_post_that_changed_while_the_answer_was_written_is_read_again(self, bench: Workbench) -> None:
        ana, subject = bench.sit("ana"), bench.report()
        shown = drafted(ana, subject, WORDS)
        bench.edit(subject, "the road is open again")
        with pytest.raises(RequestError, match="@ana has changed the post since you read it"):
            ana.do("submit", draft=shown["draft"]["id"])
        ana.do("draft_save", draft=shown["draft"]["id"], seen=True)
        ana.do("submit", draft=shown["draft"]["id"])

    @pytest.mark.parametrize("what", ["edited", "deleted"])
    def test_a_post_that_changes_within_the_hold_keeps_the_answer_at_the_gate(
        self, bench: Workbench, what: str
    ) -> None:
        ana, subject = bench.sit("ana"), bench.report()
        ana.do("submit", draft=drafted(ana, subject, WORDS)["draft"]["id"])
        if what == "edited":
            bench.edit(subject, "it is open again")
        else:
            bench.store.take([], deleted=[int(subject.partition(":")[2])])
        bench.go(11)
        bench.deliver()
        assert said(bench) == []
        waiting = bench.deliveries()[0]
        assert (waiting.state, "Nothing was sent" in waiting.says) == ("waiting", True)

    def test_whoever_took_over_within_the_hold_keeps_the_answer_at_the_gate(self, bench: Workbench) -> None:
        subject = bench.report()
        ana, kim = bench.sit("ana"), bench.sit("kim")
        ana.do("submit", draft=drafted(ana, subject, WORDS)["draft"]["id"])
        kim.do("claim", subject=subject, reason="I know better")
        bench.go(11)
        bench.deliver()
        assert said(bench) == []
        assert "kim took the subject over" in bench.deliveries()[0].says

    def test_a_role_that_is_taken_away_silences_what_is_held(self, bench: Workbench) -> None:
        ana, subject = bench.sit("ana"), bench.report()
        ana.do("submit", draft=drafted(ana, subject, WORDS)["draft"]["id"])
        bench.settings = replace(bench.settings, roles=bench.settings.roles[1:])
        bench.go(11)
        bench.deliver()
        assert said(bench) == []
        assert "may not speak" in bench.deliveries()[0].says

    def test_an_answer_never_reaches_more_people_than_the_post(self, bench: Workbench) -> None:
        ana, subject = bench.sit("ana"), bench.report()
        bench.store.connection.execute("UPDATE mention SET audience = 'unlisted'")
        shown = drafted(ana, subject, WORDS)
        assert shown["draft"]["audience"] == "unlisted"
        ana.do("draft_save", draft=shown["draft"]["id"], audience="public")
        with pytest.raises(RequestError, match="would reach more people"):
            ana.do("submit", draft=shown["draft"]["id"])

    def test_an_empty_slot_is_never_sent(self, bench: Workbench) -> None:
        ana, subject = bench.sit("ana"), bench.report()
        shown = drafted(ana, subject, "Next update by {next update}.")
        with pytest.raises(RequestError, match="Fill in next update first"):
            ana.do("submit", draft=shown["draft"]["id"])

    def test_a_text_that_is_too_long_becomes_a_thread_whose_parts_follow_each_other(
        self, bench: Workbench
    ) -> None:
        ana, subject = bench.sit("ana"), bench.report()
        long = "Crews are at work along the river tonight. " * 20
        shown = drafted(ana, subject, long)
        parts = shown["parts"]
        assert len(parts) == 2
        ana.do("submit", draft=shown["draft"]["id"])
        bench.go(11)
        for _ in range(8):
            bench.deliver()
            bench.go(6)
        assert said(bench) == parts
        assert bench.said[1].reply_to == (bench.said[0].key,)


class TestTheGuard:
    def test_what_is_blocked_is_not_sent_whatever_the_reason(self, bench: Workbench) -> None:
        ana, subject = bench.sit("ana"), bench.report()
        shown = drafted(ana, subject, "OFFICIAL-SENSITIVE: the pump at Mill Street failed.")
        blocks = [finding["rule"] for finding in shown["findings"] if finding["level"] == "block"]
        assert blocks
        ana.do("draft_save", draft=shown["draft"]["id"], reasons={blocks[0]: "they ought to know"})
        with pytest.raises(RequestError, match="must not be said"):
            ana.do("submit", draft=shown["draft"]["id"])

    def test_what_it_warns_of_needs_a_reason_which_the_log_keeps(self, bench: Workbench) -> None:
        ana, subject = bench.sit("ana"), bench.report()
        shown = drafted(ana, subject, "Please call Rosa at 14 Mill Street before you go there.")
        warns = [finding["rule"] for finding in shown["findings"] if finding["level"] == "warn"]
        assert warns
        with pytest.raises(RequestError, match="give a reason"):
            ana.do("submit", draft=shown["draft"]["id"])
        ana.do("draft_save", draft=shown["draft"]["id"], reasons=dict.fromkeys(warns, "she asked for it"))
        ana.do("submit", draft=shown["draft"]["id"])
        bench.go(11)
        bench.deliver()
        assert len(said(bench)) == 1
        log = bench.store.connection.execute("SELECT data FROM event WHERE kind = 'to be said'").fetchall()
        assert "she asked for it" in log[0][0]


class TestTwoPersons:
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Iterator[Workbench]:
        bench = with_answers(tmp_path, second_tiers=(1, 2, 3))
        yield bench
        bench.close()

    def asked(self, bench: Workbench) -> tuple[Seat, dict[str, Any]]:
        ana, subject = bench.sit("ana"), bench.report()
        shown = drafted(ana, subject, WORDS)
        assert ana.do("submit", draft=shown["draft"]["id"]) == {"asked": "tier 3"}
        return ana, shown["draft"]

    def test_a_second_person_lets_it_out(self, bench: Workbench) -> None:
        _, draft = self.asked(bench)
        bench.sit("lee").do("approve", draft=draft["id"], version=draft["version"])
        bench.go(11)
        bench.deliver()
        assert said(bench) == [WORDS]

    def test_nobody_approves_their_own_words_whatever_their_role(self, bench: Workbench) -> None:
        lee, subject = bench.sit("lee"), bench.report()
        shown = drafted(lee, subject, WORDS)
        lee.do("submit", draft=shown["draft"]["id"])
        with pytest.raises(RequestError, match="You wrote in it yourself"):
            lee.do("approve", draft=shown["draft"]["id"], version=shown["draft"]["version"])

    def test_an_approver_who_mends_the_words_needs_another_one(self, bench: Workbench) -> None:
        _, draft = self.asked(bench)
        lee = bench.sit("lee")
        lee.do("claim", subject=draft["subject"], reason="mending a word")
        lee.do("draft_save", draft=draft["id"], text=f"{WORDS}!")
        with pytest.raises(RequestError, match="does not wait for approval"):
            lee.do("approve", draft=draft["id"], version=draft["version"])
        lee.do("submit", draft=draft["id"])
        with pytest.raises(RequestError, match="You wrote in it yourself"):
            lee.do("approve", draft=draft["id"], version=draft["version"] + 1)

    def test_an_edit_voids_the_approval(self, bench: Workbench) -> None:
        ana, draft = self.asked(bench)
        bench.sit("lee").do("approve", draft=draft["id"], version=draft["version"])
        made = bench.deliveries()[0]
        ana.do("take_back", delivery=made.id)
        ana.do("draft_save", draft=draft["id"], text="Something else entirely.")
        assert ana.do("submit", draft=draft["id"]) == {"asked": "tier 3"}
        bench.go(60)
        bench.deliver()
        assert said(bench) == []

    def test_a_late_approval_waits_to_be_timed_again(self, bench: Workbench) -> None:
        ana, draft = self.asked(bench)
        bench.clock.now += timedelta(minutes=20)
        assert bench.sit("lee").do("approve", draft=draft["id"], version=draft["version"])["late"]
        bench.go(60)
        bench.deliver()
        assert said(bench) == []
        ana.do("look_again", delivery=bench.deliveries()[0].id)
        bench.go(11)
        bench.deliver()
        assert said(bench) == [WORDS]

    def test_two_approvers_at_once_send_it_once(self, bench: Workbench) -> None:
        _, draft = self.asked(bench)
        bench.sit("lee").do("approve", draft=draft["id"], version=draft["version"])
        with pytest.raises(RequestError, match="does not wait for approval"):
            bench.sit("lee").do("approve", draft=draft["id"], version=draft["version"])
        bench.go(11)
        bench.deliver()
        assert said(bench) == [WORDS]


class TestTheOutbox:
    def test_a_pause_stops_everything_and_its_end_flushes_nothing(self, bench: Workbench) -> None:
        ana, subject = bench.sit("ana"), bench.report()
        ana.do("submit", draft=drafted(ana, subject, WORDS)["draft"]["id"])
        ana.do("pause", reason="wrong river")
        bench.go(11)
        bench.deliver()
        ana.do("resume")
        bench.go(60)
        bench.deliver()
        assert said(bench) == []
        assert "ana paused everything: wrong river" in bench.deliveries()[0].says
        ana.do("look_again", delivery=bench.deliveries()[0].id)
        bench.go(11)
        bench.deliver()
        assert said(bench) == [WORDS]

    @pytest.mark.parametrize("crash", ["before", "after"])
    def test_a_service_that_is_killed_while_sending_reads_back_and_says_nothing_twice(
        self, bench: Workbench, crash: str
    ) -> None:
        ana, subject = bench.sit("ana"), bench.report()
        ana.do("submit", draft=drafted(ana, subject, WORDS)["draft"]["id"])
        bench.go(11)
        bench.deliver(crash_at=crash)
        bench.restart()
        assert bench.deliveries()[0].state == "unknown"
        for _ in range(30):
            bench.go(60)
            bench.deliver()
        if crash == "after":
            assert (bench.deliveries()[0].state, said(bench)) == ("confirmed", [WORDS])
        else:
            assert (bench.deliveries()[0].state, said(bench)) == ("unknown", [])

    def test_what_stays_unknown_is_settled_by_a_person(self, bench: Workbench) -> None:
        bench.answers = lambda _message: Receipt("unknown", "no whole answer")
        ana, subject = bench.sit("ana"), bench.report()
        ana.do("submit", draft=drafted(ana, subject, WORDS)["draft"]["id"])
        bench.go(11)
        bench.deliver()
        bench.deliver()
        delivery = bench.deliveries()[0]
        assert delivery.state == "unknown"
        with pytest.raises(RequestError, match="unknown already"):
            ana.do("take_back", delivery=delivery.id)
        ana.do("settle", delivery=delivery.id, said=False, reason="looked at the account")
        assert bench.deliveries()[0].state == "refused"
        assert [draft.text for draft in bench.drafts()] == [WORDS]

    def test_what_a_platform_refuses_can_be_mended(self, bench: Workbench) -> None:
        bench.answers = lambda _message: Receipt("refused", "The token has run out.")
        ana, subject = bench.sit("ana"), bench.report()
        ana.do("submit", draft=drafted(ana, subject, WORDS)["draft"]["id"])
        bench.go(11)
        bench.deliver()
        bench.deliver()
        assert bench.deliveries()[0].says == "The token has run out."
        bench.answers = None
        ana.do("submit", draft=bench.drafts()[0].id)
        bench.go(11)
        bench.deliver()
        bench.deliver()
        assert said(bench) == [WORDS]

    def test_an_hour_late_it_does_not_go_out_by_itself(self, bench: Workbench) -> None:
        ana, subject = bench.sit("ana"), bench.report()
        ana.do("submit", draft=drafted(ana, subject, WORDS)["draft"]["id"])
        bench.clock.now += timedelta(hours=1)
        bench.deliver()
        bench.deliver()
        assert said(bench) == []
        assert "Look whether it still holds" in bench.deliveries()[0].says
