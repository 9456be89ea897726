"""Handing incidents to departments and closing the loop, as the service decides it, on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.service.socket import RequestError
from console.settings import AnswerSettings, DeskSettings, Route, Settings
from console.store import tickets, told
from console.work import Ticket
from feeds.channel import Channel, Message, Receipt
from feeds.source import Source
from tests.service.workbench import ROLES, Seat, Workbench
from tests.store.making import incident

KEY = "incident:main-road.road"
CHANNELS = (
    Channel("town", "mastodon", "https://town.example", "@desk", limit=500),
    Channel("roads-mail", "mail", "smtp://mail.example:587", "desk@town.example", to="roads@town.example"),
    Channel("city", "open311", "https://city.example/open311"),
    Channel("pager", "ntfy", "https://ntfy.example/roads"),
    Channel("lead", "ntfy", "https://ntfy.example/lead"),
    Channel("hand", "clipboard"),
)
ROUTES = (
    Route("roads", "roads-mail", topics=("road",), to="potholes@town.example", phone="555-0100"),
    Route("city311", "city", service="007", phone="555-0311"),
    Route("oncall", "roads-mail", topics=("road",), ladder=("pager", "lead"), phone="555-0199"),
    Route("paper", "hand", topics=("paper",)),
)
SETTINGS = Settings(
    roles=ROLES,
    desk=DeskSettings(),
    answers=AnswerSettings(),
    channels=CHANNELS,
    routes=ROUTES,
    sources=(Source("home", "mastodon", "https://town.example/tags/road", 60.0),),
)


def by_kind(message: Message) -> Receipt:
    """A relay gives the mail its Message-ID, a city its request a number."""
    fields = dict(message.fields)
    if fields.get("service_code"):
        return Receipt("confirmed", "filed", names=("4711",), ticket="4711")
    return Receipt("confirmed", "taken", names=(f"<{message.key}@town.example>",))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    bench = Workbench(tmp_path, SETTINGS)
    bench.answers = by_kind
    yield bench
    bench.close()


def wait(bench: Workbench, seconds: float = 11) -> None:
    """Let time pass; ana's terminal lives on."""
    bench.go(seconds)
    bench.tend()
    bench.deliver()


def escalated(bench: Workbench, route: str = "roads", **more: Any) -> tuple[Seat, int]:
    """Somebody reports, ana claims and escalates, and it arrives."""
    bench.report("1", source="home", author="@joe@a.example", url="https://a.example/1")
    ana = bench.sit("ana")
    ana.do("claim", subject=KEY)
    done = ana.do("escalate", subject=KEY, route=route, **more)
    wait(bench)
    return ana, done["ticket"]["id"]


def ticket(bench: Workbench, id_: int) -> Ticket:
    found = bench.store.change(lambda change: tickets.read(change.connection, id_))
    assert found is not None
    return found


def book(seat: Seat) -> dict[str, tuple[str, int]]:
    return {one["author"]: (one["state"], one["told"]) for one in seat.do("told", subject=KEY)["reporters"]}


def kinds(bench: Workbench) -> list[str]:
    return [kind for (kind,) in bench.store.connection.execute("SELECT kind FROM event ORDER BY seq")]


def said_for(bench: Workbench, purpose: str) -> list[Message]:
    return [one.message for one in reversed(bench.deliveries()) if one.purpose == purpose and one.sent_at]


