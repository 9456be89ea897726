"""What the town's sources hold is what the real parsers read, and what intake makes of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from console.demo import alerts
from console.demo.alerts import bulletins
from console.demo.evening import POWER_SILENT, evening
from console.demo.stage import Stage, post_line
from console.demo.timeline import LEAD, LENGTH, MINUTE, Timeline
from console.demo.town import places
from console.intake.hazards import fold
from console.intake.masks import disguised
from console.intake.pipeline import Judge
from console.intake.places import PlaceIndex
from console.intake.rules import load_rules
from console.intake.ruling import LivingHazard
from console.model import Judgement
from feeds import cap, jsonl, rss
from feeds.post import Hazard
from feeds.source import Document

NOON = datetime(2027, 3, 3, 12, 0, tzinfo=UTC)
TIMELINE = Timeline(NOON)
ALL = [bulletin.id for bulletin in bulletins()]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, TIMELINE)


def hazards(names: list[str]) -> list[Hazard]:
    parsed = cap.parse(Document(alerts.document(names, TIMELINE), source="alerts"))
    assert parsed.refusals == ()
    return [post.hazard for post in parsed.posts if post.hazard]


def test_the_desk_opens_on_an_hour_that_has_already_happened(stage: Stage, tmp_path: Path) -> None:
    left = deque(evening(1))
    stage.show_until(LEAD, left)
    posts = jsonl.parse(Document((tmp_path / "posts.jsonl").read_bytes(), source="posts")).posts
    times = [post.created_at for post in posts if post.created_at]
    assert len(times) == len(posts) > 100
    assert NOON - timedelta(hours=1) <= min(times)
    assert max(times) <= NOON
    assert left


def test_every_line_of_the_evening_is_read_by_the_real_parsers(stage: Stage, tmp_path: Path) -> None:
    items = evening(1)
    left = deque(items)
    stage.show_until(LENGTH, left)
    assert not left
    for name in ("posts", "requests", "power-feed"):
        parsed = jsonl.parse(Document((tmp_path / f"{name}.jsonl").read_bytes(), source=name))
        assert parsed.refusals == ()
        assert [post.id for post in parsed.posts] == [item.id for item in items if item.source == name]
    news = rss.parse(Document((tmp_path / "council.xml").read_bytes(), source="council"))
    assert news.refusals == ()
    assert len(news.posts) == sum(item.source == "council" for item in items)
    assert any("dam at Upper Arle is safe" in post.text for post in news.posts)


def test_a_deletion_and_an_edit_are_told_to_the_reader(stage: Stage, tmp_path: Path) -> None:
    stage.show_until(LENGTH, deque(evening(1)))
    posts = jsonl.parse(Document((tmp_path / "posts.jsonl").read_bytes(), source="posts")).posts
    assert [post.state for post in posts if post.id == "wrongdoor"] == ["live", "deleted"]
    first, second = (post for post in posts if post.id == "call")
    assert first.created_at == second.created_at
    assert second.updated_at is not None


def test_the_power_feed_falls_silent_and_comes_back(stage: Stage, tmp_path: Path) -> None:
    left = deque(evening(1))
    feed = tmp_path / "power-feed.jsonl"
    stage.show_until(POWER_SILENT[0] - 1, left)
    said = feed.read_bytes()
    stage.show_until(POWER_SILENT[0], left)
    assert not feed.exists()
    stage.show_until(LENGTH, left)
    assert feed.read_bytes().startswith(said)
    assert len(feed.read_bytes()) > len(said)


def test_the_warning_its_updates_and_its_end_are_one_hazard() -> None:
    living: LivingHazard | None = None
    for hazard in hazards(["warning", "update-1", "update-2", "cancel"]):
        living = fold(living, hazard, hazard.sent).hazard
        if hazard.msg_type != "Cancel":
            assert living.state == "live"
    assert living is not None
    assert (living.state, living.updates) == ("cancelled", 3)


def test_alerts_are_dated_on_the_clock_of_the_wall_and_name_it_in_their_headlines() -> None:
    told = {hazard.identifier: hazard for hazard in hazards(ALL)}
    warning = told["arle-warning"]
    assert warning.sent == TIMELINE.when(85 * MINUTE)
    for info in warning.infos:
        assert info.expires == TIMELINE.when(185 * MINUTE)
        assert TIMELINE.clock(185 * MINUTE) in info.headline
    assert {info.language for info in warning.infos} == {"en", "es"}
    assert len(told["arle-update-2"].infos[0].areas) > len(warning.infos[0].areas)


def test_every_alert_still_holds_when_the_next_one_comes() -> None:
    chain = [
        bulletin for bulletin in bulletins() if bulletin.id in ("warning", "update-1", "update-2", "cancel")
    ]
    assert all(one.until > following.at for one, following in pairwise(chain))


def judged(seed: int) -> Iterator[tuple[str, str, Judgement]]:
    """Scene, id and judgement of everything, by a new judge with the town's places."""
    judge = Judge(PlaceIndex(places()), load_rules(None), window=6 * 3600, voices=3)
    for item in evening(seed):
        if item.source in ("posts", "requests") and not item.deleted:
            post = jsonl.post_from_json(post_line(item, TIMELINE), item.source, "en")
            yield item.scene, item.id, judge.judge(post, now=TIMELINE.when(item.at))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_call_for_help_is_tier_1_and_no_spam_or_hostile_line_is(seed: int) -> None:
    tiers: dict[str, set[int]] = {}
    calls = []
    for scene, name, judgement in judged(seed):
        tiers.setdefault(scene, set()).add(judgement.tier)
        if name == "call":
            calls.append(judgement)
    assert all(1 not in tiers[scene] for scene in ("hostile", "spam", "election", "thanks and grumbles"))
    assert [(call.tier, call.place) for call in calls] == [(1, "Mill Street")] * 2


def test_a_test_alert_opens_nothing_and_raises_nothing() -> None:
    judge = Judge(PlaceIndex(places()), load_rules(None), window=6 * 3600, voices=3)
    [post] = cap.parse(Document(alerts.document(["test"], TIMELINE), source="alerts")).posts
    ruling = judge.take(post, now=TIMELINE.when(12 * MINUTE), trust="official")
    assert ruling.status == "Test"
    assert ruling.incident is None
    assert ruling.judgement.tier == 3


def test_a_foreign_letter_hides_no_street_and_a_digit_makes_another_word() -> None:
    fakes = [judgement for scene, _, judgement in judged(1) if scene == "hostile"]
    (masked,) = [fake for fake in fakes if fake.place == "Mill Street"]
    assert disguised(masked.text.split()) == ["M\u0456ll"]
    assert any("Mi11 Street" in fake.text for fake in fakes if not fake.place)
