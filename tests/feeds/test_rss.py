"""RSS, Atom and JSON Feed into posts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from feeds.rss import LONGEST_FIELD, parse
from feeds.source import Document, Parsed

HEAD = "<rss version='2.0'><channel><title>Town news</title><language>en-gb</language>"


def read(text: str | bytes, **details: str) -> Parsed:
    body = text.encode() if isinstance(text, str) else text
    given: dict[str, Any] = {
        "source": "council",
        "lang": "de",
        "address": "https://town.example/news.xml",
        **details,
    }
    return parse(Document(body, **given))


def rss(items: str) -> Parsed:
    return read(f"{HEAD}{items}</channel></rss>")


def test_an_item_becomes_a_post_with_all_it_says() -> None:
    item = (
        "<item><guid isPermaLink='false'>n-7</guid><title>Road closed</title>"
        "<description>&lt;p&gt;High Street is &lt;b&gt;shut&lt;/b&gt;.&lt;/p&gt;</description>"
        "<link>/news/7</link><pubDate>Sun, 01 Mar 2026 19:04:00 +0100</pubDate>"
        "<author>roads@town.org (Roads team)</author><category>traffic</category></item>"
    )
    (post,) = rss(item).posts
    assert (post.source, post.id) == ("council", "n-7")
    assert post.text == "Road closed\nHigh Street is shut."
    assert post.created_at == datetime(2026, 3, 1, 18, 4, tzinfo=UTC)
    assert post.url == "https://town.example/news/7"
    assert (post.author, post.author_name) == ("roads@town.org", "Roads team")
    assert (post.lang, post.topic_hint) == ("en-gb", "traffic")
    assert post.raw.decode() == item


def test_atom_keeps_plain_text_plain_and_knows_edits() -> None:
    (post,) = read(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='fr'><entry><id>urn:1</id>"
        "<title type='text'>Depth &lt; 2 m</title><summary type='html'>a&lt;br&gt;b</summary>"
        "<published>2026-03-01T18:00:00Z</published><updated>2026-03-01T18:30:00Z</updated>"
        "<author><name>Ana</name></author></entry></feed>"
    ).posts
    assert post.text == "Depth < 2 m\na\nb"
    assert post.created_at == datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
    assert post.updated_at == datetime(2026, 3, 1, 18, 30, tzinfo=UTC)
    assert (post.author, post.lang) == ("Ana", "fr")


def test_identity_falls_back_from_id_to_link_to_content() -> None:
    linked, bare, again, other = (
        rss(f"<item><title>{title}</title>{rest}</item>").posts[0].id
        for title, rest in (("a", "<link>https://t.example/1</link>"), ("a", ""), ("a", ""), ("b", ""))
    )
    assert linked == "https://t.example/1"
    assert bare == again != other


def test_of_items_with_one_id_the_newest_is_kept() -> None:
    parsed = rss(
        "<item><guid>1</guid><title>old</title><pubDate>Sun, 01 Mar 2026 18:00:00 GMT</pubDate></item>"
        "<item><guid>1</guid><title>new</title><pubDate>Sun, 01 Mar 2026 19:00:00 GMT</pubDate></item>"
    )
    assert [post.text for post in parsed.posts] == ["new"]
    assert "repeat the id" in parsed.refusals[0].reason


def test_posts_come_oldest_first() -> None:
    parsed = rss("".join(f"<item><guid>{n}</guid><title>t</title></item>" for n in (3, 2, 1)))
    assert [post.id for post in parsed.posts] == ["1", "2", "3"]


@pytest.mark.parametrize("date", ["yesterday", "99 Foo 99999", "0000-00-00T00:00:00Z"])
def test_a_date_that_cannot_be_read_is_noted_and_the_item_kept(date: str) -> None:
    (post,) = rss(f"<item><title>t</title><pubDate>{date}</pubDate></item>").posts
    assert post.created_at is None
    assert post.notes == ("its date cannot be read",)


@pytest.mark.parametrize("year", [1970, 2099])
def test_an_absurd_date_is_passed_on_as_given(year: int) -> None:
    (post,) = rss(f"<item><title>t</title><pubDate>01 Jan {year} 00:00:00 GMT</pubDate></item>").posts
    assert post.created_at == datetime(year, 1, 1, tzinfo=UTC)


def test_a_broken_document_still_gives_its_items() -> None:
    parsed = read(f"{HEAD}<item><title>Fire & smoke</title></item><item><title>cut off")
    assert "Fire & smoke" in {post.text for post in parsed.posts}


def test_an_item_without_words_is_refused_and_the_rest_goes_on() -> None:
    parsed = rss("<item><guid>empty</guid></item><item><title>t</title></item>")
    assert [post.text for post in parsed.posts] == ["t"]
    assert (parsed.refusals[0].item, parsed.refusals[0].reason) == ("empty", "it has neither title nor text")


def test_a_giant_field_is_cut_and_said() -> None:
    (post,) = rss(f"<item><title>{'x' * 100_000}</title></item>").posts
    assert len(post.text) == LONGEST_FIELD
    assert "100000 characters was cut" in post.notes[0]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "https://[bad", ""])
def test_a_link_that_is_no_web_address_is_left_out(link: str) -> None:
    assert rss(f"<item><title>t</title><link>{link}</link></item>").posts[0].url == ""


@pytest.mark.parametrize(
    "body", ["", "hello", "<html><body>404</body></html>", "/etc/passwd", "https://t.example/"]
)
def test_what_is_no_feed_is_refused_as_a_whole(body: str) -> None:
    with pytest.raises(ValueError, match="neither RSS, Atom nor JSON Feed"):
        read(body)


def test_a_feed_without_items_is_no_mistake() -> None:
    assert rss("") == Parsed()


def test_the_stated_encoding_is_believed() -> None:
    head = "<?xml version='1.0' encoding='iso-8859-1'?><rss version='2.0'><channel>"
    text = f"{head}<item><title>café</title></item>"
    (post,) = read(f"{text}</channel></rss>".encode("latin-1")).posts
    assert post.text == "café"


def test_half_characters_do_not_get_through() -> None:
    parsed = read(f"{HEAD}<item><title>a &#xD83D; & b</title></item></channel></rss>")
    parsed.posts[0].text.encode("utf-8")


def test_json_feed_is_read_too() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Town",
        "language": "en",
        "items": [
            {"id": 7, "title": "Flood", "content_html": "<p>High <b>water</b></p>", "url": "/7"},
            {
                "id": "8",
                "content_text": "b",
                "authors": [{"name": "Ana"}],
                "date_published": "2026-03-01T18:00:00Z",
            },
            {"id": "9"},
            "nonsense",
        ],
    }
    parsed = read(json.dumps(feed))
    first, second = parsed.posts
    assert (first.id, first.text, first.url) == ("7", "Flood\nHigh water", "https://town.example/7")
    assert (second.author, second.created_at) == ("Ana", datetime(2026, 3, 1, 18, 0, tzinfo=UTC))
    assert len(parsed.refusals) == 2


def test_other_json_is_refused() -> None:
    with pytest.raises(ValueError, match="not a JSON Feed"):
        read('{"status": 404}')