class TestChoosing:
    def test_the_fitting_routes_come_with_reason_phone_and_a_text_without_names(
        self, bench: Workbench
    ) -> None:
        subject = bench.report("1", source="home", author="@joe@a.example", url="https://a.example/1")
        found = bench.sit("ana").do("routes", subject=subject)
        assert [(one["name"], one["fits"]) for one in found["routes"]] == [
            ("roads", True),
            ("oncall", True),
            ("city311", True),
            ("paper", False),
        ]
        assert (found["routes"][0]["reason"], found["routes"][0]["phone"]) == (
            "for road, anywhere",
            "555-0100",
        )
        assert '"the road is closed" https://a.example/1' in found["text"]
        assert "joe" not in found["text"]

    def test_a_route_to_nowhere_is_a_sentence_and_the_choices(self, bench: Workbench) -> None:
        bench.settings = replace(SETTINGS, routes=(ROUTES[3],))
        subject = bench.report("1")
        found = bench.sit("ana").do("routes", subject=subject)
        assert "No route of the settings is for road at Main Road" in found["says"]
        assert [one["name"] for one in found["routes"]] == ["paper"]
        with pytest.raises(RequestError, match=r'no route "roads", so nothing was sent'):
            escalated(bench)

    def test_a_mention_that_stands_alone_is_no_incident(self, bench: Workbench) -> None:
        subject = bench.report("9", incident=None)
        with pytest.raises(RequestError, match="belongs to no incident yet"):
            bench.sit("ana").do("routes", subject=subject)


class TestEscalating:
    def test_it_needs_a_claim(self, bench: Workbench) -> None:
        bench.report("1")
        with pytest.raises(RequestError, match=r"with c\.|\(c\)"):
            bench.sit("ana").do("escalate", subject=KEY, route="roads")
        assert bench.deliveries() == ()

    def test_it_is_held_goes_through_the_outbox_and_the_ticket_follows(self, bench: Workbench) -> None:
        bench.report("1")
        ana = bench.sit("ana")
        ana.do("claim", subject=KEY)
        done = ana.do("escalate", subject=KEY, route="roads", text="Please close the road.")
        bench.deliver()
        assert (bench.said, ticket(bench, done["ticket"]["id"]).state) == ([], "asked")
        wait(bench)
        (mail,) = bench.said
        assert (mail.text, mail.to) == ("Please close the road.", "potholes@town.example")
        assert mail.title == "[watch] road at Main Road (main-road.road)"
        assert ticket(bench, done["ticket"]["id"]).state == "sent"

    def test_a_number_that_comes_back_makes_it_an_open_case(self, bench: Workbench) -> None:
        _, id_ = escalated(bench, "city311")
        assert (ticket(bench, id_).state, ticket(bench, id_).number) == ("open", "4711")

    def test_a_second_escalation_to_the_same_department_is_refused_with_the_number(
        self, bench: Workbench
    ) -> None:
        ana, _ = escalated(bench, "city311")
        with pytest.raises(
            RequestError, match="ana escalated it to city311 number 4711 at 18:00 UTC already"
        ):
            ana.do("escalate", subject=KEY, route="city311")
        ana.do("escalate", subject=KEY, route="roads")

    def test_taken_back_within_the_hold_nothing_is_sent_and_it_can_be_escalated_again(
        self, bench: Workbench
    ) -> None:
        bench.report("1")
        ana = bench.sit("ana")
        ana.do("claim", subject=KEY)
        done = ana.do("escalate", subject=KEY, route="oncall")
        ana.do("take_back", delivery=done["delivery"])
        wait(bench, 30)
        assert bench.said == []
        assert ticket(bench, done["ticket"]["id"]).says == "ana took it back; nothing was sent."
        ana.do("escalate", subject=KEY, route="oncall")

    def test_a_mailbox_that_refuses_shows_on_the_ticket_and_asks_for_another_route(
        self, bench: Workbench
    ) -> None:
        bench.answers = lambda _message: Receipt("refused", "mail.example does not take mail for it.")
        ana, id_ = escalated(bench)
        found = ticket(bench, id_)
        assert found.state == "refused"
        assert found.says == (
            "roads does not have it. mail.example does not take mail for it. Phone, mend it, or escalate by "
            "another route (e)."
        )
        ana.do("escalate", subject=KEY, route="roads")

    def test_a_mail_that_came_back_later_is_noted_by_hand(self, bench: Workbench) -> None:
        ana, id_ = escalated(bench)
        ana.do("ticket", ticket=id_, bounced="mailbox full")
        assert ticket(bench, id_).state == "refused"
        assert "It came back: mailbox full. Phone" in ticket(bench, id_).says

    def test_what_stays_unknown_is_not_escalated_again(self, bench: Workbench) -> None:
        bench.answers = lambda _message: Receipt("unknown", "no whole answer")
        ana, id_ = escalated(bench)
        assert ticket(bench, id_).state == "asked"
        with pytest.raises(RequestError, match="no number yet"):
            ana.do("escalate", subject=KEY, route="roads")
        ana.do("settle", delivery=ticket(bench, id_).delivery, said=True)
        assert ticket(bench, id_).state == "sent"

    def test_what_only_a_person_can_hand_over_waits_for_them(self, bench: Workbench) -> None:
        ana, id_ = escalated(bench, "paper")
        assert (bench.said, ticket(bench, id_).state) == ([], "asked")
        assert "hand it over yourself" in ticket(bench, id_).says
        ana.do("settle", delivery=ticket(bench, id_).delivery, said=True)
        assert (ticket(bench, id_).state, ticket(bench, id_).says) == ("sent", "")

    def test_an_empty_slot_is_never_sent_to_a_department_either(self, bench: Workbench) -> None:
        with pytest.raises(RequestError, match="Fill in where first"):
            escalated(bench, text="Please look at {where}.")

    def test_a_request_line_is_said_not_to_be_for_emergencies(self, bench: Workbench) -> None:
        bench.report("1", incident=incident(tier=1))
        found = bench.sit("ana").do("routes", subject=KEY)
        assert [one["warns"] for one in found["routes"] if one["kind"] == "open311"] == [
            "A city's request line is not for emergencies: call 555-0311 as well."
        ]


