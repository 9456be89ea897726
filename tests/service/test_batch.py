"""One post with many names, from several sources, and taken back: with the real store and judge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from console.service.intake import Intake
from console.store import log
from console.store.connect import StoreError
from console.store.reader import Reader
from console.store.writer import ACCOUNT, Store
from feeds.post import Post
from tests.service.test_intake import NOW, Desk

URI = "https://masto.example/users/ana/statuses/1"
HELP = "We are trapped on Mill Street, the house is on fire, please help"
ACCOUNT_ID = "at://did:plc:ana/"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.store.close()


def seen(source: str, local: int, text: str = HELP, uri: str = URI, **more: Any) -> Post:
    """A post as one instance tells it, under its own number for it."""
    names = (uri, f"{source}.example#{local}")
    fields = {"author": "ana@masto.example", "raw": f"{source} {local} {text}".encode(), "names": names}
    return Post(source, uri, text, created_at=NOW, **{**fields, **more})


def deleted(source: str, local: int) -> Post:
    """A deletion as a stream tells it: by the instance's number alone."""
    name = f"{source}.example#{local}"
    return Post(source, name, "", names=(name,), state="deleted")


def skeet(key: str, text: str, account: str = ACCOUNT_ID, source: str = "sky", **more: Any) -> Post:
    id_ = f"{account}app.bsky.feed.post/{key}"
    return Post(source, id_, text, created_at=NOW, author=account, names=(id_,), **more)


def names_of(desk: Desk) -> dict[str, int]:
    return dict(desk.store.connection.execute("SELECT name, mention_id FROM mention_name").fetchall())


def kinds(desk: Desk) -> list[str]:
    with Reader(desk.paths.database) as reader:
        return [event.kind for event in reader.events() if event.actor == "intake"]


def restarted(desk: Desk) -> None:
    """End the service and start it again: what it knows from now on is what is on the disk."""
    desk.store.close()
    desk.store = Store.open(desk.paths, settings=desk.store.settings, clock=lambda: desk.now)
    desk.intake = Intake(desk.store, desk.new_judge, clock=lambda: desk.now)


def test_one_post_from_two_sources_is_one_mention_and_one_voice(desk: Desk) -> None:
    assert desk.take(seen("home", 1)).new == 1
    counts = desk.take(seen("away", 77))
    assert (counts.new, counts.edited, counts.unchanged, counts.told) == (0, 0, 1, 1)
    assert desk.take(seen("away", 77), seen("home", 1)).told == 0
    (mention,) = desk.mentions()
    assert (mention.source, mention.repeats, mention.voices) == ("home", 0, 1)
    assert desk.incidents()[0].voices == 1
    assert names_of(desk) == {URI: 1, "home.example#1": 1, "away.example#77": 1}


def test_two_sources_in_one_batch_are_one_mention(desk: Desk) -> None:
    counts = desk.take(seen("home", 1), seen("away", 77), seen("further", 5))
    assert (counts.new, counts.unchanged) == (1, 2)
    assert len(desk.mentions()) == 1
    assert set(names_of(desk).values()) == {1}
    assert len(names_of(desk)) == 4


def test_it_stays_one_after_a_restart(desk: Desk) -> None:
    desk.take(seen("home", 1))
    restarted(desk)
    assert desk.take(seen("away", 77), seen("home", 1)).unchanged == 2
    assert desk.mentions()[0].voices == 1


def test_posts_without_a_common_name_stay_two(desk: Desk) -> None:
    assert desk.take(seen("home", 1), seen("home", 2, "the library opens late", uri=URI + "2")).new == 2


def test_a_later_source_may_bring_an_edit_but_no_older_state(desk: Desk) -> None:
    desk.take(seen("home", 1))
    edit = seen("away", 77, HELP + ", second floor", updated_at=NOW + timedelta(minutes=2))
    assert desk.take(edit).edited == 1
    detail = desk.detail()
    assert detail.mention.text == HELP + ", second floor"
    assert [revision.text for revision in detail.revisions] == [HELP]
    assert (detail.mention.source, detail.mention.voices, detail.mention.repeats) == ("home", 1, 0)
    assert desk.incidents()[0].voices == 1
    older = (seen("home", 1, updated_at=NOW + timedelta(minutes=1)), seen("home", 1), seen("away", 77))
    assert desk.take(*older).unchanged == 3
    assert desk.mentions()[0].text == HELP + ", second floor"


