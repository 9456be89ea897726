"""Statuses of Mastodon's API into posts, and what its addresses mean."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from feeds.mastodon import in_order, local_id, parse, timeline_of
from feeds.source import Document, Parsed

DATA = Path(__file__).resolve().parents[2].parent / "shared/data/mastodon/interactions.jsonl"
HOME = "https://town.example"


def read(given: object, what: str = "statuses") -> Parsed:
    body = given if isinstance(given, bytes) else json.dumps(given).encode()
    return parse(Document(body, address=HOME, source="town", lang="en", what=what))


def status(**more: Any) -> dict[str, Any]:
    return {
        "id": "117",
        "uri": "https://far.example/users/ana/statuses/9",
        "url": "https://far.example/@ana/9",
        "created_at": "2026-03-01T18:00:00.000Z",
        "edited_at": None,
        "content": "<p>Water on <a href='https://town.example/tags/MillStreet'>#<span>MillStreet</span></a></p>",
        "visibility": "public",
        "language": "en",
        "account": {"acct": "ana@far.example", "display_name": "Ana"},
        **more,
    }


def text_of(**more: Any) -> list[str]:
    (post,) = read([status(**more)]).posts
    return post.text.splitlines()


@pytest.mark.parametrize(
    ("path", "api", "stream"),
    [
        ("/tags/Flood", "/api/v1/timelines/tag/Flood", "/api/v1/streaming/hashtag?tag=Flood"),
        ("/public", "/api/v1/timelines/public", "/api/v1/streaming/public"),
        ("/public/local", "/api/v1/timelines/public", "/api/v1/streaming/public/local"),
        ("/lists/7", "/api/v1/timelines/list/7", "/api/v1/streaming/list?list=7"),
        ("/notifications", "/api/v1/notifications", "/api/v1/streaming/user/notification"),
        ("/search?q=mill+street", "/api/v2/search", ""),
        ("/@ana", "/api/v1/accounts/{account}/statuses", ""),
    ],
)
def test_a_timeline_is_named_as_the_browser_shows_it(path: str, api: str, stream: str) -> None:
    timeline = timeline_of(HOME + path)
    assert (timeline.path, timeline.stream, timeline.host) == (api, stream, "town.example")


@pytest.mark.parametrize("path", ["", "/", "/about", "/tags/", "/search", "/@ana/117"])
def test_other_addresses_are_no_timelines(path: str) -> None:
    with pytest.raises(ValueError, match="write it as the browser shows it"):
        timeline_of(HOME + path)


def test_a_status_is_known_by_its_uri_and_by_its_servers_id() -> None:
    (post,) = read([status()]).posts
    assert post.id == "https://far.example/users/ana/statuses/9"
    assert post.names == (post.id, "town.example#117")
    assert local_id(post.names, "town.example") == "117"
    assert (post.author, post.author_name, post.text) == ("ana@far.example", "Ana", "Water on #MillStreet")


def test_an_account_of_the_server_itself_is_shown_with_its_domain() -> None:
    assert read([status(account={"acct": "lee"})]).posts[0].author == "lee@town.example"


def test_warning_poll_media_and_quote_are_lines_of_the_text() -> None:
    quote = {
        "state": "accepted",
        "quoted_status": status(uri="https://far.example/1", content="<p>dam gone?</p>"),
    }
    assert text_of(
        spoiler_text="flood",
        content='<p class="quote-inline">RE: https://far.example/1</p><p>No.</p>',
        poll={"options": [{"title": "yes"}, {"title": "no"}]},
        media_attachments=[
            {"type": "image", "description": "A dry dam"},
            {"type": "video", "description": None},
        ],
        quote=quote,
    ) == [
        "CW: flood",
        "No.",
        "[poll: yes]",
        "[poll: no]",
        "[image: A dry dam]",
        "[video without description]",
        "quoting @ana@far.example: dam gone?",
    ]


@pytest.mark.parametrize("state", ["pending", "rejected", "revoked", "deleted", "unauthorized", "new-in-5.0"])
def test_a_quote_that_its_author_did_not_grant_is_not_shown(state: str) -> None:
    given = status(quote={"state": state, "quoted_status": status(content="<p>private</p>")})
    (post,) = read([given]).posts
    assert "private" not in post.text
    assert post.quote_of == ""


def test_a_shortened_link_is_whole_and_an_emoji_keeps_its_name() -> None:
    shown = (
        '<p>:blobcat: <a href="https://town.example/flood/2026/map"><span class="invisible">https://</span>'
        '<span class="ellipsis">town.example/flood</span><span class="invisible">/2026/map</span></a></p>'
    )
    assert text_of(content=shown) == [":blobcat: https://town.example/flood/2026/map"]


def test_a_link_that_says_one_thing_and_leads_elsewhere_shows_where() -> None:
    assert text_of(content='<p><a href="https://evil.example/x">town.example</a></p>') == [
        "town.example (https://evil.example/x)"
    ]


def test_a_boost_repeats_the_original() -> None:
    (post,) = read([status(uri="https://far.example/boost", reblog=status(), content="")]).posts
    assert (post.repost_of, post.text) == ("https://far.example/users/ana/statuses/9", "Water on #MillStreet")


@pytest.mark.parametrize(
    ("given", "audience"),
    [
        ("public", "public"),
        ("unlisted", "unlisted"),
        ("private", "private"),
        ("direct", "direct"),
        ("odd", "direct"),
    ],
)
def test_whom_a_status_is_meant_for_is_never_taken_for_wider(given: str, audience: str) -> None:
    assert read([status(visibility=given)]).posts[0].audience == audience


def test_an_edit_says_when() -> None:
    (post,) = read([status(edited_at="2026-03-01T18:05:00.000Z")]).posts
    assert post.updated_at is not None
    assert f"{post.updated_at:%H:%M}" == "18:05"


def test_only_notifications_with_words_for_us_are_posts() -> None:
    notes = [
        {"id": str(n), "type": kind, "status": status(uri=f"https://far.example/{n}")}
        for n, kind in enumerate(
            ["mention", "favourite", "reblog", "follow", "quote", "poll", "status", "update"]
        )
    ]
    parsed = read(notes, "notifications")
    assert len(parsed.posts) == 4
    assert (parsed.items, parsed.newest, parsed.oldest) == (8, "7", "0")


def test_one_bad_status_does_not_spoil_a_page() -> None:
    parsed = read([status(), {"id": "5"}, 7, status(uri="https://far.example/2")])
    assert (len(parsed.posts), len(parsed.refusals)) == (2, 2)


@pytest.mark.parametrize("given", [{"error": "Record not found"}, "x", {"a": 1}, b"<html>", b"[", 5])
def test_what_is_no_page_is_refused_as_a_whole(given: object) -> None:
    with pytest.raises(ValueError, match=r"it is|the server answered"):
        read(given)


def test_ids_are_ordered_by_length_and_then_as_text() -> None:
    assert sorted(["117", "99", "01JB", "1170"], key=in_order) == ["99", "117", "01JB", "1170"]


def event(name: str, data: object) -> bytes:
    return json.dumps({"event": name, "data": data if isinstance(data, str) else json.dumps(data)}).encode()


def test_events_of_a_stream_are_posts_edits_and_deletions() -> None:
    lines = [
        event("update", status()),
        event("status.update", status(content="<p>corrected</p>", edited_at="2026-03-01T19:00:00Z")),
        event("notification", {"type": "mention", "status": status(uri="https://far.example/3")}),
        event("conversation", {"last_status": status(uri="https://far.example/4", visibility="direct")}),
        event("delete", "117"),
        event("filters_changed", "undefined"),
        event("announcement.delete", "5"),
    ]
    parsed = read(b"\n".join(lines), "events")
    assert [post.state for post in parsed.posts] == ["live", "live", "live", "live", "deleted"]
    assert parsed.posts[-1].names == ("town.example#117",)
    assert parsed.posts[3].audience == "direct"
    assert parsed.refusals == ()


@pytest.mark.parametrize(
    "line", [event("update", "{"), event("update", "{}"), event("delete", "<b>"), event("!", "")]
)
def test_malformed_events_are_counted(line: bytes) -> None:
    parsed = read(line, "events")
    assert (parsed.posts, len(parsed.refusals)) == ((), 1)


@pytest.mark.skipif(not DATA.exists(), reason="no recorded data beside the project")
def test_recorded_answers_are_taken_in_or_refused_with_a_reason() -> None:
    counts: Counter[str] = Counter()
    for line in DATA.read_text(encoding="utf-8").splitlines():
        recorded = json.loads(line)
        what = _what(recorded["path"].partition("?")[0])
        if not what or recorded["body"] is None:
            continue
        body = recorded["body"].encode()
        if what == "events":
            body = _as_events(recorded["body"])
        try:
            parsed = read(body, what)
        except ValueError as error:
            counts[f"{what} documents refused: {str(error)[:40]}"] += 1
        else:
            counts[f"{what} taken in"] += len(parsed.posts)
            counts[f"{what} refused"] += len(parsed.refusals)
    print(*(f"mastodon: {count} {what}" for what, count in sorted(counts.items())), sep="\n")
    assert counts["statuses taken in"] > 50
    assert counts["status taken in"] > 100
    assert counts["notifications taken in"] >= 5
    assert counts["events taken in"] >= 3


def _what(path: str) -> str:
    if path.startswith("/api/v1/timelines/") or (path.endswith("/statuses") and path.count("/") > 3):
        return "statuses" if "filters" not in path else ""
    if path == "/api/v1/notifications":
        return "notifications"
    if path == "/api/v1/statuses" or (path.startswith("/api/v1/statuses/") and path.count("/") == 4):
        return "status"
    if path.startswith("/api/v1/streaming/") and not path.endswith("health"):
        return "events"
    return "search" if path == "/api/v2/search" else ""


def _as_events(body: str) -> bytes:
    from feeds.sse import Events

    return b"\n".join(event(one.name, one.data) for one in Events().feed(body.encode()) if one.name)