class TestTheLadder:
    def test_each_step_is_asked_in_its_time_until_somebody_takes_it(self, bench: Workbench) -> None:
        _, id_ = escalated(bench, "oncall")
        assert [message.text for message in said_for(bench, "alert")] == [
            "[watch] road at Main Road (main-road.road). ana escalated it to oncall. Acknowledge at the desk "
            f"(ticket {id_}); step 1 of 2. Department: 555-0199."
        ]
        wait(bench, 890)
        assert len(said_for(bench, "alert")) == 1
        wait(bench, 20)
        assert [one.channel for one in bench.deliveries() if one.purpose == "alert"] == ["lead", "pager"]
        bench.sit("kim").do("acknowledge", ticket=id_, who="Joan of the night shift")
        assert ticket(bench, id_).acknowledged_by == "Joan of the night shift (by kim)"
        assert ticket(bench, id_).state == "acknowledged"
        for _ in range(5):
            wait(bench, 900)
        assert len(said_for(bench, "alert")) == 2
        with pytest.raises(RequestError, match="Joan of the night shift"):
            bench.sit("kim").do("acknowledge", ticket=id_)

    def test_a_ladder_that_ran_out_says_so_loudly(self, bench: Workbench) -> None:
        _, id_ = escalated(bench, "oncall")
        for _ in range(4):
            wait(bench, 900)
        assert ticket(bench, id_).says == (
            "NOBODY ACKNOWLEDGED within 30 min; asked were pager, lead. Call 555-0199 now, then acknowledge "
            "by hand."
        )
        assert kinds(bench).count("ladder ran out") == 1

    def test_whoever_cannot_be_asked_is_passed_over_at_once(self, bench: Workbench) -> None:
        bench.answers = lambda message: (
            Receipt("refused", "no such topic.") if "Acknowledge" in message.text else by_kind(message)
        )
        _, id_ = escalated(bench, "oncall")
        wait(bench, 3)
        wait(bench, 3)
        assert [one.channel for one in bench.deliveries() if one.purpose == "alert"] == ["lead", "pager"]
        assert "NOBODY ACKNOWLEDGED" in ticket(bench, id_).says

    def test_a_refused_report_still_wakes_somebody_and_a_new_route_ends_that(self, bench: Workbench) -> None:
        bench.answers = lambda message: (
            Receipt("refused", "no such mailbox.") if message.to else by_kind(message)
        )
        bench.settings = replace(SETTINGS, routes=(replace(ROUTES[2], to="gone@town.example"), ROUTES[1]))
        ana, id_ = escalated(bench, "oncall")
        wait(bench, 900)
        assert "oncall does not have it. no such mailbox." in said_for(bench, "alert")[-1].text
        ana.do("claim", subject=KEY)
        ana.do("escalate", subject=KEY, route="city311")
        wait(bench)
        assert ticket(bench, id_).step_at is None
        assert kinds(bench).count("ladder stopped") == 1

    def test_an_alert_goes_out_when_whoever_escalated_is_off_the_desk(self, bench: Workbench) -> None:
        escalated(bench, "oncall")
        bench.settings = replace(bench.settings, roles=ROLES[1:])
        wait(bench, 901)
        assert len(said_for(bench, "alert")) == 2

    def test_an_observer_acknowledges_nothing(self, bench: Workbench) -> None:
        _, id_ = escalated(bench, "oncall")
        with pytest.raises(RequestError, match="Your role is to observe"):
            bench.sit("obs").do("acknowledge", ticket=id_)


