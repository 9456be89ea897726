"""Posts into transactions, with the real store and the real judge."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.intake.pipeline import Judge
from console.intake.places import PlaceIndex
from console.intake.rules import load_rules
from console.intake.ruling import Ruling
from console.model import Incident, Mention, MentionDetail, Place
from console.paths import DataPaths
from console.service.batch import MOST_CHARACTERS, TOGETHER, Counts
from console.service.intake import BATCH, Intake, NotTakenIn
from console.settings import StoreSettings
from console.store import log
from console.store.connect import DatabaseError, DiskFullError, StoreError, as_store_error
from console.store.reader import Reader
from console.store.writer import Store, Taken, TakenIn
from feeds.post import Area, Hazard, Info, Post
from feeds.source import Bookmark

NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
PLACES = PlaceIndex([Place("Mill Street"), Place("Oak School")])
RULES = load_rules()


class Desk:
    """A store on a disk, an intake over it, and a clock to set."""

    def __init__(self, root: Path, keep_free: int = 0) -> None:
        self.now = NOW
        self.paths = DataPaths(root)
        self.store = Store.open(
            self.paths, settings=StoreSettings(keep_free=keep_free, keep=0), clock=lambda: self.now
        )
        self.judges = 0
        self.intake = Intake(self.store, self.new_judge, clock=lambda: self.now)

    def new_judge(self) -> Judge:
        self.judges += 1
        judge = Judge(PLACES, RULES, window=6 * 3600, voices=3)
        judge.remember(*self.store.remembered(self.now - timedelta(days=1)))
        return judge

    def take(self, *posts: Post, **more: Any) -> Counts:
        """All of them, however many batches it takes; adds up what became of them."""
        settled, counts = self.intake.take(posts, trust="public", **more)
        while settled < len(posts):
            posts = posts[settled:]
            settled, new = self.intake.take(posts, trust="public", **more)
            counts += new
        return counts

    def mentions(self) -> tuple[Mention, ...]:
        with Reader(self.paths.database) as reader:
            return reader.mentions(oldest_first=True, limit=1000)

    def detail(self, number: int = 1) -> MentionDetail:
        with Reader(self.paths.database) as reader:
            found = reader.mention(number)
        assert found is not None
        return found

    def incidents(self, **more: Any) -> tuple[Incident, ...]:
        with Reader(self.paths.database) as reader:
            return reader.incidents(**more)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.store.close()


def said(number: int, text: str, **more: Any) -> Post:
    return Post(
        "posts",
        str(number),
        text,
        created_at=NOW,
        author=f"voice{number}",
        raw=text.encode("utf-8", "replace"),
        **more,
    )


def alert(
    number: int,
    msg_type: str = "Alert",
    *,
    references: tuple[str, ...] = (),
    status: str = "Actual",
    hours: float = 2.0,
    event: str = "Flash Flood Warning",
) -> Post:
    sent = NOW + timedelta(minutes=number)
    info = Info(
        event,
        severity="Severe",
        expires=NOW + timedelta(hours=hours),
        headline=f"{event}, message {number}",
        areas=(Area("Mill Street"),),
    )
    hazard = Hazard(
        f"alert{number}",
        "weather",
        sent,
        status=status,
        msg_type=msg_type,
        references=references,
        infos=(info,),
    )
    return Post(
        "weather",
        f"alert{number}",
        f"{event} for Mill Street, message {number}",
        created_at=sent,
        hazard=hazard,
    )


def key_of(alert: Post) -> str:
    assert alert.hazard is not None
    return alert.hazard.key


def test_a_batch_has_its_bounds(desk: Desk) -> None:
    posts = [said(number, f"report number {number} of the evening") for number in range(BATCH + 10)]
    settled, counts = desk.intake.take(posts, trust="public")
    assert settled <= BATCH
    assert counts.new == settled
    assert desk.take(*posts).unchanged == settled
    assert len(desk.mentions()) == BATCH + 10


def test_the_bookmark_comes_with_the_last_post_and_not_before(desk: Desk) -> None:
    posts = [said(number, f"report number {number} of the evening") for number in range(BATCH + 10)]
    bookmark = Bookmark(position=4711)
    settled, _ = desk.intake.take(posts, trust="public", source="posts", bookmark=bookmark)
    assert desk.store.bookmark("posts") == Bookmark()
    while posts := posts[settled:]:
        settled, _ = desk.intake.take(posts, trust="public", source="posts", bookmark=bookmark)
    assert desk.store.bookmark("posts") == bookmark


def test_a_bookmark_alone_is_stored(desk: Desk) -> None:
    desk.take(source="posts", bookmark=Bookmark(etag='"a"'))
    assert desk.store.bookmark("posts") == Bookmark(etag='"a"')


def test_what_was_taken_in_before_is_not_taken_in_twice(desk: Desk) -> None:
    assert desk.take(said(1, "Water on Mill Street")).new == 1
    counts = desk.take(said(1, "Water on Mill Street"), said(2, "thanks to the crews"))
    assert (counts.new, counts.unchanged) == (1, 1)


def test_an_edit_keeps_the_earlier_text(desk: Desk) -> None:
    desk.take(said(1, "Water on Mill Street"))
    desk.now += timedelta(minutes=5)
    counts = desk.take(said(1, "Water on Mill Street, we cannot get out", updated_at=desk.now))
    assert (counts.new, counts.edited) == (0, 1)
    detail = desk.detail()
    assert detail.mention.text == "Water on Mill Street, we cannot get out"
    assert [revision.text for revision in detail.revisions] == ["Water on Mill Street"]


def test_two_states_of_a_post_in_one_look_are_an_edit(desk: Desk) -> None:
    counts = desk.take(said(1, "Water on Mill Street"), said(1, "Water on Mill Street is rising"))
    assert (counts.new, counts.edited) == (1, 1)
    assert [revision.text for revision in desk.detail().revisions] == ["Water on Mill Street"]


def test_an_older_state_of_a_post_does_not_come_back(desk: Desk) -> None:
    later = NOW + timedelta(minutes=5)
    desk.take(said(1, "corrected", updated_at=later))
    assert desk.take(said(1, "first try", updated_at=NOW)).unchanged == 1
    assert desk.mentions()[0].text == "corrected"


def test_a_deleted_post_is_shown_as_deleted_and_its_text_stays(desk: Desk) -> None:
    desk.take(said(1, "Water on Mill Street"))
    assert desk.take(said(1, "", state="deleted")).deleted == 1
    assert desk.mentions()[0].deleted_at is not None
    assert desk.mentions()[0].text == "Water on Mill Street"


def test_a_deletion_of_something_never_seen_makes_nothing(desk: Desk) -> None:
    assert desk.take(said(1, "", state="deleted")).unchanged == 1
    assert desk.mentions() == ()


def test_an_alert_its_update_and_its_cancel_are_one_row(desk: Desk) -> None:
    first = alert(0)
    update = alert(1, "Update", references=(key_of(first),))
    cancel = alert(2, "Cancel", references=(key_of(first), key_of(update)))
    desk.take(first)
    assert [one.official for one in desk.incidents()] == [True]
    desk.take(first, update)
    assert [(one.hazard, one.updates) for one in desk.mentions()] == [("live", 1)]
    desk.take(first, update, cancel)
    assert [(one.hazard, one.updates) for one in desk.mentions()] == [("cancelled", 2)]
    assert [one.official for one in desk.incidents()] == [False]
    assert len(desk.detail().revisions) == 2


def test_a_whole_story_in_one_look_is_one_row_as_well(desk: Desk) -> None:
    first = alert(0)
    update = alert(1, "Update", references=(key_of(first),))
    cancel = alert(2, "Cancel", references=(key_of(first),))
    desk.take(first, update, cancel)
    assert [(one.hazard, one.updates) for one in desk.mentions()] == [("cancelled", 2)]
    assert desk.take(first, update, cancel).unchanged == 3


def test_expiry_ends_a_hazard_and_what_it_opened(desk: Desk) -> None:
    desk.take(alert(0, hours=2))
    desk.now = NOW + timedelta(hours=1)
    desk.intake.tidy(idle=False)
    assert [one.hazard for one in desk.mentions()] == ["live"]
    desk.now = NOW + timedelta(hours=3)
    desk.intake.tidy(idle=False)
    assert [one.hazard for one in desk.mentions()] == ["expired"]
    assert [one.official for one in desk.incidents()] == [False]
    desk.now = NOW + timedelta(hours=12)
    desk.intake.tidy(idle=False)
    assert desk.incidents() == ()
    assert [one.state for one in desk.incidents(closed=True)] == ["closed"]


def covered(desk: Desk) -> dict[str, tuple[bool, int]]:
    return {one.key: (one.official, one.tier) for one in desk.incidents()}


def three_who_ask(desk: Desk) -> None:
    """An incident in the town that nobody warned of as yet."""
    asked = (
        "where is the flood at Oak School?",
        "is the flood at Oak School deep?",
        "Oak School: any flood news?",
    )
    desk.take(*(said(number, text) for number, text in enumerate(asked, 1)))
    assert covered(desk) == {"oak-school.flood": (False, 2)}


def town_alert(number: int, msg_type: str = "Alert", *, references: tuple[str, ...] = ()) -> Post:
    made = alert(number, msg_type, references=references)
    assert made.hazard is not None
    (info,) = made.hazard.infos
    areas = (Area("Mill Street"), Area("Oak School"))
    return replace(made, hazard=replace(made.hazard, infos=(replace(info, areas=areas),)))


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("how", ["cancel", "expiry"])
def test_whatever_a_warning_only_covered_is_let_go_as_well(desk: Desk, how: str, restarted: bool) -> None:
    three_who_ask(desk)
    desk.take(said(4, "people trapped by the flood at Oak School"))
    assert covered(desk)["oak-school.flood"] == (False, 2)
    desk.take(town_alert(0))
    assert covered(desk) == {"mill-street.flood": (True, 1), "oak-school.flood": (True, 1)}
    if restarted:
        desk.intake = Intake(desk.store, desk.new_judge, clock=lambda: desk.now)
    if how == "cancel":
        desk.take(town_alert(1, "Cancel", references=(key_of(town_alert(0)),)))
    else:
        desk.now = NOW + timedelta(hours=2)
        desk.intake.tidy(idle=False)
    assert covered(desk) == {"mill-street.flood": (False, 3), "oak-school.flood": (False, 2)}
    assert "official" not in str([one.reasons for one in desk.incidents()])
    assert desk.detail(5).mention.incident == "mill-street.flood"


def test_after_a_restart_a_warning_still_covers_what_people_say(desk: Desk) -> None:
    desk.take(town_alert(0))
    desk.intake = Intake(desk.store, desk.new_judge, clock=lambda: desk.now)
    desk.take(said(1, "people trapped by the flood at Oak School"))
    assert [reason.text for reason in desk.detail(2).reasons][-1] == "official warning covers Oak School"
    assert covered(desk)["oak-school.flood"] == (True, 1)


def test_an_alert_that_ended_while_no_service_ran_is_over_after_the_start(desk: Desk) -> None:
    desk.take(alert(0, hours=2))
    desk.now = NOW + timedelta(hours=30)
    later = Intake(desk.store, desk.new_judge, clock=lambda: desk.now)
    later.tidy(idle=False)
    assert [one.hazard for one in desk.mentions()] == ["expired"]
    assert [one.official for one in desk.incidents(closed=True)] == [False]


def test_an_alert_that_its_source_withdraws_is_cancelled_and_stays_in_sight(desk: Desk) -> None:
    first = alert(0)
    withdrawn = replace(alert(1, "Cancel", references=(key_of(first),)), state="deleted")
    assert desk.take(withdrawn).unchanged == 1
    desk.take(first, withdrawn)
    assert [(one.hazard, one.deleted_at) for one in desk.mentions()] == [("cancelled", None)]
    assert desk.take(withdrawn).unchanged == 1


def test_a_test_alert_drives_nothing(desk: Desk) -> None:
    desk.take(alert(0, status="Test"))
    assert [one.status for one in desk.mentions()] == ["Test"]
    assert desk.incidents() == ()


def test_three_voices_open_an_incident_and_a_restart_counts_on(desk: Desk) -> None:
    desk.take(
        said(1, "the lower end of Mill Street is flooded"), said(2, "flooding at Mill Street number nine")
    )
    again = Intake(desk.store, desk.new_judge, clock=lambda: desk.now)
    again.take([said(3, "Mill Street: flood water all over the pavement here")], trust="public")
    assert [(one.place, one.mentions) for one in desk.incidents()] == [("Mill Street", 3)]


@pytest.mark.parametrize(("step", "judges"), [("_weigh", 1), ("_rule", 2)])
def test_a_post_that_breaks_the_judge_is_refused_and_the_rest_goes_on_as_if_it_had_never_come(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str, judges: int
) -> None:
    """Found out before anything is remembered of it, it is left out; later, the memory is read anew."""
    break_on(monkeypatch, "0", step)
    same = "the very same words about the flood on Mill Street"
    posts = [said(number, same) for number in range(5)]
    counts = desk.take(*posts, source="posts", bookmark=Bookmark(position=9))
    assert counts.new == 4
    assert counts.refused == ("posts 0: it failed intake (ZeroDivisionError)",)
    assert [(one.repeats, one.voices) for one in desk.mentions()] == [(3, 4)]
    assert desk.store.bookmark("posts") == Bookmark(position=9)
    assert judges <= desk.judges <= judges + 1


@pytest.mark.parametrize("step", ["_weigh", "_rule"])
def test_a_post_that_breaks_the_judge_holds_up_none_that_came_before_or_after(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    desk.take(said(0, "the lower end of Mill Street is flooded"))
    break_on(monkeypatch, "40", step)
    posts = [said(0, "the lower end of Mill Street is flooded, badly", updated_at=desk.now)]
    posts += [said(number, f"report number {number}") for number in range(1, TOGETHER + 20)]
    counts = desk.take(*posts)
    assert (counts.new, counts.edited) == (TOGETHER + 18, 1)
    assert counts.refused == ("posts 40: it failed intake (ZeroDivisionError)",)
    assert len(desk.mentions()) == TOGETHER + 19


@pytest.mark.parametrize("step", ["_weigh", "_rule"])
def test_an_edit_that_breaks_the_judge_is_refused_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    desk.take(said(1, "the lower end of Mill Street is flooded"))
    break_on(monkeypatch, "1", step)
    edit = said(1, "the lower end of Mill Street is flooded, badly", updated_at=desk.now)
    counts = desk.take(edit, said(2, "water on Oak School"))
    assert (counts.new, counts.edited) == (1, 0)
    assert counts.refused == ("posts 1: it failed intake (ZeroDivisionError)",)
    assert desk.mentions()[0].text == "the lower end of Mill Street is flooded"


def test_long_posts_are_judged_fewer_together(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[int] = []
    take_all = Judge.take_all

    def counted(self: Judge, posts: Sequence[Post], **more: Any) -> list[Ruling]:
        judged.append(len(posts))
        return take_all(self, posts, **more)

    monkeypatch.setattr(Judge, "take_all", counted)
    desk.take(*(said(number, f"report {number} of the council. " * 100) for number in range(9)))
    assert sum(judged) == 9
    assert max(judged) <= 1 + MOST_CHARACTERS // 2500


def break_on(monkeypatch: pytest.MonkeyPatch, broken: str, step: str) -> None:
    """Let the judge fail on one post, in a step of its work."""
    work = getattr(Judge, step)

    def picky(self: Judge, one: Any, *more: Any, **named: Any) -> Any:
        post = one if isinstance(one, Post) else one.post
        if post.id == broken:
            raise ZeroDivisionError("secret")
        return work(self, one, *more, **named)

    monkeypatch.setattr(Judge, step, picky)


def test_a_post_that_breaks_the_store_is_refused_on_the_log_and_the_rest_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = Store.take

    def picky(self: Store, batch: Sequence[Taken], **more: Any) -> TakenIn:
        if any(taken.post.id == "2" for taken in batch):
            raise StoreError("The database cannot be used: constraint.")
        return take(self, batch, **more)

    monkeypatch.setattr(Store, "take", picky)
    posts = [said(number, f"report number {number}") for number in range(4)]
    counts = desk.take(*posts, source="posts", bookmark=Bookmark(position=9))
    assert counts.new == 3
    assert counts.refused == ("posts 2: The database cannot be used: constraint.",)
    assert desk.store.bookmark("posts") == Bookmark(position=9)
    with Reader(desk.paths.database) as reader:
        assert "post refused" in [event.kind for event in reader.events(10)]


def test_a_transaction_that_fails_costs_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory of what was not stored goes as well: nothing is a repeat of something nobody can see."""
    take, full = Store.take, [True]

    def sometimes_full(self: Store, batch: Sequence[Taken], **more: Any) -> TakenIn:
        if full:
            full.pop()
            raise DiskFullError("The disk is full.")
        return take(self, batch, **more)

    monkeypatch.setattr(Store, "take", sometimes_full)
    posts = [said(number, "the very same words about the flood on Mill Street") for number in range(3)]
    with pytest.raises(NotTakenIn, match="disk is full"):
        desk.take(*posts, source="posts", bookmark=Bookmark(position=9))
    assert desk.intake.trouble == "The disk is full."
    assert desk.mentions() == ()
    assert desk.store.bookmark("posts") == Bookmark()
    monkeypatch.setattr("console.service.intake.SPACE_LOOKED_EVERY", 0.0)
    assert desk.take(*posts, source="posts", bookmark=Bookmark(position=9)).new == 3
    assert desk.intake.trouble == ""
    assert [(one.repeats, one.voices) for one in desk.mentions()] == [(2, 3)]
    assert desk.judges == 2


