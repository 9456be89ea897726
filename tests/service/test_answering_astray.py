"""How an answer could go wrong, be said twice, or be lost, and does not: each was possible once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from console.service.socket import RequestError
from console.service.speech import Speaking
from console.settings import Settings
from console.store import outbox
from console.work import Delivery
from feeds.channel import Channel, Message, Receipt
from tests.service.test_answering import WORDS, drafted, said
from tests.service.workbench import Seat, Workbench, with_answers
from tests.store.making import taken

LONG = "Crews are at work along the river tonight. " * 20


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    bench = Workbench(tmp_path)
    yield bench
    bench.close()


def sent(bench: Workbench, text: str = WORDS, who: str = "ana") -> tuple[Seat, dict[str, Any]]:
    """Somebody claims a new report, answers it and sends."""
    seat, subject = bench.sit(who), bench.report()
    shown = drafted(seat, subject, text)
    seat.do("submit", draft=shown["draft"]["id"])
    return seat, shown["draft"]


def speaking_on(bench: Workbench, *channels: Channel) -> None:
    """The settings are read anew, and name these channels."""
    bench.settings = replace(bench.settings, channels=channels)
    bench.speaking = Speaking(bench.settings)


def lose_then(bench: Workbench, receipt: Receipt) -> Callable[[Message], Receipt]:
    """A platform that takes a message and loses its answer; to every later try it says something else."""
    tries: list[str] = []

    def platform(message: Message) -> Receipt:
        tries.append(message.key)
        return Receipt("unknown", "lost", names=("there",)) if len(tries) == 1 else receipt

    return platform


def doubted(bench: Workbench, delivery: Delivery) -> None:
    """It was read back, was not seen, and may be tried again."""
    bench.store.change(
        lambda change: outbox.write(
            change.connection, replace(delivery, state="queued", next_at=change.now, doubted=True)
        )
    )


class TestInDoubt:
    def test_what_is_refused_after_a_doubt_is_not_taken_for_unsaid(self, bench: Workbench) -> None:
        bench.answers = lose_then(bench, Receipt("refused", "The token has run out."))
        ana, draft = sent(bench)
        bench.go(11)
        bench.deliver()
        doubted(bench, bench.deliveries()[0])
        bench.deliver()
        assert bench.deliveries()[0].state == "unknown"
        with pytest.raises(RequestError, match="sent or dropped"):
            ana.do("submit", draft=draft["id"])
        assert said(bench) == [WORDS]

    def test_taking_back_one_part_takes_back_none_that_may_have_been_said(self, bench: Workbench) -> None:
        bench.answers = lose_then(bench, Receipt("later", "busy"))
        ana, _ = sent(bench, LONG)
        bench.go(11)
        bench.deliver()
        second, first = bench.deliveries()
        doubted(bench, first)
        with pytest.raises(RequestError, match="may have been said"):
            ana.do("take_back", delivery=second.id)

    def test_a_receipt_that_was_never_written_down_becomes_a_doubt(self, bench: Workbench) -> None:
        sent(bench)
        bench.go(11)
        bench.deliver(crash_at="after")
        bench.restart()
        bench.go(1)
        bench.deliver()
        assert (bench.deliveries()[0].state, said(bench)) == ("confirmed", [WORDS])

    def test_a_part_settled_by_hand_says_where_it_stands_before_the_next_follows(
        self, bench: Workbench
    ) -> None:
        bench.answers = lambda _message: Receipt("unknown", "lost")
        ana, _ = sent(bench, LONG)
        bench.go(11)
        bench.deliver()
        bench.answers = None
        ana.do("settle", delivery=bench.deliveries()[1].id, said=True)
        bench.go(6)
        bench.deliver()
        assert said(bench) == []
        assert "not known where the part before stands" in bench.deliveries()[0].says

    def test_with_its_address_it_can_be_followed(self, bench: Workbench) -> None:
        bench.answers = lambda _message: Receipt("unknown", "lost")
        ana, _ = sent(bench, LONG)
        bench.go(11)
        bench.deliver()
        bench.answers = None
        where = "https://social.example/@riverton/1"
        ana.do("settle", delivery=bench.deliveries()[1].id, said=True, url=where)
        bench.go(6)
        bench.deliver()
        assert [message.reply_to for message in bench.said] == [(where,)]


class TestAnotherChannel:
    def test_a_channel_that_became_another_one_does_not_say_what_was_meant_for_the_first(
        self, bench: Workbench
    ) -> None:
        sent(bench)
        speaking_on(bench, Channel("dry-run", "mastodon", "https://social.example", "@riverton"))
        bench.go(11)
        bench.deliver()
        assert said(bench) == []
        assert "another one than when this was written" in bench.deliveries()[0].says

    def test_what_was_typed_is_kept_also_when_its_channel_is_gone(self, bench: Workbench) -> None:
        ana, subject = bench.sit("ana"), bench.report()
        shown = drafted(ana, subject, "A crew")
        speaking_on(bench, Channel("town", "dry-run"))
        shown = ana.do("draft_save", draft=shown["draft"]["id"], text=WORDS)
        assert bench.draft(shown["draft"]["id"]).text == WORDS  # type: ignore[union-attr]
        assert "no channel dry-run any more" in shown["stands"]


class TestClaims:
    def test_the_incident_s_holder_does_not_answer_what_a_colleague_holds(self, bench: Workbench) -> None:
        subject = bench.report()
        kim, ana = bench.sit("kim"), bench.sit("ana")
        shown = drafted(kim, subject, "kim's words")
        ana.do("claim", subject="incident:main-road.road")
        with pytest.raises(RequestError, match="kim holds it now"):
            ana.do("draft_save", draft=shown["draft"]["id"], text=WORDS)

    def test_whoever_takes_the_mention_over_stops_what_was_written_under_the_incident(
        self, bench: Workbench
    ) -> None:
        subject = bench.report()
        ana, kim = bench.sit("ana"), bench.sit("kim")
        ana.do("claim", subject="incident:main-road.road")
        shown = ana.do("draft", subject=subject)
        ana.do("draft_save", draft=shown["draft"]["id"], text=WORDS)
        ana.do("submit", draft=shown["draft"]["id"])
        kim.do("claim", subject=subject, reason="stop, that is wrong")
        bench.go(11)
        bench.deliver()
        assert said(bench) == []

    def test_a_take_over_between_two_claims_of_one_person_stops_the_words(self, bench: Workbench) -> None:
        ana, draft = sent(bench)
        kim = bench.sit("kim")
        kim.do("claim", subject=draft["subject"], reason="wrong")
        kim.do("release", subject=draft["subject"])
        ana.do("claim", subject=draft["subject"])
        bench.go(11)
        bench.deliver()
        assert said(bench) == []

    def test_a_role_that_was_taken_away_ends_what_a_claim_allowed_at_once(self, bench: Workbench) -> None:
        ana, subject = bench.sit("ana"), bench.report()
        ana.do("claim", subject=subject)
        bench.settings = Settings(roles=bench.settings.roles[1:])
        with pytest.raises(RequestError, match="Your role is to observe"):
            ana.do("draft", subject=subject)


class TestThePause:
    def test_a_respondent_cannot_open_a_hole_in_a_pause(self, bench: Workbench) -> None:
        sent(bench)
        bench.sit("lee").do("pause", reason="wrong river")
        kim = bench.sit("kim")
        with pytest.raises(RequestError, match="You may only pause more"):
            kim.do("pause", reason="go on", allow=["dry-run"])
        with pytest.raises(RequestError, match="Whoever paused it"):
            kim.do("resume")

    def test_whoever_only_observes_by_now_does_not_end_it(self, bench: Workbench) -> None:
        ana = bench.sit("ana")
        ana.do("pause", reason="wrong river")
        bench.settings = Settings(roles=bench.settings.roles[1:])
        with pytest.raises(RequestError, match="the pause stands"):
            ana.do("resume")


class TestOneAnswer:
    def test_an_update_to_a_mention_is_an_answer_to_it(self, bench: Workbench) -> None:
        ana, subject = bench.sit("ana"), bench.report()
        for number in (1, 2):
            shown = drafted(ana, subject, f"update {number}", purpose="update")
            assert shown["draft"]["purpose"] == "reply"
            if number == 1:
                ana.do("submit", draft=shown["draft"]["id"])
        with pytest.raises(RequestError, match="meanwhile"):
            ana.do("submit", draft=shown["draft"]["id"])


class TestAgreeing:
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Iterator[Workbench]:
        bench = with_answers(tmp_path, second_tiers=(1, 2, 3))
        yield bench
        bench.close()

    def test_words_stand_in_the_name_of_whoever_typed_last(self, bench: Workbench) -> None:
        subject = bench.report()
        ana, kim, lee = bench.sit("ana"), bench.sit("kim"), bench.sit("lee")
        shown = drafted(ana, subject, "one")
        for seat, text in ((kim, "two"), (ana, WORDS)):
            seat.do("claim", subject=subject, reason="my turn")
            shown = seat.do("draft_save", draft=shown["draft"]["id"], text=text)
        ana.do("submit", draft=shown["draft"]["id"])
        lee.do("approve", draft=shown["draft"]["id"], version=shown["draft"]["version"])
        delivery = bench.deliveries()[0]
        assert (delivery.uid, delivery.author) == (1001, "ana")
        kim.do("claim", subject=subject, reason="no, mine")
        bench.go(11)
        bench.deliver()
        assert said(bench) == []

    def test_an_approval_is_for_an_answer_to_the_post_as_it_was_read(self, bench: Workbench) -> None:
        ana, draft = sent(bench)
        bench.edit(draft["subject"], "the mayor is a thief")
        ana.do("draft_save", draft=draft["id"], seen=True)
        with pytest.raises(RequestError, match="does not wait for approval"):
            bench.sit("lee").do("approve", draft=draft["id"], version=draft["version"])

    def test_nor_does_looking_again_turn_it_into_an_answer_to_another_post(self, bench: Workbench) -> None:
        ana, draft = sent(bench)
        bench.sit("lee").do("approve", draft=draft["id"], version=draft["version"])
        bench.edit(draft["subject"], "the mayor is a thief")
        bench.go(11)
        bench.deliver()
        with pytest.raises(RequestError, match="changed since somebody approved"):
            ana.do("look_again", delivery=bench.deliveries()[0].id)

    def test_a_tier_corrected_by_hand_leads_past_no_second_person(self, tmp_path: Path) -> None:
        bench = with_answers(tmp_path / "tiers", second_tiers=(1,))
        done = bench.store.take([taken("9", "help", tier=1, at=bench.clock.now)])
        subject = f"mention:{done.added[0]}"
        ana = bench.sit("ana")
        ana.do("claim", subject=subject)
        ana.do("correct", subjects=[subject], tier=3)
        shown = drafted(ana, subject, WORDS)
        assert (shown["subject"]["tier"], shown["second"]) == (3, "tier 1")
        bench.close()


class TestReasons:
    def test_a_reason_holds_for_the_words_it_was_given_for(self, bench: Workbench) -> None:
        ana, subject = bench.sit("ana"), bench.report()
        shown = drafted(ana, subject, "Call the hotline on 020 7946 0018.")
        id_ = shown["draft"]["id"]
        ana.do("draft_save", draft=id_, reasons={"phone": "it is the public hotline"})
        ana.do("draft_save", draft=id_, text="His private mobile is 07700 900123.")
        with pytest.raises(RequestError, match="give a reason"):
            ana.do("submit", draft=id_)


class TestDrafts:
    def test_nobody_drops_a_colleague_s_words(self, bench: Workbench) -> None:
        subject = bench.report()
        ana, kim = bench.sit("ana"), bench.sit("kim")
        shown = drafted(ana, subject, WORDS)
        kim.do("claim", subject=subject, reason="ana is away")
        with pytest.raises(RequestError, match="ana wrote it"):
            kim.do("draft_drop", draft=shown["draft"]["id"])

    def test_a_draft_that_was_sent_cannot_be_dropped(self, bench: Workbench) -> None:
        ana, draft = sent(bench)
        with pytest.raises(RequestError, match="sent or dropped already"):
            ana.do("draft_drop", draft=draft["id"])

    def test_what_is_taken_back_is_a_draft_again_also_when_another_was_begun(self, bench: Workbench) -> None:
        ana, draft = sent(bench)
        ana.do("draft", subject=draft["subject"])
        ana.do("take_back", delivery=bench.deliveries()[0].id)
        assert [one.text for one in bench.drafts()] == [WORDS]

    def test_the_rest_of_a_thread_that_was_refused_in_the_middle_is_a_draft(self, bench: Workbench) -> None:
        tries: list[Message] = []

        def platform(message: Message) -> Receipt:
            tries.append(message)
            taken = Receipt("confirmed", "taken", names=(message.key,))
            return taken if len(tries) == 1 else Receipt("refused", "No.")

        bench.answers = platform
        ana, _ = sent(bench, LONG)
        bench.go(11)
        for _ in range(3):
            bench.deliver()
            bench.go(6)
        (rest,) = bench.drafts()
        assert rest.text
        assert LONG.endswith(f"{rest.text} ")
        bench.answers = None
        ana.do("submit", draft=rest.id)
        bench.go(11)
        bench.deliver()
        assert "".join(said(bench)).count("Crews are at work") == 20

    def test_words_that_are_too_many_are_refused_and_never_cut(self, bench: Workbench) -> None:
        ana, subject = bench.sit("ana"), bench.report()
        shown = drafted(ana, subject, WORDS)
        with pytest.raises(RequestError, match="nothing was saved"):
            ana.do("draft_save", draft=shown["draft"]["id"], text="x" * 8001)
        lines = "\n".join(map(str, range(1500)))
        kept = ana.do("draft_save", draft=shown["draft"]["id"], text=lines)
        assert kept["draft"]["text"] == lines

    def test_a_mention_that_is_being_answered_is_not_forgotten(self, bench: Workbench) -> None:
        ana, subject = bench.sit("ana"), bench.report()
        shown = drafted(ana, subject, WORDS)
        bench.store.settings = replace(bench.store.settings, keep=86400.0)
        bench.store.connection.execute("UPDATE incident SET state = 'closed', closed_at = 0")
        bench.clock.now += timedelta(days=9)
        bench.store.tidy(idle=True)
        ana.do("draft_check", draft=shown["draft"]["id"])

    def test_an_answer_to_a_post_for_the_signed_in_can_be_sent(self, bench: Workbench) -> None:
        ana, subject = bench.sit("ana"), bench.report()
        bench.store.connection.execute("UPDATE mention SET audience = 'signed in'")
        ana.do("submit", draft=drafted(ana, subject, WORDS)["draft"]["id"])