class TestWhatTheDepartmentSays:
    def test_the_status_of_a_case_is_asked_for_and_a_change_proposes_words_and_sends_none(
        self, bench: Workbench
    ) -> None:
        ana, id_ = escalated(bench, "city311")
        said = len(bench.said)
        bench.cases["4711"] = ("closed", "Duplicate of 4700.")
        wait(bench, 601)
        found = ticket(bench, id_)
        assert (found.state, found.status, found.notes) == ("closed", "closed", "Duplicate of 4700.")
        (words,) = ana.do("told", subject=KEY)["proposals"]
        assert words["kind"] == "words"
        assert "city311 has closed case 4711" in words["text"]
        assert "fixed" not in words["text"]
        assert len(bench.said) == said
        assert {"ticket status", "words proposed"} <= set(kinds(bench))

    def test_a_word_that_nobody_knows_proposes_no_words(self, bench: Workbench) -> None:
        ana, id_ = escalated(bench, "city311")
        ana.do("ticket", ticket=id_, status="Triage B")
        bench.tend()
        (words,) = ana.do("told", subject=KEY)["proposals"]
        assert (words["text"], words["why"]) == (
            "",
            'city311 says "triage b"; nobody here knows that word. Write your own.',
        )

    def test_received_is_proposed_only_after_the_department_took_it(self, bench: Workbench) -> None:
        ana, id_ = escalated(bench)
        bench.tend()
        assert "passed your report on" in ana.do("told", subject=KEY)["proposals"][0]["text"]
        ana.do("ticket", ticket=id_, number="R-12")
        bench.tend()
        assert "has received your report" in ana.do("told", subject=KEY)["proposals"][0]["text"]

    def test_a_case_that_was_only_filed_is_not_taken_by_anybody(self, bench: Workbench) -> None:
        _, id_ = escalated(bench, "city311")
        bench.cases["4711"] = ("open", "")
        wait(bench, 601)
        assert ticket(bench, id_).acknowledged_by == ""
        bench.cases["4711"] = ("in progress", "")
        wait(bench, 601)
        assert ticket(bench, id_).acknowledged_by == "city311 (status: in progress)"

    def test_a_system_that_does_not_answer_is_said_once_and_forgotten_when_it_does(
        self, bench: Workbench
    ) -> None:
        _, id_ = escalated(bench, "city311")
        wait(bench, 601)
        assert ticket(bench, id_).says == "How it stands could not be asked: it does not answer"
        bench.cases["4711"] = ("open", "")
        wait(bench, 601)
        assert ticket(bench, id_).says == ""

    def test_still_broken_on_a_closed_case_proposes_to_reopen_and_again_reopens(
        self, bench: Workbench
    ) -> None:
        ana, id_ = escalated(bench, "city311")
        ana.do("ticket", ticket=id_, status="closed")
        bench.report("2", "Main Road is still broken!", source="home", author="@sue@b.example")
        bench.report("3", "nice day", source="home", author="@kit@b.example")
        bench.tend()
        reopen = [one for one in ana.do("told", subject=KEY)["proposals"] if one["kind"] == "reopen"]
        assert [one["mention"] for one in reopen] == [2]
        assert "still broken" in reopen[0]["why"]
        assert said_for(bench, "note") == []
        with pytest.raises(RequestError, match="city311 number 4711 is closed"):
            ana.do("escalate", subject=KEY, route="city311")
        ana.do("escalate", subject=KEY, route="city311", again=True, text="It is still broken.")
        left = ana.do("told", subject=KEY)["proposals"]
        assert [one for one in left if one["kind"] == "reopen"] == []

    def test_still_broken_in_the_incident_that_follows_the_closed_one_counts_too(
        self, bench: Workbench
    ) -> None:
        ana, id_ = escalated(bench)
        ana.do("ticket", ticket=id_, status="closed")
        following = incident("main-road.road.2", previous="main-road.road")
        bench.report("2", "It is still broken", incident=following)
        bench.tend()
        assert "reopening proposed" in kinds(bench)

    def test_whoever_was_told_and_answers_without_naming_the_place_is_heard_too(
        self, bench: Workbench
    ) -> None:
        ana, id_ = escalated(bench, "city311")
        ana.do("ticket", ticket=id_, status="closed")
        done = ana.do("tell", subject=KEY, text="The city has closed the case.")
        ana.do("submit", draft=done["drafts"][0]["draft"])
        wait(bench)
        bench.report("8", "that is not fixed", source="home", author="@cy@d.example", incident=None)
        bench.tend()
        assert "reopening proposed" not in kinds(bench)
        bench.report("9", "no, it is still broken", source="home", author="@joe@a.example", incident=None)
        bench.tend()
        bench.tend()
        assert kinds(bench).count("reopening proposed") == 1


