"""A sample of feeds and alerts as saved from real servers: taken in, or refused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeds.kinds import parse
from feeds.post import Post
from feeds.source import Document, Parsed
from tests.bench.corpus import DATA, agrees, expectations, files, kind_of

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the saved feeds (../shared/data) are not here")


def read(path: Path) -> Parsed:
    return parse(kind_of(path), Document(path.read_bytes(), source="saved", address="https://saved.example/"))


def alert(name: str) -> tuple[Post, ...]:
    return read(DATA / "alerts" / name).posts


def test_every_fifth_file_gives_posts_or_reasons_and_never_a_crash() -> None:
    for path in files()[::5]:
        try:
            parsed = read(path)
        except ValueError:  # refused as a whole, which is an answer too
            continue
        for post in parsed.posts:
            assert post.id, path
            assert post.text.strip(), path
            assert post.raw, path
        assert all(refusal.item and refusal.reason for refusal in parsed.refusals), path


def test_titles_and_ids_agree_with_what_the_corpus_expects() -> None:
    expected = agreed = 0
    for path in sorted((DATA / "feeds/feedparser/wellformed").rglob("*.xml")):
        for what, value in expectations(path):
            parsed = read(path)
            if what != "link" or parsed.posts:
                expected += 1
                agreed += agrees(what, value, parsed)
    assert expected
    assert agreed >= 0.9 * expected


def test_signed_two_language_alerts_keep_both_languages() -> None:
    (post,) = alert("cap/canada_signed.cap")
    assert post.hazard is not None
    assert [info.language for info in post.hazard.infos] == ["en-CA", "fr-CA"]
    assert len(post.hazard.references) == 9


def test_one_day_of_earthquakes_is_taken_in_but_for_explosions() -> None:
    parsed = read(DATA / "alerts/usgs/all_day.geojson")
    assert len(parsed.posts) + len(parsed.refusals) == 233
    assert all(post.hazard is not None and post.hazard.thread == post.id for post in parsed.posts)


def test_every_item_of_a_day_of_disasters_is_taken_in() -> None:
    parsed = read(DATA / "alerts/gdacs/rss-24h.xml")
    assert (len(parsed.posts), parsed.refusals) == (21, ())


def test_templates_in_place_of_times_refuse_their_alert_and_say_so() -> None:
    parsed = read(DATA / "alerts/nws/active_guam.json")
    assert parsed.posts == ()
    assert all("is not a time: 'date:now" in refusal.reason for refusal in parsed.refusals)
