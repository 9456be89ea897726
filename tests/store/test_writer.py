"""What the writer does with a batch: everything of it or nothing, each fact in its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.intake.ruling import post_key
from console.model import MentionFilter, SourceHealth
from console.store import evidence
from console.store.connect import DatabaseError
from console.store.reader import Reader
from console.store.writer import Store, Taken, raw_hash
from feeds.post import Post
from feeds.source import Bookmark, Source
from tests.store.making import START, Desk, flood_warning, incident, taken


def test_a_post_becomes_a_mention_with_its_reasons_and_its_evidence(store: Store, reader: Reader) -> None:
    done = store.take([taken("1", "the road is closed", mood=-0.5, points=4, tier=2, raw=b'{"text": "..."}')])

    detail = reader.mention(done.added[0])
    assert detail is not None
    assert detail.mention.text == "the road is closed"
    assert (detail.mention.at, detail.mention.mood, detail.mention.tier) == (START, -0.5, 2)
    assert [(reason.text, reason.points) for reason in detail.reasons] == [("said so", 4)]
    assert evidence.read(store.connection, done.added[0]) == (b'{"text": "..."}',)


def test_large_evidence_comes_back_whole(store: Store) -> None:
    raw = b"<alert>" + bytes(range(256)) * 4000
    done = store.take([taken("1", raw=raw), taken("2", raw=b"small")])
    assert [evidence.read(store.connection, id_) for id_ in done.added] == [(raw,), (b"small",)]


def test_what_was_taken_in_is_known_again(store: Store) -> None:
    store.take([taken("1", "first", raw=b"raw")])
    known = store.known([Post("town", "1", ""), Post("town", "2", ""), Post("elsewhere", "1", "")])
    assert list(known) == [post_key("town", "1")]
    assert known[post_key("town", "1")].text == "first"
    assert known[post_key("town", "1")].raw_hash == raw_hash(b"raw")


def test_repeats_fold_under_their_head_and_leave_the_stream(store: Store, reader: Reader) -> None:
    store.take([taken("1", mood=0.5, incident=incident())])
    store.take([taken("2", head="1", author="@bo", voices=2, mood=0.5, incident=incident(voices=2))])
    store.take([taken("3", head="2", author="@cy", voices=3, mood=0.5, incident=incident(voices=3))])

    (head,) = reader.mentions()
    assert (head.native_id, head.repeats, head.voices) == ("1", 2, 3)
    detail = reader.mention(head.id)
    assert detail is not None
    assert [repeat.native_id for repeat in detail.repeats] == ["3", "2"]
    assert {repeat.incident for repeat in detail.repeats} == {"main-road.road"}
    assert (reader.total(), reader.newest_id()) == (3, 3)
    (one,) = reader.incidents()
    assert (one.mentions, one.voices, one.mood_count) == (1, 3, 1)


def test_a_repeat_whose_head_is_gone_stands_by_itself(store: Store, reader: Reader) -> None:
    store.take([taken("2", head="never seen")])
    assert [mention.native_id for mention in reader.mentions()] == ["2"]


def test_an_incident_takes_in_the_mentions_that_helped_to_open_it(store: Store, reader: Reader) -> None:
    store.take([taken("1", mood=-0.4), taken("2", mood=-0.2, author="@bo")])
    done = store.take([taken("3", author="@cy", incident=incident(), adopted=("1", "2"))])

    assert done.opened == ("main-road.road",)
    (one,) = reader.incidents()
    assert (one.mentions, one.mood_count, round(one.mood_sum, 3)) == (3, 2, -0.6)
    found = reader.mentions(MentionFilter(incident="main-road.road"))
    assert [mention.native_id for mention in found] == ["3", "2", "1"]
    found = reader.mentions(MentionFilter(incident="main-road.road", words=("closed",)))
    assert [mention.native_id for mention in found] == ["3", "2", "1"]


def test_a_repeat_that_opens_an_incident_brings_its_head_along(store: Store, reader: Reader) -> None:
    store.take([taken("1")])
    store.take([taken("2", head="1", author="@bo", voices=2, incident=incident())])
    (one,) = reader.incidents()
    assert one.mentions == 1
    assert reader.mentions()[0].incident == "main-road.road"


def test_adopting_within_one_batch_counts_once(store: Store, reader: Reader) -> None:
    first, second = taken("1"), taken("2", author="@bo", incident=incident(), adopted=("1", "unknown"))
    third = taken("3", author="@cy", incident=incident(voices=4), adopted=("1",))
    store.take([first, second, third])
    assert reader.incidents()[0].mentions == 3
    assert reader.incidents()[0].voices == 4


def test_an_edit_keeps_the_earlier_text_and_moves_every_count(store: Store, reader: Reader) -> None:
    id_ = store.take([taken("1", "all is wel", mood=0.5, place="Mill Street", raw=b"first")]).added[0]
    store.clock.go(minutes=5)  # type: ignore[attr-defined]
    store.take([taken("1", "all is lost", mood=-0.5, mention_id=id_, incident=incident(), raw=b"second")])

    detail = reader.mention(id_)
    assert detail is not None
    assert detail.mention.text == "all is lost"
    assert detail.mention.edited_at == START + timedelta(minutes=5)
    assert [revision.text for revision in detail.revisions] == ["all is wel"]
    assert evidence.read(store.connection, id_) == (b"first", b"second")
    assert reader.gauge("Mill Street", START).count == 0
    assert reader.gauge("Main Road", START).mean == -0.5
    assert reader.gauge("", START).count == 1
    assert reader.incidents()[0].mentions == 1
    assert not reader.mentions(MentionFilter(words=("wel",), place="Mill Street"))
    assert len(reader.mentions(MentionFilter(words=("lost",), place="Main Road"))) == 1
    assert store.known([Post("town", "1", "")])[post_key("town", "1")].raw_hash == raw_hash(b"second")
    assert reader.total() == 1


def test_the_same_post_twice_in_a_batch_is_one_mention(store: Store, reader: Reader) -> None:
    done = store.take([taken("1", "first"), taken("1", "second")])
    assert len(done.added) == 1
    assert [mention.text for mention in reader.mentions()] == ["second"]
    assert store.known([Post("town", "1", ""), Post("town", "2", "")])
    store.take([taken("1", "third"), taken("2", "new"), taken("2", "newer")])
    assert [mention.text for mention in reader.mentions()] == ["newer", "third"]
    assert evidence.read(store.connection, 1) == (b"second", b"third")
    assert evidence.read(store.connection, 2) == (b"newer",)


def test_a_deleted_post_is_marked_and_kept(store: Store, reader: Reader) -> None:
    id_ = store.take([taken("1")]).added[0]
    done = store.take([], deleted=[id_, id_])
    assert (done.added, done.deleted, done.edited) == ((), 1, 0)
    (mention,) = reader.mentions()
    assert mention.deleted_at == START
    assert mention.text == "the road is closed"


def test_poison_characters_fail_nothing(store: Store, reader: Reader) -> None:
    poison = "a\ud800b\0c\udfff"
    bad = replace(flood_warning(poison), messages=(poison,))
    done = store.take(
        [
            taken(poison, poison, source="town", author=poison, url=poison, place=poison, topic=poison),
            taken("alert", hazard=bad, raw=poison.encode("utf-8", "surrogatepass")),
            taken("good", "still here"),
        ]
    )
    assert len(done.added) == 3
    mention = reader.mentions()[-1]
    for text in (mention.text, mention.author, mention.native_id, mention.place, mention.url):
        assert text == "a?b\ufffdc?"
    assert store.known([Post("town", poison, "")])[post_key("town", poison)].mention_id == done.added[0]
    assert store.living_hazard([poison]) is not None
    assert reader.mentions(MentionFilter(words=(poison,), place=poison)) is not None
    store.log("ana", "noted", poison, {"says": poison})
    store.trouble(poison)


def test_a_batch_that_fails_leaves_nothing_behind(store: Store, reader: Reader) -> None:
    store.take([taken("1")], source="town", bookmark=Bookmark(etag="a"))
    broken = taken("3")
    broken = Taken(broken.post, broken.ruling._replace(at="not a time"))
    with pytest.raises(AttributeError):
        store.take([taken("2"), broken], source="town", bookmark=Bookmark(etag="b"))

    assert reader.total() == 1
    assert store.bookmark("town").etag == "a"
    assert store.take([taken("2")]).added == (2,)


def test_a_bookmark_lasts_until_its_source_moves(store: Store) -> None:
    mark = Bookmark(etag='"x"', position=12, identity="1:2", seen=("https://town.example/1", "two"))
    source = Source("town", "jsonl", "/var/feed.jsonl", 60.0)
    assert store.bookmark("town") == Bookmark()
    store.register([source])
    store.take([], source="town", bookmark=mark)
    store.register([source])
    assert store.bookmark("town") == mark
    store.register([replace(source, address="/var/other.jsonl")])
    assert store.bookmark("town") == Bookmark()


def test_only_sources_that_the_settings_name_are_shown(store: Store, reader: Reader) -> None:
    council = Source("council", "rss", "https://council.example/news.xml", 300.0, trust="official")
    store.register([council, Source("town", "jsonl", "/var/feed.jsonl", 60.0)])
    health = SourceHealth(
        name="council",
        kind="rss",
        address=council.address,
        trust="official",
        state="live",
        interval=300.0,
        last_answer_at=START,
        last_item_at=None,
        last_error="",
        last_error_at=None,
        next_at=START + timedelta(minutes=5),
        items=3,
        refused=1,
        remaining=40,
        reset_at=None,
    )
    store.source_health(health)
    assert [source.name for source in reader.sources()] == ["council", "town"]
    assert reader.sources()[0] == health
    store.register([council])
    assert [source.state for source in reader.sources()] == ["live"]
    assert {source.name for source in store.sources()} == {"council", "town"}


def test_a_hazard_lives_updates_and_ends(store: Store, reader: Reader) -> None:
    standing = incident("mill-street.flood", tier=1, official=True)
    id_ = store.take([taken("m0", hazard=flood_warning(), incident=standing, official=True)]).added[0]
    found = store.living_hazard(["unknown", "message-0"])
    assert found == (id_, flood_warning())

    updated = flood_warning("Flash flood emergency", updates=1)
    text = "Flash flood emergency"
    store.take([taken("m1", text, hazard=updated, mention_id=id_, incident=standing, official=True)])
    detail = reader.mention(id_)
    assert detail is not None
    assert (detail.mention.hazard, detail.mention.updates, detail.mention.status) == ("live", 1, "Actual")
    assert [(part.language, part.event, part.areas) for part in detail.parts] == [
        ("en-US", "Flash Flood", ("Mill Street",)),
        ("es-US", "Crecida", ("Mill Street",)),
    ]
    assert detail.parts[0].expires == START
    assert [revision.text for revision in detail.revisions] == ["the road is closed"]

    assert store.ended(START) == ()
    (over,) = store.ended(START + timedelta(hours=1))
    assert (over.mention_id, over.hazard, over.incident) == (id_, updated, "mill-street.flood")
    store.expire([standing._replace(official=False)], [over])
    assert store.ended(START + timedelta(hours=1)) == ()
    assert reader.mentions()[0].hazard == "expired"
    assert reader.incidents()[0].official is False
    assert store.living_hazard(["message-1"]) is not None


def test_a_post_is_found_under_any_id_that_its_hazard_had(store: Store, reader: Reader) -> None:
    id_ = store.take([taken("m0", hazard=flood_warning())]).added[0]
    store.take([taken("m1", "again", hazard=flood_warning(updates=1), mention_id=id_)])
    store.take([taken("2", incident=incident(), adopted=("m1",))])
    assert reader.incidents()[0].mentions == 2


def test_an_incident_closes_and_the_next_one_continues_it(store: Store, reader: Reader) -> None:
    store.take([taken("1", incident=incident())])
    store.clock.go(hours=7)  # type: ignore[attr-defined]
    store.expire([incident(state="closed")])
    assert reader.incidents() == ()
    (closed,) = reader.incidents(closed=True)
    assert closed.closed_at == START + timedelta(hours=7)
    store.take([taken("2", incident=incident("main-road.road.2", previous="main-road.road"))])
    assert [one.key for one in reader.incidents(closed=True)] == ["main-road.road.2", "main-road.road"]
    assert reader.incidents()[0].previous == "main-road.road"


def test_after_a_restart_intake_gets_its_memory_back(a_desk: Desk) -> None:
    store = a_desk.open()
    store.take([taken("1", incident=incident()), taken("2", head="1", author="@bo", incident=incident())])
    store.expire([incident("old.road", place="Old", state="closed", last_at=START - timedelta(days=9))])
    store.close()
    a_desk.clock.go(minutes=1)

    store = a_desk.open()
    mentions, incidents, _ = store.remembered(START - timedelta(hours=6))
    assert [(one.key, one.author, one.head, one.incident) for one in mentions] == [
        ("town\x1f1", "@ana", None, "main-road.road"),
        ("town\x1f2", "@bo", "town\x1f1", "main-road.road"),
    ]
    assert incidents == (
        incident(),
        incident("old.road", place="Old", state="closed", last_at=incidents[1].last_at),
    )
    assert store.remembered(START + timedelta(hours=1))[0] == ()
    assert store.take([taken("3")]).added == (3,)
    store.close()


def test_ids_are_never_given_twice(store: Store) -> None:
    store.take([taken("1"), taken("2")])
    store.settings = replace(store.settings, keep=60.0)
    store.clock.go(days=1)  # type: ignore[attr-defined]
    store.tidy(idle=True)
    assert store.take([taken("3")]).added == (3,)


def test_the_service_says_how_it_is(store: Store, reader: Reader) -> None:
    assert reader.service().since is None
    store.service_started(4711)
    store.on_shift(["lee", "kim"])
    store.trouble("The disk is nearly full.")
    state = reader.service()
    assert (state.since, state.stopped_at, state.pid) == (START, None, 4711)
    assert (state.on_shift, state.trouble) == (("lee", "kim"), "The disk is nearly full.")
    store.trouble("")
    store.trouble("")
    store.service_stopped()
    assert reader.service().stopped_at == START
    assert reader.service().on_shift == ()
    assert [event.kind for event in reader.events()] == [
        "service stopped",
        "trouble over",
        "trouble",
        "on shift",
        "service started",
    ]


def test_foreign_keys_hold(store: Store) -> None:
    with pytest.raises(DatabaseError):
        store.connection.execute("INSERT INTO revision VALUES (1, 99, 0.0, '', NULL)")