class TestFurtherReports:
    def test_they_go_on_as_one_note_in_ten_minutes_under_the_first_mail(self, bench: Workbench) -> None:
        _, id_ = escalated(bench)
        bench.report("2", "a deep hole too", source="home", url="https://a.example/2")
        wait(bench, 300)
        assert said_for(bench, "note") == []
        bench.report("3", "two cars are stuck", source="home")
        wait(bench, 300)
        wait(bench, 60)
        (note,) = said_for(bench, "note")
        assert note.text == (
            "2 further reports on main-road.road (what we told you):\n"
            '- "a deep hole too" https://a.example/2\n- "two cars are stuck"'
        )
        assert note.reply_to == (f"<{bench.said[0].key}@town.example>",)
        assert (note.to, note.title) == (
            "potholes@town.example",
            "Re: [watch] road at Main Road (main-road.road)",
        )
        assert ticket(bench, id_).notes_sent == 1
        bench.report("4", "and a third", source="home")
        wait(bench, 300)
        assert len(said_for(bench, "note")) == 1

    def test_act_now_does_not_wait(self, bench: Workbench) -> None:
        escalated(bench)
        bench.report("2", "somebody is trapped", source="home", tier=1)
        wait(bench, 1)
        assert len(said_for(bench, "note")) == 1

    def test_where_a_note_would_be_another_case_a_person_is_asked_to_tell_them(
        self, bench: Workbench
    ) -> None:
        _, id_ = escalated(bench, "city311")
        bench.report("2", "somebody is trapped", source="home", tier=1)
        wait(bench, 1)
        assert said_for(bench, "note") == []
        assert ticket(bench, id_).says == (
            "1 further report since. city takes no notes: tell city311 number 4711 yourself."
        )

    def test_a_note_that_is_refused_shows_on_the_ticket(self, bench: Workbench) -> None:
        _, id_ = escalated(bench)
        bench.answers = lambda _message: Receipt("refused", "mailbox full.")
        bench.report("2", "somebody is trapped", source="home", tier=1)
        wait(bench, 1)
        assert "did not reach roads. mailbox full." in ticket(bench, id_).says