def test_another_spelling_of_one_text_is_no_edit(desk: Desk) -> None:
    desk.take(seen("home", 1, "see https://council.example/"))
    assert desk.take(seen("away", 77, "see council.example")).unchanged == 1
    assert desk.take(seen("home", 1, "see https://council.example/")).unchanged == 1


def test_no_public_source_speaks_over_an_official_one(desk: Desk) -> None:
    desk.intake.take([seen("council", 1)], trust="official")
    false = seen("away", 77, "all is well", updated_at=NOW + timedelta(hours=1))
    assert desk.take(false, replace(false, state="deleted"), replace(false, audience="direct")).unchanged == 3
    assert (desk.mentions()[0].text, desk.mentions()[0].deleted_at) == (HELP, None)
    assert desk.intake.take([false], trust="official")[1].edited == 1


def test_what_an_official_source_tells_too_is_official_from_then_on(desk: Desk) -> None:
    desk.take(seen("home", 1))
    settled, counts = desk.intake.take([seen("council", 5)], trust="official")
    assert (settled, counts.new, counts.edited) == (1, 0, 1)
    (mention,) = desk.mentions()
    assert (mention.official, mention.text, mention.voices) == (True, HELP, 1)
    assert desk.detail().revisions == ()
    assert desk.intake.take([seen("council", 5)], trust="official")[1].unchanged == 1
    desk.take(seen("home", 1, "corrected", updated_at=NOW + timedelta(minutes=1)))
    assert (desk.mentions()[0].official, desk.mentions()[0].text) == (True, "corrected")


def test_a_deletion_by_an_instances_own_number_is_followed(desk: Desk) -> None:
    desk.take(seen("home", 1))
    desk.take(seen("away", 77))
    restarted(desk)
    assert desk.take(deleted("away", 77)).deleted == 1
    assert desk.mentions()[0].deleted_at == desk.now
    assert desk.take(deleted("home", 1), deleted("away", 77)).unchanged == 2
    assert kinds(desk).count("mention deleted") == 1


def test_a_post_and_its_deletion_in_one_look_leave_it_deleted(desk: Desk) -> None:
    counts = desk.take(seen("home", 1), deleted("home", 1), seen("away", 77))
    assert (counts.new, counts.deleted, counts.unchanged) == (1, 1, 1)
    assert desk.mentions()[0].deleted_at is not None


def test_a_deletion_of_something_never_seen_is_nothing(desk: Desk) -> None:
    assert desk.take(deleted("home", 1)).unchanged == 1
    assert desk.take(seen("home", 1)).new == 1
    assert desk.mentions()[0].deleted_at is None


def test_what_an_older_page_still_holds_stays_deleted(desk: Desk) -> None:
    desk.take(seen("home", 1))
    desk.now += timedelta(minutes=1)
    desk.take(deleted("home", 1))
    older = seen("home", 1, "another text", updated_at=NOW)
    for late in (seen("home", 1), seen("home", 1, "another text"), seen("away", 77), older):
        assert desk.take(late).unchanged == 1
    restarted(desk)
    assert desk.take(seen("home", 1), seen("away", 77)).unchanged == 2
    assert desk.mentions()[0].deleted_at == desk.now
    assert desk.mentions()[0].text == HELP


def test_what_its_author_changed_after_that_stands_again(desk: Desk) -> None:
    desk.take(seen("home", 1))
    desk.take(deleted("home", 1))
    desk.now += timedelta(minutes=1)
    assert desk.take(seen("home", 1, updated_at=desk.now)).edited == 1
    assert desk.mentions()[0].deleted_at is None
    assert desk.take(deleted("home", 1)).deleted == 1
    assert "mention back" in kinds(desk)


