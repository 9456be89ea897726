"""What is done to subjects without saying anything, and undo: request by request, on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.model import MentionFilter
from console.service.socket import RequestError
from console.store.remembering import read_incidents, read_mentions
from console.work import Item
from tests.service.two_incidents import FLOOD, A, B, events, item, listed, mention, seen, two_incidents
from tests.service.workbench import Seat, Workbench
from tests.store.making import START, incident, taken


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    bench = Workbench(tmp_path)
    yield bench
    bench.close()


@pytest.fixture
def ana(bench: Workbench) -> Seat:
    return bench.sit("ana")


class TestSettingSomething:
    def test_a_note_is_for_colleagues_and_is_told_with_the_subject(self, bench: Workbench, ana: Seat) -> None:
        ana.do("note", subjects=[bench.report()], text="The caller is a child.")
        with bench.reader as reader:
            detail = reader.item("mention:1")
        assert [(note.text, note.by) for note in detail.notes] == [("The caller is a child.", "ana")]
        assert detail.events[0].kind == "noted"

    def test_tags_in_bulk_are_one_line_of_the_log_and_one_step_back(
        self, bench: Workbench, ana: Seat
    ) -> None:
        one, two, _ = two_incidents(bench)
        before = len(events(bench))
        assert ana.do("tag", subjects=[one, two], tags=["Bridge"])["count"] == 2
        assert len(events(bench)) == before + 1
        assert item(bench, two).tags == ("bridge",)
        assert ana.do("undo")["count"] == 2
        assert item(bench, one) == Item(one)

    def test_a_preview_counts_and_names_what_is_left_alone_and_does_nothing(
        self, bench: Workbench, ana: Seat
    ) -> None:
        one, two, _ = two_incidents(bench)
        bench.sit("kim").do("claim", subject=two)
        answer = ana.do("tag", subjects=[one, two, "mention:99"], tags=["x"], preview=True)
        assert answer["count"] == 1
        why = {skip["subject"]: skip["why"] for skip in answer["skipped"]}
        assert "kim holds it for 0 min" in why[two]
        assert "no such" in why["mention:99"]
        assert item(bench, one) == Item(one)
        assert ana.do("tag", subjects=[one, two], tags=["x"])["count"] == 1
        assert item(bench, two) == Item(two)

    def test_whoever_observes_changes_nothing(self, bench: Workbench) -> None:
        subject = bench.report()
        with pytest.raises(RequestError, match="Your role is to observe"):
            bench.sit("obs").do("tag", subject=subject, tags=["x"])

    def test_nothing_to_do_is_refused_with_the_reason(self, bench: Workbench, ana: Seat) -> None:
        subject = bench.report()
        with pytest.raises(RequestError, match=r"Nothing was changed\. mention:1: It is not put away"):
            ana.do("wake", subject=subject)


class TestSnoozing:
    def test_until_a_time_and_then_it_is_back(self, bench: Workbench, ana: Seat) -> None:
        two_incidents(bench)
        ana.do("snooze", subject=A, until=(bench.clock.now + timedelta(minutes=10)).isoformat())
        bench.go(599)
        assert item(bench, A).snooze is not None
        bench.go(2)
        assert item(bench, A).snooze is None
        assert "its time has come" in events(bench)[0].data

    def test_a_new_report_brings_it_back_in_the_transaction_that_brings_the_report(
        self, bench: Workbench, ana: Seat
    ) -> None:
        two_incidents(bench)
        ana.do("snooze", subjects=[A, B], on="report")
        bench.hear("4")
        assert item(bench, A).snooze is None
        assert item(bench, B).snooze is not None

    def test_a_repeat_brings_back_the_mention_that_it_repeats(self, bench: Workbench, ana: Seat) -> None:
        one, *_ = two_incidents(bench)
        ana.do("snooze", subject=one, on="report")
        bench.hear("4", head="1")
        assert item(bench, one).snooze is None

    def test_a_change_of_its_status_brings_it_back(self, bench: Workbench, ana: Seat) -> None:
        two_incidents(bench)
        ana.do("snooze", subject=A, on="status")
        bench.hear("4", standing={"tier": 2, "points": 4, "voices": 4})
        assert item(bench, A).snooze is not None
        bench.hear("5", standing={"tier": 1, "points": 9, "voices": 5})
        assert item(bench, A).snooze is None

    def test_what_is_to_be_acted_on_now_comes_back_whatever_it_was_put_away_for(
        self, bench: Workbench, ana: Seat
    ) -> None:
        two_incidents(bench)
        ana.do("snooze", subject=A, until=(bench.clock.now + timedelta(hours=1)).isoformat())
        bench.hear("4", standing={"tier": 1, "points": 9, "voices": 5})
        assert item(bench, A).snooze is None

    def test_a_report_on_what_was_merged_into_it_brings_it_back(self, bench: Workbench, ana: Seat) -> None:
        two_incidents(bench)
        ana.do("merge", subjects=[A], into=B)
        ana.do("snooze", subject=B, on="report")
        bench.hear("4")
        assert item(bench, B).snooze is None

    def test_a_repeat_brings_back_the_incident_into_which_its_head_was_split(
        self, bench: Workbench, ana: Seat
    ) -> None:
        one, *_ = two_incidents(bench)
        part = f"incident:{ana.do('split', subjects=[one])['incident']}"
        ana.do("snooze", subject=part, on="report")
        bench.hear("4", head="1")
        assert item(bench, part).snooze is None

    def test_what_a_merge_makes_to_be_acted_on_now_comes_back_and_is_away_again_without_it(
        self, bench: Workbench, ana: Seat
    ) -> None:
        two_incidents(bench)
        bench.hear("4", "bridge.flood", standing={**FLOOD, "tier": 1, "points": 9, "voices": 2}, **FLOOD)
        ana.do("snooze", subject=A, until=(bench.clock.now + timedelta(days=3)).isoformat())
        ana.do("merge", subjects=[B], into=A)
        assert seen(bench, "main-road.road").tier == 1
        assert item(bench, A).snooze is None
        ana.do("undo")
        assert item(bench, A).snooze is not None
        ana.do("undo")
        assert item(bench, A).snooze is None

    def test_what_a_hand_or_an_undo_makes_to_be_acted_on_now_comes_back_unless_that_was_seen(
        self, bench: Workbench, ana: Seat
    ) -> None:
        two_incidents(bench)
        ana.do("snooze", subject=A, on="status")
        ana.do("correct", subject=A, tier=1)
        assert item(bench, A).snooze is None
        ana.do("snooze", subject=A, on="status")
        event = ana.do("correct", subject=A, tier=3)["event"]
        ana.do("undo")
        assert item(bench, A).snooze is not None
        bench.hear("4", standing={"tier": 1, "points": 9, "voices": 5})
        event = ana.do("correct", subject=A, tier=2)["event"]
        bench.sit("kim").do("snooze", subject=A, on="status")
        ana.do("undo", event=event)
        assert item(bench, A).snooze is None


class TestCorrecting:
    def test_the_hand_wins_over_what_intake_says_later_until_it_is_taken_away(
        self, bench: Workbench, ana: Seat
    ) -> None:
        two_incidents(bench)
        ana.do("correct", subject=A, tier=3)
        assert seen(bench, "main-road.road").tier == 3
        assert item(bench, A).marked
        bench.hear("4", standing={"tier": 1, "points": 9, "voices": 3})
        assert (seen(bench, "main-road.road").tier, seen(bench, "main-road.road").points) == (3, 9)
        ana.do("correct", subject=A, tier=None)
        assert seen(bench, "main-road.road").tier == 1

    def test_the_wall_is_in_the_order_of_the_hand(self, bench: Workbench, ana: Seat) -> None:
        two_incidents(bench)
        ana.do("correct", subject=B, tier=1)
        with bench.reader as reader:
            assert [one.key for one in reader.incidents()] == ["bridge.flood", "main-road.road"]
            assert reader.tier_counts().act_now == 1

    def test_facets_and_mood_of_a_mention_follow_the_hand_also_through_an_edit(
        self, bench: Workbench, ana: Seat
    ) -> None:
        one, two, _ = two_incidents(bench)
        ana.do("correct", subject=one, tier=1, mood=0.75)
        assert listed(bench, tier=1) == [one]
        assert seen(bench, "main-road.road").mood_sum == 1.0
        edited = taken("1", "now it is a lake", mood=-1.0, tier=2, points=5, mention_id=1, incident=None)
        bench.store.take([edited])
        assert (mention(bench, one).tier, mention(bench, one).mood) == (1, 0.75)
        ana.do("correct", subject=one, tier=None, mood=None)
        assert (mention(bench, one).tier, mention(bench, one).mood) == (2, -1.0)
        assert listed(bench, tier=2) == [one]
        assert listed(bench, incident="main-road.road") == [two]

    def test_a_restarted_judge_gets_back_what_intake_said(self, bench: Workbench, ana: Seat) -> None:
        two_incidents(bench)
        before = known(bench)
        ana.do("correct", subject=A, tier=1)
        ana.do("merge", subjects=[A], into=B)
        ana.do("split", subjects=["mention:3"])
        assert known(bench) == before


class TestClosing:
    def test_closed_by_hand_and_opened_again(self, bench: Workbench, ana: Seat) -> None:
        two_incidents(bench)
        ana.do("close", subject=A)
        bench.hear("4", standing={"tier": 2, "points": 4, "voices": 3})
        assert seen(bench, "main-road.road").state == "closed"
        ana.do("reopen", subject=A)
        assert seen(bench, "main-road.road").state == "open"
        assert item(bench, A).state is None

    def test_what_becomes_worse_than_whoever_closed_it_knew_opens_it(
        self, bench: Workbench, ana: Seat
    ) -> None:
        two_incidents(bench)
        ana.do("close", subject=A)
        bench.hear("4", standing={"tier": 1, "points": 9, "voices": 3})
        assert seen(bench, "main-road.road").state == "open"

    def test_what_intake_closed_is_opened_by_hand(self, bench: Workbench, ana: Seat) -> None:
        bench.hear("1", standing={"state": "closed"})
        ana.do("reopen", subject=A)
        assert seen(bench, "main-road.road").state == "open"


class TestMerging:
    def test_mentions_counts_mood_voices_and_tier_move(self, bench: Workbench, ana: Seat) -> None:
        one, two, three = two_incidents(bench)
        ana.do("merge", subjects=[A], into=B)
        whole, gone = seen(bench, "bridge.flood"), seen(bench, "main-road.road")
        assert (whole.mentions, whole.mood_sum, whole.mood_count) == (3, 0.25, 3)
        assert (whole.tier, whole.points, whole.voices) == (2, 4, 2)
        assert (gone.state, gone.mentions) == ("closed", 0)
        assert listed(bench, incident="bridge.flood") == [one, two, three]
        with bench.reader as reader:
            assert [one.key for one in reader.incidents(MentionFilter(source="town"))] == ["bridge.flood"]
            assert reader.item(B).merged == ("main-road.road",)

    def test_what_intake_gives_to_the_one_goes_to_the_other_and_back_when_undone(
        self, bench: Workbench, ana: Seat
    ) -> None:
        two_incidents(bench)
        ana.do("merge", subjects=[A], into=B)
        late = bench.hear("4", author="@cy", standing={"tier": 1, "points": 9, "voices": 3})
        assert mention(bench, late).incident == "bridge.flood"
        assert (seen(bench, "bridge.flood").tier, seen(bench, "bridge.flood").mentions) == (1, 4)
        assert seen(bench, "main-road.road").state == "closed"
        ana.do("undo")
        assert mention(bench, late).incident == "main-road.road"
        assert (seen(bench, "main-road.road").tier, seen(bench, "main-road.road").mentions) == (1, 3)
        assert (seen(bench, "bridge.flood").tier, seen(bench, "bridge.flood").mentions) == (3, 1)

    def test_it_is_open_as_long_as_intake_has_one_of_them_open(self, bench: Workbench, ana: Seat) -> None:
        two_incidents(bench)
        ana.do("merge", subjects=[A], into=B)
        bench.store.expire([incident("bridge.flood", state="closed", place="Bridge", topic="flood")])
        assert seen(bench, "bridge.flood").state == "open"
        bench.store.expire([incident(state="closed")])
        assert seen(bench, "bridge.flood").state == "closed"

    def test_a_colleagues_incident_takes_nothing_in(self, bench: Workbench, ana: Seat) -> None:
        two_incidents(bench)
        bench.sit("kim").do("claim", subject=B)
        with pytest.raises(RequestError, match="kim holds it"):
            ana.do("merge", subjects=[A], into=B)

    def test_a_chain_of_merges_and_a_loop(self, bench: Workbench, ana: Seat) -> None:
        two_incidents(bench)
        bench.hear("5", "park.tree", standing={"place": "Park", "topic": "tree"})
        ana.do("merge", subjects=[A], into=B)
        ana.do("merge", subjects=[B], into="incident:park.tree")
        assert seen(bench, "park.tree").mentions == 4
        with pytest.raises(RequestError, match="closed, or part of another"):
            ana.do("merge", subjects=["incident:park.tree"], into=A)
        ana.do("undo")
        assert [seen(bench, key).mentions for key in ("main-road.road", "bridge.flood", "park.tree")] == [
            0,
            3,
            1,
        ]

    def test_split_makes_an_incident_of_its_own_that_can_go_again(self, bench: Workbench, ana: Seat) -> None:
        one, two, _ = two_incidents(bench)
        key = ana.do("split", subjects=[two])["incident"]
        assert key == "main-road.road.part"
        assert (seen(bench, key).mentions, seen(bench, key).mood_sum, seen(bench, key).voices) == (1, 0.25, 1)
        assert listed(bench, incident="main-road.road") == [one]
        ana.do("undo")
        with bench.reader as reader:
            assert reader.incident(key) is None
        assert listed(bench, incident="main-road.road") == [one, two]

    def test_a_split_that_is_being_worked_on_stays(self, bench: Workbench, ana: Seat) -> None:
        _, two, _ = two_incidents(bench)
        key = ana.do("split", subjects=[two])["incident"]
        bench.sit("kim").do("note", subject=f"incident:{key}", text="I called them.")
        with pytest.raises(RequestError, match="being worked on by now"):
            ana.do("undo")

    def test_a_split_of_which_nobody_speaks_closes_as_others_do(self, bench: Workbench, ana: Seat) -> None:
        _, two, _ = two_incidents(bench)
        key = ana.do("split", subjects=[two])["incident"]
        bench.go(bench.settings.intake.window + 10)
        assert seen(bench, key).state == "closed"

    def test_a_detached_mention_belongs_nowhere_and_stays_there(self, bench: Workbench, ana: Seat) -> None:
        one, two, _ = two_incidents(bench)
        ana.do("detach", subject=one)
        edited = taken("1", "as before, mostly", mention_id=1, incident=None)
        bench.store.take([edited])
        assert mention(bench, one).incident is None
        assert listed(bench, incident="main-road.road") == [two]


class TestPromises:
    WORDS = "A crew is on its way. Next update by 19:00."

    def answer(self, ana: Seat, subject: str) -> None:
        bench = ana.bench
        ana.do("claim", subject=subject)
        draft = ana.do("draft", subject=subject)["draft"]["id"]
        ana.do("draft_save", draft=draft, text=self.WORDS)
        ana.do("submit", draft=draft)
        bench.go(11)
        bench.deliver()

    def test_what_was_sent_starts_its_clock_and_it_survives_a_restart(
        self, bench: Workbench, ana: Seat
    ) -> None:
        subject = bench.report()
        self.answer(ana, subject)
        bench.restart()
        (pledge,) = item(bench, subject).unkept
        assert (pledge.due, pledge.words) == (datetime(2026, 3, 1, 19, 0, tzinfo=UTC), "by 19:00")
        assert item(bench, subject).answered_at == START + timedelta(seconds=11)
        assert item(bench, A).answered_at == START + timedelta(seconds=11)
        with bench.reader as reader:
            names = [wait.name for wait in reader.work().clocks_of(A)]
        assert names == ["update", "close"]

    def test_a_promise_is_kept_by_hand(self, bench: Workbench, ana: Seat) -> None:
        subject = bench.report()
        self.answer(ana, subject)
        ana.do("promise", subject=subject, due="2026-03-01T18:30:00Z", words="call her back")
        ana.do("promise", subject=subject, kept=0)
        assert [one.words for one in item(bench, subject).unkept] == ["by 19:00"]
        ana.do("undo")
        assert [one.words for one in item(bench, subject).unkept] == ["call her back", "by 19:00"]


class TestWhatTheWallReads:
    def test_one_call_brings_it_all(self, bench: Workbench, ana: Seat) -> None:
        one, *_ = two_incidents(bench)
        ana.do("claim", subject=A)
        ana.do("tag", subject=one, tags=["x"])
        ana.do("draft", subject=one)
        with bench.reader as reader:
            work = reader.work()
        assert work.claims[A].name == "ana"
        assert work.item(one).tags == ("x",)
        assert len(work.drafts) == 1
        assert set(work.open) == {A, B}
        assert [wait.name for wait in work.clocks_of(A)] == ["answer", "close"]


def known(bench: Workbench) -> object:
    connection = bench.store.connection
    return read_mentions(connection, START - timedelta(days=1)), read_incidents(connection)