class TestTelling:
    def three(self, bench: Workbench) -> Seat:
        """Joe reported once, sue three times, the police and we ourselves once, and a paper forum."""
        ana, _ = escalated(bench)
        for native in ("2", "3", "4"):
            bench.report(native, f"words {native}", source="home", author="@sue@b.example")
        bench.report("5", "we know", source="home", author="desk@town.example")
        bench.report("6", "closed by police", source="home", author="@police@c.example", official=True)
        bench.report("7", "letter", source="forum", author="max", url="https://forum.example/7")
        return ana

    def sent(self, bench: Workbench, ana: Seat, drafts: list[dict[str, Any]]) -> None:
        for one in drafts:
            ana.do("submit", draft=one["draft"])
        wait(bench)

    def test_everybody_is_told_once_by_a_draft_each_and_the_rest_is_named(self, bench: Workbench) -> None:
        ana = self.three(bench)
        before = ana.do("tell", subject=KEY, template="passed-on", preview=True)
        assert len(before["due"]) == 2
        assert bench.drafts() == ()
        done = ana.do("tell", subject=KEY, template="passed-on")
        assert [one["subject"] for one in done["drafts"]] == ["mention:1", "mention:4"]
        assert "passed your report on to roads" in bench.drafts()[0].text
        assert [(one["author"], one["url"]) for one in done["by_hand"]] == [
            ("max", "https://forum.example/7")
        ]
        assert done["not_told"] == 2
        assert ana.do("tell", subject=KEY, text="again")["drafts"] == []
        self.sent(bench, ana, done["drafts"])
        assert [message.reply_to[0] for message in said_for(bench, "told")] == ["1", "4"]
        assert book(ana) == {
            "@joe@a.example": ("told", 1),
            "@sue@b.example": ("told", 1),
            "desk@town.example": ("not told", -1),
            "@police@c.example": ("not told", -1),
            "max": ("by hand", -1),
        }
        assert ana.do("tell", subject=KEY, text="again")["drafts"] == []

    def test_the_next_change_is_told_to_all_again_and_only_once(self, bench: Workbench) -> None:
        ana = self.three(bench)
        self.sent(bench, ana, ana.do("tell", subject=KEY, text="We passed it on.")["drafts"])
        ana.do("ticket", ticket=1, status="closed")
        bench.tend()
        assert len(ana.do("told", subject=KEY)["proposals"]) == 1
        done = ana.do("tell", subject=KEY, text="The department closed the case.")
        assert not ana.do("told", subject=KEY)["proposals"]
        assert len(done["drafts"]) == 2
        self.sent(bench, ana, done["drafts"])
        assert len(said_for(bench, "told")) == 4
        assert book(ana)["@sue@b.example"] == ("told", 2)

    def test_a_colleagues_open_draft_is_skipped_and_named(self, bench: Workbench) -> None:
        ana = self.three(bench)
        kim = bench.sit("kim")
        kim.do("claim", subject="mention:3", reason="knows her")
        kim.do("draft", subject="mention:3")
        done = ana.do("tell", subject=KEY, text="We passed it on.")
        assert [one["subject"] for one in done["drafts"]] == ["mention:1"]
        assert [(one["author"], one["says"]) for one in done["skipped"]] == [
            ("@sue@b.example", "kim has an open draft")
        ]

    def test_an_answer_counts_as_told_and_stops_a_draft_of_the_same_news(self, bench: Workbench) -> None:
        ana = self.three(bench)
        done = ana.do("tell", subject=KEY, text="We passed it on.")
        sue = next(one for one in done["drafts"] if one["subject"] == "mention:4")
        shown = ana.do("draft", subject="mention:2")
        ana.do("draft_save", draft=shown["draft"]["id"], text="Thank you, the department has your report.")
        ana.do("submit", draft=shown["draft"]["id"])
        wait(bench)
        self.sent(bench, ana, [sue])
        assert said_for(bench, "told") == []
        waiting = next(one for one in bench.deliveries() if one.purpose == "told")
        assert (waiting.state, waiting.says) == (
            "waiting",
            "Somebody has answered it meanwhile. Nothing was sent.",
        )

    def test_what_is_refused_is_told_again_and_what_is_unknown_is_not(self, bench: Workbench) -> None:
        ana = self.three(bench)
        done = ana.do("tell", subject=KEY, text="We passed it on.")
        bench.answers = lambda message: Receipt(
            "refused" if message.reply_to[0] == "1" else "unknown", "no whole answer."
        )
        self.sent(bench, ana, done["drafts"])
        assert book(ana)["@joe@a.example"][0] == "drafted"
        assert book(ana)["@sue@b.example"][0] == "on its way"
        assert ana.do("tell", subject=KEY, text="We passed it on.")["drafts"] == []

    def test_closed_is_not_told_as_fixed_unless_somebody_vouches_for_it(self, bench: Workbench) -> None:
        ana = self.three(bench)
        ana.do("ticket", ticket=1, status="closed")
        with pytest.raises(RequestError, match=r"closed is not fixed.*Nothing was prepared"):
            ana.do("tell", subject=KEY, text="It has been fixed.")
        assert bench.drafts() == ()
        done = ana.do("tell", subject=KEY, text="It has been fixed.", vouched="I drove there")
        assert len(done["drafts"]) == 2

    def test_whom_only_a_person_reaches_is_told_by_hand(self, bench: Workbench) -> None:
        ana = self.three(bench)
        with pytest.raises(RequestError, match="ana holds it"):
            bench.sit("kim").do("tell", subject=KEY, by_hand="mention:7", preview=True)
        ana.do("tell", subject=KEY, by_hand="mention:7")
        assert book(ana)["max"] == ("told", 1)

    def test_an_empty_slot_is_in_the_draft_and_blocks_sending_it(self, bench: Workbench) -> None:
        ana = self.three(bench)
        done = ana.do(
            "tell", subject=KEY, template="ticket-working", values={"ticket": "R-1"}, vouched="phone"
        )
        assert done["empty"] == ["next update"]
        with pytest.raises(RequestError, match="Fill in next update"):
            ana.do("submit", draft=done["drafts"][0]["draft"])

    def test_it_needs_the_claim_and_a_text(self, bench: Workbench) -> None:
        ana = self.three(bench)
        with pytest.raises(RequestError, match="ana holds it"):
            bench.sit("kim").do("tell", subject=KEY, text="We passed it on.")
        with pytest.raises(RequestError, match="Say what they shall be told"):
            ana.do("tell", subject=KEY)

    def test_a_repeat_folded_under_another_post_is_a_reporter_and_a_boost_is_none(
        self, bench: Workbench
    ) -> None:
        ana = self.three(bench)
        bench.report("8", source="home", author="@bo@d.example", head=None)
        bench.store.connection.execute(
            "UPDATE mention SET repeat_of = 1, incident = NULL WHERE native_id = '8'"
        )
        bench.report("9/activity", source="home", author="@cy@d.example")
        bench.store.connection.execute(
            "UPDATE mention SET repeat_of = 1, incident = NULL WHERE native_id = '9/activity'"
        )
        assert "@bo@d.example" in book(ana)
        assert "@cy@d.example" not in book(ana)