def test_a_disk_that_fills_while_a_batch_is_mended_makes_no_post_guilty(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: list[Exception] = [
        StoreError("The database cannot be used: odd."),
        DiskFullError("The disk is full."),
    ]
    take = Store.take

    def failing(self: Store, batch: Sequence[Taken], **more: Any) -> TakenIn:
        if failures:
            raise failures.pop(0)
        return take(self, batch, **more)

    monkeypatch.setattr(Store, "take", failing)
    posts = [said(number, f"report number {number}") for number in range(3)]
    with pytest.raises(NotTakenIn, match="disk is full"):
        desk.take(*posts, source="posts", bookmark=Bookmark(position=9))
    monkeypatch.setattr("console.service.intake.SPACE_LOOKED_EVERY", 0.0)
    counts = desk.take(*posts, source="posts", bookmark=Bookmark(position=9))
    assert (counts.new, counts.refused) == (3, ())


def test_a_disk_that_refuses_a_post_and_takes_the_line_about_it_makes_no_post_guilty(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quota may leave room for the one and not for the other."""
    take = Store.take

    def failing(self: Store, batch: Sequence[Taken], **more: Any) -> TakenIn:
        raise as_store_error(DatabaseError("disk I/O error"), self.paths.database)

    monkeypatch.setattr(Store, "take", failing)
    posts = [said(number, f"report number {number}") for number in range(3)]
    with pytest.raises(NotTakenIn, match="refused to be read or written"):
        desk.take(*posts, source="posts", bookmark=Bookmark(position=9))
    monkeypatch.setattr(Store, "take", take)
    monkeypatch.setattr("console.service.intake.SPACE_LOOKED_EVERY", 0.0)
    assert desk.take(*posts, source="posts", bookmark=Bookmark(position=9)).new == 3
    with Reader(desk.paths.database) as reader:
        assert "post refused" not in [event.kind for event in reader.events(10)]


def test_too_little_free_space_stops_intake_with_a_sentence(tmp_path: Path) -> None:
    desk = Desk(tmp_path, keep_free=10**18)
    with pytest.raises(NotTakenIn, match="free some space"):
        desk.take(said(1, "Water on Mill Street"))
    assert desk.mentions() == ()
    assert "free some space" in desk.intake.trouble
    desk.store.close()


@pytest.mark.parametrize("jump", [timedelta(days=-2), timedelta(days=2)])
def test_a_clock_that_jumps_loses_nothing_and_the_log_stays_whole(desk: Desk, jump: timedelta) -> None:
    desk.take(said(1, "the lower end of Mill Street is flooded"))
    desk.now += jump
    counts = desk.take(
        said(2, "flooding at Mill Street number nine"), replace(said(3, "thanks"), created_at=None)
    )
    desk.intake.tidy(idle=True)
    assert counts.new == 2
    assert log.verify(desk.store.connection) == ()


def test_intake_that_refuses_everything_is_our_fault_and_said_until_a_post_goes_through(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = [Post("town", str(number), f"Report {number} from Oak School") for number in range(6)]
    with monkeypatch.context() as broken:
        broken.setattr(Judge, "take_all", lambda *_, **__: 1 / 0)
        assert len(desk.take(*posts[:4]).refused) == 4
        assert desk.intake.fault == "", "a few poisoned posts are their own doing"
        desk.take(posts[4])
        assert "failed on the last 5 posts" in desk.intake.fault
    assert desk.take(posts[5]).new == 1
    assert desk.intake.fault == ""