def test_a_closed_account_takes_back_all_it_said_and_nothing_else(desk: Desk) -> None:
    ours = [skeet(f"{number}", f"report number {number} of the evening") for number in range(3)]
    other = skeet("1", "calm on Oak School", account="at://did:plc:ana2/")
    elsewhere = skeet("9", "the library opens late today", source="second")
    desk.take(*ours, other, elsewhere)
    restarted(desk)
    gone = Post("sky", ACCOUNT_ID, "", state="gone")
    assert desk.take(gone).deleted == 4
    assert [mention.text for mention in desk.mentions() if not mention.deleted_at] == ["calm on Oak School"]
    assert kinds(desk).count("account gone") == 1
    assert desk.take(gone, *ours).unchanged == 4


def test_what_came_with_the_news_of_its_end_is_taken_back_too(desk: Desk) -> None:
    gone = Post("sky", ACCOUNT_ID, "", state="gone")
    counts = desk.take(skeet("1", "one more word"), gone, skeet("1", "one more word"))
    assert (counts.new, counts.deleted, counts.unchanged) == (1, 1, 1)


def test_a_busy_account_ends_in_several_transactions(desk: Desk) -> None:
    many = 2 * ACCOUNT + 7
    desk.take(*(skeet(f"{number}", f"report number {number} of the evening") for number in range(many)))
    counts = desk.take(Post("sky", ACCOUNT_ID, "", state="gone"), skeet("last", "still here"))
    assert (counts.deleted, counts.new) == (many, 1)
    assert kinds(desk).count("account gone") == 3
    assert log.verify(desk.store.connection) == ()


@pytest.mark.parametrize("start", ["at://", "at://d", "", "a", "https://", "at:///", "at://did:plc:an"])
def test_less_than_an_account_takes_nothing_back(desk: Desk, start: str) -> None:
    desk.take(skeet("1", "one word"), seen("home", 1))
    assert desk.take(Post("sky", start, "", state="gone")).deleted == 0


def test_a_post_that_was_made_private_leaves_the_wall(desk: Desk) -> None:
    desk.take(seen("home", 1))
    counts = desk.take(seen("home", 1, audience="private", updated_at=NOW + timedelta(minutes=1)))
    assert (counts.new, counts.deleted) == (1, 1)
    assert desk.mentions()[0].deleted_at is not None
    assert [post.text for post in desk.store.inbox.posts()] == [HELP]


def test_names_are_not_kept_of_a_batch_that_failed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise StoreError("no")

    with monkeypatch.context() as broken:
        broken.setattr(Store, "take", fails)
        desk.take(seen("home", 1))
    assert names_of(desk) == {}
    assert desk.take(seen("home", 1)).new == 1


def test_old_mentions_take_their_names_with_them(desk: Desk) -> None:
    desk.store.settings = replace(desk.store.settings, keep=3600.0)
    desk.take(seen("home", 1, "calm on Mill Street"))
    desk.now += timedelta(hours=8)
    desk.intake.tidy(idle=True)
    assert desk.mentions() == ()
    assert names_of(desk) == {}
    assert desk.take(seen("away", 77, "calm on Mill Street")).new == 1


def test_a_gauge_says_how_much_of_it_rests_on_a_source(desk: Desk) -> None:
    def glad(source: str, number: int) -> Post:
        return Post(source, str(number), f"thank you Mill Street, great work {number}", created_at=desk.now)

    desk.take(*(glad("home", number) for number in range(3)), glad("away", 9))
    with Reader(desk.paths.database) as reader:
        counted = reader.gauge("Mill Street", desk.now).count
        share = reader.leaning("Mill Street", "home", desk.now)
        assert counted > 0
        assert share == pytest.approx(1 - reader.leaning("Mill Street", "away", desk.now))
        assert 0 < share < 1
        assert reader.leaning("", "home", desk.now) == share
        assert reader.leaning("Oak School", "home", desk.now) == 0.0
        assert reader.leaning("Mill Street", "home", desk.now + timedelta(hours=3)) == 0.0