def test_every_mention_of_an_incident_finds_its_ticket_by_the_incident(bench: Workbench) -> None:
    escalated(bench, "city311")
    bench.report("2", source="home")
    number = bench.store.change(
        lambda change: change.connection.execute(
            "SELECT m.native_id, t.number FROM mention AS m JOIN ticket AS t ON t.incident = m.incident"
        ).fetchall()
    )
    assert number == [("1", "4711"), ("2", "4711")]
    assert bench.store.change(lambda change: told.current(change.connection, "main-road.road")) == 1


class TestMergedIncidents:
    def test_the_ticket_goes_with_the_mentions_and_so_does_what_was_told(self, bench: Workbench) -> None:
        ana, _ = escalated(bench, "city311")
        done = ana.do("tell", subject=KEY, text="We passed it on.")
        ana.do("submit", draft=done["drafts"][0]["draft"])
        wait(bench)
        self.joined(bench, ana)
        into = "incident:mill-street.road"
        with pytest.raises(RequestError, match="already"):
            ana.do("escalate", subject=into, route="city311")
        found = ana.do("told", subject=into)
        assert [one["number"] for one in found["tickets"]] == ["4711"]
        assert {one["author"]: one["state"] for one in found["reporters"]} == {
            "@joe@a.example": "told",
            "@sue@b.example": "due",
        }

    def test_further_reports_on_the_whole_go_on_and_the_ticket_is_found_by_it(self, bench: Workbench) -> None:
        ana, id_ = escalated(bench)
        self.joined(bench, ana)
        wait(bench, 601)
        (note,) = [one for one in bench.deliveries() if one.purpose == "note"]
        assert (note.state, note.subject) == ("confirmed", "incident:mill-street.road")
        found = bench.store.change(lambda change: tickets.of_incident(change.connection, "mill-street.road"))
        assert [one.id for one in found] == [id_]

    def joined(self, bench: Workbench, ana: Seat) -> None:
        """Another incident turns out to be the same, and what was escalated becomes part of it."""
        other = incident("mill-street.road", place="Mill Street")
        bench.report("2", source="home", author="@sue@b.example", place="Mill Street", incident=other)
        ana.do("claim", subject="incident:mill-street.road")
        ana.do("merge", subjects=[KEY], into="incident:mill-street.road")


