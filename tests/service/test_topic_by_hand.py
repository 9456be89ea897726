"""What a mention is about, set by hand: where it goes, what is learned from it, and how it is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.service.socket import RequestError
from console.store import lessons
from console.store.remembering import read_mentions
from console.work import Item
from feeds.post import Post
from tests.service.two_incidents import A, B, events, item, mention, seen, two_incidents
from tests.service.workbench import Seat, Workbench
from tests.store.making import START, flood_warning, incident, taken


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    bench = Workbench(tmp_path)
    yield bench
    bench.close()


@pytest.fixture
def ana(bench: Workbench) -> Seat:
    return bench.sit("ana")


def topic_of(bench: Workbench, subject: str) -> tuple[str, str | None]:
    found = mention(bench, subject)
    return found.topic, found.incident


def say(bench: Workbench, number: int, text: str) -> None:
    """Somebody of their own says it to the live judge, as the mention of that number."""
    post = Post("town", str(number), text, author=f"@{number}", created_at=bench.clock.now)
    bench.intake.take([post], trust="public")


def cry(bench: Workbench, subject: str, key: str) -> None:
    """Its author makes the first post a call for help, which intake puts into that incident."""
    topic = key.rpartition(".")[2]
    judged: dict[str, Any] = {"topic": topic, "tier": 1, "points": 9}
    stands = incident(key, **judged)
    number = int(subject.partition(":")[2])
    bench.store.take([taken("1", "help, we are trapped", incident=stands, mention_id=number, **judged)])


class TestWhereItGoes:
    def test_to_the_incident_of_its_place_and_that_topic_and_back(self, bench: Workbench, ana: Seat) -> None:
        one, *_ = two_incidents(bench)
        bench.hear("9", "main-road.power", standing={"topic": "power"}, topic="power")
        before = topic_of(bench, one)
        ana.do("correct", subject=one, topic="power")
        assert topic_of(bench, one) == ("power", "main-road.power")
        assert (seen(bench, "main-road.road").mentions, seen(bench, "main-road.power").mentions) == (1, 2)
        assert item(bench, one).marked
        assert ana.do("undo")["what"] == "corrected"
        assert topic_of(bench, one) == before
        assert (seen(bench, "main-road.road").mentions, seen(bench, "main-road.power").mentions) == (2, 1)
        assert item(bench, one) == Item(one)

    def test_without_one_it_is_loose_and_joins_the_next(self, bench: Workbench, ana: Seat) -> None:
        one, *_ = two_incidents(bench)
        ana.do("correct", subject=one, topic="power")
        assert topic_of(bench, one) == ("power", None)
        bench.hear("9", "main-road.power", standing={"topic": "power"}, topic="power", adopted=("1",))
        assert topic_of(bench, one) == ("power", "main-road.power")

    def test_a_live_judge_lets_it_wait_with_those_who_speak_of_that(
        self, bench: Workbench, ana: Seat
    ) -> None:
        say(bench, 1, "the dimmer failed all over the hill, nothing glows")
        assert topic_of(bench, "mention:1") == ("other", None)
        ana.do("correct", subject="mention:1", topic="power")
        say(bench, 2, "power cut, whole hill, our bakery is shut")
        assert topic_of(bench, "mention:2") == ("power", None)
        say(bench, 3, "another blackout tonight says my aunt")
        assert topic_of(bench, "mention:1") == topic_of(bench, "mention:3") == ("power", "no-place.power")

    @pytest.mark.parametrize("back", ["undo", "another topic", "intake decides"])
    def test_taken_back_a_live_judge_lets_it_wait_with_them_no_more(
        self, bench: Workbench, ana: Seat, back: str
    ) -> None:
        say(bench, 1, "the dimmer failed all over the hill, nothing glows")
        ana.do("correct", subject="mention:1", topic="power")
        if back == "undo":
            ana.do("undo")
        else:
            ana.do("correct", subject="mention:1", topic="noise" if back == "another topic" else None)
        say(bench, 2, "power cut, whole hill, our bakery is shut")
        say(bench, 3, "another blackout tonight says my aunt")
        assert topic_of(bench, "mention:1") == ("noise" if back == "another topic" else "other", None)
        assert topic_of(bench, "mention:2") == topic_of(bench, "mention:3") == ("power", None)
        say(bench, 4, "no electricity since five, the freezer is thawing")
        assert (seen(bench, "no-place.power").mentions, seen(bench, "no-place.power").voices) == (3, 3)

    def test_taken_back_it_waits_again_with_those_of_before(self, bench: Workbench, ana: Seat) -> None:
        say(bench, 1, "power cut, whole hill, our bakery is shut")
        ana.do("correct", subject="mention:1", topic="noise")
        say(bench, 2, "another blackout tonight says my aunt")
        say(bench, 3, "no electricity since five, the freezer is thawing")
        assert topic_of(bench, "mention:3") == ("power", None), "two speak of that"
        ana.do("undo")
        say(bench, 4, "blackout again, the lift is stuck with nobody in it")
        assert topic_of(bench, "mention:1") == ("power", "no-place.power")
        assert seen(bench, "no-place.power").voices == 4

    def test_what_is_to_be_acted_on_now_never_loses_its_incident(self, bench: Workbench, ana: Seat) -> None:
        two_incidents(bench)
        urgent = bench.hear("9", tier=1, points=9)
        ana.do("correct", subject=urgent, topic="power")
        assert topic_of(bench, urgent) == ("power", "main-road.road")

    def test_what_is_set_to_be_acted_on_now_never_loses_its_incident(
        self, bench: Workbench, ana: Seat
    ) -> None:
        one, two, _ = two_incidents(bench)
        ana.do("correct", subject=one, topic="power", tier=1)
        assert topic_of(bench, one) == ("power", "main-road.road")
        ana.do("correct", subject=two, topic="power")
        assert topic_of(bench, two) == ("power", None)
        ana.do("correct", subject=two, tier=1)
        assert topic_of(bench, two) == ("power", "main-road.road")
        ana.do("undo")
        assert topic_of(bench, two) == ("power", None)

    def test_what_is_to_be_acted_on_now_goes_to_none_that_can_wait(self, bench: Workbench, ana: Seat) -> None:
        two_incidents(bench)
        power = {"topic": "power"}
        bench.hear("9", "main-road.power", standing=power, topic="power")
        urgent = bench.hear("10", tier=1, points=9, standing={"tier": 1, "points": 9})
        ana.do("correct", subject=urgent, topic="power")
        assert topic_of(bench, urgent) == ("power", "main-road.road")
        ana.do("undo")
        ana.do("correct", subject=urgent, topic="power", tier=2)
        assert topic_of(bench, urgent) == ("power", "main-road.power"), "it need not be acted on now"
        ana.do("correct", subject=urgent, tier=None)
        assert topic_of(bench, urgent) == ("power", "main-road.road")
        ana.do("undo")
        ana.do("undo")
        bench.hear("11", "main-road.power", standing=power | {"tier": 1, "points": 9}, topic="power")
        ana.do("correct", subject=urgent, topic="power")
        assert topic_of(bench, urgent) == ("power", "main-road.power")

    def test_what_is_to_be_acted_on_now_goes_rather_there_than_stay_in_a_closed_one(
        self, bench: Workbench, ana: Seat
    ) -> None:
        urgent = bench.hear("1", tier=1, points=9)
        bench.hear("2", "main-road.power", standing={"topic": "power"}, topic="power")
        ana.do("close", subject=A, reason="done")
        ana.do("correct", subject=urgent, topic="power")
        assert topic_of(bench, urgent) == ("power", "main-road.power")

    def test_what_intake_says_by_itself_moves_nothing(self, bench: Workbench, ana: Seat) -> None:
        one, *_ = two_incidents(bench)
        shown = topic_of(bench, one)
        ana.do("correct", subject=one, topic="power")
        ana.do("correct", subject=one, topic=None)
        assert topic_of(bench, one) == shown
        assert item(bench, one) == Item(one)

    def test_what_was_put_somewhere_by_hand_stays_there(self, bench: Workbench, ana: Seat) -> None:
        one, *_ = two_incidents(bench)
        part = ana.do("split", subjects=[one])["incident"]
        ana.do("correct", subject=one, topic="flood")
        assert topic_of(bench, one) == ("flood", part)

    def test_its_author_edits_it_and_the_hand_still_wins(self, bench: Workbench, ana: Seat) -> None:
        one, *_ = two_incidents(bench)
        ana.do("correct", subject=one, topic="power")
        bench.edit(one, "the road is still closed")
        assert topic_of(bench, one) == ("power", None)
        ana.do("undo")
        assert topic_of(bench, one) == ("road", "main-road.road")

    @pytest.mark.parametrize("state", ["none", "can wait", "closed"])
    def test_its_author_calls_for_help_and_is_where_intake_puts_that(
        self, bench: Workbench, ana: Seat, state: str
    ) -> None:
        one, *_ = two_incidents(bench)
        power = {"topic": "power"}
        if state != "none":
            bench.hear("9", "main-road.power", standing=power, topic="power")
        ana.do("correct", subject=one, topic="power")
        if state == "closed":
            bench.hear("10", "main-road.power", standing=power | {"state": "closed"}, topic="power")
        where = topic_of(bench, one)
        cry(bench, one, "main-road.flood")
        assert topic_of(bench, one) == ("power", "main-road.flood")
        assert (seen(bench, "main-road.flood").mentions, seen(bench, "main-road.flood").tier) == (1, 1)
        bench.edit(one, "the road is still closed")
        assert topic_of(bench, one) == where, "it is over, and the hand wins again"

    def test_its_author_calls_for_help_of_what_the_hand_has_seen(self, bench: Workbench, ana: Seat) -> None:
        one, *_ = two_incidents(bench)
        bench.hear("9", "main-road.power", standing={"topic": "power"}, topic="power")
        ana.do("correct", subject=one, topic="power")
        cry(bench, one, "main-road.power")
        assert topic_of(bench, one) == ("power", "main-road.power")
        assert seen(bench, "main-road.power").mentions == 2

    def test_the_judge_remembers_what_it_said_of_what_is_in_an_incident(
        self, bench: Workbench, ana: Seat
    ) -> None:
        one, *_ = two_incidents(bench)
        ana.do("correct", subject=one, topic="power")
        (first, *_) = read_mentions(bench.store.connection, START.replace(year=2020))
        assert (first.topic, first.incident) == ("road", "main-road.road")


class TestWhatIsRefused:
    def test_an_unknown_topic_with_the_nearest(self, bench: Workbench, ana: Seat) -> None:
        subject = bench.report()
        with pytest.raises(RequestError, match='no topic "raods": did you mean "roads"'):
            ana.do("correct", subject=subject, topic="raods")
        with pytest.raises(RequestError, match="there are rumour, election"):
            ana.do("correct", subject=subject, topic="xyzzy")
        with pytest.raises(RequestError, match="no topic"):
            ana.do("correct", subject=subject, topic=7)

    def test_the_topic_of_an_incident_or_of_an_alert(self, bench: Workbench, ana: Seat) -> None:
        two_incidents(bench)
        with pytest.raises(RequestError, match="The topic of an incident is that of its mentions"):
            ana.do("correct", subject=A, topic="power")
        alert = bench.report("9", hazard=flood_warning())
        with pytest.raises(RequestError, match="An official alert is about what its sender says"):
            ana.do("correct", subject=alert, topic="power")

    def test_what_a_colleague_holds_there_or_here(self, bench: Workbench, ana: Seat) -> None:
        one, _, three = two_incidents(bench)
        bench.hear("9", "main-road.power", standing={"topic": "power"}, topic="power")
        bench.sit("kim").do("claim", subject="incident:main-road.power")
        with pytest.raises(RequestError, match="kim holds"):
            ana.do("correct", subject=one, topic="power")
        bench.sit("kim").do("claim", subject=B)
        with pytest.raises(RequestError, match="kim holds"):
            ana.do("correct", subject=three, topic="power")
        assert not lessons.all_of(bench.store.connection)

    def test_who_observes(self, bench: Workbench) -> None:
        subject = bench.report()
        with pytest.raises(RequestError, match="observe"):
            bench.sit("obs").do("correct", subject=subject, topic="power")
        with pytest.raises(RequestError, match="observe"):
            bench.sit("obs").do("forget")


FERRY = (
    "no sailing to the island since noon, the skipper says engine",
    "Skipper cancelled the sailing again, stuck on the island",
    "first sailing to the island is full, skipper left people behind",
    "sailing timetable is wrong, skipper shrugs on the island",
)


class TestLearning:
    def test_corrections_teach_and_are_counted_before_they_are_learned(
        self, bench: Workbench, ana: Seat
    ) -> None:
        told = [
            ana.do("correct", subject=bench.report(str(number), text, topic="other"), topic="transit")[
                "learned"
            ]
            for number, text in enumerate(FERRY)
        ]
        assert told[0] == (
            "learned from 1 correction: right before 0 of 1, now 0 of 1 (each judged before it was learned)"
        )
        assert told[-1].startswith("learned from 4 corrections: right before ")
        topics = bench.intake.judge.topics
        assert topics.lesson("is there a sailing from the island, skipper?", "transit").foretold == "transit"

    def test_to_set_what_it_is_shown_as_confirms_it(self, bench: Workbench, ana: Seat) -> None:
        subject = bench.report(text="loud music all night", topic="noise")
        before = topic_of(bench, subject)
        assert ana.do("correct", subject=subject, topic="noise")["learned"].startswith(
            "learned from 1 correction: right before 1 of 1, now 1 of 1"
        )
        assert topic_of(bench, subject) == before
        with pytest.raises(RequestError, match="It is so already"):
            ana.do("correct", subject=subject, topic="noise")

    def test_a_preview_teaches_nothing(self, bench: Workbench, ana: Seat) -> None:
        ana.do("correct", subject=bench.report(), topic="noise", preview=True)
        assert not lessons.all_of(bench.store.connection)

    def test_undo_unlearns(self, bench: Workbench, ana: Seat) -> None:
        for number, text in enumerate(FERRY):
            ana.do("correct", subject=bench.report(str(number), text, topic="other"), topic="transit")
        for left in (3, 2, 1):
            assert f"learned from {left} correction" in ana.do("undo")["learned"]
        assert ana.do("undo")["learned"] == "nothing was corrected yet"
        topics = bench.intake.judge.topics
        assert topics.lesson("is there a sailing from the island, skipper?", "transit").foretold == "other"

    def test_the_undo_of_a_second_thought_brings_the_first_back(self, bench: Workbench, ana: Seat) -> None:
        subject = bench.report()
        ana.do("correct", subject=subject, topic="noise")
        ana.do("correct", subject=subject, topic="parks")
        assert [one.topic for one in lessons.all_of(bench.store.connection)] == ["parks"]
        ana.do("undo")
        assert [one.topic for one in lessons.all_of(bench.store.connection)] == ["noise"]

    def test_in_bulk(self, bench: Workbench, ana: Seat) -> None:
        subjects = [bench.report(str(number), text) for number, text in enumerate(FERRY)]
        answer = ana.do("correct", subjects=subjects, topic="transit")
        assert answer["count"] == 4
        assert "from 4 corrections" in answer["learned"]
        ana.do("undo")
        assert not lessons.all_of(bench.store.connection)

    def test_forgetting_is_told_and_leaves_what_hands_set(self, bench: Workbench, ana: Seat) -> None:
        one, two = bench.report("1"), bench.report("2")
        ana.do("correct", subject=one, topic="noise")
        ana.do("correct", subject=two, topic="parks")
        assert ana.do("forget", topic="noise")["count"] == 1
        assert ana.do("forget") == {"count": 1, "learned": "nothing was corrected yet"}
        with pytest.raises(RequestError, match="Nothing was learned of that"):
            ana.do("forget")
        assert item(bench, one).topic == "noise"
        assert events(bench)[0].kind == "lessons forgotten"

    def test_no_text_of_a_post_is_in_the_log(self, bench: Workbench, ana: Seat) -> None:
        ana.do("correct", subject=bench.report("1", "zebra xylophone"), topic="noise")
        assert not any("zebra" in event.data for event in events(bench))

    def test_a_new_judge_has_learned_it_all(self, bench: Workbench, ana: Seat) -> None:
        for number, text in enumerate(FERRY):
            ana.do("correct", subject=bench.report(str(number), text, topic="other"), topic="transit")
        bench.intake._judge = None
        topics = bench.intake.judge.topics
        assert topics.lesson("is there a sailing from the island, skipper?", "transit").foretold == "transit"
