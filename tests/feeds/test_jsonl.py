"""Posts as lines of JSON."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feeds.jsonl import LONGEST_LINE, parse, post_from_json
from feeds.source import Document


def test_a_line_becomes_a_post_with_all_it_says() -> None:
    line = (
        b'{"id": 7, "text": "Water in Mill Lane", "created_at": "2026-03-01T18:04:00Z", "author": "@ana",'
        b' "author_name": "Ana", "lang": "en", "url": "https://s.example/7", "reply_to": "6",'
        b' "repost_of": "5", "quote_of": "4", "updated_at": 1772388300, "places_hint": ["Mill Lane"],'
        b' "topic_hint": "flood"}'
    )
    post = post_from_json(line, "town", "de")
    assert (post.source, post.id, post.text, post.lang) == ("town", "7", "Water in Mill Lane", "en")
    assert post.created_at == datetime(2026, 3, 1, 18, 4, tzinfo=UTC)
    assert post.updated_at == datetime(2026, 3, 1, 18, 5, tzinfo=UTC)
    assert (post.author, post.author_name, post.url) == ("@ana", "Ana", "https://s.example/7")
    assert (post.reply_to, post.repost_of, post.quote_of) == ("6", "5", "4")
    assert (post.places_hint, post.topic_hint, post.raw) == (("Mill Lane",), "flood", line)


def test_a_file_cannot_speak_for_another_source() -> None:
    line = b'{"id": "1", "text": "a", "source": "council"}'
    assert post_from_json(line, "strangers", "").source == "strangers"
    assert post_from_json(line, "", "").source == "council"


def test_html_is_flattened_where_there_is_no_text() -> None:
    assert post_from_json(b'{"id": "1", "html": "<p>a</p>b"}', "s", "").text == "a\nb"


@pytest.mark.parametrize(
    ("line", "note"),
    [
        (b'{"text": "a"}', "it has no id"),
        (b'{"id": "' + b"x" * 600 + b'", "text": "a"}', "too long"),
        (b'{"id": "1", "text": "a", "created_at": "teatime"}', "'teatime'"),
        (b'{"id": "1", "text": "a", "created_at": 1e300}', "created_at"),
        (b'{"id": "1", "text": "a", "created_at": {"a": 1}}', "created_at"),
    ],
)
def test_what_is_missing_or_odd_is_mended_with_a_note(line: bytes, note: str) -> None:
    post = post_from_json(line, "s", "")
    assert note in post.notes[0]
    assert 0 < len(post.id) <= 512
    assert post == post_from_json(line, "s", "")


def test_a_deleted_post_needs_no_text() -> None:
    assert post_from_json(b'{"id": "1", "state": "deleted"}', "s", "").state == "deleted"


@pytest.mark.parametrize(
    "line", [b'{"id": "1", "text": "cut \\ud83d"}', b'{"id": "1", "text": "bad \xff byte"}']
)
def test_half_characters_and_foreign_bytes_are_replaced(line: bytes) -> None:
    assert "\ufffd" in post_from_json(line, "s", "").text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"hello", "not valid JSON"),
        (b"[1]", "not a JSON object"),
        (b'{"id": "1"}', "no text"),
        (b'{"id": "1", "text": "  "}', "no text"),
        (b'{"id": "1", "text": 5e', "not valid JSON"),
        (b"[" * 200_000, "too deeply"),
        (b'{"id": "1", "text": "' + b"x" * LONGEST_LINE + b'"}', "longer than 256 KiB"),
    ],
)
def test_what_is_no_post_is_refused_with_a_reason(line: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        post_from_json(line, "s", "")


def test_bad_lines_do_not_stop_good_ones() -> None:
    body = b'{"id": "1", "text": "a"}\r\n\nnonsense here\n{"id": "2", "text": "b"}'
    parsed = parse(Document(body, source="s"))
    assert [post.id for post in parsed.posts] == ["1", "2"]
    assert [refusal.item for refusal in parsed.refusals] == ["nonsense here"]