class TestWhatMustNotHappen:
    def test_a_department_is_never_told_in_public(self, bench: Workbench) -> None:
        bench.settings = replace(SETTINGS, routes=(Route("wrong", "town"),))
        with pytest.raises(RequestError, match=r"which all may read\. Nothing was sent"):
            escalated(bench, "wrong")

    def test_a_closed_case_does_not_come_back_beside_a_newer_one(self, bench: Workbench) -> None:
        ana, id_ = escalated(bench, "city311")
        ana.do("ticket", ticket=id_, status="closed")
        ana.do("escalate", subject=KEY, route="city311", again=True)
        with pytest.raises(RequestError, match="asked again since: that is ticket 2"):
            ana.do("ticket", ticket=id_, status="open")
        wait(bench)
        bench.cases["4711"] = ("open", "opened again")
        wait(bench, 7 * 3600)
        assert [ticket(bench, one).state for one in (1, 2)] == ["closed", "open"]

    def test_what_came_back_is_not_there_because_the_relay_took_it(self, bench: Workbench) -> None:
        bench.answers = lambda message: Receipt("unknown", "lost", names=(message.key,))
        ana, id_ = escalated(bench)
        ana.do("ticket", ticket=id_, bounced="no such mailbox")
        ana.do("escalate", subject=KEY, route="roads")
        wait(bench, 30)
        assert bench.deliveries()[-1].state == "confirmed"
        assert ticket(bench, id_).state == "refused"
        assert "no such mailbox" in ticket(bench, id_).says

    def test_nobody_takes_what_nobody_has(self, bench: Workbench) -> None:
        bench.answers = lambda _message: Receipt("refused", "no such mailbox.")
        ana, id_ = escalated(bench)
        with pytest.raises(RequestError, match="roads does not have it, and nobody was woken"):
            ana.do("acknowledge", ticket=id_)

    def test_a_note_leaves_out_what_the_guard_blocks_and_goes_on(self, bench: Workbench) -> None:
        escalated(bench)
        bench.report("2", "help, card 4111 1111 1111 1111", source="home", tier=1, url="https://a.example/2")
        wait(bench, 1)
        (note,) = said_for(bench, "note")
        assert "4111" not in note.text
        assert "https://a.example/2" in note.text
