"""Bluesky's views into posts: byte offsets, embeds, labels, times, addresses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from feeds.bluesky import parse, view_of
from feeds.bluesky_text import words_of
from feeds.source import Document, Parsed

DATA = Path(__file__).resolve().parents[2].parent / "shared/data/bluesky"
URI = "at://did:plc:abcdefghijklmnop/app.bsky.feed.post/3k1"


def view(text: str = "Water on Mill Street", **more: Any) -> dict[str, Any]:
    record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-03-01T18:00:00Z"}
    record |= more.pop("record", {})
    return {
        "uri": URI,
        "author": {"did": "did:plc:abcdefghijklmnop", "handle": "ana.example", "displayName": "Ana"},
        "record": record,
        "indexedAt": "2026-03-01T18:00:01Z",
        **more,
    }


def read(*views: object, signed: bool = False) -> Parsed:
    body = json.dumps({"posts": views}).encode()
    return parse(Document(body, source="bluesky", what="posts", keywords=("signed",) if signed else ()))


def text_of(*args: str, **more: Any) -> list[str]:
    (post,) = read(view(*args, **more)).posts
    return post.text.splitlines()


def link(text: str, words: str, uri: str) -> dict[str, Any]:
    start = len(text.encode()[: text.encode().index(words.encode())])
    index = {"byteStart": start, "byteEnd": start + len(words.encode())}
    return {"index": index, "features": [{"$type": "app.bsky.richtext.facet#link", "uri": uri}]}


def test_a_post_is_known_by_its_address_and_its_author_by_the_handle() -> None:
    (post,) = read(view()).posts
    assert (post.id, post.names) == (URI, (URI,))
    assert (post.author, post.author_name, post.text) == ("ana.example", "Ana", "Water on Mill Street")


@pytest.mark.parametrize("before", ["", "🌊 ", "👩‍👩‍👧 水 ", "नि é "])
def test_a_link_is_found_by_bytes_whatever_stands_before_it(before: str) -> None:
    text = f"{before}see here now"
    record = {"text": text, "facets": [link(text, "here", "https://evil.example/x")]}
    assert words_of(record) == f"{before}see here (https://evil.example/x) now"


def test_a_link_that_shows_where_it_leads_is_not_said_twice() -> None:
    text = "town.example/map"
    assert words_of({"text": text, "facets": [link(text, text, "https://town.example/map")]}) == text


@pytest.mark.parametrize(
    ("start", "end"), [(-1, 2), (0, 99), (3, 3), (5, 2), (1, 3), (2, 99), ("0", 4), (None, None)]
)
def test_a_facet_that_lies_wrong_is_left_out(start: object, end: object) -> None:
    facet = {
        "index": {"byteStart": start, "byteEnd": end},
        "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://x.example"}],
    }
    assert words_of({"text": "🌊 water", "facets": [facet]}) == "🌊 water"


def test_of_two_facets_that_overlap_the_first_counts() -> None:
    text = "see the map"
    facets = [link(text, "the map", "https://b.example"), link(text, "see the", "https://a.example")]
    assert words_of({"text": text, "facets": facets}) == "see the (https://a.example) map"


def test_pictures_cards_and_quotes_are_lines_of_the_text() -> None:
    images = {"$type": "app.bsky.embed.images#view", "images": [{"alt": "A dry dam"}, {"alt": ""}]}
    assert text_of(embed=images)[1:] == ["[image: A dry dam]", "[image without description]"]
    card = {"$type": "app.bsky.embed.external#view", "external": {"title": "Map", "uri": "https://x.example"}}
    assert text_of(embed=card)[1:] == ["[link: Map (https://x.example)]"]
    assert text_of(embed={"$type": "app.bsky.embed.video#view", "alt": "waves"})[1:] == ["[video: waves]"]
    record = {"uri": URI, "author": {"handle": "lee.example"}, "value": {"text": "dam\ngone?"}}
    quote = {"$type": "app.bsky.embed.record#view", "record": record}
    both = {"$type": "app.bsky.embed.recordWithMedia#view", "record": {"record": record}, "media": images}
    assert text_of(embed=quote)[1:] == ["quoting @lee.example: dam gone?"]
    assert text_of(embed=both)[-1] == "quoting @lee.example: dam gone?"
    assert read(view(embed=quote)).posts[0].quote_of == URI


@pytest.mark.parametrize("embed", [{"$type": "app.bsky.embed.hologram"}, {}, {"$type": 7}, {"record": None}])
def test_an_embed_of_a_kind_to_come_says_nothing(embed: dict[str, Any]) -> None:
    assert text_of(embed=embed) == ["Water on Mill Street"]


SHY = [{"val": "!no-unauthenticated"}]
"""Labels of whom only people who have signed in may see."""


def test_labels_are_respected() -> None:
    (hidden,) = read(view(labels=[{"val": "!hide"}]), signed=True).posts
    assert (hidden.id, hidden.names, hidden.state, hidden.text) == (URI, (URI,), "deleted", "")
    (shy,) = read(view(labels=SHY)).posts
    assert (shy.id, shy.state, shy.text) == (URI, "deleted", "")
    assert shy.names == (), "what another source saw signed in is not taken back"
    assert read(view(labels=SHY), signed=True).posts[0].audience == "signed in"
    assert read(view(labels=[{"val": "graphic-media"}])).posts[0].notes == ("labelled graphic-media",)


def quoting(**more: Any) -> dict[str, Any]:
    """The embed of a quote, `more` of which stands in the view of what is quoted."""
    record = {"uri": URI, "author": {"handle": "lee.example"}, "value": {"text": "quoted words"}} | more
    return {"$type": "app.bsky.embed.record#view", "record": record}


@pytest.mark.parametrize(
    "more",
    [
        {"labels": [{"val": "!hide"}]},
        {"author": {"handle": "lee.example", "labels": SHY}},
        {"value": {"text": "quoted words", "labels": {"values": SHY}}},
    ],
)
def test_a_quote_of_what_is_not_for_everybody_shows_nothing_of_it(more: dict[str, Any]) -> None:
    (post,) = read(view(embed=quoting(**more)), signed=True).posts
    assert (post.text, post.quote_of) == ("Water on Mill Street", URI)
    (empty,) = read(view("", embed=quoting(**more)), signed=True).posts
    assert (empty.text, empty.state) == ("", "deleted"), "it said nothing else"
    assert "quoted words" in read(view(embed=quoting())).posts[0].text


def test_what_a_thread_does_not_find_any_more_is_taken_back() -> None:
    gone = f"{URI}gone"
    missing = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": gone, "notFound": True}
    blocked = {"$type": "app.bsky.feed.defs#blockedPost", "uri": f"{URI}blocked", "blocked": True}
    thread = {"post": view(), "replies": [missing, blocked], "parent": missing | {"uri": "https://x.example"}}
    parsed = parse(Document(json.dumps({"thread": thread}).encode(), source="bluesky", what="thread"))
    assert {(post.id, post.names, post.state) for post in parsed.posts} == {
        (URI, (URI,), "live"),
        (gone, (gone,), "deleted"),
    }
    assert [refusal.reason for refusal in parsed.refusals] == ["it has no at:// address"]


def test_a_repost_stands_in_the_order_where_it_was_made() -> None:
    reason = {"by": {"did": "did:plc:lee"}, "indexedAt": "2026-03-01T18:05:00Z"}
    old = view(indexedAt="2023-01-01T00:00:00Z")
    pinned = {"post": old, "reason": {"$type": "app.bsky.feed.defs#reasonPin"}}
    feed = [pinned, {"post": old, "reason": reason}, {"post": view()}]
    parsed = parse(Document(json.dumps({"feed": feed}).encode(), source="bluesky", what="feed"))
    assert (parsed.newest, parsed.oldest) == (f"2026-03-01T18:05:00Z {URI}", f"2026-03-01T18:00:01Z {URI}")
    assert [post.notes for post in parsed.posts] == [(), ("reposted by did:plc:lee",), ()]


@pytest.mark.parametrize(
    "label", [{"val": "!hide", "neg": True}, {"val": "!hide", "exp": "2020-01-01T00:00:00Z"}]
)
def test_a_label_that_was_taken_back_or_ran_out_counts_no_more(label: dict[str, Any]) -> None:
    assert len(read(view(labels=[label])).posts) == 1


def test_a_time_that_lies_ahead_of_the_server_is_the_servers() -> None:
    ahead = read(view(record={"createdAt": "2031-01-01T00:00:00Z"})).posts[0]
    assert ahead.created_at is not None
    assert ahead.created_at.year == 2026


@pytest.mark.parametrize(
    ("address", "account", "method", "origin"),
    [
        ("https://pds.example/notifications", "a.example", "listNotifications", "https://pds.example"),
        ("https://bsky.app/profile/a.example", "", "getAuthorFeed", "https://public.api.bsky.app"),
        ("https://bsky.app/profile/a.example", "b.example", "getAuthorFeed", "https://bsky.social"),
        ("https://bsky.app/profile/did:plc:abc/post/3k1", "", "getPostThread", "https://public.api.bsky.app"),
        ("https://bsky.app/search?q=mill+street", "b.example", "searchPosts", "https://bsky.social"),
        ("https://pds.example/search?q=mill+street", "", "searchPosts", "https://pds.example"),
    ],
)
def test_an_address_is_what_the_browser_shows(address: str, account: str, method: str, origin: str) -> None:
    shown = view_of(address, account)
    assert (shown.method.rpartition(".")[2], shown.origin) == (method, origin)


@pytest.mark.parametrize(
    "address",
    [
        "https://bsky.app/",
        "https://bsky.app/search",
        "https://bsky.app/search?q=flood",
        "https://public.api.bsky.app/search?q=flood",
        "https://pds.example/notifications",
    ],
)
def test_other_addresses_are_refused_with_the_forms_there_are(address: str) -> None:
    with pytest.raises(ValueError, match=r"write https://|add account"):
        view_of(address)


@pytest.mark.parametrize("body", ["{", "[]", "{}", '{"error": "InvalidRequest", "message": "no"}'])
def test_what_is_no_list_of_posts_is_refused(body: str) -> None:
    with pytest.raises(ValueError, match=r"it is|the server answered"):
        parse(Document(body.encode(), what="posts"))


@pytest.mark.skipif(not DATA.exists(), reason="no recorded data beside the project")
@pytest.mark.parametrize(
    ("file", "what", "least"),
    [
        ("getAuthorFeed", "feed", 25),
        ("getPostThread", "thread", 50),
        ("getPosts", "posts", 1),
        ("searchPosts", "posts", 1),
        ("listNotifications", "notifications", 20),
    ],
)
def test_recorded_views_are_taken_in_or_refused_with_a_reason(file: str, what: str, least: int) -> None:
    parsed = parse(Document((DATA / f"{file}.json").read_bytes(), source="bluesky", what=what))
    print(f"bluesky: {file}: {len(parsed.posts)} of {parsed.items} taken in, {len(parsed.refusals)} refused")
    assert len(parsed.posts) + len(parsed.refusals) == parsed.items >= least
