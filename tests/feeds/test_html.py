"""HTML from strangers into plain text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.html import LONGEST, looks_like_html, to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain words", "plain words"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("One<br/>Two<br>\n\nThree", "One\nTwo\nThree"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("<table><tr><td>Road</td><td>closed</td></tr></table>", "Road closed"),
        ("Fish &amp; chips &lt;now&gt; &#233;", "Fish & chips <now> é"),
        ("5 < 6 and 7 > 6, I <3 it", "5 < 6 and 7 > 6, I <3 it"),
        ("a<script>alert('<p>')</script>b<style>p{}</style>c", "abc"),
        ("a<!-- <p>hidden</p> -->b<!doctype html>c<?php x ?>d", "abcd"),
        ("<b>bo</b>ld", "bold"),
        ("<img src=x alt='The bridge, half under water'>", "The bridge, half under water"),
        ("Half a pair: &#xD800;.", "Half a pair: \ufffd."),
        ("unclosed <!-- never ends <p>x</p>", "unclosed"),
        ("<a href='x' title='a > b'>y</a>", "y"),
        ("", ""),
    ],
)
def test_text_is_what_a_reader_would_see(html: str, text: str) -> None:
    assert to_text(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            'See <a href="https://town.example/flood">this map</a>.',
            "See this map (https://town.example/flood).",
        ),
        ('<a href="https://www.town.example/flood/">town.example/flood</a>', "town.example/flood"),
        ('<a href="https://town.example/flood">https://town.example/flood</a>', "https://town.example/flood"),
        ('<a href="https://social.example/@ana">@<span>ana</span></a> hi', "@ana hi"),
        ('<a href="https://social.example/tags/flood">#flood</a>', "#flood"),
        (
            '<a href="https://evil.example/">https://bank.example</a>',
            "https://bank.example (https://evil.example/)",
        ),
        ('<a href="javascript:alert(1)">click</a>', "click"),
        ('<a href="HTTPS://town.example/&#97;">x</a>', "x (HTTPS://town.example/a)"),
        ('<a href="https://town.example/"><img src=x></a>', "https://town.example/"),
        (
            '<a href="https://a.example/">a <a href="https://b.example/">b',
            "a (https://a.example/)b (https://b.example/)",
        ),
    ],
)
def test_a_link_keeps_its_target_where_the_words_hide_it(html: str, text: str) -> None:
    assert to_text(html) == text


TRAPS = [
    *(
        "<a",
        "<a ",
        "<!--",
        "<![CDATA[",
        "<?",
        "</",
        "<!",
        "<script>",
        "<script ",
        "<svg><",
        "<a b='",
        "<a b=\"'",
        "&#",
    ),
    *("<a href=x>", "<a x=", "< ", "<a/", "<a\t\n", "a='", "&", "<p></p>", "<a href='"),
]


@pytest.mark.parametrize("trap", TRAPS)
@pytest.mark.parametrize("end", ["", ">", "'>", "-->"])
def test_no_markup_takes_more_than_a_moment(trap: str, end: str) -> None:
    def seconds() -> float:
        start = time.thread_time()
        to_text((trap * LONGEST)[: LONGEST - len(end)] + end)
        return time.thread_time() - start

    # The standard library's parser takes a quarter of a second for the worst. A collector may pass in one.
    assert min(seconds() for _ in range(3)) < 0.1


@given(st.text(alphabet=st.sampled_from("<>/!-a b='\"&;#\n[]?x"), max_size=300))
def test_anything_at_all_becomes_text(html: str) -> None:
    text = to_text(html)
    assert "\n\n" not in text
    assert text == text.strip()


def test_only_so_much_is_looked_at() -> None:
    assert len(to_text("x" * 1_000_000)) == LONGEST


def test_plain_fields_with_marks_in_them_are_noticed() -> None:
    assert looks_like_html("Level: high<br />Place: here")
    assert not looks_like_html("If depth < 2 m or wind > 30")
